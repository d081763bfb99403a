"""Whole, consistent copies of a SQLite database, also while others write to it.

Made with SQLite's backup in one step (in small steps it starts again at every write and may never end),
under a temporary name, checked, and only then given their own.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crm import paths
from crm.db.engine import create, remove, url_of
from crm.domain.errors import DatabaseError


def folder(database: Path) -> Path:
    """Return the folder of a database's own backups."""
    return database.parent / "backups"


def place(database: Path, why: str, now: datetime) -> Path:
    """Return a free name for a backup: `backups/crm-20261122T101500Z-before-upgrade.db`."""
    stem = f"{database.stem}-{now:%Y%m%dT%H%M%SZ}-{why}"
    file = folder(database) / f"{stem}.db"
    number = 2
    while file.exists():
        file = folder(database) / f"{stem}-{number}.db"
        number += 1
    return file


def copy(source: Engine, to: Path) -> Path:
    """Write a checked copy of the database to a new file; return it.

    Raises:
        DatabaseError: it exists already, cannot be written, or the copy is not whole.

    """
    if to.exists():
        raise DatabaseError(f"{to} exists already", "choose another name, so that no backup is lost")
    temporary = to.with_name(f".{to.name}.part-{os.getpid()}")
    try:
        paths.private_folder(to.parent)
        paths.private_file(temporary)
        _fill(source, temporary)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.rename(to)
    except OSError as error:
        raise DatabaseError(
            f"cannot write the backup {to}: {error.strerror}", "choose another place"
        ) from error
    finally:
        remove(temporary)
    return to


def _fill(source: Engine, temporary: Path) -> None:
    target = create(url_of(temporary))
    try:
        with source.connect() as original, target.connect() as copied:
            driver = copied.connection.driver_connection
            assert driver is not None and original.connection.driver_connection is not None
            original.connection.driver_connection.backup(driver)
            cursor = driver.cursor()
            cursor.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
            verdict = cursor.execute("PRAGMA quick_check").fetchone()[0]
            cursor.close()
        if verdict != "ok":
            raise DatabaseError(
                f"the database could not be copied whole: {verdict}", "run crm doctor; nothing was changed"
            )
    finally:
        target.dispose()
