"""Backups: whole, checked copies of the database in one file each.

A database on a server is backed up into a SQLite file as well: one that `crm --db FILE` opens, and that
`crm --db FILE copy --to URL` puts back.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy

from crm import paths
from crm.db import copying, engine
from crm.db.store import Store
from crm.domain.errors import DatabaseError
from crm.services import moving


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

    """
    wanted = to or copying.place(_file(store), "backup", store.now())
    if store.path is not None:
        return store.copy(wanted)
    if wanted.exists():
        raise DatabaseError(f"{wanted} exists already", "choose another name, so that no backup is lost")
    filled = wanted.with_name(f".{wanted.name}.from-server-{os.getpid()}")
    try:
        moving.copy(store, filled)
        copy = Store.open(filled, rules=store.rules, now=store.now)
        try:
            return copy.copy(wanted)
        finally:
            copy.close()
    finally:
        engine.remove(filled)


def _file(store: Store) -> Path:
    """Return the file beside which backups lie; for a server's database the default one, named after it."""
    if store.path is not None:
        return store.path
    name = re.sub(r"[^\w-]+", "-", sqlalchemy.make_url(store.url).database or "server")
    return paths.database_file().with_name(f"{name}.db")


def list_backups(store: Store) -> list[BackupView]:
    """Return the backups in the database's own folder, newest first."""
    beside = _file(store)
    found = []
    for file in copying.folder(beside).glob(f"{beside.stem}-*.db"):
        stat = file.stat()
        found.append(BackupView(file, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size))
    return sorted(found, key=lambda one: one.at, reverse=True)
