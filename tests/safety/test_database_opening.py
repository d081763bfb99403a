"""Which databases are made, which are opened for reading only, and what is said where neither can be done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Crm, command_line, process_environment, settings_in

from crm.db.store import Store
from crm.domain.errors import DatabaseError
from crm.services import backups, contacts, editing

pytestmark = pytest.mark.sqlite(reason="its files")

READING = (
    "today",
    "contacts",
    "show ada",
    "search words",
    "mirror",
    "matches",
    "coverage",
)
CHANGING = ("export csv", "doctor", "undo", "log ada", "edit ada --circle close", "backup", "remind")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return settings_in(tmp_path)


@pytest.fixture
def crm(settings: dict[str, str]) -> Crm:
    return Crm(settings)


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    """A closed database with one contact in a folder of its own."""
    file = tmp_path / "place" / "crm.db"
    with closing(Store.open(file)) as store:
        store.write(editing.add, "Ada Byron")
    return file


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# --- R081: a database that is missing ---


def test_the_first_start_makes_a_database_at_the_usual_place(crm, tmp_path):
    crm.run("add", "Ada Byron")
    assert (tmp_path / "data" / "crm" / "crm.db").exists()
    assert "Ada Byron" in crm.run("contacts").out


@pytest.mark.parametrize("command", READING)
def test_before_the_first_import_a_command_that_only_reads_sees_nobody_and_makes_no_database(
    crm, tmp_path, command
):
    before = files(tmp_path)
    answer = crm.answer("--db", tmp_path / "new.db", *command.split())
    assert answer.code == (3 if command.startswith("show") else 0), answer
    assert f"there is no database at {tmp_path / 'new.db'} yet: crm import" in answer.err
    assert files(tmp_path) == before


@pytest.mark.parametrize("command", CHANGING)
def test_a_command_that_needs_somebody_makes_no_database(crm, tmp_path, command):
    answer = crm.answer("--db", tmp_path / "new.db", *command.split())
    assert answer.code == 6, answer
    assert f"there is no database at {tmp_path / 'new.db'}" in answer.err
    assert "hint: crm import" in answer.err
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("command", READING)
def test_a_folder_that_is_not_there_is_an_error_for_every_command(crm, tmp_path, command):
    answer = crm.answer("--db", tmp_path / "unmounted" / "crm.db", *command.split())
    assert answer.code == 6
    assert f"there is no folder {tmp_path / 'unmounted'}" in answer.err


def test_a_database_that_is_missing_although_it_existed_is_not_made_anew(crm, tmp_path):
    """Unmounted disk."""
    file = tmp_path / "disk" / "crm.db"
    file.parent.mkdir()
    crm.run("--db", file, "add", "Ada Byron")
    shutil.rmtree(file.parent)
    for mounted in (False, True):
        if mounted:  # the empty folder on which the disk is mounted
            file.parent.mkdir()
        answer = crm.answer("--db", file, "add", "Bo Lind")
        assert answer.code == 6
        assert f"the database {file} is missing, though crm has used it before" in answer.err
        assert "crm restore" in answer.err
        assert "crm --new" in answer.err
        assert not file.exists()
    crm.run("--new", "--db", file, "add", "Bo Lind")
    assert "Ada" not in crm.run("--db", file, "contacts").out


def test_a_missing_database_that_has_backups_is_not_made_anew(tmp_path, ada, settings):
    with closing(Store.open(ada)) as store:
        backups.backup(store)
    ada.unlink()
    answer = Crm(settings).answer("--db", ada, "add", "Bo Lind")
    assert answer.code == 6
    assert "there are backups of it" in answer.err
    assert not ada.exists()


def test_a_missing_database_whose_log_is_there_is_not_made_anew(settings, tmp_path):
    (tmp_path / "crm.db-wal").write_bytes(b"\x37\x7f\x06\x82" * 100)
    answer = Crm(settings).answer("--db", tmp_path / "crm.db", "add", "Bo Lind")
    assert answer.code == 6
    assert "newest changes are in crm.db-wal" in answer.err
    assert not (tmp_path / "crm.db").exists()


@pytest.mark.parametrize("how", ["option", "variable", "file"])
def test_a_folder_that_is_not_there_is_named(settings, tmp_path, how):
    """Typo in config path."""
    place = tmp_path / "tpyo" / "crm.db"
    (tmp_path / "config.toml").write_text(f'database = "{place}"\n' if how == "file" else "")
    given = {"CRM_DATABASE_URL": str(place)} if how == "variable" else {}
    options = ("--db", place) if how == "option" else ()
    answer = Crm({**settings, "CRM_DATABASE_URL": "", **given}).answer(*options, "add", "Ada")
    assert answer.code == 6, answer
    assert f"there is no folder {place.parent}" in answer.err
    assert not place.parent.exists()


# --- R087: odd paths ---


def test_a_link_to_a_database_is_followed(tmp_path, ada):
    link = tmp_path / "link.db"
    link.symlink_to(ada)
    with closing(Store.open(link)) as store:
        store.write(editing.add, "Bo Lind")
        assert Path(f"{ada}-wal").exists()
        backup = backups.backup(store)
    assert backup.parent == ada.parent / "backups"
    assert link.is_symlink()
    with closing(Store.open(ada)) as store:
        assert store.read(contacts.count) == 2


def test_a_link_to_nothing_makes_nothing(settings, tmp_path):
    (tmp_path / "link.db").symlink_to(tmp_path / "away" / "crm.db")
    answer = Crm(settings).answer("--db", tmp_path / "link.db", "add", "Ada")
    assert answer.code == 6
    assert str(tmp_path / "away") in answer.err
    assert not (tmp_path / "away").exists()


ODD = (
    ":memory:",
    "file:x.db?mode=memory",
    "file:y.db",
    "a" * 240,
    "\U0001f33b" * 60,
    "-wal",
    "crm.db-wal",
    "q?x.db",
    "q#x.db",
    "p%41.db",
    " blank ",
    "two\nlines.db",
    "tab\t\x1b[2J.db",
    "bytes \udcff\udcfe.db",
    "*[q]'\"$x.db",
)


@pytest.mark.parametrize("name", ODD)
def test_the_exact_file_is_used_whatever_its_name(settings, tmp_path, name):
    """Spaces, ?, #, %41, non-UTF-8 bytes, very long."""
    file = tmp_path / "place" / name
    file.parent.mkdir()
    crm = Crm(settings)
    crm.run("--db", file, "add", "Ada Byron")
    assert {path.name for path in file.parent.iterdir()} == {name, "backups"}
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT name FROM contact").fetchall() == [("Ada Byron",)]
    assert "Ada Byron" in crm.run("--read-only", "--db", file, "contacts").out
    findings = crm.json("--db", file, "doctor")
    assert [finding for finding in findings if not finding["ok"]] == []
    [kept] = crm.json("--db", file, "backup", "--list")
    assert Path(kept["path"]).is_file()
    crm.run("--db", file, "add", "Bo Lind")
    crm.run("--db", file, "restore", "latest", "--yes")
    with closing(Store.open(file)) as store:
        assert store.read(contacts.count) == 1
        assert len(backups.list_backups(store)) == 2
    assert {path.name for path in file.parent.iterdir()} == {name, "backups"}
    file.unlink()
    missing = crm.answer("--db", file, "add", "Ada")
    assert missing.code == 6
    assert "there are backups of it" in missing.err
    shutil.rmtree(file.parent / "backups")
    assert "crm has used it before" in crm.answer("--db", file, "add", "Ada").err


