"""How a relationship stands at this moment: what the stored row says, and what moves with the clock.

The row holds until the three years of the rhythm move on; a moment outside of its span (also a clock that was
set back) makes the cadence be found anew from the stored exchange days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, and_, or_

from crm.db.moments import moment, stored
from crm.db.state import days_of
from crm.db.store import Work
from crm.db.tables import contact, relationship
from crm.domain.cadence import UNANSWERED_ENOUGH, CadenceFrom, Rules, lateness, rhythm
from crm.domain.exchanges import Turn

DAY = timedelta(days=1) // timedelta(microseconds=1)
"""Microseconds, to say of thousands of rows in plain numbers what `standing` says of one."""
_TIE_YEARS = timedelta(days=730)
"""Equal lateness is ordered by the exchange days of the last two years."""


class _Row(Protocol):
    """The columns of a contact joined with its relationship that are looked at here."""

    contact_id: int
    name: str
    days: bytes
    cadence_days: int | None
    cadence_from: str
    rhythm_from: int | None
    rhythm_until: int | None
    clock_start: int | None
    due_at: int | None
    turn: str
    unanswered: int
    owed_since: int | None
    snoozed_until: int | None
    muted: bool
    archived: bool


class Standing(NamedTuple):
    """The cadence that applies now, and what follows from it."""

    cadence_days: int | None
    cadence_from: str
    due_at: datetime | None
    lateness: float | None


def standing(row: _Row | Any, rules: Rules, now: datetime, now_stored: int) -> Standing:
    """Return how a relationship stands now.

    Args:
        row: a contact joined with its relationship.
        rules: what the user configured.
        now: the moment, UTC.
        now_stored: the same in microseconds; callers ask for thousands of rows.

    """
    days, source = row.cadence_days, row.cadence_from
    start, until, since = row.clock_start, row.rhythm_until, row.rhythm_from
    if (until is not None and now_stored >= until) or (since is not None and now_stored < since):
        days = rhythm(days_of(row.days), rules.day_of(now))
        source = CadenceFrom.RHYTHM.value if days else CadenceFrom.NONE.value
    if not days or start is None:
        return Standing(days or None, source, None, None)
    began = moment(start)
    return Standing(days, source, began + timedelta(days=days), lateness(now, began, days))


def is_owed(row: _Row | Any, rules: Rules, now_stored: int) -> bool:
    """Say whether they wait for an answer that is still owed."""
    return row.owed_since is not None and row.owed_since > owed_since(rules, now_stored)


def owed_since(rules: Rules, now_stored: int) -> int:
    """Return the moment after which an act that waits for an answer is still owed one."""
    return now_stored - rules.owed // timedelta(microseconds=1)


def is_due(row: _Row | Any, found: Standing, now_stored: int) -> bool:
    """Say whether a contact is due, and may be reminded of."""
    if found.lateness is None or found.lateness < 1 or is_quiet(row, now_stored):
        return False
    return not (row.turn == Turn.THEIRS and row.unanswered >= UNANSWERED_ENOUGH)


def tie_start(now: datetime) -> int:
    """Return the first day, as an ordinal, that counts where two contacts are equally late."""
    return (now - _TIE_YEARS).date().toordinal()


def tie_key(row: Any, first: int) -> tuple[int, str, int]:
    """Return what orders contacts that are equally late: more exchange days first, then the name."""
    return -sum(day >= first for day in days_of(row.days)), row.name.casefold(), row.contact_id


def is_quiet(row: _Row | Any, now_stored: int) -> bool:
    """Say whether the user wants to hear nothing of a contact now."""
    asleep = row.snoozed_until is not None and row.snoozed_until > now_stored
    return bool(row.archived or row.muted or asleep)


def may_be_due(work: Work) -> ColumnElement[bool]:
    """Return the condition that finds every due contact, and few others, by its index."""
    now = stored(work.now)
    return or_(
        relationship.c.due_at <= now, relationship.c.rhythm_until <= now, relationship.c.rhythm_from > now
    )


def not_quiet(work: Work) -> ColumnElement[bool]:
    """Return the condition that leaves out archived, muted and snoozed contacts."""
    now = stored(work.now)
    return and_(
        contact.c.archived.is_(False),
        contact.c.muted.is_(False),
        or_(contact.c.snoozed_until.is_(None), contact.c.snoozed_until <= now),
    )
