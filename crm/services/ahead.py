"""The coming days if nothing happens: whom the digest will speak of, from which day on, and why.

Everybody is named once, on the day from which they wait, are due, or have their birthday. Whoever is due
while others are later waits for a place among the people of a day; `shown_on` says when that comes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, or_, select

from crm.db.moments import moment
from crm.db.store import Work
from crm.db.tables import contact, relationship
from crm.domain.dates import kept_on, parse_birthday
from crm.domain.records import PartialDate
from crm.domain.schedule import Schedule
from crm.services import forecast, interactions, reasons
from crm.services.forecast import Moments, Person, Span
from crm.services.today import DATES_AHEAD
from crm.services.views import InteractionView

MOST_DAYS = 3660
_DATES = ("birthday", "anniversary")
_FEW_DAYS = 60
_MICROSECONDS_OF_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """One contact that a day's digest speaks of for the first time, and why."""

    contact: int
    name: str
    platform: str | None
    """Where you usually talk."""
    what: str
    """`waiting`, `drifting`, `birthday` or `anniversary`."""
    reason: str
    """One plain sentence, as it will stand in the digest of that day."""
    since: datetime | None = None
    """Since when they wait, or when the last exchange was."""
    last: InteractionView | None = None
    """The act that waits for an answer."""
    evidence: tuple[InteractionView, ...] = ()
    """The two acts of the last exchange."""
    cadence_days: int | None = None
    cadence_from: str | None = None
    """`own`, `circle` or `rhythm`."""
    due_at: datetime | None = None
    shown_on: date | None = None
    """From which day on they are among the people of the day; None: the others stay before them."""
    on: date | None = None
    """The day of a birthday or an anniversary."""


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One day on which a digest may be sent."""

    date: date
    at: datetime
    """The moment it is reckoned for, UTC: when it may be sent first; for today it is now."""
    waiting: int
    drifting: int
    """Shown on that day; never more than the people of a day."""
    more_drifting: int
    dates: int
    """Birthdays and anniversaries on that day and in the week after it."""
    reminders: tuple[Reminder, ...]
    """What is new on that day."""


class Anniversary(NamedTuple):
    """A birthday or anniversary that comes."""

    row: Row[Any]
    what: str
    partial: PartialDate
    on: date
    numbers: range
    """The moments at which Today shows it."""


def look_ahead(work: Work, schedule: Schedule, days: int) -> list[DayAhead]:
    """Return what the digests of the coming days say if nothing happens: nobody writes, nothing is imported.

    Args:
        work: the piece of work.
        schedule: when digests may be sent; other days are left out.
        days: how many days, today included.

    """
    moments = Moments(sending_moments(work, schedule, days), work.rules.zone)
    everybody = forecast.people(work, moments)
    dates = anniversaries(work, moments)
    shown: dict[int, list[int]] = {}
    lists = list(forecast.lists(work, everybody, moments))
    for one in lists:
        for key in one.drifting:
            shown.setdefault(key, []).append(one.number)
    acts = _acts(work, everybody)
    end = work.rules.day_of(work.now) + timedelta(days=days - 1)
    new = _new(moments, everybody, [each for each in dates if each.on <= end], shown, acts)
    coming = [0] * len(moments)
    for each in dates:
        for number in each.numbers:
            coming[number] += 1
    return [
        DayAhead(
            moments.dates[one.number],
            moments.moments[one.number],
            len(one.waiting),
            len(one.drifting),
            one.more_drifting,
            coming[one.number],
            tuple(new[one.number]),
        )
        for one in lists
    ]


def sending_moments(work: Work, schedule: Schedule, days: int) -> list[datetime]:
    """Return now, and the first moment of each of the following days at which a digest may be sent."""
    zone = work.rules.zone
    today = work.rules.day_of(work.now)
    found = [work.now]
    for begins in forecast.day_starts(today, days - 1, zone):
        at = schedule.next_after(begins.astimezone(work.now.tzinfo), zone)
        if work.rules.day_of(at) == begins.date() and at > found[-1]:
            found.append(at.astimezone(work.now.tzinfo))
    return found


def anniversaries(work: Work, moments: Moments) -> list[Anniversary]:
    """Return the birthdays and anniversaries that Today shows at any of the moments, in its order."""
    first, last = moments.dates[0], moments.dates[-1] + timedelta(days=DATES_AHEAD)
    query = (
        select(
            contact.c.name,
            contact.c.birthday,
            contact.c.anniversary,
            contact.c.snoozed_until,
            relationship.c.contact_id,
            relationship.c.usual_platform,
        )
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(contact.c.archived.is_(False), contact.c.muted.is_(False))
        .where(contact.c.birthday.is_not(None) | contact.c.anniversary.is_not(None))
    )
    if (last - first).days < _FEW_DAYS:
        query = query.where(or_(*(_falls_into(contact.c[what], first, last) for what in _DATES)))
    rows: list[Any] = list(work.connection.execute(query))
    found = []
    for what in _DATES:
        for row in rows:
            if (written := getattr(row, what)) is None:
                continue
            partial = parse_birthday(written)
            for year in range(first.year, last.year + 1):
                on = kept_on(partial, year)
                numbers = _shown_before(moments, on, row.snoozed_until) if first <= on <= last else range(0)
                if numbers:
                    found.append(Anniversary(row, what, partial, on, numbers))
    return sorted(found, key=lambda each: (each.on, each.row.name.casefold(), each.row.contact_id))


def _falls_into(column: ColumnElement[str | None], first: date, last: date) -> ColumnElement[bool]:
    """Return the condition that finds the dates of a few days; a leap day may be kept a day earlier."""
    ends = {f"{first + timedelta(days=n):%m-%d}" for n in range((last - first).days + 1)}
    return func.substr(column, func.length(column) - 4).in_(sorted({*ends, "02-29"}))


def _shown_before(moments: Moments, on: date, snoozed_until: int | None) -> range:
    first = bisect_left(moments.dates, on - timedelta(days=DATES_AHEAD))
    return range(max(first, moments.first_from(snoozed_until)), bisect_right(moments.dates, on))


def _new(
    moments: Moments,
    everybody: Sequence[Person],
    dates: Sequence[Anniversary],
    shown: Mapping[int, Sequence[int]],
    acts: Mapping[int, InteractionView],
) -> list[list[Reminder]]:
    """Return what is new at each of the moments: who waits, who is due, whose day it is."""
    new: list[list[tuple[Any, Reminder]]] = [[] for _ in range(len(moments))]
    for one in everybody:
        if one.waiting:
            number = one.waiting[0]
            order: tuple[Any, ...] = (0, one.row.owed_since, one.row.contact_id)
            new[number].append((order, _waiting(one.row, moments.moments[number], acts)))
        for first, until in _episodes(one.drifting):
            found = _drifting(one.row, first, moments.moments[first.first], acts)
            place = next((n for n in shown.get(one.row.contact_id, ()) if first.first <= n < until), None)
            found = replace(found, shown_on=None if place is None else moments.dates[place])
            order = (1, *_lateness_order(one.row, first, moments), one.row.contact_id)
            new[first.first].append((order, found))
    for place, each in enumerate(dates):
        number = each.numbers[-1]  # on the day itself, or in the last digest before it
        new[number].append(((2, place), _date(each, moments.dates[number])))
    return [[found for _, found in sorted(entries, key=lambda entry: entry[0])] for entries in new]


def _lateness_order(row: Row[Any], span: Span, moments: Moments) -> tuple[float, str]:
    return -(moments.at[span.first] - row.clock_start) / span.days, row.name.casefold()


def _episodes(spans: Sequence[Span]) -> Iterator[tuple[Span, int]]:
    """Yield from when until when somebody is due without a break, though the rhythm may change meanwhile."""
    first: Span | None = None
    until = 0
    for span in spans:
        if first is not None and span.first == until:
            until = span.until
            continue
        if first is not None:
            yield first, until
        first, until = span, span.until
    if first is not None:
        yield first, until


def _acts(work: Work, everybody: Sequence[Person]) -> dict[int, InteractionView]:
    ids = {
        key
        for one in everybody
        for key in (one.row.partner_id, one.row.completing_id, one.row.last_act_id if one.waiting else None)
        if key is not None
    }
    return {act.id: act for act in interactions.by_ids(work, sorted(ids))}


def _evidence(row: Row[Any], acts: Mapping[int, InteractionView]) -> tuple[InteractionView, ...]:
    return tuple(acts[key] for key in (row.partner_id, row.completing_id) if key in acts)


def _waiting(row: Row[Any], now: datetime, acts: Mapping[int, InteractionView]) -> Reminder:
    since, act = moment(row.owed_since), acts[row.last_act_id]
    return Reminder(
        contact=row.contact_id,
        name=row.name,
        platform=row.usual_platform,
        what="waiting",
        reason=reasons.waiting(act, since, now),
        since=since,
        last=act,
        evidence=_evidence(row, acts),
    )


def _drifting(row: Row[Any], span: Span, now: datetime, acts: Mapping[int, InteractionView]) -> Reminder:
    last_exchange = moment(row.last_exchange_at)
    return Reminder(
        contact=row.contact_id,
        name=row.name,
        platform=row.usual_platform,
        what="drifting",
        reason=reasons.drifting(span.days, span.source, row.circle, last_exchange, now),
        since=last_exchange or moment(row.cadence_set_at),
        evidence=_evidence(row, acts),
        cadence_days=span.days,
        cadence_from=span.source,
        due_at=moment(row.clock_start + span.days * _MICROSECONDS_OF_DAY),
    )


def _date(each: Anniversary, today: date) -> Reminder:
    return Reminder(
        contact=each.row.contact_id,
        name=each.row.name,
        platform=each.row.usual_platform,
        what=each.what,
        reason=reasons.date_comes(each.what, each.partial, each.on, today),
        on=each.on,
    )
