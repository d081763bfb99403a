"""Backups: before much changes and once a day, equal to what they copy, rotated, never in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from clocks import START, Clock

from crm.config.backing_up import BackupSettings
from crm.db import inspecting
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import DatabaseError, NotFoundError
from crm.domain.rotation import Why
from crm.domain.schedule import Schedule
from crm.services import backup_restore, backups, contacts, editing, forgetting, importing, notifying
from crm.services.backups import BackupView

pytestmark = pytest.mark.sqlite(reason="files beside its own")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC), now=clock)
    yield opened
    opened.close()


def add(store: Store, name: str) -> int:
    return store.write(editing.add, name)


def export(folder: Path, *names: str) -> Path:
    file = folder / f"{names[0]}.vcf"
    cards = [f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{name};;;;\r\nFN:{name}\r\nEND:VCARD\r\n" for name in names]
    file.write_text("".join(cards), "utf-8", newline="")
    return file


def bring(store: Store, folder: Path, *names: str, **options: bool) -> None:
    [recognised] = importing.recognise([export(folder, *names)])
    importing.run_import(store, recognised, **options)


def whys(store: Store) -> list[str]:
    return [one.why for one in backups.list_backups(store)]


def a_second_ago(store: Store) -> None:
    """Let the last write be a second old: what happens within a tick of the file system counts as changed."""
    for file in (store.path, Path(f"{store.path}-wal")):
        at = file.stat().st_mtime_ns - 10**9
        os.utime(file, ns=(at, at))


def counted(view: BackupView) -> int | None:
    one = backups.checked(view)
    assert one.whole is True, one.damage
    return one.contacts


def test_the_first_import_into_an_empty_database_needs_no_backup(store, tmp_path):
    bring(store, tmp_path, "Ada")
    assert whys(store) == []


def test_an_import_is_preceded_by_a_backup_of_what_was_there(store, tmp_path, clock):
    add(store, "Bo")
    bring(store, tmp_path, "Ada", "Cy")
    [made] = backups.list_backups(store)
    assert (made.why, made.at) == (Why.BEFORE_IMPORT, START)
    assert counted(made) == 1


def test_ten_exports_in_a_row_make_one_backup(store, tmp_path, clock):
    add(store, "Bo")
    for number in range(10):
        bring(store, tmp_path, f"Ada {number}")
        clock.forward(seconds=30)
    assert whys(store) == [Why.BEFORE_IMPORT]


def test_a_dry_run_makes_no_backup(store, tmp_path):
    add(store, "Bo")
    bring(store, tmp_path, "Ada", dry_run=True)
    assert whys(store) == []


def test_nothing_is_copied_again_while_nothing_changes(store, tmp_path, clock):
    add(store, "Bo")
    a_second_ago(store)
    backups.backup(store)
    clock.forward(days=3)
    assert backups.before_import(store) is None
    assert backups.daily(store) is None
    add(store, "Ada")
    assert backups.daily(store) is not None


def test_there_is_one_backup_a_day_and_none_of_an_empty_database(store, clock):
    assert backups.daily(store) is None
    add(store, "Ada")
    assert backups.daily(store) is not None
    add(store, "Bo")
    clock.forward(hours=3)
    assert backups.daily(store) is None
    clock.forward(days=1)
    assert backups.daily(store) is not None
    assert [counted(one) for one in backups.list_backups(store)] == [2, 1]


def test_a_backup_that_a_wrong_clock_dated_into_the_future_stops_no_other(store, clock):
    clock.forward(days=4000)
    add(store, "Ada")
    backups.daily(store)
    clock.moment = START
    assert backups.daily(store) is not None


def test_a_damaged_newest_backup_does_not_count_as_one(store, clock):
    add(store, "Ada")
    first = backups.daily(store)
    first.write_bytes(b"")
    assert backups.daily(store) is not None


def test_taking_an_import_back_is_preceded_by_a_backup(store, tmp_path, clock):
    bring(store, tmp_path, "Ada")
    importing.take_back(store, 1)
    [made] = backups.list_backups(store)
    assert made.why == Why.BEFORE_CHANGES
    assert counted(made) == 1


def test_what_is_configured_not_to_happen_does_not(store, tmp_path):
    store.backup_settings = BackupSettings(automatic=False)
    add(store, "Bo")
    bring(store, tmp_path, "Ada")
    assert backups.daily(store) is None
    assert whys(store) == []


# R090
def test_every_automatic_backup_is_whole_and_holds_what_was_there_at_that_time(store, clock, tmp_path):
    """The restore drill: each is opened, checked, counted table by table, and restored."""
    held: dict[Path, dict[str, int]] = {}

    def note(before: dict[str, int]) -> None:
        for one in backups.list_backups(store):
            held.setdefault(one.path, before)

    for day in range(30):
        add(store, f"Contact {day}")
        before = rows(store.path)
        backups.daily(store)
        note(before)
        clock.forward(hours=12)
        add(store, f"Evening {day}")
        if day % 10 == 7:
            before = rows(store.path)
            bring(store, tmp_path, f"Imported {day}")
            note(before)
        if day % 10 == 8:
            before = rows(store.path)
            backups.before_changes(store)
            note(before)
        clock.forward(hours=12)
    store.close()
    old = tmp_path / "old"
    old.mkdir()
    shutil.copy(Path(__file__).parents[1] / "databases" / "0001.db", old / "crm.db")
    (old / "crm.db").chmod(0o600)
    before = rows(old / "crm.db")
    Store.open(old / "crm.db", rules=Rules(zone=UTC), now=clock).close()
    [upgrade] = backups.backups_of(old / "crm.db")
    held[upgrade.path] = before

    left = [*backups.list_backups(store), upgrade]
    assert {one.why for one in left} == {*Why} - {Why.ASKED, Why.BEFORE_RESTORE}
    assert len([one for one in left if one.why == Why.DAILY]) <= 7 + 4
    for number, one in enumerate(left):
        assert backups.checked(one).whole, one
        assert rows(one.path) == held[one.path], one
        if number % 4 == 0 or one is upgrade:
            with backup_restore.prepared(tmp_path / f"{number}.db", one.path) as ready:
                backup_restore.put_back(ready, clock())
            again = Store.open(tmp_path / f"{number}.db", rules=Rules(zone=UTC), now=clock)
            assert again.read(contacts.count) == held[one.path]["contact"]
            again.close()


def rows(file: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    with inspecting.opened(file) as connection:
        return inspecting.rows_of_all(connection)


def test_rotation_touches_nothing_that_is_not_its_own(store, clock):
    folder = store.path.parent / "backups"
    folder.mkdir(mode=0o700)
    strange = [
        folder / "holiday.jpg",
        folder / "crm-work-20200101T000000Z-daily.db",
        folder / "crm-20200101T000000Z-strange.db",
        folder / "crm-20200101T000000Z-before-restore.db",
        folder / "crm-20200101T000000Z-backup.db",
    ]
    for file in strange:
        file.write_bytes(b"SQLite format 3\0")
    for _ in range(20):
        add(store, "Ada")
        backups.daily(store)
        clock.forward(days=1)
    assert all(file.exists() for file in strange)
    assert len([why for why in whys(store) if why == Why.DAILY]) <= 11


def test_without_room_an_import_does_not_begin_and_says_why(store, tmp_path, monkeypatch):
    add(store, "Bo")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=150 * 2**20))
    with pytest.raises(DatabaseError, match="no room for a backup: 150 MiB"):
        bring(store, tmp_path, "Ada")
    assert whys(store) == []
    with pytest.raises(NotFoundError):
        store.read(contacts.find, "Ada")
    backups.backup(store)  # what somebody asks for is their own decision


# R088
def test_a_backup_while_another_program_writes_all_the_time_is_of_one_moment(store, tmp_path):
    """A writer that commits every 20 ms: in each backup the count and the sum belong together."""
    add(store, "Ada")
    file = store.path
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("CREATE TABLE pair (a INTEGER, b INTEGER)")
    raw.execute("INSERT INTO pair VALUES (0, 0)")
    raw.close()
    stop = threading.Event()
    written = []

    def write() -> None:
        connection = sqlite3.connect(file, isolation_level=None, timeout=10)
        number = 0
        while not stop.is_set():
            number += 1
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE pair SET a = ? WHERE a >= 0", (number,))
            connection.execute("UPDATE pair SET b = ? WHERE a >= 0", (number,))
            connection.execute("INSERT INTO pair VALUES (-1, ?)", (number,))
            connection.execute("COMMIT")
            written.append(number)
            stop.wait(0.02)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        made = [backups.backup(store, tmp_path / f"copy-{number}.db") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert written, "the writer never got a turn"
    for copy in made:
        with sqlite3.connect(copy) as connection:
            assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            a, b = connection.execute("SELECT a, b FROM pair WHERE a >= 0").fetchone()
            last, rows = connection.execute("SELECT max(b), count(*) FROM pair WHERE a < 0").fetchone()
            assert a == b == last == rows
        connection.close()
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*part*"))


def test_a_copy_that_lacks_a_row_is_no_backup(store, tmp_path, monkeypatch):
    add(store, "Ada")
    honest = inspecting.rows_of_all
    seen = []

    def lose_one(connection: sqlite3.Connection) -> dict[str, int]:
        seen.append(1)
        if len(seen) == 2:  # the copy
            connection.execute("DELETE FROM contact")
        return honest(connection)

    monkeypatch.setattr(inspecting, "rows_of_all", lose_one)
    with pytest.raises(DatabaseError, match="rows of contact"):
        backups.backup(store, tmp_path / "copy.db")
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == []


def test_the_rows_of_every_table_are_compared(store):
    with inspecting.opened(store.path) as connection:
        found = set(inspecting.rows_of_all(connection))
    assert {
        "contact",
        "identity",
        "interaction",
        "change",
        "setting",
        "forgotten",
        "alembic_version",
    } <= found
    assert not any("search_" in name for name in found)


def test_a_full_disk_leaves_no_half_backup(store, tmp_path, monkeypatch):
    add(store, "Ada")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatabaseError, match="No space left"):
        backups.backup(store)
    assert list((tmp_path / "backups").iterdir()) == []


def full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_forgetting_makes_no_copy_of_who_is_forgotten(store):
    key = add(store, "Ada")
    assert forgetting.forget(store, key).backups == ()
    assert whys(store) == []


def test_reminding_alone_makes_the_daily_backup_too(store):
    add(store, "Ada")
    notifying.deliver(store, [], Schedule())
    assert backups.daily(store) is not None


def test_the_latest_backup_is_the_newest_that_looks_usable(store, clock):
    add(store, "Ada")
    with pytest.raises(NotFoundError):
        backups.find(store.path, "latest")
    good = backups.backup(store)
    clock.forward(days=1)
    (good.parent / "crm-20260602T090000Z-daily.db").write_bytes(b"")
    (good.parent / "crm-20260603T090000Z-before-restore.db").write_bytes(good.read_bytes())
    assert backups.find(store.path, "latest") == good
    assert backups.find(store.path, good.name) == good
    assert backups.find(store.path, str(good)) == good
    with pytest.raises(NotFoundError):
        backups.find(store.path, "crm-2020.db")
