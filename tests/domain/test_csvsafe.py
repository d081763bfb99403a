"""Cells that spreadsheets must not run, and getting back what was in them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.domain.csvsafe import guarded, unguarded

FORMULAS = [
    "=1+1",
    '=HYPERLINK("https://example.org/"&A1)',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "|calc",
    "%0a=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\xa0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+A1",
    "－1+A1",
    "＠SUM(A1)",
    "'=1+1",
    "''=1+1",
]
PLAIN = [
    "",
    "Ada Byron",
    "+49 170 1234567",
    "+1 (555) 010-0199",
    "-12.5",
    "+4930/1234-56",
    "(030) 1234",
    "2024-02-29",
    "--02-29 was a Thursday"[2:],
    "'",
    "'quoted'",
    "'+49 170 1234567",
    "a=b",
    "ada@example.org",
    "…and so on",
    "  two blanks",
]


@pytest.mark.parametrize("value", FORMULAS)
def test_what_a_spreadsheet_could_run_becomes_text(value: str) -> None:
    assert guarded(value) == f"'{value}"
    assert unguarded(guarded(value)) == value


@pytest.mark.parametrize("value", PLAIN)
def test_what_is_harmless_stays_as_it_is(value: str) -> None:
    assert guarded(value) == value
    assert unguarded(value) == value


def test_a_birthday_without_a_year_is_kept_from_being_calculated() -> None:
    assert guarded("--02-29") == "'--02-29"
    assert unguarded("'--02-29") == "--02-29"


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@|%\t\r\n ＝\ufeff0123(x"), st.characters())))
@example("'")
@example("''=")
@example("'+49")
def test_every_text_comes_back(value: str) -> None:
    assert unguarded(guarded(value)) == value


@given(st.text(alphabet="'=+-@|%\t\r\n ＝\ufeff0123(x", max_size=8))
def test_no_cell_begins_with_a_formula(value: str) -> None:
    first = guarded(value).lstrip(" \ufeff")[:1]
    assert first not in tuple("=@|%\t\r\n＝")
    if first in tuple("+-"):
        assert not any(char.isalpha() or char in "=@|%'" for char in guarded(value))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4)))
def test_a_file_of_guarded_cells_is_read_back_as_it_was(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([[guarded(cell) for cell in row] for row in rows])
    read = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert [[unguarded(cell) for cell in row] for row in read] == rows
