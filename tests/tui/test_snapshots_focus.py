"""Going through Today, as its user sees it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import pytest
from test_snapshots import TEXTUAL
from tui_world import pressing

from crm.db.store import Store
from crm.services import focus
from crm.services.focus import Budget
from crm.tui import browser
from crm.tui.app import CrmApp
from crm.tui.screens import focus as page

SIZES = [pytest.param(size, id="{}x{}".format(*size)) for size in ((80, 24), (120, 40), (200, 60), (40, 12))]

pytestmark = pytest.mark.skipif(
    not version("textual").startswith(f"{TEXTUAL}."), reason=f"the pictures are of Textual {TEXTUAL}"
)

Compare = Callable[..., bool]
Size = tuple[int, int]


@pytest.fixture(autouse=True)
def _a_browser_that_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "opener", lambda: ("browser",))
    monkeypatch.setattr(browser, "open_target", lambda *_: None)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1], SIZES[3]])
def test_beginning(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Five budgets, and a field for one of one's own."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("g"))


@pytest.mark.parametrize("size", SIZES)
def test_a_person(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Ada alone in the middle: why, what was said by each, notes; where o leads and what r logs."""
    keys = ("g", "enter", "r", "r")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("size", SIZES)
def test_waiting_for_what_was_done(snap_compare: Compare, app: CrmApp, world: Store, size: Size) -> None:
    """Minutes left; Ed drifts, his profile is open, and r is the next step."""
    world.write(focus.remember, Budget(minutes=20))
    keys = ("g", "enter", "space", "space", "space", "o")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("size", SIZES)
def test_the_end(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """One sentence, and nothing else."""
    keys = ("g", "enter", "r", "r", "s", "enter", "space", "escape")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))
