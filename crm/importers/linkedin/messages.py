"""`messages.csv`: one row for each message, in the columns of every year.

There is no message id. The id is a hash of conversation, second, `me` or `other`, and the words with white
space evened out: it stays the same when LinkedIn adds columns (2023, 2024), quotes every field and keeps
line breaks (March 2026), when people change their address, and when they close their account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Record
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row
from crm.importers.linkedin.members import Member
from crm.importers.linkedin.owner import RECIPIENTS, Me, Survey, Talk, conversation_of
from crm.importers.linkedin.people import (
    CLOSED,
    PLATFORM,
    is_closed,
    key_of,
    named,
    plain,
    profile,
    slug_of,
    split_names,
)
from crm.importers.linkedin.reading import Reader, Reading, table_rows

_NO = frozenset(("", "No", "no", "NO", "false", "False", "FALSE", "0"))
_ENOUGH = 50
"""Conversations; of so many only the user takes part in most."""
_LONG = 4000
_MOST_KEPT = 10_000
# Looking up a member of an enumeration takes a third of the time of making a record.
_IN, _OUT, _MESSAGE, _TO_GROUP = Direction.IN, Direction.OUT, Kind.MESSAGE, Kind.GROUP_MESSAGE
_ADVERTISING = '<p class="spinmail'
_PLACEHOLDERS = ("%FIRSTNAME%", "%LASTNAME%", "%COMPANYNAME%")


def survey_of(export: Export, members: list[Member], whole: bool) -> Survey:
    """Read the messages once to learn who takes part in which conversation.

    It ends early when only the user is asked for and there is no doubt, unless `whole`.
    """
    survey = Survey()
    may_end = not whole and all(RECIPIENTS in member.columns for member in members)
    ask_at = _ENOUGH
    for member in members:
        for row in table_rows(export, member):
            if isinstance(row, Row):
                survey.add(row)
                if may_end and len(survey.talks) >= ask_at:
                    if survey.is_clear():
                        return survey
                    ask_at *= 2
    return survey


def reader(me: Me, survey: Survey | None) -> Reader:
    """Return what reads messages; `survey` may be None where every row names its recipients' profiles."""
    return _Messages(me, survey).records


def assistant(_row: Row, reading: Reading) -> Iterator[Record]:
    """Count a message of a chat with one of LinkedIn's own assistants, of which nothing else is told."""
    reading.left["messages of LinkedIn's own assistants"] += 1
    yield from ()


def _left_out(row: Row) -> str | None:
    """Say what a message is that is left out on purpose, or None."""
    if row.get("is message draft", "") not in _NO or row.get("is conversation draft", "") not in _NO:
        return "message drafts"
    if row["folder"].upper() == "SPAM":
        return "messages in the spam folder"
    if not row["sender profile url"]:
        content = row["content"]
        if content.lstrip().startswith(_ADVERTISING) or any(word in content for word in _PLACEHOLDERS):
            return "sponsored messages"
    return None


_Sender: TypeAlias = tuple[bool, IdentityRef | None]
_Towards: TypeAlias = tuple[Sequence[IdentityRef | None], bool]
V = TypeVar("V")


def _keep(kept: dict[tuple[str, str], V], address: str, name: str, found: V) -> None:
    """Keep what is known of an address and a name, unless it is so long or so much that it is no people."""
    if len(address) + len(name) < _LONG:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[address, name] = found


