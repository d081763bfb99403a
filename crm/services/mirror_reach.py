"""How far back the mirror can look."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from crm.db.moments import moment
from crm.db.store import Work
from crm.db.tables import interaction, post


def first_day(work: Work) -> date | None:
    """Return the day of the first act or post of known time, in the user's time zone; None: there is none."""
    found = [
        at
        for table in (interaction, post)
        if (at := work.connection.execute(select(func.min(table.c.at))).scalar()) is not None
    ]
    return work.rules.day_of(moment(min(found))) if found else None
