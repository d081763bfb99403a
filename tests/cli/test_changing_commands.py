"""Commands that change something: what they do, what they say, and what they refuse."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from cli_runner import Crm


@pytest.fixture
def ada(crm: Crm) -> Crm:
    """Return a command line on a database with one contact."""
    crm.run("add", "Ada Lovelace", "x:ada", "ada@example.org")
    return crm


def test_add_says_what_was_added(crm: Crm) -> None:
    answer = crm.run("add", "Bo Lind", "https://x.com/bo", "bo@example.org")
    assert answer.out == "added Bo Lind as 1\n  X: bo\n  e-mail: bo@example.org\n"


def test_adding_somebody_elses_identity_is_a_conflict_and_adds_nobody(ada: Crm) -> None:
    answer = ada.answer("add", "Other Ada", "x:ada")
    assert answer.code == 4
    assert "Ada Lovelace" in answer.err
    assert len(ada.json("contacts")) == 1


@pytest.mark.parametrize("args", [("add", " "), ("add", "Bo", "this is no handle"), ("edit", "Ada")])
def test_what_makes_no_sense_is_a_usage_error(args: tuple[str, ...], ada: Crm) -> None:
    answer = ada.answer(*args)
    assert answer.code == 2
    assert answer.err.startswith("crm: error: ")


def test_edit_changes_every_field(ada: Crm) -> None:
    edited = ada.json(
        *("edit", "Ada", "--name", "Ada King", "--nickname", "A", "--org", "Engines", "--title", "Analyst"),
        *("--birthday", "10 Dec 1815", "--anniversary", "--07-08", "--circle", "Inner", "--floor", "boost"),
        *("--cadence", "every 3 weeks", "--tag", "maths", "--tag", "poetry", "--mute", "--archive"),
        *("--handle", "mastodon:ada@example.social", "--remove-handle", "ada@example.org"),
    )
    expected = {
        "name": "Ada King",
        "nickname": "A",
        "organisation": "Engines",
        "title": "Analyst",
        "birthday": "1815-12-10",
        "anniversary": "--07-08",
        "circle": "inner",
        "floor": "boost",
        "own_cadence_days": 21,
        "cadence_days": 21,
        "cadence_from": "own",
        "tags": ["maths", "poetry"],
        "muted": True,
        "archived": True,
    }
    assert {key: edited[key] for key in expected} == expected
    assert [each["platform"] for each in edited["identities"]] == ["x", "mastodon"]


def test_edit_takes_away_what_was_given(ada: Crm) -> None:
    ada.run(
        *("edit", "Ada", "--nickname", "A", "--org", "E", "--birthday", "10 Dec", "--circle", "inner"),
        *("--cadence", "5", "--floor", "nod", "--tag", "maths", "--mute"),
    )
    edited = ada.json(
        *("edit", "Ada", "--nickname", "", "--org", "", "--birthday", "none", "--circle", "none"),
        *("--cadence", "default", "--floor", "default", "--untag", "maths", "--unmute"),
    )
    gone = ("nickname", "organisation", "birthday", "circle", "own_cadence_days", "cadence_days", "floor")
    assert [edited[key] for key in gone] == [None] * len(gone)
    assert (edited["tags"], edited["muted"]) == ([], False)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cadence", "sometimes"),
        ("--birthday", "30 Feb"),
        ("--circle", "nowhere"),
        ("--floor", "live"),
        ("--name", ""),
    ],
)
def test_a_value_that_cannot_be_read_changes_nothing(option: str, value: str, ada: Crm) -> None:
    before = ada.json("show", "1")
    answer = ada.answer("edit", "Ada", option, value, "--tag", "half-done")
    assert answer.code == 2
    assert answer.err.count("crm: error: ") == 1
    assert ada.json("show", "1") == before


def test_log_takes_the_platform_of_the_contact_and_the_present_moment(ada: Crm) -> None:
    answer = ada.run("log", "Ada", "a postcard")
    assert answer.out == "logged: you reached out to Ada Lovelace (message, X, 2026-06-01 09:00)\n"
    act = ada.json("show", "Ada")["interactions"][0]
    assert (act["direction"], act["kind"], act["platform"]) == ("out", "message", "x")
    assert (act["at"], act["text"]) == ("2026-06-01T09:00:00Z", "a postcard")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--in",), {"direction": "in"}),
        (("--kind", "call", "--platform", "phone"), {"direction": "mutual", "kind": "call", "depth": "live"}),
        (("--mutual",), {"direction": "mutual", "kind": "meeting"}),
        (("--platform", "E-Mail"), {"platform": "email", "kind": "email"}),
        (("--at", "yesterday 18:00"), {"at": "2026-05-31T18:00:00Z", "precision": "minute"}),
        (("--at", "2026-05-05"), {"precision": "day"}),
    ],
)
def test_log_options(args: tuple[str, ...], expected: dict[str, object], ada: Crm) -> None:
    act = ada.json("log", "Ada", *args)
    assert {key: act[key] for key in expected} == expected


@pytest.mark.parametrize(
    "args", [("--kind", "call", "--in"), ("--at", "tomorrow"), ("--at", "whenever"), ("--kind", "telepathy")]
)
def test_log_refuses_what_cannot_be(args: tuple[str, ...], ada: Crm) -> None:
    assert ada.answer("log", "Ada", *args).code == 2
    assert ada.json("show", "Ada")["interactions"] == []


def test_a_text_of_several_words_without_quotes_is_pointed_out(ada: Crm) -> None:
    answer = ada.answer("log", "Ada", "had", "lunch")
    assert answer.code == 2
    assert "crm log --help" in answer.err


def test_note_reads_its_text_from_a_pipe(ada: Crm) -> None:
    ada.run("note", "Ada", "first")
    ada.run("note", "Ada", stdin="second\nline with \xe9\n".encode())
    notes = ada.json("show", "Ada")["notes"]
    assert notes.startswith("first")
    assert notes.endswith("second\nline with é")


def test_an_empty_note_is_refused(ada: Crm) -> None:
    assert ada.answer("note", "Ada", stdin="").code == 2
    assert ada.answer("note", "Ada", " ").code == 2


def test_the_name_is_checked_before_a_note_is_written(ada: Crm) -> None:
    assert ada.answer("note", "Nobody", stdin="").code == 3


def test_an_editor_needs_a_terminal(ada: Crm) -> None:
    assert ada.answer("note", "Ada", "--edit", stdin="").code == 2


def test_snooze_and_its_end(ada: Crm) -> None:
    assert ada.run("snooze", "Ada", "1w").out == "Ada Lovelace is snoozed until 2026-06-08 09:00\n"
    assert ada.run("snooze", "Ada", "off").out == "Ada Lovelace is no longer snoozed\n"
    assert ada.answer("snooze", "Ada", "yesterday").code == 2


def test_done_ends_the_waiting_and_is_a_conflict_when_nothing_waits(ada: Crm) -> None:
    ada.run("log", "Ada", "hello?", "--in")
    assert ada.run("done", "Ada").out == "no reply needed to Ada Lovelace\n"
    assert ada.json("today")["waiting"] == []
    assert ada.answer("done", "Ada").code == 4


def test_me_adds_lists_and_removes(crm: Crm) -> None:
    assert crm.run("me").out == ""
    crm.run("me", "x:me", "me@example.org")
    assert [each["handle"] for each in crm.json("me")] == ["me@example.org", "me"]
    assert "me@example.org" in crm.run("me").out
    assert [each["platform"] for each in crm.json("me", "--remove", "x:me")] == ["email"]
    assert crm.answer("me", "--remove", "x:me").code == 3


def test_undo_takes_back_one_change_after_the_other(ada: Crm) -> None:
    ada.run("edit", "Ada", "--tag", "maths")
    ada.run("log", "Ada", "hello")
    assert "Ada Lovelace" in ada.run("undo", "--list").out
    assert ada.run("undo").out.startswith("taken back: logged")
    assert ada.json("show", "Ada")["interactions"] == []
    ada.run("undo")
    assert ada.json("show", "Ada")["tags"] == []
    ada.run("undo")
    assert ada.json("contacts") == []
    assert ada.answer("undo").code == 3


@pytest.mark.sqlite(reason="opens the copy by its path; test_moving.py does it for a server")
def test_backup_prints_the_file_it_made(ada: Crm, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert ada.run("backup", target).out == f"{target}\n"
    assert [each["name"] for each in ada.json("--db", target, "contacts")] == ["Ada Lovelace"]
    made = Path(ada.run("backup").out.strip())
    assert made.is_file()
    assert str(made) in ada.run("backup", "--list").out


def test_a_backup_never_writes_over_a_file(ada: Crm, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious", encoding="utf-8")
    assert ada.answer("backup", target).code == 6
    assert target.read_text(encoding="utf-8") == "precious"


def test_doctor_finds_a_fresh_database_well(ada: Crm) -> None:
    ada.run("log", "Ada", "hello")
    ada.run("log", "Ada")
    answer = ada.run("doctor")
    assert "wrong" not in answer.out
    assert "ok" in answer.out


@pytest.mark.sqlite(reason="damages its file")
def test_doctor_repairs_what_is_computed(ada: Crm) -> None:
    ada.run("log", "Ada", "porcelain")
    with sqlite3.connect(ada.settings["CRM_DATABASE_URL"]) as damaged:
        damaged.execute("UPDATE relationship SET unanswered = 9")
        damaged.execute("DELETE FROM interaction_text")
    damaged.close()
    answer = ada.answer("doctor")
    assert answer.code == 6
    assert "wrong  relationships" in answer.out
    assert "wrong  search" in answer.out
    assert "wrong" not in ada.run("doctor", "--repair").out
    assert ada.json("search", "porcelain")["interactions"]


@pytest.mark.sqlite(reason="damages its file")
@pytest.mark.skipif(sys.platform == "win32", reason="modes are a matter of POSIX")
def test_doctor_ends_with_6_and_a_hint_when_something_is_wrong(ada: Crm) -> None:
    Path(ada.settings["CRM_DATABASE_URL"]).chmod(0o644)
    answer = ada.answer("doctor")
    assert answer.code == 6
    assert "wrong  privacy" in answer.out
    assert "hint: chmod go=" in answer.out


def test_bytes_that_are_no_text_become_replacement_characters(crm: Crm) -> None:
    crm.run("add", "Zo\udceb", "x:zoe")
    assert crm.json("show", "x:zoe")["name"] == "Zo\ufffd"
