"""The screens about who is who, what is covered and what can be taken back, as their user sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from snapping import SIZES, TINY, Snap, only_with_this_textual
from textual.pilot import Pilot
from tui_world import bring, doubles, newcomers, press, pressing, said, settle

from crm.db.store import Store
from crm.services import contacts, editing, interactions, merging
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.matches import MatchRows

pytestmark = only_with_this_textual


CHAT = """\
27/08/2024, 09:00 - Quinn Vale: Are you coming?
27/08/2024, 09:05 - Mara Öztürk: In an hour
"""


def test_question(snap_sizes: Snap, app: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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

    assert not snap_sizes(app, run_before=ask)


def busy_days(store: Store) -> None:
    """Change a few things, so that there is a history of today."""
    ada, bo = (store.read(contacts.find, name) for name in ("Ada", "Bo"))
    store.write(editing.edit, [bo], Edits(circle="close"))
    store.write(interactions.log, ada, "Sent her the glaze recipe")
    store.write(editing.edit, [ada, bo], Edits(add_tags=("ceramics",)))
    store.write(editing.note, bo, "Wants to see the kiln.")


def test_history(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """Days with what was changed on them, the newest first."""
    busy_days(world)
    assert not snap_sizes(app, run_before=pressing("H", "home", "down"))


def test_history_asks_before_several_go(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The question names what goes."""
    busy_days(world)
    assert not snap_sizes(app, run_before=pressing("H", "home", *["down"] * 8, "enter"))


def test_coverage(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """Bars under their years; below the platform worth asking for again, how to get its export."""
    bring(world, "x", said("x", "gil", 2900, "out"), said("x", "gil", 2000))
    bring(world, "x", said("x", "gil", 900, "out"), said("x", "gil", 100, "out"), said("x", "gil", 99))
    bring(world, "linkedin", said("linkedin", "hal", 1500), said("linkedin", "hal", 1))
    bring(world, "mail", said("email", "ivy@example.org", 4000), said("email", "ivy@example.org", 2, "out"))
    assert not snap_sizes(app, run_before=pressing("5", "escape", "c"))


def on_matches(*keys: str, name: str = "Ada Byron") -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens Matches with the cursor on somebody, and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "3")
        while pilot.app.screen.query_one(MatchRows).row.keep.name != name:  # type: ignore[union-attr]
            await press(pilot, "down")
        await press(pilot, *keys)

    return run


def test_matches(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The pairs at the left; the reasons, and below them both people, line by line alike."""
    doubles(world)
    assert not snap_sizes(app, run_before=on_matches())


def test_matches_on_a_tiny_screen(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The list above, the two below each other."""
    doubles(world)
    assert not snap_sizes(app, on_matches(), sizes=((40, 16),))


def test_matches_done(snap_sizes: Snap, app: CrmApp) -> None:
    """A calm sentence."""
    assert not snap_sizes(app, run_before=pressing("3"))


def test_contact_that_was_merged(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """What was merged in is said in the head."""
    merged_twins(world)
    assert not snap_sizes(app, run_before=pressing("down", "down", "enter"))


def merged_twins(store: Store) -> None:
    """Make both Adas one."""
    doubles(store)
    one, other = sorted(store.read(contacts.list_ids, contacts.ContactQuery(text="Ada Byron")))
    store.write(merging.merge, one, other)


def test_who_is_who(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """What was merged in, and every account with whose it was."""
    merged_twins(world)
    assert not snap_sizes(app, run_before=pressing("down", "down", "enter", "w", "home"))


def test_splitting_asks(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """What goes along."""
    merged_twins(world)
    keys = ("down", "down", "enter", "w", "home", "s")
    assert not snap_sizes(app, run_before=pressing(*keys))


def test_choosing_a_contact(snap_sizes: Snap, app: CrmApp) -> None:
    """A field, and everybody who fits."""
    assert not snap_sizes(app, run_before=pressing("enter", "M", "e", "d", "down"))


def test_merging_two_that_were_named(snap_sizes: Snap, app: CrmApp) -> None:
    """Both side by side before anything happens."""
    keys = ("enter", "M", "b", "o", "enter")
    assert not snap_sizes(app, run_before=pressing(*keys))


def test_forgetting_asks(snap_sizes: Snap, app: CrmApp) -> None:
    """What goes, that it is for good, and a field for the name."""
    assert not snap_sizes(app, run_before=pressing("down", "down", "enter", "F"))


def test_first_round(snap_sizes: Snap, empty: Store) -> None:
    """Gil's card, the circles with their numbers, how many are left."""
    newcomers(empty)
    assert not snap_sizes(CrmApp(empty), run_before=pressing("t"))


def test_first_round_that_is_enough(snap_sizes: Snap, empty: Store) -> None:
    """From here on stopping is fine."""
    newcomers(empty)
    keys = ("t", "space", "space", "space")
    assert not snap_sizes(CrmApp(empty), run_before=pressing(*keys), sizes=(*SIZES, TINY))


def test_today_offers_the_first_round(snap_sizes: Snap, empty: Store) -> None:
    """One line above the list."""
    newcomers(empty)
    assert not snap_sizes(CrmApp(empty), run_before=pressing())
