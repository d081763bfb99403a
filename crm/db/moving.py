"""Every row of a database into another, empty one, of whatever kind; and the proof that both are equal.

The decision to know: rows travel as the drivers give them, a batch at a time in the order of their keys, and
each table is summed up (BLAKE2) as it is read. The other side is then read back in the same way: equal sums
mean equal rows. Full text does not travel, each kind of database makes its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import JSON, Boolean, Connection, Table, Text, and_, cast, func, or_, select

from crm.db import bulk, search, whole
from crm.db.tables import metadata, setting

_BATCH = 5000
_encode = msgspec.msgpack.Encoder().encode

Tell = Callable[[str, int], None]
"""Is told the table and how many of its rows were copied so far."""


class Sum(NamedTuple):
    """What a table holds."""

    rows: int
    digest: str
    """BLAKE2b over all of its values, in hexadecimal."""


def is_empty(connection: Connection) -> bool:
    """Say whether a database holds nothing but what opening it writes."""
    for table in metadata.sorted_tables:
        query = select(func.count()).select_from(table)
        if table is setting:
            query = query.where(setting.c.name.not_in(whole.DERIVED_SETTINGS))
        if connection.scalar(query):
            return False
    return True


def fill(source: Connection, target: Connection, tell: Tell) -> dict[str, Sum]:
    """Copy every row; return what was read of each table.

    Args:
        source: a transaction that sees one moment.
        target: a write transaction in an empty database.
        tell: is told how far it has come.

    Raises:
        Refused: rows point at rows that are missing.

    """
    whole.wait_with_references(target)
    target.execute(setting.delete())
    read = {}
    for table in metadata.sorted_tables:
        digest, done = hashlib.blake2b(digest_size=16), 0
        names = [column.name for column in table.columns]
        for rows in _batches(source, table):
            digest.update(_encode(rows))
            bulk.insert(target, table, names, rows)
            done += len(rows)
            tell(table.name, done)
        read[table.name] = Sum(done, digest.hexdigest())
    whole.insist_on_references(target)
    search.rebuild(target)
    bulk.take_stock(target)
    return read


def sums(connection: Connection, tell: Tell) -> dict[str, Sum]:
    """Return what every table holds."""
    found = {}
    for table in metadata.sorted_tables:
        digest, done = hashlib.blake2b(digest_size=16), 0
        for rows in _batches(connection, table):
            digest.update(_encode(rows))
            done += len(rows)
            tell(table.name, done)
        found[table.name] = Sum(done, digest.hexdigest())
    return found


def _batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in the order of their keys: truth values as such, JSON as it is written."""
    keys = list(table.primary_key)
    columns = list(table.columns)
    places = [columns.index(key) for key in keys]
    truths = [place for place, column in enumerate(columns) if isinstance(column.type, Boolean)]
    asked = [cast(column, Text) if isinstance(column.type, JSON) else column for column in columns]
    query = select(*asked).order_by(*keys).limit(_BATCH)
    last: list[Any] | None = None
    while True:
        rows = bulk.tuples(connection, query if last is None else query.where(_after(keys, last)))
        if not rows:
            return
        last = [rows[-1][place] for place in places]
        yield [_plain(row, truths) for row in rows] if truths else rows


def _plain(row: tuple[Any, ...], truths: list[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in truths:
        values[place] = bool(values[place])
    return tuple(values)


def _after(keys: list[Any], last: list[Any]) -> Any:
    """Return the condition for keys that come later, also where a key has several columns."""
    return or_(*(and_(*(keys[j] == last[j] for j in range(i)), keys[i] > last[i]) for i in range(len(keys))))
