"""What counts, what an exchange is, and whose turn it is: the rules computed from one contact's acts.

Everything is a function of the acts alone (never of yesterday's answer), so that any order of imports,
edits, merges and deletions gives the same result. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, StrEnum
from itertools import chain, islice
from typing import NamedTuple

from crm.domain.days import LocalDays
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


class Mark(NamedTuple):
    """When something was done and by whom: all that the rules look at."""

    at: int
    direction: str
    day_only: bool


class Answer(NamedTuple):
    """An act that completed an exchange, and the one it answered."""

    completing: Mark
    partner: Mark | None
    """None for a call or a meeting."""


class History(NamedTuple):
    """What the acts of one contact say."""

    first: Answer | None
    last: Answer | None
    days: tuple[int, ...]
    """Exchange days, as proleptic ordinals (`date.toordinal`), ascending, each once."""
    turn: Turn
    last_act: Mark | None
    """The latest counting act."""
    unanswered: int
    """Different days on which you acted since their last counting act (or ever)."""


# A mark in one integer, because a recomputation sorts and walks through a million of them: the moment, then
# two bits for the direction in the order in which acts of one microsecond count, then one for "day only".
_IN, _MUTUAL, _OUT = 0, 2, 4
_CODES = {"in": _IN, "mutual": _MUTUAL, "out": _OUT}
_DIRECTIONS = {code: direction for direction, code in _CODES.items()}
_LOW = 7
MARK_BITS = 3
"""How far a moment is shifted in a packed mark; `packed` and the query of `db.state` agree on it."""


def packed(at: int, direction: str, day_only: bool = False) -> int:
    """Return a mark as one integer; sorted, they are in the order in which acts count."""
    return at << MARK_BITS | _CODES[direction] | day_only


def history(acts: Iterable[int], window: int, days: LocalDays) -> History:
    """Compute the exchanges and the turn of one contact.

    Args:
        acts: the counting acts of known time, each `packed`, in any order.
        window: how long an answer may take and still be one, microseconds.
        days: the calendar of the user's time zone.

    """
    ordered = sorted(acts)
    completing, partners = _completing(ordered, window)
    return History(
        first=_answer(completing[0], partners[0]) if completing else None,
        last=_answer(completing[-1], partners[-1]) if completing else None,
        days=_days(completing, days),
        turn=_turn(_mark(ordered[-1])) if ordered else Turn.NONE,
        last_act=_mark(ordered[-1]) if ordered else None,
        unanswered=_unanswered(ordered, days),
    )


def exchanges(acts: Iterable[Act], window: int) -> Iterator[Exchange]:
    """Yield every act that completes an exchange, in order, with its evidence."""
    by_mark = {packed(act.at, act.direction, act.day_only): act for act in sorted(acts)}
    completing, partners = _completing(sorted(by_mark), window)
    for mark, partner in zip(completing, partners, strict=True):
        yield Exchange(by_mark[mark], None if partner is None else by_mark[partner])


def _completing(ordered: Sequence[int], window: int) -> tuple[list[int], list[int | None]]:
    """Return every mark that completes an exchange, and the nearest earlier one of the other side.

    Acts of the same microsecond can answer each other, so all of them are noted before any is judged.
    """
    completing: list[int] = []
    partners: list[int | None] = []
    reach = window << MARK_BITS
    latest_in = latest_out = -reach - _LOW - 2  # too long ago to be answered
    noted = -1
    following = chain(islice(ordered, 1, None), (sys.maxsize,))
    for mark, after in zip(ordered, following, strict=False):
        ending = mark | _LOW  # the moment alone, comparable
        if after <= ending and noted < ending:
            noted = ending
            for one in ordered[bisect_left(ordered, mark) : bisect_right(ordered, ending)]:
                if one & _OUT:
                    latest_out = one
                elif not one & _MUTUAL:
                    latest_in = one
        if mark & _OUT:
            latest_out, partner = mark, latest_in
        elif mark & _MUTUAL:
            completing.append(mark)
            partners.append(None)
            continue
        else:
            latest_in, partner = mark, latest_out
        if ending - (partner | _LOW) <= reach:
            completing.append(mark)
            partners.append(partner)
    return completing, partners


def _days(completing: Iterable[int], days: LocalDays) -> tuple[int, ...]:
    found: set[int] = set()
    until = -1
    for mark in completing:
        if mark < until and not mark & 1:
            continue  # the day of the one before
        at = mark >> MARK_BITS
        ordinal = days.ordinal(at, bool(mark & 1))
        found.add(ordinal)
        if not mark & 1:
            until = days.end(at) << MARK_BITS
    return tuple(sorted(found))


def _mark(mark: int) -> Mark:
    return Mark(mark >> MARK_BITS, _DIRECTIONS[mark & 6], bool(mark & 1))


def _answer(completing: int, partner: int | None) -> Answer:
    return Answer(_mark(completing), None if partner is None else _mark(partner))


def _turn(latest: Mark) -> Turn:
    if latest.direction == Direction.MUTUAL:
        return Turn.EVEN
    return Turn.YOURS if latest.direction == Direction.IN else Turn.THEIRS


def _unanswered(ordered: Sequence[int], days: LocalDays) -> int:
    """Count your days since they last acted; a call or a meeting is an act of theirs too."""
    found = set()
    for mark in reversed(ordered):
        if not mark & _OUT:
            break
        found.add(days.ordinal(mark >> MARK_BITS, bool(mark & 1)))
    return len(found)
