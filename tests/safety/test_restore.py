"""Going back to a backup: from any state, while others are at work, and back again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm.db import exchanging
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import ConflictError, DatabaseError, UsageError
from crm.services import backup_restore, backups, contacts, editing, forgetting
from crm.services.backup_restore import RestorePlan

pytestmark = pytest.mark.sqlite(reason="its file")
PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def opened(file: Path) -> Store:
    return Store.open(file, rules=Rules(zone=UTC), now=lambda: NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path / "crm.db")
    yield made
    made.close()


def add(store: Store, *names: str) -> None:
    for name in names:
        store.write(editing.add, name)


def names(file: Path) -> set[str]:
    store = opened(file)
    try:
        return {one.name for one in store.read(contacts.list_contacts, contacts.ContactQuery(archived=None))}
    finally:
        store.close()


def go_back(database: Path, backup: Path) -> tuple[RestorePlan, Path | None]:
    with backup_restore.prepared(database, backup) as ready:
        return ready.plan, backup_restore.put_back(ready, LATER)


def rest(folder: Path) -> list[str]:
    """Return what lies about that should not."""
    return [file.name for file in folder.rglob(".*")]


def test_going_back_says_what_changes_and_keeps_what_was_there(store, tmp_path):
    add(store, "Ada", "Bo")
    made = backups.backup(store)
    before = made.read_bytes()
    add(store, "Cy", "Dee", "Eve")
    store.write(editing.delete, 1)
    store.close()
    plan, aside = go_back(store.path, made)
    assert (plan.contacts, plan.made_at, plan.problem, plan.upgrades) == (2, NOW, None, False)
    assert plan.contacts_change == backup_restore.Difference(now=4, then=2, gone=3, back=1)
    assert names(store.path) == {"Ada", "Bo"}
    assert names(aside) == {"Bo", "Cy", "Dee", "Eve"}
    assert aside.name == "crm-20260603T090000Z-before-restore.db"
    assert made.read_bytes() == before
    assert rest(tmp_path) == []
    go_back(store.path, aside)
    assert names(store.path) == {"Bo", "Cy", "Dee", "Eve"}


def test_only_looking_changes_nothing(store, tmp_path):
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    store.close()
    before = store.path.read_bytes()
    with backup_restore.prepared(store.path, made):
        pass
    assert store.path.read_bytes() == before
    assert rest(tmp_path) == []


def spoil_header(file: Path) -> None:
    file.write_bytes(b"\0" * 100 + file.read_bytes()[100:])


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def spoil_pages(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096 * 2 : 4096 * 20] = os.urandom(4096 * 18)
    file.write_bytes(data)


@pytest.mark.parametrize(
    "spoil", [spoil_header, cut_off, spoil_pages, Path.unlink, lambda file: file.write_bytes(b"")]
)
def test_a_database_that_is_damaged_or_gone_is_restored_and_what_is_left_is_kept(store, tmp_path, spoil):
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    store.close()
    spoil(store.path)
    left = store.path.read_bytes() if store.path.exists() else None
    plan, aside = go_back(store.path, made)
    assert plan.problem
    assert names(store.path) == {"Ada"}
    assert (aside.read_bytes() if aside else None) == left
    assert rest(tmp_path) == []


def test_the_log_of_a_lost_database_does_not_destroy_the_restored_one(store):
    """An old database beside a stale write-ahead log is malformed (SQLite would play the log into it)."""
    add(store, "Ada")
    made = backups.backup(store)
    add(store, *(f"Bo {number}" for number in range(50)))
    wal = Path(f"{store.path}-wal")
    kept = wal.read_bytes()
    assert kept
    store.close()
    store.path.unlink()
    wal.write_bytes(kept)
    go_back(store.path, made)
    assert names(store.path) == {"Ada"}
    [lost] = store.path.parent.glob("crm.db.lost-*-wal")
    assert lost.read_bytes() == kept


def test_a_damaged_database_is_put_aside_with_its_log(store):
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    wal = Path(f"{store.path}-wal").read_bytes()
    store.close()
    spoil_header(store.path)
    Path(f"{store.path}-wal").write_bytes(wal)
    _, aside = go_back(store.path, made)
    assert names(store.path) == {"Ada"}
    assert Path(f"{aside}-wal").read_bytes() == wal


@pytest.mark.parametrize("spoil", [spoil_header, cut_off, spoil_pages, lambda file: file.write_bytes(b"")])
def test_a_damaged_backup_is_refused_and_nothing_touched(store, tmp_path, spoil):
    add(store, "Ada", *(f"Contact {number}" for number in range(300)))
    made = backups.backup(store)
    store.close()
    before = store.path.read_bytes()
    spoil(made)
    with pytest.raises(DatabaseError) as caught:
        go_back(store.path, made)
    assert str(made) in caught.value.message
    assert store.path.read_bytes() == before
    assert rest(tmp_path) == []


def test_a_newer_or_foreign_database_or_the_database_itself_is_refused(store, tmp_path):
    add(store, "Ada")
    newer = backups.backup(store, tmp_path / "newer.db")
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseError, match="newer crm"):
        go_back(store.path, newer)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE moz_places (id)")
    connection.close()
    with pytest.raises(DatabaseError, match="another program"):
        go_back(store.path, foreign)
    with pytest.raises(ConflictError, match="itself"):
        go_back(store.path, store.path)
    with pytest.raises(DatabaseError, match="another program"):
        go_back(foreign, backups.backup(store))
    assert names(store.path) == {"Ada"}


def test_a_backup_of_an_older_schema_is_upgraded_and_stays_as_it_is(store):
    old = store.path.parent / "old.db"
    shutil.copy(PROJECT / "tests" / "databases" / "0001.db", old)
    before = old.read_bytes()
    add(store, "Ada")
    store.close()
    plan, aside = go_back(store.path, old)
    assert plan.upgrades
    assert old.read_bytes() == before
    assert names(store.path) == names(old) != {"Ada"}
    assert names(aside) == {"Ada"}


def test_a_database_on_a_server_is_told_what_to_do():
    with pytest.raises(UsageError) as caught:
        backup_restore.database_of("postgresql://me:secret@example.org/crm")
    assert "copy --to" in caught.value.hint
    assert "secret" not in caught.value.message + caught.value.hint


def test_people_forgotten_since_are_counted(store):
    store.write(editing.add, "Ada", ["x:ada"])
    made = backups.backup(store)
    forgetting.forget(store, 1)
    store.close()
    plan, _ = go_back(store.path, made)
    assert plan.forgotten_again == 1


def test_a_screen_that_knew_the_old_database_is_told_and_writes_nothing(store):
    """It would otherwise change whoever has the number now that it shows for somebody else."""
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    go_back(store.path, made)
    with pytest.raises(DatabaseError, match="restored from a backup") as caught:
        add(store, "Cy")
    assert "start it again" in caught.value.hint
    assert store.read(contacts.count) == 1  # what it reads is what is there now
    assert names(store.path) == {"Ada"}


def test_what_is_put_aside_is_copied_while_nobody_can_write(store, monkeypatch):
    add(store, "Ada")
    made = backups.backup(store)
    honest = exchanging._copy
    tried = []

    def copy_and_try(database: Path, aside: Path) -> None:
        other = sqlite3.connect(database, isolation_level=None, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        tried.append(other.execute("SELECT count(*) FROM contact").fetchone())
        other.close()
        honest(database, aside)

    add(store, "Bo")
    monkeypatch.setattr(exchanging, "_copy", copy_and_try)
    _, aside = go_back(store.path, made)
    assert tried == [(2,)]  # and what others read is what was there
    assert names(aside) == {"Ada", "Bo"}
    assert names(store.path) == {"Ada"}


def test_when_what_was_there_cannot_be_copied_nothing_is_restored(store, tmp_path, monkeypatch):
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    monkeypatch.setattr(exchanging, "_copy", no_room)
    with pytest.raises(DatabaseError, match="No space left"):
        go_back(store.path, made)
    assert names(store.path) == {"Ada", "Bo"}
    assert rest(tmp_path) == []


def no_room(_database: Path, aside: Path) -> None:
    aside.write_bytes(b"half")
    raise OSError(28, "No space left on device")


def test_nobody_loses_a_write_unnoticed_while_the_database_is_restored(store):
    """Three programs write without pause: each write that was said to be saved is in the one put aside."""
    add(store, "Ada")
    made = backups.backup(store)
    saved: list[str] = []
    refused = threading.Event()

    def write(number: int) -> None:
        own = opened(store.path)
        try:
            for count in range(400):
                add(own, f"{number}-{count}")
                saved.append(f"{number}-{count}")
                time.sleep(0.015)
        except DatabaseError as error:
            if "restored" in error.message:
                refused.set()
        finally:
            own.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    while len(saved) < 10:
        time.sleep(0.01)
    _, aside = go_back(store.path, made)
    for writer in writers:
        writer.join()
    assert refused.is_set()
    assert set(saved) <= names(aside)
    assert names(store.path) == {"Ada"}


def test_a_writer_that_never_ends_stops_the_restore_and_not_the_data(store, monkeypatch):
    add(store, "Ada")
    made = backups.backup(store)
    add(store, "Bo")
    monkeypatch.setattr(exchanging, "_PATIENCE", 0.3)
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseError, match="another program is writing"):
            go_back(store.path, made)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert names(store.path) == {"Ada", "Bo"}
