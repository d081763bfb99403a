"""The mirror: what the acts of all contacts come to, for a period and for the one before it.

Everything is counted in one walk over each contact's acts, which come as integers (`Layout`), because ten
years can hold a million of them. An opening and its answer may lie on different platforms, as those of an
exchange may; the platform of an opening is where it was made, that of an exchange where it was completed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from itertools import chain
from statistics import median
from typing import NamedTuple

from crm.domain.days import LocalDays
from crm.domain.exchanges import Depth

ACTIVE_DAYS = 365
"""A contact is active whose latest exchange lies within this many days before the end of the period."""
LONGSTANDING_DAYS = 730
"""From the first exchange to the last, of an active contact."""
EVERYWHERE = -1
"""Stands for all platforms together, where a platform's number is asked for."""

_SECOND = 1_000_000
_MICROSECONDS_PER_DAY = 86_400_000_000
_IN, _MUTUAL, _OUT = 0, 1, 2
_LONG_AGO = -(1 << 62)
DIRECTION_CODES: Mapping[str, int] = {"in": _IN, "mutual": _MUTUAL, "out": _OUT}


class Span(IntEnum):
    """In which part of the time an act lies: the number of period bounds that it has passed."""

    EARLIER = 0
    BEFORE = 1
    """In the period that the wanted one is compared with."""
    NOW = 2
    """In the wanted period."""
    LATER = 3


class Layout:
    """How an act is packed into one integer: its moment above, everything else in the bits below.

    Sorted, acts of one moment come in the order in which they count: theirs, calls and meetings, yours.
    """

    def __init__(self, platforms: Iterable[str]) -> None:
        self.platforms = tuple(sorted(set(platforms)))
        width = max(len(self.platforms) - 1, 0).bit_length()
        self.platform = (1 << width) - 1
        """The mask of the platform's number."""
        self.span_shift = width
        self.depth_shift = width + 2
        self.day_shift = width + 4
        self.direction_shift = width + 5
        self.bits = width + 7
        """How far the moment is shifted."""
        self.low = (1 << self.bits) - 1

    def code(self, platform: str, direction: str, depth: Depth, span: Span, day_only: bool = False) -> int:
        """Return everything of an act but its moment."""
        return (
            DIRECTION_CODES[direction] << self.direction_shift
            | day_only << self.day_shift
            | depth << self.depth_shift
            | span << self.span_shift
            | self.platforms.index(platform)
        )


class Period(NamedTuple):
    """The days that are looked at, each end included, and those they are compared with."""

    since: date
    until: date
    before_since: date
    before_until: date

    def days(self, span: Span) -> tuple[int, int]:
        """Return the first and the last day of a span as ordinals."""
        if span is Span.NOW:
            return self.since.toordinal(), self.until.toordinal()
        return self.before_since.toordinal(), self.before_until.toordinal()


class Responses(NamedTuple):
    """What came of one side's openings."""

    openings: int
    answered: int
    pending: int
    """Not answered, but still inside the window."""
    people: int
    """Contacts who made an opening, or to whom you made one."""
    seconds: float | None
    """The median time to the answer."""

    @property
    def rate(self) -> float | None:
        """The share answered of those that are answered or whose window is over."""
        closed = self.openings - self.pending
        return self.answered / closed if closed else None


class Community(NamedTuple):
    """Contacts at the end of a period, each counted once."""

    known: int
    spoken_with: int
    active: int
    longstanding: int

    @property
    def silent_audience(self) -> int:
        """Those with whom there never was an exchange."""
        return self.known - self.spoken_with


class Figures(NamedTuple):
    """All figures of one platform, or of all together, in one period."""

    responses: Responses
    answered_by_them: Responses
    given: tuple[int, ...]
    """Your acts, by depth; also those that an export shows without their addressee."""
    received: tuple[int, ...]
    together: int
    """Calls and meetings."""
    posts: int
    promoting: int | None
    """Posts with a link to one of your own sites; None: none is configured."""
    community: Community
    growth: tuple[tuple[date, int], ...]
    """Contacts by the month (its first day) of their first exchange, every month of the period."""
    exchanges: tuple[tuple[date, int], ...]
    """Contacts with whom an exchange took place, by day; days without any are left out."""

    @property
    def directed_share(self) -> float | None:
        """Of what you said, the share that was said to somebody."""
        words = self.given[Depth.WORDS]
        return words / (words + self.posts) if words + self.posts else None

    @property
    def promotion_share(self) -> float | None:
        """Of your posts, the share with a link to one of your own sites."""
        return self.promoting / self.posts if self.promoting is not None and self.posts else None


