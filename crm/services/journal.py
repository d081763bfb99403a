"""Writing so that it can be taken back: every row the user's actions touch, as it was and as it became.

One `Journal` is one thing the user did. `close` notes it as a `change`, refreshes the relationships it
moved and the searchable text; `undoing.undo` puts the rows back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, and_, delete, insert, select, update

from crm.db import search, state
from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import change, contact, contact_tag, identity, interaction, metadata
from crm.services import naming

_DERIVED = frozenset(("search",))
"""Columns computed from others: never compared, never put back."""


class Journal:
    """One undoable action within a transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.connection
        self._rows: list[list[Any]] = []
        self._contacts: set[int] = set()

    def touch(self, contact_id: int) -> None:
        """Note that a contact's relationship or searchable text may have moved."""
        self._contacts.add(contact_id)

    def insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Add a row; return its id (0 for a table without one)."""
        result = self._connection.execute(insert(table).values(dict(values)))
        primary = result.inserted_primary_key
        assert primary is not None
        key = dict(zip((column.name for column in table.primary_key), primary, strict=True))
        after = self._read(table, key)
        self._rows.append([table.name, key, None, after])
        self._noticed(table, key, after, added=True)
        return int(key.get("id", 0))

    def update(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Change columns of a row; nothing is noted where nothing changes."""
        before = self._read(table, key)
        if before is None:
            return
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return
        self._connection.execute(update(table).where(_matches(table, key)).values(changed))
        self._rows.append([table.name, dict(key), {name: before[name] for name in changed}, changed])
        self._noticed(table, key, before)

    def delete(self, table: Table, key: Mapping[str, Any]) -> None:
        """Remove a row."""
        before = self._read(table, key)
        if before is None:
            return
        if table is interaction:
            search.remove(self._connection, [key["id"]])
        self._connection.execute(delete(table).where(_matches(table, key)))
        self._rows.append([table.name, dict(key), before, None])
        self._noticed(table, key, before)

    def close(self, what: str, *, handled: int | None = None) -> None:
        """Note the change and bring everything that depends on it up to date.

        Args:
            what: for people, in the past tense: "logged a reply to Ada Byron".
            handled: the contact, if it was drifting when this was done.

        """
        if not self._rows:
            return
        self._connection.execute(
            insert(change).values(
                at=stored(self._work.now),
                what=what,
                rows=self._rows,
                contacts=sorted(self._contacts),
                handled_id=handled,
            )
        )
        settle(self._work, self._contacts)

    def _read(self, table: Table, key: Mapping[str, Any]) -> dict[str, Any] | None:
        row = self._connection.execute(select(table).where(_matches(table, key))).mappings().first()
        return None if row is None else {name: v for name, v in row.items() if name not in _DERIVED}

    def _noticed(
        self, table: Table, key: Mapping[str, Any], row: Mapping[str, Any] | None, added: bool = False
    ) -> None:
        """Collect the contacts whose state this row belongs to."""
        if row is None:
            return
        if table is contact:
            self._contacts.add(key["id"])
        elif table in (identity, contact_tag) and row["contact_id"] is not None:
            self._contacts.add(row["contact_id"])
        elif table is interaction:
            owner = naming.contact_of(self._connection, row["identity_id"])
            if owner is not None:
                self._contacts.add(owner)
            if added:
                search.add_range(self._connection, key["id"], key["id"])


def put_back(work: Work, rows: list[list[Any]]) -> bool:
    """Restore rows as they were before a change; say whether all of them were as the change left them.

    Nothing is written when one of them was changed again since.
    """
    journal = Journal(work)
    for name, key, _, after in rows:
        current = journal._read(metadata.tables[name], key)
        if not _same(current, after):
            return False
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        if before is None:
            journal.delete(table, key)
        elif after is None:
            journal.insert(table, {**before, "search": ""} if table is contact else before)
        else:
            journal.update(table, key, before)
    settle(work, journal._contacts)
    return True


def put_back_what_stands(work: Work, rows: list[list[Any]]) -> None:
    """Restore whatever is still as a change left it; what was changed again since stays."""
    journal = Journal(work)
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        current = journal._read(table, key)
        if before is not None and after is not None:
            still = {
                column: value
                for column, value in before.items()
                if (current or {}).get(column) == after[column]
            }
            journal.update(table, key, still)
        elif not _same(current, after):
            continue
        elif before is None:
            journal.delete(table, key)
        elif "contact_id" not in before or _exists(work, before["contact_id"]):
            journal.insert(table, before)
    settle(work, journal._contacts)


def _exists(work: Work, contact_id: int | None) -> bool:
    return work.connection.scalar(select(contact.c.id).where(contact.c.id == contact_id)) is not None


def _same(current: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if current is None or after is None:
        return current is None and after is None
    return all(current[name] == value for name, value in after.items() if name not in _DERIVED)


def settle(work: Work, contact_ids: set[int]) -> None:
    """Bring the searchable text and the relationships of touched contacts up to date."""
    naming.refresh_search(work.connection, contact_ids)
    state.refresh(work.connection, work.rules, work.now, contact_ids)


def _matches(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))
