"""From one message to the records it stands for.

The decision to know: the text begins with the subject on a line of its own, an empty line after it, because
that is how people remember a message; marks of answers are brought down to one `Re: `.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

from crm.domain.records import (
    CoverageRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Problem,
    Record,
)
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import Moment
from crm.importers.mail.acts import FIELDS as _ACT_FIELDS
from crm.importers.mail.acts import Act, Acts, Notified, sender_of
from crm.importers.mail.bodies import TEXT_LIMIT, words_of
from crm.importers.mail.dates import moment_of
from crm.importers.mail.folders import Use, use_of
from crm.importers.mail.headers import Fields, decode_header, scan_fields
from crm.importers.mail.identifiers import SeenIds, Threads, message_id, split_subject
from crm.importers.mail.notifications import Noticed, read_by_structure, read_notice, record_of
from crm.importers.mail.owner import Mailbox
from crm.importers.mail.splitting import RawMessage

COPIES = "further copies of the same message"
LEFT_BY_USE = {
    Use.SPAM: "in the spam folder",
    Use.TRASH: "deleted ones",
    Use.DRAFTS: "drafts",
    Use.CHATS: "chats that Gmail filed as mail",
}

_FIELDS = _ACT_FIELDS | {
    b"subject", b"date", b"received", b"message-id", b"in-reply-to", b"references", b"x-gm-thrid",
    b"x-gmail-labels", b"x-mozilla-status", b"content-type", b"content-transfer-encoding",
}  # fmt: skip
_EXPUNGED = 0x8
"""Thunderbird's mark for a deleted message that is still in the file (nsMsgMessageFlags.h)."""
_LABEL = re.compile(r'\s*"[^"]*"|[^,]+')
_SUBJECT_LIMIT = 500
_NONE: list[bytes] = []


@lru_cache(maxsize=4096)
def uses_of_labels(value: bytes) -> frozenset[Use]:
    """Return what the Gmail labels of a message (`X-Gmail-Labels`, in the user's language) say."""
    labels = _LABEL.findall(decode_header(value))
    return frozenset(use for label in labels if (use := use_of(label.strip(' "'))) is not None)


