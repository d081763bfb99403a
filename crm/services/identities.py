"""Which identities are the user's own, and giving identities to contacts by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, identity, interaction
from crm.domain.errors import ConflictError, NotFoundError, UsageError
from crm.domain.handles import normalise, parse_reference, profile_url
from crm.domain.platforms import NOT_UNIQUE, title_of
from crm.domain.records import IdentityRef
from crm.domain.text import clean, storable
from crm.services import merged_parts, naming
from crm.services.journal import Journal
from crm.services.views import IdentityView


def me(work: Work) -> tuple[IdentityView, ...]:
    """Return the identities that are the user's."""
    query = select(identity).where(identity.c.contact_id.is_(None))
    found = work.connection.execute(query.order_by(identity.c.platform, identity.c.id))
    return tuple(view_of(row) for row in found)


def add_me(work: Work, handle: str) -> IdentityView:
    """Say that an identity is the user's own; a contact that consists of nothing else goes.

    Args:
        work: the piece of work.
        handle: `platform:handle`, an address or a profile URL.

    Raises:
        UsageError: it is none of these.

    """
    ref = reference(handle)
    row = lookup(work, ref)
    journal = Journal(work)
    if row is None:
        key = journal.insert(identity, {**_values(ref), "contact_id": None, "by_user": True})
    else:
        key = row.id
        if row.contact_id is not None:
            claim(work, journal, row.id, row.contact_id)
    journal.close(f"noted that {_words(ref)} is you")
    return view_of(work.connection.execute(select(identity).where(identity.c.id == key)).one())


def remove_me(work: Work, handle: str) -> None:
    """Say that an identity is not the user's; one with history becomes a contact of its own.

    Raises:
        NotFoundError: it was not the user's.

    """
    ref = reference(handle)
    row = lookup(work, ref)
    if row is None or row.contact_id is not None:
        raise NotFoundError(f"{_words(ref)} is not one of your identities", "crm me lists them")
    journal = Journal(work)
    if _has_history(work, row.id):
        whose = own_contact(work, journal, row)
        journal.update(identity, {"id": row.id}, {"contact_id": whose, "by_user": True})
    else:
        journal.delete(identity, {"id": row.id})
    journal.close(f"noted that {_words(ref)} is not you")


def own_contact(work: Work, journal: Journal, row: Row[Any]) -> int:
    """Make a contact for one identity, called as that is; the identity is still to be given to it."""
    ref = IdentityRef(row.platform, row.handle_written or row.handle, row.external_id, row.name)
    name, rank = naming.name_from(ref)
    return journal.insert(contact, naming.made_here(work.connection, stored(work.now), name, rank))


def claim(work: Work, journal: Journal, identity_id: int, contact_id: int) -> None:
    """Make a contact's identity the user's own; an empty contact that nobody edited goes."""
    journal.touch(contact_id)
    journal.update(identity, {"id": identity_id}, {"contact_id": None, "home_id": None})
    others = work.connection.scalar(
        select(func.count()).select_from(identity).where(identity.c.contact_id == contact_id)
    )
    kept = work.connection.execute(select(contact.c.by_user).where(contact.c.id == contact_id)).one()
    if not others and not kept.by_user:
        merged_parts.remove_contact(work, journal, contact_id)


def attach(work: Work, journal: Journal, contact_id: int, handle: str) -> None:
    """Give a contact an identity.

    Raises:
        UsageError: the text names no identity.
        ConflictError: it belongs to somebody else, or to the user.

    """
    ref = reference(handle)
    row = lookup(work, ref, contact_id)
    if row is None:
        journal.insert(identity, {**_values(ref), "contact_id": contact_id, "by_user": True})
        return
    if row.contact_id == contact_id:
        return
    if row.contact_id is None:
        raise ConflictError(f"{_words(ref)} is one of your own identities", "crm me --remove takes it away")
    owner = work.connection.scalar(select(contact.c.name).where(contact.c.id == row.contact_id))
    raise ConflictError(
        f"{_words(ref)} belongs to {clean(owner or '?')} ({row.contact_id})",
        "an identity is one account or address, so it can belong to one contact only",
    )


def detach(work: Work, journal: Journal, contact_id: int, handle: str) -> None:
    """Take an identity away from a contact.

    Raises:
        NotFoundError: the contact has no such identity.
        ConflictError: interactions came through it, so it cannot go.

    """
    ref = reference(handle)
    row = lookup(work, ref, contact_id)
    if row is None or row.contact_id != contact_id:
        raise NotFoundError(f"the contact has no identity {_words(ref)}")
    if _has_history(work, row.id):
        raise ConflictError(
            f"{_words(ref)} has a history with this contact, which would be lost",
            "archive the contact instead, or undo the import that brought it",
        )
    journal.delete(identity, {"id": row.id})


def _has_history(work: Work, identity_id: int) -> bool:
    query = select(interaction.c.id).where(interaction.c.identity_id == identity_id)
    return work.connection.scalar(query.limit(1)) is not None


def reference(handle: str) -> IdentityRef:
    """Read what the user typed for an identity.

    Raises:
        UsageError: it is no `platform:handle`, address or profile URL.

    """
    ref = parse_reference(storable(handle))
    if ref is None or not ref.handle or not normalise(ref.platform, ref.handle):
        raise UsageError(
            f'"{clean(handle)}" is no identity', "write platform:handle, an address or a profile URL"
        )
    return ref


def lookup(work: Work, ref: IdentityRef, contact_id: int | None = None) -> Row[Any] | None:
    """Return the identity's row, by its key; the one without an id first, then the latest.

    Where a handle is not one contact's alone (a firm's website), it is that of `contact_id`.
    """
    handle = normalise(ref.platform, ref.handle or "")
    keyed = and_(identity.c.external_id == ref.handle, identity.c.external_id.is_not(None))
    query = (
        select(identity)
        .where(identity.c.platform == ref.platform, or_(identity.c.handle == handle, keyed))
        .order_by(identity.c.external_id.is_not(None), identity.c.id.desc())
        .limit(1)
    )
    if ref.platform in NOT_UNIQUE:
        query = query.where(identity.c.contact_id == contact_id)
    return work.connection.execute(query).first()


def _values(ref: IdentityRef) -> dict[str, Any]:
    handle = normalise(ref.platform, ref.handle or "")
    return {
        "platform": ref.platform,
        "handle": handle,
        "handle_written": ref.handle,
        "url": ref.url,
    }


def view_of(row: Row[Any]) -> IdentityView:
    """Return an identity's row as it is shown."""
    return IdentityView(
        id=row.id,
        platform=row.platform,
        handle=row.handle,
        external_id=row.external_id,
        name=row.name,
        url=row.url or profile_url(row.platform, row.handle, row.external_id),
        label=row.label,
    )


def _words(ref: IdentityRef) -> str:
    return f"{clean(ref.handle or '?')} ({title_of(ref.platform)})"
