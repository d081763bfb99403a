"""What is in a test's database on the server: how to empty it, and how to fill it as another one is.

The decision to know: both go on inside databases that are there already, because making one and removing it
costs 25 times as much. Nothing of the program counts on sequences, so rows are all there is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy

from crm.db.tables import metadata

_TABLES = ("interaction_text", *(table.name for table in metadata.sorted_tables))
_LARGE = 2_000_000
"""Bytes of interactions from which a new database is cheaper than an emptied one."""
_SHAPE = (
    "SELECT (SELECT version_num FROM alembic_version) || md5(string_agg(relname || ' ' || attname, ',' "
    "ORDER BY relname, attnum)) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid "
    "WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped"
)
"""The revision, and every column of every table and index."""


def cleaning(connection: sqlalchemy.Connection) -> list[str]:
    """Return what makes a function, outside of the program's schema, that empties a database."""
    settings = connection.exec_driver_sql("SELECT name, value FROM setting").all()
    kept = ", ".join(f"({_quoted(name)}, {_quoted(value)})" for name, value in settings)
    shape = connection.exec_driver_sql(_SHAPE).scalar()
    body = f"""
    CREATE FUNCTION crm_test.emptied(idle int[]) RETURNS boolean LANGUAGE plpgsql
    SET session_replication_role = replica AS $body$
    BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (idle);
        IF ({_SHAPE}) IS DISTINCT FROM {_quoted(shape)}
            OR pg_relation_size('interaction') > {_LARGE} THEN RETURN false; END IF;
        {" ".join(f"DELETE FROM {table};" for table in _TABLES)}
        INSERT INTO setting (name, value) VALUES {kept};
        RETURN true;
    END $body$"""
    return ["CREATE SCHEMA crm_test", body]


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def copy(source: Any, target: Any) -> None:
    """Put every row of one database into another that has nothing but the settings of a new one.

    Both are psycopg's connections, in autocommit; the target's user may do without checks of references.
    """
    with target.transaction():
        target.execute("SET LOCAL session_replication_role = replica")
        target.execute("DELETE FROM setting")
        for table in _TABLES:
            with source.cursor() as one, one.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as rows:
                held = b"".join(bytes(part) for part in rows)
            with target.cursor() as other, other.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as fresh:
                fresh.write(held)
