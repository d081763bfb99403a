"""However the program is started and ended: it ends cleanly, with the right code, and says what to do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from cli_runner import NOW, PROJECT, Crm, command_line, process_environment

from crm import paths
from crm.cli.commands import COMMANDS
from crm.db.store import Store
from crm.services import contacts, editing, interactions

if sys.platform == "win32":
    pytest.skip("signals and terminals of POSIX", allow_module_level=True)

PATIENCE = 600
"""Seconds; only what hangs is ever waited for so long."""
Done = subprocess.CompletedProcess[bytes]
USUAL = Path(".local", "share", "crm", "crm.db")
"""Where the database is below the home folder."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home folder with a database in its usual place, and one contact in that."""
    database = tmp_path / USUAL
    paths.private_folder(database.parent)
    store = Store.open(database, now=lambda: datetime.fromisoformat(NOW))
    contact = store.write(editing.add, "Zoë Ray", ["x:zoe"])
    store.write(interactions.log, contact, "hello", direction="in", platform="x")
    store.close()
    return tmp_path


@pytest.fixture
def place(home: Path, database_kind: str, database_of: Callable[[Path], str]) -> dict[str, str]:
    """Return the variables by which the program finds the database: of a server it must be told."""
    if database_kind == "sqlite":
        return {"HOME": str(home)}
    return {"HOME": str(home), "CRM_DATABASE_URL": database_of(home / USUAL)}


@pytest.fixture
def run(home: Path, place: dict[str, str]) -> Callable[..., Done]:
    """Return a function that runs the program with an environment of our choice, cron's by default."""

    def started(*args: object, env: Mapping[str, str | None] | None = None, **options: object) -> Done:
        plain = {**place, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "CRM_NOW": NOW}
        settled = {key: value for key, value in {**plain, **(env or {})}.items() if value is not None}
        return subprocess.run(
            [
                os.fsencode(sys.executable),
                "-m",
                "crm",
                *(a if isinstance(a, bytes) else str(a) for a in args),
            ],
            env=settled,
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            **options,  # type: ignore[arg-type]
        )

    return started


@pytest.fixture
def crm(home: Path, database_of: Callable[[Path], str]) -> Crm:
    """Return the command line in this process, on the same database."""
    return Crm(
        {"CRM_DATABASE_URL": database_of(home / USUAL), "HOME": str(home), "CRM_NOW": NOW, "CRM_TZ": "UTC"}
    )


def is_clean(done: Done) -> None:
    """Insist on an end that is no bug, without a traceback and without escapes."""
    said = done.stderr.decode("utf-8", "backslashreplace")
    assert "Traceback" not in said
    assert "inside crm" not in said, said
    assert "\x1b" not in said
    done.stdout.decode("utf-8")


ZOE = "Zoë Ray".encode()


@pytest.mark.parametrize("zone", ["Mars/Phobos", ":../../etc/passwd"])
def test_unknown_or_renamed_zone(zone: str, run: Callable[..., Done]) -> None:  # R073
    done = run("today", env={"TZ": zone})
    assert done.returncode == 0
    assert done.stderr.decode().startswith("crm: TZ names no time zone: ")
    assert b"those of UTC" in done.stderr
    assert b"Monday 1 June 2026" in done.stdout


@pytest.mark.parametrize("zone", ["Europe/Kiev", "Europe/Kyiv", "CET-1CEST,M3.5.0,M10.5.0/3"])
def test_every_way_to_write_a_zone_is_taken_without_a_word(zone: str, run: Callable[..., Done]) -> None:
    done = run("today", env={"TZ": zone})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("name", "code"), [("Europe/Kiev", 0), ("Europe/Kyiv", 0), ("Mars/Phobos", 2), ("../x", 2)]
)
def test_a_zone_that_the_user_wrote_down_wrongly_is_said(
    name: str, code: int, run: Callable[..., Done]
) -> None:
    done = run("contacts", env={"CRM_TZ": name})
    assert done.returncode == code
    assert (b"no time zone called" in done.stderr) == (code == 2)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("9999-12-31T23:59:59-12:00", 2),
        ("0001-01-01T00:00:00+14:00", 2),
        ("1910-01-01", 0),
        ("9000-12-31T23:59:59Z", 0),
    ],
)
def test_a_clock_that_cannot_be_right_is_refused_or_survived(
    moment: str, code: int, run: Callable[..., Done], crm: Crm
) -> None:
    for command in (
        ["today"],
        ["mirror"],
        ["show", "x:zoe"],
        ["export", "ics", "-"],
        ["remind", "--dry-run"],
    ):
        answer = crm.answer(*command, env={"CRM_NOW": moment})
        assert answer.code == code, (command, answer.err)
        assert "inside crm" not in answer.err
    done = run("remind", "--prompt", env={"CRM_NOW": moment})  # a prompt is silent rather than wrong
    is_clean(done)
    assert done.returncode in (0, code)


