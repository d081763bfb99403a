"""The screen, the timer and an import at once, as real programs: nothing is lost, and who waits says so."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks import generate_x
from cli_runner import NOW, command_line, process_environment, settings_in
from sqlalchemy import select

from crm.db.store import Store
from crm.db.tables import contact
from crm.domain.cadence import Rules
from crm.services import contacts, doctor, editing, interactions

if sys.platform == "win32":
    pytest.skip("pseudo-terminals of POSIX", allow_module_level=True)

from tui_terminal import Terminal

WAITS = "waiting for another program"


def opened(folder: Path) -> Store:
    return Store.open(folder / "crm.db", rules=Rules(zone=UTC), now=lambda: datetime.fromisoformat(NOW))


@pytest.fixture
def settings(tmp_path: Path, database_of: Callable[[Path], str]) -> dict[str, str]:
    with closing(opened(tmp_path)) as store:
        zoe = store.write(editing.add, "Zoë Ray", ["x:zoe"])
        store.write(interactions.log, zoe, "hello", direction="in", platform="x")
    (tmp_path / "config.toml").write_text(
        f'[notifiers.calendar]\nkind = "ical"\npath = "{tmp_path / "due.ics"}"\n'
    )
    return {**settings_in(tmp_path, database_of(tmp_path / "crm.db")), "TEXTUAL_ANIMATIONS": "none"}


@pytest.fixture
def screen(settings: dict[str, str]) -> Iterator[Terminal]:
    """The screen, on the contact's page."""
    terminal = Terminal(["-m", "crm"], settings, (120, 40))
    terminal.wait_for("Zoë Ray")
    terminal.send("\r")
    terminal.wait_for("TIMELINE")
    yield terminal
    terminal.end()


def start(settings: dict[str, str], *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_line(words),
        env=process_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# R077
def test_the_screen_a_timer_and_an_import_at_once_lose_nothing(screen, settings, tmp_path):
    """TUI open + timer + import."""
    generate_x.write_archive(tmp_path / "twitter.zip", tweets=200, messages=200, people=20)
    lines = [
        ("import", tmp_path / "twitter.zip"),
        ("remind", "--deliver"),
        ("note", "zoe", "from the command line"),
        ("add", "Bo Lind"),
    ]
    programs = [start(settings, *line) for line in lines]
    screen.send("n")
    screen.send("typed on the screen")
    screen.send("\x1b")
    told = [program.communicate() for program in programs]
    assert [program.returncode for program in programs] == [0] * len(programs), told
    assert not [text for pair in told for text in pair if "Traceback" in text or "locked" in text]
    screen.send("q")
    screen.send("q")
    assert screen.exit_code() == 0
    assert b"Traceback" not in screen.output
    with closing(opened(tmp_path)) as store:
        zoe = store.read(contacts.show, store.read(contacts.find, "Zoë Ray"), 0)
        assert "from the command line" in zoe.notes
        assert "typed on the screen" in zoe.notes
        assert store.read(contacts.find, "Bo Lind")
        assert store.read(contacts.count) > 20
        assert not [finding for finding in doctor.examine(store) if not finding.ok]
    assert (tmp_path / "due.ics").exists()


@pytest.mark.sqlite(reason="its locks; test_postgresql.py has what a server does")
def test_the_screen_and_a_command_that_wait_say_so_and_then_do_what_was_asked(screen, settings, tmp_path):
    other = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with closing(other):
        program = start(settings, "add", "Bo Lind")
        assert program.stderr is not None
        screen.send("m")
        screen.wait_for(WAITS)
        assert WAITS in program.stderr.readline()
        assert b"Traceback" not in screen.output
        other.execute("ROLLBACK")
    _, rest = program.communicate()
    assert (program.returncode, rest) == (0, "")
    screen.send("q")
    screen.send("q")
    assert screen.exit_code() == 0
    with closing(opened(tmp_path)) as store:
        assert store.read(contacts.find, "Bo Lind")
        muted = store.read(
            lambda work: work.connection.scalars(select(contact.c.name).where(contact.c.muted)).all()
        )
        assert muted == ["Zoë Ray"]
