"""Every schema ever released becomes the newest one: whatever is in it, and however many start at once."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import kill_scenarios
import pytest
from cli_runner import PROJECT, Crm

from crm.db import migrate
from crm.db.store import Store
from crm.db.tables import metadata
from crm.services import contacts, doctor, exporting, importing

pytestmark = pytest.mark.sqlite(reason="files of older programs")

DATABASES = sorted((Path(__file__).parents[1] / "databases").glob("*.db"))
HOSTILE = (
    "[bold red]Ada[/] [@click=app.quit]x[/]",
    "\x1b]0;title\x07\x1b[2J",
    "\u202eabc\u2066 \u200d\ufeff",
    "'; DROP TABLE contact; --",
    "e\u0301" * 300,
    '=HYPERLINK(1)\r\n,"',
)
KEPT = ("contact", "identity", "interaction", "post", "contact_tag", "import_run", "sighting", "change")


def shape(file: Path) -> dict[str, object]:
    """Return the columns, indexes and references of every table, in no order."""
    with closing(sqlite3.connect(file)) as connection:
        found: dict[str, object] = {}
        for name in metadata.tables:
            columns = sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            references = sorted(row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({name})"))
            indexes = sorted(
                (
                    row[2],
                    row[4],
                    *(each[2] or "" for each in connection.execute(f"PRAGMA index_info({row[1]!r})")),
                )
                for row in connection.execute(f"PRAGMA index_list({name})")
            )
            found[name] = (columns, references, indexes)
        return found


def make_hostile(file: Path) -> None:
    """Put into an old database what came from hostile platforms, as its schema can hold it."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT id FROM contact ORDER BY id").fetchall()
        for number, (key,) in enumerate(rows):
            text = HOSTILE[number % len(HOSTILE)]
            connection.execute(
                "UPDATE contact SET organisation = ?, notes = ? WHERE id = ?", (text, text, key)
            )
        columns = [row[1] for row in connection.execute("PRAGMA table_info(contact)") if row[1] != "id"]
        names = ", ".join(f'"{name}"' for name in columns)
        for number, text in enumerate(HOSTILE):
            connection.execute(
                f"INSERT INTO contact (id, {names}) SELECT ?, {names} FROM contact WHERE id = 1",
                (100 + number,),
            )
            connection.execute(
                "UPDATE contact SET name = ?, search = lower(?), by_user = 1 WHERE id = ?",
                (text, text, 100 + number),
            )
        connection.execute("UPDATE interaction SET text = text || ?", ("".join(HOSTILE),))
        connection.execute("INSERT INTO interaction_text(interaction_text) VALUES('rebuild')")
        # the relationships of these contacts are computed when the database is opened
        connection.execute("DELETE FROM setting WHERE name = 'rules'")
        connection.commit()


def everything(store: Store, to: Path) -> list[str]:
    exporting.to_file(store, "json", to)
    header, *rows = json.loads(to.read_text())
    return [json.dumps({**header, "made_at": None}), *map(json.dumps, rows)]


# R097
@pytest.mark.parametrize("old", DATABASES, ids=lambda file: file.stem)
def test_a_released_database_with_hostile_data_becomes_the_newest_whole_and_round_trips(old, tmp_path):
    file = tmp_path / "crm.db"
    shutil.copy(old, file)
    file.chmod(0o600)
    make_hostile(file)
    before = kill_scenarios.counts(file)
    Store.open(tmp_path / "fresh.db").close()
    with closing(Store.open(file)) as store:
        after = kill_scenarios.counts(file)
        assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
        assert not [each for each in doctor.examine(store) if not each.ok and each.name != "backups"]
        named = {view.name for view in store.read(contacts.list_contacts, contacts.ContactQuery())}
        assert len(named) >= len(HOSTILE)
        assert shape(file) == shape(tmp_path / "fresh.db")
        first = everything(store, tmp_path / "first.json")
    with closing(Store.open(tmp_path / "fresh.db")) as store:
        [found] = importing.recognise([tmp_path / "first.json"])
        importing.run_import(store, found)
        assert everything(store, tmp_path / "second.json") == first


@pytest.mark.parametrize("old", DATABASES, ids=lambda file: file.stem)
def test_a_released_database_is_not_changed_by_a_program_that_is_older_still(old, tmp_path, monkeypatch):
    """R096: what an old program does with a newer database."""
    file = tmp_path / "crm.db"
    shutil.copy(old, file)
    before = file.read_bytes()
    monkeypatch.setattr(migrate, "head", lambda: "0000")
    for args in (["contacts"], ["add", "Bo"], ["export", "json"], ["doctor"]):
        answer = Crm({"CRM_DATABASE_URL": str(file), "HOME": str(tmp_path)}).answer(*args)
        assert (answer.code, answer.out) == (6, ""), answer
        assert "made by a newer crm" in answer.err
    assert file.read_bytes() == before
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "| 6 | the database, or something in it, is not well |" in readme
    assert [path.name for path in tmp_path.iterdir()] == ["crm.db"]


def _open(path: str) -> None:
    Store.open(path).close()


def test_four_starts_at_once_during_an_upgrade_all_succeed(tmp_path):
    kill_scenarios.prepare_upgrade(tmp_path, 0.2)
    before = kill_scenarios.counts(tmp_path / "crm.db")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crm.db.store", "alembic.command", "crm.services.doctor"])
    starts = [context.Process(target=_open, args=(str(tmp_path / "crm.db"),)) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert [start.exitcode for start in starts] == [0] * 4
    after = kill_scenarios.sound(tmp_path)
    assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
    kill_scenarios.no_half_files(tmp_path)
