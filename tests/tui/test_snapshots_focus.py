"""Going through Today, as its user sees it."""

from __future__ import annotations

import pytest
from snapping import SIZES, TINY, Snap, only_with_this_textual
from tui_world import pressing

from crm.db.store import Store
from crm.services import focus
from crm.services.focus import Budget
from crm.tui import browser
from crm.tui.app import CrmApp
from crm.tui.screens import focus as page

pytestmark = only_with_this_textual


@pytest.fixture(autouse=True)
def _a_browser_that_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "opener", lambda: ("browser",))
    monkeypatch.setattr(browser, "open_target", lambda *_: None)


def test_beginning(snap_sizes: Snap, app: CrmApp) -> None:
    """Five budgets, and a field for one of one's own."""
    assert not snap_sizes(app, run_before=pressing("g"), sizes=(*SIZES, TINY))


def test_a_person(snap_sizes: Snap, app: CrmApp) -> None:
    """Ada alone in the middle: why, what was said by each, notes; where o leads and what r logs."""
    keys = ("g", "enter", "r", "r")
    assert not snap_sizes(app, run_before=pressing(*keys), sizes=(*SIZES, TINY))


def test_waiting_for_what_was_done(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """Minutes left; Ed drifts, his profile is open, and r is the next step."""
    world.write(focus.remember, Budget(minutes=20))
    keys = ("g", "enter", "space", "space", "space", "o")
    assert not snap_sizes(app, run_before=pressing(*keys), sizes=(*SIZES, TINY))


def test_the_end(snap_sizes: Snap, app: CrmApp) -> None:
    """One sentence, and nothing else."""
    keys = ("g", "enter", "r", "r", "s", "enter", "space", "escape")
    assert not snap_sizes(app, run_before=pressing(*keys), sizes=(*SIZES, TINY))
