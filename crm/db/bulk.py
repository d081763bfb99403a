"""Writing and looking up many rows at once, as near to the driver as can be.

A million interactions take four times as long through the ORM and twice as long through Core.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

_CACHE_KIB = 256 * 1024
"""Page cache while importing: with less, the unique keys of a large database are read again and again."""
_USUAL_CACHE_KIB = 16_000


def hurry(connection: Connection, on: bool = True) -> None:
    """Give an import a large page cache, or take it back."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB if on else _USUAL_CACHE_KIB}")


def next_id(connection: Connection, table: Table) -> int:
    """Return the first id that is free; only for use within a write transaction."""
    return (connection.scalar(select(func.max(table.c.id))) or 0) + 1


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, each a tuple in the order of `columns`."""
    if rows:
        connection.exec_driver_sql(_insertion(connection, table, columns), rows)


def insert_new(
    connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> int:
    """Insert rows, passing over those whose key is there already; return how many were inserted."""
    if not rows:
        return 0
    statement = f"{_insertion(connection, table, columns)} ON CONFLICT DO NOTHING"
    return connection.exec_driver_sql(statement, rows).rowcount


def _insertion(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    sign = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(f'"{name}"' for name in columns)
    signs = ", ".join([sign] * len(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({signs})'  # noqa: S608 - our own names


def has_none(connection: Connection, table: Table, platform: str) -> bool:
    """Say whether a table of acts or posts holds nothing of a platform."""
    return connection.scalar(select(table.c.id).where(table.c.platform == platform).limit(1)) is None


def update(connection: Connection, table: Table, column: str, rows: list[tuple[Any, Any]]) -> None:
    """Set one column of many rows, each (value, id)."""
    if not rows:
        return
    sign = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    statement = f'UPDATE "{table.name}" SET "{column}" = {sign} WHERE id = {sign}'  # noqa: S608 - our own names
    connection.exec_driver_sql(statement, rows)


def tuples(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a query as the driver's own tuples: no named rows, truth values as 0 and 1.

    For questions with ten thousands of answers, where making rows costs more than finding them.
    """
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    names, given = compiled.positiontup, compiled.params
    values = given if names is None else [given[name] for name in names]
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(compiled), values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


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
    if connection.dialect.name != "sqlite":
        query = select(table.c.external_id, *(table.c[name] for name in columns))
        found = connection.execute(
            query.where(table.c.platform == platform, table.c.external_id.in_(external_ids))
        )
        return {row[0]: tuple(row[1:]) for row in found}
    names = ", ".join(f'"{name}"' for name in columns)
    cursor = connection.exec_driver_sql(
        f'SELECT external_id, {names} FROM "{table.name}" WHERE platform = ? '  # noqa: S608 - our own names
        "AND external_id IN (SELECT value FROM json_each(?))",
        (platform, json.dumps(list(external_ids))),
    )
    return {row[0]: tuple(row[1:]) for row in cursor}
