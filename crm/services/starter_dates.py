"""Dates to talk about: a birthday or an anniversary of this month, and the day of the first exchange."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from crm.db.store import Work
from crm.db.tables import interaction
from crm.domain import starters as rules
from crm.domain.dates import day_of, in_days, next_occurrence, parse_birthday, short_day
from crm.domain.records import Precision
from crm.domain.starters import StarterKind
from crm.services import interactions, reasons
from crm.services.views import InteractionView, Starter

DATES_AHEAD = 30
FIRST_TALK_AHEAD = 7
"""Days from which a birthday, and the day of the first exchange, are said."""


def dates(work: Work, row: Row[Any], keys: Sequence[int]) -> Iterator[Starter]:
    """Yield the dates of a contact that come soon, the soonest first.

    Args:
        work: the piece of work.
        row: the contact's birthday and anniversary, and the relationship's first exchange.
        keys: the ids of the contact's identities.

    """
    today = work.rules.day_of(work.now)
    found = []
    for what in ("birthday", "anniversary"):
        written = getattr(row, what)
        if not written:
            continue
        partial = parse_birthday(written)
        on = next_occurrence(partial, today)
        if (on - today).days > DATES_AHEAD:
            continue
        years = on.year - partial.year if partial.year else None
        if (on - today).days <= FIRST_TALK_AHEAD:
            text = reasons.date_comes(what, partial, on, today)
        else:
            text = f"{what} on {short_day(on, today)}, in {(on - today).days} days"
            text += f", {years} years" if years else ""
        found.append(_date(what, text, on, years))
    first = _first_talk(work, row.first_exchange_at, keys, today)
    found += [first] if first is not None else []
    yield from sorted(found, key=lambda one: one.on or today)


def _date(what: str, text: str, on: date, years: int | None, act: InteractionView | None = None) -> Starter:
    return Starter(
        kind=StarterKind.DATE.value,
        text=text,
        at=act.at if act else None,
        precision=act.precision if act else Precision.DAY.value,
        platform=act.platform if act else None,
        direction=None,
        interaction=act.id if act else None,
        url=act.url if act else None,
        thread=act.thread if act else None,
        years=years,
        what=what,
        on=on,
    )


def _first_talk(work: Work, at: int | None, keys: Sequence[int], today: date) -> Starter | None:
    """Return the day of the first exchange, where it comes round this week."""
    if at is None:
        return None
    query = select(interaction.c.id).where(interaction.c.identity_id.in_(keys), interaction.c.at == at)
    ids = list(work.connection.scalars(query.order_by(interaction.c.id).limit(1)))
    acts = interactions.by_ids(work, ids)
    if not acts or acts[0].at is None:
        return None
    first = day_of(acts[0].at, acts[0].precision, work.rules.zone)
    for year in (today.year, today.year + 1):
        on = rules.years_before(first, first.year - year)
        years = year - first.year
        if years > 0 and 0 <= (on - today).days <= FIRST_TALK_AHEAD:
            span = "a year" if years == 1 else f"{years} years"
            text = f"you first talked {span} ago {in_days(on, today)}"
            return _date("first_exchange", text, on, years, acts[0])
    return None
