"""What counts, what an exchange is, and whose turn it is: the rules computed from one contact's acts.

Everything is a function of the acts alone (never of yesterday's answer), so that any order of imports,
edits, merges and deletions gives the same result. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from crm.domain.records import Direction, Kind

MICROSECONDS_PER_DAY = 86_400_000_000


class Depth(IntEnum):
    """How much of a person is in an act. Always derived from the kind, never stored."""

    NOD = 0
    BOOST = 1
    WORDS = 2
    LIVE = 3

    @property
    def word(self) -> str:
        """The name used in JSON, configuration and on screen."""
        return self.name.lower()


_DEPTHS = {
    Kind.REACTION: Depth.NOD,
    Kind.FOLLOW: Depth.NOD,
    Kind.RESHARE: Depth.BOOST,
    Kind.PURCHASE: Depth.BOOST,
    Kind.GROUP_MESSAGE: Depth.BOOST,
    Kind.MESSAGE: Depth.WORDS,
    Kind.EMAIL: Depth.WORDS,
    Kind.REPLY: Depth.WORDS,
    Kind.COMMENT: Depth.WORDS,
    Kind.MENTION: Depth.WORDS,
    Kind.QUOTE: Depth.WORDS,
    Kind.REVIEW: Depth.WORDS,
    Kind.LETTER: Depth.WORDS,
    Kind.CALL: Depth.LIVE,
    Kind.MEETING: Depth.LIVE,
}

_BY_WORD = {depth.word: depth for depth in Depth}


def depth_of(kind: str) -> Depth:
    """Return the depth of a kind of act."""
    return _DEPTHS[Kind(kind)]


def depth_from(word: str) -> Depth | None:
    """Return the depth a user or a configuration file named, or None."""
    return _BY_WORD.get(word.strip().casefold())


def kinds_at_or_above(floor: Depth) -> tuple[str, ...]:
    """Return the kinds of acts that count for a contact with this floor."""
    return tuple(kind.value for kind, depth in _DEPTHS.items() if depth >= floor)


class Turn(StrEnum):
    """Who spoke last."""

    YOURS = "yours"
    THEIRS = "theirs"
    EVEN = "even"
    NONE = "none"


class Act(NamedTuple):
    """One counting act whose time is known.

    Acts are ordered as these tuples are: of the same microsecond theirs come before yours, whatever order
    they were imported in, so that nobody is said to wait who was answered in that very moment.
    """

    at: int
    """Microseconds since 1970, UTC."""
    direction: str
    id: int
    day_only: bool = False
    """The time of day is unknown; its calendar day is the UTC date, in every time zone."""


class Exchange(NamedTuple):
    """An act that completed an exchange, with its evidence."""

    completing: Act
    partner: Act | None
    """The nearest act of the other direction; None for a call or a meeting."""


class History(NamedTuple):
    """What the acts of one contact say."""

    first: Exchange | None
    last: Exchange | None
    days: tuple[int, ...]
    """Exchange days, as proleptic ordinals (`date.toordinal`), ascending, each once."""
    turn: Turn
    last_act: Act | None
    """The latest counting act."""
    unanswered: int
    """Different days on which you acted since their last counting act (or ever)."""


OrdinalOf = Callable[[int, bool], int]
"""Gives the local day of (moment, day only?) as an ordinal: `days.LocalDays.ordinal`."""

AnyAct = tuple[Any, ...]
"""An `Act`, or a plain tuple that begins like one: a recomputation looks at a million of them."""


def history(acts: Iterable[AnyAct], window: int, ordinal_of: OrdinalOf) -> History:
    """Compute the exchanges and the turn of one contact.

    Args:
        acts: the counting acts of known time, in any order.
        window: how long an answer may take and still be one, microseconds.
        ordinal_of: the calendar day of an act in the user's time zone.

    """
    ordered = sorted(acts)
    first: tuple[AnyAct, AnyAct | None] | None = None
    last: tuple[AnyAct, AnyAct | None] | None = None
    days: set[int] = set()
    for exchange in _completing(ordered, window):
        if first is None:
            first = exchange
        last = exchange
        act = exchange[0]
        days.add(ordinal_of(act[0], act[3]))
    latest = _act(ordered[-1]) if ordered else None
    return History(
        first=_exchange(first) if first else None,
        last=_exchange(last) if last else None,
        days=tuple(sorted(days)),
        turn=_turn(latest),
        last_act=latest,
        unanswered=_unanswered(ordered, ordinal_of),
    )


def exchanges(acts: Iterable[AnyAct], window: int) -> Iterator[Exchange]:
    """Yield every act that completes an exchange, in order, with its evidence."""
    return (_exchange(found) for found in _completing(sorted(acts), window))


def _completing(ordered: Sequence[AnyAct], window: int) -> Iterator[tuple[AnyAct, AnyAct | None]]:
    """Yield every act that completes an exchange, with the nearest earlier act of the other side.

    Acts of the same microsecond can answer each other, so all of them are noted before any is judged.
    """
    latest_in: AnyAct | None = None
    latest_out: AnyAct | None = None
    noted_until = -1
    for place, act in enumerate(ordered):
        at = act[0]
        if place > noted_until:
            noted_until = place
            while noted_until + 1 < len(ordered) and ordered[noted_until + 1][0] == at:
                noted_until += 1
            for one in ordered[place : noted_until + 1]:
                if one[1] == "in":
                    latest_in = one
                elif one[1] == "out":
                    latest_out = one
        direction = act[1]
        if direction == "mutual":
            yield act, None
            continue
        partner = latest_out if direction == "in" else latest_in
        if partner is not None and at - partner[0] <= window:
            yield act, partner


def _act(act: AnyAct) -> Act:
    return Act(act[0], act[1], act[2], bool(act[3]))


def _exchange(found: tuple[AnyAct, AnyAct | None]) -> Exchange:
    return Exchange(_act(found[0]), _act(found[1]) if found[1] is not None else None)


def _turn(latest: Act | None) -> Turn:
    if latest is None:
        return Turn.NONE
    if latest.direction == Direction.MUTUAL:
        return Turn.EVEN
    return Turn.YOURS if latest.direction == Direction.IN else Turn.THEIRS


def _unanswered(ordered: Sequence[AnyAct], ordinal_of: OrdinalOf) -> int:
    """Count your days since they last acted; a call or a meeting is an act of theirs too."""
    days = set()
    for act in reversed(ordered):
        if act[1] != Direction.OUT:
            break
        days.add(ordinal_of(act[0], act[3]))
    return len(days)
