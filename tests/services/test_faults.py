"""Killed at any moment, or with another program writing: all of an export, or nothing of it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from benchmarks import generate_x

from crm.db.store import Store
from crm.services import contacts, doctor, editing, importing

PROJECT = Path(__file__).resolve().parents[2]
KILLS = 8


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("x") / "twitter.zip"
    generate_x.write_archive(path, tweets=4000, messages=4000, people=50)
    return path


def start(database: str, archive: Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "HOME": str(archive.parent)}
    command = [sys.executable, "-m", "crm", "--db", database, "import", str(archive), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def numbers(database: Path) -> tuple[int, ...]:
    store = Store.open(database)
    try:
        assert [finding for finding in doctor.examine(store) if not finding.ok] == []
        return store.read(
            lambda work: tuple(
                work.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                for table in (
                    "import_run",
                    "contact",
                    "identity",
                    "interaction",
                    "post",
                    "sighting",
                    "change",
                )
            )
        )
    finally:
        store.close()


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_an_import_killed_at_any_moment_is_in_or_not_and_the_next_one_completes(
    tmp_path, archive, database_of
):
    whole = tmp_path / "whole.db"
    begun = time.monotonic()
    assert start(database_of(whole), archive).wait() == 0
    took = time.monotonic() - begun
    everything = numbers(whole)
    database = tmp_path / "crm.db"
    Store.open(database).close()
    nothing = numbers(database)
    dice = random.Random(20261122)
    for _ in range(KILLS):
        process = start(database_of(database), archive)
        time.sleep(dice.uniform(0.1, took))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = numbers(database)
        assert found in (nothing, everything)
        if found == everything:
            database = tmp_path / f"crm-{dice.random()}.db"
            Store.open(database).close()
    again = start(database_of(database), archive)
    assert json.loads(again.communicate()[0])["errors"] == []
    assert numbers(database) == everything
    assert not [path for path in tmp_path.iterdir() if "new" in path.name or "part" in path.name]


def test_what_the_user_does_during_an_import_waits_and_is_not_lost(tmp_path, archive):
    store = Store.open(tmp_path / "crm.db")
    store.write(editing.add, "Ada Byron")
    [found] = importing.recognise([archive])
    worker = threading.Thread(target=importing.run_import, args=(store, found))
    worker.start()
    notes = 0
    while worker.is_alive():
        store.write(editing.note, 1, f"note {notes}")
        notes += 1
        time.sleep(0.01)
    worker.join()
    kept = store.read(contacts.show, 1).notes.split("\n\n")
    assert kept == [f"note {number}" for number in range(notes)]
    assert store.read(importing.runs)[0].interactions_new > 4000
    store.close()
