"""Finding the one contact a user means by what they typed."""

from __future__ import annotations

import difflib

from sqlalchemy import or_, select

from crm.db import search
from crm.db.store import Work
from crm.db.tables import contact, identity
from crm.domain.errors import AmbiguousError, NotFoundError
from crm.domain.handles import normalise, parse_reference
from crm.domain.text import LONGEST_SOUGHT, clean, folded, sought

_LONGEST_GUESSED = 200
_MOST_NAMED = 10


def find(work: Work, reference: str) -> int:
    """Return the contact that a name, `platform:handle`, address, URL or id means.

    A name may be any part of it, as long as only one contact has it; a whole name wins over a part.

    Raises:
        NotFoundError: nobody; the hint offers the nearest name.
        AmbiguousError: several; the hint lists them.

    """
    reference = reference.strip()
    for look in (_by_id, _by_identity, _by_name, _by_part):
        found = look(work, reference)
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(work, reference, found)
    raise NotFoundError(f'no contact matches "{clean(reference)}"', _nearest(work, reference))


def _by_id(work: Work, reference: str) -> list[int]:
    if not reference.isascii() or not reference.removeprefix("#").isdecimal() or len(reference) > 18:
        return []
    key = int(reference.removeprefix("#"))
    return list(work.connection.scalars(select(contact.c.id).where(contact.c.id == key)))


def _by_identity(work: Work, reference: str) -> list[int]:
    if reference.startswith("@") and "@" not in reference[1:]:
        return _by_handle(work, reference)
    ref = parse_reference(reference)
    if ref is None or ref.handle is None:
        return []
    query = (
        select(identity.c.contact_id)
        .where(
            identity.c.platform == ref.platform,
            identity.c.contact_id.is_not(None),
            or_(
                identity.c.handle == normalise(ref.platform, ref.handle),
                identity.c.external_id == ref.handle,
            ),
        )
        .distinct()
    )
    return [key for key in work.connection.scalars(query) if key is not None]


def _by_handle(work: Work, reference: str) -> list[int]:
    """Find `@ada` on whatever platform."""
    query = select(identity.c.contact_id).where(
        identity.c.handle == folded(reference[1:]), identity.c.contact_id.is_not(None)
    )
    return [key for key in work.connection.scalars(query.distinct()) if key is not None]


def _by_name(work: Work, reference: str) -> list[int]:
    wanted = folded(reference)
    if not wanted:
        return []
    query = select(contact.c.id, contact.c.name, contact.c.nickname, contact.c.archived).where(
        contact.c.search.contains(wanted[:LONGEST_SOUGHT], autoescape=True)
    )
    exact = [
        row
        for row in work.connection.execute(query)
        if wanted in (folded(row.name), folded(row.nickname or ""))
    ]
    return [row.id for row in exact if not row.archived] or [row.id for row in exact]


def _by_part(work: Work, reference: str) -> list[int]:
    words = folded(sought(reference)).split()
    if not words:
        return []
    query = select(contact.c.id, contact.c.name, contact.c.archived).where(*search.named(sought(reference)))
    found = list(work.connection.execute(query.order_by(contact.c.search, contact.c.id)))
    in_name = [row for row in found if all(word in folded(row.name) for word in words)]
    found = in_name or found
    return [row.id for row in found if not row.archived] or [row.id for row in found]


def _ambiguous(work: Work, reference: str, ids: list[int]) -> AmbiguousError:
    query = select(contact.c.id, contact.c.name).where(contact.c.id.in_(ids[:_MOST_NAMED]))
    listed = [f"{row.id} {clean(row.name)}" for row in work.connection.execute(query)]
    more = f", and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return AmbiguousError(
        f'{len(ids)} contacts match "{clean(reference)}"',
        f"say which by its number: {', '.join(listed)}{more}",
    )


def _nearest(work: Work, reference: str) -> str | None:
    if len(reference) > _LONGEST_GUESSED:
        return None
    names: dict[str, str] = {}
    for row in work.connection.execute(select(contact.c.name).where(contact.c.archived.is_(False))):
        for part in (row.name, *row.name.split()):
            names.setdefault(folded(part), row.name)
    close = difflib.get_close_matches(folded(reference), names, n=1, cutoff=0.7)
    return f'did you mean "{clean(names[close[0]])}"?' if close else None
