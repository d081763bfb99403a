"""`crm contacts` with saved filters and orders."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Crm

FILTERS = """\
[filters."Potters of Köln"]
tag = "clay"
sort = "name"
reverse = true

[filters.gone]
circle = "none"
archived = "only"
"""


@pytest.fixture
def potters(crm: Crm, tmp_path: Path) -> Crm:
    """Return a command line with four people and two filters."""
    (tmp_path / "config.toml").write_text(FILTERS, "utf-8")
    for name in ("Ada", "Bo", "Cy", "Dee"):
        crm.run("add", name)
    crm.run("edit", "ada", "--tag", "clay", "--circle", "inner")
    crm.run("edit", "bo", "--tag", "clay")
    crm.run("edit", "cy", "--archive")
    crm.run("log", "bo", "hello", "--mutual", "--platform", "in-person")
    return crm


def names(crm: Crm, *args: str) -> list[str]:
    """Return who is listed."""
    return [each["name"] for each in crm.json("contacts", *args)]


def test_a_saved_filter_is_called_by_its_name(potters: Crm) -> None:
    assert names(potters, "--saved", "potters of KÖLN") == ["Bo", "Ada"]
    assert names(potters, "--saved", "gone") == ["Cy"]


def test_what_is_given_besides_a_saved_filter_changes_it(potters: Crm) -> None:
    assert names(potters, "--saved", "potters of köln", "--sort", "name") == ["Ada", "Bo"]
    assert names(potters, "ad", "--saved", "potters of köln") == ["Ada"]
    assert names(potters, "--saved", "gone", "--all") == ["Bo", "Cy", "Dee"]


def test_some_filters_are_always_there(potters: Crm) -> None:
    assert names(potters, "--saved", "never spoken") == ["Ada", "Dee"]
    assert names(potters, "--saved", "no circle") == ["Bo", "Dee"]
    assert names(potters, "--saved", "due") == []
    assert names(potters, "--saved", "your turn") == []


def test_a_filter_that_is_not_there_is_an_error_with_a_hint(potters: Crm) -> None:
    answer = potters.answer("contacts", "--saved", "never spoke")
    assert answer.code == 3
    assert 'no saved filter is called "never spoke"' in answer.err
    assert 'did you mean "never spoken"?' in answer.err


def test_the_order_can_be_turned_round(potters: Crm) -> None:
    assert names(potters, "--reverse") == ["Dee", "Bo", "Ada"]
    assert names(potters, "--sort", "exchanges")[0] == "Bo"
    assert names(potters, "--sort", "exchanges", "--reverse")[-1] == "Bo"
    assert names(potters, "--sort", "last", "--reverse")[0] == "Bo"


def test_those_in_no_circle_and_those_never_spoken_with_can_be_listed(potters: Crm) -> None:
    assert names(potters, "--circle", "none") == ["Bo", "Dee"]
    assert names(potters, "--never-spoken") == ["Ada", "Dee"]
    assert names(potters, "--spoken") == ["Bo"]
