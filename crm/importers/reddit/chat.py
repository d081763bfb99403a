"""Chats: who is in which, and what was said there, in both directions.

The decision to know: who is in a chat is known only from who has written there, and a message of the user's
is one to those who wrote before it, so that later exports give the same acts. The table is in no certain
order, so it is read twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Record
from crm.importers.kit import chats
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row
from crm.importers.kit.times import iso
from crm.importers.reddit.names import PLATFORM, account, named_in, person, words
from crm.importers.reddit.tables import Reading, read_rows, rows

_TWO = "direct"
_NEVER = 1 << 62


class _Whose(Protocol):
    def is_me(self, name: str | None) -> bool:
        """Say whether an account is the user's."""


class Talk:
    """One chat."""

    def __init__(self) -> None:
        self.is_of_two = False
        self.first: dict[str, tuple[int, str]] = {}
        """When somebody, in lower case, first wrote, and the name as written."""


class Talks(NamedTuple):
    """All chats by their address, and how often somebody wrote."""

    by_place: dict[str, Talk]
    counts: Counter[str]
    authors: dict[str, str]
    """Who wrote the messages that others answer, by message id."""

    def in_all_of_two(self) -> set[str]:
        """Return those who wrote in every chat of two that both sides wrote in."""
        pairs = [
            set(talk.first) for talk in self.by_place.values() if talk.is_of_two and len(talk.first) == 2
        ]
        return set.intersection(*pairs) if len(pairs) > 1 else set()


def survey(export: Export, names: list[str]) -> Talks:
    """Return who is in which chat."""
    talks = Talks({}, Counter(), {})
    answered: set[str] = set()
    for row in _good_rows(export, names):
        place, name = _place_of(row), account(row["username"])
        talk = talks.by_place.setdefault(place, Talk())
        talk.is_of_two = talk.is_of_two or _TWO in row["conversation type"].casefold()
        if parent := row["thread parent message id"].strip():
            answered.add(parent)
        if name is None:
            continue
        key = name.lower()
        talks.counts[key] += 1
        moment = iso(row["created at"].strip())
        at = moment.at if moment and moment.at is not None else _NEVER
        if key not in talk.first or at < talk.first[key][0]:
            talk.first[key] = (at, name)
    if answered:
        for row in _good_rows(export, names):
            if (key := row["message id"].strip()) in answered and (name := account(row["username"])):
                talks.authors[key] = name.lower()
    return talks


def _good_rows(export: Export, names: list[str]) -> Iterator[Row]:
    for name in names:
        for row in rows(export, name):
            if isinstance(row, Row):
                yield row


def _place_of(row: Row) -> str:
    return row["channel url"].strip() or row["channel name"].strip()


def read(export: Export, names: list[str], talks: Talks, me: _Whose) -> Iterator[Record]:
    """Yield the messages of all chats."""
    reader = _Reader(talks, me)
    return read_rows(export, names, reader.message)


class _Reader:
    def __init__(self, talks: Talks, me: _Whose) -> None:
        self._talks = talks
        self._me = me

    def message(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Return what one message is."""
        key = row["message id"].strip()
        if not key:
            return [reading.problem(row, "is a chat message without an id")]
        sender = account(row["username"])
        if sender is None:
            reading.left["messages of deleted accounts"] += 1
            return ()
        place = _place_of(row)
        moment = reading.times.read(row["created at"], row.line)
        act = InteractionRecord(
            PLATFORM,
            f"reddit:chat:{key}",
            None,
            moment.at,
            Direction.OUT,
            Kind.MESSAGE,
            words(row["message"]),
            f"reddit:chat:{place}",
            None,
            moment.precision,
            moment.assumed,
        )
        talk = self._talks.by_place[place]
        if talk.is_of_two:
            return [self._between_two(act, talk, sender)]
        return self._in_group(act, row, reading, sender)

    def _between_two(self, act: InteractionRecord, talk: Talk, sender: str) -> InteractionRecord:
        if not self._me.is_me(sender):
            return act._replace(who=person(sender), direction=Direction.IN)
        others = [name for _, name in talk.first.values() if not self._me.is_me(name)]
        return act._replace(who=person(others[0])) if len(others) == 1 else act

    def _in_group(
        self, act: InteractionRecord, row: Row, reading: Reading, sender: str
    ) -> list[InteractionRecord]:
        before = self._before(_place_of(row), act.at)
        named = {name.lower() for name in named_in(act.text or "")}
        answered = self._talks.authors.get(row["thread parent message id"].strip())
        if self._me.is_me(sender):
            addressed = dict.fromkeys(named & set(before), Kind.MENTION)
            if answered in before:
                addressed[answered] = Kind.REPLY
            return chats.sent(act, before, addressed)
        kind = None
        if any(self._me.is_me(name) for name in named):
            kind = Kind.MENTION
        if self._me.is_me(answered):
            kind = Kind.REPLY
        found = chats.received(act, person(sender), len(before), kind)
        if found is None:
            reading.left[chats.NOT_TO_YOU] += 1
        return [found] if found else []

    def _before(self, place: str, at: int | None) -> dict[str, IdentityRef]:
        """Return the others who wrote in a chat up to a time."""
        return {
            key: person(name)
            for key, (first, name) in self._talks.by_place[place].first.items()
            if not self._me.is_me(name) and (at is None or first <= at)
        }
