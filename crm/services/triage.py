"""Whom to put into circles first: those with whom there was most talk, and about whom nothing was said yet.

The offer to do so is made once: what became of it is kept as a setting.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, exists, func, insert, or_, select

from crm.db.store import Work
from crm.db.tables import contact, import_run, relationship, setting

ENOUGH = 2
"""Exchange days up to which a relationship is so young or so old that leaving it alone does no harm."""
FEWEST = 3
"""People with more than `ENOUGH` for whom the offer is worth a line."""
_ANSWERED = "triage_offer"


class Candidate(NamedTuple):
    """A contact about whom nothing was said yet."""

    contact: int
    exchange_days: int


def order(work: Work) -> list[Candidate]:
    """Return whom to decide about, the strongest relationships first.

    That is everybody with an exchange, without a circle and without an own cadence, neither muted nor
    archived; by exchange days, then by the latest exchange.
    """
    query = (
        select(contact.c.id, relationship.c.exchange_days)
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(
            contact.c.circle.is_(None),
            contact.c.cadence_days.is_(None),
            contact.c.muted.is_(False),
            contact.c.archived.is_(False),
            relationship.c.exchange_days > 0,
        )
        .order_by(relationship.c.exchange_days.desc(), relationship.c.last_exchange_at.desc(), contact.c.id)
    )
    return [Candidate(*row) for row in work.connection.execute(query)]


def offer(work: Work) -> int:
    """Return how many people the offer to go through them is about; 0 where none is to be made.

    It is made after the first imports, while nobody has a circle or a cadence, until it was answered.
    """
    answered = select(setting.c.name).where(setting.c.name == _ANSWERED)
    imported = select(import_run.c.id).where(import_run.c.undone_at.is_(None)).limit(1)
    decided = select(exists().where(or_(contact.c.circle.is_not(None), contact.c.cadence_days.is_not(None))))
    connection = work.connection
    if connection.scalar(answered) or connection.scalar(imported) is None or connection.scalar(decided):
        return 0
    strong = select(func.count()).where(relationship.c.exchange_days > ENOUGH)
    if (connection.scalar(strong) or 0) < FEWEST:
        return 0
    return sum(one.exchange_days > ENOUGH for one in order(work))


def answer(work: Work) -> None:
    """Make no offer again: it was taken up, or declined."""
    work.connection.execute(delete(setting).where(setting.c.name == _ANSWERED))
    work.connection.execute(insert(setting).values(name=_ANSWERED, value="answered"))
