"""What a contact is called, as long as the user has not said it, and by which words it is found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, func, select

from crm.db import bulk
from crm.db.tables import contact, identity, merged
from crm.domain.platforms import title_of
from crm.domain.records import IdentityRef
from crm.domain.text import folded, is_blank

_CHUNK = 900
_LONGEST_NAME = 500


class NameRank(IntEnum):
    """How good a name is; a better one replaces it, an equal one does not."""

    PLACEHOLDER = 0
    """Made from an opaque id."""
    HANDLE = 1
    DISPLAY = 2
    """What they call themselves on a platform."""
    BOOK = 3
    """From an address book or a list of connections."""
    USER = 4


def name_from(ref: IdentityRef, book_name: str | None = None) -> tuple[str, NameRank]:
    """Return the best name an identity, or the record around it, offers."""
    if not is_blank(book_name):
        return tidy(book_name or ""), NameRank.BOOK
    if not is_blank(ref.name):
        return tidy(ref.name or ""), NameRank.DISPLAY
    if not is_blank(ref.handle):
        return tidy(ref.handle or ""), NameRank.HANDLE
    return f"{title_of(ref.platform)} {ref.external_id or '?'}", NameRank.PLACEHOLDER


def tidy(name: str) -> str:
    """Return a name on one line, without blanks at its ends, and no longer than can be useful."""
    return " ".join(name.split())[:_LONGEST_NAME]


def next_contact(connection: Connection) -> int:
    """Return the first free id of a contact; those of merged contacts are kept for them."""
    kept = connection.scalar(select(func.max(merged.c.contact_id))) or 0
    return max(bulk.next_id(connection, contact), kept + 1)


def made_here(connection: Connection, now: int, name: str, rank: NameRank) -> dict[str, Any]:
    """Return the row of a contact that the user makes.

    Args:
        connection: where it will be.
        now: microseconds since 1970, UTC.
        name: as it shall be shown.
        rank: how good the name is.

    """
    return {
        "id": next_contact(connection),
        "name": name,
        "name_rank": int(rank),
        "notes": "",
        "search": "",
        "muted": False,
        "archived": False,
        "created_at": now,
        "by_user": True,
    }


def contact_of(connection: Connection, identity_id: int | None) -> int | None:
    """Return the contact an identity belongs to; None for the user's own."""
    if identity_id is None:
        return None
    return connection.scalar(select(identity.c.contact_id).where(identity.c.id == identity_id))


def refresh_search(connection: Connection, contact_ids: Iterable[int]) -> None:
    """Compute again by which words contacts are found: names, organisation, handles."""
    wanted = sorted(set(contact_ids))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        words: dict[int, list[str]] = {}
        people = select(contact.c.id, contact.c.name, contact.c.nickname, contact.c.organisation)
        for row in bulk.tuples(connection, people.where(contact.c.id.in_(chunk))):
            words[row[0]] = [part for part in row[1:] if part]
        handles = (
            select(identity.c.contact_id, identity.c.handle, identity.c.name)
            .where(identity.c.contact_id.in_(chunk))
            .order_by(identity.c.contact_id, identity.c.id)
        )
        for owner, handle, name in bulk.tuples(connection, handles):
            words[owner].extend(part for part in (handle, name) if part)
        bulk.update(connection, contact, "search", [(searchable(parts), key) for key, parts in words.items()])


def searchable(parts: Iterable[str]) -> str:
    """Return words as they are kept for finding: folded, each part once, set apart by line feeds."""
    return "\n".join(dict.fromkeys(folded(part) for part in parts))
