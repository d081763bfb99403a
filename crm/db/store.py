"""The store: where interfaces run service functions, each in one transaction.

A write begins with `BEGIN IMMEDIATE` (on a server, by taking its turn: `crm.db.server`). One that reads first
and writes later would otherwise fail at once with "database is locked" whenever another program wrote in
between, and no waiting would help.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crm import clock, paths
from crm.db import copying, engine, generation, migrate, opening, search, server, state
from crm.domain.cadence import Rules
from crm.domain.errors import DatabaseError
from crm.domain.rotation import short

if TYPE_CHECKING:
    from crm.config.backing_up import BackupSettings

_LONGEST_PATH = 500
"""Bytes; SQLite takes 512 with the ending of a journal (os_unix.c, MAX_PATHNAME)."""
Args = ParamSpec("Args")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: the transaction it runs in, the rules it follows, the moment it happens."""

    connection: Connection
    rules: Rules
    now: datetime
    """Aware, UTC."""


class _Rehearsed(Exception):  # noqa: N818 - it carries a result out of a transaction, it is no error
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Store:
    """An open database. Safe to use from several threads; each call has a transaction of its own."""

    banner = ""
    """A word that says which database this is, where it is not the user's own: "demo"."""

    def __init__(self, opened: Engine, rules: Rules, now: Callable[[], datetime]) -> None:
        self._engine = opened
        self.rules = rules
        self.now = now
        self.wrote = False
        """Whether anything was written since it was opened, besides making it ready."""
        self.backup_settings: BackupSettings | None = None
        """What the user configured about backups, for those that are made by themselves; None: the usual."""
        self._generation: str | None = None
        self.access: opening.ReadOnly | None = None
        """How it is read where it cannot be written; None: it can."""
        self.waiting: Callable[[], None] | None = None
        """Is called, from the thread that writes, when a change has to wait for another program."""
        name = opened.url.database if opened.dialect.name == "sqlite" else None
        self.path = Path(name) if name else None
        """The SQLite file; None on a server."""
        # a URL is text, and a file's name need be none
        self.url = f"sqlite:///{name}" if name else server.shown(opened.url)
        """For people: without its password."""

    @classmethod
    def open(
        cls,
        target: str | Path | None = None,
        *,
        create: bool = True,
        read_only: bool = False,
        rules: Rules | None = None,
        now: Callable[[], datetime] = clock.now,
        waiting: Callable[[], None] | None = None,
    ) -> Self:
        """Open a database, making it or bringing it to the newest schema when that is needed.

        One that cannot be written is opened for reading only: `access` says why.

        Args:
            target: a path or URL; None is the default place.
            create: make a missing database; otherwise that is an error.
            read_only: write nothing, also where that could be done.
            rules: what the user configured; the defaults if None.
            now: what gives the moment.
            waiting: is called when it, or a later change, has to wait for another program.

        Raises:
            DatabaseError: it is missing, damaged, not ours, made by a newer program, or cannot be written.

        """
        opened = engine.create(engine.url_of(target or paths.database_file()))
        store = cls(opened, rules or Rules(zone=clock.zone()), now)
        store.waiting = waiting
        try:
            with _explained(store):
                store._make_ready(create and not read_only, read_only)
            store.wrote = False
        except BaseException:
            store.close()
            raise
        return store

    def read(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that only reads.

        Raises:
            DatabaseError: the database could not be read; and what the function raises.

        """
        self._insist_on_stillness()
        with _explained(self), self._engine.connect() as plain:
            connection = plain if self.path is not None else server.reading(plain)
            with connection.begin(), self._let_go(connection):
                return service(Work(connection, self.rules, self.now()), *args, **kwargs)

    def write(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that writes: all of it happens, or, when it raises, nothing.

        A server may take a transaction back for the sake of another one; then the function runs once more. So
        it does nothing outside the database that must not be done twice.

        Raises:
            DatabaseError: the database could not be written; and what the function raises.

        """
        self._insist_on_writing()

        def once() -> Result:
            with migrate.writing(self._engine, self._wait) as connection, self._let_go(connection):
                if self.path is not None:
                    generation.insist(connection, self._generation)
                return service(Work(connection, self.rules, self.now()), *args, **kwargs)

        with _explained(self):
            result = once() if self.path is not None else server.again(once)
        self.wrote = True
        return result

    def rehearse(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that writes, return what it returned, and keep nothing of what it wrote.

        Raises:
            DatabaseError: the database could not be written; and what the function raises.

        """

        def rehearsed(work: Work) -> Result:
            raise _Rehearsed(service(work, *args, **kwargs))

        try:
            return self.write(rehearsed)
        except _Rehearsed as over:
            result: Result = over.result
            return result

    def _wait(self) -> None:
        if self.waiting is not None:
            self.waiting()

    def _insist_on_writing(self) -> None:
        if self.access is not None and self.path is not None:
            raise opening.refusal(self.path, self.access)

    def _insist_on_stillness(self) -> None:
        """Make sure that nobody writes what is read as a file that nobody writes."""
        if self.access is not None and self.access.still and Path(f"{self.path}-wal").exists():
            raise DatabaseError(
                f"another program has begun to write to {self.path}, which is open for reading only here",
                "start crm again",
            )

    @contextmanager
    def _let_go(self, connection: Connection) -> Iterator[None]:
        """Give a server's connection up when a signal stops the work: one that waits cannot roll back."""
        try:
            yield
        except BaseException as stop:
            if self.path is None and not isinstance(stop, Exception):
                connection.invalidate()
            raise

    def follow(self, rules: Rules) -> None:
        """Go by other rules from now on: what was computed with the old ones is computed again.

        Raises:
            DatabaseError: it could not be written; then the old rules stay.

        """
        before, self.rules = self.rules, rules
        try:
            if self.access is None and not self.read(_state_is_current):
                self.write(_recompute)
        except BaseException:
            self.rules = before
            raise

    def copy(self, to: Path) -> Path:
        """Write a checked copy of a SQLite database to a new file; return the file.

        Raises:
            DatabaseError: the file exists, cannot be written, or the copy is not whole.

        """
        with _explained(self):
            return copying.copy(self._engine, to)

    def tidy(self) -> None:
        """Overwrite what was deleted: in the file, in the full text and in the write-ahead log.

        Takes as long as copying the database. On a server the tables are written anew where it lets us; its
        log, its standbys and its backups are not ours.

        Raises:
            DatabaseError: it cannot be written.

        """
        if self.path is None:
            server.tidy(self._engine)
            return
        self.write(lambda work: search.optimise(work.connection))
        with _explained(self), self._engine.connect() as connection:
            raw = connection.connection.cursor()
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _make_ready(self, create: bool, read_only: bool) -> None:
        if self.path is not None:
            self._file_is_ours(self.path, create)
            self._see_access(self.path, read_only)
        else:
            self._server_is_ours(create)
        with self._engine.connect() as connection, connection.begin():
            behind = migrate.check(migrate.revision(connection))
        if behind:
            if self.access is not None:
                raise DatabaseError(
                    f"{self.path} was made by an older crm and has to be upgraded first, but it is open for "
                    f"reading only ({self.access.why})",
                    "open a copy of it: cp it into a folder of yours, then crm --db COPY",
                )
            if self.path is not None:
                copying.copy(self._engine, copying.place(self.path, "before-upgrade", self.now()))
            migrate.upgrade(self._engine)
        if self.path is not None:
            self._generation = self.read(_generation)
        if self.access is None and not self.read(_state_is_current):
            self.write(_recompute)

    def _see_access(self, file: Path, read_only: bool) -> None:
        self.access = opening.read_only(file, asked=read_only)
        if self.access is not None:
            self._engine.dispose()
            self._engine = engine.create(self._engine.url, self.access.uri)

    def _server_is_ours(self, create: bool) -> None:
        with self._engine.connect() as connection, connection.begin():
            if server.has_tables(connection):
                return
            server.check(connection)
        if not create:
            raise DatabaseError(f"there is nothing of crm in {self.url}", "run crm once to make its tables")
        migrate.create_at_once(self._engine)

    def _file_is_ours(self, file: Path, create: bool) -> None:
        if file.exists():
            try:
                engine.check_header(file)
            except DatabaseError as error:
                if opening.newest_good(file):  # so it was a database of ours
                    raise DatabaseError(error.message, opening.ways_out(file)) from error
                raise
            opening.check_length(file)
            return
        if not create:
            raise DatabaseError(
                f"there is no database at {file}", "check the path, or run crm once to make it"
            )
        fresh = file.with_name(f".{short(file.name)}.new-{os.getpid()}")
        engine.create_file(fresh)
        try:
            _fill(fresh)
            engine.put_in_place(fresh, file)
        finally:
            engine.remove(fresh)


def _fill(fresh: Path) -> None:
    """Make the schema under another name, so that nobody ever sees a database without tables."""
    made = engine.create(engine.url_of(fresh))
    try:
        with made.connect() as connection:
            with connection.execution_options(begin="IMMEDIATE").begin():
                migrate.create(connection)
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        made.dispose()


def _state_is_current(work: Work) -> bool:
    return state.is_current(work.connection, work.rules)


def _generation(work: Work) -> str | None:
    return generation.of(work.connection)


def _recompute(work: Work) -> None:
    if not state.is_current(work.connection, work.rules):
        state.follow(work.connection, work.rules, work.now)


@contextmanager
def _explained(store: Store) -> Iterator[None]:
    """Turn what the database says into words for its user."""
    try:
        yield
    except DBAPIError as error:
        if store.path is None:
            if stop := server.stopped_by(error):
                raise stop from None
            raise server.explanation(store.url, error) from error
        raise _explanation(store, str(error.orig)) from error
    except sqlite3.Error as error:  # of what is done with the driver itself: copies, tidying up
        if store.path is None:
            raise
        raise _explanation(store, str(error)) from error
    except OSError as error:
        where = error.filename or store.path or store.url
        raise DatabaseError(
            f"cannot use {where}: {error.strerror or error}", "check that the place exists and is yours"
        ) from error
    except SQLAlchemyError as error:
        raise DatabaseError(f"cannot use the database {store.url}: {type(error).__name__}") from error


def _explanation(store: Store, said: str) -> DatabaseError:
    where = store.path or store.url
    if "locked" in said:
        return DatabaseError(
            "another program is still writing to the database; nothing was changed",
            "wait until it has finished, then try again",
        )
    if "disk is full" in said:
        return DatabaseError(
            f"the disk is full, nothing was saved in {where}", "free some space, then try again"
        )
    if "readonly" in said or "read-only" in said:
        return DatabaseError(f"{where} cannot be written", "mend the permissions of the file and its folder")
    if "malformed" in said or "not a database" in said:
        return DatabaseError(
            f"the database {where} is damaged: {said}; nothing was deleted",
            opening.ways_out(store.path) if store.path is not None else None,
        )
    if "unable to open" in said:
        hint = "check that the folder exists and is yours"
        if store.path is not None and len(os.fsencode(store.path)) > _LONGEST_PATH:
            hint = "its path is too long for SQLite, which takes 500 bytes; choose another with --db"
        return DatabaseError(f"cannot open the database {where}", hint)
    return DatabaseError(f"the database {where} says: {said}", "run crm doctor")


class PassingStore(Store):
    """A store whose database goes away with it."""

    folder: TemporaryDirectory[str] | None = None

    @classmethod
    def open_empty(cls, rules: Rules, now: Callable[[], datetime] = clock.now) -> Self:
        """Open an empty database in a fresh folder that only the user can enter.

        Closing it removes the folder, and so does the end of the program.

        Raises:
            DatabaseError: the temporary folder cannot be written.

        """
        folder = TemporaryDirectory(prefix="crm-", ignore_cleanup_errors=True)
        try:
            store = cls.open(Path(folder.name) / "crm.db", rules=rules, now=now)
        except BaseException:
            folder.cleanup()
            raise
        store.folder = folder
        return store

    def close(self) -> None:
        """Close every connection and remove the database."""
        super().close()
        if self.folder is not None:
            self.folder.cleanup()
