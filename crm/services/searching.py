"""Searching everywhere, as the user types: contacts by any part of their names, and what was said."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from crm.db import search as full_text
from crm.db.store import Work
from crm.db.tables import contact, identity, interaction
from crm.domain.text import folded, sought, storable
from crm.services import interactions
from crm.services.contacts import rows
from crm.services.views import Hit, InteractionView, SearchView

_MOST_CONTACTS = 20


def search(work: Work, text: str, limit: int = 50) -> SearchView:
    """Return the contacts and the acts that fit, the newest acts first.

    Args:
        work: the piece of work.
        text: what was typed so far; all words must occur, the last may be unfinished.
        limit: the most acts to return.

    """
    text = storable(sought(text))  # nothing kept holds a NUL, and a server would refuse to look for one
    if not folded(text):
        return SearchView((), ())
    ids = dict.fromkeys(_named(work, text) + _in_notes(work, text))
    return SearchView(tuple(rows(work, list(ids))), _hits(work, text, limit))


def _named(work: Work, text: str) -> list[int]:
    """Return the first contacts in whose names all words occur; the rest are not even sorted."""
    return _first(work, *full_text.named(text))


def _in_notes(work: Work, text: str) -> list[int]:
    """Return the first contacts whose notes hold the words."""
    words = (contact.c.notes.icontains(word, autoescape=True) for word in text.split())
    return _first(work, contact.c.notes != "", *words)


def _first(work: Work, *conditions: ColumnElement[bool]) -> list[int]:
    query = select(contact.c.id).where(*conditions).order_by(contact.c.search, contact.c.id)
    return list(work.connection.scalars(query.limit(_MOST_CONTACTS)))


def _hits(work: Work, text: str, limit: int) -> tuple[Hit, ...]:
    acts = interactions.by_ids(work, full_text.find(work.connection, text, limit))
    owners: dict[int, tuple[int, str]] = {}
    query = (
        select(interaction.c.id, contact.c.id, contact.c.name)
        .join_from(interaction, identity, interaction.c.identity_id == identity.c.id)
        .join(contact, identity.c.contact_id == contact.c.id)
        .where(interaction.c.id.in_([act.id for act in acts]))
    )
    for key, who, name in work.connection.execute(query):
        owners[key] = (who, name)
    return tuple(_hit(owners.get(act.id), act) for act in acts)


def _hit(owner: tuple[int, str] | None, act: InteractionView) -> Hit:
    return Hit(owner[0], owner[1], act) if owner else Hit(None, "", act)
