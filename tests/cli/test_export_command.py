"""`crm export`: what the words mean, where the export goes, and what it leaves as it was."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runner import Crm, Process, command_line, process_environment

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals, limits and modes of POSIX")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the program is started in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def community(crm: Crm, here: Path) -> Crm:
    crm.run("add", "Ada Lovelace", "x:ada", "ada@example.org")
    crm.run("edit", "Ada", "--circle", "inner", "--tag", "friend", "--birthday", "1980-06-03")
    crm.run("log", "Ada", "hello", "--at", "2026-05-30 10:00")
    crm.run("add", "Bo Lind", "mastodon:bo@example.social")
    crm.run("edit", "Bo", "--archive")
    return crm


def names(text: str) -> list[str]:
    return [row["name"] for row in csv.DictReader(text.splitlines(keepends=True))]


@pytest.mark.parametrize(
    ("args", "file", "begins"),
    [
        (["vcard", "friends.vcf"], "friends.vcf", b"BEGIN:VCARD\r\n"),
        (["friends.VCF"], "friends.VCF", b"BEGIN:VCARD\r\n"),
        (["csv", "--to", "no ending"], "no ending", b'"name",'),
        (["ics", "dates.ics"], "dates.ics", b"BEGIN:VCALENDAR\r\n"),
        (["everything.json"], "everything.json", b'[\n{"crm": "export"'),
        (["JSON", "everything.json"], "everything.json", b'[\n{"crm": "export"'),
    ],
)
def test_the_file_is_written_and_named(
    args: list[str], file: str, begins: bytes, community: Crm, here: Path
) -> None:
    answer = community.run("export", *args)
    assert (answer.out, answer.err) == (f"{file}\n", "")
    assert (here / file).read_bytes().startswith(begins)
    report = community.json("export", *args)
    assert list(report) == ["form", "path", "size", "counts"]
    assert report["path"] == file
    assert report["size"] == (here / file).stat().st_size
    assert [path.name for path in here.iterdir()] == [file]


@pytest.mark.parametrize("args", [["csv"], ["csv", "-"], ["csv", "--to", "-"]])
def test_into_a_pipe_go_the_data_and_nothing_else(args: list[str], community: Crm, here: Path) -> None:
    answer = community.run("export", *args)
    assert names(answer.out) == ["Ada Lovelace", "Bo Lind"]
    assert answer.err == ""
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["ada"], ["Ada Lovelace"]),
        (["x:ada", "bo"], ["Ada Lovelace", "Bo Lind"]),
        (["bo", "ada", "bo lind"], ["Bo Lind", "Ada Lovelace"]),
        (["--tag", "friend"], ["Ada Lovelace"]),
        (["--circle", "inner"], ["Ada Lovelace"]),
        (["--platform", "Mastodon"], ["Bo Lind"]),
        (["--contacts", "lind"], ["Bo Lind"]),
        (["--no-archived"], ["Ada Lovelace"]),
    ],
)
def test_some_contacts_are_named_or_described(args: list[str], found: list[str], community: Crm) -> None:
    assert names(community.run("export", "csv", *args).out) == found


def test_contacts_and_a_file_are_told_apart_by_the_ending(community: Crm, here: Path) -> None:
    community.run("export", "vcard", "ada", "ada.vcf")
    assert (here / "ada.vcf").read_bytes().count(b"BEGIN:VCARD") == 1
    answer = community.answer("export", "vcard", "ada.vcards")
    assert answer.code == 3
    assert "hint: if it is the file: --to ada.vcards" in answer.err
    answer = community.answer("export", "vcard", "adda lovelace")
    assert answer.code == 3
    assert 'did you mean "Ada Lovelace"?' in answer.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "missing"),
        (["excel"], '"excel" is no form of export'),
        (["csv", "--each", "folder"], "--each means nothing for csv"),
        (["ics", "--excel"], "--excel means nothing for ics"),
        (["csv", "--no-fold"], "--no-fold means nothing for csv"),
        (["vcard", "--only", "due"], "--only means nothing for vcard"),
        (["json", "ada"], "json is everything there is"),
        (["json", "--tag", "friend"], "json is everything there is"),
        (["csv", "ada", "--tag", "friend"], "not both"),
        (["csv", "a.csv", "b.csv"], "two files are named"),
        (["csv", "a.csv", "--to", "b"], "name one file"),
        (["vcard", "a.vcf", "--each", "folder"], "name one file"),
        (["csv", "-", "--json"], "cannot hold both"),
        (["vcard", "--version", "2.1"], "2.1"),
        (["csv", "--to", "."], "is a folder"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_written(
    args: list[str], said: str, community: Crm, here: Path
) -> None:
    answer = community.answer("export", *args)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "hint: " in answer.err or "not both" in said or "name one file" in said
    assert list(here.iterdir()) == []


@pytest.mark.sqlite(reason="is about its file")
def test_an_export_never_takes_the_place_of_a_database(community: Crm) -> None:
    answer = community.answer("export", "json", "--to", community.settings["CRM_DATABASE_URL"])
    assert answer.code == 2
    assert "is a database" in answer.err
    assert len(community.json("contacts", "--all")) == 2


def test_nobody_to_export_is_no_match_and_the_older_file_stays(crm: Crm, here: Path) -> None:
    (here / "old.csv").write_text("as it was")
    assert crm.answer("export", "csv", "old.csv").code == 3
    crm.run("add", "Ada")
    assert crm.answer("export", "csv", "old.csv", "--tag", "nobody").code == 3
    assert (here / "old.csv").read_text() == "as it was"


def test_a_place_that_cannot_be_written_is_an_export_error(community: Crm) -> None:
    answer = community.answer("export", "csv", "missing/folder.csv")
    assert (answer.code, answer.out) == (5, "")
    assert "cannot write missing/folder.csv" in answer.err


def test_the_forms_have_their_options(community: Crm, here: Path) -> None:
    assert "VERSION:4.0" in community.run("export", "vcard", "ada", "--version", "4.0").out
    assert community.run("export", "csv", "--excel").out.startswith("\ufeff")
    assert "Birthday" not in community.run("export", "ics", "--only", "due").out
    assert "Get in touch" not in community.run("export", "ics", "--only", "dates").out
    community.run("edit", "Ada", "--title", "x" * 90)
    assert f"TITLE:{'x' * 90}" in community.run("export", "vcard", "ada", "--no-fold").out
    assert community.run("export", "vcard", "--each", "people").out == "people\n"
    assert sorted(path.name for path in (here / "people").iterdir()) == ["Ada Lovelace.vcf", "Bo Lind.vcf"]


def test_everything_comes_back_in_an_empty_database_byte_for_byte(
    community: Crm, here: Path, tmp_path: Path, database_of: Callable[[Path], str]
) -> None:
    community.run("me", "me@example.org")
    community.run("snooze", "Ada", "1w")
    community.run("export", "json", "everything.json")
    other = Crm({**community.settings, "CRM_DATABASE_URL": database_of(tmp_path / "other.db")})
    dry = other.run("import", "everything.json", "--dry-run")
    assert "a dry run: nothing was written" in dry.out
    answer = other.run("import", "everything.json")
    assert "everything is back as it was" in answer.out
    assert "takes it back" not in answer.out
    for command in (
        ["contacts", "--all"],
        ["today"],
        ["show", "Ada"],
        ["me"],
        ["undo", "--list"],
        ["import", "--runs"],
    ):
        assert other.run(*command, "--json").out == community.run(*command, "--json").out
    again = other.answer("import", "everything.json")
    assert again.code == 4
    assert "this database is not empty" in again.err


def test_our_own_vcards_bring_nothing_new(community: Crm, here: Path) -> None:
    community.run("export", "vcard", "all.vcf")
    (run,) = community.json("import", "all.vcf")["runs"]
    assert (run["contacts_new"], run["contacts_known"], run["problems"]) == (0, 2, [])


@POSIX
@pytest.mark.parametrize("mask", ["000", "022"])
def test_exports_can_be_read_by_their_owner_only(mask: str, community: Crm, here: Path) -> None:
    for args in ("vcard a.vcf", "csv a.csv", "ics a.ics", "json a.json", "vcard --each people"):
        line = f'umask {mask}; exec "$@"'
        done = subprocess.run(
            ["/bin/sh", "-c", line, "sh", *command_line(["export", *args.split()])],
            cwd=here,
            env=process_environment(community.settings),
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in here.rglob("*")}
    assert modes.pop("people") == 0o700
    assert set(modes.values()) == {0o600}
    assert len(modes) == 6


@POSIX
@pytest.mark.parametrize(
    "name", [b"what?#50%41&x=1.csv", b"two  words.csv", b"caf\xe9\xff.csv", b"n" * 251 + b".csv"]
)
def test_the_exact_file_is_used_whatever_its_name(
    name: bytes, community: Crm, process: Process, here: Path
) -> None:
    file = here / os.fsdecode(name)
    done = process("export", "csv", file)
    assert done.returncode == 0, done.stderr
    assert [os.fsencode(path.name) for path in here.iterdir()] == [name]


@POSIX
@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
@pytest.mark.parametrize("form", ["vcard", "csv", "json", "ics"])
def test_no_locale_changes_an_export(
    form: str, env: dict[str, str], crm: Crm, process: Process, here: Path
) -> None:
    crm.run("add", "Zoë 佐藤 😀 \x9b", "x:zoe")
    crm.run("edit", "x:zoe", "--birthday", "--06-01")
    usual = process("export", form).stdout
    assert "Zoë 佐藤 😀".encode() in usual.replace(b"\r\n ", b"")
    assert process("export", form, env=env).stdout == usual
    file = here / os.fsdecode("Zoë".encode())
    assert process("export", form, "--to", file, env=env).returncode == 0
    assert file.read_bytes() == usual


@POSIX
def test_files_are_named_in_utf_8_whatever_the_locale(crm: Crm, process: Process, here: Path) -> None:
    crm.run("add", "Zoë 佐藤 😀", "x:zoe")
    env = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = process("export", "vcard", "--each", here / "people", env=env)
    assert done.returncode == 0, done.stderr
    assert [os.fsencode(path.name).decode() for path in (here / "people").iterdir()] == ["Zoë 佐藤 😀.vcf"]


@POSIX
def test_a_reader_that_leaves_early_and_a_full_disk_are_met_quietly(community: Crm, process: Process) -> None:
    community.run("note", "Ada", "x" * 100_000)  # more than a buffer holds
    for command in (("export", "json"), ("show", "Ada")):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = process(*command, stdout=writing)
        finally:
            os.close(writing)
        assert (done.returncode, done.stderr) == (0, b"")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            done = process("export", "json", stdout=full)
        assert done.returncode == 1
        assert done.stderr.decode().count("\n") == 1


@POSIX
def test_a_closed_output_does_no_harm(community: Crm, here: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command_line(["export", "csv"])],
        cwd=here,
        env=process_environment(community.settings),
        check=False,
        capture_output=True,
    )
    assert b"Traceback" not in done.stderr
    assert b"bug" not in done.stderr


@POSIX
def test_a_file_that_may_not_grow_leaves_the_older_one(community: Crm, process: Process, here: Path) -> None:
    import resource

    old = here / "old.csv"
    old.write_text("as it was")
    community.run("note", "Ada", "x" * 300_000)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = process("export", "csv", old, preexec_fn=limited)
    assert done.returncode == 5
    assert done.stderr.startswith(b"crm: error: cannot write ")
    assert old.read_text() == "as it was"
    assert [path.name for path in here.iterdir()] == ["old.csv"]


# R103
@POSIX
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interrupted_export_leaves_the_older_file_and_nothing_beside_it(
    number: signal.Signals, code: int, crm: Crm, here: Path
) -> None:
    book = here / "book.vcf"
    card = "BEGIN:VCARD\nVERSION:3.0\nUID:{0}\nFN:Ada {0}\nEMAIL:ada{0}@example.org\nEND:VCARD\n"
    book.write_text("".join(card.format(n) for n in range(3000)))
    crm.run("import", book)
    old = here / "old.vcf"
    old.write_text("as it was")
    running = subprocess.Popen(
        command_line(["export", "vcard", "old.vcf"]),
        cwd=here,
        env=process_environment(crm.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with running:
        deadline = time.monotonic() + 30
        while not list(here.glob(".crm-*")) and time.monotonic() < deadline:
            time.sleep(0.005)
        running.send_signal(number)
        _, err = running.communicate(timeout=30)
    assert running.returncode == code
    assert b"Traceback" not in err
    assert old.read_text() == "as it was"
    assert sorted(path.name for path in here.iterdir()) == ["book.vcf", "old.vcf"]


def test_json_of_an_export_is_plain_json_for_others(community: Crm) -> None:
    first, *rows = json.loads(community.run("export", "json").out)
    assert first["rows"]["contact"] == 2
    assert {row["crm"] for row in rows} >= {"contact", "identity", "interaction", "contact_tag", "change"}
