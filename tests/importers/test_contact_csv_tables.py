"""What tables of people ask of the reader of tables: titles, no header, ragged rows, rows given back."""

from __future__ import annotations

from io import BytesIO

from crm.domain.records import Problem
from crm.importers.kit.tables import Row, Table


def read(text: str, **options: bool) -> tuple[Table, list[Row | Problem]]:
    table = Table(BytesIO(text.encode()), "people.csv", **options)
    return table, list(table)


def test_titles_are_as_written_beside_the_names_for_finding() -> None:
    table, _ = read("\ufeffFull  Name;E_Mail;E_Mail;\n")
    assert table.titles == ("Full Name", "E_Mail", "E_Mail", "")
    assert table.columns == ("full name", "e mail", "e mail 2", "column 4")
    assert table.delimiter == ";"


def test_without_a_header_the_first_line_is_a_row() -> None:
    table, rows = read("Ada;ada@example.org\nBo;bo@example.org\n", headless=True)
    assert (table.columns, table.titles) == (("column 1", "column 2"), ("", ""))
    assert [dict(row) for row in rows if isinstance(row, Row)] == [
        {"column 1": "Ada", "column 2": "ada@example.org"},
        {"column 1": "Bo", "column 2": "bo@example.org"},
    ]
    assert [row.line for row in rows if isinstance(row, Row)] == [1, 2]


def test_empty_fields_may_be_missing_at_the_end_only_where_a_spreadsheet_wrote_the_table() -> None:
    text = "Name,Mail,Phone\nAda,ada@example.org\n"
    assert isinstance(read(text)[1][0], Problem)
    _, (row,) = read(text, mendable=True)
    assert isinstance(row, Row)
    assert list(row.values()) == ["Ada", "ada@example.org", ""]


def test_half_a_row_is_not_taken_for_a_short_one() -> None:
    _, found = read('Name,Mail,Phone\n"Ada,ada@example.org\nBo,bo@example.org,1\n', mendable=True)
    assert [row["name"] for row in found if isinstance(row, Row)] == ["Bo"]


def test_a_broken_row_is_given_back_as_it_stood_there() -> None:
    text = 'Name,Mail\nAda,a@b.example,too,much\n"Bo,bo@example.org\nCy,cy@example.org\n'
    given_back = [found.raw for found in read(text, mendable=True)[1] if isinstance(found, Problem)]
    assert given_back == ["Ada,a@b.example,too,much", '"Bo,bo@example.org']
    assert [found.raw for found in read(text)[1] if isinstance(found, Problem)] == [None, None]


def test_a_row_too_long_to_be_mended_by_hand_is_not_given_back() -> None:
    _, (problem,) = read(f"Name,Mail\nAda,{'x' * 200_000},too much\n", mendable=True)
    assert isinstance(problem, Problem)
    assert problem.raw is None
