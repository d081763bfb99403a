"""What a PostgreSQL server needs: connections, the writers' turn, a schema that sorts as SQLite does.

The decision to know: writers take turns at one locked row (the one of `alembic_version`), not at an advisory
lock, because a locked row means the same on one server, behind a connection pooler and on a
PostgreSQL-compatible cluster. It gives what `BEGIN IMMEDIATE` gives in SQLite: whoever reads and then writes
has read the newest there is. Readers never wait: they see one moment (`REPEATABLE READ`).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakSet

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from crm.db import server_urls
from crm.db.tables import metadata
from crm.domain.database_names import SECRETS
from crm.domain.errors import ConfigError, DatabaseError

Result = TypeVar("Result")

PATIENCE = 30
"""Seconds that a writer waits for its turn: an import of 200,000 acts is through by then."""
_TURN = f"SET LOCAL lock_timeout = '{PATIENCE}s'; SELECT version_num FROM alembic_version FOR UPDATE"  # noqa: S608
_POOL = 5
_TRIES = 6
_PAUSE = 0.02
"""Seconds before a second try, doubled each time: 1.2 s in all."""
_TAKEN_BACK = frozenset(("40001", "40P01"))
"""serialization_failure and deadlock_detected, from PostgreSQL's appendix A of error codes."""
_TIDY_PATIENCE = 3
"""Seconds to wait for readers of a table that is written anew; meanwhile new ones wait too."""
_SAVING = "while the server was asked to commit"
"""Is a detail of an error that came then."""
_LOST = re.compile(
    "terminating connection|server closed the connection|connection (?:is|was) (?:lost|closed|reset)|"
    "consuming input failed|shutting down|SSL connection has been closed|connection timed out",
    re.IGNORECASE,
)


def is_server(url: URL) -> bool:
    """Say whether a URL is one of a PostgreSQL server."""
    return url.drivername in server_urls.NAMES


def shown(url: URL) -> str:
    """Return a URL for people: of a password, wherever it stands, one sees only that there is one."""
    secrets = [name for name in url.query if name in SECRETS]
    public = url.difference_update_query(secrets)
    if is_server(url):
        public = public.set(drivername="postgresql")  # whichever driver we use is no matter of theirs
    if secrets:
        public = public.set(password="hidden")  # noqa: S106 - shown as ***
    return public.render_as_string(hide_password=True)


def create(url: URL) -> Engine:
    """Return an engine for a server; connects to nothing yet.

    A connection that died while nobody used it (the server was started again, the laptop slept) is found
    out and replaced before it is used.

    Raises:
        ConfigError: what this needs is not installed.

    """
    try:
        engine = sqlalchemy.create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=_POOL,
            max_overflow=_POOL,
            use_native_hstore=False,  # else each start asks for a type that nothing here uses
            connect_args=server_urls.connecting(url),
        )
    except ImportError:
        raise ConfigError(
            "a database on PostgreSQL needs the package psycopg", "pip install 'crm[postgres]'"
        ) from None
    saving: WeakSet[Connection] = WeakSet()

    @event.listens_for(engine, "commit")
    def when_saving(connection: Connection) -> None:
        if not connection.get_execution_options().get("postgresql_readonly"):
            saving.add(connection)

    @event.listens_for(engine, "handle_error")
    def when_lost(context: ExceptionContext) -> None:
        if not context.is_disconnect:
            return
        context.invalidate_pool_on_disconnect = True  # the server has closed them all
        if context.connection in saving and isinstance(context.sqlalchemy_exception, DBAPIError):
            context.sqlalchemy_exception.add_detail(_SAVING)

    return engine


def reading(connection: Connection) -> Connection:
    """Return the connection set up for a transaction that sees one moment and cannot write."""
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(connection: Connection) -> Connection:
    """Return the connection set up for a transaction that sees what others wrote while it waited."""
    return connection.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)


def take_turn(connection: Connection) -> str:
    """Wait until no other program writes; nobody else does until this transaction ends.

    Returns:
        The database's revision, which cannot change any more.

    Raises:
        DBAPIError: another one wrote for longer than `PATIENCE` (lock_not_available).

    """
    with raw(connection) as cursor:
        # both at once: a server may be 50 ms away
        cursor.execute(_TURN)
        cursor.nextset()
        return str(cursor.fetchone()[0])


def again(once: Callable[[], Result]) -> Result:
    """Run a transaction, and once more when the server took it back for the sake of another one.

    One server makes writers wait instead (`take_turn`); a cluster lets them run and refuses the later commit.
    After its refusal nothing of the transaction is there, so doing it again cannot do it twice.

    Raises:
        DBAPIError: it was refused `_TRIES` times, or something else is wrong.

    """
    for tried in range(1, _TRIES):
        try:
            return once()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _TAKEN_BACK:
                raise
        # by chance, else two that met will meet again
        time.sleep(_PAUSE * 2**tried * random.uniform(0.5, 1.0))  # noqa: S311
    return once()


def take_stock(connection: Connection) -> None:
    """Let the server see how much is in the tables now; it would look by itself a minute or so later.

    Until then it would answer by what it knew before, reading whole tables or looking up every row of them.
    """
    connection.exec_driver_sql(f"ANALYZE {', '.join(_names())}")


def _names() -> list[str]:
    return [*(table.name for table in metadata.sorted_tables), "interaction_text"]


