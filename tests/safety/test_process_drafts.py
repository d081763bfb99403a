"""What is being typed when the program is ended from outside is not lost: the real program in a terminal."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cli_runner import NOW, settings_in

from crm import paths
from crm.db.store import Store
from crm.services import contacts, editing, interactions

if sys.platform == "win32":
    pytest.skip("signals and pseudo-terminals of POSIX", allow_module_level=True)

from tui_terminal import Terminal

pytestmark = pytest.mark.sqlite(reason="its place, and its own lock")
ENDS = {
    "SIGTERM": (lambda one: one.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda one: one.signal(signal.SIGHUP), 129),
    "the closed window": (Terminal.close_window, 129),
}
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l")
"""Main screen, cursor, no mouse."""
KEPT = b"crm: what you were typing is kept in "
NOTICE = "A text you were"
"""Only so much: what is drawn over two columns of the page comes in two pieces."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with one contact who waits for an answer."""
    file = tmp_path / "data" / "crm.db"
    paths.private_folder(file.parent)
    store = Store.open(file, now=lambda: datetime.fromisoformat(NOW))
    contact = store.write(editing.add, "Zoë Ray", ["x:zoe"])
    store.write(interactions.log, contact, "hello", direction="in", platform="x")
    store.close()
    return file


@pytest.fixture
def start(
    database: Path, tmp_path: Path, database_of: Callable[[Path], str]
) -> Iterator[Callable[..., Terminal]]:
    """Start the program on it, and wait until the contact is on the screen."""
    started: list[Terminal] = []

    def one(*arguments: str) -> Terminal:
        environment = {**settings_in(tmp_path, database_of(database)), "TEXTUAL_ANIMATIONS": "none"}
        started.append(Terminal(["-m", "crm", *arguments], environment, (120, 40)))
        if not arguments:
            started[-1].wait_for("Zoë Ray")
        return started[-1]

    yield one
    for terminal in started:
        terminal.end()


def drafts_below(folder: Path) -> list[Path]:
    """Return the drafts, wherever this system keeps them."""
    return sorted(folder.rglob("drafts/*.txt"))


def log_something(one: Terminal) -> None:
    """Open the dialog for logging an act, and type some words that nobody confirms."""
    one.send("l")
    one.wait_for("what was said")
    one.send("\t\t\t\t")
    one.send("We talked about k\u00e4se")


@pytest.mark.parametrize("end", ENDS)
def test_what_was_typed_into_a_dialog_is_a_draft_afterwards(
    end: str, start: Callable[..., Terminal], tmp_path: Path
) -> None:  # R119
    one = start()
    log_something(one)
    how, code = ENDS[end]
    how(one)
    assert one.exit_code() == code
    (draft,) = drafts_below(tmp_path)
    assert draft.name == "20260601T090000Z-log.txt"
    text = draft.read_text(encoding="utf-8")
    assert text.startswith("Log with Zo\u00eb Ray\n2026-06-01 09:00 UTC")
    assert "words:\nWe talked about k\u00e4se\n" in text
    assert "when:" not in text  # nobody touched it
    assert b"Traceback" not in one.output
    if end != "the closed window":
        assert all(sequence in one.output[-1500:] for sequence in RESTORED)
        last = one.output[one.output.rindex(b"\x1b[?1049l") :]
        assert KEPT + os.fsencode(draft) in last


@pytest.mark.parametrize("end", ENDS)
def test_a_dialog_that_nobody_typed_into_leaves_no_draft(
    end: str, start: Callable[..., Terminal], tmp_path: Path
) -> None:
    one = start()
    one.send("l")
    one.wait_for("Log with")
    how, code = ENDS[end]
    how(one)
    assert one.exit_code() == code
    assert drafts_below(tmp_path) == []
    assert KEPT not in one.output


def test_the_next_start_says_once_where_the_draft_is(start: Callable[..., Terminal], tmp_path: Path) -> None:
    one = start()
    log_something(one)
    one.signal(signal.SIGHUP)
    assert one.exit_code() == 129
    second = start()
    second.wait_for(NOTICE)
    second.read()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", second.output.decode("utf-8", "replace"))
    assert "A text you were typing last time, kept in" in shown
    assert "drafts/20260601T090000Z-log.txt" in shown
    second.send("q")
    assert second.exit_code() == 0
    third = start()
    third.send("2")
    third.send("q")
    assert third.exit_code() == 0
    assert NOTICE.encode() not in third.output
    assert len(drafts_below(tmp_path)) == 1  # being told of takes nothing away


def test_the_draft_of_a_changed_contact_has_only_what_was_changed(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    one = start()
    one.send("\r")
    one.wait_for("TIMELINE")
    one.send("e")
    one.wait_for("anniversary")
    one.read()
    one.send("\t")
    one.send("Zoz")
    one.signal(signal.SIGTERM)
    assert one.exit_code() == 143
    (draft,) = drafts_below(tmp_path)
    head, fields = draft.read_text(encoding="utf-8").split("\n\n", 1)
    assert head.startswith("Edit Zo\u00eb Ray\n")
    assert fields == "nickname:\nZoz\n"


def test_others_can_read_no_draft(start: Callable[..., Terminal], tmp_path: Path) -> None:
    one = start()
    log_something(one)
    one.signal(signal.SIGTERM)
    one.exit_code()
    (draft,) = drafts_below(tmp_path)
    files = [draft.parent, *draft.parent.iterdir()]
    assert len(files) == 3
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_draft_that_cannot_be_written_is_printed_instead(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    one = start()
    log_something(one)
    for folder in tmp_path.rglob("crm"):  # the state folder, wherever this system has it
        if folder.is_dir() and folder.name == "crm":
            (folder / "drafts").write_bytes(b"in the way")
    (tmp_path / "state" / "crm").mkdir(parents=True, exist_ok=True)
    (tmp_path / "state" / "crm" / "drafts").write_bytes(b"in the way")
    one.signal(signal.SIGTERM)
    assert one.exit_code() == 143
    last = one.output[one.output.rindex(b"\x1b[?1049l") :].decode()
    assert "words: We talked about k\u00e4se" in last
    assert "Traceback" not in last


def test_notes_are_saved_although_another_program_is_writing_when_the_end_comes(
    start: Callable[..., Terminal], database: Path
) -> None:
    one = start()
    one.send("\r")
    one.wait_for("TIMELINE")
    one.send("n")
    one.send("Half a sent")
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    one.signal(signal.SIGTERM)
    # well after the second from which on a wait is said
    release = threading.Timer(2.5, other.execute, ["ROLLBACK"])
    release.start()
    try:
        assert one.exit_code() == 143
    finally:
        release.join()
        other.close()
    assert b"Traceback" not in one.output
    store = Store.open(database, now=lambda: datetime.fromisoformat(NOW))
    try:
        assert store.read(contacts.show, store.read(contacts.find, "Zo\u00eb Ray"), 0).notes == "Half a sent"
    finally:
        store.close()
