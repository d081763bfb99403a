"""On a full disk whatever is tried says so; what was there stays whole, and no half file gets its name."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import kill_scenarios
import pytest
from benchmarks import generate_x
from cli_runner import Crm, settings_in

from crm.db.store import Store
from crm.services import contacts, editing

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="there is no tmpfs"),
    pytest.mark.sqlite(reason="the disk of its file"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(place)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def crm(tmp_path: Path, disk: Path) -> Crm:
    """The program on a database on that disk."""
    with closing(Store.open(disk / "crm.db")) as store:
        store.write(editing.add, "Ada Byron")
        store.write(editing.note, 1, "x" * 200_000)
    # so that the import itself meets the full disk
    (tmp_path / "config.toml").write_text("[backups]\nautomatic = false\n")
    return Crm(settings_in(tmp_path, disk / "crm.db"))


def fill(disk: Path, leave: int = 40_000) -> Path:
    free = shutil.disk_usage(disk).free
    filler = disk / "filler"
    filler.write_bytes(b"x" * (free - leave))
    return filler


def whole(disk: Path) -> None:
    """Make sure that what was there is there."""
    with closing(sqlite3.connect(disk / "crm.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT name FROM contact").fetchall() == [("Ada Byron",)]


# R076
@pytest.mark.parametrize("what", ["edit", "import", "export", "backup", "return", "restore"])
def test_on_a_full_disk_it_says_so_and_leaves_everything_as_it_was(crm, disk, tmp_path, what):
    generate_x.write_archive(tmp_path / "twitter.zip", tweets=400, messages=400, people=60)
    crm.run("backup", tmp_path / "elsewhere.db")
    crm.run("export", "json", tmp_path / "everything.json")
    commands = {
        "edit": ["note", "ada", "y" * 90_000],
        "import": ["import", tmp_path / "twitter.zip"],
        "export": ["export", "json", disk / "out.json"],
        "backup": ["backup", disk / "copy.db"],
        "return": ["--db", disk / "second.db", "import", tmp_path / "everything.json"],
        "restore": ["restore", tmp_path / "elsewhere.db", "--yes"],
    }
    older = disk / "out.json"
    older.write_text("as it was")  # R103: an export replaces an older one only when it is complete
    filler = fill(disk)
    before = {file.name for file in disk.rglob("*")}
    answer = crm.answer(*commands[what])
    assert answer.code in (5, 6), answer
    assert "Traceback" not in answer.err
    assert "disk" in answer.err or "space" in answer.err or "room" in answer.err, answer.err
    whole(disk)
    left = {file.name for file in disk.rglob("*")} - before
    assert not {"copy.db", "second.db"} & left, left
    assert not [name for name in left if name.endswith(".part")], left
    assert older.read_text() == "as it was"
    assert not [name for name in left if name.endswith(".db") and not name.startswith(".")], left
    filler.unlink()
    assert crm.answer(*commands[what]).code == 0  # with room again, it is done
    with closing(Store.open(disk / "crm.db")) as store:
        assert store.read(contacts.count) >= 1


def test_an_upgrade_on_a_full_disk_changes_nothing_and_the_next_start_succeeds(crm, disk):
    (disk / "old").mkdir()
    kill_scenarios.prepare_upgrade(disk / "old", 0.4)
    file = disk / "old" / "crm.db"
    before = kill_scenarios.counts(file)
    filler = fill(disk)
    answer = crm.answer("--db", file, "contacts")
    assert answer.code == 6, answer
    assert "disk" in answer.err
    assert "space" in answer.err
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kill_scenarios.counts(file) == before
    assert not [path for path in (disk / "old").iterdir() if path.suffix == ".db" and path.name != "crm.db"]
    filler.unlink()
    assert "Ada Byron" in crm.run("--db", file, "contacts").out
