"""Making an engine: real transactions, foreign keys, a write-ahead log, and a file only the user can read.

SQLite's driver is put in autocommit and `BEGIN` is sent by an event. Left to itself the sqlite3 module
commits before schema changes (a failed migration would stay half done) and begins too late (lost updates).
What a server needs is in `crm.db.server`.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Engine, event

from crm import paths
from crm.db import server, server_urls
from crm.domain.errors import DatabaseError

APPLICATION_ID = 0x63726D31
"""Stands in the header of every database of ours ("crm1"), so that no other file is taken for one."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_BUSY_MILLISECONDS = 5000
PATIENCE = 120
"""Seconds that a change waits while another program writes: a million acts are imported by then."""
TELL_AFTER = 1
"""Seconds after which the user is told what the program waits for."""
_LOOK_MILLISECONDS = 250
"""A wait inside of SQLite ends for no signal, so it is one of many short ones."""


def url_of(target: str | Path) -> URL:
    """Return the URL of a path or URL that the user gave.

    A path goes into the URL as data: `q?x.db` is a file of that name, not the file `q`.
    """
    if isinstance(target, str) and server_urls.is_meant(target):
        return server_urls.parsed(target)
    # links followed: its log, its backups and what a restore puts in its place are beside the file itself
    return URL.create("sqlite", database=os.path.realpath(paths.expanded(target)))


def create(url: URL, uri: str | None = None) -> Engine:
    """Return an engine for the database; connects to nothing yet.

    Args:
        url: which.
        uri: how SQLite is to open the file, where that is not for writing.

    Raises:
        ConfigError: what a server needs is not installed.
        DatabaseError: databases of this kind cannot be used.

    """
    if server.is_server(url):
        return server.create(url)
    if url.get_backend_name() != "sqlite":
        raise DatabaseError(
            f"cannot use a database of the kind {url.drivername!r}",
            "give a path, or postgresql://USER@HOST/DATABASE",
        )
    engine = sqlalchemy.create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False} | ({"uri": True} if uri else {}),
    )
    if uri:
        event.listen(engine, "do_connect", lambda _dialect, _record, args, _options: args.__setitem__(0, uri))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def create_file(file: Path) -> None:
    """Make the empty database file, private from its first byte, in a private folder.

    Raises:
        DatabaseError: it cannot be made there.

    """
    try:
        paths.private_folder(file.parent)
        paths.private_file(file)
    except FileExistsError:
        return
    except OSError as error:
        raise DatabaseError(
            f"cannot create the database {file}: {error.strerror}",
            "choose another place with --db, or mend the folder's permissions",
        ) from error


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute("PRAGMA cache_size = -16000")
    cursor.close()


def _begin(connection: sqlalchemy.Connection) -> None:
    options = connection.get_execution_options()
    mode = options.get("begin", "DEFERRED")
    if mode == "IMMEDIATE" and _takes_turn(connection, options.get("waiting")):
        return
    connection.exec_driver_sql(f"BEGIN {mode}")


def _takes_turn(connection: sqlalchemy.Connection, waiting: Callable[[], None] | None) -> bool:
    """Begin to write, waiting while another program does; where that fails, the next `BEGIN` says why."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    begun = time.monotonic()
    told = waiting is None
    driver.execute(f"PRAGMA busy_timeout = {_LOOK_MILLISECONDS}")
    try:
        while time.monotonic() - begun < PATIENCE:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    return False
            else:
                return True
            if not told and time.monotonic() - begun >= TELL_AFTER:
                assert waiting is not None
                waiting()
                told = True
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


def check_header(file: Path) -> None:
    """Make sure that a file is a database of ours before anything writes to it.

    Raises:
        DatabaseError: it is empty, something else, or cannot be read.

    """
    try:
        if (kind := stat.S_IFMT(file.stat().st_mode)) != stat.S_IFREG:  # one would wait at a pipe for ever
            raise DatabaseError(
                f"{file} is {_KINDS.get(kind, 'no file')}, not a database", "name a file with --db"
            )
        with file.open("rb") as stream:
            header = stream.read(100)
    except OSError as error:
        raise DatabaseError(
            f"cannot read the database {file}: {error.strerror}", "mend the permissions of the file"
        ) from error
    if not header:
        raise DatabaseError(
            f"the database {file} is empty (0 bytes): something has cut it off",
            "nothing was changed; move it away and put the newest backup in its place",
        )
    if header[:16] != b"SQLite format 3\0":
        raise DatabaseError(f"{file} is not a database", "nothing was changed; name another file with --db")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise DatabaseError(
            f"{file} is a database of another program", "nothing was changed; name another file with --db"
        )


def put_in_place(fresh: Path, file: Path) -> None:
    """Give a new database its name, unless another program was quicker."""
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not file.exists():
            fresh.rename(file)


def remove(fresh: Path) -> None:
    """Remove a temporary database and what SQLite puts beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
