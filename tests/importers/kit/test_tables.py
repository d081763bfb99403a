"""CSV tables: every broken row costs one row, whatever the bytes."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import Problem
from crm.importers.kit import tables
from crm.importers.kit.tables import Row, Table, header_in, normal_name


def table(data: bytes | str, *needed: tuple[str, ...], notes: tuple[str, ...] = ()) -> Table:
    data = data.encode() if isinstance(data, str) else data
    return Table(cast("BinaryIO", io.BytesIO(data)), "t.csv", *needed, notes=notes)


def read(data: bytes | str, *needed: tuple[str, ...]) -> tuple[list[Row], list[Problem]]:
    items = list(table(data, *needed))
    rows = [item for item in items if isinstance(item, Row)]
    return rows, [item for item in items if isinstance(item, Problem)]


def test_rows_are_read_by_column_name_whatever_the_order_case_and_spacing() -> None:
    rows, problems = read("CONVERSATION_ID, From \nx,y\n")
    assert rows == [{"conversation id": "x", "from": "y"}]
    assert problems == []


def test_a_column_the_table_does_not_have_is_empty() -> None:
    rows, _ = read("a,b\n1,2\n")
    assert rows[0]["c"] == ""


def test_a_row_knows_the_line_it_begins_on() -> None:
    rows, _ = read('a,b\n1,"x\ny"\n\n2,z\n')
    assert [row.line for row in rows] == [2, 5]


def test_lines_before_the_header_are_skipped() -> None:
    rows, _ = read(
        'Notes:\n"Some, text\nhere"\n\nFirst Name,Last Name\nAda,Byron\n', ("first name", "last name")
    )
    assert rows == [{"first name": "Ada", "last name": "Byron"}]
    assert rows[0].line == 6


def test_remarks_behind_the_header_are_no_rows_and_no_problems() -> None:
    items = list(table('a,b\nNotes:\n"When, you"\n1,2\n', notes=("Notes:", "When")))
    assert items == [{"a": "1", "b": "2"}]


def test_a_table_without_the_needed_columns_is_one_problem() -> None:
    assert read("a,b\n1,2\n", ("c",)) == ([], [Problem("t.csv", "no line with the expected column names")])


def test_a_web_page_in_place_of_a_table_is_called_one() -> None:
    assert read("<!DOCTYPE html>\n<html>", ("c",)) == ([], [Problem("t.csv", "a web page, not a table")])


def test_an_empty_file_is_one_problem() -> None:
    assert read("") == ([], [Problem("t.csv", "no line with the expected column names")])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_header_line(delimiter: str) -> None:
    text = 'a,b,c\n"1;1",2,x\n'.replace(",", delimiter).replace("1;1", "1,1;1")
    assert read(text)[0] == [{"a": "1,1;1", "b": "2", "c": "x"}]
    assert read(text, ("b", "c"))[0] == [{"a": "1,1;1", "b": "2", "c": "x"}]


def test_the_line_by_which_spreadsheets_state_the_delimiter_is_skipped() -> None:
    assert read("sep=;\r\na;b\r\n1;2\r\n")[0] == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_first_name(encoding: str) -> None:
    rows, _ = read("Größe,b\r\nJürgen 😀,2\r\n".encode(encoding))
    assert rows == [{"größe": "Jürgen 😀", "b": "2"}]


def test_bytes_that_are_not_utf_8_are_read_as_windows_1252_and_that_is_said() -> None:
    rows, problems = read("a,b\nJürgen,“x”\n".encode("cp1252"))
    assert rows == [{"a": "Jürgen", "b": "“x”"}]
    assert len(problems) == 1
    assert "Windows-1252" in problems[0].reason


def test_rows_of_another_length_are_problems_with_their_line_and_cost_nothing_else() -> None:
    rows, problems = read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n")
    assert [row["a"] for row in rows] == ["1", "4"]
    assert problems == [
        Problem("t.csv, line 3", "2 fields where the header has 3"),
        Problem("t.csv, line 4", "4 fields where the header has 3"),
    ]


def test_empty_fields_at_the_end_of_a_row_are_nothing() -> None:
    rows, problems = read("a,b\n1,2,,\n,,,\n,\n")
    assert rows == [{"a": "1", "b": "2"}]
    assert rows[0].line == 2
    assert problems == []


def test_a_column_name_that_comes_twice_loses_neither_column() -> None:
    assert read("a,a,,b\n1,2,3,4\n")[0] == [{"a": "1", "a 2": "2", "column 3": "3", "b": "4"}]


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    rows, problems = read('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert [row["a"] for row in rows] == ["1", "5", "7"]
    assert [row.line for row in rows] == [2, 4, 5]
    assert problems == [Problem("t.csv, line 3", "a quotation mark is not closed")]


def test_a_file_cut_off_inside_a_text_keeps_the_rows_before() -> None:
    rows, problems = read('"a","b"\n"1","2"\n"3","fo')
    assert rows == [{"a": "1", "b": "2"}]
    assert problems == [Problem("t.csv, line 3", "a quotation mark is not closed")]


def test_a_stray_quotation_mark_that_swallows_rows_gives_them_back() -> None:
    lines = ["a,b,c", '1,"2,3', *(f"{n},x,y" for n in range(2, 6)), '6,"x",y', "7,x,y"]
    rows, problems = read("\n".join(lines))
    assert [row["a"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [problem.where for problem in problems] == ["t.csv, line 2"]


def test_quotation_marks_in_the_wrong_place_of_one_line_are_forgiven() -> None:
    rows, problems = read('a,b\n"x" ,y\n"p"q,r\ns"t,u\n')
    assert [row["a"] for row in rows] == ["x ", "pq", 's"t']
    assert problems == []


def test_one_broken_row_of_several_lines_is_one_problem() -> None:
    rows, problems = read('a,b,c\n1,2,"x\ny\nz",4,5\n6,7,8\n')
    assert [row["a"] for row in rows] == ["6"]
    assert problems == [Problem("t.csv, line 2", "5 fields where the header has 3")]


def test_long_notes_are_read_and_longer_texts_than_the_limit_cost_one_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(read(f"a,b\n1,{'x' * 200_000}\n")[0][0]["b"]) == 200_000
    monkeypatch.setattr(tables, "FIELD_LIMIT", 1000)
    try:
        rows, problems = read(f'a,b\n1,{"x" * 1001}\n2,y\n3,"{"x" * 900}\n4,z\n{"y" * 900}\n5,z\n')
    finally:
        csv.field_size_limit(tables.FIELD_LIMIT)
    assert [row["a"] for row in rows] == ["2", "4", "5"]
    assert [problem.where for problem in problems] == ["t.csv, line 2", "t.csv, line 4"]
    assert "1,000 characters" in problems[0].reason


def test_nul_characters_are_removed_and_that_is_said_once() -> None:
    rows, problems = read("a,b\n1,x\0y\n2,\0\n")
    assert [row["b"] for row in rows] == ["xy", ""]
    assert problems == [Problem("t.csv, line 2", "NUL characters were removed, here and perhaps below")]


def test_reading_again_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_REREAD_LIMIT", 10_000)
    _, problems = read("a,b,c\n" + '1,"2\n' * 2000)
    assert "nothing behind this one" in problems[-1].reason
    assert len(problems) < 500


def test_the_stream_is_closed_at_the_end() -> None:
    stream = io.BytesIO(b"a,b\n1,2\n")
    list(Table(cast("BinaryIO", stream), "t.csv"))
    assert stream.closed


def test_a_header_is_found_in_the_first_bytes_of_a_file() -> None:
    head = 'Notes:\n"x"\n\nFirst Name,Last Name\nAda,By'.encode("utf-16")[:-1]
    assert header_in(head, ("first name",)) == ("first name", "last name")
    assert header_in(head, ("surname",)) == ()
    assert header_in(b"", ("surname",)) == ()


def test_column_names_are_compared_without_case_width_and_underscores() -> None:
    assert normal_name("\ufeffFULL_ＮＡＭＥ \n x") == "full name x"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)


@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=12),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    end=st.sampled_from(("\n", "\r\n")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
)
def test_what_a_csv_writer_wrote_is_read_unchanged(
    rows: list[tuple[str, str, str]], delimiter: str, quoting: int, end: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("first", "second", "third"), *rows])
    found, problems = read(out.getvalue().encode(encoding), ("first", "third"))
    assert [tuple(row.values()) for row in found] == [row for row in rows if any(row)]
    assert problems == []


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fail(data: bytes) -> None:
    for item in table(b"a,b\n1,2\n" + data):
        assert isinstance(item, Row | Problem)


@given(
    rows=st.lists(st.tuples(*[st.text("ab ,\n", max_size=5)] * 4), max_size=8),
    broken=st.sampled_from(['1,"2\n', '1,2,"3,4\n', '"1,2,3,4"\n', "1,2,3,4,5,6\n"]),
    place=st.integers(0, 8),
)
def test_one_broken_line_costs_no_other_row(
    rows: list[tuple[str, str, str, str]], broken: str, place: int
) -> None:
    lines = []
    for number, row in enumerate(rows):
        out = io.StringIO(newline="")
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow((f"row {number}", *row))
        lines.append(out.getvalue())
    lines.insert(min(place, len(rows)), broken)
    found, problems = read("n,a,b,c,d\n" + "".join(lines))
    names = [row["n"] for row in found]
    assert [name for name in names if name.startswith("row ")] == [f"row {n}" for n in range(len(rows))]
    assert problems
