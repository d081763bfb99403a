"""What counts, what an exchange is, and whose turn it is: the rules computed from one contact's acts.

Everything is a function of the acts alone (never of yesterday's answer), so that any order of imports,
edits, merges and deletions gives the same result. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, StrEnum
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


class Openings(NamedTuple):
    """The acts with which one side began to speak: none of theirs came shortly before (`window`)."""

    days: list[int]
    """Ordinals, ascending."""
    waits: list[float]
    """How long the answer to each took, microseconds; where none came in time, `FAR` less than its moment."""


class Dialogue(NamedTuple):
    """What the counting acts of one contact say of one platform."""

    days: tuple[int, ...]
    """Days on which an exchange was completed here, as ordinals, ascending, each once."""
    theirs: Openings
    yours: Openings


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
    dialogues: Mapping[int, Dialogue]
    """By the number of the platform: where there was an opening or an exchange."""


# An act in one integer, because a recomputation sorts and walks through a million of them: the moment, then
# two bits for the direction in the order in which acts of one microsecond count, one for "day only", and two
# for the depth. That leaves room for every moment of a datetime in eight bytes.
_IN, _MUTUAL, _OUT = 0, 8, 16
_CODES: Mapping[str, int] = {"in": _IN, "mutual": _MUTUAL, "out": _OUT}
_DIRECTIONS = {code: direction for direction, code in _CODES.items()}
DIRECTION_MASK = 24
DAY_ONLY = 4
DEPTH_MASK = 3
ACT_BITS = 5
"""How far a moment is shifted in a packed act; `packed` and the query of `db.acts` agree on it."""
FAR = float(1 << 53)
"""More than any moment until the year 2255; whole numbers up to here are exact as floats, which sort fast."""
OPENING_SIZE = 12
"""Bytes of a packed opening: its day in four, its wait in eight; the days of all come first."""
_LONG_AGO = -(1 << 62)
_NONE = Openings([], [])


def packed(at: int, direction: str, day_only: bool = False, depth: Depth = Depth.WORDS) -> int:
    """Return an act as one integer; sorted, they are in the order in which acts count."""
    return at << ACT_BITS | _CODES[direction] | day_only * DAY_ONLY | depth


def history(acts: Iterable[int], window: int, days: LocalDays, bits: int = 0) -> History:
    """Compute the exchanges, the openings and the turn of one contact.

    Args:
        acts: the counting acts of known time, each `packed`, in any order; where there are several platforms
            shifted by `bits`, with the number of the platform below.
        window: how long an answer may take and still be one, microseconds.
        days: the calendar of the user's time zone.
        bits: see above.

    """
    ordered = sorted(acts)
    if not ordered:
        return History(None, None, (), Turn.NONE, None, 0, {})
    local = _local(ordered, bits, days)
    walked = _walk(ordered, window, bits, local)
    completing = walked.completing
    last_act = _mark(ordered[-1], bits)
    return History(
        first=_answer(ordered, completing[0], bits) if completing else None,
        last=_answer(ordered, completing[-1], bits) if completing else None,
        days=tuple(sorted(set().union(*walked.days.values()))),
        turn=_turn(last_act),
        last_act=last_act,
        unanswered=_unanswered(ordered, local, bits),
        dialogues=_dialogues(walked, bits),
    )


def exchanges(acts: Iterable[Act], window: int) -> Iterator[Exchange]:
    """Yield every act that completes an exchange, in order, with its evidence."""
    by_mark = {packed(act.at, act.direction, act.day_only): act for act in sorted(acts)}
    ordered = sorted(by_mark)
    for number in _walk(ordered, window, 0, [0] * len(ordered)).completing:
        partner = _partner(ordered, number, 0)
        yield Exchange(by_mark[ordered[number]], None if partner is None else by_mark[partner])


class _Walked(NamedTuple):
    completing: list[int]
    """Numbers of the acts that complete an exchange."""
    days: dict[int, set[int]]
    """Their local days, by platform."""
    openings: dict[int, Openings]
    """By direction and platform, as they stand in an act; among them calls and meetings, which end waits."""


class _Openings(dict[int, Openings]):
    def __missing__(self, key: int) -> Openings:
        self[key] = made = Openings([], [])
        return made


def _walk(ordered: Sequence[int], window: int, bits: int, local: Sequence[int]) -> _Walked:
    """Look at every act once.

    Of two acts of one microsecond theirs comes first, but yours answers it and is answered by it.
    """
    way_mask, out, mutual = DIRECTION_MASK << bits, _OUT << bits, _MUTUAL << bits
    shift, place = ACT_BITS + bits, (1 << bits) - 1
    key, last = way_mask | place, len(ordered) - 1
    completing: list[int] = []
    days: defaultdict[int, set[int]] = defaultdict(set)
    openings = _Openings()
    began_waits: list[float] = []  # nobody's
    previous = -1
    previous_at = latest_in = latest_out = began_at = _LONG_AGO
    for number, (mark, day) in enumerate(zip(ordered, local, strict=True)):
        at = mark >> shift
        way = mark & way_mask
        if way != previous or at - previous_at > window:
            late = began_at - FAR
            began_waits.append(at - began_at if at - began_at <= window else late if late < -1.0 else -1.0)
            began_days, began_waits = openings[mark & key]
            began_days.append(day)
            began_at = at
        previous, previous_at = way, at
        if way == out:
            latest_out, partner = at, latest_in
        elif way == mutual:
            partner = at
        else:
            latest_in, partner = at, latest_out
        if at - partner <= window or (
            way == 0
            and number < last
            and ordered[number + 1] >> shift == at
            and _met_by(ordered, number, bits) is not None
        ):
            completing.append(number)
            days[mark & place].add(day)
    began_waits.append(min(began_at - FAR, -1.0))
    return _Walked(completing, days, openings)


def _met_by(ordered: Sequence[int], number: int, bits: int) -> int | None:
    """Return the last of your acts in the microsecond of this act of theirs, or None."""
    ending = ordered[number] | (1 << ACT_BITS + bits) - 1  # the moment alone, comparable
    if number + 1 == len(ordered) or ordered[number + 1] > ending:
        return None
    # yours come last; looked up, not walked to: an export may give one time to all that was ever said
    last = ordered[bisect_right(ordered, ending, number + 1) - 1]
    return last if last & _OUT << bits else None


def _partner(ordered: Sequence[int], number: int, bits: int) -> int | None:
    """Return the nearest act of the other side that a completing act answers; None for calls and meetings."""
    mark = ordered[number]
    way = mark >> bits & DIRECTION_MASK
    if way == _MUTUAL:
        return None
    if way == _IN and (met := _met_by(ordered, number, bits)) is not None:
        return met
    other = _OUT - way
    earlier = range(number - 1, -1, -1)
    return next(ordered[one] for one in earlier if ordered[one] >> bits & DIRECTION_MASK == other)


def _local(ordered: Sequence[int], bits: int, days: LocalDays) -> list[int]:
    """Return the local day of each act."""
    shift, day_only = ACT_BITS + bits, DAY_ONLY << bits
    if any(map(day_only.__and__, ordered)):
        return [days.ordinal(mark >> shift, mark & day_only != 0) for mark in ordered]
    return days.ordinals(ordered, shift)


def _dialogues(walked: _Walked, bits: int) -> dict[int, Dialogue]:
    """Sort out by platform what was found."""
    places = (1 << bits) - 1
    found = {}
    for place in {*walked.days, *(key & places for key in walked.openings)}:
        theirs, yours = (walked.openings.get(way << bits | place, _NONE) for way in (_IN, _OUT))
        days = sorted(walked.days.get(place, ()))
        found[place] = Dialogue(tuple(days), _by_day(theirs), _by_day(yours))
    return found


def _by_day(openings: Openings) -> Openings:
    """Return them by their local days; a date alone may lie on either side of its neighbours."""
    days, waits = openings
    ordered = sorted(days)
    if ordered == days:
        return openings
    by_day = sorted(zip(days, waits, strict=True))
    return Openings([day for day, _ in by_day], [wait for _, wait in by_day])


def _mark(mark: int, bits: int) -> Mark:
    act = mark >> bits
    return Mark(act >> ACT_BITS, _DIRECTIONS[act & DIRECTION_MASK], bool(act & DAY_ONLY))


def _answer(ordered: Sequence[int], number: int, bits: int) -> Answer:
    partner = _partner(ordered, number, bits)
    return Answer(_mark(ordered[number], bits), None if partner is None else _mark(partner, bits))


def _turn(latest: Mark) -> Turn:
    if latest.direction == Direction.MUTUAL:
        return Turn.EVEN
    return Turn.YOURS if latest.direction == Direction.IN else Turn.THEIRS


def _unanswered(ordered: Sequence[int], local: Sequence[int], bits: int) -> int:
    """Count your days since they last acted; a call or a meeting is an act of theirs too."""
    found = set()
    for number in range(len(ordered) - 1, -1, -1):
        if not ordered[number] & _OUT << bits:
            break
        found.add(local[number])
    return len(found)
