"""The virtual list: any number of rows, drawn and asked for by the page."""

from __future__ import annotations

import time
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from tui_world import settle

from crm.tui import ui
from crm.tui.widgets.rows import PAGE, Heading, Key, Rows


class Plain(Rows[str]):
    """Rows of text; a row that says "long" unfolds."""

    def draw(self, key: Key, row: str, width: int) -> ui.Shown:
        return ui.label(ui.fit(row, width))

    def unfold(self, row: str, width: int) -> list[ui.Shown]:
        return [ui.label("first"), ui.label("second")] if "long" in row else []


class ListApp(App[None]):
    """One list that answers what it asks for, and remembers what that was."""

    CSS = "Rows { height: 1fr; }"

    def __init__(self, order: Any, known: dict[Any, str] | None = None, answers: bool = True) -> None:
        super().__init__()
        self.order = order
        self.known = known or {}
        self.answers = answers
        self.wanted: list[Key] = []
        self.said: list[Key | None] = []
        self.chosen: list[Key] = []

    def compose(self) -> ComposeResult:
        yield Plain()

    @property
    def rows(self) -> Plain:
        return self.query_one(Plain)

    def on_mount(self) -> None:
        self.rows.show(self.order, self.known)
        self.rows.focus()

    def on_rows_wanted(self, event: Rows.Wanted) -> None:
        self.wanted += event.keys
        if self.answers:
            self.rows.give({key: f"row {key}" for key in event.keys})

    def on_rows_highlighted(self, event: Rows.Highlighted) -> None:
        self.said.append(event.key)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.chosen.append(event.key)


# The roles of ui.py live on pages; here the list is alone.
Plain.COMPONENT_CLASSES = Rows.COMPONENT_CLASSES | set(ui.ROLES)


def line(app: ListApp, y: int) -> str:
    """Return a line of the list as text."""
    return app.rows.render_line(y).text.rstrip()


async def test_of_a_hundred_thousand_rows_only_the_visible_pages_are_asked_for() -> None:
    app = ListApp(range(100_000))
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        assert len(app.wanted) <= PAGE
        await pilot.press("end")
        await settle(pilot)
        assert line(app, 19) == "> row 99999"
        assert len(app.wanted) <= 3 * PAGE


async def test_moving_in_a_hundred_thousand_rows_takes_no_time_worth_mentioning() -> None:
    app = ListApp(range(100_000))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        begin = time.perf_counter()
        for _ in range(200):
            app.rows.action_move(1)
        moved = time.perf_counter() - begin
        assert app.rows.key == 200
        # 200 moves; the generous bound only catches work that grows with the number of rows
        assert moved < 2


async def test_headings_are_passed_over_and_never_chosen() -> None:
    app = ListApp([Heading("A", "1"), "a", Heading(), Heading("B", "1"), "b"], {"a": "one", "b": "two"})
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert app.rows.key == "a"
        await pilot.press("down")
        assert app.rows.key == "b"
        await pilot.press("up", "up", "enter")
        await settle(pilot)
        assert app.chosen == ["a"]
        assert line(app, 0).endswith("1")


async def test_only_headings_mean_nothing_under_the_cursor() -> None:
    app = ListApp([Heading("A")])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("down", "up", "end", "home", "pagedown", "enter")
        await settle(pilot)
        assert app.rows.key is None
        assert set(app.said) == {None}
        assert app.chosen == []


async def test_the_row_under_the_cursor_unfolds_and_the_others_move_down() -> None:
    app = ListApp(["a", "b", "c"], {"a": "long one", "b": "short", "c": "long three"})
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        assert [line(app, y) for y in range(5)] == [
            "> long one",
            "  first",
            "  second",
            "  short",
            "  long three",
        ]
        await pilot.press("down")
        assert [line(app, y) for y in range(3)] == ["  long one", "> short", "  long three"]
        await pilot.click(Plain, offset=(3, 2))
        assert app.rows.key == "c"


async def test_the_unfolded_lines_of_the_last_row_are_in_view() -> None:
    keys = [str(number) for number in range(50)]
    app = ListApp(keys, dict.fromkeys(keys, "long"))
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await pilot.press("end")
        await settle(pilot)
        assert [line(app, y) for y in (7, 8, 9)] == ["> long", "  first", "  second"]


async def test_a_double_click_chooses_and_a_single_one_does_not() -> None:
    app = ListApp(["a", "b"], {"a": "one", "b": "two"})
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await pilot.click(Plain, offset=(3, 1))
        assert (app.rows.key, app.chosen) == ("b", [])
        await pilot.click(Plain, offset=(3, 1), times=2)
        await settle(pilot)
        assert app.chosen == ["b"]


async def test_rows_not_answered_yet_are_drawn_as_an_ellipsis_and_asked_for_once() -> None:
    app = ListApp(range(10), answers=False)
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        app.rows.refresh()
        await settle(pilot)
        assert line(app, 0) == "> …"
        assert sorted(app.wanted) == list(range(10))  # type: ignore[type-var]


async def test_another_order_keeps_the_cursor_on_its_key_or_its_place() -> None:
    app = ListApp(["a", "b", "c"], {"a": "1", "b": "2", "c": "3"})
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        await pilot.press("down")
        app.rows.show(["c", "b", "a"], {}, "b")
        assert app.rows.key == "b"
        app.rows.show(["x", "y", "z"], {}, "b")
        assert app.rows.key == "y"
        app.rows.show(["x"], {})
        assert app.rows.key == "x"


async def test_what_follows_is_the_next_row_and_at_the_end_the_one_before() -> None:
    app = ListApp(["a", Heading(), "b"], {"a": "1", "b": "2"})
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        assert app.rows.following() == "b"
        await pilot.press("down")
        assert app.rows.following() == "a"


async def test_rows_that_changed_are_asked_for_again_and_the_old_ones_stay_until_then() -> None:
    app = ListApp(["a", "b"], {"a": "old", "b": "old"}, answers=False)
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        app.rows.show(["a", "b"], {})
        assert line(app, 0) == "> old"
        await settle(pilot)
        assert app.wanted == ["a", "b"]


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (10, 3), (500, 200)])
async def test_a_list_of_any_size_is_drawn(size: tuple[int, int]) -> None:
    app = ListApp(range(1000))
    async with app.run_test(size=size) as pilot:
        await _visit(pilot)


async def _visit(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    await pilot.press("end", "home", "pagedown", "down", "up")
    await settle(pilot)
