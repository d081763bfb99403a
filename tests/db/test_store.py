"""The database is made whole, opened carefully, upgraded in one step, and private."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from crm.db import migrate
from crm.db.engine import create, url_of
from crm.db.store import Store
from crm.db.tables import metadata
from crm.domain.errors import ConfigError, DatabaseError
from crm.services import backups, contacts, editing, interactions

pytestmark = pytest.mark.sqlite(
    reason="its files, pragmas and locks; test_postgresql.py has what a server does"
)


def schema(file: Path) -> dict[str, str]:
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows}


def columns(file: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(file) as connection:
        return {
            name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            for name in metadata.tables
        }


def counts(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in metadata.tables
        }


def indexes(file: Path) -> set[tuple[str, str]]:
    with sqlite3.connect(file) as connection:
        return {
            (table, ",".join(row[2] or "" for row in connection.execute(f"PRAGMA index_info('{index[1]}')")))
            for table in metadata.tables
            for index in connection.execute(f"PRAGMA index_list('{table}')")
        }


def make_empty(file: Path) -> sqlalchemy.Engine:
    file.touch(0o600)
    return create(url_of(file))


def test_the_migrations_give_the_schema_that_a_fresh_database_has(tmp_path):
    Store.open(tmp_path / "fresh.db").close()
    engine = make_empty(tmp_path / "migrated.db")
    migrate.upgrade(engine)
    engine.dispose()
    fresh, migrated = tmp_path / "fresh.db", tmp_path / "migrated.db"
    assert columns(migrated) == columns(fresh)
    assert indexes(migrated) == indexes(fresh)
    assert schema(migrated)["interaction_text"] == schema(fresh)["interaction_text"]
    Store.open(migrated).close()


def test_a_fresh_database_and_all_around_it_is_private(tmp_path):
    old = os.umask(0)
    try:
        store = Store.open(tmp_path / "a" / "b" / "crm.db")
        store.write(editing.add, "Ada")
        backups.backup(store)
        for path in (tmp_path / "a").rglob("*"):
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path
        store.close()
    finally:
        os.umask(old)


@pytest.mark.parametrize("name", ["q?x.db", "p%41.db", "with space.db", "#.db", "ü🦊.db", "file:x.db"])
def test_the_exact_file_is_used_whatever_its_name(tmp_path, name):
    Store.open(tmp_path / name).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_missing_database_is_not_made_when_it_must_exist(tmp_path):
    with pytest.raises(DatabaseError, match="there is no database"):
        Store.open(tmp_path / "gone.db", create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"Dear diary, " * 20, "is not a database"), (b"\0" * 4096, "is not a database")],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content, said):
    file = tmp_path / "crm.db"
    file.write_bytes(content)
    with pytest.raises(DatabaseError, match=said) as caught:
        Store.open(file)
    assert caught.value.hint
    assert file.read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE songs (id)")
    with pytest.raises(DatabaseError, match="another program"):
        Store.open(tmp_path / "other.db")


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path):
    file = tmp_path / "crm.db"
    Store.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(DatabaseError, match="newer crm"):
        Store.open(file)
    assert file.read_bytes() == before


def test_damaged_pages_give_clear_words(tmp_path):
    file = tmp_path / "crm.db"
    store = Store.open(file)
    for number in range(200):
        store.write(editing.add, f"Person {number}")
    store.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(DatabaseError, match="damaged"):
        opened = Store.open(file)
        opened.read(contacts.list_contacts, contacts.ContactQuery())


@pytest.fixture
def behind(tmp_path) -> Path:
    """A database of an older schema, with rows that a careless upgrade would lose."""
    file = tmp_path / "crm.db"
    store = Store.open(file)
    ada = store.write(editing.add, "Ada", ["x:ada"])
    store.write(editing.edit, [ada], editing.Edits(add_tags=("a", "b")))
    store.write(interactions.log, ada, "hello")
    store.close()
    return file


STEP = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("contact", recreate="always") as batch:
        batch.add_column(sa.Column("shoe_size", sa.Integer))
    {then}
"""


