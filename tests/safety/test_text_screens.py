"""The whole terminal UI on a pseudo-terminal, among people whose every text is an attack.

`walk.py` finds its way by the keys that screens say they have, so a new screen is walked through as soon as a
key or a command of the palette leads to it; one that nothing leads to fails the last test here.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hostile_people import build, hostile_files, settings_file
from textual.screen import Screen

from crm.tui import screens

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
BAD = re.compile("[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MORE_THAN_A_KEY = {
    "Act": "an act with something to say is chosen first",
    "Backups": "comes after something was forgotten",
    "ChangeSetting": "stands behind a line of the settings",
    "ChooseKind": "stands behind a line of the settings",
    "ColumnField": "a table is imported first",
    "Columns": "a table is imported first",
    "EditNotifier": "stands behind a line of the settings",
    "Focus": "Today has somebody left",
    "Merge": "a second contact is found first",
    "NewCircle": "stands behind a line of the settings",
    "Question": "an export asks",
    "Report": "a bug shows it",
    "Review": "an export is looked at",
    "ShowPlan": "stands behind a line of the settings",
    "Triage": "somebody is in no circle",
}
"""Screens that the walk need not come by, and what they want; a new one has to be reached by a key."""


class Seen(NamedTuple):
    """What a walk has seen, and what went out."""

    report: dict[str, Any]
    output: bytes


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Seen]:
    """Return a function that walks, once for each way."""
    kept: dict[str, Seen] = {}

    def walk(how: str) -> Seen:
        if how not in kept:
            kept[how] = _walk(tmp_path_factory.mktemp(how), how)
        return kept[how]

    return walk


def _walk(folder: Path, how: str) -> Seen:
    home = folder / "home"
    home.mkdir()
    build(folder / "crm.db", 200_000)
    hostile_files(home)
    parts = [PROJECT, TESTS, *(TESTS / name for name in ("tui", "safety", "support"))]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, parts)),
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "Europe/Berlin",
        "CRM_CONFIG": str(settings_file(folder)),
        "HOME": str(home),
        "PATH": "",  # no browser, no crontab, no editor
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        "TEXTUAL_ANIMATIONS": "none",
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG", "STATE", "RUNTIME")},
    }
    report = folder / "report.json"
    terminal = Terminal(
        [str(TESTS / "safety" / "walk.py"), str(folder / "crm.db"), str(report), how], environment, (120, 40)
    )
    try:
        terminal.wait_while(lambda: last_step(report.with_suffix(".steps")), lambda: terminal.ended)
        assert report.exists(), terminal.output[-3000:]
        return Seen(json.loads(report.read_text("utf-8")), bytes(terminal.output))
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


@pytest.mark.parametrize("how", ["first", "second"])
def test_every_screen_shows_hostile_text_without_harm(how: str, walked: Callable[[str], Seen]) -> None:
    seen = walked(how)
    assert seen.report["failed"] == ""
    assert seen.report["bugs"] == []
    assert seen.report["code"] == 0


def test_osc_52_clipboard_write_in_a_name(walked: Callable[[str], Seen]) -> None:  # R001 R005 R008
    """Of all that every screen sends, nothing but what Textual sends; each barrier alone is enough."""
    assert walked("first").report["stopped"] == []
    assert _went_out(walked("first").output) == []
    assert _went_out(walked("second").output) == []


def test_every_screen_was_walked_through(walked: Callable[[str], Seen]) -> None:
    folder = Path(screens.__file__).parent
    known = set()
    for file in sorted(folder.glob("[a-z]*.py")):
        module = import_module(f"crm.tui.screens.{file.stem}")
        known |= {
            name
            for name, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Screen) and kind.__module__ == module.__name__ and not kind.__subclasses__()
        }
    visited = set(walked("first").report["screens"]) | set(walked("second").report["screens"])
    assert known - visited - set(MORE_THAN_A_KEY) == set()
