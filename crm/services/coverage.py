"""Which period the imports cover on each platform: silence is not the same as missing data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import coverage, dialogue, import_run, relationship
from crm.domain.dates import day_of, short_day
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


def not_seen_since(work: Work, due: Mapping[int, datetime | None]) -> dict[int, str]:
    """Say which reminders rest on old data, and since when, by contact.

    One does when every platform on which the contact's exchanges took place is covered only until before
    the reminder was due. A platform that was never imported hides nothing: its acts are logged by hand.

    Args:
        work: the piece of work.
        due: when each contact was due; few contacts.

    """
    until = covered_until(work) if due else {}
    if not until:
        return {}
    found = {}
    for who, platforms in _exchange_platforms(work, due).items():
        due_at = due[who]
        if due_at is None or any(one not in until or until[one] >= due_at for one in platforms):
            continue
        latest = max(platforms, key=lambda platform: until[platform])
        day = short_day(day_of(until[latest], "second", work.rules.zone), work.rules.day_of(work.now))
        found[who] = f"not seen since your {title_of(latest)} export of {day}"
    return found


def _exchange_platforms(work: Work, contacts: Iterable[int]) -> dict[int, list[str]]:
    """Return where exchanges were completed; contacts without any are left out."""
    query = select(dialogue.c.contact_id, dialogue.c.platform).where(
        dialogue.c.contact_id.in_(contacts), func.length(dialogue.c.days) > 0
    )
    found: dict[int, list[str]] = {}
    for who, platform in work.connection.execute(query.order_by(dialogue.c.contact_id, dialogue.c.platform)):
        found.setdefault(who, []).append(platform)
    return found


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
