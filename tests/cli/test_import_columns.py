"""`crm import` of plain tables: what is proposed, what `--columns` changes, and mending what was not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Crm

from crm.cli.columns import parsed
from crm.domain.errors import UsageError
from crm.exporters import csv as csv_exporter

PEOPLE = """Full Name,Mail,Handy,Born on,Lead score
Ada Byron,ada@example.org,+44 20 7946 0018,12/10/1815,7
Bo Lind,bo@example.org,,,
,,,,9
"""
CIPHER = """Wer,Wo,Wann
Ada Byron,irgendwo,1843
Bo Lind,nirgends,
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    return file


@pytest.fixture
def cipher(tmp_path: Path) -> Path:
    """Return a table whose columns nobody understands."""
    file = tmp_path / "cipher.csv"
    file.write_text(CIPHER, "utf-8")
    return file


def test_a_dry_run_shows_how_each_column_is_read(people: Path, crm: Crm) -> None:
    lines = crm.run("import", people, "--dry-run").lines
    start = lines.index("  3 rows, read like this:")
    assert [line.split() for line in lines[start + 1 :]] == [
        ["COLUMN", "READ", "AS", "SUCH", "AS"],
        ["Full", "Name", "name", "Ada", "Byron,", "Bo", "Lind"],
        ["Mail", "email", "ada@example.org,", "bo@example.org"],
        ["Handy", "phone", "mobile", "+44", "20", "7946", "0018"],
        ["Born", "on", "(not", "read)", "12/10/1815"],
        ["Lead", "score", "(not", "read)", "7,", "9"],
    ]
    assert crm.json("contacts") == []


def test_the_json_of_a_dry_run_has_the_columns(people: Path, crm: Crm) -> None:
    report = crm.json("import", people, "--dry-run", "--columns", "born on=birthday")
    (table,) = report["columns"]
    assert (table["path"], table["rows"]) == (str(people), 3)
    assert table["columns"][1] == {
        "column": "Mail",
        "field": "email",
        "samples": ["ada@example.org", "bo@example.org"],
    }
    assert [column["field"] for column in table["columns"]] == [
        "name",
        "email",
        "phone mobile",
        "birthday",
        None,
    ]
    assert "columns" not in crm.json("import", people)


def test_columns_are_read_as_the_user_says(people: Path, crm: Crm) -> None:
    said = "Born on=birthday, Lead score=ignore, Full Name=nickname, Mail=email work"
    (run,) = crm.json("import", people, "--columns", said)["runs"]
    assert run["left"] == {}
    shown = crm.json("show", "ada@example.org")
    assert (shown["nickname"], shown["name"]) == ("Ada Byron", "Ada Byron")
    assert [(one["platform"], one["label"]) for one in shown["identities"]] == [
        ("email", "work"),
        ("phone", "mobile"),
    ]


def test_what_no_column_is_read_for_is_left_out_aloud(people: Path, crm: Crm) -> None:
    (run,) = crm.json("import", people)["runs"]
    assert run["left"] == {'values of the column "Born on"': 1, 'values of the column "Lead score"': 2}
    assert (run["contacts_new"], len(run["problems"])) == (2, 1)


def test_the_same_table_again_brings_nobody_new(people: Path, crm: Crm) -> None:
    crm.run("import", people)
    (again,) = crm.json("import", people)["runs"]
    assert (again["contacts_new"], again["contacts_known"], again["identities_new"]) == (0, 2, 0)


def test_a_table_that_nobody_understands_is_read_when_it_is_explained(cipher: Path, crm: Crm) -> None:
    answer = crm.answer("import", cipher)
    assert answer.code == 5
    assert 'if it is a table of people, say what its columns ("Wer", "Wo", "Wann") hold' in answer.err
    crm.run("import", cipher, "--columns", "Wer=name,wo=notes")
    assert [one["name"] for one in crm.json("contacts")] == ["Ada Byron", "Bo Lind"]
    assert crm.json("show", "Ada")["notes"] == "irgendwo"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Fullname=name", 'there is no column "Fullname"'),
        ("Mail=mailbox", '"mailbox" is nothing that the column "Mail" could hold'),
        ("Mail", '"Mail" does not say what a column holds'),
        ("=name", '"=name" does not say what a column holds'),
        ("Mail=email, Mail=notes", 'the column "Mail" is there twice'),
    ],
)
def test_a_column_or_field_that_is_not_there_is_an_error_with_a_hint(
    said: str, message: str, people: Path, crm: Crm
) -> None:
    answer = crm.answer("import", people, "--columns", said)
    assert (answer.code, answer.out) == (2, "")
    assert f"crm: error: {message}" in answer.err
    assert "hint: " in answer.err
    assert crm.json("import", "--runs") == {"runs": []}


def test_columns_are_for_plain_tables_only(tmp_path: Path, crm: Crm) -> None:
    card = tmp_path / "ada.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n")
    answer = crm.answer("import", card, "--columns", "Name=name")
    assert answer.code == 2
    assert "--columns is for plain tables" in answer.err


def test_rows_that_could_not_be_read_can_be_mended_and_imported(
    people: Path, tmp_path: Path, crm: Crm
) -> None:
    crm.run("import", people)
    given = tmp_path / "given.csv"
    crm.run("import", "--failed", 1, given)
    assert given.read_text("utf-8") == "Full Name,Mail,Handy,Born on,Lead score\n,,,,9\n"
    given.write_text(given.read_text("utf-8").replace("\n,,", "\nCy Ono,cy@example.org,"), "utf-8")
    (run,) = crm.json("import", given)["runs"]
    assert (run["importer"], run["contacts_new"], run["problems"]) == ("contacts_csv", 1, [])


def test_our_own_csv_export_is_a_table_that_is_read(tmp_path: Path, crm: Crm) -> None:
    row = csv_exporter.Row(
        "=Ada",
        birthday="--02-29",
        tags=("fair", "kiln, wood"),
        emails=("a@b.example", "c@d.example"),
        profiles=("https://x.com/ada",),
        notes="-1 and more",
    )
    file = tmp_path / "crm.csv"
    file.write_bytes(b"".join(csv_exporter.table([row])))
    crm.run("import", file)
    shown = crm.json("show", "a@b.example")
    assert (shown["name"], shown["birthday"], shown["notes"]) == ("=Ada", "--02-29", "-1 and more")
    assert shown["tags"] == ["fair", "kiln, wood"]
    assert [one["platform"] for one in shown["identities"]] == ["email", "email", "x"]


def test_a_comma_or_an_equals_sign_in_a_column_is_no_hindrance() -> None:
    assert parsed(['"Name, full"=name, Mail=email', "a=b=notes", ""]) == {
        "Name, full": "name",
        "Mail": "email",
        "a=b": "notes",
    }
    with pytest.raises(UsageError, match="does not say"):
        parsed(["Name, full=name"])
