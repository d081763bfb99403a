"""Which members of an export are mailboxes or messages.

The decision to know: contents decide, not names. A `.mbox` begins with a `From ` line and headers; a
message begins with header fields of which two are those of mail. A calendar or a vCard has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.errors import ExportError
from crm.importers.kit.export import Export
from crm.importers.mail.folders import Use, use_of_member

_PEEK = 8192
_MOST_PEEKS = 60
"""Members looked into before an export is declared to be no mail."""
_LOOSE = (".eml", ".emlx")
_MBOX = (".mbox", ".mbx")
_DELIVERED = re.compile(r"(?:^|/)(?:cur|new)/[^/]+$")
_IN_MAILDIR = re.compile(r"(?:^|/)(?:cur|new|tmp)/[^/]+$")
_MAILDIR_NAME = re.compile(r"\d{5,}\.[^/]+")
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
"""`:2,` and what programs write instead of the colon where file names may not have one."""
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?[\r\n]*(From [^\n]{0,998}\n(?:>?From [^\n]{0,998}\n)?|\d{1,12}[ \t]*\r?\n)?"
)
_ENVELOPE = re.compile(rb"From (?:-|MAILER-DAEMON|\S{1,300}@|[^\n]*\d\d:\d\d)")
_FIRST_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_BLOCK_END = re.compile(rb"\n\r?\n")
_KNOWN_FIELD = re.compile(
    rb"^(from|to|date|subject|message-id|received|return-path|delivered-to|mime-version|x-gmail-labels"
    rb"|x-gm-thrid|reply-to|cc|x-received|dkim-signature|x-mozilla-status|status|in-reply-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


class MailMember(NamedTuple):
    """A mailbox file, or a file that is one message."""

    name: str
    is_mbox: bool
    use: Use | None
    """What its folder, or its Maildir flags, say about the messages in it."""


def holds_mail(export: Export) -> bool:
    """Say whether an export is mail: any mailbox in it, a Maildir, or mostly loose messages. Cheap."""
    loose = [name for name in export.names if name.casefold().endswith(_LOOSE)]
    if loose and 2 * len(loose) >= len(export.names) and _looks_like_message(export.peek(loose[0], _PEEK)):
        return True
    peeks = 0
    for name in export.names:
        if not _may_be_mbox(name) and not _in_maildir(name):
            continue
        peeks += 1
        start = export.peek(name, _PEEK)
        if _looks_like_mbox(start) if _may_be_mbox(name) else _looks_like_message(start):
            return True
        if peeks >= _MOST_PEEKS:
            break
    return False


def mail_members(export: Export) -> Iterator[MailMember]:
    """Yield the mailboxes and messages of an export; undelivered files (`tmp/`) are passed over."""
    outer = export.path.name
    for name in export.names:
        if name.casefold().endswith(_LOOSE):
            if _is_message(export, name):
                yield MailMember(name, False, use_of_member(name, outer))
        elif _in_maildir(name):
            last = name.rpartition("/")[2]
            if _MAILDIR_NAME.fullmatch(last) or _is_message(export, name):
                yield MailMember(name, False, _flagged(last) or use_of_member(name, outer))
        elif _may_be_mbox(name):
            start = export.peek(name, _PEEK)
            if _looks_like_mbox(start) or (not start and name.casefold().endswith(_MBOX)):
                yield MailMember(name, True, use_of_member(name, outer))


def _is_message(export: Export, name: str) -> bool:
    """Say whether a file is a message, or cannot be looked into: reading it says what is wrong then."""
    try:
        return _looks_like_message(export.peek(name, _PEEK))
    except ExportError:
        return True


def _may_be_mbox(name: str) -> bool:
    """Say whether a name is that of a mailbox file; Thunderbird's and Apple Mail's have no suffix."""
    last = name.rpartition("/")[2].casefold()
    return last.endswith(_MBOX) or ("." not in last and _IN_MAILDIR.search(name) is None)


def _in_maildir(name: str) -> bool:
    if "cur/" not in name and "new/" not in name and "2," not in name:  # a quick no for most names
        return False
    # Zipping the files of one folder leaves them without it
    return _DELIVERED.search(name) is not None or (
        "/" not in name and _MAILDIR_FLAGS.search(name) is not None
    )


def _flagged(last: str) -> Use | None:
    flags = _MAILDIR_FLAGS.search(last)
    if flags and "T" in flags[1]:
        return Use.TRASH
    return Use.DRAFTS if flags and "D" in flags[1] else None


def _looks_like_mbox(start: bytes) -> bool:
    match = _START.match(start)
    return bool(match and match[1] and _ENVELOPE.match(match[1])) and _begins_header(start, match)


def _looks_like_message(start: bytes) -> bool:
    return _begins_header(start, _START.match(start))


def _begins_header(start: bytes, before: re.Match[bytes] | None) -> bool:
    begin = before.end() if before else 0
    if not _FIRST_FIELD.match(start, begin):
        return False
    end = _BLOCK_END.search(start, begin)
    block = start[begin : end.start() if end else len(start)]
    return len({match[1].lower() for match in _KNOWN_FIELD.finditer(block)}) >= 2