def test_no_terminal(run: Callable[..., Done], home: Path) -> None:  # R120
    for env in ({}, {"TERM": "no-such-terminal"}, {"TERM": "xterm-256color"}):
        for args in ((), ("demo",)):
            done = run(*args, env=env)
            assert done.returncode == 2
            assert done.stdout == b""
            assert done.stderr.startswith(b"crm: error: the screen needs a terminal\nhint: ")
            assert b"\x1b" not in done.stderr
    for command in ("today", "doctor"):
        done = run(command)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_poor_terminal_gets_a_sentence_and_no_escapes(term: str, place: dict[str, str]) -> None:
    from tui_terminal import Terminal

    base = {**place, "TERM": term, "CRM_NOW": NOW, "NO_COLOR": ""}
    command = Terminal(["-m", "crm", "contacts"], base)
    assert command.exit_code() == 0
    assert b"Zo" in command.output
    screen = Terminal(["-m", "crm"], base)
    assert screen.exit_code() == 2
    assert b"\x1b" not in screen.output + command.output
    assert b"the screen needs a terminal" in screen.output


@pytest.mark.sqlite(reason="its place below the home folder")
@pytest.mark.parametrize(
    "env",
    [
        {"HOME": None},
        {"HOME": ""},
        {"HOME": "/proc/nowhere"},
        {"HOME": "/dev/null"},
        {"XDG_DATA_HOME": "/dev/null/x", "XDG_STATE_HOME": "/dev/null", "XDG_CONFIG_HOME": "/dev/null"},
        {"CRM_CONFIG": "/dev/null"},
        {"CRM_CONFIG": "/"},
    ],
)
def test_a_home_that_is_missing_or_cannot_be_used(
    env: dict[str, str | None], run: Callable[..., Done], tmp_path: Path
) -> None:
    database = tmp_path / "elsewhere.db"
    for args in (["contacts"], ["remind", "--prompt"]):
        done = run(*args, env={**env, "CRM_DATABASE_URL": str(database)})
        is_clean(done)
        assert done.returncode in (0, 2, 6), done.stderr
        assert not done.returncode or done.stderr.count(b"hint: ") == 1
    if env.get("HOME"):
        done = run("add", "Ada", env=env)
        is_clean(done)
        assert done.returncode in (2, 6)
        assert done.stderr.count(b"hint: ") == 1


