"""What hangs on a contact since a merge, or since somebody said who it is not; and how it goes with it.

An identity that remembers a merged contact as its home must have left it before that one can go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from crm.db.store import Work
from crm.db.tables import contact, contact_tag, identity, merged, refusal
from crm.services.journal import Journal


def parts_below(work: Work, contact_id: int) -> list[Row[Any]]:
    """Return the rows of every part of a contact, those that hold others before these."""
    query = select(merged).where(merged.c.into_contact_id == contact_id).order_by(merged.c.id)
    found = []
    for row in work.connection.execute(query).all():
        found += [row, *below(work, row.id)]
    return found


def below(work: Work, part: int) -> list[Row[Any]]:
    """Return the rows of the parts that lie in a part, those that hold others before these."""
    found: list[Row[Any]] = []
    waiting = [part]
    while waiting:
        query = select(merged).where(merged.c.into_merged_id == waiting.pop()).order_by(merged.c.id)
        rows = work.connection.execute(query).all()
        found += rows
        waiting += [row.id for row in rows]
    return found


def leave(work: Work, journal: Journal, parts: Sequence[int]) -> None:
    """Let identities elsewhere by now, such as the user's own, forget that parts that go were their home."""
    away = select(identity.c.id).where(identity.c.home_id.in_(parts)).order_by(identity.c.id)
    for key in work.connection.scalars(away).all():
        journal.update(identity, {"id": key}, {"home_id": None})


def free_own(connection: Connection) -> None:
    """Take what is the user's own out of merged contacts, where imports and earlier programs leave it."""
    own = (identity.c.contact_id.is_(None), identity.c.home_id.is_not(None))
    connection.execute(update(identity).where(*own).values(home_id=None))


def remove_contact(work: Work, journal: Journal, contact_id: int) -> None:
    """Remove a contact with all that hangs on it; its identities must be gone already."""
    for tag in tags_of(work, contact_id):
        journal.delete(contact_tag, {"contact_id": contact_id, "tag": tag})
    parts = parts_below(work, contact_id)
    leave(work, journal, [row.id for row in parts])
    for row in reversed(parts):
        journal.delete(merged, {"id": row.id})
    for row in refusals_of(work, contact_id):
        journal.delete(refusal, {"first_id": row.first_id, "second_id": row.second_id})
    journal.delete(contact, {"id": contact_id})


def tags_of(work: Work, contact_id: int) -> list[str]:
    """Return a contact's tags, sorted."""
    query = select(contact_tag.c.tag).where(contact_tag.c.contact_id == contact_id)
    return list(work.connection.scalars(query.order_by(contact_tag.c.tag)))


def refusals_of(work: Work, contact_id: int) -> list[Row[Any]]:
    """Return what was said about whom a contact is not."""
    mine = (refusal.c.first_id == contact_id) | (refusal.c.second_id == contact_id)
    return list(work.connection.execute(select(refusal).where(mine)).all())


def pair(one: int, other: int) -> dict[str, int]:
    """Return the key of a refusal."""
    return {"first_id": min(one, other), "second_id": max(one, other)}
