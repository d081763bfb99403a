"""Every schema ever released is kept as a small database; each one opens, loses nothing, and is used."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm.db import migrate
from crm.db.store import Store
from crm.services import contacts, doctor, editing, searching, today, undoing

pytestmark = pytest.mark.sqlite(reason="files of older programs")

DATABASES = sorted((Path(__file__).parents[1] / "databases").glob("*.db"))
KEPT = ("contact", "identity", "interaction", "post", "contact_tag", "import_run", "sighting", "change")


def counts(file: Path) -> dict[str, int]:
    with sqlite3.connect(file) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in KEPT}


def test_every_released_schema_but_the_newest_is_kept():
    released = {file.stem for file in DATABASES}
    steps = {file.name[:4] for file in (migrate.scripts() / "versions").glob("[0-9]*.py")}
    assert steps - {migrate.head()} <= released


@pytest.mark.parametrize("old", DATABASES, ids=lambda file: file.stem)
def test_a_database_of_an_older_program_opens_whole_and_can_be_used(old, tmp_path):
    file = tmp_path / "crm.db"
    shutil.copy(old, file)
    file.chmod(0o600)
    before = counts(file)
    store = Store.open(file, now=lambda: datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert counts(file) == before
    assert [finding for finding in doctor.examine(store) if not finding.ok] == []
    assert [item.name for item in store.read(today.today).waiting] == ["Ada Byron"]
    assert store.read(searching.search, "essay").hits
    ada = store.read(contacts.find, "ada byron")
    assert store.read(contacts.show, ada).contact.tags == ("maths",)
    store.write(editing.edit, [ada], editing.Edits(circle="inner"))
    store.write(undoing.undo)
    store.close()
    assert list((tmp_path / "backups").glob("*before-upgrade*"))
