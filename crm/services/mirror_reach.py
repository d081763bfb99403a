"""How far back the mirror can look."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from crm.db.moments import moment
from crm.db.store import Work
from crm.db.tables import interaction, post
from crm.domain.periods import ALL_TIME, parse_period

EARLIEST = date(1900, 1, 1)
"""Nothing before it is looked at."""


def first_day(work: Work) -> date | None:
    """Return the day of the first act or post of known time, in the user's time zone; None: there is none."""
    found = [
        at
        for table in (interaction, post)
        if (at := work.connection.execute(select(func.min(table.c.at))).scalar()) is not None
    ]
    return work.rules.day_of(moment(min(found))) if found else None


def period_called(work: Work, text: str) -> tuple[date, date]:
    """Return the first and the last day of a period as people name it, "all time" among them.

    Raises:
        UsageError: it is no period.

    """
    today = work.rules.day_of(work.now)
    if text.strip().casefold() == ALL_TIME:
        return min(max(first_day(work) or today, EARLIEST), today), today
    return parse_period(text, today)
