"""Charts drawn from cells: exact lines, nothing wider than its room, and every number is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.services.mirror_rows import heat_bounds
from crm.tui import ui
from crm.tui.widgets.charts import (
    Facing,
    Pair,
    Point,
    Whole,
    bar,
    column_lines,
    divided,
    facing_lines,
    legend_lines,
    pair_lines,
    thin,
    whole_lines,
)
from crm.tui.widgets.heatmap import calendar_lines, level_of
from crm.tui.widgets.heatmap import legend_lines as heat_legend
from crm.tui.widgets.mirror_sheet import Section, parted, sheet_lines

HUGE = 10**15
NUMBERS = st.integers(0, HUGE)
BOUNDS = (1, 2, 3, 4)


def plain(lines: Iterable[ui.Shown]) -> list[str]:
    return [line.plain.rstrip() for line in lines]


def widest(lines: Iterable[ui.Shown]) -> int:
    return max((line.cell_length for line in lines), default=0)


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, ""), (1e-9, "▏"), (0.125, "█"), (0.5, "████"), (0.55, "████▍"), (1, "████████"), (7, "████████")],
)
def test_a_bar_is_exact_to_an_eighth_of_a_cell_and_never_longer_than_its_room(
    share: float, drawn: str
) -> None:
    assert bar(share, 8) == drawn


@pytest.mark.parametrize(("share", "cells"), [(0, 0), (1e-9, 1), (0.5, 4), (1, 8), (7, 8)])
def test_a_thin_bar_has_whole_cells(share: float, cells: int) -> None:
    assert thin(share, 8) == "▀" * cells


@pytest.mark.parametrize(
    ("parts", "cells"),
    [
        ((0, 0), [0, 0]),
        ((1, 0), [10, 0]),
        ((999, 1), [9, 1]),
        ((1, 1, 1), [4, 3, 3]),
        ((HUGE, 1, 1), [8, 1, 1]),
    ],
)
def test_a_whole_is_divided_without_a_rest_and_what_is_more_than_nothing_is_seen(
    parts: tuple[int, ...], cells: list[int]
) -> None:
    assert divided(parts, 10) == cells


@given(st.lists(NUMBERS, min_size=1, max_size=3), st.integers(3, 80))
def test_the_parts_fill_the_bar(parts: list[int], width: int) -> None:
    cells = divided(parts, width)
    assert sum(cells) == (width if sum(parts) else 0)
    assert all(bool(count) == bool(number) for count, number in zip(cells, parts, strict=True))


def test_parts_have_patterns_and_what_was_before_its_own_line() -> None:
    rows = [Whole("now", (8, 1, 1), "89 %"), Whole("before", (5, 0, 5), "50 %", before=True)]
    assert plain(whole_lines(rows, 22)) == ["now    ████████▒░ 89 %", "before █████░░░░░ 50 %"]


def test_the_legend_has_the_numbers_and_breaks_where_the_line_ends() -> None:
    names = [("answered", 1824), ("still open", 12), ("not answered", 153)]
    assert plain(legend_lines(names, 60)) == ["█ answered 1,824   ▒ still open 12   ░ not answered 153"]
    assert plain(legend_lines(names, 40)) == ["█ answered 1,824   ▒ still open 12", "░ not answered 153"]
    assert len(plain(legend_lines(names, 4))) == 3


def test_a_pair_is_a_full_bar_and_a_thin_one_below_it() -> None:
    rows = [Pair("known", 8, "8", 4, "4"), Pair("spoken with", 0, "0", 1, "1")]
    assert plain(pair_lines(rows, 22)) == [
        "known       ████████ 8",
        "            ▀▀▀▀     4",
        "spoken with          0",
        "            ▀        1",
    ]


def test_without_a_time_before_there_is_no_thin_bar() -> None:
    assert plain(pair_lines([Pair("known", 3, "3")], 11)) == ["known ███ 3"]
    assert plain(pair_lines([Pair("known", 0, "0")], 11)) == ["known     0"]


def test_given_and_received_stand_against_each_other() -> None:
    rows = [Facing("words", 4, 2, 2, 0), Facing("clicks", 1, 0, 0, 4)]
    assert plain(facing_lines("given", "received", rows, 30)) == [
        "            given   received",
        "words  4 ████████ │ ████ 2",
        "           2 ▀▀▀▀ │  0",
        "clicks       1 ██ │  0",
        "               0  │ ▀▀▀▀▀▀▀▀ 4",
    ]


def test_given_and_received_have_no_thin_bars_where_there_was_nothing_before() -> None:
    assert len(plain(facing_lines("given", "received", [Facing("words", 4, 2, 0, 0)], 40, before=False))) == 2


def test_columns_stand_beside_what_was_before_with_both_numbers_below() -> None:
    points = [Point("Nov", 4, 2), Point("Dec", 0, 4), Point("2026", 1, 0)]
    assert plain(column_lines(points, 7 + 15, 4)) == [
        "        ███ █",
        "        ███ █",
        "       ████ █",
        "       ████ █     ███",
        "       Nov  Dec  2026",
        "now     4    ·    1",
        "before 2    4    ·",
    ]


def test_columns_without_a_time_before_have_their_numbers_below() -> None:
    assert plain(column_lines([Point("2024", 8), Point("2025", 1)], 12, 1)) == [
        "  ████ ▁▁▁▁",
        "  2024 2025",
        "  8    1",
    ]


def test_where_numbers_do_not_fit_the_highest_stands_at_its_height() -> None:
    points = [Point(str(year), 100 if year == 2010 else 0) for year in range(2000, 2020)]
    lines = plain(column_lines(points, 4 + 40, 2))
    assert lines[0] == "100                     █"
    assert lines[-1] == "    2000  2003  2006  2009  2012  2015  2018"
    assert len(lines) == 3


def test_where_columns_do_not_fit_the_oldest_are_left_out() -> None:
    lines = plain(column_lines([Point(str(year), 1) for year in range(1900, 2026)], 12, 1))
    assert lines[0] == "1 ██████████"
    assert lines[1].split() == ["2016", "2021"]
    assert list(column_lines([], 12, 1)) == []


@given(
    st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), min_size=1, max_size=40),
    st.integers(34, 120),
)
def test_no_chart_is_wider_than_its_room(numbers: list[tuple[int, int | None]], width: int) -> None:
    small = [(now % 10**6, None if was is None else was % 10**6) for now, was in numbers]
    assert widest(column_lines([Point("2026", *both) for both in small], width, 3)) <= width
    assert widest(pair_lines([Pair("a", n, f"{n}", w, f"{w or 0}") for n, w in small], width)) <= width
    facing = [Facing("words", n, w or 0, w or 0, n) for n, w in small]
    assert widest(facing_lines("given", "received", facing, width)) <= width
    wholes = [Whole("before", (n, w or 0), "over 99 %") for n, w in small]
    assert widest(whole_lines(wholes, width)) <= width


@pytest.mark.parametrize("width", [0, 1, 4, 10])
def test_no_room_at_all_breaks_nothing(width: int) -> None:
    day = date(2026, 1, 1)
    for lines in (
        column_lines([Point("Jan", HUGE, HUGE)], width, 3),
        pair_lines([Pair("known", HUGE, f"{HUGE:,}", 1, "1")], width),
        facing_lines("given", "received", [Facing("words", HUGE, 1, 1, HUGE)], width),
        whole_lines([Whole("now", (HUGE, 1, 0), "over 99 %")], width),
        calendar_lines(day, day + timedelta(days=900), {day: 1}, BOUNDS, width),
    ):
        assert list(lines)


def test_a_calendar_has_weeks_side_by_side_and_a_row_for_each_weekday() -> None:
    since, until = date(2026, 1, 1), date(2026, 2, 10)
    days = {since: 1, date(2026, 1, 5): 2, date(2026, 1, 6): 3, date(2026, 2, 10): 9}
    assert plain(calendar_lines(since, until, days, BOUNDS, 30)) == [
        "    2026",
        "Mon  ▒·····",
        "     ▓····█",
        "Wed  ·····",
        "    ░·····",
        "Fri ······",
        "    ······",
        "Sun ······",
        "",
        "· nobody   ░░ 1   ▒▒ 2   ▓▓ 3",
        "██ 4+",
    ]


def test_a_calendar_takes_two_cells_a_day_where_a_year_fits_so() -> None:
    first = date(2026, 1, 5)
    lines = plain(calendar_lines(first, first + timedelta(days=13), {first: 4}, BOUNDS, 110))
    assert lines[:3] == ["    2026", "Mon ██·", "    · ·"]


def test_where_the_weeks_do_not_fit_the_newest_stay() -> None:
    until = date(2026, 5, 31)
    lines = plain(calendar_lines(date(2025, 6, 1), until, {until: 4, date(2025, 6, 1): 4}, BOUNDS, 24))
    assert lines[7] == "Sun ···················█"
    assert sum(line.count("█") for line in lines[:8]) == 1


def test_years_stand_below_each_other_the_newest_first() -> None:
    lines = plain(calendar_lines(date(2023, 3, 1), date(2025, 2, 1), {}, BOUNDS, 80))
    heads = [line.split()[0] for line in lines if line.startswith("    2")]
    assert heads == ["2025", "2024", "2023"]


def test_very_many_years_are_cut_and_that_is_said() -> None:
    lines = plain(calendar_lines(date(1950, 1, 1), date(2025, 2, 1), {}, BOUNDS, 80))
    assert "Before 2014 it is not drawn." in lines


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 365), st.integers(57, 200))
def test_every_day_of_a_year_is_drawn_once(since: date, length: int, width: int) -> None:
    until = since + timedelta(days=length)
    lines = list(calendar_lines(since, until, {}, BOUNDS, width))
    assert widest(lines) <= max(width, 58)
    assert sum(line.plain.count("·") for line in lines[1:8]) >= length


@pytest.mark.parametrize(
    ("numbers", "bounds", "said"),
    [
        ([], (1, 2, 3, 4), "· nobody   ░░ 1   ▒▒ 2   ▓▓ 3   ██ 4+"),
        ([1], (1, 2, 3, 4), "· nobody   ░░ 1   ▒▒ 2   ▓▓ 3   ██ 4+"),
        ([8, 8, 1], (1, 3, 5, 7), "· nobody   ░░ 1-2   ▒▒ 3-4   ▓▓ 5-6   ██ 7+"),
        ([1] * 99 + [HUGE], (1, 2, 3, 4), "· nobody   ░░ 1   ▒▒ 2   ▓▓ 3   ██ 4+"),
    ],
)
def test_levels_follow_the_usual_days_and_not_one_feast(
    numbers: list[int], bounds: tuple[int, ...], said: str
) -> None:
    assert heat_bounds(numbers) == bounds
    assert plain(heat_legend(bounds, 80)) == [said]


@given(st.lists(st.integers(1, HUGE), min_size=1), st.integers(0, HUGE))
def test_every_number_has_a_level(numbers: list[int], number: int) -> None:
    level = level_of(number, heat_bounds(numbers))
    assert 0 <= level <= 4
    assert bool(level) == bool(number)


def blocks(*heights: int) -> list[list[ui.Shown]]:
    return [[ui.line()] * height for height in heights]


@pytest.mark.parametrize(
    ("heights", "count", "parts"),
    [
        ((5, 5, 5), 3, [1, 1, 1]),
        ((9, 1, 1, 1), 2, [1, 3]),
        ((5,), 2, [1]),
        ((), 2, [0]),
        ((3, 3, 3, 3), 2, [2, 2]),
    ],
)
def test_sections_are_parted_in_their_order_so_that_no_column_is_much_higher(
    heights: tuple[int, ...], count: int, parts: list[int]
) -> None:
    assert [len(column) for column in parted(blocks(*heights), count)] == parts


@pytest.mark.parametrize(("width", "columns"), [(74, 1), (112, 2), (194, 3)])
def test_there_are_as_many_columns_as_there_is_room_for(width: int, columns: int) -> None:
    titles = ["One", "Two", "Three"]
    lines = plain(sheet_lines([Section(title, "It is 9 % of all.") for title in titles], width))
    assert len(lines[0].split()) == columns
    assert max(map(len, lines)) <= width


def test_no_line_ends_between_a_number_and_its_percent_sign() -> None:
    for width in range(12, 40):
        lines = plain(sheet_lines([Section("Title", "Of what was said 92 % was words (9 % before).")], width))
        assert not any(line.startswith("%") for line in lines)
        assert "~" not in "".join(lines)
