"""The mirror as its user sees it, from nothing at all to ten columns of months."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

import pytest
from test_mirror_screen import talk
from test_snapshots import TEXTUAL
from test_snapshots_community import SIZES
from textual.pilot import Pilot
from tui_world import press, pressing, settle

from crm.db.store import Store
from crm.tui import themes
from crm.tui.app import CrmApp

pytestmark = pytest.mark.skipif(
    not version("textual").startswith(f"{TEXTUAL}."), reason=f"the pictures are of Textual {TEXTUAL}"
)

Compare = Callable[..., bool]
Size = tuple[int, int]


def mirrored(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens the mirror and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "4", *keys)

    return run


@pytest.mark.parametrize("size", SIZES)
def test_mirror(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """Title, sentence and chart of every figure, in one, two or three columns."""
    talk(world)
    assert snap_compare(app, terminal_size=size, run_before=mirrored())


@pytest.mark.parametrize("size", SIZES[:2])
def test_mirror_light_at_its_end(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """The calendar below the columns, its weekdays and its months named, in the light theme."""
    talk(world)
    app.theme = themes.LIGHT.name
    assert snap_compare(app, terminal_size=size, run_before=mirrored("end"))


def test_mirror_of_one_platform(snap_compare: Compare, app: CrmApp, world: Store) -> None:
    """The chosen platform in brackets."""
    talk(world)
    assert snap_compare(app, terminal_size=(120, 40), run_before=mirrored("left", "f", "f"))


def test_mirror_asks_for_a_time(snap_compare: Compare, app: CrmApp) -> None:
    """The usual times, the present one chosen, and a field."""
    assert snap_compare(app, terminal_size=(80, 24), run_before=mirrored("p"))


def test_mirror_with_nothing(snap_compare: Compare, empty: Store) -> None:
    """Two calm sentences."""
    assert snap_compare(CrmApp(empty), terminal_size=(80, 24), run_before=pressing("4"))
