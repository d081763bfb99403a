"""The program as a process: signals, closed pipes, missing terminals, other locales, real terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cli_runner import Crm, Process, command_line, process_environment

if sys.platform == "win32":
    pytest.skip("signals and terminals of POSIX", allow_module_level=True)
PATIENCE = 30.0


@pytest.fixture
def ada(crm: Crm) -> Crm:
    """Return a command line on a database with one contact."""
    crm.run("add", "Ada Lovelace", "x:ada")
    return crm


def test_an_answer_goes_to_stdout_and_an_error_to_stderr(ada: Crm, process: Process) -> None:
    good = process("contacts", "--json")
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)[0]["name"] == "Ada Lovelace"
    bad = process("show", "adda")
    assert (bad.returncode, bad.stdout) == (3, b"")
    assert bad.stderr == b'crm: error: no contact matches "adda"\nhint: did you mean "Ada Lovelace"?\n'


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb"}, {"TERM": ""}])
def test_without_a_terminal_the_screen_is_refused_at_once(env: dict[str, str], process: Process) -> None:
    for args in ((), ("demo",)):
        done = process(*args, env=env)
        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.startswith(b"crm: error: the screen needs a terminal\nhint: ")
        assert b"\x1b" not in done.stderr


def test_a_reader_that_leaves_early_ends_the_program_quietly(ada: Crm, process: Process) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = process("contacts", stdout=writing)
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_a_redirection_is_an_error_without_a_traceback(ada: Crm, process: Process) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process("contacts", stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.startswith(b"crm: error: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_read_is_no_bug(process: Process, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)
    done = process("import", folder)
    assert done.returncode in (1, 5)
    assert b"locked" in done.stderr
    assert b"bug" not in done.stderr


def test_the_shell_completes_the_names_of_commands(process: Process) -> None:
    done = process(env={"_CRM_COMPLETE": "bash_complete", "COMP_WORDS": "crm con", "COMP_CWORD": "1"})
    assert done.stdout == b"plain,contacts\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str, ada: Crm, tmp_path: Path) -> None:
    line = f'exec "$@" {closed}'
    for args, code in ((("contacts",), 0), (("add", f"Bo {closed}"), 0), (("show", "nobody"), 3)):
        done = subprocess.run(
            ["/bin/sh", "-c", line, "sh", *command_line(args)],
            cwd=tmp_path,
            env=process_environment(ada.settings),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code
        assert b"Traceback" not in done.stderr
    assert len(ada.json("contacts")) == 2
    findings = {finding["name"]: finding["ok"] for finding in ada.answer("doctor", "--json").json}
    assert findings["relationships"]
    assert findings.get("integrity", True), "a server sees to it by itself"


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_other_locales_print_every_name(env: dict[str, str], crm: Crm, process: Process) -> None:
    crm.run("add", "Zoë 佐藤 😀", "x:zoe")
    done = process("contacts", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u4f50\\u85e4 \\U0001f600" in done.stdout
    assert json.loads(process("contacts", "--json", env=env).stdout)[0]["name"] == "Zoë 佐藤 😀"
    assert process("show", "佐", env=env).returncode in (0, 3)


def test_python_without_utf8_still_reads_names_from_its_arguments(crm: Crm, process: Process) -> None:
    done = process("add", "Zoë", env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert crm.json("contacts")[0]["name"] == "Zoë"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_program_with_its_code_and_saves_nothing_half(
    number: signal.Signals, code: int, ada: Crm, tmp_path: Path
) -> None:
    waiting = subprocess.Popen(
        command_line(["note", "Ada"]),
        cwd=tmp_path,
        env=process_environment(ada.settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with waiting:
        _wait_until_it_reads(waiting.pid)
        waiting.send_signal(number)
        out, err = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == code
    assert out == b""
    assert b"Traceback" not in err
    assert ada.json("show", "Ada")["notes"] == ""


def _wait_until_it_reads(pid: int) -> None:
    """Wait until a process sleeps in reading its standard input."""
    channel = Path(f"/proc/{pid}/wchan")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not channel.exists():
            time.sleep(2)
            return
        if "pipe" in channel.read_text(encoding="ascii"):
            return
        time.sleep(0.02)
    pytest.fail("the program never began to read")


def _on_a_terminal(args: list[str], settings: Mapping[str, str], env: Mapping[str, str]) -> tuple[int, bytes]:
    """Run the program on a pseudo-terminal; return its exit code and everything it painted."""
    import pty

    leader, follower = pty.openpty()
    try:
        running = subprocess.Popen(
            command_line(args),
            env=process_environment(settings, env),
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        painted = b"".join(_until_hangup(leader))
        return running.wait(PATIENCE), painted
    finally:
        os.close(leader)


def _until_hangup(leader: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux says EIO when the last writer has closed a terminal
            return
        if not piece:
            return
        yield piece


ONLY_COLOURS = re.compile(rb"\x1b\[[0-9;]*m|\r\x1b\[K")


def test_a_terminal_gets_colours_and_nothing_else_of_a_hostile_name(crm: Crm) -> None:
    crm.run("add", "Mal \x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b2J\u202e", "x:mal")
    crm.run("log", "x:mal", "hi \x1b[c there", "--in")
    for command in (["contacts"], ["show", "x:mal"], ["today"], ["search", "there"]):
        code, painted = _on_a_terminal(command, crm.settings, {"COLUMNS": "80"})
        assert code == 0
        assert b"\x1b[1m" in painted
        rest = ONLY_COLOURS.sub(b"", painted)
        assert b"\x1b" not in rest
        assert "\x9b" not in rest.decode()
        assert "\u202e" not in rest.decode()


def test_no_color_is_honoured_on_a_terminal(ada: Crm) -> None:
    code, painted = _on_a_terminal(["contacts"], ada.settings, {"NO_COLOR": "1"})
    assert code == 0
    assert b"\x1b" not in painted


def test_json_on_a_terminal_is_ascii_and_indented(crm: Crm) -> None:
    crm.run("add", "Zoë \x7f\x85", "x:zoe")
    _, painted = _on_a_terminal(["contacts", "--json"], crm.settings, {})
    text = painted.decode("ascii")
    assert text.startswith("[\r\n  {\r\n")
    assert json.loads(text)[0]["name"].startswith("Zoë")


def test_a_narrow_terminal_gets_narrow_lines(crm: Crm) -> None:
    crm.run("add", "A name that is far longer than the terminal is wide", "x:long")
    crm.run("log", "x:long", "a message that is far longer than the terminal is wide, too", "--in")
    for command in (["contacts"], ["show", "x:long"], ["today"]):
        _, painted = _on_a_terminal(command, crm.settings, {"COLUMNS": "40", "NO_COLOR": "1"})
        assert max(map(len, painted.decode().splitlines())) <= 40, painted.decode()


def test_progress_is_shown_on_a_terminal_and_wiped_before_the_report(crm: Crm, tmp_path: Path) -> None:
    mailbox = tmp_path / "letters.mbox"
    mail = (
        "From bo@example.org Mon May 25 09:00:00 2026\nFrom: Bo Lind <bo@example.org>\nTo: me@example.org\n"
        "Subject: Hello\nDate: Mon, 25 May 2026 09:00:00 +0000\nMessage-ID: <{}@example.org>\n\nHello\n\n"
    )
    mailbox.write_text("".join(mail.format(number) for number in range(50)), encoding="utf-8")
    args = ["import", str(mailbox), "--as", "me@example.org"]
    code, painted = _on_a_terminal(args, crm.settings, {"COLUMNS": "40", "NO_COLOR": "1"})
    assert code == 0
    steps = painted.split(b"\r\x1b[K")
    assert any(b"records" in step for step in steps[1:-1])
    assert max(map(len, steps[1:-1])) < 40
    assert b"records" not in steps[-1]
    assert b"interactions  50 new" in steps[-1]


def test_notes_are_written_in_the_editor_on_a_terminal(ada: Crm, tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "from the editor" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    for args in (["note", "Ada"], ["note", "Ada", "--edit"]):
        # the edited file must look newer than it was made
        code, painted = _on_a_terminal(args, ada.settings, {"EDITOR": str(editor), "VISUAL": str(editor)})
        assert code == 0, painted
    assert ada.json("show", "Ada")["notes"].count("from the editor") == 2


@pytest.mark.sqlite(reason="the modes of its files")
def test_the_database_and_what_lies_beside_it_are_private(process: Process, settings: dict[str, str]) -> None:
    assert process("add", "Ada").returncode == 0
    made = process("backup").stdout.decode().strip()
    for file in (Path(settings["CRM_DATABASE_URL"]), Path(made)):
        assert file.stat().st_mode & 0o077 == 0


def test_an_export_without_a_name_becomes_a_new_file_where_somebody_is_looking(
    ada: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("crm-contacts-2026-06-01.csv", "crm-contacts-2026-06-01-2.csv"):
        code, painted = _on_a_terminal(["export", "csv"], ada.settings, {"NO_COLOR": "1"})
        assert code == 0
        said = painted.split(b"\r\x1b[K")[-1].decode().splitlines()
        assert said == ["1 contact exported", name]
        assert (folder / name).read_bytes().startswith(b'"name",')


def test_an_export_to_a_terminal_sends_it_nothing_but_text(crm: Crm) -> None:
    crm.run("add", "Mal \x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b2J\u202e", "x:mal")
    crm.run("edit", "x:mal", "--birthday", "--06-01")
    for form in ("vcard", "csv", "json", "ics"):
        code, painted = _on_a_terminal(["export", form, "-"], crm.settings, {"NO_COLOR": "1"})
        assert code == 0
        rest = painted.replace(b"\r\x1b[K", b"")
        assert b"Mal" in rest
        assert not set("\x1b\x07\x9b\u202e") & set(rest.decode())
