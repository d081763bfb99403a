"""Everything that can still be read of a damaged database, put into a new one.

The damaged file is only read. What hangs on something lost is kept where that makes sense: an identity whose
contact is lost gets a contact with its own name (without one it would be taken for the user's), an act whose
identity is lost stands for itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crm.db import engine, inspecting, migrate, whole
from crm.db.pages import Pages, Tree, Unreadable, Value
from crm.db.tables import metadata

_SCHEMA_ROOT = 1
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a table."""

    table: str
    read: int
    """Rows that are in the new database."""
    lost: int | None
    """Rows that are not; None where nothing tells how many there were."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of a table."""

    columns: tuple[tuple[str, str, bool], ...]
    """(name, declared type, must have a value)."""
    key: int | None
    """Which column is the row's id, and stored as nothing."""

    def fits(self, values: list[Value]) -> bool:
        """Say whether these can be the values of a row."""
        if len(values) != len(self.columns):
            return False
        for index, (value, (_, kind, required)) in enumerate(zip(values, self.columns, strict=True)):
            if index == self.key:
                if value is not None:
                    return False
            elif value is None:
                if required:
                    return False
            elif not _holds(kind, value):
                return False
        return True


def _holds(kind: str, value: Value) -> bool:
    if "INT" in kind or kind == "BOOLEAN":
        return isinstance(value, int)
    if "CHAR" in kind or kind == "TEXT":
        return isinstance(value, str)
    return isinstance(value, bytes) if kind == "BLOB" else True


@dataclass(frozen=True, slots=True)
class _Found:
    """A table of the damaged file."""

    shape: _Shape
    leaves: tuple[int, ...]
    damaged: bool
    expected: int | None
    """Rows it had, as an index of it says that is whole."""


