"""Hostile text where it leaves the program: command line, exports, pages, prompts; and its effect in tmux."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runner import NOW, PROJECT, Crm, command_line, process_environment
from hostile_people import COMMANDS, build, texts

from crm.domain.text import clean

COMMAND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


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


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_osc_52_clipboard_write_in_a_name(settings: dict[str, str], tmp_path: Path) -> None:  # R001
    """In a real terminal: no clipboard, no title, nothing typed into the shell, and the list is in place."""
    socket = str(tmp_path / "tmux")
    environment = {**process_environment(settings), "PS1": "ready ", "PYTHONPATH": str(PROJECT)}

    def tmux(*args: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", socket, "-f", "/dev/null", *args],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout + done.stderr

    def until(text: str) -> str:
        end = time.monotonic() + 60
        while text not in (shown := tmux("capture-pane", "-p")):
            assert time.monotonic() < end, shown
            time.sleep(0.1)
        return shown

    tmux("new-session", "-d", "-x", "120", "-y", "40", "/bin/sh")
    try:
        tmux("set", "-s", "set-clipboard", "on")
        tmux("set", "-g", "allow-passthrough", "on")
        title = tmux("display", "-p", "#{pane_title}")
        program = " ".join(f"'{part}'" for part in command_line(["contacts"]))
        tmux("send-keys", f"{program}; echo do''ne", "Enter")
        until("done")
        tmux("send-keys", f"clear; {program.removesuffix(chr(39) + 'contacts' + chr(39))}", "Enter")
        until("Mallory")
        for key in ("2", "Down", "Enter", "D", "Escape", "e", "Escape", "l", "Escape", "Escape", "4", "3"):
            tmux("send-keys", key)
            time.sleep(0.3)
        shown = until("Matches")
        assert "1 Today" in shown.splitlines()[0]
        tmux("send-keys", "C-q")
        end = time.monotonic() + 60
        while tmux("display", "-p", "#{alternate_on}").strip() != "0":
            assert time.monotonic() < end
            time.sleep(0.1)
        time.sleep(0.5)
        tmux("send-keys", "echo sh''ell", "Enter")
        shown = until("shell")
        assert "no buffers" in tmux("show-buffer")
        assert tmux("display", "-p", "#{pane_title}") == title
        assert "not found" not in shown
        assert not (Path(os.environ.get("HOME", "/")) / "pwned").exists()
    finally:
        tmux("kill-server")


def test_a_link_in_a_message_is_text(crm: Crm) -> None:  # R008
    shown = crm.run("show", "x:m3").out
    assert "␛]8;;http://evil.example␛\\click" in shown
    assert clean(COMMANDS["hidden link"]) in shown
