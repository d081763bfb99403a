"""Forgetting a contact: everything about them goes, and no import brings them back.

The decision to know: what stays are salted hashes of the keys of their identities, enough to recognise them
in an export and pass over them, too little to tell who they were. What they said in the texts of *others*
is not theirs to find, and stays.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from crm.db import search
from crm.db.moments import stored
from crm.db.store import Store, Work
from crm.db.tables import (
    change,
    contact,
    forgotten,
    identity,
    import_problem,
    interaction,
    merged,
    setting,
)
from crm.domain.handles import normalise
from crm.domain.platforms import NOT_UNIQUE
from crm.domain.records import IdentityRef
from crm.domain.text import storable
from crm.services import backups, merged_parts
from crm.services.contacts import name_of
from crm.services.journal import settle
from crm.services.views import ForgetView

_SALT = "forgotten_salt"
_CHUNK = 900
_PEOPLE = ("contact_id", "first_id", "second_id", "into_contact_id")
"""Columns that name a contact."""
_SHORTEST = 4
"""Letters of a name or handle that is looked for in what imports could not read."""


class Forgotten:
    """Tells whether an identity belongs to somebody the user has forgotten."""

    def __init__(self, connection: Connection) -> None:
        self._keys = frozenset(connection.scalars(select(forgotten.c.key)))
        self._salt = _salt(connection) if self._keys else ""

    def holds(self, ref: IdentityRef) -> bool:
        """Say whether a reference means somebody forgotten."""
        return bool(self._keys) and not self._keys.isdisjoint(_hashes(self._salt, ref))


def forget(store: Store, contact_id: int) -> ForgetView:
    """Remove everything about a contact for good, and pass over them in every later import.

    There is no undo. Backups made before still hold them; they are named, to be deleted by the user.

    Raises:
        NotFoundError: there is no such contact.
        DatabaseError: it cannot be written.

    """
    name, identities, interactions = store.write(_remove, contact_id)
    store.tidy()
    kept = tuple(str(one.path) for one in backups.list_backups(store))
    return ForgetView(name, identities, interactions, kept, on_server=store.path is None)


def _remove(work: Work, contact_id: int) -> tuple[str, int, int]:
    name = name_of(work, contact_id)
    connection = work.connection
    rows = connection.execute(select(identity).where(identity.c.contact_id == contact_id)).all()
    keys = [row.id for row in rows]
    acts = list(connection.scalars(select(interaction.c.id).where(interaction.c.identity_id.in_(keys))))
    parts = merged_parts.parts_below(work, contact_id)
    _remember(work, rows)
    people = {contact_id, *(row.contact_id for row in parts)}
    ids = {"contact": people, "identity": set(keys), "interaction": set(acts)}
    _scrub_changes(work, {**ids, "merged": {row.id for row in parts}})
    _scrub_problems(connection, [name, *(part.contact["name"] for part in parts)], rows)
    search.remove(connection, acts)
    connection.execute(delete(interaction).where(interaction.c.identity_id.in_(keys)))
    connection.execute(delete(identity).where(identity.c.contact_id == contact_id))
    merged_parts.free_own(connection)
    connection.execute(delete(merged).where(merged.c.id.in_([row.id for row in parts])))
    connection.execute(delete(contact).where(contact.c.id == contact_id))
    settle(work, {contact_id})
    return name, len(keys), len(acts)


def _remember(work: Work, rows: Iterable[Any]) -> None:
    salt = _salt(work.connection)
    known = set(work.connection.scalars(select(forgotten.c.key)))
    refs = (IdentityRef(row.platform, row.handle, row.external_id) for row in rows)
    fresh = {key for ref in refs for key in _hashes(salt, ref)} - known
    if fresh:
        at = stored(work.now)
        work.connection.execute(insert(forgotten), [{"key": key, "at": at} for key in sorted(fresh)])


def _salt(connection: Connection) -> str:
    found: str | None = connection.scalar(select(setting.c.value).where(setting.c.name == _SALT))
    if found is None:
        found = secrets.token_hex(16)
        connection.execute(insert(setting).values(name=_SALT, value=found))
    return found


def _hashes(salt: str, ref: IdentityRef) -> list[str]:
    """Return the keys under which an identity is found again; a shared website is nobody's key."""
    keys = []
    if ref.external_id:
        keys.append(f"id\x1f{storable(ref.external_id)}")
    if ref.handle and ref.platform not in NOT_UNIQUE:
        keys.append(f"handle\x1f{normalise(ref.platform, storable(ref.handle))}")
    return [sha256(f"{salt}\x1f{ref.platform}\x1f{key}".encode()).hexdigest() for key in keys]


def _scrub_changes(work: Work, ids: Mapping[str, set[int]]) -> None:
    """Take rows out of what could be undone, by table and id; a change about nobody else goes whole."""
    for row in work.connection.execute(select(change.c.id, change.c.rows, change.c.run_id)).all():
        kept = [one for one in row.rows if not _concerns(one, ids)]
        if len(kept) == len(row.rows):
            continue
        if kept or row.run_id is not None:
            said = {"rows": kept, "what": "a change to several contacts, one of them forgotten since"}
            if row.run_id is not None:
                said.pop("what")
            work.connection.execute(update(change).where(change.c.id == row.id).values(said))
        else:
            work.connection.execute(delete(change).where(change.c.id == row.id))


def _concerns(row: Sequence[Any], ids: Mapping[str, set[int]]) -> bool:
    table, key, before, after = row
    if key.get("id") in ids.get(table, ()):
        return True
    parts = (key, before or {}, after or {})
    people = {part.get(name) for part in parts for name in _PEOPLE}
    through = {part.get("identity_id") for part in parts}
    return not (ids["contact"].isdisjoint(people) and ids["identity"].isdisjoint(through))


def _scrub_problems(connection: Connection, names: Iterable[str], rows: Iterable[Any]) -> None:
    """Take out what imports could not read and kept, where it speaks of the contact."""
    words = {word for word in names if len(word) >= _SHORTEST}
    words |= {word for row in rows for word in (row.handle, row.name) if word and len(word) >= _SHORTEST}
    for word in words:
        said = or_(
            *(
                column.contains(word, autoescape=True)
                for column in (import_problem.c.raw, import_problem.c.reason)
            )
        )
        connection.execute(delete(import_problem).where(said))
