"""Somebody's SQLite file, read as what it is: a file that may be hostile.

The decision to know: SQLite wants a file of its own, so the database and what is not yet merged into it
(`-wal`) are copied into a private folder that is removed in every case. There they are read with everything
switched off that a database could make SQLite do: no views, virtual tables, triggers or extensions, no
writing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crm.domain.errors import ExportError
from crm.importers.kit.export import Export

_BLOCK = 1 << 20
_BATCH = 500
_STEPS = 1_000_000
_MOST_STEPS = 2_000
"""Millions of steps of SQLite's machine between two batches of rows: some minutes; honest files need none."""
_LONGEST = 32 << 20
"""Bytes of one value; a message has thousands."""
_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION))
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""The second where SQLite's message quotes what is no text, and Python cannot make an error of it."""
_FUNCTIONS = frozenset(("typeof", "cast"))


class Database:
    """The tables of Messages, whose columns come and go."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        """Look at the tables there are.

        Raises:
            ExportError: the ones that matter are missing.

        """
        self._connection = connection
        self._name = name
        self._steps = 0
        self._columns = self._tables()
        connection.set_progress_handler(self._step, _STEPS)
        connection.set_authorizer(_authorize)
        if not {"message", "handle"} <= self._columns.keys():
            raise ExportError(f"{name} is no database of Messages", "copy chat.db from ~/Library/Messages")

    def has(self, table: str) -> bool:
        """Say whether there is a table."""
        return table in self._columns

    def has_column(self, table: str, column: str) -> bool:
        """Say whether there is a column."""
        return column in self._columns.get(table, ())

    def rows(self, table: str, columns: Sequence[str], rest: str = "") -> Iterator[tuple[Any, ...]]:
        """Yield rows with these columns, None for one that is missing; anything may be in them.

        Args:
            table: whose columns they are.
            columns: names; `ROWID` is always there, `other.name` is of a table that `rest` joins.
            rest: SQL behind the table's name: joins, conditions, order. Never from data.

        Raises:
            ExportError: the database is damaged, or reading it takes impossibly long.

        """
        known = self._columns.get(table)
        if known is None:
            return
        wanted = ", ".join(_expression(table, column, known) for column in columns)
        query = f"SELECT {wanted} FROM {table} {rest}"  # noqa: S608 - all of it is ours
        try:
            cursor = self._connection.execute(query)  # closed with the connection, perhaps before this ends
            while batch := cursor.fetchmany(_BATCH):
                self._steps = 0
                yield from batch
        except _ERRORS as error:
            raise self._damaged(error) from error

    def _tables(self) -> dict[str, frozenset[str]]:
        found = {}
        try:
            tables = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'create virtual%'"
            ).fetchall()
            for (name,) in tables:
                columns = self._connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
                found[str(name).casefold()] = frozenset(str(column).casefold() for (column,) in columns)
        except _ERRORS as error:
            raise self._damaged(error) from error
        return found

    def _step(self) -> int:
        self._steps += 1
        return int(self._steps > _MOST_STEPS)

    def _damaged(self, error: Exception) -> ExportError:
        said = f"{self._name} cannot be read: {_said(error)}"
        return ExportError(said, "quit Messages and copy the files again")


def _expression(table: str, column: str, known: frozenset[str]) -> str:
    if "." in column:
        return column
    return f"{table}.{column}" if column == "ROWID" or column.casefold() in known else "NULL"


def _authorize(
    action: int, _first: str | None, second: str | None, _database: str | None, _trigger: str | None
) -> int:
    """Allow reading and nothing else."""
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if second in _FUNCTIONS else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


@contextmanager
def opened(export: Export, name: str) -> Iterator[Database]:
    """Open a database of an export, together with its `-wal` where there is one.

    Raises:
        ExportError: it cannot be copied or read.

    """
    try:
        with TemporaryDirectory(prefix="crm-") as folder:
            path = Path(folder) / "chat.db"
            _copy(export, name, path)
            for other in export.names:
                if other.casefold() == f"{name}-wal".casefold():
                    _copy(export, other, path.with_name("chat.db-wal"))
                elif other.casefold() == f"{name}-shm".casefold():
                    export.open(other).close()  # SQLite makes it anew
            with closing(_connect(path)) as connection:
                yield Database(connection, name)
    except OSError as error:
        raise ExportError(
            f"{name} cannot be copied for reading: {error.strerror or error}", "make room for a copy of it"
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = _text
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    try:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except _ERRORS as error:
        connection.close()
        raise ExportError(f"this is no database that can be read: {_said(error)}") from error
    return connection


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, sqlite3.Error) else "its description of the tables is damaged"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _copy(export: Export, name: str, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, export.open(name) as stream:
        shutil.copyfileobj(stream, file, _BLOCK)
