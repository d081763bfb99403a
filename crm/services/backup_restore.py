"""Restoring a backup: what would change, and then the exchange, with the present database put aside whole.

The decision to know: nothing is ever deleted. What was there becomes a backup itself, so that restoring that
one takes the restore back. The backup is copied, checked and upgraded beside the database first; until the
last moment nothing of the present one is touched, and it need not be whole, or there at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crm import paths
from crm.db import copying, engine, exchanging, inspecting, migrate, opening, server
from crm.db.inspecting import Contents
from crm.domain import rotation
from crm.domain.errors import ConflictError, DatabaseError, UsageError
from crm.domain.rotation import Why
from crm.services import encryption
from crm.services.encryption import Opener


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of the present database and the backup, compared by their numbers."""

    now: int
    then: int
    gone: int
    """There now, not in the backup."""
    back: int
    """In the backup, not there now."""


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restore would do."""

    database: Path
    backup: Path
    made_at: datetime | None
    """When the backup was made, UTC, as its name says; None where that says nothing."""
    contacts: int
    """In the backup."""
    interactions: int
    upgrades: bool
    """The backup has an older schema, and is brought to the newest one."""
    problem: str | None
    """Why the present database cannot be compared: missing, damaged; None: it can."""
    contacts_change: Difference | None = None
    interactions_change: Difference | None = None
    forgotten_again: int = 0
    """Identities of people who were forgotten since, and are in the backup."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup that is ready to take the database's place."""

    plan: RestorePlan
    draft: Path
    works: bool
    """Whether the present database can be opened."""
    exists: bool


def database_of(target: str | Path | None) -> Path:
    """Return the file of a database that may be missing or damaged.

    Raises:
        DatabaseError: that is no path and no URL.
        UsageError: it is on a server.

    """
    url = engine.url_of(target or paths.database_file())
    if server.is_server(url) or not url.database:
        raise UsageError(
            "a database on a server is not restored as a file",
            "copy the backup into an empty database there: crm --db BACKUP.db copy --to URL",
        )
    return Path(url.database)


@contextmanager
def prepared(database: Path, backup: Path, opener: Opener | None = None) -> Iterator[Prepared]:
    """Give a checked, newest copy of a backup beside the database, and what putting it there would do.

    Raises:
        ConflictError: the backup is the database itself.
        DatabaseError: the backup is damaged, no database of ours, or made by a newer crm.
        UsageError: it is encrypted, and does not open with what was given.

    """
    if database.exists() and backup.samefile(database):
        raise ConflictError(
            f"{backup} is the database itself", "crm backup --list shows the backups there are"
        )
    draft = database.with_name(f".{rotation.short(database.name)}.restore-{os.getpid()}")
    try:
        _fill(backup, draft, opener or Opener())
        held = _insist_on_whole(backup, draft)
        present, problem = _present(database)
        plan = RestorePlan(
            database,
            backup,
            _made_at(database, backup),
            held.contacts,
            held.interactions,
            held.revision != migrate.head(),
            problem,
        )
        exchanging.make_newest(draft)
        if present is not None:
            plan = _compared(plan, database, draft)
        yield Prepared(plan, draft, present is not None, database.exists())
    except OSError as error:
        raise DatabaseError(
            f"cannot restore {backup}: {error.strerror or error}", "the database is as it was"
        ) from error
    finally:
        engine.remove(draft)


def put_back(ready: Prepared, now: datetime) -> Path | None:
    """Put a prepared backup in the place of the database; return the backup that holds what was there.

    Other programs that have the database open wait, and find the restored one; one that knew the old one is
    told so at its next write.

    Args:
        ready: what `prepared` gave.
        now: the moment, for the name of what is put aside.

    Returns:
        None where nothing was there.

    Raises:
        DatabaseError: it cannot be done; the database is as it was.

    """
    database = ready.plan.database
    aside = copying.place(database, Why.BEFORE_RESTORE, now) if ready.exists else None
    try:
        if ready.works and aside is not None:
            exchanging.overwrite(database, ready.draft, aside)
        else:
            exchanging.replace(database, ready.draft, aside)
    except OSError as error:
        raise DatabaseError(
            f"cannot put aside {database}: {error.strerror or error}", "it is as it was"
        ) from error
    return aside


def _fill(backup: Path, draft: Path, opener: Opener) -> None:
    if not encryption.is_encrypted(backup):
        exchanging.draft_from(backup, draft)
        return
    paths.private_folder(draft.parent)
    paths.private_file(draft)
    with draft.open("wb") as stream:
        encryption.decrypt(backup, stream, opener)


def _insist_on_whole(backup: Path, draft: Path) -> Contents:
    """Make sure that what was copied is a whole database of ours that this program knows.

    Raises:
        DatabaseError: it is not.

    """
    hint = "choose another backup: crm backup --list; the database is as it was"
    try:
        held = inspecting.inspect(draft)
    except DatabaseError as error:
        message = error.message.replace(str(draft), str(backup)).replace("the database ", "the backup ")
        raise DatabaseError(message, hint) from None
    if held.damage is not None or held.revision is None:
        raise DatabaseError(f"the backup {backup} is damaged: {held.damage}", hint)
    migrate.check(held.revision)
    return held


def _present(database: Path) -> tuple[Contents | None, str | None]:
    """Return what is in the present database, or why it cannot be used.

    Raises:
        DatabaseError: it belongs to another program.

    """
    if not database.exists():
        return None, "there is no database"
    if others := opening.other_names(database):
        raise DatabaseError(f"{database} {opening.several(others)}", opening.KEEP_ONE)
    if database.stat().st_size == 0:
        return None, "the present database is empty (0 bytes)"
    try:
        held = inspecting.inspect(database)
    except DatabaseError as error:
        if "another program" in error.message:
            raise
        return None, error.message
    return (None, f"the present database is damaged: {held.damage}") if held.damage else (held, None)


def _made_at(database: Path, backup: Path) -> datetime | None:
    name = rotation.read_name(backup.name, database.stem)
    return name.at if name else None


def _compared(plan: RestorePlan, database: Path, draft: Path) -> RestorePlan:
    """Say how the present database differs; where it is too old for that, that is left out."""
    try:
        with inspecting.opened(database) as connection:
            connection.execute("ATTACH ? AS other", (f"{draft.absolute().as_uri()}?mode=ro&immutable=1",))
            return replace(
                plan,
                contacts_change=_difference(connection, "contact"),
                interactions_change=_difference(connection, "interaction"),
                forgotten_again=connection.execute(
                    "SELECT count(*) FROM forgotten WHERE key NOT IN (SELECT key FROM other.forgotten)"
                ).fetchone()[0],
            )
    except sqlite3.Error:
        return plan


def _difference(connection: sqlite3.Connection, table: str) -> Difference:
    now = inspecting.count(connection, table)
    then, gone, back = connection.execute(
        f"SELECT (SELECT count(*) FROM other.{table}),"  # noqa: S608 - our own names
        f" (SELECT count(*) FROM main.{table} WHERE id NOT IN (SELECT id FROM other.{table})),"
        f" (SELECT count(*) FROM other.{table} WHERE id NOT IN (SELECT id FROM main.{table}))"
    ).fetchone()
    return Difference(now, then, gone, back)
