"""Hostile text where it leaves the program: command line, exports, pages, prompts; and its effect in tmux."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runner import NOW, PROJECT, Crm, command_line, process_environment
from hostile_people import COMMANDS, build, texts
from printing import command_lines, hostile_archive

from crm.domain.text import clean

COMMAND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

PAINT = re.compile(r"\x1b\[(?:\d+(?:;\d+)*m|K)")
"""Colours, and wiping the line of a progress."""
TESTS = PROJECT / "tests"
FOLDERS = ("", "tui", "safety", "support", "cli", "importers")
PYTHONPATH = os.pathsep.join(map(str, (PROJECT, *(TESTS / name for name in FOLDERS))))
STEPS = (
    ("2", "filter:", True),
    ("Down", "Mallory", True),
    ("Enter", "TIMELINE", True),
    ("D", "y  yes", True),
    ("Escape", "y  yes", False),
    ("e", "nickname", True),
    ("Escape", "nickname", False),
    ("l", "what was said", True),
    ("Escape", "what was said", False),
    ("4", "[4 Mirror]", True),
    ("3", "[3 Matches]", True),
)
"""Keys, and what is seen, or not any more, when they have been heard."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, database_of: Callable[[Path], str]) -> dict[str, str]:
    """Return the environment of a program among hostile people."""
    folder = tmp_path_factory.mktemp("people")
    build(folder / "crm.db", 100_000)
    return {
        "CRM_DATABASE_URL": database_of(folder / "crm.db"),
        "CRM_CONFIG": str(folder / "config.toml"),
        "CRM_NOW": NOW,
        "CRM_TZ": "UTC",
        "HOME": str(folder),
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG", "STATE")},
    }


@pytest.fixture(scope="module")
def crm(settings: dict[str, str]) -> Crm:
    """Return the command line."""
    return Crm(settings)


SHOWS = (
    ["contacts"],
    ["contacts", "Mallory0"],
    ["show", "x:m0"],
    ["show", "x:m5"],
    ["show", "x:blank2"],
    ["show", "Mallory"],
    ["search", "Mallory3"],
    ["today"],
    ["matches"],
    ["mirror"],
    ["coverage"],
    ["undo", "--list"],
    ["import", "--runs"],
    ["remind"],
    ["me"],
    ["doctor"],
    ["contacts", "--tag", COMMANDS["clipboard"]],
    ["snooze", "x:m1", COMMANDS["clipboard"]],
    ["import", COMMANDS["title"]],
    ["log", "x:m2", COMMANDS["clipboard"]],
    [COMMANDS["title"]],
)


@pytest.mark.parametrize("args", SHOWS, ids=lambda args: re.sub(r"\W+", " ", " ".join(args))[:30])
def test_no_command_prints_a_command(args: list[str], crm: Crm) -> None:
    answer = crm.answer(*args)
    assert answer.code in (0, 2, 3, 5)
    assert "inside crm" not in answer.err
    assert not COMMAND.search(answer.out.replace("\r\n", "\n"))
    assert not COMMAND.search(answer.err)


def test_markup_and_emoji_codes_are_printed_as_they_are(crm: Crm) -> None:  # R009 R010 R013
    shown = crm.run("contacts").out
    for name in ("[/]", "hi[/red]", "[john]", "[on call] Bob", ":smile: :pile_of_poo:"):
        assert name in shown


def test_json_on_a_terminal(crm: Crm) -> None:  # R022
    for args in (["contacts"], ["show", "x:m16"], ["today"], ["search", "Mallory"], ["matches"]):
        text = crm.run(*args, "--json").out
        assert text.isascii()
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
        json.loads(text)
    stored = {one["name"] for one in crm.json("contacts")}
    assert COMMANDS["eight bits"] + "Mallory12" in stored


def test_every_attack_is_found_by_its_name_and_can_be_changed(crm: Crm) -> None:
    for number, text in enumerate(texts().values()):
        key = crm.json("show", f"x:m{number}", "--limit", "1")["id"]
        found = crm.json("contacts", text.replace("\0", "")[:200])
        assert key in [one["id"] for one in found], text[:40]
    crm.run("edit", "x:m3", "--name", "Plain Name")
    assert crm.json("show", "x:m3", "--limit", "1")["name"] == "Plain Name"
    crm.run("undo")


def test_empty_and_invisible_names(crm: Crm) -> None:  # R021
    for number in range(6):
        lines = crm.run("show", f"x:blank{number}").lines
        assert "(no name)" in lines[0] or f"blank{number}" in lines[0]


@pytest.mark.parametrize("form", ["vcard", "csv", "json", "ics"])
def test_every_export_is_utf_8_and_reads_back(form: str, crm: Crm, tmp_path: Path) -> None:  # R019
    file = tmp_path / f"out.{form}"
    crm.run("export", form, "--to", file)
    text = file.read_bytes().decode("utf-8")
    assert "\0" not in text
    if form == "json":
        json.loads(text)
    if form == "csv":
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) == 1 + len(crm.json("contacts"))
    if form in ("vcard", "ics"):
        begins = [line for line in text.split("\r\n") if line.startswith("BEGIN:V")]
        ends = [line for line in text.split("\r\n") if line.startswith("END:V")]
        assert len(begins) == len(ends)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text) or form == "vcard"


