"""A PostgreSQL server of the tests' own: made from the binaries of this machine, thrown away at the end.

Making a database and removing it costs 80 ms of processor time, a new connection 7 ms. So databases are
emptied and used again (3 ms), and connections go from one store to the next, as they do behind a pooler: what
one leaves in its session, the next one would stumble over.
With `CRM_TEST_POSTGRES_URL` (of a user who may make databases) a server that runs already is used instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import postgres_contents
import sqlalchemy
from sqlalchemy import URL

_PATIENCE = 60.0
_PORT = 5432
"""Of the socket's name, where nothing listens on a port."""
_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "wal_init_zero=off",
    "checkpoint_timeout=1h",
    "bgwriter_lru_maxpages=0",
    "max_logical_replication_workers=0",
    "max_parallel_workers_per_gather=0",
    "jit=off",
)
"""What is kept need not outlive the machine, and two processors are all there is."""
_numbers = count(1)
_REUSED = 50
"""How many tests a database serves: what they delete stays in its files."""
_SPARE = 8
"""How many emptied databases are kept: each has connections open, of which the server has 100."""


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`, or None where there is no server to start."""
    places = [Path(found).resolve().parent for found in (shutil.which("initdb"),) if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None
    )


def available() -> bool:
    """Say whether tests can have a server."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return os.name == "posix" and (bool(os.environ.get("CRM_TEST_POSTGRES_URL")) or binaries() is not None)


class PostgresServer:
    """A running server; `database()` makes a fresh database on it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        self._template: str | None = None
        self._made: list[str] = []
        self._spare: list[str] = []
        """Emptied databases, ready to be used once more."""
        self._used: Counter[str] = Counter()
        self._kept: Any = None
        self._cleaners: dict[str, Any] = {}
        """The connection that empties each database."""

    @property
    def connections(self) -> Any:
        """What is open to its databases and goes from store to store."""
        if self._kept is None:
            from postgres_connections import KeptConnections

            self._kept = KeptConnections()
        return self._kept

    def database(self, template: str | None = None) -> str:
        """Make a database and return its URL: a copy of another one, or an empty one."""
        name = f"crm_test_{os.getpid()}_{next(_numbers)}"
        copied = f'TEMPLATE "{template}"' if template else "TEMPLATE template0 ENCODING 'UTF8'"
        self._run(f'CREATE DATABASE "{name}" {copied}')
        self._made.append(name)
        return self.url_of(name)

    def ready(self) -> str:
        """Return the URL of a fresh database with the tables of the program in it."""
        if self._template is None:
            from crm.db.store import Store

            url = self.database()
            Store.open(url).close()
            engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
            with engine.begin() as connection:
                for statement in postgres_contents.cleaning(connection):
                    connection.exec_driver_sql(statement)
            self._template = _name(url)
        if self._spare:
            return self._spare.pop()
        return self.database(self._template)

    def give_back(self, url: str) -> None:
        """Take back a database of `ready` when its test is over: emptied for the next one, or removed."""
        self._used[url] += 1
        if self._used[url] < _REUSED and len(self._spare) < _SPARE and self._emptied(url):
            self._spare.append(url)
        else:
            self.drop(url)

    def _emptied(self, url: str) -> bool:
        """Empty a database unless a test has changed more than what is in it, or filled it."""
        import psycopg

        cleaner = self._cleaner(url)
        idle = self.connections.quiet(_name(url))
        try:
            return bool(cleaner.execute("SELECT crm_test.emptied(%s::int[])", (idle,)).fetchone()[0])
        except psycopg.Error:
            return False  # its tables are gone

    def _cleaner(self, url: str) -> Any:
        """Return our own connection to a database."""
        import psycopg

        name = _name(url)
        if name not in self._cleaners:
            bare = sqlalchemy.make_url(url).set(drivername="postgresql")
            self._cleaners[name] = psycopg.connect(
                bare.render_as_string(hide_password=False), autocommit=True
            )
        return self._cleaners[name]

    def _leave(self, name: str) -> None:
        """Close what is open to a database."""
        self.connections.close(name)
        if name in self._cleaners:
            self._cleaners.pop(name).close()

    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database of `ready`; an emptied one is filled, if there is one."""
        made = self.ready()
        postgres_contents.copy(self._cleaner(url), self._cleaner(made))
        return made

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        name = _name(url)
        self._leave(name)
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if name in self._made:
            self._made.remove(name)

    def url_of(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def query(self, url: str, statement: str) -> list[Any]:
        """Ask one of its databases."""
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def close(self) -> None:
        """Remove what was made on it."""
        for name in list(self._made):
            self._leave(name)
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.dispose()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


def _name(url: str) -> str:
    return str(sqlalchemy.make_url(url).database)


class OwnServer:
    """A server process in a folder of its own; it can be stopped and started again."""

    def __init__(self, place: Path, folder: Path) -> None:
        self._place = place
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        # a server refuses to run as root
        self._user: dict[str, Any] = {}
        if os.getuid() == 0:
            self._user = {"user": _somebody(), "extra_groups": []}
            shutil.chown(folder, self._user["user"])
        self._folder.chmod(0o700)
        self.url = URL.create(
            "postgresql+psycopg", username="crm", database="postgres", query={"host": str(folder)}
        )

    def make(self, locale: str = "C") -> None:
        """Make its files, and let somebody watch that they go when we are killed."""
        self._watch = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("server_watch.py")), str(self._folder)],
            stdin=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._call(
            "initdb", "--username=crm", "--auth=trust", "--encoding=UTF8", "--no-sync", f"--locale={locale}",
            "-D", str(self._folder / "data"),
        )  # fmt: skip

    def start(self, ready: bool = True, port: int = 0) -> None:
        """Start it and wait until it answers, or, where nothing need be `ready`, asks for a password.

        With a port it listens there too, on this machine only.
        """
        options = [part for option in _FAST for part in ("-c", option)]
        listening = ["-c", f"listen_addresses={'127.0.0.1' if port else ''}", "-p", str(port or _PORT)]
        command = [
            str(self._place / "postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder),
            *listening, *options,
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                **self._user,
            )
        # the socket's name holds the port
        engine = sqlalchemy.create_engine(
            self.url.update_query_dict({"port": str(port)}) if port else self.url
        )
        until = time.monotonic() + _PATIENCE
        try:
            while True:
                try:
                    engine.connect().close()
                except sqlalchemy.exc.OperationalError as error:
                    if not ready and "password" in str(error):
                        return
                    if self._process.poll() is not None or time.monotonic() > until:
                        log_text = (self._folder / "log").read_text(errors="replace")
                        raise RuntimeError(f"the server did not start:\n{log_text}") from None
                    time.sleep(0.05)
                else:
                    return
        finally:
            engine.dispose()

    def stop(self) -> None:
        """Stop it at once, as a power cut would, but without leaving shared memory behind."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: closes connections, ends
            self._process.wait(_PATIENCE)
            self._process = None

    def remove(self) -> None:
        """Remove its files."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._watch is not None:
            self._watch.communicate()

    def _call(self, name: str, *args: str) -> None:
        done = subprocess.run(
            [str(self._place / name), *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self._folder,
            check=False, **self._user,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout.decode(errors='replace')}")


def _somebody() -> str:
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in known)


@contextmanager
def own_server(locale: str = "C") -> Iterator[OwnServer]:
    """Give a fresh server that belongs to the caller."""
    place = binaries()
    if place is None:
        raise RuntimeError("there are no binaries of a server here")
    # not pytest's folder: the path of a socket may have 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-", dir="/tmp"))
    server = OwnServer(place, folder)
    try:
        server.make(locale)
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Give the server of a test session."""
    given = os.environ.get("CRM_TEST_POSTGRES_URL")
    if given:
        server = PostgresServer(sqlalchemy.make_url(given).set(drivername="postgresql+psycopg"))
        try:
            yield server
        finally:
            server.close()
        return
    with own_server() as own:
        server = PostgresServer(own.url)
        yield server
        server._admin.dispose()
