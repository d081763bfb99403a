"""Backups: whole, checked copies of the database in one file each; made when asked, and before much changes.

A database on a server is backed up into a SQLite file as well: one that `crm --db FILE` opens, and that
`crm --db FILE copy --to URL` puts back. By itself crm makes no backups of a server's database, which has its
own ways.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy import select

from crm import paths
from crm.db import copying, engine, inspecting
from crm.db.store import Store, Work
from crm.db.tables import contact, import_run, interaction
from crm.domain import rotation
from crm.domain.errors import DatabaseError, NotFoundError
from crm.domain.rotation import Kept, Why
from crm.services import encryption, moving
from crm.services.encryption import Lock

LEAST_FREE = 200 * 1024 * 1024
"""Bytes that a backup made by crm itself leaves free."""
COVERS = timedelta(minutes=10)
"""So long after a backup none is made before an import: ten exports in a row, one backup."""
LATEST = "latest"


@dataclass(frozen=True, slots=True)
class BackupView:
    """One backup in the database's own backup folder."""

    path: Path
    at: datetime
    """When it was made, UTC."""
    size: int
    """Bytes."""
    why: str
    """A `rotation.Why`, or a word that an older or newer program used."""

    @property
    def encrypted(self) -> bool:
        """Whether it must be decrypted first."""
        return self.path.suffix == encryption.ENDING


@dataclass(frozen=True, slots=True)
class CheckedBackup:
    """A backup, and what is in it; all None where it is encrypted."""

    backup: BackupView
    contacts: int | None
    interactions: int | None
    damage: str | None
    """What is wrong with it."""

    @property
    def whole(self) -> bool | None:
        """Whether it can be restored; None: encrypted, so nobody knows here."""
        return None if self.backup.encrypted else self.damage is None


def backup(
    store: Store, to: Path | None = None, *, lock: Lock | None = None, why: str = Why.ASKED, floor: int = 0
) -> Path:
    """Write a checked copy of the database, also while others write to it; return its file.

    Args:
        store: the database.
        to: a new file; by default one named after the time in the `backups` folder beside the database.
        lock: for whom it is encrypted; None leaves it plain.
        why: for its name.
        floor: bytes that must stay free.

    Raises:
        ConfigError: it cannot be encrypted here.
        DatabaseError: the file exists, cannot be written, or the copy is not whole.

    """
    beside = _beside(store)
    wanted = to or copying.place(beside, why, store.now(), encrypted=lock is not None)
    copying.refuse_existing(wanted)
    if floor:
        _insist_on_room(store, wanted, floor)
    if lock is None:
        return _plain(store, wanted)
    encryption.check_recipients(lock)
    # beside the database, where the same is to be read anyway, never on the stick that the backup goes to
    plain = copying.folder(beside) / f".{rotation.short(wanted.name)}.plain-{os.getpid()}"
    try:
        _plain(store, plain)
        began = plain.stat().st_mtime_ns
        with _written(wanted) as draft:
            with draft.open("w+b") as stream:
                encryption.encrypt_file(plain, stream, lock)
            os.utime(draft, ns=(began, began))
    finally:
        engine.remove(plain)
    return wanted


def before_import(store: Store) -> Path | None:
    """Make a backup before an import, unless one covers it or there is nothing to lose yet.

    Raises:
        ConfigError: it cannot be encrypted as configured.
        DatabaseError: it cannot be made; then nothing must be imported.

    """
    return _before(store, Why.BEFORE_IMPORT)


def before_changes(store: Store) -> Path | None:
    """Make a backup before much is changed at once; otherwise as `before_import`."""
    return _before(store, Why.BEFORE_CHANGES)


def daily(store: Store) -> Path | None:
    """Make the backup of the day, if there is none of today and anything has changed since the newest.

    Raises:
        ConfigError: it cannot be encrypted as configured.
        DatabaseError: it cannot be made.

    """
    if not _automatic(store):
        return None
    newest = _newest(store)
    day_of = store.rules.day_of
    if newest and (day_of(newest.at) >= day_of(store.now()) or _unchanged_since(store, newest)):
        return None
    if not store.read(_holds_anything):
        return None
    return _made(store, Why.DAILY)


def covers(store: Store, made: BackupView) -> bool:
    """Say whether nothing has changed since a backup was made."""
    return store.path is not None and _unchanged_since(store, made)


def rotate(store: Store) -> list[Path]:
    """Delete the backups that are no longer needed, as `domain.rotation` decides; return what went."""
    found = list_backups(store)
    known = [Kept(one.path, one.at, one.why, one.encrypted or _looks_good(one.path)) for one in found]
    kept = rotation.what_to_keep(known, store.now(), store.rules.zone)
    gone = [one.path for one in found if one.path not in kept]
    for path in gone:
        with suppress(OSError):  # it stays, and is tried again the next time
            path.unlink()
    return gone


def list_backups(store: Store) -> list[BackupView]:
    """Return the backups in the database's own folder, newest first."""
    return backups_of(_beside(store))


def backups_of(database: Path) -> list[BackupView]:
    """Return the backups of a database file, which itself may be gone, newest first."""
    found = []
    for file, name in copying.backups_of(database):
        status = file.stat()
        order = (name.at, status.st_mtime_ns, name.number)
        found.append((order, BackupView(file, name.at, status.st_size, name.why)))
    found.sort(key=lambda one: (one[0], one[1].path.name), reverse=True)
    return [view for _, view in found]


