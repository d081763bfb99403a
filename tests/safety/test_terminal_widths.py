"""Names of every script and sign in tables: columns begin in the same cell, to us and to a real terminal."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import NOW, Crm
from hostile_people import COMMANDS, HEAP, texts
from test_widths import NAMES
from tui_terminal import PYTHONPATH
from tui_world import bring, open_store, said

from crm.cli.cells import cell_len

PROJECT = Path(__file__).resolve().parents[2]
TESTS = PROJECT / "tests"
UNSETTLED = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff\u0900-\u0dff]")
"""Emoji style, skin tones, vowel signs of India: terminals differ in their width (tmux 3.3: 1, 2, 1)."""
ASKS = """
import json, os, re, sys, termios, tty
from test_terminal_widths import samples
from crm.cli.cells import fit
from crm.domain.text import clean
from crm.tui import ui
tty.setraw(0)
found = {}
for name in samples():
    for kind, text in (("screen", ui.fit(name, 24)), ("command line", fit(clean(name), 24))):
        os.write(1, f"\\r\\x1b[K{text}\\x1b[6n".encode())
        answer = ""
        while (place := re.search(r"\\x1b\\[\\d+;(\\d+)R", answer)) is None:
            answer += os.read(0, 64).decode()
        found[f"{kind}: {ascii(name[:40])}"] = int(place[1]) - 1
with open(sys.argv[1] + ".new", "w") as file:
    json.dump(found, file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
"""
"""Writes each name into 24 cells and asks the terminal where its cursor is."""


def samples() -> list[str]:
    """Return the names whose width all terminals agree on."""
    return [name for name in (*NAMES, *texts().values(), "tab\there") if not UNSETTLED.search(name)]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_what_fits_into_a_column_fits_in_a_real_terminal(tmp_path: Path) -> None:  # R015
    """The terminal says itself in which cell the next column would begin."""
    script, answer = tmp_path / "asks.py", tmp_path / "answer.json"
    script.write_text(ASKS, encoding="utf-8")
    paths = (PYTHONPATH, *(str(TESTS / name) for name in ("", "tui", "safety", "cli")))
    command = f"exec '{sys.executable}' '{script}' '{answer}' 2>'{tmp_path}/errors'"
    tmux = ["tmux", "-u", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": ":".join(paths)}
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", command], env=environment, check=True)
    try:
        end = time.monotonic() + 120
        while not answer.exists():
            errors = tmp_path / "errors"
            assert time.monotonic() < end, errors.read_text("utf-8") if errors.exists() else "no answer"
            time.sleep(0.05)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
    found = json.loads(answer.read_text("utf-8"))
    assert len(found) == 2 * len(set(samples()))
    assert {name: cells for name, cells in found.items() if cells != 24} == {}


@pytest.fixture
def crm(tmp_path: Path, database_of: Callable[[Path], str]) -> Crm:
    """Return the command line among people with such names."""
    database = database_of(tmp_path / "wide.db")
    with closing(open_store(database)) as store:
        for number, name in enumerate((*NAMES, HEAP, "tab\there", COMMANDS["directions"])):
            acts = [
                said("x", f"wide{number}", days, way, "Did you see it?", name)
                for days, way in ((9, "out"), (2, "in"))
            ]
            bring(store, "x", *acts)
    settings = {"CRM_CONFIG": str(tmp_path / "none.toml"), "CRM_NOW": NOW, "CRM_TZ": "UTC"}
    return Crm({"CRM_DATABASE_URL": database, "HOME": str(tmp_path), **settings})


def test_columns_of_printed_tables_begin_in_the_same_cell(crm: Crm) -> None:  # R015
    for args, mark in ((["contacts"], "  X  "), (["today"], "  X  "), (["search", "see"], "  <-  ")):
        lines = [line for line in crm.run(*args).lines if mark in line]
        assert len(lines) > len(NAMES), args
        assert len({cell_len(line[: line.index(mark)].rstrip()) for line in lines}) > 5, args
        assert len({cell_len(line[: line.index(mark) + 2]) for line in lines}) == 1, args
