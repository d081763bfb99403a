"""What counts, what an exchange is, and whose turn it is: the rules computed from one contact's acts.

Everything is a function of the acts alone (never of yesterday's answer), so that any order of imports,
edits, merges and deletions gives the same result. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum, StrEnum
from itertools import groupby
from operator import itemgetter
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


OrdinalOf = Callable[[int, bool], int]
"""Gives the local day of (moment, day only?) as an ordinal: `days.LocalDays.ordinal`."""


def history(acts: Sequence[Act], window: int, ordinal_of: OrdinalOf) -> History:
    """Compute the exchanges and the turn of one contact.

    Args:
        acts: the counting acts of known time, in any order.
        window: how long an answer may take and still be one, microseconds.
        ordinal_of: the calendar day of an act in the user's time zone.

    """
    ordered = sorted(acts)
    first: Exchange | None = None
    last: Exchange | None = None
    days: set[int] = set()
    for exchange in exchanges(ordered, window):
        first = first or exchange
        last = exchange
        days.add(ordinal_of(exchange.completing.at, exchange.completing.day_only))
    latest = ordered[-1] if ordered else None
    return History(
        first=first,
        last=last,
        days=tuple(sorted(days)),
        turn=_turn(latest),
        last_act=latest,
        unanswered=_unanswered(ordered, ordinal_of),
    )


def exchanges(ordered: Sequence[Act], window: int) -> Iterator[Exchange]:
    """Yield every act that completes an exchange, with the nearest earlier act of the other side.

    Acts of the same microsecond can answer each other, so all of them are noted before any is judged.
    """
    latest: dict[str, Act] = {}
    for _, group in groupby(ordered, key=itemgetter(0)):
        together = tuple(group)
        for act in together:
            latest[act.direction] = act
        for act in together:
            if act.direction == Direction.MUTUAL:
                yield Exchange(act, None)
                continue
            partner = latest.get("out" if act.direction == Direction.IN else "in")
            if partner is not None and act.at - partner.at <= window:
                yield Exchange(act, partner)


def _turn(latest: Act | None) -> Turn:
    if latest is None:
        return Turn.NONE
    if latest.direction == Direction.MUTUAL:
        return Turn.EVEN
    return Turn.YOURS if latest.direction == Direction.IN else Turn.THEIRS


def _unanswered(ordered: Sequence[Act], ordinal_of: OrdinalOf) -> int:
    """Count your days since they last acted; a call or a meeting is an act of theirs too."""
    days = set()
    for act in reversed(ordered):
        if act.direction != Direction.OUT:
            break
        days.add(ordinal_of(act.at, act.day_only))
    return len(days)
