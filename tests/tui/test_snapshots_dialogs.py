"""The dialogs that are seldom seen, help, and every theme: as their user sees them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from snapping import SIZES, Snap, only_with_this_textual
from test_mirror_screen import talk
from test_snapshots_community import on_matches
from textual.pilot import Pilot
from textual.screen import Screen
from tui_world import doubles, press, pressing, settle, type_in

from crm import crash
from crm.db.store import Store
from crm.tui.app import CrmApp
from crm.tui.screens.browse import Browse
from crm.tui.screens.forget import Backups
from crm.tui.screens.report import Report

pytestmark = only_with_this_textual

PICTURES = Path(__file__).parent / "__snapshots__"


def showing(make: Callable[[], Screen[Any]], *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens a dialog and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.app.push_screen(make())
        await settle(pilot)
        await press(pilot, *keys)

    return run


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("2", "question_mark"), id="people"),
        pytest.param(("4", "question_mark"), id="mirror"),
        pytest.param(("enter", "question_mark"), id="contact"),
    ],
)
def test_help(snap_sizes: Snap, app: CrmApp, keys: tuple[str, ...]) -> None:
    """Three keys with a sentence each; below what the place is for, and all keys."""
    assert not snap_sizes(app, pressing(*keys))


def test_choosing_a_file(
    snap_sizes: Snap, app: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tree, the cursor on its first line."""
    for name in ("archive.zip", "book.vcf", "[red]odd[/]", "写真/later.json"):
        file = tmp_path / "downloads" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.touch()
    monkeypatch.chdir(tmp_path)
    assert not snap_sizes(app, showing(lambda: Browse(Path("downloads")), "down"))


def test_naming_a_column(
    snap_sizes: Snap, app: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a column may hold, and a field."""
    monkeypatch.chdir(tmp_path)
    Path("friends.csv").write_text("Who,Reach\nRosa Lind,rosa@example.org\n", encoding="utf-8")

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "5", "i")
        await type_in(pilot, "friends.csv")
        await press(pilot, "enter", "c", "down", "enter")

    assert not snap_sizes(app, run)


def test_asking_for_a_name(snap_sizes: Snap, app: CrmApp) -> None:
    """A question and a field; wide first: a card that appears below a dialog may stay empty."""
    wide_first = ((120, 40), (80, 24), (200, 60))
    assert not snap_sizes(app, pressing("2", "slash", "e", "enter", "F", "n"), wide_first)


def test_asking_for_a_file(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """The mirror as a page: where to."""
    talk(world)
    assert not snap_sizes(app, pressing("4", "E"))


def test_backups_that_still_hold_somebody(snap_sizes: Snap, app: CrmApp) -> None:
    """Their names, one below the other."""
    paths = [f"/home/me/.local/share/crm/backups/crm-2026-0{month}-01T090000Z.db" for month in (3, 4, 5)]
    assert not snap_sizes(app, showing(lambda: Backups("Ada Byron", paths)))


def test_report_of_a_bug(snap_sizes: Snap, app: CrmApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened and where, without anybody's data."""
    text = "crm 1.0, Linux\n\nbuiltins.ValueError\n  crm/tui/screens/today.py:110 in _card\n"
    monkeypatch.setattr(crash, "report", lambda _: text)
    assert not snap_sizes(app, showing(lambda: Report(ValueError("secret"))))


@pytest.mark.parametrize("theme", ["crm-light", "crm-contrast", "crm-terminal", "solarized-light", "nord"])
def test_people_in_another_theme(snap_sizes: Snap, world: Store, theme: str) -> None:
    """Texts are readable, the cursor and the marks are seen."""
    app = CrmApp(world, theme=theme)
    assert not snap_sizes(app, pressing("2", "space", "space"), sizes=SIZES[:2])


@pytest.mark.parametrize(
    "go",
    [
        pytest.param(pressing("down"), id="today"),
        pytest.param(pressing("2", "space"), id="people"),
        pytest.param(pressing("enter"), id="contact"),
        pytest.param(on_matches(), id="matches"),
        pytest.param(pressing("4"), id="mirror"),
        pytest.param(pressing("5", "escape"), id="import"),
        pytest.param(pressing("ctrl+p", "down"), id="palette"),
        pytest.param(pressing("2", "enter", "e", "tab"), id="edit"),
        pytest.param(pressing("2", "enter", "s", "right"), id="snooze"),
        pytest.param(
            pressing("5", "b", "down"),
            id="browse",
            marks=pytest.mark.sqlite(reason="the folder that it shows is that of the database's file"),
        ),
    ],
)
def test_without_colours(
    snap_sizes: Snap, world: Store, monkeypatch: pytest.MonkeyPatch, go: Callable[..., Any]
) -> None:
    """Signs at the cursor and at marks, brackets round the place, words and patterns for all else."""
    doubles(world)
    talk(world)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not snap_sizes(CrmApp(world), go, sizes=SIZES[:1])


def screens() -> set[str]:
    """Return the names of all screens and dialogs that are shown to a person."""
    from importlib import import_module
    from pkgutil import iter_modules

    import crm.tui.screens as folder
    from crm.tui.base import Dialog, Page

    bases = {"FormDialog", "Saving"}
    found = set()
    for module in iter_modules(folder.__path__):
        for name, value in vars(import_module(f"{folder.__name__}.{module.name}")).items():
            if isinstance(value, type) and issubclass(value, Page | Dialog):
                found.add(name)
    return found - bases - {"Acting", "Dialog", "Page"}


def test_every_screen_has_its_pictures() -> None:
    """A new screen needs pictures at all three sizes; see `snapping`."""
    pictured: dict[str, set[str]] = {}
    for file in PICTURES.rglob("*.svg"):
        stack = re.search(r"<!-- ([\w ]+) -->\s*$", file.read_text(encoding="utf-8")[-300:])
        if stack is not None:
            size = file.stem[file.stem.rindex("[") + 1 : -1]
            pictured.setdefault(stack[1].split()[-1], set()).add(size)
    wanted = {f"{width}x{height}" for width, height in SIZES}
    missing = {name: wanted - pictured.get(name, set()) for name in screens()}
    assert not {name: sizes for name, sizes in missing.items() if sizes}