def test_bytes_that_are_no_text_are_shown_and_reach_no_terminal(tmp_path, settings):
    """A real process: its arguments and its output are bytes."""
    file = os.fsencode(tmp_path) + b"/caf\xe9\x9b2J.db"
    for variables in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        for words in ("add Ada", "backup", "doctor", "backup --list"):
            done = subprocess.run(
                [sys.executable, "-m", "crm", "--db", file, *words.split()],
                env=process_environment({**settings, **variables}),
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done
            assert not {b"\xe9"[0], b"\x9b"[0], 0x1B} & {*done.stdout.replace(b"\xef\xbf\xbd", b"")}, done
            assert b"Traceback" not in done.stderr
    assert os.path.exists(file)  # noqa: PTH110 - bytes


def test_a_path_that_is_longer_than_sqlite_takes_is_said_to_be(settings, tmp_path):
    place = tmp_path / ("d" * 200) / ("e" * 200) / ("f" * 200)
    place.mkdir(parents=True)
    answer = Crm(settings).answer("--db", place / "crm.db", "add", "Ada")
    assert answer.code == 6, answer
    assert "too long for SQLite" in answer.err
    assert list(place.iterdir()) == []


def test_a_folder_that_is_a_link_is_followed(settings, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    crm = Crm(settings)
    crm.run("--db", tmp_path / "link" / "crm.db", "add", "Ada Byron")
    assert "Ada Byron" in crm.run("--db", tmp_path / "real" / "crm.db", "contacts").out
    assert (tmp_path / "real" / "backups").is_dir()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.mkdir, "is a folder"),
        (os.mkfifo, "is a pipe"),
        (lambda path: path.symlink_to("/dev/null"), "is a device"),
        (lambda path: path.symlink_to(path.name), "cannot open"),
    ],
    ids=["folder", "pipe", "device", "link to itself"],
)
@pytest.mark.parametrize("words", ["add Ada", "contacts", "restore latest --yes"])
def test_what_is_no_file_is_said_to_be_none(settings, tmp_path, make, said, words):
    make(tmp_path / "odd")
    answer = Crm(settings).answer("--db", tmp_path / "odd", *words.split())
    if words == "add Ada":
        assert said in answer.err, answer
    assert "something went wrong inside" not in answer.err
    if not (words == "contacts" and "itself" in said):
        assert answer.code != 1, answer


