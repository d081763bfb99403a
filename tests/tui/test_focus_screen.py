"""Going through Today: one key opens, one key logs, u goes back, and it ends with one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui_world import NOW, World, build, press, screen_text, settle, type_in

from crm.db import bulk
from crm.db.store import Store
from crm.db.tables import interaction
from crm.domain.errors import DatabaseError
from crm.domain.records import PartialDate
from crm.services import contacts, editing, focus, interactions, undoing
from crm.services.editing import Edits
from crm.services.focus import Budget
from crm.services.views import InteractionView
from crm.tui import browser
from crm.tui.app import CrmApp
from crm.tui.screens import focus as page
from crm.tui.screens import links
from crm.tui.screens.focus import Focus
from crm.tui.screens.log import Log
from crm.tui.widgets.choice import Choice

ORDER = ["Cy Ono", "Bo Lind", "Ada Byron", "Ed Quist", "山田 太郎", "Dee Park", "Flo Sand"]
"""Today's people without Eve, whose birthday is tomorrow."""


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def page_of(app: CrmApp) -> str:
    """Return which screen is on top."""
    return type(app.screen).__name__


def who(app: CrmApp) -> str:
    """Return who is on the page; empty at the end."""
    assert isinstance(app.screen, Focus)
    current = app.screen._session.current
    if current is not None:
        assert current.name[:10] in screen_text(app)
    return current.name if current else ""


def last_act(store: Store, name: str) -> InteractionView:
    """Return the newest act with somebody."""
    return store.read(interactions.timeline, store.read(contacts.find, name), 1)[0]


def chosen(app: CrmApp, field: str) -> str:
    """Return what a field of the log dialog has."""
    return app.screen.query_one(f"#{field}", Choice).value


