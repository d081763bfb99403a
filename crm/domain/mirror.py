"""The mirror: what the acts of all contacts come to, for a period and for the one before it.

The decision to know: ten years can hold a million acts, so nothing here walks through them. What each
contact's acts come to is kept in lists of days (`exchanges.Dialogue`), in which a period is a stretch between
two bounds; here the stretches are only joined, counted and sorted. An opening and its answer may lie on
different platforms, as those of an exchange may; the platform of an opening is where it was made, that of an
exchange where it was completed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from crm.domain.exchanges import FAR, OPENING_SIZE, Depth
from crm.domain.ordered import nth

ACTIVE_DAYS = 365
"""A contact is active whose latest exchange lies within this many days before the end of the period."""
LONGSTANDING_DAYS = 730
"""From the first exchange to the last, of an active contact."""
EVERYWHERE = -1
"""Stands for all platforms together, where a platform's number is asked for."""

_SECOND = 1_000_000
_NEVER = -1_000_000
"""Before every day."""


class Span(IntEnum):
    """In which part of the time an act lies: the number of period bounds that it has passed."""

    EARLIER = 0
    BEFORE = 1
    """In the period that the wanted one is compared with."""
    NOW = 2
    """In the wanted period."""
    LATER = 3


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
    """Counts what it is told of acts and contacts; afterwards `figures` says what it comes to."""

    def __init__(self, platforms: Iterable[str], period: Period, window: int, now: int) -> None:
        """Prepare to count.

        Args:
            platforms: all of them.
            period: the days that are wanted.
            window: how long an answer may take, microseconds.
            now: the moment, microseconds since 1970 UTC.

        """
        self.platforms = tuple(sorted(set(platforms)))
        self._numbers = {name: number for number, name in enumerate(self.platforms)}
        self._period = period
        self._still_open = now - window - FAR
        """From here on a negative wait is that of an opening that can still be answered in time."""
        self._limits = (
            period.before_since.toordinal(),
            period.since.toordinal(),
            period.until.toordinal() + 1,
        )
        self._acts: Counter[tuple[int, Span, str, int]] = Counter()
        self._waits: defaultdict[tuple[int, Span, bool], list[bytes]] = defaultdict(list)
        self._spoke: defaultdict[tuple[int, Span, bool], set[int]] = defaultdict(set)
        self._sorted: dict[tuple[int, Span, bool], list[float]] = {}
        self._days: defaultdict[int, list[bytes]] = defaultdict(list)
        self._by_day: dict[int, Counter[int]] = {}
        self._known: dict[int, list[int]] = {}
        self._first: defaultdict[int, list[int]] = defaultdict(list)
        """The days of first exchanges."""
        self._by_first_day: dict[int, Counter[int]] = {}
        self._active: defaultdict[tuple[int, Span], list[int]] = defaultdict(list)
        """From the first exchange to the last, days, of those who are active."""
        self._posts: Counter[tuple[int, int]] = Counter()
        self._promoting: Counter[tuple[int, int]] | None = None

    def act(self, platform: str, span: Span, direction: str, depth: int, number: int) -> None:
        """Count acts of known time, with and without a contact."""
        self._acts[self._numbers[platform], span, direction, depth] += number

    def post(self, platform: str, span: Span, number: int, promoting: int | None) -> None:
        """Count posts of known time; `promoting` is None where no own site is configured."""
        place = self._numbers[platform]
        self._posts[place, span] += number
        if promoting is not None:
            self._promoting = self._promoting or Counter()
            self._promoting[place, span] += promoting

    def known(self, platform: str | None, first_days: Iterable[int]) -> None:
        """Count contacts: the day since which each is known on a platform, or (None) anywhere."""
        place = EVERYWHERE if platform is None else self._numbers[platform]
        self._known[place] = sorted(first_days)

    def spoken(self, platform: str | None, packed: Iterable[bytes]) -> None:
        """Count the exchanges with contacts.

        Args:
            platform: where they were completed; None: anywhere.
            packed: of each contact the days of them, ascending, 4-byte ordinals; none is nothing.

        """
        place = EVERYWHERE if platform is None else self._numbers[platform]
        all_days, firsts = self._days[place], self._first[place]
        before, now = self._active[place, Span.BEFORE], self._active[place, Span.NOW]
        end_before, end = self._limits[Span.BEFORE] - 1, self._limits[Span.NOW] - 1
        for one in packed:
            if not one:
                continue
            all_days.append(one)
            days = memoryview(one).cast("i")
            first, last = days[0], days[-1]
            firsts.append(first)
            if last > end:
                last = days[bisect_right(days, end) - 1] if first <= end else _NEVER
            if last > end - ACTIVE_DAYS:
                now.append(last - first)
            if last > end_before:
                last = days[bisect_right(days, end_before) - 1] if first <= end_before else _NEVER
            if last > end_before - ACTIVE_DAYS:
                before.append(last - first)

    def openings(self, platform: str, theirs: bool, packed: Iterable[tuple[int, bytes]]) -> None:
        """Count the openings of contacts, or yours towards them, on one platform.

        Args:
            platform: where they were made.
            theirs: whose they are.
            packed: contacts and of each the openings' days, ascending, 4-byte ordinals, then what became of
                each (`exchanges.Openings`).

        """
        place = self._numbers[platform]
        begin, middle, end = self._limits
        waits_before, waits = (self._waits[place, span, theirs] for span in (Span.BEFORE, Span.NOW))
        spoke_before, spoke = (self._spoke[place, span, theirs] for span in (Span.BEFORE, Span.NOW))
        for who, one in packed:
            number = len(one) // OPENING_SIZE
            days = memoryview(one).cast("i")
            last = days[number - 1] if number else _NEVER
            if last < begin:
                continue
            at = 4 * number
            since = bisect_left(days, middle, 0, number) if last >= middle else number
            if since:
                start = bisect_left(days, begin, 0, since)
                if start < since:
                    waits_before.append(one[at + 8 * start : at + 8 * since])
                    spoke_before.add(who)
            if since < number:
                until = number if last < end else bisect_left(days, end, since, number)
                if since < until:
                    waits.append(one[at + 8 * since : at + 8 * until])
                    spoke.add(who)

    def figures(self, place: int, span: Span) -> Figures:
        """Return what was counted.

        Args:
            place: the number of a platform in `platforms`, or `EVERYWHERE`.
            span: `Span.NOW` or `Span.BEFORE`.

        """
        places = range(len(self.platforms)) if place == EVERYWHERE else (place,)
        promoting = self._promoting
        return Figures(
            responses=self._responses(places, span, theirs=True),
            answered_by_them=self._responses(places, span, theirs=False),
            given=self._by_depth(places, span, "out"),
            received=self._by_depth(places, span, "in"),
            together=sum(self._by_depth(places, span, "mutual")),
            posts=sum(self._posts[one, span] for one in places),
            promoting=None if promoting is None else sum(promoting[one, span] for one in places),
            community=self._community(place, span),
            growth=self._growth_of(place, span),
            exchanges=self._days_of(place, span),
        )

    def active_places(self) -> list[int]:
        """Return the numbers of the platforms on which anything happened in either period."""
        seen = {place for (place, span, _, _), number in self._acts.items() if number and span in (1, 2)}
        seen.update(place for (place, span), number in self._posts.items() if number and span in (1, 2))
        return sorted(seen)

    def _community(self, place: int, span: Span) -> Community:
        limit = self._limits[span]
        active = self._active[place, span]
        return Community(
            known=bisect_left(self._known.get(place, ()), limit),
            spoken_with=sum(number for first, number in self._growth(place).items() if first < limit),
            active=len(active),
            longstanding=sum(days >= LONGSTANDING_DAYS for days in active),
        )

    def _responses(self, places: Sequence[int], span: Span, *, theirs: bool) -> Responses:
        keys = [(one, span, theirs) for one in places]
        parts = [part for key in keys if (part := self._in_order(key))]
        openings = sum(map(len, parts))
        unanswered = sum(bisect_left(part, 0) for part in parts)
        answers = openings - unanswered
        return Responses(
            openings=openings,
            answered=answers,
            pending=unanswered - sum(bisect_left(part, self._still_open) for part in parts),
            people=len(set().union(*(self._spoke[key] for key in keys))),
            seconds=_middle(parts, unanswered, openings) / _SECOND if answers else None,
        )

    def _in_order(self, key: tuple[int, Span, bool]) -> list[float]:
        if key not in self._sorted:
            self._sorted[key] = sorted(array("d", b"".join(self._waits[key])))
        return self._sorted[key]

    def _by_depth(self, places: Sequence[int], span: Span, direction: str) -> tuple[int, ...]:
        return tuple(sum(self._acts[one, span, direction, depth] for one in places) for depth in Depth)

    def _growth(self, place: int) -> Counter[int]:
        """Return how many contacts had their first exchange, by day."""
        if place not in self._by_first_day:
            self._by_first_day[place] = Counter(self._first[place])
        return self._by_first_day[place]

    def _growth_of(self, place: int, span: Span) -> tuple[tuple[date, int], ...]:
        since, until = self._period.days(span)
        months = dict.fromkeys(months_of(date.fromordinal(since), date.fromordinal(until)), 0)
        for day, number in self._growth(place).items():
            if since <= day <= until:
                months[date.fromordinal(day).replace(day=1)] += number
        return tuple(months.items())

    def _days_of(self, place: int, span: Span) -> tuple[tuple[date, int], ...]:
        since, until = self._period.days(span)
        if place not in self._by_day:
            self._by_day[place] = Counter(array("i", b"".join(self._days[place])))
        by_day = self._by_day[place]
        found = sorted((day, number) for day, number in by_day.items() if since <= day <= until)
        return tuple((date.fromordinal(day), number) for day, number in found)


def _middle(parts: Sequence[Sequence[float]], start: int, end: int) -> float:
    """Return the median of what lies between two places of all parts together, each of which is in order."""
    number = end - start
    upper = nth(parts, start + number // 2)
    return upper if number % 2 else (nth(parts, start + number // 2 - 1) + upper) / 2


def months_of(since: date, until: date) -> list[date]:
    """Return the first day of every month that two days and the time between them touch."""
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]