def test_a_database_with_two_names_is_only_read(settings, ada, tmp_path):
    """SQLite's log lies beside the name: two programs with two names destroy each other's changes."""
    other = tmp_path / "other.db"
    os.link(ada, other)
    crm = Crm(settings)
    for file in (ada, other):
        before = file.read_bytes()
        assert "Ada Byron" in crm.run("--db", file, "contacts").out
        answer = crm.answer("--db", file, "add", "Bo Lind")
        assert answer.code == 6, answer
        assert "2 names (hard links)" in answer.err
        assert "-samefile" in answer.err
        assert file.read_bytes() == before
        doctor = crm.answer("--db", file, "doctor")
        assert doctor.code != 0
        assert "2 names (hard links)" in doctor.out + doctor.err
    other.unlink()
    crm.run("--db", ada, "add", "Bo Lind")


def test_a_second_name_that_a_kill_left_of_crm_s_own_draft_changes_nothing(settings, ada):
    os.link(ada, ada.with_name(f".{ada.name}.new-4194304"))
    Crm(settings).run("--db", ada, "add", "Bo Lind")


@pytest.mark.parametrize("name", ["folder", "a" * 300 + ".db"])
def test_what_can_be_no_file_is_said_so(settings, tmp_path, name):
    (tmp_path / "folder").mkdir()
    answer = Crm(settings).answer("--db", tmp_path / name, "add", "Ada")
    assert answer.code == 6, answer
    assert answer.err.startswith("crm: error: ")
    assert "hint: " in answer.err