class _Messages:
    def __init__(self, me: Me, survey: Survey | None) -> None:
        self._me = me
        self._talks = survey.talks if survey is not None else {}
        self._senders: dict[tuple[str, str], _Sender] = {}
        self._towards: dict[tuple[str, str], _Towards] = {}

    def records(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Return one record for a message to the user, one for each recipient of the user's own."""
        left = _left_out(row)
        if left:
            reading.left[left] += 1
            return ()
        mine, sender = self._sender(row)
        conversation = row["conversation id"] or self._nameless(row)
        at, precision, assumed = reading.times.read(row["date"], row.line)
        key = reading.keys.make("message", conversation, at, "me" if mine else "other", row["content"])
        words, thread = _words(row), f"linkedin:conv:{conversation}"
        recipients, several = self._recipients(row)
        kind = _TO_GROUP if several else _MESSAGE
        direction = _OUT if mine else _IN
        if not mine:
            recipients = (sender,)
        elif not recipients:
            if not is_closed(row["to"]) and CLOSED not in row["to"]:
                reading.left["messages to yourself"] += 1
                return ()
            recipients = (None,)
        elif several:
            return [
                InteractionRecord(
                    PLATFORM, f"{key}:{key_of(one)}", one, at, direction, kind, words, thread, None,
                    precision, assumed,
                )
                for one in recipients if one
            ]  # fmt: skip
        who = recipients[0]
        return (
            InteractionRecord(
                PLATFORM, key, who, at, direction, kind, words, thread, None, precision, assumed
            ),
        )  # fmt: skip

    def _sender(self, row: Row) -> _Sender:
        """Return whether the user has written a message, and who has; people are worked out once."""
        url, name = row["sender profile url"], row["from"]
        found = self._senders.get((url, name))
        if found is None:
            slug = slug_of(url) if url else None
            who = profile(slug, name) if slug else named(name)
            found = self._me.acted(slug, name), who
            _keep(self._senders, url, name, found)
        stated = row.get("direction")
        return (stated == "OUTGOING", found[1]) if stated in ("OUTGOING", "INCOMING") else found

    def _nameless(self, row: Row) -> str:
        """Return the thread of a message before 2020: the other people's names."""
        names = {plain(name) for name in (row["from"], *split_names(row["to"]))} - self._me.names
        return f"with:{','.join(sorted(names))}"

    def _recipients(self, row: Row) -> _Towards:
        """Return whom a message went to, the user apart, and whether its conversation has several others."""
        stated, to = row[RECIPIENTS], row["to"]
        if not stated:
            return self._recipients_by_name(row)
        found = self._towards.get((stated, to))
        if found is None:
            found = self._recipients_by_address(stated, to)
            _keep(self._towards, stated, to, found)
        return found

    def _recipients_by_address(self, stated: str, to: str) -> _Towards:
        if "," not in stated and "," not in to:
            slug = slug_of(stated)
            who = profile(slug, to) if slug else named(to)
            return () if who is None or self._me.acted(slug, to) else (who,), False
        addresses = stated.split(",")
        closed = split_names(to).count(CLOSED)
        names = (to,) if len(addresses) == 1 and not closed else split_names(to)
        people = [name for name in names if name != CLOSED]
        if len(people) != len(addresses):
            people = [""] * len(addresses)
        found = []
        for address, name in zip(addresses, people, strict=True):
            slug = slug_of(address)
            one = profile(slug, name) if slug else named(name)
            if one is not None and not self._me.acted(slug, name):
                found.append(one)
        return found, len(addresses) + closed > 1

    def _recipients_by_name(self, row: Row) -> _Towards:
        """The same where only names are given: addresses are those under which people wrote there."""
        to = row["to"]
        talk = self._talks.get(conversation_of(row)) or Talk()
        known = {name: slug for slug, name in talk.profiles.items()}
        names = (to,) if plain(to) in known or plain(to) in self._me.names else split_names(to)
        several = len(names) > 1 or len(talk.profiles) > 2
        others = [slug for slug in talk.profiles if slug not in self._me.slugs]
        found = []
        for name in names:
            slug = known.get(plain(name))
            if self._me.acted(slug, name):
                continue
            if slug is None and not several and len(others) == 1:  # there is nobody else
                slug = others[0]
            one = profile(slug, name) if slug else named(name)
            if one is not None:
                found.append(one)
        return found, several


def _words(row: Row) -> str | None:
    """Return what was said: a subject line stands before the text; attachments alone are their addresses."""
    content, subject = row["content"], row["subject"]
    if subject and not content.startswith(subject):
        content = f"{subject}\n\n{content}" if content else subject
    return content or row["attachments"].replace(",", "\n") or None
