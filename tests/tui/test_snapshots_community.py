"""The screens about who is who, what is covered and what can be taken back, as their user sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from test_snapshots import TEXTUAL
from textual.pilot import Pilot
from tui_world import bring, doubles, newcomers, press, pressing, said, settle

from crm.db.store import Store
from crm.services import contacts, editing, interactions, merging
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.matches import MatchRows

SMALL, LARGE, HUGE = (80, 24), (120, 40), (200, 60)
SIZES = [pytest.param(SMALL, id="80x24"), pytest.param(LARGE, id="120x40"), pytest.param(HUGE, id="200x60")]

pytestmark = pytest.mark.skipif(
    not version("textual").startswith(f"{TEXTUAL}."), reason=f"the pictures are of Textual {TEXTUAL}"
)

Compare = Callable[..., bool]
Size = tuple[int, int]

CHAT = """\
27/08/2024, 09:00 - Quinn Vale: Are you coming?
27/08/2024, 09:05 - Mara Öztürk: In an hour
"""


@pytest.mark.parametrize("size", SIZES[:2])
def test_question(
    snap_compare: Compare, app: CrmApp, size: Size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question, its choices side by side, and a field for anybody else."""
    monkeypatch.chdir(tmp_path)
    Path("_chat.txt").write_text(CHAT, encoding="utf-8")

    async def ask(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        app.action_go("import")
        await settle(pilot)
        await press(pilot, "i")
        app.screen.query_one("#path").value = "_chat.txt"  # type: ignore[attr-defined]
        await press(pilot, "enter", "w")

    assert snap_compare(app, terminal_size=size, run_before=ask)


def busy_days(store: Store) -> None:
    """Change a few things, so that there is a history of today."""
    ada, bo = (store.read(contacts.find, name) for name in ("Ada", "Bo"))
    store.write(editing.edit, [bo], Edits(circle="close"))
    store.write(interactions.log, ada, "Sent her the glaze recipe")
    store.write(editing.edit, [ada, bo], Edits(add_tags=("ceramics",)))
    store.write(editing.note, bo, "Wants to see the kiln.")


@pytest.mark.parametrize("size", SIZES)
def test_history(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """Days with what was changed on them, the newest first."""
    busy_days(world)
    assert snap_compare(app, terminal_size=size, run_before=pressing("H", "home", "down"))


def test_history_asks_before_several_go(snap_compare: Compare, app: CrmApp, world: Store) -> None:
    """The question names what goes."""
    busy_days(world)
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing("H", "home", *["down"] * 8, "enter"))


@pytest.mark.parametrize("size", SIZES)
def test_coverage(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """Bars under their years; below the platform worth asking for again, how to get its export."""
    bring(world, "x", said("x", "gil", 2900, "out"), said("x", "gil", 2000))
    bring(world, "x", said("x", "gil", 900, "out"), said("x", "gil", 100, "out"), said("x", "gil", 99))
    bring(world, "linkedin", said("linkedin", "hal", 1500), said("linkedin", "hal", 1))
    bring(world, "mail", said("email", "ivy@example.org", 4000), said("email", "ivy@example.org", 2, "out"))
    assert snap_compare(app, terminal_size=size, run_before=pressing("5", "escape", "c"))


def on_matches(*keys: str, name: str = "Ada Byron") -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens Matches with the cursor on somebody, and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "3")
        while pilot.app.screen.query_one(MatchRows).row.keep.name != name:  # type: ignore[union-attr]
            await press(pilot, "down")
        await press(pilot, *keys)

    return run


@pytest.mark.parametrize("size", SIZES)
def test_matches(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """The pairs at the left; the reasons, and below them both people, line by line alike."""
    doubles(world)
    assert snap_compare(app, terminal_size=size, run_before=on_matches())


def test_matches_on_a_tiny_screen(snap_compare: Compare, app: CrmApp, world: Store) -> None:
    """The list above, the two below each other."""
    doubles(world)
    assert snap_compare(app, terminal_size=(40, 16), run_before=on_matches())


@pytest.mark.parametrize("size", SIZES[:2])
def test_matches_done(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """A calm sentence."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("3"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_contact_that_was_merged(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """What was merged in is said in the head."""
    merged_twins(world)
    assert snap_compare(app, terminal_size=size, run_before=pressing("down", "down", "enter"))


def merged_twins(store: Store) -> None:
    """Make both Adas one."""
    doubles(store)
    one, other = sorted(store.read(contacts.list_ids, contacts.ContactQuery(text="Ada Byron")))
    store.write(merging.merge, one, other)


@pytest.mark.parametrize("size", SIZES)
def test_who_is_who(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """What was merged in, and every account with whose it was."""
    merged_twins(world)
    assert snap_compare(app, terminal_size=size, run_before=pressing("down", "down", "enter", "w", "home"))


def test_splitting_asks(snap_compare: Compare, app: CrmApp, world: Store) -> None:
    """What goes along."""
    merged_twins(world)
    keys = ("down", "down", "enter", "w", "home", "s")
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing(*keys))


@pytest.mark.parametrize("size", SIZES[:2])
def test_choosing_a_contact(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """A field, and everybody who fits."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("enter", "M", "e", "d", "down"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_merging_two_that_were_named(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Both side by side before anything happens."""
    keys = ("enter", "M", "b", "o", "enter")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


def test_forgetting_asks(snap_compare: Compare, app: CrmApp) -> None:
    """What goes, that it is for good, and a field for the name."""
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing("down", "down", "enter", "F"))


@pytest.mark.parametrize("size", SIZES)
def test_first_round(snap_compare: Compare, empty: Store, size: Size) -> None:
    """Gil's card, the circles with their numbers, how many are left."""
    newcomers(empty)
    assert snap_compare(CrmApp(empty), terminal_size=size, run_before=pressing("t"))


@pytest.mark.parametrize("size", [*SIZES[:2], pytest.param((40, 12), id="40x12")])
def test_first_round_that_is_enough(snap_compare: Compare, empty: Store, size: Size) -> None:
    """From here on stopping is fine."""
    newcomers(empty)
    keys = ("t", "space", "space", "space")
    assert snap_compare(CrmApp(empty), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("size", SIZES[:2])
def test_today_offers_the_first_round(snap_compare: Compare, empty: Store, size: Size) -> None:
    """One line above the list."""
    newcomers(empty)
    assert snap_compare(CrmApp(empty), terminal_size=size, run_before=pressing())
