"""On a PostgreSQL server: the schema, what goes wrong with servers, and many programs at once.

These run whenever there is a server's binaries or CRM_TEST_POSTGRES_URL, whatever the other tests run on.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import postgres_server
import pytest
import sqlalchemy
from clocks import START as NOW

from crm.db import engine, migrate, moving, search, server
from crm.db.store import Store
from crm.domain.errors import ConfigError, DatabaseError
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision
from crm.services import contacts, doctor, editing, forgetting, importing, interactions, searching
from crm.services.contacts import ContactQuery
from crm.services.spooling import Spool

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def bare(postgres):
    """Return the URL of a database with nothing in it."""
    made = postgres.database()
    yield made
    postgres.drop(made)


def schema(postgres, url):
    columns = postgres.query(
        url,
        "SELECT table_name, column_name, data_type, is_nullable, collation_name, "
        "replace(coalesce(column_default, ''), '(', '') FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 2",
    )
    rules = postgres.query(
        url,
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    )
    indexes = postgres.query(
        url, "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    )
    return columns, rules, indexes


def test_the_migrations_make_the_schema_that_a_new_database_has(postgres, url, bare):
    made = engine.create(engine.url_of(bare))
    migrate.upgrade(made)
    made.dispose()
    for migrated, created in zip(schema(postgres, bare), schema(postgres, url), strict=True):
        assert migrated == created
    Store.open(bare).close()


def test_an_older_schema_is_brought_up_to_date_and_keeps_what_it_holds(postgres, bare):
    made = engine.create(engine.url_of(bare))
    migrate.upgrade(made, "0002")
    with made.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO contact (id, name, name_rank, notes, muted, archived, search, created_at, by_user) "
            "VALUES (7, 'Ada', 4, 'kilns', false, false, 'ada', 0, true)"
        )
    made.dispose()
    store = Store.open(bare, now=lambda: NOW)
    assert store.read(contacts.show, 7).notes == "kilns"
    assert store.write(editing.add, "Bo", ()) == 8
    store.close()
    assert postgres.query(bare, "SELECT version_num FROM alembic_version") == [(migrate.head(),)]


def test_a_newer_database_is_refused_untouched_also_by_a_program_that_has_it_open(postgres, url, store):
    admin = sqlalchemy.create_engine(url)
    with admin.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    admin.dispose()
    before = schema(postgres, url)
    with pytest.raises(DatabaseError, match="newer crm"):
        Store.open(url)
    with pytest.raises(DatabaseError, match="newer crm"):
        store.write(editing.add, "Ada", ())
    assert schema(postgres, url) == before


def test_a_database_of_no_crm_is_not_filled_unless_asked(bare):
    with pytest.raises(DatabaseError, match="nothing of crm"):
        Store.open(bare, create=False)


def test_names_sort_by_their_letters_as_in_sqlite_whatever_the_server_thinks(store, tmp_path):
    names = ["Zoë", "adam", "Ärger", "Éva", "_x", "zed", "Bo", "bo-b", "bob", "李", "ß", "Øre"]
    sqlite = Store.open(tmp_path / "crm.db", now=lambda: NOW)
    for each in (store, sqlite):
        for name in names:
            each.write(editing.add, name, ())
    found = [
        [view.name for view in each.read(contacts.list_contacts, ContactQuery())] for each in (store, sqlite)
    ]
    assert found[0] == found[1]
    sqlite.close()


TEXTS = [
    "Did you ever finish the essay on kilns?",
    "Éclair au café, naïve façade",
    "see https://example.org/a-b_c?q=1 and mail ada@example.org",
    "well-known, don't, C++ and C#, 3.14",
    "ÅNGSTRÖM straße İstanbul",
    "漢字かな交じり文 と 😀",
    "x " * 3000 + "needle",
    "a" * 5000 + " end",
    "it's a 'quoted' \\ backslash : colon & and | or ! not <-> (x)",
    "",
]
ASKED = ["essay", "kil", "cafe", "CAFÉ", "naive fac", "example", "example.org", "a-b", "ada@exa", "don't",
         "c++", "3.14", "angstrom", "漢字", "かな", "needle", "end", "aaaa", "it's", "' & !", ":*",
         "back col", "quoted:*", "essay | kilns", "nothing of this"]  # fmt: skip


def test_words_are_found_as_in_sqlite(store, tmp_path):
    sqlite = Store.open(tmp_path / "crm.db", now=lambda: NOW)
    for each in (store, sqlite):
        ada = each.write(editing.add, "Ada", ("x:ada",))
        for text in TEXTS:
            each.write(interactions.log, ada, text or None)
    for words in ASKED:
        found = [
            [hit.interaction.text for hit in each.read(searching.search, words).hits]
            for each in (store, sqlite)
        ]
        assert found[0] == found[1], words
    assert store.read(searching.search, "essay").hits
    assert store.write(lambda work: search.intact(work.connection))
    sqlite.close()


def test_a_full_text_that_differs_is_noticed(store):
    ada = store.write(editing.add, "Ada", ("x:ada",))
    store.write(interactions.log, ada, "about kilns")
    change = "UPDATE interaction_text SET words = 'pots'::tsvector"
    store.write(lambda work: work.connection.exec_driver_sql(change))
    assert not store.write(lambda work: search.intact(work.connection))
    store.write(lambda work: search.rebuild(work.connection))
    assert store.write(lambda work: search.intact(work.connection))


def environment(url: str, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "HOME": str(home),
        "CRM_DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
    }  # fmt: skip


def crm_on(url: str, home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crm", *args], env=environment(url, home), cwd=home, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip


# --- what goes wrong with servers


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"database": "no_such_database"}, "there is no database"),
        ({"query": {"host": "/nowhere"}}, "cannot reach the server"),
        ({"query": {}, "host": "127.0.0.1", "port": 1}, "cannot reach the server"),
        ({"username": "nobody_here"}, "does not know the user"),
    ],
)
def test_a_server_that_cannot_be_used_is_explained_without_the_password(postgres, url, change, said):
    if os.environ.get("CRM_TEST_POSTGRES_URL"):
        pytest.skip("needs a server without passwords")
    given = sqlalchemy.make_url(url).set(password="s3cret", **change)
    with pytest.raises(DatabaseError, match=said) as caught:
        Store.open(given.render_as_string(hide_password=False))
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_a_wrong_password_says_so_and_does_not_repeat_it():
    if postgres_server.binaries() is None:
        pytest.skip("needs a server of its own")
    with postgres_server.own_server() as own:
        rules = own._folder / "data" / "pg_hba.conf"
        store_url = own.url.set(password="s3cret").render_as_string(hide_password=False)
        admin = sqlalchemy.create_engine(own.url)
        with admin.begin() as connection:
            connection.exec_driver_sql("ALTER ROLE crm PASSWORD 'right'")
        admin.dispose()
        rules.write_text("local all all scram-sha-256\n")
        own.stop()
        own.start(ready=False)
        with pytest.raises(DatabaseError, match="does not let you in") as caught:
            Store.open(store_url)
        assert "s3cret" not in f"{caught.value} {caught.value.hint}"
        store = Store.open(store_url.replace("s3cret", "right"))
        assert "right" not in store.url
        store.close()


def test_a_wrong_password_over_the_network_ends_the_command_with_6(tmp_path):
    if postgres_server.binaries() is None:
        pytest.skip("needs a server of its own")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with postgres_server.own_server() as own:
        admin = sqlalchemy.create_engine(own.url)
        with admin.begin() as connection:
            connection.exec_driver_sql("ALTER ROLE crm PASSWORD 'right'")
        admin.dispose()
        (own._folder / "data" / "pg_hba.conf").write_text(
            "host all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n"
        )
        own.stop()
        own.start(port=port)
        place = f"127.0.0.1:{port}/postgres"
        wrong = crm_on(f"postgresql://crm:s3cret@{place}", tmp_path, "contacts")
        assert (wrong.returncode, wrong.stdout) == (6, "")
        assert "does not let you in" in wrong.stderr
        assert "s3cret" not in wrong.stderr
        assert crm_on(f"postgresql://crm:right@{place}", tmp_path, "add", "Ada").returncode == 0
        passes = tmp_path / ".pgpass"
        passes.write_text(f"127.0.0.1:{port}:*:crm:right\n")
        passes.chmod(0o600)
        assert "Ada" in crm_on(f"postgresql://crm@{place}", tmp_path, "contacts").stdout


def test_a_password_in_the_query_is_not_shown_either():
    url = engine.url_of("postgresql://ada@localhost/crm?password=s3cret&sslmode=require")
    assert server.shown(url) == "postgresql://ada:***@localhost/crm?sslmode=require"


def test_a_broken_url_is_not_repeated():
    with pytest.raises(DatabaseError) as caught:
        Store.open("postgresql://ada:s3cret@[::1/crm")
    assert "s3cret" not in str(caught.value)


def test_without_the_driver_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match="psycopg") as caught:
        Store.open("postgresql://localhost/crm")
    assert caught.value.hint == "pip install 'crm[postgres]'"


def test_a_server_that_was_started_again_costs_at_most_one_error():
    if postgres_server.binaries() is None:
        pytest.skip("needs a server of its own")
    with postgres_server.own_server() as own:
        store = Store.open(own.url.render_as_string(hide_password=False), now=lambda: NOW)
        store.write(editing.add, "Ada", ())

        def interrupted(work):
            editing.add(work, "Bo", ())
            own.stop()
            editing.add(work, "Cy", ())

        with pytest.raises(DatabaseError, match="was lost"):
            store.write(interrupted)
        with pytest.raises(DatabaseError, match="cannot reach the server"):
            store.read(contacts.count)
        own.start()
        assert store.read(contacts.count) == 1
        store.write(editing.add, "Bo", ())
        own.stop()
        own.start()
        assert store.read(contacts.count) == 2, "an idle connection that died is replaced unseen"
        store.close()


def test_readers_cannot_write_and_see_one_moment(store, url):
    with pytest.raises(DatabaseError):
        store.read(editing.add, "Ada", ())
    other = Store.open(url, now=lambda: NOW)

    def look(work):
        before = contacts.count(work)
        other.write(editing.add, "Bo", ())
        return before, contacts.count(work)

    assert store.read(look) == (0, 0)
    assert store.read(contacts.count) == 1
    other.close()


def test_a_writer_that_waits_too_long_is_told(store, url, monkeypatch):
    monkeypatch.setattr(server, "_TURN", server._TURN.replace(f"{server.PATIENCE}s", "200ms"))
    other = Store.open(url, now=lambda: NOW)

    def slowly(work):
        with pytest.raises(DatabaseError, match="another program is writing"):
            other.write(editing.add, "Bo", ())
        return editing.add(work, "Ada", ())

    store.write(slowly)
    other.write(editing.add, "Bo", ())
    assert store.read(contacts.count) == 2
    other.close()


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_change_that_the_server_takes_back_for_another_one_is_made_again(store, monkeypatch, code):
    monkeypatch.setattr(server, "_PAUSE", 0.001)
    tried = []

    def add(work, refusals):
        tried.append(editing.add(work, "Ada", ()))
        if len(tried) <= refusals:
            refuse = f"DO $$ BEGIN RAISE EXCEPTION 'taken back' USING ERRCODE = '{code}'; END $$"
            work.connection.exec_driver_sql(refuse)
        return len(tried)

    assert store.write(add, 3) == 4
    assert store.read(contacts.count) == 1
    tried.clear()
    with pytest.raises(DatabaseError, match="another program changed the same"):
        store.write(add, 99)
    assert len(tried) == server._TRIES
    assert store.read(contacts.count) == 1


def test_what_else_goes_wrong_is_not_tried_again(store):
    tried = []

    def add(work):
        tried.append(editing.add(work, "Ada", ()))
        work.connection.exec_driver_sql("SELECT 1 / 0")

    with pytest.raises(DatabaseError):
        store.write(add)
    assert len(tried) == 1
    assert store.read(contacts.count) == 0


def test_nothing_of_a_forgotten_contact_is_left_in_the_tables_files():
    if postgres_server.binaries() is None:
        pytest.skip("needs a server of its own")
    with postgres_server.own_server() as own:
        store = Store.open(own.url.render_as_string(hide_password=False), now=lambda: NOW)
        store.write(editing.add, "Ada Byron", ())
        key = store.write(editing.add, "Zephyrine", ("x:zephyrine",))
        store.write(interactions.log, key, "About porcelain and celadon.")
        admin = postgres_server.PostgresServer(own.url)

        def files():
            admin._run("CHECKPOINT")
            return b"".join(f.read_bytes() for f in (own._folder / "data" / "base").rglob("*") if f.is_file())

        assert b"porcelain" in files()
        done = forgetting.forget(store, key)
        assert done.on_server
        left = files().lower()
        for word in (b"zephyrine", b"porcelain", b"celadon"):
            assert word not in left
        assert store.read(contacts.count) == 1
        assert all(finding.ok for finding in doctor.examine(store))
        admin._admin.dispose()
        store.close()


def test_forgetting_does_not_wait_for_long_for_somebody_who_reads(store, url, monkeypatch):
    monkeypatch.setattr(server, "_TIDY_PATIENCE", 0.1)
    key = store.write(editing.add, "Zephyrine", ("x:zephyrine",))
    reader = Store.open(url, now=lambda: NOW)

    def while_read(work):
        contacts.count(work)
        return forgetting.forget(store, key)

    assert reader.read(while_read).name == "Zephyrine"
    assert store.read(contacts.count) == 0
    reader.close()


def test_a_large_import_tells_the_server_how_much_there_is(store, postgres, url, monkeypatch):
    asked = "SELECT reltuples::int FROM pg_class WHERE relname = 'interaction'"
    monkeypatch.setattr(importing, "_MANY", 1000)
    _import_many(url, "ada", 1500)
    assert postgres.query(url, asked) == [(1500,)]


def test_a_copy_that_is_killed_leaves_the_target_empty_and_can_be_made_again(bare, tmp_path):
    source = f"sqlite:///{tmp_path / 'crm.db'}"
    _import_many(source, "ada", 10_000)
    Store.open(bare).close()

    def begun(to: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "crm", "--db", source, "copy", "--to", to]
        return subprocess.Popen(
            command, env=environment(bare, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    start = time.monotonic()
    assert begun(f"sqlite:///{tmp_path / 'elsewhere.db'}").wait(60) == 0
    took = time.monotonic() - start
    killed = 0
    for part in (0.4, 0.6, 0.8):
        one = begun(bare)
        time.sleep(took * part)
        killed += one.poll() is None
        one.kill()
        one.wait()
        store = Store.open(bare)
        found = store.read(contacts.count)
        assert found in (0, 50)
        if found:  # it was quicker than the one before
            break
        assert store.read(lambda work: moving.is_empty(work.connection))
        store.close()
    else:
        assert killed == 3
        assert begun(bare).wait(60) == 0
        store = Store.open(bare)
    assert len(store.read(searching.search, "says 9999").hits) == 1
    store.close()


START = """
import sys, time
sys.path.insert(0, {folder!r})
import postgres_server
with postgres_server.own_server() as own:
    print(own._folder, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_of_tests_goes_with_whoever_started_it(number):
    if postgres_server.binaries() is None:
        pytest.skip("needs a server of its own")
    code = START.format(folder=str(Path(postgres_server.__file__).parent))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        server_process = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        starter.send_signal(number)
    until = time.monotonic() + 30
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()
    shown = subprocess.run(["ps", "-o", "state=", "-p", str(server_process)], capture_output=True, text=True)
    assert shown.stdout.strip() in ("", "Z"), "ended, if not yet noticed by its parent"


# --- many programs at once


def _open_many(url: str) -> None:
    store = Store.open(url)
    store.write(editing.add, f"from {os.getpid()}", ())
    store.close()


def test_four_first_starts_at_once_make_one_database(bare):
    context = multiprocessing.get_context("spawn")
    starts = [context.Process(target=_open_many, args=(bare,)) for _ in range(4)]
    for each in starts:
        each.start()
    for each in starts:
        each.join(300)
    assert [each.exitcode for each in starts] == [0, 0, 0, 0]
    store = Store.open(bare)
    assert store.read(contacts.count) == 4
    store.close()


def _count_up(url: str, key: int, times: int) -> None:
    store = Store.open(url)

    def add_one(work):
        notes = contacts.show(work, key).notes
        editing.edit(work, [key], editing.Edits(notes=str(int(notes) + 1)))

    for _ in range(times):
        store.write(add_one)
    store.close()


def test_no_update_is_lost_when_four_programs_read_and_write_the_same(store, url):
    key = store.write(editing.add, "Counter", ())
    store.write(editing.edit, [key], editing.Edits(notes="0"))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_count_up, args=(url, key, 200)) for _ in range(4)]
    for each in writers:
        each.start()
    seen = [0]
    while any(each.is_alive() for each in writers):
        seen.append(int(store.read(contacts.show, key).notes))  # a screen that looks while they write
        time.sleep(0.02)
    for each in writers:
        each.join(300)
    assert [each.exitcode for each in writers] == [0, 0, 0, 0]
    assert store.read(contacts.show, key).notes == "800"
    assert seen == sorted(seen)


