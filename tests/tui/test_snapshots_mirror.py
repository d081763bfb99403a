"""The mirror as its user sees it, from nothing at all to ten columns of months."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from snapping import Snap, only_with_this_textual
from test_mirror_screen import talk
from textual.pilot import Pilot
from tui_world import press, pressing, settle

from crm.db.store import Store
from crm.tui import themes
from crm.tui.app import CrmApp

pytestmark = only_with_this_textual


def mirrored(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens the mirror and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "4", *keys)

    return run


def test_mirror(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """Title, sentence and chart of every figure, in one, two or three columns."""
    talk(world)
    assert not snap_sizes(app, run_before=mirrored())


def test_mirror_light_at_its_end(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The calendar below the columns, its weekdays and its months named, in the light theme."""
    talk(world)
    app.theme = themes.LIGHT.name
    assert not snap_sizes(app, run_before=mirrored("end"))


def test_mirror_of_one_platform(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The chosen platform in brackets."""
    talk(world)
    assert not snap_sizes(app, run_before=mirrored("left", "f", "f"))


def test_mirror_asks_for_a_time(snap_sizes: Snap, app: CrmApp) -> None:
    """The usual times, the present one chosen, and a field."""
    assert not snap_sizes(app, run_before=mirrored("p"))


def test_mirror_with_nothing(snap_sizes: Snap, empty: Store) -> None:
    """Two calm sentences."""
    assert not snap_sizes(CrmApp(empty), run_before=pressing("4"))
