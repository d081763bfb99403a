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
_FILLED_IN = {"identity": frozenset(("external_id", "name", "url"))}
"""Columns that imports fill in as they learn more: that is no change that stands in the way of undoing."""


class Journal:
    """One undoable action within a transaction."""

    def __init__(self, work: Work, *, acts_stay: bool = False) -> None:
        """Begin.

        Args:
            work: the piece of work.
            acts_stay: no interaction will be touched, identities only change hands.

        """
        self._work = work
        self._acts_stay = acts_stay
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
        if "contact_id" in changed:
            self._noticed(table, key, changed)

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
        settle(self._work, self._contacts, acts_stay=self._acts_stay)

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
    """Restore rows as they were before a change; say whether none of them was changed again since.

    Nothing is written when one was. Rows that an undone import has taken away, or whose contact is gone, are
    passed over: there is nothing left to restore.
    """
    journal = Journal(work)
    for name, key, _, after in rows:
        current = journal._read(metadata.tables[name], key)
        if after is not None and current is not None and not _same(name, current, after):
            return False
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        if before is not None and after is not None:
            journal.update(table, key, before)
        else:
            _restore_row(work, journal, table, key, before)
    settle(work, journal._contacts)
    return True


def put_back_what_stands(work: Work, rows: list[list[Any]]) -> None:
    """Restore whatever is still as a change left it; what was changed again since stays."""
    journal = Journal(work)
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        current = journal._read(table, key)
        if before is not None and after is not None:
            kept = current or {}
            still = {column: value for column, value in before.items() if kept.get(column) == after[column]}
            journal.update(table, key, still)
        elif before is not None or _same(name, current, after):
            _restore_row(work, journal, table, key, before)
    settle(work, journal._contacts)


def _restore_row(
    work: Work, journal: Journal, table: Table, key: Mapping[str, Any], before: Mapping[str, Any] | None
) -> None:
    """Remove a row that a change added, or add again one that it removed, where what it hangs on is there."""
    if before is None:
        journal.delete(table, key)
    elif journal._read(table, key) is None and _has_parents(work, table, before):
        journal.insert(table, {**before, "search": ""} if table is contact else before)


def _has_parents(work: Work, table: Table, row: Mapping[str, Any]) -> bool:
    """Say whether everything that a row points at exists."""
    for column in table.columns:
        for foreign in column.foreign_keys:
            value = row.get(column.name)
            if value is not None:
                target = select(foreign.column).where(foreign.column == value)
                if work.connection.scalar(target) is None:
                    return False
    return True


def _same(name: str, current: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if current is None or after is None:
        return current is None and after is None
    ignored = _DERIVED | _FILLED_IN.get(name, frozenset())
    return all(current[column] == value for column, value in after.items() if column not in ignored)


def settle(work: Work, contact_ids: set[int], *, acts_stay: bool = False) -> None:
    """Bring the searchable text and the relationships of touched contacts up to date."""
    naming.refresh_search(work.connection, contact_ids)
    state.refresh(work.connection, work.rules, work.now, contact_ids, acts_stay=acts_stay)


def _matches(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))