def test_the_page_of_the_mirror_has_no_script_of_others(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "mirror.html"
    answer = crm.answer("mirror", "--html", file)
    assert answer.code == 0, answer.err
    page = file.read_text("utf-8")
    assert "<script>alert" not in page
    assert not COMMAND.search(page)


def test_a_shell_prompt_and_completion_get_no_text_of_others(settings: dict[str, str]) -> None:
    completing = {"_CRM_COMPLETE": "bash_complete", "COMP_WORDS": "crm show ", "COMP_CWORD": "2"}
    for args, env in ((["remind", "--prompt"], {}), ([], completing)):
        done = subprocess.run(
            command_line(args),
            env=process_environment(settings, env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert not COMMAND.search(done.stdout.decode())
        assert b"Mallory" not in done.stdout


@pytest.fixture
def own(
    settings: dict[str, str],
    tmp_path: Path,
    copy_database: Callable[[Path, Path], None],
    database_of: Callable[[Path], str],
) -> dict[str, str]:
    """Return the environment of a program on a copy of the community."""
    copy_database(Path(settings["HOME"]) / "crm.db", tmp_path / "crm.db")
    return {**settings, "CRM_DATABASE_URL": database_of(tmp_path / "crm.db"), "PYTHONPATH": PYTHONPATH}


@pytest.fixture
def printing(tmp_path: Path) -> list[str]:
    """Return the arguments of a Python that prints everything there is to print."""
    hostile_archive(tmp_path)
    return [str(TESTS / "safety" / "printing.py"), str(tmp_path)]


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix matter")
def test_no_command_prints_a_command_to_a_terminal(
    own: dict[str, str], printing: list[str], tmp_path: Path
) -> None:
    """Whatever is printed of names, files, members of archives, arguments: to a terminal, with colours."""
    from tui_terminal import Terminal

    terminal = Terminal(printing, {**own, "NO_COLOR": ""}, (100, 40))
    try:
        terminal.wait_for("-- all printed --")
        assert terminal.exit_code() == 0
    finally:
        terminal.end()
    text = terminal.output.decode("utf-8")
    parts = re.split(r"-- \d+ --\r\n", text)[1:]
    for args, part in zip(command_lines(tmp_path), parts, strict=True):
        plain = PAINT.sub("", part).replace("\r\n", "\n")
        assert not COMMAND.search(plain.replace("\r", "")), args
        assert "-- ended with 1 --" not in plain, (args, plain[-2000:])
        assert "Traceback" not in plain, args
    assert sum("-- ended with 0 --" in part for part in parts) > len(parts) // 2


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_osc_52_clipboard_write_in_a_name(  # R001
    own: dict[str, str], printing: list[str], tmp_path: Path
) -> None:
    """In a real terminal: no clipboard, title, bell, mode; nothing typed into the shell; lists in place."""
    socket = str(tmp_path / "tmux")
    environment = process_environment(own, {"PS1": "ready ", "HOME": str(tmp_path)})

    def tmux(*args: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", socket, "-f", "/dev/null", *args],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout + done.stderr

    def until(come: Callable[[str], bool]) -> str:
        end = time.monotonic() + 120
        while not come(shown := tmux("capture-pane", "-p")):
            assert time.monotonic() < end, shown
            time.sleep(0.05)
        return shown

    def state() -> str:
        names = "pane_title window_name alternate_on cursor_flag insert_flag keypad_flag mouse_any_flag"
        flags = "origin_flag wrap_flag scroll_region_upper scroll_region_lower window_bell_flag"
        return tmux("display", "-p", " ".join(f"{name}=#{{{name}}}" for name in f"{names} {flags}".split()))

    tmux("new-session", "-d", "-x", "120", "-y", "40", "/bin/sh")
    try:
        for option in (("-s", "set-clipboard", "on"), ("-g", "allow-passthrough", "on")):
            tmux("set", *option)
        for option in ("monitor-bell", "allow-rename"):
            tmux("set", "-g", option, "on")
        tmux("set", "-g", "automatic-rename", "off")
        before = state()
        python = f"'{sys.executable}'"
        tmux("send-keys", f"{python} {' '.join(map(repr, printing))}; echo do''ne", "Enter")
        shown = until(lambda shown: "\ndone\n" in shown)
        assert shown.split("\ndone\n")[1].strip() in (
            "#",
            "$",
            "ready",
        )  # no answer of the terminal's was typed
        assert state() == before
        tmux("send-keys", f"clear; {python} -m crm", "Enter")
        until(lambda shown: "Mallory" in shown)
        for key, text, there in STEPS:
            tmux("send-keys", key)
            shown = until(lambda shown, text=text, there=there: (text in shown) is there)
            assert "1 Today" in shown.splitlines()[0]
        tmux("send-keys", "C-q")
        until(lambda _: state() == before)
        tmux("send-keys", "echo sh''ell", "Enter")
        shown = until(lambda shown: bool(re.search(r"^(?:\S+ )?shell$", shown, re.MULTILINE)))
        assert "no buffers" in tmux("show-buffer")
        assert state() == before
        assert "not found" not in shown
        assert not (tmp_path / "pwned").exists()
    finally:
        tmux("kill-server")


def test_a_link_in_a_message_is_text(crm: Crm) -> None:  # R008
    shown = crm.run("show", "x:m3").out
    assert "␛]8;;http://evil.example␛\\click" in shown
    assert clean(COMMANDS["hidden link"]) in shown
