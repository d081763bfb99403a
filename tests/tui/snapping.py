"""Pictures of one screen at every size: the app is started once and its terminal resized.

What a screen shows must not depend on the size it was opened at, so taking all pictures from one app is
quicker (a tenth of a second for each further size) and checks that as well. Each picture names the screens
it shows in a comment at its end; `test_every_screen_has_its_pictures` reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from typing import Any, Protocol

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from tui_world import settle

from crm.tui.app import CrmApp

TEXTUAL = "8.2"
"""The version whose drawing the pictures show; another one draws a little differently."""
SIZES = ((80, 24), (120, 40), (200, 60))
TINY = (40, 12)

only_with_this_textual = pytest.mark.skipif(
    not version("textual").startswith(f"{TEXTUAL}."), reason=f"the pictures are of Textual {TEXTUAL}"
)


class Snap(Protocol):
    """Compares the screen at every size with the accepted pictures, and returns those that differ."""

    def __call__(
        self,
        app: CrmApp,
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
        sizes: Sequence[tuple[int, int]] = SIZES,
    ) -> list[str]: ...


async def take(
    app: CrmApp, run_before: Callable[[Pilot[Any]], Awaitable[None]], sizes: Sequence[tuple[int, int]]
) -> dict[str, str]:
    """Return the screen as SVG by the name of its size."""
    pictures = {}
    async with app.run_test(size=sizes[0], notifications=True) as pilot:
        await run_before(pilot)
        for width, height in sizes:
            if app.size != (width, height):
                await pilot.resize_terminal(width, height)
            await settle(pilot)
            shot = app.export_screenshot()
            shown = " ".join(type(screen).__name__ for screen in app.screen_stack)
            pictures[f"{width}x{height}"] = f"{shot}<!-- {shown} -->\n"
    return pictures


def snapper(snapshot: SnapshotAssertion) -> Snap:
    """Return what compares pictures with those in `__snapshots__`."""
    files = snapshot.use_extension(SVGImageExtension)

    def compare(
        app: CrmApp,
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
        sizes: Sequence[tuple[int, int]] = SIZES,
    ) -> list[str]:
        pictures = asyncio.run(take(app, run_before, sizes))
        same = {name: files(name=name) == svg for name, svg in pictures.items()}
        return [name for name, is_same in same.items() if not is_same]

    return compare
