"""What is measured is what it says: the generated database is sound, the floor inserts all rows."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import big, cards, floor, measure

from crm.db.store import Store
from crm.services import doctor, today
from crm.services.contacts import count


def test_the_big_database_is_as_big_as_asked_and_sound(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "crm.db", now=lambda: big.NOW)
    store.write(big.fill, 200, 5000)
    assert store.read(count) == 200
    assert store.read(today.today).drifting
    assert [finding for finding in doctor.examine(store) if not finding.ok] == []
    store.close()


@pytest.mark.sqlite(reason="what plain sqlite3 takes")
def test_the_floor_writes_every_row_and_all_text(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "crm.db", now=lambda: big.NOW)
    store.write(big.fill, 20, 500)
    store.close()
    assert min(floor.seconds(tmp_path / "crm.db", tmp_path / "floor.db")) > 0
    found = []
    for name in ("crm.db", "floor.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            words = "SELECT count(*) FROM interaction_text WHERE interaction_text MATCH 'kiln'"
            rows = "SELECT count(*) FROM interaction"
            found.append((connection.execute(rows).fetchone(), connection.execute(words).fetchone()))
    assert found[0] == found[1]
    assert found[0][0] == (500,)


def test_both_card_readers_read_every_card() -> None:
    text = cards.text(50)
    assert cards.ours(text) == cards.theirs(text) == 50


def test_a_process_is_measured_with_its_memory() -> None:
    run = measure.process(["-c", "x = bytearray(80_000_000); x[::4096] = b'1' * len(x[::4096])"])
    assert run.seconds > 0
    assert run.peak == 0 or run.peak > 80_000_000


def test_the_command_of_the_readme_starts() -> None:
    script = Path(__file__).with_name("run.py")
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
    assert "--small" in done.stdout
