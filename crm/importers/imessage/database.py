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
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from crm.domain.errors import ExportError
from crm.importers.kit.export import Export

MAGIC = b"SQLite format 3\0"

_BLOCK = 1 << 20
_STEPS = 1_000_000
_MOST_STEPS = 200
"""Millions of steps of SQLite's machine for one row, some seconds, or one for each megabyte of it; honest
ones need a tenth of that, where all is sorted before the first row comes."""
_LEAST = 64 << 20
_TIMES = 8
"""A database may give as many times its own size, as tables joined do, before it is built to do harm."""
_LONGEST = 32 << 20
"""Bytes of one value; a message has thousands."""
_HINT = "quit Messages and copy the files again"
_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION))
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""The second where SQLite's message quotes what is no text, and Python cannot make an error of it."""
_FUNCTIONS = frozenset(("typeof", "cast"))


class Database:
    """The tables of Messages, whose columns come and go."""

    def __init__(self, connection: sqlite3.Connection, name: str, size: int) -> None:
        """Look at the tables there are; `size` is that of the whole database in bytes.

        Raises:
            ExportError: the ones that matter are missing.

        """
        self._connection = connection
        self._name = name
        self._steps = 0
        self._most_steps = max(_MOST_STEPS, size >> 20)
        self._most = max(_LEAST, _TIMES * size)
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
        given = 0
        try:
            # One row at a time: five hundred of the longest would be gigabytes. Closed with the connection.
            for row in self._connection.execute(query):
                self._steps = 0
                given += sum([len(value) for value in row if isinstance(value, str | bytes)])
                if given > self._most:
                    raise ExportError(f"{self._name} is built to do harm: it gives more than it holds", _HINT)
                yield row
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
        return int(self._steps > self._most_steps)

    def _damaged(self, error: Exception) -> ExportError:
        if isinstance(error, sqlite3.DataError):  # the only one: SQLITE_TOOBIG
            size = _LONGEST >> 20
            return ExportError(f"{self._name} holds a value larger than {size} MB, as no message is", _HINT)
        said = _said(error)
        if said == "interrupted":
            said = "it is built to take impossibly long"
        return ExportError(f"{self._name} cannot be read: {said}", _HINT)


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
        ExportError: it is no database, was changed meanwhile, or cannot be copied or read.

    """
    if export.peek(name, len(MAGIC)) != MAGIC:
        raise ExportError(
            f"{name} is empty, damaged or encrypted: it does not begin as a database does",
            "quit Messages and copy the files again; of an iPhone, make a backup without a password",
        )
    try:
        with TemporaryDirectory(prefix="crm-") as folder:
            path = Path(folder) / "chat.db"
            size = _copied(export, name, path)
            with closing(_connect(path)) as connection:
                yield Database(connection, name, size)
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


def _copied(export: Export, name: str, target: Path) -> int:
    """Copy a database and its `-wal` as they are at one moment; return their size in bytes."""
    size = 0
    with ExitStack() as stack:
        streams = []
        for other in sorted(export.names, key=len):
            ending = other.casefold().removeprefix(name.casefold())
            if ending == "-shm":
                export.open(other).close()  # SQLite makes it anew
            elif ending in ("", "-wal"):
                streams.append(stack.enter_context(export.open(other)))
                size += _copy(streams[-1], target.with_name(target.name + ending))
        for stream in streams:
            stream.read(1)  # at the end again: fails where it was written to since
    return size


def _copy(stream: BinaryIO, target: Path) -> int:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(stream, file, _BLOCK)
        return file.tell()