@pytest.fixture
def with_step(tmp_path, monkeypatch):
    """Return a function that adds a migration to a copy of the scripts."""

    head = migrate.head()

    def make(then: str = "pass") -> None:
        folder = tmp_path / "migrations"
        if not folder.exists():
            shutil.copytree(migrate.scripts(), folder)
        (folder / "versions" / "9000_step.py").write_text(STEP.format(then=then, head=head))
        monkeypatch.setattr(migrate, "scripts", lambda: folder)

    return make


def test_rebuilding_a_table_keeps_every_row_that_hangs_on_it(behind, with_step):
    with_step()
    with sqlite3.connect(behind) as connection:  # R094: rows that go with the old table if nobody minds
        tags = [(f"tag{number:05}",) for number in range(10_000)]
        connection.executemany("INSERT INTO contact_tag (contact_id, tag) VALUES (1, ?)", tags)
    connection.close()
    before = counts(behind)
    store = Store.open(behind)
    assert store.read(lambda work: work.connection.exec_driver_sql("PRAGMA foreign_keys").scalar()) == 1
    assert counts(behind) == before
    detail = store.read(contacts.show, 1)
    assert detail.contact.tags == ("a", "b", *(tag for (tag,) in tags))
    assert len(detail.interactions) == 1
    assert "shoe_size" in {row[0] for row in columns(behind)["contact"]}
    store.close()


def test_an_upgrade_makes_a_backup_first(behind, with_step):
    with_step()
    Store.open(behind).close()
    [backup] = (behind.parent / "backups").glob("*before-upgrade*.db")
    assert "shoe_size" not in {row[0] for row in columns(backup)["contact"]}
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def dump(file: Path) -> list[str]:
    """Return schema, version and every row, as SQL."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def test_a_failing_upgrade_changes_nothing_and_the_next_start_succeeds(behind, with_step):  # R092
    with_step("raise RuntimeError('half-way')")
    before = dump(behind)
    assert any(line.startswith('INSERT INTO "alembic_version"') for line in before)
    with pytest.raises(RuntimeError, match="half-way"):
        Store.open(behind)
    assert dump(behind) == before
    with_step()
    store = Store.open(behind)
    assert store.read(contacts.show, 1).contact.name == "Ada"
    store.close()
    assert "extra" in schema(behind)


def test_an_upgrade_that_would_orphan_rows_is_refused(behind, with_step):
    with_step("op.execute('DELETE FROM contact')")
    with pytest.raises(DatabaseError, match="without what they belong to"):
        Store.open(behind)
    with sqlite3.connect(behind) as connection:
        assert connection.execute("SELECT count(*) FROM contact").fetchone() == (1,)


def _open(path: str) -> None:
    Store.open(path).close()


def test_four_first_starts_at_once_all_succeed(tmp_path):
    context = multiprocessing.get_context("spawn")
    starts = [context.Process(target=_open, args=(str(tmp_path / "crm.db"),)) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert [start.exitcode for start in starts] == [0] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["crm.db"]


def test_a_backup_is_whole_also_while_others_write(tmp_path):
    store = Store.open(tmp_path / "crm.db")
    store.write(editing.add, "Ada")
    copy = backups.backup(store, tmp_path / "copy.db")
    store.write(editing.add, "Bo")
    opened = Store.open(copy)
    assert opened.read(contacts.count) == 1
    opened.close()
    with pytest.raises(DatabaseError, match="exists already"):
        backups.backup(store, copy)
    store.close()


def test_a_full_disk_is_said_so_and_loses_nothing(tmp_path):
    store = Store.open(tmp_path / "crm.db")
    store.write(editing.add, "Ada")

    def fill(work):
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar()
        work.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        return editing.note(work, 1, "x" * 1_000_000)

    with pytest.raises(DatabaseError, match="disk is full"):
        store.write(fill)
    assert store.read(contacts.show, 1).notes == ""
    store.close()


def test_a_bad_url_is_refused():
    with pytest.raises(DatabaseError, match="database of the kind"):
        Store.open("nonsense://[")


def test_a_clock_that_is_none_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("CRM_NOW", "tomorrow")
    with pytest.raises(ConfigError, match="CRM_NOW"):
        Store.open(tmp_path / "crm.db")
