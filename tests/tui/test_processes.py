"""How the program ends, whatever ends it, and what leaves it: with a real terminal."""

from __future__ import annotations

import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tui_world import open_store, place_of

from crm.db.store import Store
from crm.services import contacts, editing, interactions
from crm.services.editing import Edits

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a Unix matter", allow_module_level=True)

from tui_terminal import Terminal

RUN = "import sys\nfrom tui_world import open_store\nfrom crm.tui.app import run\n"
START = "store = open_store(sys.argv[1])\ncode = run(store)\nstore.close()\nsys.exit(code)\n"
ATTACKS = (
    "\x1b]52;c;cHduZWQ=\x1b\\",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;retitled\x1b\\",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b[6n\x1bc",
    "\x9b31m\x9d0;retitled\x9c",
    "\u202eevil\u2066",
)


@pytest.fixture
def terminal(world: Store, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Start the program on the world, with some code before it if need be."""
    started: list[Terminal] = []
    tests = str(Path(__file__).parent)

    def start(before: str = "", size: tuple[int, int] = (80, 24)) -> Terminal:
        world.close()
        code = f"import sys\nsys.path.insert(0, {tests!r})\n{RUN}{before}{START}"
        environment = {
            "CRM_NOW": "2026-06-01T09:00:00Z",
            "CRM_TZ": "Europe/Berlin",
            "HOME": str(tmp_path),
            "TEXTUAL_ANIMATIONS": "none",
        }
        started.append(Terminal(["-c", code, place_of(world)], environment, size))
        return started[-1]

    yield start
    for one in started:
        one.end()


def is_restored(output: bytes) -> bool:
    """Whether the terminal was put back: main screen, cursor, no mouse."""
    end = output[-1500:]
    return all(sequence in end for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l"))


def test_q_ends_with_0_and_puts_the_terminal_back(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.wait_for("Bo Lind")
    one.send("q")
    assert one.exit_code() == 0
    assert is_restored(one.output)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_saves_the_notes_puts_the_terminal_back_and_is_told_by_the_code(
    terminal: Callable[..., Terminal], world: Store, number: int, code: int
) -> None:
    one = terminal()
    one.wait_for("Bo Lind")
    one.send("\r")
    one.wait_for("TIMELINE")
    one.send("n")
    one.send("Half a sent")
    one.signal(number)
    assert one.exit_code() == code
    assert is_restored(one.output)
    assert notes_of(world, "Cy Ono") == "Half a sent"


def test_closing_the_window_during_an_edit_saves_what_was_typed(
    terminal: Callable[..., Terminal], world: Store
) -> None:
    one = terminal()
    one.wait_for("Bo Lind")
    one.send("\r")
    one.wait_for("TIMELINE")
    one.send("n")
    one.send("Half a sent")
    one.close_window()
    assert one.exit_code() == 129
    assert notes_of(world, "Cy Ono") == "Half a sent"


def notes_of(world: Store, name: str) -> str:
    """Return the stored notes."""
    store = open_store(place_of(world))
    try:
        return store.read(contacts.show, store.read(contacts.find, name), 0).notes
    finally:
        store.close()


def test_notes_that_cannot_be_saved_are_printed_at_the_end(terminal: Callable[..., Terminal]) -> None:
    broken = (
        "from crm.db.store import Store\n"
        "from crm.domain.errors import DatabaseError\n"
        "def refuse(*args, **kwargs):\n    raise DatabaseError('the disk is full')\n"
        "Store.write = refuse\n"
    )
    one = terminal(broken)
    one.wait_for("Bo Lind")
    one.send("\r")
    one.wait_for("TIMELINE")
    one.send("n")
    one.send("Precious words")
    one.signal(signal.SIGTERM)
    assert one.exit_code() == 143
    assert b"these notes could not be saved" in one.output
    after = one.output[one.output.index(b"could not be saved") :]
    assert b"Precious words" in after


# R104
def test_a_bug_ends_with_1_and_shows_where_but_nothing_of_anybody(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    bug = (
        "from crm.tui.widgets.timeline import TimelineRows\n"
        "def draw(self, key, row, width):\n    secret = f'Bo Lind: {row.text}'\n    raise KeyError(secret)\n"
        "TimelineRows.draw = draw\n"
    )
    one = terminal(bug)
    one.wait_for("Bo Lind")
    one.send("\r")  # opens the contact
    assert one.exit_code() == 1
    assert is_restored(one.output[: one.output.rindex(b"crm: error")])
    last = one.output[one.output.rindex(b"crm: error") :].decode()
    assert "KeyError" in last
    assert "crm/tui/widgets/rows.py" in last
    logs = [file for file in tmp_path.rglob("*") if file.is_file() and not file.name.startswith("world.db")]
    said = last + "".join(file.read_text("utf-8", "replace") for file in logs)
    for private in ("Ada", "Byron", "example.org", "Bo Lind", "locals"):
        assert private not in said


@pytest.fixture
def hostile(world: Store) -> Store:
    """Return the world with attacks in every text."""
    for number, attack in enumerate(ATTACKS):
        name = f"{chr(65 + number)}{attack}Mallory"
        key = world.write(editing.add, name, [f"x:mallory{number}"])
        world.write(editing.edit, [key], Edits(notes=f"{attack} notes", organisation=attack, title=attack))
        world.write(interactions.log, key, f"{attack} said\n{attack}", direction="in", platform="x")
    return world


WALK = (
    "\x1b[B\x1b[B",
    "\r",
    "n",
    "\x1b",
    "\r",
    "\x1b",
    "e",
    "\x1b",
    "c",
    "\x1b",
    "\x1b",
    "2",
    "\x1b[B",
    "\r",
    "D",
    "n",
)


def unsafe(output: bytes) -> list[str]:
    """Return the attacks that got through."""
    text = output.decode("utf-8", "replace")
    signs = [
        r"\x1b\]52",
        r"\x1b\]0;re",
        r"\x1b\]8;",
        r"\x1b\[6n",
        r"\x1bc",
        "[\x80-\x9f]",
        "[\u202e\u2066]",
        r"\x1b\[2J\x1b\[H",
    ]
    return [sign for sign in signs if re.search(sign, text)]


def test_no_attack_in_a_name_or_message_reaches_the_terminal(
    terminal: Callable[..., Terminal], hostile: Store
) -> None:
    one = terminal()
    one.wait_for("Mallory")
    for keys in WALK:
        one.send(keys)
    one.send("\x1b/Mallory")
    one.send("\x1b")
    one.send("q")
    one.read()
    assert unsafe(one.output) == []
    one.signal(signal.SIGTERM)
    one.exit_code()


def test_the_second_barrier_holds_when_the_first_is_forgotten(
    terminal: Callable[..., Terminal], hostile: Store
) -> None:
    forgotten = (
        "from crm.tui import base, ui\n"
        "ui.clean = lambda text, multiline=False, limit=512: text\n"
        "base.clean = ui.clean\n"
    )
    one = terminal(forgotten)
    one.wait_for("Mallory")
    for keys in WALK:
        one.send(keys)
    one.send("m")
    one.read()
    assert unsafe(one.output) == []
    one.signal(signal.SIGTERM)
    one.exit_code()


def test_without_the_barrier_the_forgotten_first_one_would_be_felt(
    terminal: Callable[..., Terminal], hostile: Store
) -> None:
    """The test above can fail: without either barrier the attacks arrive."""
    neither = (
        "from crm.tui import ui\nfrom crm.tui.barrier import OutputBarrier\n"
        "ui.clean = lambda text, multiline=False, limit=512: text\n"
        "OutputBarrier.apply = lambda self, segments, background: segments\n"
    )
    one = terminal(neither)
    one.wait_for("Mallory")
    one.send("\r")
    assert r"\x1b\]52" in unsafe(one.output)
    one.signal(signal.SIGTERM)
    one.exit_code()


# R122
def test_a_hundred_resizes_do_no_harm(terminal: Callable[..., Terminal]) -> None:
    one = terminal(size=(10, 3))
    one.wait_for("\x1b[?1049h")
    dice = random.Random(5)
    sizes = [(10, 3), (500, 200), *((dice.randrange(1, 300), dice.randrange(1, 120)) for _ in range(98))]
    for size in sizes:
        one.resize(*size)
        one.read(0.005)
    one.resize(80, 24)
    one.read()
    mark = len(one.output)
    one.send("2")
    one.wait_for("Ada Byron", mark)
    one.send("q")
    assert one.exit_code() == 0
