"""Every row of every table, out of a database and into an empty one, as streams in flat memory.

What can be computed from other rows (relationships, the words contacts are found by, full text) does not
travel. Everything else does, without anybody having to name it: a table or column that is added to `tables`
is in the next export. The decision to know: a row is a msgspec struct made from its table, which checks what
comes in and writes what goes out at the speed of C.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    and_,
    func,
    inspect,
    or_,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError

from crm.db import bulk, engine, generation, migrate
from crm.db.tables import dialogue, metadata, relationship, setting, tally
from crm.domain.exchanges import Depth
from crm.domain.records import Direction, Kind, Precision

_BATCH = 5000
_WHOLE_NUMBER = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What a column for integers takes."""
DERIVED_TABLES = frozenset((relationship.name, tally.name, dialogue.name))
_DERIVED_COLUMNS: Mapping[tuple[str, str], Any] = {("contact", "search"): ""}
"""Computed again; the value stands in until then."""
DERIVED_SETTINGS = frozenset(("rules", generation.NAME))
"""What a database notes about itself: by which rules it was computed, in which life of it it is."""
_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("contact", "floor"): tuple(depth.word for depth in Depth),
    ("interaction", "direction"): tuple(word.value for word in Direction),
    ("interaction", "kind"): tuple(word.value for word in Kind),
    ("interaction", "precision"): tuple(word.value for word in Precision),
    ("post", "precision"): tuple(word.value for word in Precision),
    ("sighting", "kind"): ("contact", "identity", "interaction", "post"),
}
"""Columns that the program would stumble over if they held any other word."""


class Refused(Exception):  # noqa: N818 - the caller turns it into words for the user
    """Rows that cannot be put into the database; `str(refused)` says why."""


class Shape:
    """One table as rows outside of the database."""

    def __init__(self, table: Table, tag_field: str) -> None:
        self.table = table
        self.name = str(table.name)  # msgspec takes no subclass of str
        self.columns = tuple(c for c in table.columns if (table.name, c.name) not in _DERIVED_COLUMNS)
        self.names = tuple(column.name for column in self.columns)
        # a required field may not follow one with a default, so the fields have an order of their own
        required = [column for column in self.columns if not column.nullable]
        self._order = [*required, *(column for column in self.columns if column.nullable)]
        self.struct: Any = msgspec.defstruct(
            self.name,
            [_field(table, column) for column in self._order],
            tag_field=tag_field,
            tag=self.name,
            forbid_unknown_fields=True,
            omit_defaults=True,
        )
        self._out = [(i, to) for i, column in enumerate(self._order) if (to := _outward(column)) is not None]
        self._in = [(i, to) for i, column in enumerate(self._order) if (to := _inward(column)) is not None]

    def query_order(self) -> list[Column[Any]]:
        """Return the columns in the order in which `outward` takes their values."""
        return self._order

    def outward(self, row: tuple[Any, ...]) -> Any:
        """Return a row of the database as a struct."""
        values = list(row)
        for index, to in self._out:
            if values[index] is not None:
                values[index] = to(values[index])
        return self.struct(*values)

    def inward(self, made: Any) -> tuple[Any, ...]:
        """Return the values of a struct in the order of `stored_names`."""
        values = list(msgspec.structs.astuple(made))
        for index, to in self._in:
            if values[index] is not None:
                values[index] = to(values[index])
        values.extend(value for (name, _), value in _DERIVED_COLUMNS.items() if name == self.table.name)
        return tuple(values)

    def stored_names(self) -> list[str]:
        """Return the columns that `inward` gives values for."""
        derived = [column for (name, column) in _DERIVED_COLUMNS if name == self.table.name]
        return [*(column.name for column in self._order), *derived]


@cache
def shapes(tag_field: str) -> dict[str, Shape]:
    """Return every table whose rows travel, those that others point at first."""
    return _shapes(metadata, tag_field)


def _shapes(tables: MetaData, tag_field: str) -> dict[str, Shape]:
    return {
        str(table.name): Shape(table, tag_field)
        for table in tables.sorted_tables
        if table.name not in DERIVED_TABLES
    }


