"""Every screen and dialog at every size, through the doors, among hostile people.

Nothing is painted but what is looked at, once: a terminal of 500 by 200 cells is 100,000 of them.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import DOORS, Visitor
from hostile_people import build, hostile_exports, open_among, settings_file
from rich.cells import cell_len
from settled import press
from textual import screen
from textual._compositor import Compositor
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input, Static, TextArea

from crm.db.store import Store
from crm.tui.app import CrmApp
from crm.tui.base import Dialog, Page

USUAL, SHORT, TINY, HUGE = (80, 24), (80, 12), (10, 3), (500, 200)
_ALL = tuple(DOORS)
_STORM = 3
"""Sizes that each screen is hurried through, besides the ones it rests at: 138 in all."""


@pytest.fixture(scope="module")
def _people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the community once."""
    folder = tmp_path_factory.mktemp("people")
    build(folder / "crm.db", 20_000)
    hostile_exports(folder)
    settings_file(folder)
    return folder


@pytest.fixture
def store(
    _people: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    copy_database: Callable[[Path, Path], None],
    database_of: Callable[[Path], str],
) -> Iterator[Store]:
    """Open a copy of the community; the developer's own set-up is hidden."""
    home = tmp_path / "home"
    shutil.copytree(_people, home)
    copy_database(_people / "crm.db", home / "crm.db")
    for name, value in {
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "Europe/Berlin",
        "CRM_CONFIG": str(home / "config.toml"),
        "HOME": str(home),
        "PATH": "",
        "TEXTUAL_ANIMATIONS": "none",
        **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "STATE", "RUNTIME")},
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "CRM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Input.__dict__["cursor_blink"], "_default", False)
    monkeypatch.setattr(TextArea.__dict__["cursor_blink"], "_default", False)
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 1.0)
    monkeypatch.setattr(Compositor, "render_update", _unpainted)
    found = open_among(database_of(home / "crm.db"))
    yield found
    found.close()


_render_update = Compositor.render_update


def _unpainted(self: Compositor, *_args: Any, **_options: Any) -> None:
    """Leave a frame out that nobody looks at."""
    self._dirty_regions.clear()


def painted(app: CrmApp) -> list[str]:
    """Paint the screen, and those that shine through from below, and return its lines."""
    from textual._context import visible_screen_stack

    visible_screen_stack.set(app._background_screens)
    strips = app.screen._compositor.render_strips()
    return ["".join(part.text for part in strip) for strip in strips]


def faults(app: CrmApp, size: tuple[int, int]) -> list[str]:
    """Return what is wrong with the screen as it is now."""
    lines = painted(app)
    found = [f"not as wide as the screen: {line!r}" for line in lines if cell_len(line) != size[0]]
    if len(lines) != size[1]:
        found.append(f"{len(lines)} lines")
    focused = app.focused
    if size != TINY:
        found += [f"cannot be read: {text!r}" for text in to_be_read(app) if text not in "\n".join(lines)]
        if focused is not None and not app.screen.find_widget(focused).visible_region:
            found.append(f"out of sight: {focused!r}")
    return found


def to_be_read(app: CrmApp) -> list[str]:
    """Return what tells where one is and how to leave: the bars of a page, title and keys of a dialog."""
    if isinstance(app.screen, Page):
        return ["crm ", " keys"]
    texts = [
        str(part.render()).strip() for part in app.screen.query(".dialog-title, .dialog-hint").results(Static)
    ]
    ways = ["esc"] if any("esc" in text for text in texts) else []
    return [*(text.split("\n")[0][:7] for text in texts), *ways]


def hurry(app: CrmApp, width: int, height: int) -> None:
    """Give the terminal another size, at once as Textual does where nothing else is to do."""
    driver = app._driver
    assert isinstance(driver, HeadlessDriver)
    size = Size(width, height)
    driver._size = app._size = size
    app._resize_event = Resize(size, size)
    app._check_resize()


async def rest_at(visitor: Visitor, size: tuple[int, int]) -> None:
    """Give the terminal a size, and wait until all is laid out for it."""
    hurry(visitor.app, *size)
    await visitor.settle()
    assert visitor.app.screen.size == size


async def test_tiny_and_huge_terminal(store: Store, tmp_path: Path) -> None:  # R122
    """No size is too small or too large; with 80 columns, titles and keys are read at any height."""
    app = CrmApp(store)
    dice = random.Random(5)
    wrong = []
    async with app.run_test(size=USUAL, notifications=False) as pilot:
        visitor = Visitor(app, pilot, tmp_path / "home")
        await visitor.settle()
        for door in _ALL:
            here = await visitor.open(door)
            wrong += [(door, "opened", fault) for fault in faults(app, USUAL)]
            for _ in range(_STORM):
                hurry(app, dice.randrange(1, 200), dice.randrange(1, 70))
                for _ in range(dice.randrange(4)):  # some are laid out, some not before the next comes
                    await asyncio.sleep(0)
            for size in (HUGE, TINY, SHORT, USUAL):
                await rest_at(visitor, size)
                assert app.screen is here, door
                wrong += [(door, size, fault) for fault in faults(app, size)]
    assert not wrong, "\n".join(map(str, wrong[:100]))


async def test_every_screen_opens_and_closes_in_a_tiny_terminal(store: Store, tmp_path: Path) -> None:  # R122
    """At 10 by 3 cells, too, escape leaves what is open and `q` the program."""
    app = CrmApp(store)
    async with app.run_test(size=TINY, notifications=False) as pilot:
        visitor = Visitor(app, pilot, tmp_path / "home")
        await visitor.settle()
        for door in _ALL:
            here = await visitor.open(door)
            assert faults(app, TINY) == [], door
            depth = len(app.screen_stack)
            for _ in range(2):  # the first one leaves a field
                if depth > 1 and app.screen is here:
                    await visitor.press("escape")
            if isinstance(here, Dialog) or depth > 1:
                assert here not in app.screen_stack, door
        await visitor.home_to("today")
        await press(pilot, "q")
        assert app._exit
