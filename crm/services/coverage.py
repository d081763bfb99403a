"""Which period the imports cover on each platform: silence is not the same as missing data."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import contact, coverage, identity, import_run, interaction, relationship
from crm.domain.dates import day_of, short_day
from crm.domain.exchanges import Act, depth_from, exchanges, kinds_at_or_above
from crm.domain.platforms import title_of
from crm.services.views import CoverageView

ASK_AFTER = timedelta(days=45)
"""How old the end of what an export covers may be before another one is worth asking for."""
ACTIVE = timedelta(days=365)
TOUCHING = timedelta(days=31)
"""Periods no further apart than this are shown as one: a month without a word is no gap in the data."""


def covered_until(work: Work) -> dict[str, datetime]:
    """Return until when each platform is covered by the imports that stand."""
    query = (
        select(coverage.c.platform, func.max(coverage.c.until))
        .join_from(coverage, import_run, coverage.c.run_id == import_run.c.id)
        .where(import_run.c.undone_at.is_(None), coverage.c.until.is_not(None))
        .group_by(coverage.c.platform)
    )
    return {platform: moment(until) for platform, until in work.connection.execute(query)}


def not_seen_since(work: Work, contact_id: int, due_at: datetime | None) -> str | None:
    """Say that a reminder rests on old data, if it does.

    It does when every platform on which the contact's exchanges took place is covered only until before
    the reminder was due. A platform that was never imported hides nothing: its acts are logged by hand.
    """
    if due_at is None:
        return None
    until = covered_until(work)
    platforms = _exchange_platforms(work, contact_id)
    if not platforms or any(platform not in until or until[platform] >= due_at for platform in platforms):
        return None
    latest = max(platforms, key=lambda platform: until[platform])
    day = short_day(day_of(until[latest], "second", work.rules.zone), work.rules.day_of(work.now))
    return f"not seen since your {title_of(latest)} export of {day}"


def _exchange_platforms(work: Work, contact_id: int) -> set[str]:
    floor = work.connection.scalar(select(contact.c.floor).where(contact.c.id == contact_id))
    own = depth_from(floor) if floor else None
    depth = work.rules.floor if own is None else own
    query = (
        select(interaction.c.at, interaction.c.id, interaction.c.direction, interaction.c.platform)
        .join_from(identity, interaction, interaction.c.identity_id == identity.c.id)
        .where(
            identity.c.contact_id == contact_id,
            interaction.c.at.is_not(None),
            interaction.c.kind.in_(kinds_at_or_above(depth)),
        )
    )
    places: dict[int, str] = {}
    acts = []
    for at, key, direction, platform in work.connection.execute(query):
        acts.append(Act(at, direction, key))
        places[key] = platform
    window = work.rules.window // timedelta(microseconds=1)
    return {places[exchange.completing.id] for exchange in exchanges(sorted(acts), window)}


def newest_of(work: Work, importer: str) -> int | None:
    """Return until when the newest standing export of an importer reached, microseconds."""
    newest: int | None = work.connection.scalar(
        select(func.max(import_run.c.until)).where(
            import_run.c.importer == importer, import_run.c.undone_at.is_(None)
        )
    )
    return newest


def overview(work: Work) -> list[CoverageView]:
    """Return what imports cover of each platform, those first whose export is most worth asking for again.

    That is: an importer reads it, what it covers ended more than `ASK_AFTER` ago, and there are contacts with
    whom one talks there (by their latest exchange, within the last year).
    """
    covered = (
        select(
            coverage.c.platform,
            func.min(coverage.c.since),
            func.max(coverage.c.until),
            func.count(),
            func.max(import_run.c.at),
        )
        .join_from(coverage, import_run, coverage.c.run_id == import_run.c.id)
        .where(import_run.c.undone_at.is_(None))
        .group_by(coverage.c.platform)
    )
    active = (
        select(relationship.c.usual_platform, func.count())
        .where(relationship.c.last_exchange_at >= stored(work.now - ACTIVE))
        .group_by(relationship.c.usual_platform)
    )
    talking = {platform: number for platform, number in work.connection.execute(active) if platform}
    importers = _importers(work)
    spans = _spans(work)
    found = []
    for platform, since, until, runs, last in work.connection.execute(covered):
        end = None if until is None else moment(until)
        contacts = talking.get(platform, 0)
        found.append(
            CoverageView(
                platform=platform,
                since=None if since is None else moment(since),
                until=end,
                imports=runs,
                imported_at=moment(last),
                contacts=contacts,
                ask_again=bool(contacts) and (end is None or work.now - end > ASK_AFTER),
                importer=importers.get(platform),
                spans=tuple(spans.get(platform, ())),
            )
        )
    return sorted(found, key=lambda one: (not one.ask_again, -one.contacts, one.platform))


def _spans(work: Work) -> dict[str, list[tuple[datetime, datetime]]]:
    """Return the periods covered, by platform; those that touch or overlap are one."""
    query = (
        select(coverage.c.platform, coverage.c.since, coverage.c.until)
        .join_from(coverage, import_run, coverage.c.run_id == import_run.c.id)
        .where(import_run.c.undone_at.is_(None), coverage.c.since.is_not(None), coverage.c.until.is_not(None))
        .order_by(coverage.c.platform, coverage.c.since)
    )
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for platform, first, last in work.connection.execute(query):
        since, until = moment(first), moment(last)
        spans = found.setdefault(platform, [])
        if spans and since <= spans[-1][1] + TOUCHING:
            spans[-1] = (spans[-1][0], max(spans[-1][1], until))
        else:
            spans.append((since, until))
    return found


def _importers(work: Work) -> dict[str, str]:
    """Return the importer that last brought anything of each platform."""
    query = (
        select(coverage.c.platform, import_run.c.importer)
        .join_from(coverage, import_run, coverage.c.run_id == import_run.c.id)
        .where(import_run.c.undone_at.is_(None))
        .order_by(import_run.c.at, import_run.c.id)
    )
    return {platform: importer for platform, importer in work.connection.execute(query)}  # noqa: C416 - rows
