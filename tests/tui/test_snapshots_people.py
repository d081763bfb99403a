"""People at work on many: marks, headings, columns, saved filters. Look at a picture before accepting it."""

from __future__ import annotations

from pathlib import Path

import pytest
from snapping import Snap, only_with_this_textual
from tui_world import pressing

from crm.db.store import Store
from crm.services import editing
from crm.services.editing import Edits
from crm.tui.app import CrmApp

pytestmark = only_with_this_textual


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


def test_people_with_many_columns(snap_sizes: Snap, app: CrmApp) -> None:
    """As many columns as there is room for, all in line; four marked, one of them not in the list."""
    keys = ("2", "space", "down", "V", "t", "t", "T", "f", "tab", "tab", "tab", "tab", "tab", "tab")
    assert not snap_sizes(app, run_before=pressing(*keys, "escape"))


def test_marks_elsewhere(snap_sizes: Snap, app: CrmApp) -> None:
    """Three marked, two of them not among those who are due."""
    assert not snap_sizes(app, run_before=pressing("2", "space", "space", "end", "space", "F", "2"))


def test_saved_filters(snap_sizes: Snap, app: CrmApp) -> None:
    """Five that everybody has, one of one's own, and what the list shows now."""
    assert not snap_sizes(app, run_before=pressing("2", "T", "F", "down"))


def test_choosing_columns(snap_sizes: Snap, app: CrmApp) -> None:
    """Every column with a cross where it is shown, the chosen ones first."""
    assert not snap_sizes(app, run_before=pressing("2", "C", "down", "space"))


def test_more_filters(snap_sizes: Snap, app: CrmApp) -> None:
    """Seven fields, all of them on the screen."""
    assert not snap_sizes(app, run_before=pressing("2", "f"))


def test_changing_the_marked(snap_sizes: Snap, app: CrmApp) -> None:
    """Eleven contacts in the title, seven fields, all of them on the screen."""
    assert not snap_sizes(app, run_before=pressing("2", "ctrl+a", "e"))
