"""Writing and looking up many rows at once, as near to the driver as can be.

A million interactions take four times as long through the ORM and twice as long through Core.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.exc import IntegrityError

from crm.db import server

_CACHE_KIB = 256 * 1024
"""Page cache while importing: with less, the unique keys of a large database are read again and again."""
_USUAL_CACHE_KIB = 16_000


def hurry(connection: Connection, on: bool = True) -> None:
    """Give an import a large page cache, or take it back."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB if on else _USUAL_CACHE_KIB}")


def lay_aside_indexes(connection: Connection, table: Table) -> list[str]:
    """Drop the indexes of an empty table of acts or posts, and return what `put_back` makes of them.

    Sorted once at the end they cost a quarter of what they cost row by row. Only for use within a write
    transaction, which brings them back if it fails. Nothing happens where the table holds rows. Until they
    are back, nothing keeps `insert_new` from inserting a key twice.
    """
    if connection.dialect.name != "sqlite" or connection.scalar(select(table.c.id).limit(1)) is not None:
        return []
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table.name,),
    ).fetchall()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]


def put_back(connection: Connection, table: Table, indexes: Iterable[str]) -> int:
    """Make the indexes again that were laid aside; of rows with one key only the first one stays.

    Returns:
        How many rows went, which `insert_new` would have passed over.

    """
    gone = 0
    for statement in indexes:
        try:
            connection.exec_driver_sql(statement)
        except IntegrityError:
            gone += _drop_repeated(connection, table)
            connection.exec_driver_sql(statement)
    return gone


def _drop_repeated(connection: Connection, table: Table) -> int:
    return connection.exec_driver_sql(
        f'DELETE FROM "{table.name}" WHERE id NOT IN '  # noqa: S608 - our own names
        f'(SELECT min(id) FROM "{table.name}" GROUP BY platform, external_id)'
    ).rowcount


def take_stock(connection: Connection) -> None:
    """Say that very much has come in: a server plans by how much it thinks there is."""
    if connection.dialect.name != "sqlite":
        server.take_stock(connection)


def next_id(connection: Connection, table: Table) -> int:
    """Return the first id that is free; only for use within a write transaction."""
    return (connection.scalar(select(func.max(table.c.id))) or 0) + 1


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, each a tuple in the order of `columns`."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insertion(table, columns), rows)
    else:
        _copy(connection, table.name, columns, rows)


def insert_new(
    connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> int:
    """Insert rows, passing over those whose key is there already; return how many were inserted."""
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(
            f"{_insertion(table, columns)} ON CONFLICT DO NOTHING", rows
        ).rowcount
    waiting, names = f"incoming_{table.name}", _quoted(columns)
    connection.exec_driver_sql(
        f'CREATE TEMPORARY TABLE IF NOT EXISTS "{waiting}" '  # noqa: S608 - our own names
        f'ON COMMIT DROP AS SELECT {names} FROM "{table.name}" WHERE false'
    )
    _copy(connection, waiting, columns, rows)
    added = connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM "{waiting}" '  # noqa: S608 - our own names
        "ON CONFLICT DO NOTHING"
    ).rowcount
    connection.exec_driver_sql(f'TRUNCATE "{waiting}"')
    return added


def _insertion(table: Table, columns: Sequence[str]) -> str:
    signs = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table.name}" ({_quoted(columns)}) VALUES ({signs})'  # noqa: S608 - our own names


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Send rows by COPY, which is the quickest way in."""
    statement = f'COPY "{table}" ({_quoted(columns)}) FROM STDIN'
    with server.raw(connection) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def has_none(connection: Connection, table: Table, platform: str) -> bool:
    """Say whether a table of acts or posts holds nothing of a platform."""
    return connection.scalar(select(table.c.id).where(table.c.platform == platform).limit(1)) is None


def update(connection: Connection, table: Table, column: str, rows: list[tuple[Any, Any]]) -> None:
    """Set one column of many rows, each (value, id)."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f'UPDATE "{table.name}" SET "{column}" = ? WHERE id = ?',  # noqa: S608 - our own names
            rows,
        )
        return
    kind = table.c[column].type.compile(connection.dialect)
    connection.exec_driver_sql(
        f'UPDATE "{table.name}" SET "{column}" = fresh.value FROM '  # noqa: S608 - our own names
        f"(SELECT unnest(%s::{kind}[]) AS value, unnest(%s::bigint[]) AS id) AS fresh "
        f'WHERE "{table.name}".id = fresh.id',
        ([value for value, _ in rows], [key for _, key in rows]),
    )


def tuples(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a query as the driver's own tuples: no named rows, truth values as 0 and 1.

    For questions with ten thousands of answers, where making rows costs more than finding them.
    """
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    names, given = compiled.positiontup, compiled.params
    values = given if names is None else [given[name] for name in names]
    with server.raw(connection) as cursor:
        cursor.execute(str(compiled), values)
        return list(cursor.fetchall())


def known(
    connection: Connection, table: Table, columns: Sequence[str], platform: str, external_ids: Collection[str]
) -> dict[str, tuple[Any, ...]]:
    """Return the rows a platform already has for these external ids.

    Args:
        connection: where to look.
        table: `interaction` or `post`.
        columns: what to return of each, as a tuple.
        platform: a slug.
        external_ids: any number.

    """
    names = _quoted(columns)
    if connection.dialect.name != "sqlite":
        found = connection.exec_driver_sql(
            f'SELECT external_id, {names} FROM "{table.name}" WHERE platform = %s '  # noqa: S608 - our own names
            "AND external_id = ANY(%s)",
            (platform, list(external_ids)),
        )
        return {row[0]: tuple(row[1:]) for row in found}
    cursor = connection.exec_driver_sql(
        f'SELECT external_id, {names} FROM "{table.name}" WHERE platform = ? '  # noqa: S608 - our own names
        "AND external_id IN (SELECT value FROM json_each(?))",
        (platform, json.dumps(list(external_ids))),
    )
    return {row[0]: tuple(row[1:]) for row in cursor}
