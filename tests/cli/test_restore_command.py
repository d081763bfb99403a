"""Backups on the command line: listed, restored, asked about, encrypted, and made by themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runner import Crm

from crm.exporters import files

pytestmark = pytest.mark.sqlite(reason="files beside its own")
TOMORROW = "2026-06-02T09:00:00Z"


def names(crm: Crm) -> set[str]:
    return {each["name"] for each in crm.json("contacts")}


def test_a_backup_is_listed_restored_and_the_restore_taken_back(crm: Crm) -> None:
    crm.run("add", "Ada")
    made = crm.run("backup").lines[0]
    crm.run("add", "Bo", now=TOMORROW)
    listed = crm.json("backup", "--list")
    assert [each["why"] for each in listed] == ["daily", "backup", "daily"]
    assert listed[1] == {
        "path": made,
        "at": "2026-06-01T09:00:00Z",
        "size": Path(made).stat().st_size,
        "why": "backup",
        "contacts": 1,
        "interactions": 0,
        "whole": True,
        "damage": None,
        "encrypted": False,
    }
    done = crm.json("restore", Path(made).name, "--yes")
    assert (done["contacts"], done["contacts_gone"], done["contacts_back"]) == (1, 1, 0)
    assert names(crm) == {"Ada"}
    crm.run("restore", done["kept_aside"], "--yes")
    assert names(crm) == {"Ada", "Bo"}


def test_without_yes_a_script_restores_nothing(crm: Crm) -> None:
    crm.run("add", "Ada")
    answer = crm.answer("restore")
    assert answer.code == 2
    assert "--yes" in answer.err
    assert [each["why"] for each in crm.json("backup", "--list")] == ["daily"]


def test_the_latest_is_usual_and_a_missing_one_is_named(crm: Crm, settings: dict[str, str]) -> None:
    assert crm.answer("restore", "--yes").code == 3
    crm.run("add", "Ada")
    Path(settings["CRM_DATABASE_URL"]).unlink()
    assert "restored" in crm.run("restore", "latest", "--yes").out
    assert names(crm) == {"Ada"}
    answer = crm.answer("restore", "nothing.db", "--yes")
    assert (answer.code, "crm backup --list" in answer.err) == (3, True)


def test_a_damaged_backup_is_listed_as_such_and_refused(crm: Crm) -> None:
    crm.run("add", "Ada")
    made = Path(crm.run("backup").lines[0])
    made.write_bytes(made.read_bytes()[:50_000])
    one = next(each for each in crm.json("backup", "--list") if each["path"] == str(made))
    assert (one["whole"], one["contacts"]) == (False, None)
    answer = crm.answer("restore", made, "--yes")
    assert answer.code == 6
    assert "as it was" in answer.err
    assert names(crm) == {"Ada"}


def test_a_server_is_told_how_it_is_done_there(crm: Crm) -> None:
    answer = crm.answer("--db", "postgresql://me:hidden@example.org/crm", "restore", "--yes")
    assert answer.code == 2
    assert "copy --to" in answer.err
    assert "hidden" not in answer.err


def test_encrypting_needs_somebody_to_encrypt_to(crm: Crm, tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    crm.run("add", "Ada")
    for line in (
        ("backup", "--encrypt"),
        ("backup", tmp_path / "x.db.age"),
        ("export", "vcard", "--encrypt"),
    ):
        answer = crm.answer(*line)
        assert (answer.code, "encrypt_to" in answer.err) == (2, True), line
    assert not (tmp_path / "x.db.age").exists()


def test_an_encrypted_backup_and_export_open_with_the_key(
    crm: Crm, settings: dict[str, str], tmp_path: Path
) -> None:
    pyrage = pytest.importorskip("pyrage")
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(str(identity))
    Path(settings["CRM_CONFIG"]).write_text(f'[backups]\nencrypt_to = ["{identity.to_public()}"]\n')
    crm.run("add", "Ada Byron")
    made = crm.run("backup").lines[0]
    assert made.endswith(".db.age")
    assert {each["why"]: each["whole"] for each in crm.json("backup", "--list")} == {
        "daily": None,
        "backup": None,
    }
    crm.run("add", "Bo Lind")
    answer = crm.answer("restore", made, "--yes")
    assert (answer.code, "--identity" in answer.err) == (2, True)
    crm.run("restore", made, "--yes", "--identity", key)
    assert names(crm) == {"Ada Byron"}
    target = tmp_path / "all.vcf"
    assert crm.run("export", "vcard", target, "--encrypt").lines == [f"{target}.age"]
    assert not target.exists()
    card = pyrage.decrypt(Path(f"{target}.age").read_bytes(), [identity])
    assert b"FN:Ada Byron" in card
    listing = json.dumps(crm.json("doctor"))
    assert str(identity) not in listing


def test_a_day_has_one_backup_and_reading_makes_none(crm: Crm) -> None:
    crm.run("add", "Ada")
    crm.run("add", "Bo")
    crm.run("contacts", now=TOMORROW)
    assert [each["contacts"] for each in crm.json("backup", "--list")] == [1]
    crm.run("add", "Cy", now=TOMORROW)
    assert [each["contacts"] for each in crm.json("backup", "--list")] == [3, 1]


def test_a_backup_that_cannot_be_made_is_said_and_the_work_stays_done(
    crm: Crm, settings: dict[str, str]
) -> None:
    folder = Path(settings["CRM_DATABASE_URL"]).parent / "backups"
    folder.write_text("in the way")
    answer = crm.answer("add", "Ada")
    assert answer.code == 0
    assert "the backup of today was not made" in answer.err
    assert names(crm) == {"Ada"}


@pytest.mark.parametrize(
    "line",
    [("export", "vcard"), ("export", "csv"), ("export", "json"), ("export", "ics"), ("mirror", "--html")],
)
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_export_that_cannot_be_finished_leaves_the_older_file(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...], fault: BaseException
) -> None:
    crm.run("add", "Ada", "ada@example.org")
    crm.run("edit", "Ada", "--birthday", "24 December")
    ending = {"vcard": ".vcf", "--html": ".html"}.get(line[1], f".{line[1]}")
    target = tmp_path / f"old{ending}"
    target.write_text("precious")

    def fail(_descriptor: int) -> None:
        raise fault

    monkeypatch.setattr(files.os, "fsync", fail)
    answer = crm.answer(*line, target)
    assert answer.code == (130 if isinstance(fault, KeyboardInterrupt) else 5)
    monkeypatch.undo()
    assert target.read_text() == "precious"
    assert [
        file.name for file in tmp_path.iterdir() if file.name.startswith(".") and "old" in file.name
    ] == []
