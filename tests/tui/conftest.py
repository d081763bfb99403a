"""The app on a copy of a small world; what would make a picture flicker stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from snapping import Snap, snapper
from syrupy.assertion import SnapshotAssertion
from textual import screen
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input, TextArea
from tui_world import build, open_store, picture

from crm.db.store import Store
from crm.tui.app import CrmApp

_FRAME = 1.0
"""Seconds between two frames that nobody asked for: `settle` asks for one when there is something to see."""


@pytest.fixture(scope="session", autouse=True)
def _sheets_read_once() -> Iterator[None]:
    """Read each sheet of styles once for each theme, instead of once for each app."""
    read: dict[Any, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(sheet: Stylesheet, css: str, *args: Any, **options: Any) -> list[RuleSet]:
        key = (css, *args, *options.items(), frozenset(sheet._variables.items()))
        if key not in read:
            read[key] = parse(sheet, css, *args, **options)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        patch.setattr(screen, "UPDATE_PERIOD", _FRAME)
        yield


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fix the moment and the zone, let no cursor blink and nothing move, hide the developer's own set-up."""
    monkeypatch.setenv("CRM_NOW", "2026-06-01T09:00:00Z")
    monkeypatch.setenv("CRM_TZ", "Europe/Berlin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in ("NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "CRM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(CrmApp, "export_screenshot", picture)
    monkeypatch.setattr(Input.__dict__["cursor_blink"], "_default", False)
    monkeypatch.setattr(TextArea.__dict__["cursor_blink"], "_default", False)


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the world once."""
    path = tmp_path_factory.mktemp("world") / "crm.db"
    build(path)
    return path


@pytest.fixture
def world(_template: Path, tmp_path: Path, copy_database: Callable[[Path, Path], None]) -> Iterator[Store]:
    """Return a store on a fresh copy of the world."""
    path = tmp_path / "world.db"
    copy_database(_template, path)
    store = open_store(path)
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """Return a store with nobody in it."""
    store = open_store(tmp_path / "empty.db")
    yield store
    store.close()


@pytest.fixture
def app(world: Store) -> CrmApp:
    """Return the app on the world."""
    return CrmApp(world)


@pytest.fixture
def snap_sizes(snapshot: SnapshotAssertion) -> Snap:
    """Return what compares a screen at every size with its accepted pictures."""
    return snapper(snapshot)