def checked(view: BackupView) -> CheckedBackup:
    """Read a backup to its end and return what is in it; 0.3 s for 300 MB."""
    if view.encrypted:
        return CheckedBackup(view, None, None, None)
    try:
        held = inspecting.inspect(view.path)
    except DatabaseError as error:
        return CheckedBackup(view, None, None, error.message)
    if held.damage is not None:
        return CheckedBackup(view, None, None, held.damage)
    return CheckedBackup(view, held.contacts, held.interactions, None)


def find(database: Path, word: str) -> Path:
    """Return the backup that the user means: a file, a name in the backup folder, or `latest`.

    The latest is the newest that looks usable, without those that a restore has put aside.

    Raises:
        NotFoundError: there is none.

    """
    made = backups_of(database)
    if word == LATEST:
        usable = [one for one in made if one.why != Why.BEFORE_RESTORE]
        for one in usable:
            if one.encrypted or _looks_good(one.path):
                return one.path
        raise NotFoundError(
            f"there is no backup of {database} in {copying.folder(database)}", "name the file of one"
        )
    for file in (Path(word).expanduser(), copying.folder(database) / word):
        if file.is_file():
            return file
    raise NotFoundError(f"there is no backup {word!r}", "crm backup --list shows those there are")


def _before(store: Store, why: Why) -> Path | None:
    if not _automatic(store):
        return None
    newest = _newest(store)
    if newest and (abs(store.now() - newest.at) < COVERS or _unchanged_since(store, newest)):
        return None
    if not store.read(_holds_anything):
        return None
    return _made(store, why)


def _newest(store: Store) -> BackupView | None:
    """Return the newest backup that looks usable and is not from a future that a wrong clock has seen."""
    latest = store.now() + timedelta(days=1)
    usual = (one for one in list_backups(store) if one.why != Why.BEFORE_RESTORE and one.at <= latest)
    return next((one for one in usual if _looks_good(one.path)), None)


def _made(store: Store, why: Why) -> Path:
    lock = encryption.lock_from(store.backup_settings)
    made = backup(store, lock=lock, why=why, floor=LEAST_FREE)
    rotate(store)
    return made


def _automatic(store: Store) -> bool:
    if store.path is None or store.access is not None:
        return False
    return store.backup_settings is None or store.backup_settings.automatic


def _holds_anything(work: Work) -> bool:
    """Say whether there is anything to lose."""
    return any(
        work.connection.scalar(select(table.c.id).limit(1)) is not None
        for table in (contact, interaction, import_run)
    )


def _unchanged_since(store: Store, made: BackupView) -> bool:
    """Say whether nobody has written since a backup, whose file has the time at which it was begun."""
    assert store.path is not None
    try:
        began = made.path.stat().st_mtime_ns
        wal = Path(f"{store.path}-wal")
        changed = [file.stat().st_mtime_ns for file in (store.path, wal) if file.exists()]
    except OSError:
        return False
    return all(at < began for at in changed)


def _looks_good(file: Path) -> bool:
    """Say whether a backup begins like a database of ours; those of crm's own were checked when made."""
    if file.suffix == encryption.ENDING:
        return encryption.is_encrypted(file)
    try:
        engine.check_header(file)
    except DatabaseError:
        return False
    return True


def _insist_on_room(store: Store, wanted: Path, floor: int) -> None:
    """Make sure that a backup leaves enough of the disk free.

    Raises:
        DatabaseError: it would not.

    """
    assert store.path is not None
    size = sum(file.stat().st_size for file in (store.path, Path(f"{store.path}-wal")) if file.exists())
    folder = next(one for one in wanted.parents if one.exists())
    free = shutil.disk_usage(folder).free
    if free - size < floor:
        raise DatabaseError(
            f"there is no room for a backup: {free // 2**20:,} MiB are free in {folder}, and the database"
            f" has {size // 2**20:,}",
            "free some space; or go without: automatic = false under [backups] in the configuration",
        )


def _plain(store: Store, to: Path) -> Path:
    """Write a plain copy."""
    if store.path is not None:
        return store.copy(to)
    filled = to.with_name(f".{rotation.short(to.name)}.from-server-{os.getpid()}")
    try:
        moving.copy(store, filled)
        copy = Store.open(filled, rules=store.rules, now=store.now)
        try:
            return copy.copy(to)
        finally:
            copy.close()
    finally:
        engine.remove(filled)


@contextmanager
def _written(to: Path) -> Iterator[Path]:
    """Give a new private file, which gets its name when the block ends well."""
    draft = copying.draft_of(to)
    try:
        paths.private_folder(to.parent)
        paths.private_file(draft)
        yield draft
        copying.put(draft, to)
    except OSError as error:
        raise copying.unwritten(to, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _beside(store: Store) -> Path:
    """Return the file beside which backups lie; for a server's database the default one, named after it."""
    if store.path is not None:
        return store.path
    name = re.sub(r"[^\w-]+", "-", sqlalchemy.make_url(store.url).database or "server")
    return paths.database_file().with_name(f"{name}.db")
