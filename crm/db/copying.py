"""Whole, consistent copies of a SQLite database, also while others write to it.

Made with SQLite's backup in one step (in small steps it starts again at every write and may never end),
under a temporary name, checked against what was copied, and only then given their own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crm import paths
from crm.db import inspecting
from crm.db.engine import create, remove, url_of
from crm.domain.errors import DatabaseError
from crm.domain.rotation import BackupName, name_of, read_name, short


def folder(database: Path) -> Path:
    """Return the folder of a database's own backups."""
    return database.parent / "backups"


def backups_of(database: Path) -> Iterator[tuple[Path, BackupName]]:
    """Yield the backups of a database, which itself may be gone, with what their names say."""
    beside = folder(database)
    for file in beside.iterdir() if beside.is_dir() else ():
        name = read_name(file.name, database.stem)
        if name is not None and file.is_file():
            yield file, name


def place(database: Path, why: str, now: datetime, *, encrypted: bool = False) -> Path:
    """Return a free name for a backup: `backups/crm-20261122T101500Z-before-upgrade.db`."""
    number = 1
    while True:
        file = folder(database) / name_of(database.stem, now, why, number, encrypted=encrypted)
        if not file.exists():
            return file
        number += 1


def copy(source: Engine, to: Path) -> Path:
    """Write a checked copy of the database to a new file; return it.

    Raises:
        DatabaseError: it exists already, cannot be written, or the copy is not whole.

    """
    refuse_existing(to)
    temporary = draft_of(to)
    try:
        fill(source, temporary)
        put(temporary, to)
    except OSError as error:
        raise unwritten(to, error) from error
    finally:
        remove(temporary)
    return to


def draft_of(to: Path) -> Path:
    """Return the temporary name of a file that is being written."""
    return to.with_name(f".{short(to.name)}.part-{os.getpid()}")


def refuse_existing(to: Path) -> None:
    """Make sure that nothing is overwritten.

    Raises:
        DatabaseError: the file exists already.

    """
    if to.exists():
        raise DatabaseError(f"{to} exists already", "choose another name, so that no backup is lost")


def unwritten(to: Path, error: OSError) -> DatabaseError:
    """Say that a backup could not be written, and why."""
    return DatabaseError(f"cannot write the backup {to}: {error.strerror or error}", "choose another place")


def put(temporary: Path, to: Path) -> None:
    """Give a finished draft its name, for good."""
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.rename(to)
    paths.sync_folder(to.parent)


def fill(source: Engine, temporary: Path) -> None:
    """Copy a database into a new private file and check the copy; its time is when the copying began.

    Raises:
        DatabaseError: the copy is not whole, or not equal.
        OSError: it cannot be written.

    """
    paths.private_folder(temporary.parent)
    paths.private_file(temporary)
    began = temporary.stat().st_mtime_ns
    target = create(url_of(temporary))
    try:
        # in one transaction, so that what is counted is what is copied, whoever writes meanwhile
        with source.connect() as original, original.begin(), target.connect() as copied:
            driver, to = original.connection.driver_connection, copied.connection.driver_connection
            assert driver is not None and to is not None
            expected = inspecting.rows_of_all(driver)
            driver.backup(to)
            _check(to, expected)
    finally:
        target.dispose()
    os.utime(temporary, ns=(began, began))


def _check(copied: sqlite3.Connection, expected: dict[str, int]) -> None:
    """Make sure that a copy is whole and equal; it becomes one file, without a log beside it."""
    copied.execute("PRAGMA journal_mode = DELETE")
    verdict = copied.execute("PRAGMA quick_check").fetchone()[0]
    if verdict == "ok":
        found = inspecting.rows_of_all(copied)
        differs = sorted(
            name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
        )
        verdict = f"the rows of {differs[0]} are not the same number" if differs else "ok"
    if verdict != "ok":
        raise DatabaseError(
            f"the database could not be copied whole: {verdict}", "run crm doctor; nothing was changed"
        )