async def begin(pilot: Pilot[Any], budget: str = "everything") -> None:
    """Begin a session from Today."""
    await settle(pilot)
    await press(pilot, "g")
    pilot.app.screen.query_one("#own-budget", Input).value = budget
    await press(pilot, "enter")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was opened, on a machine with a browser."""
    found: list[str] = []
    monkeypatch.setattr(page, "opener", lambda: ("browser",))
    for module in (browser, links):
        monkeypatch.setattr(module, "open_target", lambda target, app=None: found.append(target.url))
    return found


# Beginning


async def test_the_people_come_one_by_one_in_the_order_of_today(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        seen = []
        while name := who(app):
            seen.append(name)
            await press(pilot, "space")
        assert seen == ORDER
        assert "7 skipped. That is enough for now: 7 more are on Today and can wait." in flat(app)


async def test_the_budget_is_chosen_with_one_key_and_is_the_first_choice_the_next_time(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g", "right", "enter")
        assert "1 of 7" in flat(app)
        assert world.read(focus.recall) == Budget(people=10)
        await press(pilot, "escape")
        assert page_of(app) == "Today"
        await press(pilot, "g")
        assert "[10 people]" in screen_text(app)
        await press(pilot, "tab")
        await type_in(pilot, "3 cats")
        await press(pilot, "enter")
        assert page_of(app) == "AskBudget"
        app.screen.query_one("#own-budget", Input).value = "3"
        await press(pilot, "enter")
        assert "1 of 3" in flat(app)
        await press(pilot, "escape", "g")
        assert app.screen.query_one("#own-budget", Input).value == "3 people"


async def test_nothing_is_written_by_asking_and_by_looking(app: CrmApp, world: Store) -> None:
    world.write(focus.remember, Budget())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(
            pilot, "g", "escape", "g", "enter", "space", "pagedown", "p", "escape", "O", "escape", "u"
        )
        assert who(app) == ORDER[0]
        await press(pilot, "e", "escape", "s", "escape", "o", "y", "escape")
        assert page_of(app) == "Today"
        assert app.version == 0


async def test_it_begins_from_the_palette_wherever_one_is(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "ctrl+p", *"through", "down", "enter")
        assert page_of(app) == "AskBudget"
        await press(pilot, "enter")
        assert who(app) == ORDER[0]
        await press(pilot, "escape")
        assert page_of(app) == "People"


async def test_with_nobody_on_today_there_is_nothing_to_begin(app: CrmApp, world: Store) -> None:
    everybody = world.read(contacts.list_ids, contacts.ContactQuery())
    world.write(editing.edit, everybody, Edits(muted=True, birthday=None))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "g")
        assert page_of(app) == "Today"
        await press(pilot, "ctrl+p", *"through", "enter")
        assert "Nobody is waiting. That is all for today." in flat(app)
        assert page_of(app) == "Today"


# Opening and logging


async def test_opening_waits_and_one_key_logs_with_platform_and_kind_already_right(
    app: CrmApp, world: Store, opened: list[str]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "o")
        assert opened == ["https://cyono.example"]
        assert who(app) == "Cy Ono"
        assert "Opened. When you are back: r logs that you replied on a blog" in flat(app)
        assert last_act(world, "Cy Ono").direction == "in"
        await press(pilot, "r")
        act = last_act(world, "Cy Ono")
        assert (act.direction, act.platform, act.kind) == ("out", "blog", "reply")
        assert who(app) == "Bo Lind"
        assert "Opened." not in flat(app)
        assert "Cy Ono: you replied on a blog (u takes it back)" in flat(app)
        await press(pilot, "o", "r", "r")
        assert opened[1:] == ["mailto:bo@example.org"]
        bo, ada = last_act(world, "Bo Lind"), last_act(world, "Ada Byron")
        assert (bo.platform, bo.kind) == ("email", "email")
        assert (ada.platform, ada.kind) == ("mastodon", "reply")


async def test_correcting_begins_with_what_would_be_logged(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "e")
        assert isinstance(app.screen, Log)
        assert [chosen(app, name) for name in ("direction", "platform", "kind")] == ["out", "blog", "reply"]
        app.screen.query_one("#platform", Choice).choose("email")
        app.screen.query_one("#kind", Choice).choose("")
        app.screen.query_one("#when", Input).value = "3 days ago"
        await press(pilot, "enter")
        act = last_act(world, "Cy Ono")
        assert (act.platform, act.kind) == ("email", "email")
        assert act.at is not None
        assert act.at.date().isoformat() == "2026-05-29"
        assert who(app) == "Bo Lind"


async def test_what_they_said_is_no_answer_of_yours_and_keeps_them_on_the_page(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, *["space"] * 3, "e")
        assert who_below(app) == "Ed Quist"
        app.screen.query_one("#direction", Choice).choose("in")
        await press(pilot, "enter")
        assert last_act(world, "Ed Quist").direction == "in"
        assert who(app) == "Ed Quist"
        assert "has no answer yet" in flat(app)
        await press(pilot, "x")
        assert who(app) != "Ed Quist"


def who_below(app: CrmApp) -> str:
    """Return who is on the page below a dialog."""
    below = app.screen_stack[-2]
    assert isinstance(below, Focus)
    assert below._session.current is not None
    return below._session.current.name


async def test_another_address_may_be_opened_and_is_what_is_logged(
    app: CrmApp, world: Store, opened: list[str]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "space", "space")
        assert who(app) == "Ada Byron"
        await press(pilot, "O", "down", "enter")
        assert opened == ["mailto:ada@example.org"]
        assert "logs that you wrote an e-mail" in flat(app)
        await press(pilot, "r")
        assert last_act(world, "Ada Byron").kind == "email"


async def test_without_a_browser_the_address_stands_there_to_be_copied_and_it_waits_all_the_same(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(page, "opener", lambda: None)
    monkeypatch.setattr(CrmApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "o")
        assert "https://cyono.example No browser here. y copies the address." in flat(app)
        await press(pilot, "y")
        assert copied == ["https://cyono.example"]


async def test_a_browser_that_does_not_start_is_said_and_nothing_waits(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (page, browser):
        monkeypatch.setattr(module, "opener", lambda: ("/nonexistent/opener",))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await begin(pilot)
        await press(pilot, "o")
        assert "cannot start /nonexistent/opener" in flat(app)
        assert "Opened." not in flat(app)


async def test_what_there_is_to_talk_about_stands_below_what_was_said(app: CrmApp, world: Store) -> None:
    bo = world.read(contacts.find, "Bo Lind")
    at = NOW - timedelta(days=40)
    asked = "Which glaze did you take for the [blue] bowl?"
    world.write(interactions.log, bo, asked, direction="in", platform="linkedin", at=at)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        assert "TO TALK ABOUT" not in flat(app)
        await press(pilot, "space")
        assert f"TO TALK ABOUT they asked {asked}" in flat(app)


# Letting rest, skipping, going back


async def test_snoozing_and_no_reply_needed_move_on(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "s", "enter", "x")
        assert who(app) == "Ada Byron"
        assert world.read(contacts.show, world.read(contacts.find, "Cy Ono"), 0).contact.snoozed_until
        assert last_act(world, "Bo Lind").closed
        await press(pilot, "r", "x")  # Ed drifts: there is nothing that could need no reply
        assert who(app) == "Ed Quist"
        await press(pilot, "escape")
        assert "1 answered, 1 resting, 1 with no reply needed." in flat(app)


@pytest.mark.parametrize("keys", [("r",), ("x",), ("s", "enter"), ("e", "enter"), ("space",), ("n",)])
async def test_u_goes_back_to_the_person_whatever_was_done(
    app: CrmApp, world: Store, keys: tuple[str, ...]
) -> None:
    before = world.read(focus.queue)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, *keys)
        assert who(app) == "Bo Lind"
        await press(pilot, "u")
        assert who(app) == "Cy Ono"
        assert "1 of 7" in flat(app)
    assert world.read(focus.queue) == before


async def test_u_goes_back_step_by_step_over_skipped_and_answered_ones(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "2 people")
        await press(pilot, "r", "space", "r")
        assert who(app) == ""
        assert "2 answered, 1 skipped." in flat(app)
        await press(pilot, "u")
        assert who(app) == "Ada Byron"
        await press(pilot, "u")
        assert who(app) == "Bo Lind"
        await press(pilot, "u")
        assert who(app) == "Cy Ono"
        assert last_act(world, "Cy Ono").direction == "in"


async def test_what_is_taken_back_elsewhere_brings_the_person_back_too(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "r", "space")
        world.write(undoing.undo)
        app.changed()
        await settle(pilot)
        assert who(app) == "Cy Ono"


async def test_what_could_not_be_written_is_said_and_asked_again(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_how: object) -> None:
        raise DatabaseError("the disk is full, nothing was saved")

    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await begin(pilot)
        monkeypatch.setattr(interactions, "log", full)
        await press(pilot, "r")
        assert "the disk is full" in flat(app)
        assert who(app) == "Cy Ono"


async def test_a_key_pressed_twice_at_once_never_logs_for_the_next_person_what_was_meant_for_the_last(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        session = app.screen
        assert isinstance(session, Focus)
        session.action_replied()
        session.action_replied()
        await settle(pilot)
        assert who(app) == "Bo Lind"
        assert last_act(world, "Bo Lind").direction == "in"


# Meanwhile


async def test_whoever_was_answered_elsewhere_meanwhile_leaves_by_themselves(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        world.write(interactions.log, world.read(contacts.find, "Bo Lind"))
        world.write(interactions.log, world.read(contacts.find, "Cy Ono"))
        await press(pilot, "o")
        app.on_app_focus()
        await settle(pilot)
        assert who(app) == "Ada Byron"
        assert "Cy Ono is dealt with already" in flat(app)
        await press(pilot, "r", "escape")
        assert "1 answered, 1 dealt with elsewhere." in flat(app)


async def test_looking_at_something_else_meanwhile_keeps_person_and_place(
    app: CrmApp, opened: list[str]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "space", "o", "p")
        assert page_of(app) == "Contact"
        await press(pilot, "escape")
        app.on_app_focus()
        await settle(pilot)
        assert who(app) == "Bo Lind"
        assert "Opened. When you are back:" in flat(app)


async def test_what_is_done_on_the_whole_contact_counts_too(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "p", "m", "escape")
        assert who(app) == "Bo Lind"
        await press(pilot, "u")  # the mute
        assert who(app) == "Cy Ono"


async def test_a_person_deleted_meanwhile_is_passed_over(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        world.write(editing.delete, world.read(contacts.find, "Bo Lind"))
        await press(pilot, "space")
        assert who(app) == "Ada Byron"


# The budget and the end


async def test_so_many_people_and_then_a_quiet_end_that_enter_leaves(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "2")
        assert "1 of 2" in flat(app)
        await press(pilot, "space", "r")
        assert "2 of 2" in flat(app)
        await press(pilot, "r")
        assert "2 answered, 1 skipped. That is enough for now: 5 more are on Today and can wait." in flat(app)
        await press(pilot, "r", "o", "x", "space")
        assert who(app) == ""
        await press(pilot, "enter")
        assert page_of(app) == "Today"


async def test_when_nobody_is_left_that_is_all_for_today(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "10")
        await press(pilot, *["r"] * 7)
        assert "3 answered, 4 reached out to. That is all for today." in flat(app)
        await press(pilot, "escape")
        assert page_of(app) == "Today"


async def test_minutes_end_the_session_after_the_present_person_and_cut_nobody_off(tmp_path: Path) -> None:
    with world_with_a_clock(tmp_path) as world:
        app = CrmApp(world.store)
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot, "10 minutes")
            assert "10 minutes left" in flat(app)
            world.clock.moment = NOW + timedelta(minutes=6, seconds=20)
            await press(pilot, "r")
            assert "4 minutes left" in flat(app)
            world.clock.moment = NOW + timedelta(minutes=25)
            app.on_app_focus()
            await settle(pilot)
            assert who(app) == "Bo Lind"
            assert "the last one for now" in flat(app)
            await press(pilot, "o", "r")
            assert who(app) == ""
            assert "2 answered. That is enough for now: 5 more are on Today and can wait." in flat(app)
            await press(pilot, "u")
            assert who(app) == "Bo Lind"
            await press(pilot, "s", "enter")
            assert "1 answered, 1 resting." in flat(app)


@contextmanager
def world_with_a_clock(folder: Path) -> Iterator[World]:
    """Make the world in a store whose clock can be moved."""
    build(folder / "clock.db")
    world = World(folder / "clock.db")
    try:
        yield world
    finally:
        world.store.close()


async def test_stopping_says_what_was_done_and_with_nothing_done_says_nothing(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await press(pilot, "escape")
        assert page_of(app) == "Today"
        await begin(pilot)
        await press(pilot, "r", "escape")
        assert "1 answered. That is enough for now: 6 more are on Today and can wait." in flat(app)
        await press(pilot, "u")
        assert who(app) == "Cy Ono"
        await press(pilot, "r")
        assert who(app) == "Bo Lind"


# The mouse


async def test_a_click_on_a_step_does_what_its_key_does(app: CrmApp, world: Store, opened: list[str]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "1")
        await pilot.click("#focus-open", offset=(5, 0))
        await settle(pilot)
        assert opened == ["https://cyono.example"]
        await pilot.click("#focus-log", offset=(5, 1))
        await settle(pilot)
        assert last_act(world, "Cy Ono").kind == "reply"
        await pilot.click("#focus-end", offset=(5, 0))
        await settle(pilot)
        assert page_of(app) == "Today"


# Other people's names and addresses

HOSTILE = "[bold]Mal[/]\x1b]0;x\x07\u202e" + "x" * 300


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://a@b.example/", "ftp://x"]
)
async def test_addresses_that_are_no_web_pages_are_neither_shown_nor_opened(
    tmp_path: Path, opened: list[str], url: str
) -> None:
    with world_with_a_clock(tmp_path) as world:
        mal = world.person(HOSTILE, "signal:+49301234")
        world.act(mal, 25, "in", "[red]hi[/]\x1b[2J" + "y" * 5000, "signal")
        with_url(world.store, mal, url)
        app = CrmApp(world.store)
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            assert "[bold]Mal[/]" in screen_text(app)
            assert "[red]hi[/]" in screen_text(app)
            assert "\x1b" not in screen_text(app)
            assert url not in flat(app)
            assert "Nothing to open here: on Signal, Signal +49301234" in flat(app)
            await press(pilot, "o", "O", "y")
            assert opened == []
            await press(pilot, "r")
            act = world.store.read(interactions.timeline, mal, 1)[0]
            assert (act.platform, act.kind) == ("signal", "message")


async def test_a_long_address_is_shown_whole_in_a_dialog_before_it_is_opened(
    tmp_path: Path, opened: list[str]
) -> None:
    long = f"https://long.example/{'a' * 400}"
    with world_with_a_clock(tmp_path) as world:
        mal = world.person("Mal", "x:mal")
        world.act(mal, 25, "in", "hi", "x")
        with_url(world.store, mal, long)
        app = CrmApp(world.store)
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot)
            assert "long.example (a long address, shown before it is opened)" in flat(app)
            await press(pilot, "o")
            assert page_of(app) == "Links"
            assert opened == []
            await press(pilot, "enter")
            assert opened == [long]
            assert "Opened. When you are back:" in flat(app)


def with_url(store: Store, contact: int, url: str) -> None:
    """Give the last act of a contact an address, as an export would."""
    act = store.read(interactions.timeline, contact, 1)[0]
    store.write(lambda work: bulk.update(work.connection, interaction, "url", [(url, act.id)]))


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (200, 60)])
async def test_it_survives_any_size(app: CrmApp, size: tuple[int, int], world: Store) -> None:
    world.write(editing.edit, [world.read(contacts.find, "Eve")], Edits(birthday=PartialDate(6, 1)))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "g", "enter", "o", "r", "e", "escape", "s", "escape", "space", "x", "escape")
        assert page_of(app) == "Focus"
        await press(pilot, "enter")
        assert page_of(app) == "Today"
