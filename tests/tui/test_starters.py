"""What to talk about, above the timeline: calm, folded where it is narrow, leading to the act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from snapping import Snap, only_with_this_textual
from textual.pilot import Pilot
from tui_world import World, bring, place_of, press, said, screen_text, settle

from crm.db.store import Store
from crm.services import contacts, editing
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.widgets.starter_rows import StarterRows, TalkAbout
from crm.tui.widgets.timeline import TimelineRows

Size = tuple[int, int]


def talkative(store: Store) -> None:
    """Give Ada something of every kind: open questions, a promise, a thread, a date, a year ago."""
    world = World(place_of(store))
    ada = store.read(contacts.find, "Ada")
    world.act(ada, 365, "in", "The kiln reached cone ten and nothing exploded. I danced.", "x", "reply")
    world.act(ada, 364, "out", "Let me look for the old log book. I'll send you a copy.", "x", "reply")
    world.act(ada, 200, "in", "There is a woodfiring in Normandy, they take six people.", "linkedin")
    world.act(ada, 1.5, "in", "And which clay was it?", "mastodon", "reply")
    store.write(editing.edit, [ada], Edits(anniversary=None, birthday=None))
    world.store.close()


async def open_ada(app: CrmApp, pilot: Pilot[Any], *keys: str) -> None:
    """Open Ada's page and press keys."""
    await settle(pilot)
    app.show_contact(app.store.read(contacts.find, "Ada"))
    await settle(pilot)
    await press(pilot, *keys)


def focused(app: CrmApp) -> object:
    return type(app.focused)


async def test_the_best_five_stand_above_the_timeline(app: CrmApp, world: Store) -> None:
    talkative(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot)
        text = screen_text(app)
        assert (
            text.index("TO TALK ABOUT")
            < text.index("they asked      1 d  And which clay was it?")
            < text.index("TIMELINE")
        )
        for shown in (
            "you said      12 mo  I'll send you a copy.",
            "stopped at     6 mo  There is a woodfiring",
        ):
            assert shown in text
        assert app.screen.query_one(StarterRows).size.height == 5
        assert focused(app) is TimelineRows


async def test_a_narrow_screen_folds_them_to_one_line_and_keeps_the_timeline(
    app: CrmApp, world: Store
) -> None:
    talkative(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_ada(app, pilot)
        assert app.screen.query_one(StarterRows).size.height == 1
        assert app.screen.query_one(TimelineRows).size.height >= 3
        await press(pilot, "t")
        assert focused(app) is StarterRows
        assert "I'll send you a copy." in screen_text(app)
        await press(pilot, "escape")
        assert focused(app) is TimelineRows
        assert app.screen.query_one(StarterRows).size.height == 1


async def test_enter_leads_to_the_act(app: CrmApp, world: Store) -> None:
    talkative(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot, "t")
        rows = app.screen.query_one(StarterRows)
        while rows.row.kind != "promise":  # type: ignore[union-attr]
            await press(pilot, "down")
        await press(pilot, "enter")
        act = app.screen.query_one(TimelineRows).row
        assert act is not None
        assert act.text == "Let me look for the old log book. I'll send you a copy."
        assert focused(app) is TimelineRows
        assert rows.key is None


async def test_a_click_leads_to_the_act_too(app: CrmApp, world: Store) -> None:
    talkative(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot)
        await pilot.click(StarterRows, offset=(20, 1))
        await settle(pilot)
        act = app.screen.query_one(TimelineRows).row
        assert act is not None
        assert "finish the essay" in (act.text or "")
        assert focused(app) is TimelineRows


async def test_an_act_far_down_a_long_timeline_is_found(app: CrmApp, world: Store) -> None:
    ada = world.read(contacts.find, "Ada")
    old = said("mastodon", "ada@example.social", 364, text="The kiln reached cone ten and nothing exploded.")
    bring(world, "mastodon", old, *(said("mastodon", "ada@example.social", 3 + n / 4) for n in range(900)))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_ada(app, pilot, "t")
        rows = app.screen.query_one(StarterRows)
        while rows.row.kind != "year_ago":  # type: ignore[union-attr]
            await press(pilot, "down")
        await press(pilot, "enter")
        act = app.screen.query_one(TimelineRows).row
        assert act is not None
        assert act.text == old.text
        assert "nothing exploded" in screen_text(app)
    assert world.read(contacts.show, ada, 0).interactions_total > 900


async def test_a_date_has_no_act_and_says_so(app: CrmApp, world: Store) -> None:
    eve = world.read(contacts.find, "Eve Ray")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        app.show_contact(eve)
        await settle(pilot)
        assert "date                 birthday tomorrow, 40 years" in screen_text(app)
        await press(pilot, "t", "enter")
        assert "no act belongs to it" in screen_text(app)


async def test_where_there_is_nothing_nothing_is_said(app: CrmApp, world: Store) -> None:
    dee = world.read(contacts.find, "Dee Park")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.show_contact(dee)
        await settle(pilot)
        assert "TO TALK ABOUT" not in screen_text(app)
        await press(pilot, "t")
        assert focused(app) is TimelineRows


@pytest.mark.parametrize("key", ["x", "r"])
async def test_what_was_dealt_with_leaves_at_once_and_undo_brings_it_back(
    app: CrmApp, world: Store, key: str
) -> None:
    bo = world.read(contacts.find, "Bo Lind")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.show_contact(bo)
        await settle(pilot)
        assert "they asked      5 d  Shall we talk on Friday?" in screen_text(app)
        await press(pilot, "t", key)
        assert not app.screen.query_one(TalkAbout).display
        assert focused(app) is TimelineRows
        await press(pilot, "u")
        assert "they asked      5 d  Shall we talk on Friday?" in screen_text(app)


async def test_opening_the_browser_goes_to_what_was_chosen(app: CrmApp, world: Store) -> None:
    record = said("mastodon", "ada@example.social", 1, text="Did you see the new one?")
    bring(world, "mastodon", record._replace(url="https://example.social/@ada/7"))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot, "t")
        subject = app.screen.subject()  # type: ignore[attr-defined]
        assert subject.url == "https://example.social/@ada/7"


@pytest.mark.parametrize("size", [(40, 12), (60, 16), (20, 6), (200, 60)])
async def test_every_size_survives(app: CrmApp, world: Store, size: Size) -> None:
    talkative(world)
    async with app.run_test(size=size) as pilot:
        await open_ada(app, pilot, "t", "down", "down", "end", "pageup", "enter")
        assert focused(app) is TimelineRows


async def test_hostile_words_are_only_text(app: CrmApp, world: Store) -> None:
    text = "[bold]Is this[/bold] \u202esafe\u202c \x1b[2J to show?"
    bring(world, "mastodon", said("mastodon", "ada@example.social", 0.5, text=text))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot)
        shown = screen_text(app)
        assert "[bold]Is this[/bold] ␦safe" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def talking(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens Ada's page for a picture."""

    async def run(pilot: Pilot[Any]) -> None:
        await open_ada(pilot.app, pilot, *keys)  # type: ignore[arg-type]

    return run


@only_with_this_textual
class TestPictures:
    """What a person sees."""

    def test_to_talk_about(self, snap_sizes: Snap, app: CrmApp, world: Store) -> None:
        """A line of each kind; the timeline below keeps its place."""
        talkative(world)
        assert not snap_sizes(app, run_before=talking())

    def test_to_talk_about_all(self, snap_sizes: Snap, app: CrmApp, world: Store) -> None:
        """All of them, with a cursor."""
        talkative(world)
        assert not snap_sizes(app, run_before=talking("t", "down"))
