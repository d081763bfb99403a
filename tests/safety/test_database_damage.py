"""A damaged database is found out, nothing is deleted, and most of it can be salvaged."""

from __future__ import annotations

import random
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks import generate_x
from cli_runner import Crm, settings_in

from crm.db.store import Store
from crm.domain.errors import DatabaseError
from crm.services import backups, doctor, importing, searching
from crm.services.salvaging import Salvaged, salvaged

pytestmark = pytest.mark.sqlite(reason="the pages of its file")

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A database of some size, closed."""
    folder = tmp_path_factory.mktemp("whole")
    generate_x.write_archive(folder / "twitter.zip", tweets=3000, messages=6000, people=200)
    with closing(Store.open(folder / "crm.db")) as store:
        [found] = importing.recognise([folder / "twitter.zip"])
        importing.run_import(store, found)
    return folder / "crm.db"


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Callable[..., Path]:
    def make(spoil: Callable[[bytearray], None]) -> Path:
        content = bytearray(whole.read_bytes())
        spoil(content)
        (tmp_path / "crm.db").write_bytes(content)
        (tmp_path / "crm.db").chmod(0o600)
        return tmp_path / "crm.db"

    return make


def rows(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def root_of(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]


def wipe(*pages: int) -> Callable[[bytearray], None]:
    def spoil(content: bytearray) -> None:
        dice = random.Random(83)
        for page in pages:
            content[(page - 1) * PAGE : page * PAGE] = dice.randbytes(PAGE)

    return spoil


def ten_pages(content: bytearray) -> None:
    dice = random.Random(10)
    wipe(*dice.sample(range(2, len(content) // PAGE + 1), 10))(content)


def half(content: bytearray) -> None:
    del content[len(content) // 2 :]


def share_saved(file: Path, whole: Path, tmp_path: Path, table: str) -> float:
    """Salvage a database, make sure that the result is a good one; return how much of a table is in it."""
    before = file.read_bytes()
    told = salvaged(file, tmp_path / "new.db")
    assert file.read_bytes() == before
    new = tmp_path / "new.db"
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crm.db", "new.db"]
    with closing(Store.open(new)) as store:
        wrong = [each for each in doctor.examine(store) if not each.ok and each.name != "backups"]
        assert not wrong, wrong
    _is_told(told, new, whole)
    return rows(new, table) / rows(whole, table)


def _is_told(told: tuple[Salvaged, ...], new: Path, whole: Path) -> None:
    for table in told:
        assert table.read <= rows(whole, table.table), table
        if table.lost is not None and table.table == "interaction":
            assert table.read + table.lost == rows(whole, "interaction"), table


# R083
@pytest.mark.parametrize(
    ("spoil", "least"),
    [(ten_pages, 0.95), (half, 0.25), (lambda content: None, 1.0)],
    ids=["ten random pages", "cut to half", "nothing"],
)
def test_what_can_be_read_of_a_damaged_database_is_salvaged(whole, damaged, tmp_path, spoil, least):
    assert share_saved(damaged(spoil), whole, tmp_path, "interaction") >= least


@pytest.mark.parametrize("table", ["interaction", "contact", "identity"])
def test_a_table_whose_root_page_is_gone_is_salvaged_from_its_leaves(whole, damaged, tmp_path, table):
    file = damaged(wipe(root_of(whole, table)))
    assert share_saved(file, whole, tmp_path, table) >= 0.95


def test_a_file_without_its_first_page_is_salvaged(whole, damaged, tmp_path):
    file = damaged(wipe(1))
    assert share_saved(file, whole, tmp_path, "interaction") == 1


def test_a_log_beside_a_damaged_file_is_salvaged_with_it(whole, tmp_path):
    store = Store.open(tmp_path / "first.db")
    [found] = importing.recognise([whole.parent / "twitter.zip"])
    importing.run_import(store, found)
    for ending in ("", "-wal"):
        (tmp_path / f"crm.db{ending}").write_bytes((tmp_path / f"first.db{ending}").read_bytes())
    store.close()
    (tmp_path / "crm.db").open("r+b").truncate(PAGE)
    salvaged(tmp_path / "crm.db", tmp_path / "new.db")
    assert rows(tmp_path / "new.db", "interaction") == rows(whole, "interaction")


def test_salvaged_words_can_be_found_again(whole, damaged, tmp_path):
    salvaged(damaged(half), tmp_path / "new.db")
    with closing(Store.open(tmp_path / "new.db")) as store:
        assert store.read(searching.search, "kiln").hits or store.read(searching.search, "the").hits


@pytest.mark.parametrize(
    "content", [b"", b"Dear diary, " * 2000, b"\0" * 40960], ids=["empty", "text", "zeros"]
)
def test_a_file_with_nothing_of_ours_is_not_salvaged(tmp_path, content):
    (tmp_path / "crm.db").write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        salvaged(tmp_path / "crm.db", tmp_path / "new.db")
    assert caught.value.hint
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "spoil",
    [half, wipe(1), wipe(*range(2, 60)), lambda content: content.clear()],
    ids=["cut to half", "first page", "many pages", "empty"],
)
def test_a_damaged_database_names_the_newest_good_backup_and_the_ways_out(whole, damaged, tmp_path, spoil):
    good = Crm(settings_in(tmp_path))
    file = damaged(lambda content: None)
    with closing(Store.open(file)) as store:
        backup = backups.backup(store)
        newest = backups.backup(store)
    newest.write_bytes(newest.read_bytes()[:100_000])  # this one is not good
    content = bytearray(file.read_bytes())
    spoil(content)
    file.write_bytes(content)
    answer = good.answer("--db", file, "contacts")
    assert answer.code == 6, answer
    assert "Traceback" not in answer.err
    assert f"crm restore {backup.name}" in answer.err, answer.err
    assert f"{rows(whole, 'contact'):,} contacts, {rows(whole, 'interaction'):,} interactions" in answer.err
    assert "crm doctor --salvage" in answer.err
    assert file.read_bytes() == content


def test_the_doctor_salvages_into_a_new_file(damaged, tmp_path):
    file = damaged(half)
    answer = Crm(settings_in(tmp_path)).run("--db", file, "doctor", "--salvage", tmp_path / "new.db")
    assert "interaction" in answer.out
    assert "Traceback" not in answer.err
    Store.open(tmp_path / "new.db").close()
