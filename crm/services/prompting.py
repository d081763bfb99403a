"""What a shell prompt will show until the next time somebody looks: counts, and when they change.

Reckoned to the hour, and exactly where somebody begins or ceases to be due, to wait or to sleep.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from crm import promptfile
from crm.db.moments import moment, stored
from crm.db.store import Store, Work
from crm.db.tables import contact, relationship
from crm.promptfile import Counts
from crm.services import ahead, forecast
from crm.services.forecast import Moments

_HOUR = timedelta(hours=1)


def refresh(store: Store) -> None:
    """Note the counts of now and of the next days for the prompt.

    Raises:
        DatabaseError: the database cannot be read.
        OSError: the note cannot be written.

    """
    lines = store.read(coming)
    promptfile.write(store.path or store.url, store.now().timestamp(), lines)


def coming(work: Work) -> list[Counts]:
    """Return the counts from now on until they are too old to be shown; a line for each change."""
    moments = Moments(_moments(work), work.rules.zone)
    counted = forecast.counts(work, forecast.people(work, moments), moments)
    dates = [0] * len(moments)
    for each in ahead.anniversaries(work, moments):
        for number in each.numbers:
            dates[number] += moments.dates[number] == each.on
    lines: list[Counts] = []
    for at, (waiting, drifting), today in zip(moments.moments, counted, dates, strict=True):
        line = Counts(int(at.timestamp()), waiting, drifting, today)
        if not lines or lines[-1][1:] != line[1:]:
            lines.append(line)
    return lines


def _moments(work: Work) -> list[datetime]:
    """Return now, every full hour, and every stored moment at which somebody comes or goes."""
    end = work.now + timedelta(seconds=promptfile.SPAN)
    first = work.now.replace(minute=0, second=0, microsecond=0)
    found = {work.now} | {first + n * _HOUR for n in range(1, promptfile.SPAN // 3600 + 1)}
    owed = work.rules.owed // timedelta(microseconds=1)
    now, last = stored(work.now), stored(end)
    for column, later in (
        (relationship.c.due_at, 0),
        (relationship.c.owed_since, owed),
        (contact.c.snoozed_until, 0),
    ):
        query = select(column).where(column > now - later, column <= last - later)
        found.update(moment(at + later) for at in work.connection.scalars(query))
    return sorted(found)
