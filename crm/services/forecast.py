"""Who will be on Today at moments to come, if nothing happens: the clock is moved over the stored state.

Asking Today itself 365 times looks at every contact every time. Here each contact is looked at once: between
which moments they wait, from when on they are due with which cadence (a rhythm changes whenever an exchange
day leaves its three years), when a snooze ends. Tests hold the answer equal to Today's on every single day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from heapq import nlargest
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Row, or_, select

from crm.db.moments import stored
from crm.db.state import days_of
from crm.db.store import Work
from crm.db.tables import contact, relationship
from crm.domain.cadence import (
    RHYTHM_DAYS_NEEDED,
    RHYTHM_SHORTEST,
    UNANSWERED_ENOUGH,
    CadenceFrom,
    Rules,
    rhythm_of,
    rhythm_start,
)
from crm.domain.exchanges import Turn
from crm.services.standing import tie_key, tie_start
from crm.services.today import handled_today

_DAY = 86_400_000_000
_COLUMNS = (
    "contact_id", "turn", "unanswered", "days", "cadence_days", "cadence_from", "rhythm_from", "rhythm_until",
    "clock_start", "owed_since", "last_exchange_at", "last_act_id", "partner_id", "completing_id",
    "usual_platform",
)  # fmt: skip


class Span(NamedTuple):
    """From which moment on, and until before which, somebody is due, and with which cadence."""

    first: int
    until: int
    days: int
    source: str


class Person(NamedTuple):
    """One contact and when they will be on the lists; numbers are those of the moments."""

    row: Row[Any]
    waiting: tuple[int, int] | None
    """From which moment on, and until before which."""
    drifting: tuple[Span, ...]
    """In order, without the time in which they wait; with a new cadence a new one begins."""


class Lists(NamedTuple):
    """Who is on Today at a moment, as contact ids in its order."""

    number: int
    """Which of the moments."""
    waiting: tuple[int, ...]
    drifting: tuple[int, ...]
    more_drifting: int


class Moments:
    """The moments to look at, ascending, and what follows from them once for all contacts."""

    def __init__(self, moments: Sequence[datetime], zone: tzinfo) -> None:
        self.moments = moments
        self.at = [stored(moment) for moment in moments]
        self.dates = [moment.astimezone(zone).date() for moment in moments]
        self.days = [day.toordinal() for day in self.dates]
        self.rhythm_starts = [rhythm_start(day).toordinal() for day in self.dates]

    def __len__(self) -> int:
        return len(self.at)

    def first_from(self, at: int | None) -> int:
        """Return the number of the first moment that is not before another; 0 for None."""
        return 0 if at is None else bisect_left(self.at, at)


def people(work: Work, moments: Moments) -> list[Person]:
    """Return everybody who is waiting or due at any of the moments."""
    columns = (
        contact.c.name,
        contact.c.circle,
        contact.c.snoozed_until,
        contact.c.cadence_set_at,
        *(relationship.c[name] for name in _COLUMNS),
    )
    last = moments.at[-1]
    query = (
        select(*columns)
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(
            contact.c.archived.is_(False),
            contact.c.muted.is_(False),
            or_(
                relationship.c.owed_since > moments.at[0] - _micros(work.rules.owed),
                relationship.c.due_at <= last,
                relationship.c.rhythm_until <= last,
                relationship.c.rhythm_from > moments.at[0],
            ),
        )
    )
    found = (_person(row, moments, work.rules) for row in work.connection.execute(query))
    return [one for one in found if one.waiting or one.drifting]


def lists(work: Work, everybody: Sequence[Person], moments: Moments) -> Iterator[Lists]:
    """Yield who is on Today at each of the moments."""
    waiting = sorted(
        (one for one in everybody if one.waiting), key=lambda one: (one.row.owed_since, one.row.contact_id)
    )
    begins: list[list[tuple[Person, Span]]] = [[] for _ in range(len(moments))]
    for one in everybody:
        for span in one.drifting:
            begins[span.first].append((one, span))
    rooms = _rooms(work, moments)
    due: dict[int, tuple[int, int, int, Row[Any]]] = {}
    for number, now in enumerate(moments.at):
        for key in [key for key, (_, _, until, _) in due.items() if until <= number]:
            del due[key]
        for one, span in begins[number]:
            due[one.row.contact_id] = (one.row.clock_start, span.days * _DAY, span.until, one.row)
        shown = _latest(list(due.values()), now, rooms[number], tie_start(moments.moments[number]))
        yield Lists(
            number,
            tuple(one.row.contact_id for one in waiting if _holds(one.waiting, number)),
            tuple(shown),
            len(due) - len(shown),
        )


def counts(work: Work, everybody: Sequence[Person], moments: Moments) -> list[tuple[int, int]]:
    """Return how many are waiting and how many are shown as drifting at each of the moments."""
    waits, dues = [0] * (len(moments) + 1), [0] * (len(moments) + 1)
    for one in everybody:
        for first, until in (one.waiting,) if one.waiting else ():
            waits[first] += 1
            waits[until] -= 1
        for span in one.drifting:
            dues[span.first] += 1
            dues[span.until] -= 1
    found = []
    waiting = due = 0
    for number, room in enumerate(_rooms(work, moments)):
        waiting += waits[number]
        due += dues[number]
        found.append((waiting, min(due, room)))
    return found


def _rooms(work: Work, moments: Moments) -> list[int]:
    """Return how many drifting contacts may be shown: what was done today leaves less room today."""
    today = work.rules.day_of(work.now)
    left = max(work.rules.people_per_day - handled_today(work), 0)
    return [left if day == today else work.rules.people_per_day for day in moments.dates]


def _latest(due: list[tuple[int, int, int, Row[Any]]], now: int, room: int, recent: int) -> list[int]:
    """Return the first of the due contacts in Today's order, as ids."""
    if not room or not due:
        return []
    late = [(now - start) / cadence for start, cadence, _, _ in due]
    least = nlargest(room, late)[-1]
    first = [(-each, tie_key(one[3], recent)) for each, one in zip(late, due, strict=True) if each >= least]
    return [tied[2] for _, tied in sorted(first)[:room]]


