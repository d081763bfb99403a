"""The whole terminal UI on a pseudo-terminal, among people whose every text is an attack.

`doors.py` says how each screen is opened; `walk.py` opens them and presses the keys they say they have.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from doors import DOORS
from hostile_people import build, hostile_exports, hostile_files, settings_file

from crm.tui import screens
from crm.tui.base import Dialog, Page

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a Unix matter", allow_module_level=True)

from tui_terminal import PROJECT, Terminal

TESTS = Path(__file__).resolve().parents[1]
OURS = re.compile(
    r"\x1b\[[\d;]*m"  # colours
    r"|\x1b\[\d*;?\d*H|\x1b\[\d*[ABCDJK]"  # moves, and wiping
    r"|\x1b\[\?[\d;]+[hlpu]|\x1b\[\?[\d;]+\$p"  # modes of screen, mouse, pasting; asking for one
    r"|\x1b\]22;\w*(?:\x07|\x1b\\)"  # the mouse's shape
    r"|\x1b\[[<>=][\d;]*u|\x1b\[\?u|\x1b\[>\d*[qm]|\x1b\[[\d;]*t"  # keys, version, size
    r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # what `y` copies: in base64, ended by a bell
)
"""Everything that Textual itself sends; colours of text and the like."""
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
"""Codes that choose a colour; bold and reversed have others, and 39 and 49 are the terminal's own."""
BAD = re.compile("[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
SIZES = {"first": (100, 30), "second": (80, 24)}
"""Wide and tall enough for cards beside lists, and what most terminals have."""
_ALL = tuple(DOORS)
WALKS = {
    "first, daily": ("first", _ALL[:9]),
    "first, people": ("first", _ALL[9:26]),
    "first, the rest": ("first", _ALL[26:]),
    "second": ("second", _ALL),
}
"""Each walk is a process and a test of its own, so that several processors share them."""


class Seen(NamedTuple):
    """What a walk has seen, and what went out."""

    report: dict[str, Any]
    output: bytes


@pytest.fixture(scope="module")
def among(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the community and what belongs to it."""
    folder = tmp_path_factory.mktemp("among")
    home = folder / "home"
    home.mkdir()
    build(folder / "crm.db", 100_000)
    hostile_files(home)
    hostile_exports(home)
    settings_file(folder)
    return folder


def walk(database: str, folder: Path, how: str, doors: Sequence[str]) -> Seen:
    """Walk in a terminal of its own."""
    parts = [PROJECT, TESTS, *(TESTS / name for name in ("tui", "safety", "support"))]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, parts)),
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "Europe/Berlin",
        "CRM_CONFIG": str(folder / "config.toml"),
        "HOME": str(folder / "home"),
        "PATH": "",  # no browser, no crontab, no editor
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        "TEXTUAL_ANIMATIONS": "none",
        "NO_COLOR": "1" if how == "second" else "",
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG", "STATE", "RUNTIME")},
    }
    report = folder / "report.json"
    files = [database, str(folder / "home"), str(report)]
    terminal = Terminal([str(TESTS / "safety" / "walk.py"), *files, how, *doors], environment, SIZES[how])
    try:
        terminal.wait_while(lambda: last_step(report.with_suffix(".steps")), lambda: terminal.ended)
        assert report.exists(), terminal.output[-3000:]
        return Seen(json.loads(report.read_text("utf-8")), bytes(terminal.output))
    except AssertionError as error:
        stuck = report.with_suffix(".stuck")
        if stuck.exists():
            error.add_note(stuck.read_text("utf-8"))
        raise
    finally:
        terminal.end()


def last_step(steps: Path) -> tuple[int, str]:
    """Return how many steps were taken, and the last one."""
    taken = steps.read_text("utf-8").splitlines() if steps.exists() else []
    return len(taken), taken[-1] if taken else ""


def _went_out(output: bytes) -> list[str]:
    """Return what reached the terminal and is not Textual's own."""
    text = output.decode("utf-8", "surrogateescape")
    left = OURS.sub("", text)
    found = [left[max(match.start() - 10, 0) : match.end() + 30] for match in BAD.finditer(left)]
    pasted = [sign for sign in ("\x1b]52;c;cHduZWQ=", "]0;retitled\x07", "\x1b]8;") if sign in text]
    return [*found[:20], *pasted]


@pytest.mark.parametrize("name", WALKS)
def test_osc_52_clipboard_write_in_a_name(  # R001 R005 R008
    name: str,
    among: Path,
    tmp_path: Path,
    copy_database: Callable[[Path, Path], None],
    database_of: Callable[[Path], str],
) -> None:
    """Behind every door: no bug, nothing goes out but what Textual sends; each barrier alone is enough.

    The second walk has NO_COLOR set: not one colour goes out.
    """
    how, doors = WALKS[name]
    folder = tmp_path / "walk"
    shutil.copytree(among, folder)
    copy_database(among / "crm.db", folder / "crm.db")
    seen = walk(database_of(folder / "crm.db"), folder, how, doors)
    assert seen.report["failed"] == ""
    assert seen.report["bugs"] == []
    assert seen.report["code"] == 0
    assert seen.report["stopped"] == []
    assert _went_out(seen.output) == []
    assert set(doors) <= set(seen.report["seen"])
    colours = COLOUR.findall(seen.output)
    assert not colours if how == "second" else colours
    if how == "first":
        assert sum(map(len, seen.report["seen"].values())) > 3 * len(doors)


def test_every_screen_has_a_door() -> None:
    """A new screen is walked through as soon as `doors` says how it is opened."""
    folder = Path(screens.__file__).parent
    known = set()
    for file in sorted(folder.glob("[a-z]*.py")):
        module = import_module(f"crm.tui.screens.{file.stem}")
        known |= {
            name
            for name, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Page | Dialog) and kind.__module__ == module.__name__
        }
    assert known - {"FormDialog", "Saving"} == set(DOORS)
    assert {door for _, doors in WALKS.values() for door in doors} == set(DOORS)
