"""Writing so that it can be taken back: every row the user's actions touch, as it was and as it became.

One `Journal` is one thing the user did. `close` notes it as a `change`, refreshes the relationships it
moved and the searchable text; `undoing.undo` puts the rows back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update

from crm.db import bulk, search, state
from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import change, contact, contact_tag, identity, interaction, merged, metadata
from crm.domain.platforms import NOT_UNIQUE
from crm.services import naming

_DERIVED = frozenset(("search",))
"""Columns computed from others: never compared, never put back."""
_FILLED_IN = {"identity": frozenset(("external_id", "name", "url"))}
"""Columns that imports fill in as they learn more: that is no change that stands in the way of undoing."""


_CHUNK = 900
_MANY = 20
"""Rows from which on putting back all together is worth it; one by one, 10,000 take 12 s instead of 1 s."""


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

    def update_contacts(self, values: Mapping[int, Mapping[str, Any]]) -> None:
        """Change columns of many contacts, as `update` does of one; those who are gone are passed over."""
        names = tuple(dict.fromkeys(name for wanted in values.values() for name in wanted))
        kept = contacts_as_they_are(self._work, list(values), names)
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key, wanted in values.items():
            before = kept.get(key)
            changed = {} if before is None else {n: v for n, v in wanted.items() if before[n] != v}
            if before is not None and changed:
                was = {name: before[name] for name in changed}
                self._rows.append([contact.name, {"id": key}, was, changed])
                self._contacts.add(key)
                changes.setdefault(tuple(changed), []).append({"_id": key, **_bound(changed)})
        for columns, rows in changes.items():
            new: dict[str, Any] = {name: bindparam(f"_{name}") for name in columns}
            self._connection.execute(
                update(contact).where(contact.c.id == bindparam("_id")).values(new), rows
            )

    def add_tags(self, pairs: Sequence[tuple[int, str]]) -> None:
        """Give contacts tags that they do not have."""
        if pairs:
            rows = [{"contact_id": key, "tag": tag} for key, tag in pairs]
            self._connection.execute(insert(contact_tag), rows)
            self._rows.extend([contact_tag.name, row, None, row] for row in rows)
            self._contacts.update(key for key, _ in pairs)

    def remove_tags(self, pairs: Sequence[tuple[int, str]]) -> None:
        """Take tags from contacts that have them."""
        if pairs:
            gone = and_(contact_tag.c.contact_id == bindparam("_id"), contact_tag.c.tag == bindparam("_tag"))
            self._connection.execute(
                delete(contact_tag).where(gone), [{"_id": key, "_tag": tag} for key, tag in pairs]
            )
            rows = [{"contact_id": key, "tag": tag} for key, tag in pairs]
            self._rows.extend([contact_tag.name, row, row, None] for row in rows)
            self._contacts.update(key for key, _ in pairs)

    @property
    def changed(self) -> int:
        """How many contacts are really other than before; that the user was there does not count."""
        return len(
            {
                key.get("id", key.get("contact_id"))
                for name, key, _, after in self._rows
                if name != contact.name or after is None or set(after) != {"by_user"}
            }
        )

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
    if _is_of_many(rows):
        return _put_back_many(work, rows)
    journal = Journal(work)
    for name, key, _, after in rows:
        current = journal._read(metadata.tables[name], key)
        if after is not None and current is not None and not _same(name, current, after):
            return False
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        if before is not None and after is not None:
            journal.update(table, key, _with_home(work, before))
        else:
            _restore_row(work, journal, table, key, before)
    settle(work, journal._contacts)
    return True


def _is_of_many(rows: list[list[Any]]) -> bool:
    """Say whether a change did to many contacts what `Journal` does in one go, each row once."""
    if len(rows) < _MANY:
        return False
    named = set()
    for name, key, before, after in rows:
        edited = name == contact.name and before is not None and after is not None
        if not edited and name != contact_tag.name:
            return False
        named.add((name, *key.values()))
    return len(named) == len(rows)


def _put_back_many(work: Work, rows: list[list[Any]]) -> bool:
    edited = {key["id"]: (before, after) for name, key, before, after in rows if name == contact.name}
    names = tuple(dict.fromkeys(name for before, _ in edited.values() for name in before))
    kept = contacts_as_they_are(work, list(edited), names)
    if any(not _same(contact.name, current, edited[key][1]) for key, current in kept.items()):
        return False
    journal = Journal(work)
    journal.update_contacts({key: before for key, (before, _) in edited.items()})
    pairs = [(key["contact_id"], key["tag"], before) for name, key, before, _ in rows if name != contact.name]
    tagged = tags_as_they_are(work, [key for key, _, _ in pairs])
    journal.remove_tags([(key, tag) for key, tag, before in pairs if before is None and tag in tagged[key]])
    there = contacts_as_they_are(work, [key for key, _, _ in pairs], ("id",))
    journal.add_tags(
        [(key, tag) for key, tag, before in pairs if before and key in there and tag not in tagged[key]]
    )
    settle(work, journal._contacts)
    return True


def contacts_as_they_are(
    work: Work, ids: Sequence[int], names: Sequence[str]
) -> dict[int, Mapping[str, Any]]:
    """Return the named columns of contacts, by id; those who are gone are left out."""
    found: dict[int, Mapping[str, Any]] = {}
    columns = [contact.c[name] for name in names if name != "id"]
    for start in range(0, len(ids), _CHUNK):
        chunk = select(contact.c.id, *columns).where(contact.c.id.in_(ids[start : start + _CHUNK]))
        found.update({row["id"]: dict(row) for row in work.connection.execute(chunk).mappings()})
    return found


def tags_as_they_are(work: Work, ids: Sequence[int]) -> dict[int, set[str]]:
    """Return the tags of contacts, by id."""
    found: dict[int, set[str]] = {key: set() for key in ids}
    wanted = list(found)
    for start in range(0, len(wanted), _CHUNK):
        chunk = select(contact_tag).where(contact_tag.c.contact_id.in_(wanted[start : start + _CHUNK]))
        for key, tag in bulk.tuples(work.connection, chunk):
            found[key].add(tag)
    return found


def _bound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"_{name}": value for name, value in values.items()}


def put_back_what_stands(work: Work, rows: list[list[Any]]) -> None:
    """Restore whatever is still as a change left it; what was changed again since stays."""
    journal = Journal(work)
    for name, key, before, after in reversed(rows):
        table = metadata.tables[name]
        current = journal._read(table, key)
        if before is not None and after is not None:
            kept = current or {}
            still = {column: value for column, value in before.items() if kept.get(column) == after[column]}
            journal.update(table, key, _with_home(work, still))
        elif before is None:
            if _same(name, current, after):
                _restore_row(work, journal, table, key, None)
        elif table is not identity or not _is_taken(work, before):
            _restore_row(work, journal, table, key, before)
    settle(work, journal._contacts)


def _is_taken(work: Work, row: Mapping[str, Any]) -> bool:
    """Say whether what an identity is known by is another one's meanwhile."""
    if row["external_id"] is not None:
        same = identity.c.external_id == row["external_id"]
    elif row["platform"] not in NOT_UNIQUE and row["handle"] is not None:
        same = and_(identity.c.handle == row["handle"], identity.c.external_id.is_(None))
    else:
        return False
    query = select(identity.c.id).where(identity.c.platform == row["platform"], same)
    return work.connection.scalar(query.limit(1)) is not None


def _with_home(work: Work, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return values to restore, without the home of an identity where that part is gone meanwhile."""
    home = values.get("home_id")
    if home is None or work.connection.scalar(select(merged.c.id).where(merged.c.id == home)) is not None:
        return values
    return {**values, "home_id": None}


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