def test_a_relative_path_is_taken_from_where_the_program_was_started(settings, tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    Crm(settings).run("--db", "../here.db", "add", "Ada")
    assert (tmp_path / "here.db").exists()


# --- R079: a database that cannot be written ---


def plain_user(settings: dict[str, str], *args: object) -> subprocess.CompletedProcess[str]:
    """Run the program as one that file modes hold back, root too."""
    command = command_line(args)
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is held back by no mode, and setpriv is not here")
        command = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", *command]
    return subprocess.run(
        command,
        env=process_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(params=["file", "folder", "other owner"])
def unwritable(request, ada: Path) -> Iterator[Path]:
    """A database that its user may read but not write."""
    if request.param == "file":
        ada.chmod(0o400)
    elif request.param == "folder":
        ada.parent.chmod(0o500)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        ada.chmod(0o644)
        ada.parent.chmod(0o755)
        os.chown(ada, 12345, 12345)
        os.chown(ada.parent, 12345, 12345)
    yield ada
    ada.parent.chmod(0o700)


def test_a_database_that_cannot_be_written_is_read(unwritable, settings):
    before = files(unwritable.parent)
    found = plain_user(settings, "--db", unwritable, "contacts")
    assert found.returncode == 0, found
    assert "Ada Byron" in found.stdout
    assert found.stderr.count("open for reading only") == 1
    refused = plain_user(settings, "--db", unwritable, "add", "Bo Lind")
    assert refused.returncode == 6
    assert "nothing was changed" in refused.stderr
    assert "hint: " in refused.stderr
    assert "Traceback" not in found.stderr + refused.stderr
    assert files(unwritable.parent) == before


def test_the_log_of_a_database_that_cannot_be_written_is_never_left_out(ada, settings, tmp_path):
    """WAL file present."""
    copy = tmp_path / "stick" / "crm.db"
    copy.parent.mkdir()
    with closing(Store.open(ada)) as store:
        store.write(editing.add, "Bo Lind")
        for ending in ("", "-wal"):  # as a copy of a database in use: without the log's index
            shutil.copy(f"{ada}{ending}", f"{copy}{ending}")
    copy.parent.chmod(0o500)
    try:
        answer = plain_user(settings, "--db", copy, "contacts")
    finally:
        copy.parent.chmod(0o700)
    assert answer.returncode == 6, answer
    assert "newest changes are still in crm.db-wal" in answer.stderr
    assert "copy both files" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "Bo Lind" in plain_user(settings, "--db", copy, "contacts").stdout


def test_reading_only_on_request_writes_nothing_anywhere(ada, settings):
    before = files(ada.parent)
    crm = Crm(settings)
    assert "Ada Byron" in crm.run("--read-only", "--db", ada, "contacts").out
    refused = crm.answer("--read-only", "--db", ada, "add", "Bo")
    assert refused.code == 6
    assert "start crm without --read-only" in refused.err
    assert files(ada.parent) == before


def test_who_reads_a_still_file_is_told_when_another_begins_to_write(ada):
    with closing(Store.open(ada, read_only=True)) as reader:
        assert reader.read(contacts.count) == 1
        with closing(Store.open(ada)) as writer:
            writer.write(editing.add, "Bo Lind")
            with pytest.raises(DatabaseError, match="another program has begun to write"):
                reader.read(contacts.count)


def test_an_older_database_that_cannot_be_written_says_how_to_go_on(tmp_path):
    shutil.copy(Path(__file__).parents[1] / "databases" / "0001.db", tmp_path / "old.db")
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match="older crm") as caught:
        Store.open(tmp_path / "old.db", read_only=True)
    assert "copy" in (caught.value.hint or "")
    assert files(tmp_path) == before


if sys.platform == "linux":

    def test_a_disk_that_is_mounted_for_reading_only_is_read(tmp_path, ada, settings):
        """Immutable mount."""
        place = tmp_path / "mounted"
        place.mkdir()
        bound = subprocess.run(["mount", "--bind", ada.parent, place], capture_output=True, check=False)
        if bound.returncode != 0:
            pytest.skip("nothing may be mounted here")
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
            found = plain_user(settings, "--db", place / "crm.db", "contacts")
            refused = plain_user(settings, "--db", place / "crm.db", "add", "Bo")
        finally:
            subprocess.run(["umount", place], check=True)
        assert "Ada Byron" in found.stdout, found
        assert refused.returncode == 6