class Older:
    """A database as it was at an older schema, in a folder that goes with it.

    Rows of that schema are put in; the migrations make rows of today's of them.
    """

    def __init__(self, folder: Path, schema: str, tag_field: str) -> None:
        """Make it, empty.

        Args:
            folder: a private folder of its own.
            schema: a revision.
            tag_field: as for `shapes`.

        """
        file = folder / "older.db"
        engine.create_file(file)
        self._engine = engine.create(engine.url_of(file))
        migrate.upgrade(self._engine, schema)
        found = MetaData()
        with self._engine.connect() as connection:
            names = _tables_of(connection)
            found.reflect(connection, only=names)
        self.shapes = _shapes(found, tag_field)

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """Give the transaction in which its rows are put in; afterwards it has today's schema."""
        with self._engine.connect() as connection, connection.begin():
            wait_with_references(connection)
            yield connection
            insist_on_references(connection)
        migrate.upgrade(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that reads the rows of today's schema."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close it; the folder is the caller's to remove."""
        self._engine.dispose()


def _tables_of(connection: Connection) -> list[str]:
    """Return the tables that hold rows of ours: not those of full text, nor of the migrations."""
    names = inspect(connection).get_table_names()
    return [name for name in names if not name.startswith(("interaction_text", "alembic_"))]


def freeze(connection: Connection) -> None:
    """Let everything that this transaction reads be of one moment; SQLite does that by itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def counts(connection: Connection, tables: Iterable[Shape]) -> dict[str, int]:
    """Return how many rows of each table travel."""
    found = {}
    for shape in tables:
        query = select(func.count()).select_from(shape.table)
        if shape.table is setting:
            query = query.where(setting.c.name.not_in(DERIVED_SETTINGS))
        found[shape.name] = connection.scalar(query) or 0
    return found


def batches(connection: Connection, shape: Shape) -> Iterator[list[Any]]:
    """Yield the rows of a table as structs, in the order of their keys."""
    keys = list(shape.table.primary_key)
    places = [shape.query_order().index(column) for column in keys]
    query = select(*shape.query_order()).order_by(*keys).limit(_BATCH)
    if shape.table is setting:
        query = query.where(setting.c.name.not_in(DERIVED_SETTINGS))
    last: tuple[Any, ...] | None = None
    while True:
        rows = bulk.tuples(connection, query if last is None else query.where(_after(keys, last)))
        if not rows:
            return
        yield [shape.outward(row) for row in rows]
        last = tuple(rows[-1][place] for place in places)


def insert(connection: Connection, shape: Shape, rows: Sequence[Any]) -> None:
    """Put structs into a table.

    Raises:
        Refused: a row of that key is there, or one of them has what a column does not take.

    """
    try:
        bulk.insert(connection, shape.table, shape.stored_names(), [shape.inward(row) for row in rows])
    except IntegrityError as error:
        raise Refused(f"two rows of {shape.table.name} contradict each other ({error.orig})") from error
    except DataError as error:
        raise Refused(f"a row of {shape.table.name} has a value that does not fit ({error.orig})") from error


def wait_with_references(connection: Connection) -> None:
    """Allow rows to come before those that they point at, until the transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")


def insist_on_references(connection: Connection) -> None:
    """Make sure that every row points at rows that are there.

    Raises:
        Refused: one does not.

    """
    if connection.dialect.name != "sqlite":
        try:
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            said = getattr(error.orig, "diag", None)
            table = getattr(said, "table_name", "a table")
            # the detail ends in: is not present in table "identity".
            named = re.findall(r'"([^"]+)"', getattr(said, "message_detail", None) or "")
            missing = f"a row of {named[-1]} that is missing" if named else "a row that is missing"
            raise Refused(f"a row of {table} belongs to {missing}") from error
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise Refused(f"a row of {broken[0]} belongs to a row of {broken[2]} that is missing")


def _after(keys: Sequence[Column[Any]], last: Sequence[Any]) -> Any:
    """Return the condition for keys that come later, also where a key has several columns."""
    return or_(*(and_(*(keys[j] == last[j] for j in range(i)), keys[i] > last[i]) for i in range(len(keys))))


def _field(table: Table, column: Column[Any]) -> tuple[Any, ...]:
    kind = _type(table, column)
    name = str(column.name)  # msgspec takes no subclass of str
    return (name, kind | None, None) if column.nullable else (name, kind)


def _type(table: Table, column: Column[Any]) -> Any:
    if words := _WORDS.get((table.name, column.name)):
        return Literal[words]
    if isinstance(column.type, JSON):
        return Any
    if isinstance(column.type, Boolean):
        return bool
    return _WHOLE_NUMBER if isinstance(column.type, Integer) else str


def _outward(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Boolean):
        return bool
    if isinstance(column.type, JSON):
        return _raw
    if isinstance(column.type, LargeBinary):
        return _base64
    return None


def _inward(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, JSON):
        return _text_of_json
    if isinstance(column.type, LargeBinary):
        return base64.b64decode
    return None


def _raw(value: Any) -> msgspec.Raw:
    """Return a stored JSON value as it is; some drivers hand it over decoded."""
    return msgspec.Raw((value if isinstance(value, str) else json.dumps(value)).encode("utf-8"))


def _text_of_json(value: Any) -> str:
    return bytes(value).decode("utf-8") if isinstance(value, msgspec.Raw) else json.dumps(value)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
