"""Backups: whole, checked copies of the database in one file each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crm.db import copying
from crm.db.store import Store
from crm.domain.errors import UsageError


@dataclass(frozen=True, slots=True)
class BackupView:
    """One backup in the database's own backup folder."""

    path: Path
    at: datetime
    """When it was made, UTC."""
    size: int
    """Bytes."""


def backup(store: Store, to: Path | None = None) -> Path:
    """Write a checked copy of the database, also while others write to it; return its file.

    Args:
        store: the database.
        to: a new file; by default one named after the time in the `backups` folder beside the database.

    Raises:
        DatabaseError: the file exists, cannot be written, or the copy is not whole.
        UsageError: the database is on a server.

    """
    if store.path is None:
        raise UsageError(
            "this database is on a server, which has its own backups", "use pg_dump for PostgreSQL"
        )
    return store.copy(to or copying.place(store.path, "backup", store.now()))


def list_backups(store: Store) -> list[BackupView]:
    """Return the backups in the database's own folder, newest first."""
    if store.path is None:
        return []
    found = []
    for file in copying.folder(store.path).glob(f"{store.path.stem}-*.db"):
        stat = file.stat()
        found.append(BackupView(file, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size))
    return sorted(found, key=lambda one: one.at, reverse=True)
