"""Search: as you type, contacts first, then words, the newest first."""

from __future__ import annotations

import threading

import pytest
from textual import events
from textual.widgets import Input
from tui_world import press, screen_text, settle, type_in

from crm.db.store import Store
from crm.services import searching
from crm.services.views import SearchView
from crm.tui.app import CrmApp
from crm.tui.screens.contact import Contact
from crm.tui.screens.search import Search
from crm.tui.widgets.found_rows import FoundRows


async def test_contacts_and_words_are_found_as_they_are_typed(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "pri")
        text = screen_text(app)
        assert "WORDS" in text
        assert text.index("Thanks for the print") < text.index("The print is on its way")
        await type_in(pilot, "zzz")
        assert "Nothing found." in screen_text(app)


async def test_enter_in_the_field_opens_what_the_cursor_is_on(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "Bo Lind")
        await press(pilot, "enter")
        assert isinstance(app.screen, Contact)
        assert "bo@example.org" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Search)
        await press(pilot, "escape")
        assert not isinstance(app.screen, Search)


async def test_down_moves_in_the_list_while_the_field_keeps_the_focus(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+f")
        await type_in(pilot, "print")
        first = app.screen.query_one(FoundRows).key
        await press(pilot, "down")
        assert app.screen.query_one(FoundRows).key != first
        await type_in(pilot, "s")
        assert "Nothing found." in screen_text(app)


async def test_ctrl_f_searches_everywhere_also_from_the_filter_of_people(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "slash", "ctrl+f")
        assert isinstance(app.screen, Search)


async def test_the_answer_to_an_older_question_never_replaces_a_newer_one(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    ask = searching.search

    def slow(work: object, text: str, limit: int = 50) -> SearchView:
        if text == "p":
            gate.wait(10)
        return ask(work, text, limit)  # type: ignore[arg-type]

    monkeypatch.setattr(searching, "search", slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        await pilot.press("p", "q")
        await pilot.pause(0.2)
        gate.set()
        await settle(pilot)
        assert "Nothing found." in screen_text(app)


@pytest.mark.parametrize("opening", ["slash", "ctrl+f"])
async def test_what_is_typed_before_the_field_is_there_reaches_the_field(app: CrmApp, opening: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key in (opening, *"quilt"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert isinstance(app.screen, Search)
        assert app.screen.query_one("#search", Input).value == "quilt"


async def test_an_empty_field_shows_nothing_and_does_not_fail(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", "enter", "down")
        await type_in(pilot, '"*(')
        await press(pilot, "escape")
        assert not isinstance(app.screen, Search)
