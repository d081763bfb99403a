"""Looking into a database file without opening it as a store: is it ours, whole, how much is in it.

Nothing is written, not even beside the file: it is opened as one that nobody changes, unless there is a
write-ahead log beside it, in which newer rows stand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm.db.engine import check_header


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a database file."""

    revision: str | None
    """Of its schema; None where that cannot be read."""
    contacts: int
    interactions: int
    damage: str | None
    """What is wrong with it, or None if it is whole."""


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that only reads."""
    still = "" if Path(f"{file}-wal").exists() else "&immutable=1"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{still}", uri=True, isolation_level=None)
    with closing(connection):
        yield connection


def inspect(file: Path, *, check: bool = True) -> Contents:
    """Return what is in a file.

    Args:
        file: a database.
        check: read every page (0.3 s for 300 MB), or believe it.

    Raises:
        DatabaseError: it is missing, no database, or one of another program.

    """
    check_header(file)
    try:
        with opened(file) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if check else "ok"
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            contacts, interactions = count(connection, "contact"), count(connection, "interaction")
    except sqlite3.Error as error:
        return Contents(None, 0, 0, str(error))
    if revision is None:
        return Contents(None, contacts, interactions, "there is no revision in it")
    damage = None if verdict == "ok" else str(verdict)
    return Contents(str(revision[0]), contacts, interactions, damage)


def count(connection: sqlite3.Connection, table: str) -> int:
    """Return how many rows a table has."""
    name = table.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - quoted


def rows_of_all(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows every table has, without those in which the full text keeps itself."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = tuple(f"{name}_" for name, sql in found if str(sql).upper().startswith("CREATE VIRTUAL"))
    usual = [
        name
        for name, sql in found
        if not name.startswith(("sqlite_", *virtual)) and f"{name}_" not in virtual and sql
    ]
    return {name: count(connection, name) for name in sorted(usual)}
