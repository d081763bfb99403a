"""Today: who waits for you, who is drifting, dates, support. Short enough to finish over a coffee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import SUPPORT, change, contact, identity, interaction, relationship
from crm.domain.dates import next_occurrence, parse_birthday
from crm.domain.days import LocalDays
from crm.domain.handles import profile_url
from crm.services import coverage, interactions, reasons
from crm.services.contacts import count
from crm.services.drifting import drifting
from crm.services.standing import Standing, is_due, not_quiet, standing
from crm.services.views import DateItem, InteractionView, TodayItem, TodayView

DATES_AHEAD = 7
"""Days of birthdays and anniversaries to show, besides today."""
_DATES = ("birthday", "anniversary")
SUPPORT_WINDOW = timedelta(days=30)


def today(work: Work) -> TodayView:
    """Return the lists of today. A contact appears once, in the first it belongs to (dates aside)."""
    waiting = _waiting(work)
    waits = {row.contact_id for row in waiting}
    due = drifting(work, max(work.rules.people_per_day - handled_today(work), 0))
    drifters = _rows(work, due.first)
    supporters = {
        key: rows
        for key, rows in _supporters(work).items()
        if key not in waits and not _is_due(work, rows[0])
    }
    dates = _dates(work)
    people = [*waiting, *drifters, *(rows[0] for rows in supporters.values()), *(row for row, *_ in dates)]
    places = _places(work, people)
    last = _acts_of(work, [*drifters, *(row for row, *_ in dates)])
    return TodayView(
        date=work.rules.day_of(work.now),
        waiting=tuple(_waiting_item(work, row, places) for row in waiting),
        drifting=tuple(_drifting_items(work, drifters, places, last)),
        more_drifting=due.number - len(drifters),
        dates=tuple(_date_item(work, found, places, last) for found in dates),
        support=tuple(_support_item(rows, places) for rows in supporters.values()),
        contacts_total=count(work),
    )


def _people(*more: Any) -> Select[Any]:
    """Select contacts with the state of their relationship, and more."""
    return select(
        contact.c.name,
        contact.c.circle,
        contact.c.snoozed_until,
        contact.c.muted,
        contact.c.archived,
        contact.c.cadence_set_at,
        contact.c.birthday,
        contact.c.anniversary,
        *relationship.c,
        *more,
    ).join_from(contact, relationship, relationship.c.contact_id == contact.c.id)


def _waiting(work: Work) -> list[Row[Any]]:
    """Return who waits for an answer, each with the act that waits, oldest first."""
    oldest = stored(work.now - work.rules.owed)
    query = (
        _people(*interactions.COLUMNS)
        .join(interaction, interaction.c.id == relationship.c.last_act_id)
        .where(relationship.c.owed_since > oldest, not_quiet(work))
    )
    return list(work.connection.execute(query.order_by(relationship.c.owed_since, contact.c.id)))


def _is_due(work: Work, row: Row[Any]) -> bool:
    now = stored(work.now)
    return is_due(row, standing(row, work.rules, work.now, now), now)


def handled_today(work: Work) -> int:
    """Return how many drifting contacts the user has dealt with since this morning."""
    days = LocalDays(work.rules.zone)
    morning = days.start(work.rules.day_of(work.now).toordinal())
    query = select(func.count(func.distinct(change.c.handled_id))).where(
        change.c.at >= morning, change.c.at <= stored(work.now), change.c.undone_at.is_(None)
    )
    return work.connection.scalar(query) or 0


def _supporters(work: Work) -> dict[int, list[Row[Any]]]:
    """Return who boosted or reacted in the last 30 days and has heard nothing since, newest first."""
    since = stored(work.now - SUPPORT_WINDOW)
    query = (
        _people(*interactions.COLUMNS)
        .join(identity, identity.c.contact_id == contact.c.id)
        .join(interaction, interaction.c.identity_id == identity.c.id)
        .where(
            text(SUPPORT),
            interaction.c.at >= since,
            interaction.c.at <= stored(work.now),
            interaction.c.at > func.coalesce(relationship.c.last_own_at, 0),
            not_quiet(work),
        )
        .order_by(interaction.c.at.desc(), interaction.c.id.desc())
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in work.connection.execute(query):
        found.setdefault(row.contact_id, []).append(row)
    return found


def _rows(work: Work, ids: Sequence[int]) -> list[Row[Any]]:
    """Return contacts in the order of `ids`, which are few."""
    found = {row.contact_id: row for row in work.connection.execute(_people().where(contact.c.id.in_(ids)))}
    return [found[key] for key in ids]


def _dates(work: Work) -> list[tuple[Row[Any], str, date, int | None]]:
    """Return (contact, what, day, years) of the coming days, soonest first."""
    first = work.rules.day_of(work.now)
    coming = [first + timedelta(days=ahead) for ahead in range(DATES_AHEAD + 1)]
    ends = {f"{day:%m-%d}" for day in coming}
    if "02-28" in ends:
        ends.add("02-29")
    soon = [_day_of_year(what).in_(sorted(ends)) for what in _DATES]
    found = []
    for row in work.connection.execute(_people().where(or_(*soon), not_quiet(work))):
        for what in _DATES:
            written = getattr(row, what)
            if not written or written[-5:] not in ends:
                continue
            partial = parse_birthday(written)
            on = next_occurrence(partial, first)
            if on <= coming[-1]:
                years = on.year - partial.year if partial.year else None
                found.append((row, what, on, years))
    found.sort(key=lambda entry: (entry[2], entry[0].name.casefold(), entry[0].contact_id))
    return found


def _day_of_year(what: str) -> ColumnElement[str]:
    column = contact.c[what]
    return func.substr(column, func.length(column) - 4)


def _places(work: Work, people: Sequence[Row[Any]]) -> dict[int, str]:
    """Return the profile on the usual platform of each contact, where there is an address."""
    usual = {row.contact_id: row.usual_platform for row in people}
    wanted = sorted(usual)
    found: dict[int, str] = {}
    columns = (
        identity.c.contact_id,
        identity.c.platform,
        identity.c.handle,
        identity.c.external_id,
        identity.c.url,
    )
    for start in range(0, len(wanted), 900):
        query = select(*columns).where(identity.c.contact_id.in_(wanted[start : start + 900]))
        for who, platform, handle, external_id, url in work.connection.execute(query.order_by(identity.c.id)):
            if who in found and platform != usual[who]:
                continue
            place = url or profile_url(platform, handle, external_id)
            if place:
                found[who] = place
    return found


def _acts_of(work: Work, people: Sequence[Row[Any]]) -> dict[int, InteractionView]:
    """Return the last acts and the evidence that lines speak of, by interaction id."""
    ids = {
        key
        for row in people
        for key in (row.last_act_id, row.partner_id, row.completing_id)
        if key is not None
    }
    return {act.id: act for act in interactions.by_ids(work, sorted(ids))}


def _waiting_item(work: Work, row: Row[Any], places: dict[int, str]) -> TodayItem:
    act = interactions.view_of(row)
    since = moment(row.owed_since)
    return TodayItem(
        **_common(row, places, act),
        reason=reasons.waiting(act, since, work.now),
        since=since,
        last=act,
        lateness=None,
        stale=False,
    )


def _drifting_items(
    work: Work, rows: Sequence[Row[Any]], places: dict[int, str], last: dict[int, InteractionView]
) -> Iterator[TodayItem]:
    now = stored(work.now)
    stands = {row.contact_id: standing(row, work.rules, work.now, now) for row in rows}
    stale = coverage.not_seen_since(work, {who: found.due_at for who, found in stands.items()})
    for row in rows:
        who = row.contact_id
        yield _drifting_item(work, row, stands[who], stale.get(who), places, last)


def _drifting_item(
    work: Work,
    row: Row[Any],
    found: Standing,
    stale: str | None,
    places: dict[int, str],
    last: dict[int, InteractionView],
) -> TodayItem:
    last_exchange = moment(row.last_exchange_at)
    return TodayItem(
        **_common(row, places, last.get(row.last_act_id)),
        reason=reasons.drifting(found.cadence_days, found.cadence_from, row.circle, last_exchange, work.now)
        + (f"; {stale}" if stale else ""),
        since=last_exchange or moment(row.cadence_set_at),
        last=last.get(row.last_act_id),
        lateness=found.lateness,
        stale=stale is not None,
        evidence=tuple(last[key] for key in (row.partner_id, row.completing_id) if key in last),
    )


def _date_item(
    work: Work,
    found: tuple[Row[Any], str, date, int | None],
    places: dict[int, str],
    last: dict[int, InteractionView],
) -> DateItem:
    row, what, on, years = found
    return DateItem(
        contact=row.contact_id,
        name=row.name,
        platform=row.usual_platform,
        what=what,
        on=on,
        years=years,
        reason=reasons.date_comes(what, parse_birthday(getattr(row, what)), on, work.rules.day_of(work.now)),
        url=places.get(row.contact_id),
        last=last.get(row.last_act_id),
    )


def _support_item(rows: Sequence[Row[Any]], places: dict[int, str]) -> TodayItem:
    acts = [interactions.view_of(row) for row in rows]
    return TodayItem(
        **_common(rows[0], places, acts[0]),
        reason=reasons.support(acts),
        since=acts[-1].at,
        last=acts[0],
        lateness=None,
        stale=False,
    )


def _common(row: Row[Any], places: dict[int, str], act: InteractionView | None) -> dict[str, Any]:
    return {
        "contact": row.contact_id,
        "name": row.name,
        "platform": row.usual_platform,
        "circle": row.circle,
        "url": (act.url if act else None) or places.get(row.contact_id),
    }
