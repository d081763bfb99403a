"""What the doctor sees around the database: each thing that can be wrong is made wrong, and found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.services import backups, doctor, editing, surroundings

pytestmark = pytest.mark.sqlite(reason="what surrounds its file")
posix = pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")


@pytest.fixture
def store(tmp_path, monkeypatch):
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("CRM_CONFIG", raising=False)
    now = [datetime.now(UTC)]
    opened = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC), now=lambda: now[0])
    opened.write(editing.add, "Ada")
    opened.forward = lambda **span: now.__setitem__(0, now[0] + timedelta(**span))
    yield opened
    opened.close()


def wrong(store) -> dict[str, str]:
    return {one.name: one.detail for one in doctor.examine(store) if not one.ok}


def test_a_healthy_one_has_nothing_wrong_and_every_wrong_thing_would_have_a_hint(store):
    backups.backup(store)
    assert wrong(store) == {}


@posix
def test_what_others_can_read_is_named_with_the_command_that_mends_it(store, tmp_path):
    made = backups.backup(store)
    made.chmod(0o640)
    finding = next(one for one in doctor.examine(store) if one.name == "privacy")
    assert not finding.ok
    assert str(made) in finding.detail
    subprocess.run(finding.hint, shell=True, check=True)
    assert wrong(store) == {}


@posix
def test_a_folder_in_which_others_can_exchange_the_database_is_wrong(store, tmp_path):
    tmp_path.chmod(0o777)
    assert set(wrong(store)) == {"privacy"}
    tmp_path.chmod(0o1777)  # others cannot remove what is not theirs, as in /tmp
    assert wrong(store) == {}


@posix
def test_a_configuration_matters_where_others_get_into_its_folder(store, tmp_path):
    file = tmp_path / "config" / "crm" / "config.toml"
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_text("floor = 'words'\n")
    file.chmod(0o644)
    assert wrong(store) == {}
    file.parent.chmod(0o755)
    assert str(file) in wrong(store)["privacy"]


@posix
def test_a_device_in_place_of_a_configuration_stays_everybodys(store, monkeypatch):
    monkeypatch.setenv("CRM_CONFIG", os.devnull)
    assert wrong(store) == {}


@posix
def test_the_command_that_mends_modes_works_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / 'Zoë\'s $(touch hacked) & "files"'
    folder.mkdir()
    file = folder / "crm.db"
    file.touch(0o644)
    file.chmod(0o644)
    subprocess.run(surroundings.privacy(file).hint, shell=True, check=True, cwd=tmp_path)
    assert surroundings.privacy(file).ok
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_too_little_room_is_said_with_the_figures(store, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=150 * 2**20))
    assert "150 MiB free" in wrong(store)["free space"]


@pytest.mark.parametrize("folder", ["Dropbox", "OneDrive - Work", "Mobile Documents"])
def test_a_synchronised_folder_is_wrong(tmp_path, folder):
    file = tmp_path / folder / "crm.db"
    file.parent.mkdir()
    file.write_bytes(b"")
    assert not surroundings.place(file).ok


def test_a_folder_on_another_machine_is_wrong(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(surroundings, "_MOUNTS", mounts)
    file = tmp_path / "my share" / "crm.db"
    escaped = str(file.parent.resolve()).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {escaped} nfs4 rw 0 0\n")
    assert "another machine (nfs4)" in surroundings.place(file).detail
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {escaped}-else nfs4 rw 0 0\n")
    assert surroundings.place(file).ok


def test_leftovers_of_programs_that_are_gone_are_found_and_removed_and_no_others(store):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = store.path.parent
    old = datetime.now(UTC).timestamp() - 7200
    mine = [folder / f".crm.db.new-{gone.pid}", folder / f".crm.db.restore-{gone.pid}-wal"]
    others = [
        folder / f".crm.db.new-{os.getpid()}",
        folder / f".other.db.new-{gone.pid}",
        folder / ".crm.db.swp",
        folder / "crm.db.part-1",
    ]
    for file in (*mine, *others):
        file.write_bytes(b"x")
        file.chmod(0o600)
        os.utime(file, (old, old))
    young = folder / f".crm.db.part-{gone.pid}"
    young.write_bytes(b"x")
    assert "2 unfinished files" in wrong(store)["leftovers"]
    assert sorted(doctor.remove_leftovers(store)) == sorted(mine)
    assert wrong(store) == {}
    assert all(file.exists() for file in (*others, young))


def test_a_clock_that_went_back_is_noticed(store):
    store.forward(days=-40)
    assert "something was done on" in wrong(store)["clock"]


def test_a_damaged_newest_backup_is_wrong(store):
    made = backups.backup(store)
    data = bytearray(made.read_bytes())
    data[4096 * 3 : 4096 * 12] = os.urandom(4096 * 9)
    made.write_bytes(data)
    assert "damaged" in wrong(store)["backups"]


def test_an_old_backup_is_wrong_only_when_something_has_changed_since(store):
    for file in (store.path, Path(f"{store.path}-wal")):
        os.utime(file, (1, 1))  # long before the backup, whatever a tick of the file system is
    backups.backup(store)
    store.forward(days=30)
    assert wrong(store) == {}
    store.write(editing.add, "Bo")
    assert "much may have changed since" in wrong(store)["backups"]


def test_a_log_that_only_grows_is_wrong(store):
    with Path(f"{store.path}-wal").open("ab") as stream:
        stream.truncate(300 * 2**20)
    assert not surroundings.log(store.path).ok


def test_every_finding_that_is_wrong_says_what_to_do(store, monkeypatch, tmp_path):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1))
    tmp_path.chmod(0o777)
    backups.backup(store).write_bytes(b"")
    store.forward(days=-40)
    store.write(lambda work: work.connection.exec_driver_sql("UPDATE relationship SET exchange_days = 7"))
    found = [one for one in doctor.examine(store) if not one.ok]
    assert len(found) >= 5
    assert [one.name for one in found if not one.hint] == []