def _import_many(url: str, who: str, number: int) -> None:
    store = Store.open(url, now=lambda: NOW)
    records = [
        InteractionRecord(
            platform="x", external_id=f"{who}:{n}", who=IdentityRef("x", f"{who}{n % 50}"),
            at=1_700_000_000_000_000 + n * 1_000_000, direction=Direction("in"), kind=Kind("message"),
            text=f"{who} says {n}", precision=Precision.SECOND,
        )
        for n in range(number)
    ]  # fmt: skip
    with Spool() as spool:
        spool.fill(records, lambda _: None, lambda: False)
        store.write(importing.write_run, "x", f"{who}.zip", spool)
    store.close()


def test_two_imports_at_once_both_arrive_whole(store, url):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_import_many, args=(url, who, 3000)) for who in ("ada", "bo")]
    for each in both:
        each.start()
    for each in both:
        each.join(120)
    assert [each.exitcode for each in both] == [0, 0]
    assert store.read(contacts.count) == 100
    assert all(finding.ok for finding in doctor.examine(store))
    assert len(store.read(searching.search, "says 2999").hits) == 2


def test_the_command_line_works_on_a_server_and_says_what_is_wrong_with_one(url, tmp_path):
    assert crm_on(url, tmp_path, "add", "Ada Byron", "x:ada").returncode == 0
    assert "Ada Byron" in crm_on(url, tmp_path, "contacts").stdout
    assert crm_on(url, tmp_path, "doctor").returncode == 0
    answer = crm_on("postgresql://ada:s3cret@127.0.0.1:1/crm", tmp_path, "contacts")
    assert answer.returncode == 6
    assert "s3cret" not in answer.stdout + answer.stderr
    assert "cannot reach the server" in answer.stderr
