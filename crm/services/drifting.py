"""Who is drifting: the first of a list that nobody reads to its end, and how long it is.

Of 10,000 contacts most may be due, and a day shows five. So the database finds those five and counts the
others; only whose rhythm has moved on with the clock is looked at here, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Float, Row, Select, and_, bindparam, cast, func, or_, select

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import Moment, contact, relationship
from crm.domain.cadence import UNANSWERED_ENOUGH
from crm.domain.exchanges import Turn
from crm.services.standing import DAY, is_due, owed_since, standing, tie_key, tie_start

_NOW: ColumnElement[int] = bindparam("now", type_=Moment)
_OWED: ColumnElement[int] = bindparam("owed", type_=Moment)
_LATENESS: ColumnElement[Any] = cast(_NOW - relationship.c.clock_start, Float) / (
    cast(relationship.c.cadence_days, Float) * float(DAY)
)
"""The same number as `cadence.lateness` gives."""
# most are, so that to walk through everybody in order is half the cost of the index; the sum keeps it out
_IS_DUE = relationship.c.due_at + 0 <= _NOW
_HAS_MOVED = or_(relationship.c.rhythm_until <= _NOW, relationship.c.rhythm_from > _NOW)
_HOLDS = and_(
    or_(relationship.c.rhythm_until.is_(None), relationship.c.rhythm_until > _NOW),
    or_(relationship.c.rhythm_from.is_(None), relationship.c.rhythm_from <= _NOW),
)


class Drifting(NamedTuple):
    """Those who are due, but for those who wait for an answer."""

    first: list[int]
    """Contacts, latest first, then by exchange days of two years, then by name; no more than asked for."""
    number: int
    """How many there are."""


def drifting(work: Work, most: int) -> Drifting:
    """Return who is drifting.

    Args:
        work: the piece of work.
        most: how many are to be named.

    """
    now = stored(work.now)
    values = {"now": now, "owed": owed_since(work.rules, now)}
    number, moved = work.connection.execute(_counting(), values).one()
    found = []
    for row in work.connection.execute(_moved(), values) if moved else ():
        stands = standing(row, work.rules, work.now, now)
        if is_due(row, stands, now):
            found.append((stands.lateness or 0.0, row))
    number += len(found)
    if most > 0:
        found += [(row.late, row) for row in _latest(work, values, most)]
    return Drifting(_in_order(found, tie_start(work.now))[:most], number)


def _latest(work: Work, values: dict[str, int], most: int) -> Sequence[Row[Any]]:
    """Return the latest of those whose cadence holds, and all who are as late as the last of them."""
    rows = work.connection.execute(_naming(), {**values, "most": most + 1}).all()
    if len(rows) <= most or rows[-1].late != rows[-2].late:
        return rows
    return work.connection.execute(_naming_tied(), {**values, "least": rows[-1].late}).all()


def _in_order(found: list[tuple[float, Row[Any]]], recent: int) -> list[int]:
    found.sort(key=itemgetter(0), reverse=True)
    ordered: list[int] = []
    for _, group in groupby(found, key=itemgetter(0)):
        tied = [row for _, row in group]
        if len(tied) > 1:
            tied.sort(key=lambda row: tie_key(row, recent))
        ordered.extend(row.contact_id for row in tied)
    return ordered


def _awake(columns: Any) -> Select[Any]:
    """Select whom the user may be reminded of and who waits for no answer."""
    joined: Select[Any] = columns.join_from(relationship, contact, relationship.c.contact_id == contact.c.id)
    return joined.where(
        contact.c.archived.is_(False),
        contact.c.muted.is_(False),
        or_(contact.c.snoozed_until.is_(None), contact.c.snoozed_until <= _NOW),
        # an `OR` would be looked up by the index of this column, which has next to everybody
        func.coalesce(relationship.c.owed_since, _OWED) <= _OWED,
        or_(relationship.c.turn != Turn.THEIRS.value, relationship.c.unanswered < UNANSWERED_ENOUGH),
    )


@cache
def _moved() -> Select[Any]:
    """Select those of whom the stored cadence is out of date, with all that `standing` looks at."""
    names = (
        "contact_id", "turn", "unanswered", "days", "cadence_days", "cadence_from", "rhythm_from",
        "rhythm_until", "clock_start",
    )  # fmt: skip
    own = ("name", "snoozed_until", "muted", "archived")
    columns = (*(relationship.c[name] for name in names), *(contact.c[name] for name in own))
    return _awake(select(*columns)).where(_HAS_MOVED)


@cache
def _counting() -> Select[Any]:
    """Select how many are due whose cadence holds, and of how many others it does not."""
    due = func.count().filter(and_(_IS_DUE, _HOLDS))
    return _awake(select(due, func.count().filter(_HAS_MOVED))).where(or_(_IS_DUE, _HAS_MOVED))


def _due() -> Select[Any]:
    columns = (relationship.c.contact_id, contact.c.name, relationship.c.days, _LATENESS.label("late"))
    return _awake(select(*columns)).where(_IS_DUE, _HOLDS)


@cache
def _naming() -> Select[Any]:
    return _due().order_by(_LATENESS.desc()).limit(bindparam("most"))


@cache
def _naming_tied() -> Select[Any]:
    return _due().where(bindparam("least", type_=Float) <= _LATENESS)
