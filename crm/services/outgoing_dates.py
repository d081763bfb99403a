"""What a calendar is to remind of: birthdays, anniversaries, and the days on which contacts are due.

Who is archived or muted is left out, as in Today. Who is due already stands on the day of the export, because
an alarm in the past rings no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import contact, interaction, relationship
from crm.domain.cadence import UNANSWERED_ENOUGH
from crm.domain.dates import day_of, parse_birthday, short_day
from crm.domain.exchanges import Turn
from crm.domain.platforms import where_words
from crm.domain.records import PartialDate
from crm.exporters.ics import Event
from crm.services.outgoing import CHUNK, made_key
from crm.services.standing import standing

_NO_YEAR = 2000
"""Where a year is unknown, the event begins in this one: it is a leap year, so it has every day."""
_DATES = (("birthday", "Birthday"), ("anniversary", "Anniversary"))


def events(
    work: Work,
    ids: Sequence[int],
    *,
    dates: bool = True,
    due: bool = True,
    called: Callable[[str], str] = str,
) -> Iterator[Event]:
    """Yield the events of contacts, in the order of `ids`.

    Args:
        work: the piece of work.
        ids: which contacts.
        dates: birthdays and anniversaries.
        due: the days on which contacts are due.
        called: how a name is to be written, where not everybody may read it.

    """
    for start in range(0, len(ids), CHUNK):
        for row in _rows(work, ids[start : start + CHUNK]):
            if dates:
                yield from _dates(row, called(row.name))
            if due and (event := _due(work, row, called(row.name))) is not None:
                yield event


def _rows(work: Work, ids: Sequence[int]) -> list[Any]:
    query = (
        select(
            contact.c.id,
            contact.c.name,
            contact.c.birthday,
            contact.c.anniversary,
            contact.c.created_at,
            contact.c.snoozed_until,
            contact.c.muted,
            contact.c.archived,
            *(column for column in relationship.c if column.name != "contact_id"),
            interaction.c.precision,
        )
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .outerjoin(interaction, interaction.c.id == relationship.c.completing_id)
        .where(contact.c.id.in_(ids), contact.c.archived.is_(False), contact.c.muted.is_(False))
    )
    found = {row.id: row for row in work.connection.execute(query)}
    return [found[key] for key in ids if key in found]


def _dates(row: Any, name: str) -> Iterator[Event]:
    for field, word in _DATES:
        written = getattr(row, field)
        if not written:
            continue
        partial = parse_birthday(written)
        year = f" ({partial.year})" if partial.year else ""
        yield Event(
            uid=made_key(row.id, row.created_at, field),
            day=date(partial.year or _NO_YEAR, partial.month, partial.day),
            summary=f"{word} of {name}{year}",
            description=_leap_words(partial),
            yearly=True,
        )


def _leap_words(partial: PartialDate) -> str:
    is_leap = (partial.month, partial.day) == (2, 29)
    return "On 29 February; kept on the 28th in other years." if is_leap else ""


def _due(work: Work, row: Any, name: str) -> Event | None:
    stands = standing(row, work.rules, work.now, stored(work.now))
    if stands.due_at is None or (row.turn == Turn.THEIRS and row.unanswered >= UNANSWERED_ENOUGH):
        return None
    today = work.rules.day_of(work.now)
    since = work.rules.day_of(stands.due_at)
    wakes = moment(row.snoozed_until)
    day = max(since, today, work.rules.day_of(wakes) if wakes else today)
    said = [f"Due since {short_day(since, today)}."] if since < today else []
    last = moment(row.last_exchange_at)
    if last is not None:
        where = f" {where_words(row.usual_platform)}" if row.usual_platform else ""
        said.append(f"Last exchange {short_day(day_of(last, row.precision, work.rules.zone), today)}{where}.")
    said.append(f"Cadence: {stands.cadence_days} days.")
    return Event(
        uid=made_key(row.id, row.created_at, "due"),
        day=day,
        summary=f"Get in touch with {name}",
        description=" ".join(said),
    )
