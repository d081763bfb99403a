"""Whether what the user does now is an answer to Today's reminder, so that it counts towards the day."""

from __future__ import annotations

from sqlalchemy import select

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, relationship
from crm.services.standing import is_due, is_owed, standing


def handled_now(work: Work, contact_id: int) -> int | None:
    """Return the contact if it is drifting at this moment, else None."""
    query = (
        select(contact.c.snoozed_until, contact.c.muted, contact.c.archived, relationship)
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(contact.c.id == contact_id)
    )
    row = work.connection.execute(query).first()
    if row is None:
        return None
    now = stored(work.now)
    if is_owed(row, work.rules, now) or not is_due(row, standing(row, work.rules, work.now, now), now):
        return None
    return contact_id
