"""What works in every place: keys, palette, help, themes, mouse, sizes, errors, the three ways in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from tui_world import NOW, Clock, open_store, place_of, press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import ConflictError
from crm.services import contacts, editing
from crm.tui import app as tui_app
from crm.tui.app import CrmApp
from crm.tui.screens.contact import Contact
from crm.tui.screens.importing import Import
from crm.tui.screens.matches import Matches
from crm.tui.screens.mirror import Mirror
from crm.tui.screens.people import People
from crm.tui.screens.report import Report
from crm.tui.screens.today import Today
from crm.tui.widgets.keybar import KeyBar
from crm.tui.widgets.topbar import TopBar

PROJECT = Path(__file__).resolve().parents[2]


async def test_number_keys_lead_to_the_places_also_from_inside_of_a_contact(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key, page in (("2", People), ("3", Matches), ("4", Mirror), ("5", Import), ("1", Today)):
            await press(pilot, key)
            assert isinstance(app.screen, page)
        await press(pilot, "enter")
        assert isinstance(app.screen, Contact)
        await press(pilot, "2")
        assert isinstance(app.screen, People)
        await press(pilot, "1")
        assert isinstance(app.screen, Today)


async def test_the_places_and_the_keys_can_be_clicked(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click(TopBar, offset=(19, 0))
        await settle(pilot)
        assert isinstance(app.screen, People)
        await pilot.click(TopBar, offset=(8, 0))
        await settle(pilot)
        await pilot.click(KeyBar, offset=(21, 0))
        await settle(pilot)
        assert "Log with Cy Ono" in screen_text(app)


async def test_the_help_of_a_place_lists_its_keys_and_those_of_everywhere(app: CrmApp) -> None:
    async with app.run_test(size=(80, 120)) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        text = screen_text(app)
        for shown in (
            "Today",
            "no reply needed",
            "HERE",
            "EVERYWHERE",
            "undo the last change",
            "other colours",
        ):
            assert shown in text
        await press(pilot, "escape", "2", "slash", "f1")
        assert "Everybody you know" in screen_text(app)


async def test_the_palette_finds_places_and_the_keys_of_the_page_and_runs_them(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "go to people")
        await pilot.pause(0.2)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, People)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "cadence")
        await pilot.pause(0.2)
        await press(pilot, "enter")
        await settle(pilot)
        assert "How often with Ada Byron?" in screen_text(app)


async def test_every_screen_survives_a_tiny_size(app: CrmApp) -> None:
    async with app.run_test(size=(10, 3)) as pilot:
        await settle(pilot)
        await walk(pilot)
        assert app.is_running


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (500, 200)])
async def test_every_place_survives_every_size(app: CrmApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "e", "escape", "w", "M", "escape", "escape", "2", "3", "s", "H", "escape")
        await press(
            pilot, "4", "5", "escape", "c", "escape", "slash", "a", "escape", "question_mark", "escape"
        )
        assert app.is_running


async def walk(pilot: Pilot[Any]) -> None:
    """Visit every screen and dialog."""
    await press(
        pilot, "down", "l", "escape", "s", "escape", "c", "escape", "o", "escape", "enter", "enter", "escape"
    )
    await press(
        pilot, "e", "escape", "n", "escape", "D", "n", "2", "space", "e", "escape", "f", "escape", "3", "s"
    )
    await press(pilot, "2", "enter", "w", "down", "g", "escape", "n", "M", "escape", "escape")
    await press(pilot, "F", "escape", "H", "down")
    await press(pilot, "t", "n", "escape", "escape", "4", "down")
    await press(pilot, "5", "escape", "c", "down", "escape", "down")
    await press(
        pilot, "b", "escape", "slash", "a", "escape", "escape", "question_mark", "escape", "a", "escape"
    )
    await press(pilot, "ctrl+p", "escape", "1")


async def test_an_expected_error_is_said_with_its_hint_and_nothing_closes(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kw: object) -> None:
        raise ConflictError("[red]somebody[/] else has it", "look at [x]")

    monkeypatch.setattr(editing, "done", refuse)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "x")
        assert "[red]somebody[/] else has it" in screen_text(app)
        assert "look at [x]" in screen_text(app)
        assert isinstance(app.screen, Today)


async def test_a_bug_in_a_worker_shows_a_report_without_data_and_the_program_goes_on(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_work: object, contact: int, *_args: object) -> object:
        raise ValueError(f"contact {contact} is Cy Ono")

    monkeypatch.setattr(contacts, "show", broken)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, Report)
        text = screen_text(app)
        assert "builtins.ValueError" in text
        dialog = text[text.index("Something went wrong") :]
        assert "is Cy Ono" not in dialog
        await press(pilot, "y")
        assert app.clipboard.startswith("crm ")
        assert "Cy Ono" not in app.clipboard
        monkeypatch.undo()
        await press(pilot, "escape")
        assert isinstance(app.screen, Today)


async def test_undo_with_nothing_to_undo_says_so(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "u")
        assert "nothing to undo" in screen_text(app)


async def test_what_another_program_changed_is_shown_when_the_window_is_in_front_again(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        world.write(editing.done, world.read(contacts.find, "Cy Ono"))
        assert "Cy Ono" in screen_text(app)
        app.post_message(events.AppBlur())
        app.post_message(events.AppFocus())
        await settle(pilot)
        assert "Cy Ono" not in screen_text(app)


async def test_a_new_day_begins_without_a_key(tmp_path: Path, world: Store) -> None:
    clock = Clock()
    store = open_store(place_of(world), clock)
    app = CrmApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "birthday tomorrow" in screen_text(app)
        clock.moment = NOW.replace(day=2)
        app._new_day()
        await settle(pilot)
        assert "birthday today" in screen_text(app)
        assert "Tue 2 Jun" in screen_text(app)
    store.close()


# The three ways in


async def test_the_first_run_offers_three_ways_and_adding_a_person_is_one(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for way in ("Import something", "Look at the demo", "Add a person"):
            assert way in screen_text(app)
        await press(pilot, "down", "down", "enter")
        await type_in(pilot, "Ada Byron")
        await press(pilot, "tab")
        await type_in(pilot, "ada@example.org, x:ada")
        await press(pilot, "enter")
        assert isinstance(app.screen, Contact)
        assert "ada@example.org" in screen_text(app)
        await press(pilot, "escape")
        assert "Welcome" not in screen_text(app)
        assert "That is all for today." in screen_text(app)


async def test_a_handle_that_is_somebody_elses_keeps_the_form_open(app: CrmApp, world: Store) -> None:
    before = world.read(contacts.count)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        await type_in(pilot, "Another Ada")
        await press(pilot, "tab")
        await type_in(pilot, "ada@example.org")
        await press(pilot, "enter")
        assert "Ada Byron" in screen_text(app)
        assert app.screen.query_one("#name", Input).value == "Another Ada"
        assert world.read(contacts.count) == before


async def test_import_is_one_key_from_the_first_run(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        assert isinstance(app.screen, Import)


async def test_the_demo_is_made_and_shown_next_and_nothing_of_the_user_is_touched(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("d")
        for _ in range(200):
            await pilot.pause(0.05)
            if app.demo is not None:
                break
    assert app.demo is not None
    assert place_of(app.demo) != place_of(empty)
    assert app.demo.read(contacts.count) > 100
    assert empty.read(contacts.count) == 0
    app.demo.close()


async def test_the_demo_says_that_it_is_one(world: Store) -> None:
    app = CrmApp(world, banner="demo")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "demo" in screen_text(app).splitlines()[0]


def test_leaving_the_demo_leads_back_to_ones_own_and_closes_it(
    world: Store, empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[Store, str]] = []
    closed: list[bool] = []
    monkeypatch.setattr(type(empty), "close", lambda self: closed.append(self is empty))

    def pretend(self: CrmApp) -> None:
        shown.append((self.store, self.banner))
        self.demo = empty if len(shown) == 1 else None

    monkeypatch.setattr(CrmApp, "run", pretend)
    assert tui_app.run(world) == 0
    assert shown == [(world, ""), (empty, "demo"), (world, "")]
    assert closed == [True]
    monkeypatch.undo()


def test_starting_loads_only_what_the_first_screen_needs() -> None:
    code = (
        "import sys, crm.tui.app, crm.tui.screens.today\n"
        "print(*[name for name in sys.modules if name.startswith('crm.')"
        " or name.partition('.')[0] in ('lxml', 'alembic', 'vobject', 'webbrowser')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    unwanted = {name for name in loaded if name.startswith("crm.tui.screens.")} - {"crm.tui.screens.today"}
    unwanted |= {name for name in loaded if name.startswith("crm.importers.") and name.count(".") == 2}
    unwanted |= loaded & {"lxml", "alembic", "vobject", "webbrowser", "crm.services.importing"}
    assert unwanted <= {"crm.importers.kit"}
