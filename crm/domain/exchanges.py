"""What counts, what an exchange is, and whose turn it is: the rules computed from one contact's acts.

Everything is a function of the acts alone (never of yesterday's answer), so that any order of imports,
edits, merges and deletions gives the same result. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

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
    """One counting act whose time is known."""

    at: int
    """Microseconds since 1970, UTC."""
    id: int
    direction: str
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


DayOf = Callable[[Act], date]
"""Gives the calendar day of an act in the user's time zone."""


def history(acts: Sequence[Act], window: int, day_of: DayOf) -> History:
    """Compute the exchanges and the turn of one contact.

    Args:
        acts: the counting acts of known time, in any order.
        window: how long an answer may take and still be one, microseconds.
        day_of: the calendar day of an act in the user's time zone.

    """
    ordered = sorted(acts)
    first: Exchange | None = None
    last: Exchange | None = None
    days: list[int] = []
    for exchange in _exchanges(ordered, window):
        first = first or exchange
        last = exchange
        day = day_of(exchange.completing).toordinal()
        if not days or days[-1] != day:
            days.append(day)
    latest = ordered[-1] if ordered else None
    return History(
        first=first,
        last=last,
        days=tuple(sorted(set(days))),
        turn=_turn(latest),
        last_act=latest,
        unanswered=_unanswered(ordered, day_of),
    )


def _exchanges(ordered: Sequence[Act], window: int) -> list[Exchange]:
    """Every act that completes an exchange. Acts at the same microsecond can answer each other."""
    found = []
    sides = {
        Direction.IN.value: [act for act in ordered if act.direction == Direction.IN],
        Direction.OUT.value: [act for act in ordered if act.direction == Direction.OUT],
    }
    times = {side: [act.at for act in acts] for side, acts in sides.items()}
    for act in ordered:
        if act.direction == Direction.MUTUAL:
            found.append(Exchange(act, None))
            continue
        other = Direction.OUT.value if act.direction == Direction.IN else Direction.IN.value
        nearest = bisect_right(times[other], act.at) - 1
        if nearest >= 0 and act.at - times[other][nearest] <= window:
            found.append(Exchange(act, sides[other][nearest]))
    return found


def _turn(latest: Act | None) -> Turn:
    if latest is None:
        return Turn.NONE
    if latest.direction == Direction.MUTUAL:
        return Turn.EVEN
    return Turn.YOURS if latest.direction == Direction.IN else Turn.THEIRS


def _unanswered(ordered: Sequence[Act], day_of: DayOf) -> int:
    """Count your days since they last acted; a call or a meeting is an act of theirs too."""
    days = set()
    for act in reversed(ordered):
        if act.direction != Direction.OUT:
            break
        days.add(day_of(act))
    return len(days)
