"""Coverage: bars that say without colour what imports hold, and how to get what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tui_world import NOW, bring, press, said, screen_text, settle

from crm.db.store import Store
from crm.services.views import CoverageView
from crm.tui.app import CrmApp
from crm.tui.widgets.coverage_rows import COVERED, OPEN, Scale, axis, bar, head_line, room_for_bar, scale_of


def view(*spans: tuple[datetime, datetime], **more: Any) -> CoverageView:
    """Return a platform's coverage."""
    values: dict[str, Any] = {
        "platform": "x",
        "since": spans[0][0] if spans else None,
        "until": spans[-1][1] if spans else None,
        "imports": len(spans),
        "imported_at": NOW,
        "contacts": 0,
        "ask_again": False,
        "importer": "x",
        "spans": spans,
    }
    return CoverageView(**values | more)


def day(year: int, month: int = 1, number: int = 1) -> datetime:
    """Return a day's beginning."""
    return datetime(year, month, number, tzinfo=UTC)


def test_a_bar_covers_its_years_and_leaves_gaps_open() -> None:
    scale = Scale(2016, day(2026))
    found = bar(view((day(2016), day(2017, 12, 1)), (day(2021), day(2025, 12, 1))), scale, 10)
    assert found == COVERED * 2 + OPEN * 3 + COVERED * 5


def test_even_one_day_is_seen_and_what_is_missing_at_the_end_too() -> None:
    scale = Scale(2006, day(2026))
    assert bar(view((day(2016, 5, 1), day(2016, 5, 1))), scale, 20).count(COVERED) == 1
    until_lately = view((day(2006), day(2025, 11, 1)), ask_again=True)
    assert bar(until_lately, scale, 20) == COVERED * 19 + OPEN


def test_what_has_no_dates_has_an_open_bar_and_a_narrow_line_none() -> None:
    scale = Scale(2016, day(2026))
    assert bar(view(), scale, 6) == OPEN * 6
    assert bar(view((day(2016), day(2025))), scale, 0) == ""


@given(
    width=st.integers(0, 160),
    first=st.integers(1990, 2026),
    ends=st.lists(
        st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        min_size=2,
        max_size=2,
    ),
)
def test_every_line_is_as_wide_as_it_may_be_whatever_the_dates(
    width: int, first: int, ends: list[datetime]
) -> None:
    one = view((min(ends), max(ends)))
    scale = Scale(first, NOW)
    room = room_for_bar(width)
    assert len(bar(one, scale, room)) == room
    assert len(axis(scale, room)) == room
    assert head_line(scale, width).cell_length <= max(width, 26)
    assert scale_of([one], NOW).first <= NOW.year


async def test_what_is_worth_asking_for_comes_first_with_how_to_get_it(app: CrmApp, world: Store) -> None:
    bring(world, "x", said("x", "gil", 200, "out"), said("x", "gil", 190))
    bring(world, "linkedin", said("linkedin", "hal", 900), said("linkedin", "hal", 1))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "escape", "c")
        text = screen_text(app)
        assert text.index("WORTH ASKING FOR AGAIN") < text.index("X  ") < text.index("THE OTHERS")
        assert "13 Nov 2025 to 23 Nov 2025; 1 import, the last on 1 Jun." in text
        assert "Download an archive of your data" in text
        assert "Get a copy of your data" not in text  # LinkedIn's is new
        await press(pilot, "down")
        assert "to 31 May; 1 import, the last on 1 Jun." in screen_text(app)
        await press(pilot, "escape")
        assert type(app.screen).__name__ == "Import"


async def test_nothing_imported_is_one_sentence_and_the_palette_leads_here(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"imports cover", "down", "enter")
        assert type(app.screen).__name__ == "Coverage"
        assert "Nothing was imported yet." in screen_text(app)
        await press(pilot, "i")
        assert type(app.screen).__name__ == "Import"
