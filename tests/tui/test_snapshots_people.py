"""People at work on many: marks, headings, columns, saved filters. Look at a picture before accepting it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from tui_world import pressing

from crm.db.store import Store
from crm.services import editing
from crm.services.editing import Edits
from crm.tui.app import CrmApp

SIZES = [
    pytest.param((80, 24), id="80x24"),
    pytest.param((120, 40), id="120x40"),
    pytest.param((200, 60), id="200x60"),
]
TEXTUAL = "8.2"

pytestmark = pytest.mark.skipif(
    not version("textual").startswith(f"{TEXTUAL}."), reason=f"the pictures are of Textual {TEXTUAL}"
)
Compare = Callable[..., bool]
Size = tuple[int, int]


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a filter, and columns with something wide in them."""
    file = tmp_path / "config.toml"
    file.write_text(
        '[people]\ncolumns = ["standing", "due", "days", "tags", "organisation", "since", "cadence"]\n'
        '[filters."potters, 陶芸"]\ntag = "ceramics"\nsort = "last"\n',
        "utf-8",
    )
    monkeypatch.setenv("CRM_CONFIG", str(file))


@pytest.fixture(autouse=True)
def _wide(world: Store) -> None:
    """Have names and words of every width."""
    for name, organisation in (("Zoë e\u0301tude", "陶芸工房"), ("Яна Орлова", "Студия"), ("👩‍🚀 Uma", None)):
        key = world.write(editing.add, name)
        edits = Edits(organisation=organisation, add_tags=("漢字", "zines"), circle="far")
        world.write(editing.edit, [key], edits)


@pytest.mark.parametrize("size", SIZES)
def test_people_with_many_columns(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """As many columns as there is room for, all in line; four marked, one of them not in the list."""
    keys = ("2", "space", "down", "V", "t", "t", "T", "f", "tab", "tab", "tab", "tab", "tab", "tab")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys, "escape"))


@pytest.mark.parametrize("size", SIZES)
def test_marks_elsewhere(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Three marked, two of them not among those who are due."""
    assert snap_compare(
        app, terminal_size=size, run_before=pressing("2", "space", "space", "end", "space", "F", "2")
    )


@pytest.mark.parametrize("size", SIZES)
def test_saved_filters(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Five that everybody has, one of one's own, and what the list shows now."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("2", "T", "F", "down"))


@pytest.mark.parametrize("size", SIZES)
def test_choosing_columns(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Every column with a cross where it is shown, the chosen ones first."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("2", "C", "down", "space"))


@pytest.mark.parametrize("size", SIZES)
def test_more_filters(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Seven fields, all of them on the screen."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("2", "f"))


@pytest.mark.parametrize("size", SIZES)
def test_changing_the_marked(snap_compare: Compare, app: CrmApp, size: Size) -> None:
    """Eleven contacts in the title, seven fields, all of them on the screen."""
    assert snap_compare(app, terminal_size=size, run_before=pressing("2", "ctrl+a", "e"))
