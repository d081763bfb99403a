"""`crm mirror`: periods, one platform, the page, and text that a narrow terminal without colours can show."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli_runner import Crm

from crm.cli.cells import cell_len
from crm.cli.commands.mirror import bar


@pytest.fixture
def community(crm: Crm) -> Crm:
    crm.run("add", "Ada Lovelace", "x:ada", "ada@example.org")
    crm.run("log", "Ada", "hello?", "--in", "--platform", "x", "--at", "2026-05-01 10:00")
    crm.run("log", "Ada", "hello!", "--platform", "email", "--at", "2026-05-01 12:00")
    crm.run("add", "Bo Lind", "mastodon:bo@example.social")
    crm.run("log", "Bo", "well?", "--in", "--at", "2026-05-30 10:00")
    return crm


def test_it_says_each_figure_in_a_sentence_and_names_nobody(community: Crm) -> None:
    out = community.run("mirror").out
    assert "2 people spoke to you, twice in all." in out
    assert "You answered it, 100 %; 1 more is still within its 30 days." in out
    assert "Half of your answers came within 2 hours." in out
    assert "Ada" not in out
    assert "Bo " not in out
    assert "\x1b" not in out


def test_bars_and_tables_fit_into_80_cells(community: Crm) -> None:
    lines = community.run("mirror").lines
    drawn = [line for line in lines if "█" in line or "·" in line]
    assert drawn
    assert max(map(cell_len, drawn)) <= 80


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        ("2026-05", "2026-05-01", "2026-05-31"),
        ("2026", "2026-01-01", "2026-06-01"),
        ("last 90 days", "2026-03-04", "2026-06-01"),
        ("2025-12-24..2026-01", "2025-12-24", "2026-01-31"),
    ],
)
def test_the_period_is_as_named_and_ends_today_at_the_latest(
    period: str, since: str, until: str, community: Crm
) -> None:
    found = community.json("mirror", "--period", period)
    assert (found["from"], found["until"]) == (since, until)


def test_all_time_begins_with_the_first_thing_that_is_known(community: Crm) -> None:
    found = community.json("mirror", "--period", "All time")
    assert (found["from"], found["until"]) == ("2026-05-01", "2026-06-01")


def test_all_time_is_today_where_nothing_is_known_yet(crm: Crm) -> None:
    found = crm.json("mirror", "--period", "all time")
    assert (found["from"], found["until"]) == ("2026-06-01", "2026-06-01")


def test_a_period_that_cannot_be_read_is_a_usage_error_with_examples(community: Crm) -> None:
    answer = community.answer("mirror", "--period", "whenever")
    assert answer.code == 2
    assert "crm: error: 'whenever' is not a period I can read" in answer.err
    assert "hint: try: " in answer.err


def test_one_platform_is_shown_alone_even_where_nothing_happened(community: Crm) -> None:
    assert "X" in community.run("mirror", "--platform", "twitter").lines[0]
    assert "Nobody spoke to you in this time." in community.run("mirror", "--platform", "flickr").out
    assert list(community.json("mirror", "--platform", "flickr")["platforms"]) == ["flickr"]


def test_the_page_is_written_privately_and_replaces_an_older_one_only_when_it_is_complete(
    community: Crm, tmp_path: Path
) -> None:
    file = tmp_path / "mirror.html"
    file.write_text("older")
    assert community.run("mirror", "--html", file).out == f"{file}\n"
    text = file.read_text("utf-8")
    assert ET.fromstring(text.removeprefix("<!DOCTYPE html>\n")).tag == "html"
    assert "2 June 2025 to 1 June 2026" in text
    assert "Ada" not in text
    assert "ada" not in text
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
    assert community.json("mirror", "--html", file, "--platform", "x")["platforms"].keys() == {"x"}
    assert "all platforms together" not in file.read_text("utf-8")


def test_a_folder_is_no_file_for_the_page(community: Crm, tmp_path: Path) -> None:
    assert community.answer("mirror", "--html", tmp_path).code == 2


def test_a_database_is_not_replaced_by_a_page(community: Crm, tmp_path: Path) -> None:
    assert community.answer("mirror", "--html", tmp_path / "crm.db").code == 2
    assert len(community.json("contacts")) == 2


@pytest.mark.parametrize(("share", "drawn"), [(0, "····"), (0.001, "▏···"), (0.5, "██··"), (1, "████")])
def test_a_bar_shows_the_share_and_nothing_only_for_nothing(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn
