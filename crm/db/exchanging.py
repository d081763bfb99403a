"""Putting a restored database in the place of the present one, while others may have that open.

The decision to know: a database that works is not replaced as a file. Other programs would go on writing into
the old one, or meet its write-ahead log beside the new one, which destroys it. Its pages are overwritten in
one transaction of SQLite's own: others wait, then see what was restored; a kill leaves what was there. Only
what cannot be opened any more, or is not there, is replaced as a file.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from crm import paths
from crm.db import copying, generation, migrate
from crm.db.engine import create, put_in_place, url_of
from crm.domain.errors import DatabaseError

_PAGES = 2_000
"""Per step of overwriting; nobody else writes into the draft it comes from."""
_PATIENCE = 10.0
"""Seconds to wait for another program's write."""
_LOGS = ("-wal", "-shm", "-journal")


def draft_from(backup: Path, draft: Path) -> None:
    """Copy a backup into a new private file, with what stands in a log beside it; the backup is only read.

    Raises:
        DatabaseError: it cannot be read whole.
        OSError: it cannot be copied.

    """
    paths.private_folder(draft.parent)
    paths.private_file(draft)
    if not Path(f"{backup}-wal").exists():
        with backup.open("rb") as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return
    try:
        with (
            closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as read,
            closing(sqlite3.connect(draft)) as written,
        ):
            read.backup(written)
    except sqlite3.Error as error:
        raise DatabaseError(f"{backup} cannot be read: {error}", "choose another backup") from error


def make_newest(draft: Path) -> str:
    """Bring a draft to the newest schema and mark it as a new life of the database; return the mark.

    Raises:
        DatabaseError: a newer program made it, or it cannot be upgraded.

    """
    mark = secrets.token_hex(8)
    engine = create(url_of(draft))
    try:
        migrate.upgrade(engine)
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (generation.NAME, mark)
            )
            driver.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
    finally:
        engine.dispose()
    return mark


def overwrite(database: Path, draft: Path, aside: Path) -> None:
    """Put what is in a draft into a database that works, after copying that aside.

    Raises:
        DatabaseError: another program goes on writing, or there is no room; the database is as it was.
        OSError: the copy cannot be written.

    """
    try:
        _pour(draft, database, lambda: _copy(database, aside))
    except BaseException as error:
        aside.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise _explained(database, error) from error
        raise


def replace(database: Path, draft: Path, aside: Path | None) -> None:
    """Put a draft in the place of a database that is missing, or cannot be used; that is put aside whole.

    Raises:
        DatabaseError: another program has made one there meanwhile.
        OSError: it cannot be done.

    """
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())
    place = Path(os.path.realpath(database))
    if aside is None:
        for suffix in _LOGS:  # of a database that is gone: beside another one they destroy it
            log = Path(f"{place}{suffix}")
            if log.exists():
                log.rename(f"{place}.lost-{secrets.token_hex(4)}{suffix}")
        put_in_place(draft, place)
        if not draft.exists() or draft.samefile(place):
            paths.sync_folder(place.parent)
            return
        raise DatabaseError(
            f"another program has made {database} meanwhile", "nothing was changed; try again"
        )
    paths.private_folder(aside.parent)
    for suffix in _LOGS:
        log = Path(f"{place}{suffix}")
        if log.exists():
            log.rename(f"{aside}{suffix}")
    try:
        os.link(place, aside)
        draft.replace(place)
    except OSError:  # a file system without links
        place.rename(aside)
        draft.rename(place)
    paths.sync_folder(aside.parent)
    paths.sync_folder(place.parent)


def _copy(database: Path, aside: Path) -> None:
    engine = create(url_of(database))
    try:
        copying.copy(engine, aside)
    finally:
        engine.dispose()


def _pour(draft: Path, database: Path, once_locked: Callable[[], None]) -> None:
    """Overwrite a database in one transaction.

    Args:
        draft: what to put into it.
        database: what to overwrite.
        once_locked: is called when nobody else can write any more, and others still read what was there.

    """
    until = time.monotonic() + _PATIENCE
    locked = False

    def look(_status: int, _left: int, total: int) -> None:
        nonlocal locked
        if total and not locked:  # the first pages are written, though not committed
            locked = True
            once_locked()
        elif not locked and time.monotonic() > until:
            raise DatabaseError(
                "another program is writing to the database", "nothing was changed; close it, then try again"
            )

    with (
        closing(sqlite3.connect(f"{draft.as_uri()}?mode=ro&immutable=1", uri=True)) as source,
        closing(sqlite3.connect(database, isolation_level=None)) as target,
    ):
        target.execute("PRAGMA synchronous = FULL")
        # at least two steps: the last one commits before anybody is asked
        pages = min(_PAGES, source.execute("PRAGMA page_count").fetchone()[0] // 2)
        source.backup(target, pages=pages, progress=look, sleep=0.05)
        with suppress(sqlite3.Error):  # somebody reads: the log is emptied another time
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _explained(database: Path, error: sqlite3.Error) -> DatabaseError:
    if "full" in str(error):
        return DatabaseError(
            f"the disk is full, {database} was not restored",
            "it is as it was; free some space, then try again",
        )
    return DatabaseError(f"{database} could not be restored: {error}", "it is as it was")