def _holds(span: tuple[int, int] | None, number: int) -> bool:
    return span is not None and span[0] <= number < span[1]


def _person(row: Row[Any], moments: Moments, rules: Rules) -> Person:
    awake = moments.first_from(row.snoozed_until)
    answered = 0 if row.owed_since is None else moments.first_from(row.owed_since + _micros(rules.owed))
    waiting = (awake, answered) if awake < answered else None
    rests = row.turn == Turn.THEIRS and row.unanswered >= UNANSWERED_ENOUGH
    if row.clock_start is None or rests:
        return Person(row, waiting, ())
    return Person(row, waiting, tuple(_drifting(row, moments, max(awake, answered))))


def _drifting(row: Row[Any], moments: Moments, earliest: int) -> Iterator[Span]:
    for first, until, days, source in _cadences(row, moments, earliest):
        if days:
            begins = max(first, earliest, moments.first_from(row.clock_start + days * _DAY))
            if begins < until:
                yield Span(begins, until, days, source)


def _cadences(row: Row[Any], moments: Moments, earliest: int) -> Iterator[tuple[int, int, int | None, str]]:
    """Yield which cadence applies, from which moment on and until before which."""
    end = len(moments)
    if row.rhythm_from is None and row.rhythm_until is None:
        yield 0, end, row.cadence_days, row.cadence_from
        return
    holds = moments.first_from(row.rhythm_from)
    moves = end if row.rhythm_until is None else moments.first_from(row.rhythm_until)
    # nobody is due by a rhythm before its shortest has passed
    worth = max(earliest, moments.first_from(row.clock_start + RHYTHM_SHORTEST * _DAY))
    if moves <= holds:
        yield from _rhythms(row, moments, worth, end)
        return
    if worth < holds:
        yield from _rhythms(row, moments, worth, holds)
    yield holds, moves, row.cadence_days, row.cadence_from
    if moves < end:
        yield from _rhythms(row, moments, max(worth, moves), end)


def _rhythms(row: Row[Any], moments: Moments, first: int, end: int) -> Iterator[tuple[int, int, int, str]]:
    """Yield the rhythm that the exchange days of the last three years give, wherever there is one."""
    days = days_of(row.days)
    oldest = newest = 0
    gaps: list[int] = []
    while first < end:
        start, today = moments.rhythm_starts[first], moments.days[first]
        leaving, arrived = bisect_left(days, start), bisect_right(days, today)
        if newest <= leaving:
            gaps = sorted(later - earlier for earlier, later in pairwise(days[leaving:arrived]))
        else:
            for at in range(oldest, leaving):
                del gaps[bisect_left(gaps, days[at + 1] - days[at])]
            for at in range(newest, arrived):
                insort(gaps, days[at] - days[at - 1])
        oldest, newest = leaving, arrived
        until = bisect_right(moments.rhythm_starts, days[oldest], first) if oldest < len(days) else end
        if newest < len(days):
            until = min(until, bisect_left(moments.days, days[newest]))
        until = min(max(until, first + 1), end)
        if newest - oldest >= RHYTHM_DAYS_NEEDED:
            yield first, until, rhythm_of(gaps), CadenceFrom.RHYTHM.value
        first = until


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def day_starts(first: date, number: int, zone: tzinfo) -> list[datetime]:
    """Return when the days after `first` begin."""
    midnight = datetime.min.time()
    return [datetime.combine(first + timedelta(days=n), midnight, zone) for n in range(1, number + 1)]