class Mirror:
    """Counts contact after contact; afterwards `figures` says what it comes to."""

    def __init__(self, layout: Layout, period: Period, window: int, now: int, days: LocalDays) -> None:
        """Prepare to count.

        Args:
            layout: how the acts are packed.
            period: the days that are wanted.
            window: how long an answer may take, microseconds.
            now: the moment, microseconds since 1970 UTC.
            days: the calendar of the user's time zone.

        """
        self._layout = layout
        self._period = period
        self._window = window
        self._now = now
        self._midnights = _Midnights(days)
        self._acts: Counter[int] = Counter()
        self._openings: Counter[int] = Counter()
        self._delays: defaultdict[int, list[int]] = defaultdict(list)
        self._pending: Counter[int] = Counter()
        self._people: Counter[int] = Counter()
        self._days: defaultdict[int, list[int]] = defaultdict(list)
        self._by_day: dict[int, Counter[int]] = {}
        self._growth: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._community: Counter[tuple[str, int, int]] = Counter()
        self._posts: Counter[tuple[int, int]] = Counter()
        self._promoting: Counter[tuple[int, int]] | None = None
        self._key = (
            layout.platform | 3 << layout.span_shift | 3 << layout.direction_shift
        )  # what tells one kind of opening from another

    def count(self, codes: Iterable[int]) -> None:
        """Count acts of known time, with and without a contact, by what is below their moment."""
        masked = self._layout.platform | 3 << self._layout.span_shift | 3 << self._layout.depth_shift
        self._acts.update(map((masked | 3 << self._layout.direction_shift).__and__, codes))

    def post(self, platform: str, span: Span, number: int, promoting: int | None) -> None:
        """Count posts of known time; `promoting` is None where no own site is configured."""
        place = self._layout.platforms.index(platform)
        self._posts[place, span] += number
        if promoting is not None:
            self._promoting = self._promoting or Counter()
            self._promoting[place, span] += promoting

    def contact(self, marks: list[int], floor: Depth, since: Span, places: Iterable[int]) -> None:
        """Look at one contact.

        Args:
            marks: all acts of known time, packed and sorted.
            floor: the depth from which an act counts.
            since: when the contact was added here.
            places: the numbers of the platforms on which they have an identity.

        """
        layout = self._layout
        self._know(marks, since, places)
        opened, completing = self._walk(marks, floor << layout.depth_shift)
        if opened:
            self._openings.update(opened)
            kinds = set(opened)
            self._people.update(kinds)
            if layout.platform:
                self._people.update({~(kind | layout.platform) for kind in kinds})
        if completing:
            self._speak(completing)

    def figures(self, place: int, span: Span) -> Figures:
        """Return what was counted.

        Args:
            place: the number of a platform in the layout, or `EVERYWHERE`.
            span: `Span.NOW` or `Span.BEFORE`.

        """
        places = range(len(self._layout.platforms)) if place == EVERYWHERE else (place,)
        promoting = self._promoting
        return Figures(
            responses=self._responses(place, places, span, _IN),
            answered_by_them=self._responses(place, places, span, _OUT),
            given=self._by_depth(places, span, _OUT),
            received=self._by_depth(places, span, _IN),
            together=sum(self._by_depth(places, span, _MUTUAL)),
            posts=sum(self._posts[one, span] for one in places),
            promoting=None if promoting is None else sum(promoting[one, span] for one in places),
            community=Community(
                *(self._community[what, place, span] for what in ("known", "spoken", "active", "long"))
            ),
            growth=self._growth_of(place, span),
            exchanges=self._days_of(place, span),
        )

    def active_places(self) -> list[int]:
        """Return the numbers of the platforms on which anything happened in either period."""
        layout = self._layout
        seen = {
            code & layout.platform
            for code in self._acts
            if code >> layout.span_shift & 3 in (Span.BEFORE, Span.NOW)
        }
        seen.update(place for (place, span), number in self._posts.items() if number and span in (1, 2))
        return sorted(seen)

    def _walk(self, marks: Sequence[int], floor: int) -> tuple[list[int], list[int]]:
        """Return what tells of each opening, and every mark that completes an exchange.

        Only the latest opening can wait: where there is a new one before any answer, the window of the one
        before it is over. Calls and meetings are noted as openings too; nobody asks for those.
        """
        layout, window, key = self._layout, self._window, self._key
        depth, direction, bits = 3 << layout.depth_shift, 3 << layout.direction_shift, layout.bits
        out = _OUT << layout.direction_shift
        delays = self._delays
        opened: list[int] = []
        completing: list[int] = []
        previous = waiting = -1
        previous_at = waiting_at = latest_in = latest_out = _LONG_AGO
        for number, mark in enumerate(marks):
            if mark & depth < floor:
                continue
            at = mark >> bits
            way = mark & direction
            if way != previous or at - previous_at > window:
                if at - waiting_at <= window:
                    delays[waiting].append(at - waiting_at)
                waiting, waiting_at = mark & key, at
                opened.append(waiting)
            partner = at
            if way == 0:
                latest_in, partner = at, latest_out
            elif way == out:
                latest_out, partner = at, latest_in
            if at - partner <= window or (way == 0 and self._meets(marks, number, floor)):
                completing.append(mark)
            previous, previous_at = way, at
        if self._now - waiting_at <= window:
            self._pending[waiting] += 1
        return opened, completing

    def _meets(self, marks: Sequence[int], number: int, floor: int) -> bool:
        """Say whether an act of yours lies at the very moment of one of theirs; it comes later."""
        layout = self._layout
        ending = marks[number] | layout.low
        for later in range(number + 1, len(marks)):
            mark = marks[later]
            if mark > ending:
                break
            counts = mark & 3 << layout.depth_shift >= floor
            if counts and mark >> layout.direction_shift & 3 == _OUT:
                return True
        return False

    def _know(self, marks: Iterable[int], since: Span, places: Iterable[int]) -> None:
        layout = self._layout
        mask = layout.platform | 3 << layout.span_shift
        seen = set(map(mask.__and__, marks))
        first = {EVERYWHERE: since, **dict.fromkeys(places, since)}
        for code in seen:
            place, span = code & layout.platform, Span(code >> layout.span_shift)
            first[place] = min(first.get(place, span), span)
            first[EVERYWHERE] = min(first[EVERYWHERE], span)
        for place, from_then in first.items():
            for span in (Span.BEFORE, Span.NOW):
                if from_then <= span:
                    self._community["known", place, span] += 1

    def _speak(self, completing: Sequence[int]) -> None:
        """Count the days of a contact's exchanges, everywhere and on each platform."""
        layout, midnights = self._layout, self._midnights
        bits, platform, day_only = layout.bits, layout.platform, 1 << layout.day_shift
        everywhere: list[int] = [0]
        by_place: dict[int, list[int]] = {}
        place, own = -1, everywhere
        ordered = True
        for mark in completing:
            at = mark >> bits
            midnight, day = midnights[at // _MICROSECONDS_PER_DAY]
            if mark & day_only or not day:
                day = midnights.calendar.ordinal(at, bool(mark & day_only))
                ordered = False
            elif at >= midnight:
                day += 1
            if mark & platform != place:
                place = mark & platform
                own = by_place.setdefault(place, [0])
            if day != everywhere[-1]:
                everywhere.append(day)
            if day != own[-1]:
                own.append(day)
        for place, days in ((EVERYWHERE, everywhere), *by_place.items()):
            # a date alone is the same in every time zone, so it may lie on either side of its neighbours
            self._standing(place, days[1:] if ordered else sorted(set(days[1:])))

    def _standing(self, place: int, days: Sequence[int]) -> None:
        self._days[place].extend(days)
        first = days[0]
        self._growth[place][first] += 1
        for span in (Span.BEFORE, Span.NOW):
            end = self._period.days(span)[1]
            if first > end:
                continue
            last = days[bisect_right(days, end) - 1]
            self._community["spoken", place, span] += 1
            if last > end - ACTIVE_DAYS:
                self._community["active", place, span] += 1
                self._community["long", place, span] += last - first >= LONGSTANDING_DAYS

    def _responses(self, place: int, places: Sequence[int], span: Span, way: int) -> Responses:
        layout = self._layout
        base = span << layout.span_shift | way << layout.direction_shift
        keys = [base | one for one in places]
        for key in keys:
            self._delays[key].sort()  # once; all together are then only merged
        delays = list(chain.from_iterable(self._delays[key] for key in keys))
        if place == EVERYWHERE and layout.platform:
            people = self._people[~(base | layout.platform)]
        else:
            people = sum(self._people[key] for key in keys)
        return Responses(
            openings=sum(self._openings[key] for key in keys),
            answered=len(delays),
            pending=sum(self._pending[key] for key in keys),
            people=people,
            seconds=median(delays) / _SECOND if delays else None,
        )

    def _by_depth(self, places: Sequence[int], span: Span, way: int) -> tuple[int, ...]:
        layout = self._layout
        base = span << layout.span_shift | way << layout.direction_shift
        return tuple(
            sum(self._acts[base | depth << layout.depth_shift | one] for one in places) for depth in Depth
        )

    def _growth_of(self, place: int, span: Span) -> tuple[tuple[date, int], ...]:
        since, until = self._period.days(span)
        months = dict.fromkeys(months_of(date.fromordinal(since), date.fromordinal(until)), 0)
        for day, number in self._growth[place].items():
            if since <= day <= until:
                months[date.fromordinal(day).replace(day=1)] += number
        return tuple(months.items())

    def _days_of(self, place: int, span: Span) -> tuple[tuple[date, int], ...]:
        since, until = self._period.days(span)
        if place not in self._by_day:
            self._by_day[place] = Counter(self._days[place])
        by_day = self._by_day[place]
        found = sorted((day, number) for day, number in by_day.items() if since <= day <= until)
        return tuple((date.fromordinal(day), number) for day, number in found)


class _Midnights(dict[int, tuple[int, int]]):
    """By UTC day (since 1970): when the local day changes in it, and the ordinal of the one before.

    The ordinal is 0 where the clocks change on that day.
    """

    def __init__(self, calendar: LocalDays) -> None:
        self.calendar = calendar

    def __missing__(self, day: int) -> tuple[int, int]:
        start = day * _MICROSECONDS_PER_DAY
        ordinal, end = self.calendar.ordinal(start), self.calendar.end(start)
        self[day] = found = (end, ordinal if end > start else 0)
        return found


def months_of(since: date, until: date) -> list[date]:
    """Return the first day of every month that two days and the time between them touch."""
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]
