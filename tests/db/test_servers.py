"""Servers as they are found outside: named in every way, behind a pooler, lost at the worst moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

import postgres_server
import pytest
import sqlalchemy
from clocks import START as NOW
from hypothesis import given
from hypothesis import strategies as st

from crm.db import engine, server
from crm.db.store import Store
from crm.domain.errors import CrmError, DatabaseError
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision
from crm.services import contacts, doctor, editing, forgetting, importing, interactions, searching
from crm.services.spooling import Spool


def told(url: str) -> dict[str, object]:
    """Return what the driver is told for a URL, without what the program adds."""
    made = engine.create(engine.url_of(url))
    _, options = made.dialect.create_connect_args(made.url)
    options.pop("context", None)
    return options


# --- URLs


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://h/db", {"host": "h", "dbname": "db"}),
        ("postgres://u@h:6000/db", {"host": "h", "port": 6000, "dbname": "db", "user": "u"}),
        ("PostgreSQL://h/db", {"host": "h", "dbname": "db"}),
        ("postgresql:///db?host=/run/pg", {"host": "/run/pg", "dbname": "db"}),
        ("postgresql://%2Frun%2Fpg/db", {"host": "/run/pg", "dbname": "db"}),
        ("postgresql://%2Frun%2Fpg:6000/db", {"host": "/run/pg", "port": "6000", "dbname": "db"}),
        ("postgresql://[::1]:6000/db", {"host": "::1", "port": 6000, "dbname": "db"}),
        ("postgresql://h/my%20db", {"host": "h", "dbname": "my db"}),
        ("postgresql://u%40x:p%40%2F%3A%25@h/db",
         {"host": "h", "dbname": "db", "user": "u@x", "password": "p@/:%"}),
        ("postgresql://u:a/b?c#d@h/db", {"host": "h", "dbname": "db", "user": "u", "password": "a/b?c#d"}),
        ("postgresql://u:p@one:6000,two:6001/db?target_session_attrs=read-write",
         {"host": "one,two", "port": "6000,6001", "dbname": "db", "user": "u", "password": "p",
          "target_session_attrs": "read-write"}),
        ("postgresql://one,two/db", {"host": "one,two", "dbname": "db"}),
        ("postgresql://", {}),
    ],
)  # fmt: skip
def test_a_url_means_what_it_means_to_psql(url, expected):
    if expected.get("port") is None and "," in str(expected.get("host")):
        found = told(url)
        assert str(found.pop("port", "")).strip(",") == ""
        assert found == expected
    else:
        assert told(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3@cret@h/db",
        "postgresql:/u:s3cret@h/db",
        "postgresql:u:s3cret@h/db",
        "postgres:/u:s3cret@h/db",
        "postgresql://u:s3cret@h:port/db",
        "postgresql://u:s3cret@[::1/db",
        "postgresql://u:s3cret@h:1,k:port/db",
        "postgresql+psycopg2://u:s3cret@h/db",
        "postgresql://u:s3cret@127.0.0.1:99999/db",
        "postgresql://u:s3cret@127.0.0.1:1/db?sslmode=bogus",
        "postgresql://u:s3cret@127.0.0.1:1/db?bogus=1",
        "postgresql://u@127.0.0.1:1/db?password=s3cret&bogus=1",
        "postgresql://u:s3cret@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=/nowhere",
        "postgresql://u:s3cret@127.0.0.1:1,127.0.0.1:2/db?target_session_attrs=read-write",
    ],
)
def test_no_error_repeats_a_password_and_no_mistake_becomes_a_file(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CrmError) as caught:
        Store.open(url)
    said = f"{caught.value} {caught.value.hint}"
    assert "cret" not in said
    assert said.strip()
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_every_password_arrives_as_it_is_and_is_never_shown(password):
    url = sqlalchemy.URL.create(
        "postgresql", "ada", password=password, host="h", database="db"
    ).render_as_string(hide_password=False)
    found = engine.url_of(url)
    assert found.password == password
    assert server.shown(found) == "postgresql://ada:***@h/db"


def test_what_a_url_says_about_connecting_stays_and_the_rest_is_usual(monkeypatch):
    asked = {}

    def connect(*_, **options):
        asked.update(options)
        raise KeyboardInterrupt

    monkeypatch.setattr("psycopg.connect", connect)
    url = "postgresql://h/db?connect_timeout=77&application_name=mine&keepalives_idle=5"
    with pytest.raises(KeyboardInterrupt):
        engine.create(engine.url_of(url)).connect()
    assert (asked["connect_timeout"], asked["application_name"], asked["keepalives_idle"]) == (
        "77", "mine", "5"
    )  # fmt: skip
    assert asked["prepare_threshold"] is None
    assert asked["tcp_user_timeout"] > 0


# --- lost


_DIES = """
CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON contact DEFERRABLE INITIALLY {when}
FOR EACH ROW EXECUTE FUNCTION dies()
"""


@pytest.mark.parametrize(("when", "said"), [("IMMEDIATE", "nothing was saved"), ("DEFERRED", "or nothing")])
def test_a_connection_lost_while_saving_is_told_from_one_lost_before(store, url, when, said):
    admin = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with admin.begin() as connection:
        connection.exec_driver_sql(_DIES.format(when=when))
    with pytest.raises(DatabaseError, match="was lost") as caught:
        store.write(editing.add, "Ada", ())
    assert said in str(caught.value)
    assert store.read(contacts.count) == 0, "and the next one connects anew"


# --- behind a pooler


_SETTINGS = """
[databases]
* = host={folder}
[pgbouncer]
unix_socket_dir = {folder}
listen_addr =
listen_port = 6432
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
max_client_conn = 50
ignore_startup_parameters = extra_float_digits
server_reset_query =
logfile = {folder}/pooler.log
"""


@contextmanager
def pooler():
    """Give a URL of a PgBouncer that hands the server's connections over after every transaction."""
    program = os.environ.get("CRM_TEST_PGBOUNCER") or shutil.which("pgbouncer")
    if program is None or postgres_server.binaries() is None:
        pytest.skip("there is no PgBouncer here")
    with postgres_server.own_server() as own:
        place = own._folder
        (place / "pooler.ini").write_text(_SETTINGS.format(folder=place))
        (place / "users").write_text('"crm" ""\n')
        command = [program, str(place / "pooler.ini")]
        with (place / "pooler.out").open("wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **own._user)
        try:
            given = own.url.update_query_dict({"port": "6432"})
            while not (place / ".s.PGSQL.6432").exists():
                assert process.poll() is None, (place / "pooler.out").read_text()
                time.sleep(0.02)
            yield given.render_as_string(hide_password=False)
        finally:
            process.terminate()
            process.wait()


def records(number: int) -> list[InteractionRecord]:
    return [
        InteractionRecord(
            platform="x", external_id=f"{n}", who=IdentityRef("x", f"ada{n % 50}"),
            at=1_700_000_000_000_000 + n * 1_000_000, direction=Direction("in"), kind=Kind("message"),
            text=f"says {n}", precision=Precision.SECOND,
        )
        for n in range(number)
    ]  # fmt: skip


def test_behind_a_pooler_all_works_and_no_connection_is_left_changed():
    with pooler() as url:
        asked = (
            "SELECT name, setting FROM pg_settings WHERE (source = 'session' OR name = 'lock_timeout') "
            "AND name <> 'application_name'"  # which the pooler itself hands over
        )
        watch = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")

        def settings() -> set[tuple[str, ...]]:
            return {tuple(row) for _ in range(5) for row in watch.connect().exec_driver_sql(asked)}

        before = settings()
        stores = [Store.open(url, now=lambda: NOW) for _ in range(4)]
        with Spool() as spool:
            spool.fill(records(3000), lambda _: None, lambda: False)
            stores[0].write(importing.write_run, "x", "export.zip", spool)
        for number in range(20):
            key = stores[number % 4].write(editing.add, f"Zephyrine {number}", ())
            stores[(number + 1) % 4].write(interactions.log, key, "About porcelain.")
        assert {store.read(contacts.count) for store in stores} == {70}
        assert len(stores[2].read(searching.search, "porcelain").hits) == 20
        assert forgetting.forget(stores[3], key).name == "Zephyrine 19"
        assert all(finding.ok for finding in doctor.examine(stores[1]))
        assert settings() == before
        for store in stores:
            store.close()
        watch.dispose()