def salvage(file: Path, to: Path, made_at: int) -> tuple[Salvaged, ...]:
    """Put everything readable into a new database of the newest schema.

    Args:
        file: the damaged one.
        to: a new file.
        made_at: of contacts that have to be made up, microseconds since 1970 UTC.

    Raises:
        OSError: one of them cannot be read or written.
        Unreadable: there is nothing in the file.

    """
    pages = Pages(file)
    try:
        schema = _schema(pages)
        trees = {str(row[1]): pages.tree(row[3]) for row in schema if isinstance(row[3], int) and row[3]}
        engine.create_file(to)
        target = engine.create(engine.url_of(to))
        migrate.upgrade(target, _revision(pages, trees.get("alembic_version")))
        target.dispose()
        with closing(sqlite3.connect(to, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            found = _tables(_shapes_in(connection), schema, trees)
            told = _copy(pages, found, connection)
            _mend_references(connection, made_at)
            connection.execute("COMMIT")
        migrate.upgrade(target)
        target.dispose()
        return told
    finally:
        pages.close()


def _schema(pages: Pages) -> list[list[Value]]:
    """Return the rows of the table of tables: [type, name, table, root page, statement]."""
    return [
        values
        for leaf in pages.tree(_SCHEMA_ROOT).leaves
        for _, values in pages.rows(leaf)
        if len(values) == 5 and isinstance(values[3], int)
    ]


def _tables(
    shapes: dict[str, _Shape], schema: list[list[Value]], trees: dict[str, Tree]
) -> dict[str, _Found]:
    """Return the tables by name; the columns of one stand in the order in which it was made."""
    for kind, name, _, _, statement in schema:
        if kind == "table" and name in shapes and isinstance(statement, str):
            with closing(sqlite3.connect(":memory:")) as connection:
                try:
                    connection.execute(statement)
                    shapes[str(name)] = _shape(connection, str(name))
                except sqlite3.Error:
                    continue
    found = {}
    for name, shape in shapes.items():
        tree = trees.get(name)
        counts = [
            trees[str(row[1])].entries
            for row in schema
            if row[0] == "index"
            and row[2] == name
            and " WHERE " not in str(row[4])
            and str(row[1]) in trees
            and not trees[str(row[1])].damaged
        ]
        damaged = tree is None or bool(tree.damaged)
        leaves = tuple(tree.leaves) if tree else ()
        found[name] = _Found(shape, leaves, damaged, max(counts, default=None))
    return found


def _revision(pages: Pages, tree: Tree | None) -> str:
    for leaf in tree.leaves if tree else ():
        for _, values in pages.rows(leaf):
            if len(values) == 1 and isinstance(values[0], str) and migrate.is_known(values[0]):
                return values[0]
    return migrate.head()


def _shapes_in(connection: sqlite3.Connection) -> dict[str, _Shape]:
    """Return the tables of a database whose rows are not computed from others."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in names if name in metadata.tables and name not in whole.DERIVED_TABLES]
    return {name: _shape(connection, name) for name in kept}


def _shape(connection: sqlite3.Connection, table: str) -> _Shape:
    rows = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [index for index, row in enumerate(rows) if row[5]]
    alias = keys[0] if len(keys) == 1 and rows[keys[0]][2].upper() == "INTEGER" else None
    return _Shape(tuple((row[1], row[2].upper(), bool(row[3] or row[5])) for row in rows), alias)


def _copy(pages: Pages, found: dict[str, _Found], connection: sqlite3.Connection) -> tuple[Salvaged, ...]:
    """Insert every row that can be read; return what became of each table."""
    for name, table in found.items():
        _insert(connection, name, table.shape, _rows(pages, table.leaves))
    damaged = {name: table for name, table in found.items() if table.damaged}
    for leaf in pages.lost_leaves() if damaged else ():
        rows = list(pages.rows(leaf))
        for name, table in damaged.items():
            if rows and all(table.shape.fits(values) for _, values in rows):
                _insert(connection, name, table.shape, rows)
                break
    told = []
    for name, table in found.items():
        number = inspecting.count(connection, name)
        lost = None if table.damaged and table.expected is None else max((table.expected or 0) - number, 0)
        told.append(Salvaged(name, number, lost))
    return tuple(told)


def _rows(pages: Pages, leaves: Iterable[int]) -> Iterator[tuple[int, list[Value]]]:
    for leaf in leaves:
        yield from pages.rows(leaf)


def _insert(
    connection: sqlite3.Connection, name: str, shape: _Shape, rows: Iterable[tuple[int, list[Value]]]
) -> None:
    """Insert the rows that fit; one whose key is there already, or that breaks a rule, is passed over."""
    columns = ", ".join(f'"{column}"' for column, _, _ in shape.columns)
    signs = ", ".join("?" * len(shape.columns))

    def values() -> Iterator[list[Value]]:
        for key, row in rows:
            if not shape.fits(row):
                continue
            if shape.key is not None:
                row[shape.key] = key
            if name != "setting" or row[0] not in whole.DERIVED_SETTINGS:
                yield row

    statement = f'INSERT OR IGNORE INTO "{name}" ({columns}) VALUES ({signs})'  # noqa: S608 - our own names
    connection.executemany(statement, values())


def _mend_references(connection: sqlite3.Connection, made_at: int) -> None:
    """Let no row point at one that is lost."""
    connection.execute(
        "INSERT INTO contact (id, name, name_rank, search, created_at) "
        "SELECT contact_id, coalesce(name, handle_written, handle, 'somebody'), 0, "
        "lower(coalesce(name, handle_written, handle, 'somebody')), ? FROM identity "
        "WHERE contact_id IS NOT NULL AND contact_id NOT IN (SELECT id FROM contact) GROUP BY contact_id",
        (made_at,),
    )
    for _ in range(_ROUNDS):
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if not broken:
            return
        for table, key, _, place in broken:
            row = next(
                row for row in connection.execute(f'PRAGMA foreign_key_list("{table}")') if row[0] == place
            )
            column = row[3]
            needed = any(
                info[1] == column and (info[3] or info[5])
                for info in connection.execute(f'PRAGMA table_info("{table}")')
            )
            statement = (
                f'DELETE FROM "{table}" WHERE rowid = ?'  # noqa: S608 - our own names
                if needed
                else f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?'  # noqa: S608
            )
            connection.execute(statement, (key,))


__all__ = ["Salvaged", "Unreadable", "salvage"]