class MailReader:
    """Reads the messages of one export; it remembers which it has read and what it left out."""

    def __init__(self, mailbox: Mailbox, latest: int) -> None:
        self._acts = Acts(mailbox)
        self._latest = latest
        self._threads = Threads()
        self._seen = SeenIds()
        self._seen_left = SeenIds()
        self._left: Counter[str] = Counter()
        self._told_of_platforms: set[str] = set()
        self._undated = 0
        self._first_undated = ""

    def read(self, raw: RawMessage, where: str, use: Use | None, *, escaped: bool) -> list[Record]:
        """Return the records of one message: none when it is left out, one `Problem` when unreadable.

        Args:
            raw: the message.
            where: its place, for problems.
            use: what its folder is for.
            escaped: whether its body escapes `From ` lines (in an mbox).

        """
        try:
            return self._records(raw, where, use, escaped)
        except Exception as error:  # noqa: BLE001 - strangers write mail; one message must not hide the others
            return [Problem(where, f"cannot be read ({type(error).__name__}: {str(error)[:100]})")]

    def leave(self, use: Use) -> None:
        """Count a message that nobody needs to look at, for the folder it lies in."""
        self._left[LEFT_BY_USE[use]] += 1

    def finish(self) -> Iterator[Record]:
        """Yield what to report at the end: messages without a time, and what was left out."""
        if self._undated:
            yield Problem(
                self._first_undated,
                "has no readable date and is kept without a time"
                if self._undated == 1
                else f"{self._undated} messages, this one first, have no readable date; kept without a time",
            )
        for what, count in sorted(self._left.items()):
            yield Left(what, count)
        for platform in sorted(self._told_of_platforms):
            yield CoverageRecord(platform, None, None)  # a notice tells of one act, not of a period

    def _records(self, raw: RawMessage, where: str, use: Use | None, escaped: bool) -> list[Record]:
        fields = scan_fields(raw.head, _FIELDS)
        unwanted = _unwanted(fields, use)
        if unwanted is not None:
            self.leave(unwanted)
            return []
        act = self._acts.act_of(fields, raw.body)
        if act is None:
            return [Problem(where, "has no sender" if fields else "has no header")]
        own_id = message_id(fields, raw.body)
        if not isinstance(act, Act) or act.by_form:
            told = self._told_of(act, fields, raw, escaped)
            if isinstance(told, Noticed):
                return self._noticed(told, fields, own_id, where)
            act = told
        if isinstance(act, str):
            # A copy that came through a mailing list must not hide the one that came directly
            self._left[act if self._seen_left.add(own_id) else COPIES] += 1
            return []
        if not self._seen.add(own_id):
            self._left[COPIES] += 1
            return []
        return self._interactions(act, fields, raw.body, own_id, where, escaped)

    def _told_of(
        self, act: Act | Notified | str, fields: Fields, raw: RawMessage, escaped: bool
    ) -> Noticed | Act | str:
        """Return what a program's message tells of, else what it is or is counted as."""
        if isinstance(act, Notified):
            return read_notice(act.source, act.sender, raw.head, raw.body, escaped=escaped)
        sender = sender_of(fields)
        own = sender is not None and self._acts.is_own(sender.address)
        if sender is None or (own and isinstance(act, str)):
            return act
        return read_by_structure(sender, fields, raw.head, raw.body, escaped=escaped, own=own) or act

    def _noticed(self, told: Noticed, fields: Fields, own_id: str, where: str) -> list[Record]:
        """Return what somebody did on a platform, once: a comment may be told of in several notices."""
        record = record_of(told, self._moment(fields, where), own_id)
        self._told_of_platforms.add(record.platform)
        if self._seen.add(own_id) and self._seen.add(f"{record.platform}\0{record.external_id}"):
            return [record]
        self._left[COPIES] += 1
        return []

    def _moment(self, fields: Fields, where: str) -> Moment:
        moment = moment_of(fields.get(b"date", [b""])[0], fields.get(b"received", _NONE), self._latest)
        if moment.at is None:
            self._undated += 1
            self._first_undated = self._first_undated or where
        return moment

    def _interactions(
        self, act: Act, fields: Fields, body: bytes, own_id: str, where: str, escaped: bool
    ) -> list[Record]:
        moment = self._moment(fields, where)
        subject = split_subject(_subject(fields))
        text = _text("".join(subject), words_of(fields, body, escaped=escaped))
        thread = self._threads.thread_of(fields, own_id, subject, act.everybody)
        kind = Kind.GROUP_MESSAGE if act.to_group else Kind.EMAIL
        url = _gmail_url(fields, own_id)
        incoming = act.direction is Direction.IN
        return [
            InteractionRecord(
                "email",
                f"mail:{own_id}" if incoming else f"mail:{own_id}:{person.address}",
                IdentityRef("email", person.address, None, person.name),
                moment.at,
                act.direction,
                kind,
                text,
                thread,
                url,
                moment.precision,
                moment.assumed,
            )
            for person in act.people
        ]


def _unwanted(fields: Fields, use: Use | None) -> Use | None:
    """Return for which label, folder or mark a message is left out, or None."""
    if use in LEFT_BY_USE:
        return use
    for value in fields.get(b"x-gmail-labels", _NONE):
        for label in uses_of_labels(value):
            if label in LEFT_BY_USE:
                return label
    for value in fields.get(b"x-mozilla-status", _NONE):
        try:
            if int(value, 16) & _EXPUNGED:
                return Use.TRASH
        except ValueError:
            continue
    return None


def _subject(fields: Fields) -> str:
    stated = fields.get(b"subject", _NONE)
    if not stated:
        return ""
    return " ".join(clean_value(decode_header(stated[0][: 8 * _SUBJECT_LIMIT])).split())[:_SUBJECT_LIMIT]


def _text(subject: str, words: str) -> str | None:
    subject = subject.strip()
    if not subject or not words:
        return subject or words or None
    return f"{subject}\n\n{words}"[:TEXT_LIMIT]


def _gmail_url(fields: Fields, own_id: str) -> str | None:
    """Return where Gmail shows the message, by its search operator `rfc822msgid:`."""
    if b"x-gm-thrid" not in fields or b"message-id" not in fields:
        return None
    return f"https://mail.google.com/mail/#search/rfc822msgid:{quote(own_id, safe='@')}"
