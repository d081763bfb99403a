"""Bringing a database to the newest schema: alone, safely, and only when it is behind.

Three things make it safe, each measured to matter: foreign keys off before the transaction begins (else
Alembic's batch mode, dropping the old table, deletes every row that cascades), one real transaction over all
steps (else a failed upgrade leaves half of itself behind), and `foreign_key_check` before the commit. On
PostgreSQL changes of the schema are part of a transaction like any other, so one that fails leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from crm.db import search, server
from crm.db.engine import APPLICATION_ID
from crm.db.tables import complete, metadata
from crm.domain.errors import DatabaseError


def scripts() -> Path:
    """Return the folder of the migrations: inside an installed package, else in the checkout.

    Raises:
        DatabaseError: the installation lacks them.

    """
    here = Path(__file__).resolve()
    for folder in (here.parent / "_migrations", here.parents[2] / "migrations"):
        if (folder / "versions").is_dir():
            return folder
    raise DatabaseError("this installation has no migrations", "install the program again")


def head() -> str:
    """Return the newest revision. Files are `0007_what_it_does.py`, so no Alembic is needed to know."""
    return max(file.name[:4] for file in (scripts() / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def is_known(found: str) -> bool:
    """Say whether there is a revision of this name."""
    return any(file.name[:4] == found for file in (scripts() / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def revision(connection: Connection) -> str | None:
    """Return the database's revision, or None where there are no tables of ours."""
    if connection.dialect.name != "sqlite":
        return server.revision(connection)
    if connection.dialect.has_table(connection, "alembic_version"):
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
    return None


def create(connection: Connection) -> None:
    """Make the newest schema in an empty database; a test proves it equals the migrations' result."""
    # first what two starts at once cannot both make: on a server the second one waits here for the first
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})
    complete(connection.dialect.name)
    metadata.create_all(connection, checkfirst=False)
    search.create(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    else:
        server.settle_schema(connection)


def create_at_once(engine: Engine) -> None:
    """Make the newest schema on a server, unless another program is quicker."""
    try:
        with engine.connect() as connection, connection.begin():
            create(connection)
    except DBAPIError:
        with engine.connect() as connection, connection.begin():
            if not server.has_tables(connection):
                raise


@contextmanager
def writing(engine: Engine, waiting: Callable[[], None] | None = None) -> Iterator[Connection]:
    """Give a transaction for which every other writer waits.

    Args:
        engine: the database.
        waiting: is called once when another program has been writing for a while (SQLite).

    Raises:
        DatabaseError: a newer program has changed the schema since the database was opened.

    """
    with engine.connect() as plain:
        if engine.dialect.name == "sqlite":
            connection = plain.execution_options(begin="IMMEDIATE", waiting=waiting)
            with connection.begin():
                yield connection
        else:
            connection = server.writing(plain)
            with connection.begin():
                check(server.take_turn(connection))
                yield connection


def check(found: str | None) -> bool:
    """Say whether a database of this revision must be upgraded.

    Raises:
        DatabaseError: a newer program made it.

    """
    newest = head()
    if found is not None and found > newest:
        raise DatabaseError(
            f"this database was made by a newer crm (schema {found}, this one knows {newest})",
            "install the newest crm; nothing was changed",
        )
    return found != newest


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run every missing migration in one transaction; all of them happen, or none.

    Args:
        engine: the database.
        to: the revision to stop at; a database that has it already is left alone.

    Raises:
        DatabaseError: the result would leave rows pointing at nothing; nothing was changed.

    """
    if engine.dialect.name != "sqlite":
        with engine.connect() as plain, plain.begin():
            if server.has_tables(plain):
                server.take_turn(plain)
            if check(revision(plain)):  # another start may have done it while we waited
                _run(plain, to)
                server.settle_schema(plain)
        return
    with engine.connect().execution_options(begin="IMMEDIATE") as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")  # no effect inside a transaction
        cursor.close()
        try:
            with connection.begin():
                if check(revision(connection)):
                    _run(connection, to)
                    _check_foreign_keys(connection)
        finally:
            connection.invalidate()  # this one had its foreign keys off


def _run(connection: Connection, to: str) -> None:
    from alembic import command  # costs a third of a second, needed once per release
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseError(
            f"the upgrade would leave rows of {broken[0]} without what they belong to",
            "nothing was changed; please report this with the output of crm doctor",
        )
