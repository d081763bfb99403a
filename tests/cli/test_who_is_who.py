"""Merging, splitting, moving, forgetting and coverage on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Crm


@pytest.fixture
def two(crm: Crm) -> Crm:
    """Return a command line on a person who is there twice, and somebody else."""
    crm.run("add", "Ada Byron", "x:ada")
    crm.run("log", "x:ada", "from x", "--in", "--at", "2026-05-01")
    crm.run("add", "A. Byron", "ada@example.org")
    crm.run("edit", "ada@example.org", "--org", "Engines", "--tag", "maths")
    crm.run("log", "ada@example.org", "to mail", "--at", "2026-05-02")
    crm.run("add", "Bo Lind", "x:bo")
    return crm


def test_a_merge_says_what_moved_what_differs_and_how_to_take_it_back(two: Crm) -> None:
    answer = two.run("merge", "Ada Byron", "ada@example.org")
    assert "A. Byron is now part of Ada Byron: 1 identity, 1 interaction" in answer.out
    assert "A. Byron" in answer.lines[-1]
    shown = two.json("show", "Ada Byron")
    assert [act["text"] for act in shown["interactions"]] == ["to mail", "from x"]
    assert (shown["organisation"], shown["tags"]) == ("Engines", ["maths"])
    assert [act["text"] for act in shown["evidence"]] == ["from x", "to mail"]


def test_a_split_brings_the_part_back_with_what_came_through_it_since(two: Crm) -> None:
    two.run("merge", "Ada Byron", "ada@example.org")
    two.run("log", "Ada Byron", "later mail", "--platform", "email", "--in")
    listed = two.json("split", "Ada Byron", "--list")
    assert [(part["name"], part["interactions"]) for part in listed] == [("A. Byron", 2)]
    answer = two.run("split", "Ada Byron")
    assert "A. Byron is a contact again" in answer.out
    texts = [act["text"] for act in two.json("show", "ada@example.org")["interactions"]]
    assert texts == ["later mail", "to mail"]


def test_of_several_parts_one_must_be_named(two: Crm) -> None:
    two.run("merge", "Ada Byron", "ada@example.org")
    two.run("merge", "Ada Byron", "Bo Lind")
    answer = two.answer("split", "Ada Byron")
    assert answer.code == 3
    assert "A. Byron" in answer.err
    assert "Bo Lind" in answer.err
    two.run("split", "Ada Byron", "bo")
    assert two.json("show", "Bo Lind")["identities"][0]["handle"] == "bo"
    assert two.answer("split", "Ada Byron", "nobody").code == 3


def test_there_is_nothing_to_split_where_nothing_was_merged(two: Crm) -> None:
    answer = two.answer("split", "Bo Lind")
    assert answer.code == 3
    assert "nothing was merged" in answer.err


def test_a_merge_is_undone_like_any_change(two: Crm) -> None:
    two.run("merge", "Ada Byron", "ada@example.org")
    assert "merged A. Byron into Ada Byron" in two.run("undo").out
    assert len(two.json("contacts")) == 3


def test_one_identity_is_moved_to_another_contact_or_on_its_own(two: Crm) -> None:
    assert two.json("move", "ada@example.org", "Bo Lind")["name"] == "Bo Lind"
    assert [each["handle"] for each in two.json("show", "Bo Lind")["identities"]] == ["ada@example.org", "bo"]
    own = two.json("move", "ada@example.org")
    assert [each["handle"] for each in own["identities"]] == ["ada@example.org"]
    assert two.answer("move", "nobody@example.org", "Bo Lind").code == 3


def test_forgetting_asks_first_and_names_the_backups_that_still_hold_them(two: Crm) -> None:
    refused = two.answer("forget", "Bo Lind")
    assert refused.code == 2
    assert "--yes" in refused.err
    backup = two.json("backup")["path"]
    answer = two.run("forget", "Bo Lind", "--yes")
    assert "Bo Lind is forgotten" in answer.out
    assert backup in answer.out
    assert two.answer("show", "Bo Lind").code == 3


def test_coverage_says_what_is_covered_and_what_to_ask_for_again(crm: Crm, tmp_path: Path) -> None:
    chat = tmp_path / "WhatsApp Chat with Zoë.txt"
    chat.write_text(
        "25/01/2026, 10:00 - Zoë: hello\n26/01/2026, 10:00 - Mira: hello yourself\n", encoding="utf-8"
    )
    crm.run("import", chat)
    crm.run("log", "Zoë", "and again", "--mutual", "--platform", "whatsapp", "--at", "2026-02-01")
    [found] = crm.json("coverage")
    assert found["platform"] == "whatsapp"
    assert found["until"].startswith("2026-01-26")
    assert (found["contacts"], found["ask_again"], found["importer"]) == (1, True, "whatsapp")
    answer = crm.run("coverage")
    assert "Worth asking for again" in answer.out
    assert "WhatsApp" in answer.lines[1]
    assert crm.run("import", "--undo", 1).code == 0
    assert crm.json("coverage") == []


def test_an_export_that_does_not_say_who_you_are_can_be_told(crm: Crm, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text(
        "25/01/2026, 10:00 - Zoë: hello\n26/01/2026, 10:00 - Mira: hello yourself\n", encoding="utf-8"
    )
    asked = crm.answer("import", chat)
    assert asked.code == 5
    assert "--as" in asked.err
    assert "Zoë" in asked.err
    assert "Mira" in asked.err
    crm.run("import", chat, "--as", "Mira")
    assert [each["name"] for each in crm.json("contacts")] == ["Zoë"]


def test_dates_that_can_be_read_both_ways_are_asked_about(crm: Crm, tmp_path: Path) -> None:
    chat = tmp_path / "WhatsApp Chat with Zoë.txt"
    chat.write_text("3/4/26, 10:00 - Zoë: hello\n3/4/26, 10:05 - Mira: hi\n", encoding="utf-8")
    asked = crm.answer("import", chat)
    assert asked.code == 5
    assert "--dates" in asked.err
    crm.run("import", chat, "--dates", "day-first")
    [act, _] = crm.json("show", "Zoë")["interactions"]
    assert act["at"].startswith("2026-04-03")


def test_the_report_of_a_run_can_be_read_again(two: Crm, tmp_path: Path) -> None:
    for name in ("one", "two"):
        book = tmp_path / f"{name}.vcf"
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL:+49 30 55501{name}\r\nEND:VCARD\r\n"
        book.write_text(card, encoding="utf-8", newline="")
    answer = two.run("import", tmp_path / "one.vcf", tmp_path / "two.vcf")
    assert len(answer.lines) == 2
    assert all(line.startswith("run ") for line in answer.lines)
    again = two.run("import", "--run", 2)
    assert "contacts" in again.out
    assert two.json("import", "--run", 2)["run"] == 2
    assert two.answer("import", "--run", 9).code == 3