@pytest.mark.sqlite(reason="its place below the home folder")
def test_folders_that_are_not_absolute_do_not_count(run: Callable[..., Done], home: Path) -> None:
    """The XDG specification: a relative path is to be ignored."""
    names = ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    done = run("contacts", env=dict.fromkeys(names, "relative"))
    assert ZOE in done.stdout
    assert not (home / "relative").exists()


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONUTF8": "0"},
        {"LC_ALL": "xx_YY.nonsense", "PYTHONUTF8": "0"},
    ],
)
def test_in_every_locale_every_command_ends_well(
    env: dict[str, str], run: Callable[..., Done], home: Path
) -> None:
    done = run("show", "x:zoe", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(run("contacts", "--json", env=env).stdout)[0]["name"] == "Zoë Ray"
    assert run("export", "csv", "a.csv", env=env).returncode == 0
    assert "Zoë" in (home / "a.csv").read_text("utf-8")


BYTES = b"bad\xff\xfename"


def test_arguments_that_are_no_text(run: Callable[..., Done], crm: Crm, home: Path) -> None:
    expected = {
        ("contacts", BYTES): 0,
        ("search", BYTES): 0,
        ("show", BYTES): 3,
        ("add", BYTES): 0,
        ("log", "x:zoe", BYTES): 0,
        ("note", "x:zoe", BYTES): 0,
        ("edit", "x:zoe", "--tag", BYTES): 0,
        ("import", BYTES): 5,
        ("export", "csv", BYTES + b".csv"): 0,
        ("--db", BYTES, "contacts"): 0,  # there is none yet
        ("--db", BYTES, "add", "Ada"): 0,
        ("--db", BYTES, "show", "Ada"): 0,
        ("mirror", "--platform", BYTES): 2,
        (BYTES,): 2,
        (b"--" + BYTES,): 2,
    }
    for args, code in expected.items():
        words = [os.fsdecode(word) if isinstance(word, bytes) else word for word in args]
        if {"--db", "export"} & {*args} or args == (BYTES,):  # some as a real process
            done = run(*args)
            is_clean(done)
            assert done.returncode == code, (args, done.stderr)
        else:
            answer = crm.answer(*words)
            assert answer.code == code, (args, answer.err)
            assert "inside crm" not in answer.err
    names = {os.fsencode(file.name) for file in home.iterdir()}
    assert {BYTES, BYTES + b".csv"} <= names
    assert "bad\ufffd\ufffdname" in [one["name"] for one in json.loads(run("contacts", "--json").stdout)]


@pytest.mark.parametrize("size", [600, 60_000, 1_000_000])
def test_arguments_that_are_very_long(size: int, crm: Crm) -> None:
    long = "x" * size
    expected: dict[tuple[str, ...], int] = {
        ("contacts", long): 0,
        ("search", long): 0,
        ("search", "x " * (size // 2)): 0,
        ("show", long): 3,
        ("merge", long, "x:zoe"): 3,
        ("import", long): 5,
        ("--db", long, "contacts"): 6,
        ("log", "x:zoe", "--at", long): 2,
        ("snooze", "x:zoe", long): 2,
        ("add", long): 0,
        ("show", f"{long[:-1]}y"): 3,
        ("contacts", long[1:]): 0,
    }
    for args, code in expected.items():
        answer = crm.answer(*args)
        assert answer.code == code, (args[0], answer.err[:300])
        assert "inside crm" not in answer.err
        assert len(answer.err) < 10_000


READS = (
    ["contacts"],
    ["show", "x:zoe"],
    ["today"],
    ["search", "hello"],
    ["mirror"],
    ["doctor"],
    ["coverage"],
    ["undo", "--list"],
    ["remind", "--status"],
    ["export", "vcard", "-"],
    ["export", "json", "-"],
    ["--help"],
    ["contacts", "--json"],
    ["show", "x:zoe", "--json"],
    ["import", "--runs"],
)


@pytest.mark.parametrize("args", READS[:3] + READS[9:12], ids=" ".join)
def test_a_reader_that_takes_one_line_ends_the_program_quietly(
    args: list[str], place: dict[str, str]
) -> None:
    line = '"$@" | head -n 1; exit ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["/bin/bash", "-c", line, "bash", *command_line(args)],
        env=process_environment({**place, "CRM_NOW": NOW}),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode == 0
    assert done.stdout.count(b"\n") <= 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "args", [["contacts"], ["show", "x:zoe"], ["export", "csv", "-"], ["--help"]], ids=" ".join
)
def test_a_full_disk_behind_every_redirection_is_one_line(args: list[str], place: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command_line(args),
            env=process_environment({**place, "CRM_NOW": NOW}),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"crm: error: cannot go on: no space left")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("how", ["full", "nobody reads", "closed"])
def test_the_work_is_done_where_nothing_can_be_said_about_it(
    how: str, home: Path, place: dict[str, str]
) -> None:
    """A warning that finds no reader must not undo what it is about, nor hide how it ended."""
    broken, heard = os.pipe()
    os.close(broken)
    full = os.open("/dev/full", os.O_WRONLY)
    lines = {"add Bo": 0, "nosuch": 2, "show nobody": 3, "--db new.db contacts": 0}
    try:
        for line, code in lines.items():
            words = command_line(["--read-only", *line.split()] if code else line.split())
            done = subprocess.run(
                ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh", *words] if how == "closed" else words,
                env=process_environment({**place, "CRM_NOW": NOW, "TZ": "Mars/Phobos"}),
                cwd=home,
                stdout=subprocess.PIPE,
                stderr={"full": full, "nobody reads": heard, "closed": None}[how],
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode == code, (line, done.stdout)
    finally:
        os.close(heard)
        os.close(full)
    store = Store.open(home / USUAL)
    assert store.read(contacts.count) == 2
    store.close()


@pytest.mark.parametrize("columns", ["10", "500", "-5"])
def test_any_width_that_the_environment_names_is_survived(columns: str, place: dict[str, str]) -> None:
    from tui_terminal import Terminal

    for args in (["contacts"], ["mirror"]):
        base = {**place, "COLUMNS": columns, "CRM_NOW": NOW, "NO_COLOR": "1"}
        one = Terminal(["-m", "crm", *args], base, (10, 3))
        assert one.exit_code() == 0, one.output
        assert b"\x1b" not in one.output


def test_every_command_says_what_it_takes(crm: Crm) -> None:
    for name in COMMANDS:
        answer = crm.answer(name, "--help", env={"HOME": "/proc/nowhere"})
        assert (answer.code, answer.err) == (0, ""), name


def test_nothing_of_a_terminal_is_asked_for_where_output_is_a_file(crm: Crm) -> None:
    for args in READS:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", crm.run(*args).out.replace("\r\n", "\n")), args