def tidy(engine: Engine) -> None:
    """Write every table anew without what was deleted from it, where the server lets us.

    `CLUSTER` makes a new file of a table and its indexes and removes the old one, unless somebody else reads
    the table. Unlike `VACUUM FULL` it does so within a transaction, to which the shorter patience then
    belongs: a setting of the session would stay behind in a pooler's connection. Otherwise, and for those who
    may not, `VACUUM` lets the server overwrite it later.
    """
    for name in _names():
        try:
            with engine.connect() as plain, writing(plain).begin() as turn:
                turn.connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_TIDY_PATIENCE}s'")
                turn.connection.exec_driver_sql(f"CLUSTER {name} USING {_key_of(turn.connection, name)}")
                turn.connection.exec_driver_sql(f"ANALYZE {name}")
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM (ANALYZE, SKIP_LOCKED) {name}")


def _key_of(connection: Connection, table: str) -> str:
    """Return the name of the index of a table's key."""
    return str(
        connection.exec_driver_sql(
            "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = %s::regclass AND indisprimary",
            (table,),
        ).scalar_one()
    )


@contextmanager
def raw(connection: Connection) -> Iterator[Any]:
    """Give the driver's own cursor, with SQLAlchemy's errors."""
    errors = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(None, None, error, errors, dialect=connection.dialect) from error
    finally:
        cursor.close()


def revision(connection: Connection) -> str | None:
    """Return the revision of our schema, or None where there is none."""
    if not has_tables(connection):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def has_tables(connection: Connection) -> bool:
    """Say whether the database holds a schema of ours."""
    return connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is not None


def check(connection: Connection) -> None:
    """Make sure that a server's database can hold every text.

    Raises:
        DatabaseError: it cannot.

    """
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise DatabaseError(
            f"the database is encoded as {encoding}, which cannot hold every name",
            "make one with: createdb --encoding UTF8 --template template0 NAME",
        )


def settle_schema(connection: Connection) -> None:
    """Give new columns and references what SQLite's have: texts in the order of their bytes, late checks.

    Run after tables were made and after every migration, so that no migration has to think of it.
    """
    columns = connection.exec_driver_sql(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying') "
        "AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version'"
    ).all()
    for table, column, kind in columns:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
    references = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace"
    ).all()
    for table, name in references:
        connection.exec_driver_sql(
            f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY IMMEDIATE'
        )


def explanation(where: str, error: DBAPIError) -> DatabaseError:
    """Turn what a server says into words for its user."""
    state = getattr(error.orig, "sqlstate", None)
    said = " ".join(str(error.orig).split())
    if state == "55P03":
        return DatabaseError(
            "another program is writing to the database", "wait until it has finished, then try again"
        )
    if error.connection_invalidated or state in ("57P01", "57P02", "08006") or _LOST.search(said):
        return _lost(where, error)
    if isinstance(error, DataError):
        return DatabaseError(f"the database {where} does not take a value: {said}", "run crm doctor")
    # without a code: nothing was reached; other errors without one are the driver's, of our own making
    unreached = state is None and isinstance(error, OperationalError)
    if unreached or (state and (state.startswith("28") or state == "3D000")):
        return _not_connected(where, said)
    for begin, message, hint in _STATES:
        if state and state.startswith(begin):
            return DatabaseError(message.format(where=where), hint)
    return DatabaseError(f"the database {where} says: {said}", "run crm doctor")


def _lost(where: str, error: DBAPIError) -> DatabaseError:
    """Say that the connection was lost; in the moment of saving nobody knows which side of it."""
    if _SAVING in error.detail:
        return DatabaseError(
            f"the connection to the server of {where} was lost while saving; all of it was saved, or nothing",
            "look whether it is there before you do it again",
        )
    return DatabaseError(
        f"the connection to the server of {where} was lost; nothing was saved", "try again: crm connects anew"
    )


def stopped_by(error: BaseException) -> BaseException | None:
    """Return the signal or Ctrl-C in whose wake an error came, or None.

    Who is stopped while waiting for the server's answer cannot roll back either: that second error would hide
    the first. The server rolls back by itself when the connection ends.
    """
    cause: BaseException | None = error
    while cause is not None:
        if not isinstance(cause, Exception | GeneratorExit):
            return cause
        cause = cause.__context__
    return None


_STATES = (
    ("53100", "the disk of the server is full, nothing was saved in {where}", "free some space there"),
    ("53300", "the server of {where} takes no more connections", "close other programs that use it"),
    ("57P03", "the server of {where} is starting or stopping", "try again in a moment"),
    ("57014", "the server of {where} broke off the work", "try again"),
    ("40", "another program changed the same at the same time; nothing was saved", "try again"),
    ("25006", "{where} cannot be written: the server is read-only", "name the server that takes writes"),
    ("42501", "the database {where} does not allow that", "ask who runs the server for the right to write"),
)
"""(How the code of the state begins, message, hint), from PostgreSQL's appendix A of error codes."""


def _not_connected(where: str, said: str) -> DatabaseError:
    """Explain why there is no connection: then there is often no code, only the server's words."""
    lower = said.lower()
    if "password" in lower or "authentication" in lower or "no pg_hba.conf entry" in lower:
        return DatabaseError(
            f"the server does not let you in to {where}",
            "check the user and the password in CRM_DATABASE_URL (or ~/.pgpass)",
        )
    if "database" in lower and "does not exist" in lower:
        return DatabaseError(f"there is no database {where}", "make it with createdb, or check its name")
    if "role" in lower and "does not exist" in lower:
        return DatabaseError(f"the server does not know the user of {where}", "check the user's name")
    if "starting up" in lower or "shutting down" in lower:
        return DatabaseError(f"the server of {where} is starting or stopping", "try again in a moment")
    return DatabaseError(
        f"cannot reach the server of {where}: {_reason(said)}", "check that it runs, and its host and port"
    )


def _reason(said: str) -> str:
    """Return the last and most telling part of libpq's sentence."""
    first = said.split("Is the server running")[0].split("Multiple connection attempts")[0]
    return first.removeprefix("connection failed: ").strip() or said
