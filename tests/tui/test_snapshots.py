"""Every screen, as its user sees it, at the smallest comfortable size and at the best one.

The docstrings say what a person should see; look at the picture before accepting a new one
(`pytest tests/tui/test_snapshots.py --snapshot-update`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from snapping import TINY, Snap, only_with_this_textual
from textual.pilot import Pilot
from tui_world import press, pressing, settle, type_in

from crm.db.store import Store
from crm.services import contacts, editing, importing
from crm.services.editing import Edits
from crm.tui import themes
from crm.tui.app import CrmApp

pytestmark = only_with_this_textual


def vcard(*lines: str) -> str:
    """Return a vCard 3.0."""
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


COUNTESS = vcard(
    "UID:zoe",
    "FN:Zoe Adler",
    "TITLE:Writer",
    "EMAIL:zoe@example.org",
    "ADR;TYPE=home:;;12 St James's Square;London;;SW1Y 4JH;United Kingdom",
    "X-ABRELATEDNAMES;TYPE=sister:Anna Adler",
    "RELATED;TYPE=friend;VALUE=text:Mary Mill",
)


def test_today(snap_sizes: Snap, app: CrmApp) -> None:
    """Three waiting, three drifting, a birthday, support; Bo at the right with his last words."""
    assert not snap_sizes(app, run_before=pressing("down"))


def test_today_light(snap_sizes: Snap, app: CrmApp) -> None:
    """The same in the light theme."""
    app.theme = themes.LIGHT.name
    assert not snap_sizes(app, run_before=pressing("down", "down"))


def test_today_done(snap_sizes: Snap, app: CrmApp, world: Store) -> None:
    """One calm sentence and nothing else."""
    everybody = world.read(contacts.list_ids, contacts.ContactQuery())
    world.write(editing.edit, everybody, Edits(archived=True))
    assert not snap_sizes(app, run_before=pressing())


def test_first_run(snap_sizes: Snap, empty: Store) -> None:
    """A welcome and three ways in."""
    assert not snap_sizes(CrmApp(empty), run_before=pressing())


def test_people(snap_sizes: Snap, app: CrmApp) -> None:
    """Everybody by name, the cursor on Ada, her card beside the list where there is room."""
    assert not snap_sizes(app, run_before=pressing("2"))


def test_people_marked_and_filtered(snap_sizes: Snap, app: CrmApp) -> None:
    """A filter in the field, two marked with stars, the count says so."""

    async def mark(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "2", "slash")
        await type_in(pilot, "e")
        await press(pilot, "enter", "space", "space")

    assert not snap_sizes(app, run_before=mark)


def test_contact(snap_sizes: Snap, app: CrmApp) -> None:
    """Ada whole: fields, evidence, the newest act unfolded, notes."""
    assert not snap_sizes(app, run_before=pressing("down", "down", "enter"))


def test_contact_notes_being_written(snap_sizes: Snap, app: CrmApp) -> None:
    """The notes have more room while they are written."""
    assert not snap_sizes(app, run_before=pressing("down", "down", "enter", "n"))


def test_search(snap_sizes: Snap, app: CrmApp) -> None:
    """Contacts first, then words, the newest first."""
    assert not snap_sizes(app, run_before=typing("th", "slash"))


def test_import(snap_sizes: Snap, app: CrmApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field for a path, what can be read, and how to get it."""
    fewer = pytest.importorskip("crm.importers")
    linkedin = fewer.load("linkedin")
    monkeypatch.setattr("crm.tui.screens.importing.load_all", lambda: (linkedin,))
    assert not snap_sizes(app, run_before=pressing("5"))


def test_import_report(
    snap_sizes: Snap, app: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an import brought and could not read."""
    monkeypatch.chdir(tmp_path)
    cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nora Vance\r\nEMAIL:nora@example.org\r\nEND:VCARD\r\n"
    Path("book.vcf").write_text(cards, encoding="utf-8")

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "5", "i")
        await type_in(pilot, "book.vcf")
        await press(pilot, "enter", "i")

    assert not snap_sizes(app, run_before=run)


def test_import_preview(
    snap_sizes: Snap,
    app: CrmApp,
    world: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is new, changed, the same and failed, the failed cards with place, name and reason."""
    monkeypatch.chdir(tmp_path)
    first = vcard("UID:n", "FN:Nora Vance", "EMAIL:nora@example.org") + vcard(
        "UID:o", "FN:Otis Wren", "TEL:+49301"
    )
    Path("book.vcf").write_text(first, encoding="utf-8", newline="")
    importing.run_import(world, importing.recognise([Path("book.vcf")])[0])
    cards = (
        first.replace("FN:Otis", "TITLE:Ferryman\r\nFN:Otis"),
        vcard("UID:p", "FN:Pia Holm", "EMAIL:pia@example.org", "BDAY:the fifth of May"),
        vcard("UID:e", "NOTE:nobody"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Quentin Moss\r\nEMAIL:quen",
    )
    Path("book.vcf").write_text("".join(cards), encoding="utf-8", newline="")

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "5", "i")
        await type_in(pilot, "book.vcf")
        await press(pilot, "enter")

    assert not snap_sizes(app, run_before=run)


def test_import_columns(
    snap_sizes: Snap, app: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The columns of a table with what they are taken to hold and samples of it."""
    monkeypatch.chdir(tmp_path)
    table = "Who,Reach,Shoes\nRosa Lind,rosa@example.org,38\nSam Park,sam@example.org,44\n"
    Path("friends.csv").write_text(table, encoding="utf-8")

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "5", "i")
        await type_in(pilot, "friends.csv")
        await press(pilot, "enter", "c", "down")

    assert not snap_sizes(app, run_before=run)


def test_contact_of_an_address_book(snap_sizes: Snap, app: CrmApp, world: Store, tmp_path: Path) -> None:
    """An address, a relation, and where the address book says something else than the user."""
    path = tmp_path / "book.vcf"
    path.write_text(COUNTESS, encoding="utf-8", newline="")
    recognised = importing.recognise([path])[0]
    importing.run_import(world, recognised)
    found = world.read(contacts.list_ids, contacts.ContactQuery(text="Zoe Adler"))
    world.write(editing.edit, found, Edits(title="Poet"))
    path.write_text(COUNTESS.replace("Writer", "Countess"), encoding="utf-8", newline="")
    importing.run_import(world, recognised)
    assert not snap_sizes(app, run_before=pressing("2", "end", "up", "enter"))


def test_keys_of_a_place(snap_sizes: Snap, app: CrmApp) -> None:
    """What Today is for, and its keys."""
    assert not snap_sizes(app, run_before=pressing("question_mark"))


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("l",), id="log"),
        pytest.param(("s",), id="snooze"),
        pytest.param(("c",), id="cadence"),
        pytest.param(("down", "down", "o"), id="open"),
        pytest.param(("a",), id="add"),
        pytest.param(("2", "f"), id="filters"),
        pytest.param(("2", "e"), id="together"),
        pytest.param(("2", "E"), id="export"),
        pytest.param(("enter", "e"), id="edit"),
        pytest.param(("enter", "enter"), id="act"),
        pytest.param(("enter", "D"), id="delete"),
        pytest.param(("ctrl+p",), id="palette"),
    ],
)
def test_dialogs(snap_sizes: Snap, app: CrmApp, keys: tuple[str, ...]) -> None:
    """Each dialog fits at 80 by 24 and names its keys."""
    assert not snap_sizes(app, run_before=pressing(*keys))


def test_today_on_a_tiny_screen(snap_sizes: Snap, app: CrmApp) -> None:
    """The list alone; the reason unfolds."""
    assert not snap_sizes(app, pressing(), sizes=(TINY, (20, 6)))


def test_without_colours_the_cursor_and_the_place_are_still_seen(
    snap_sizes: Snap, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No information by colour alone: a sign at the cursor, brackets round the place."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert not snap_sizes(CrmApp(world), run_before=pressing("down"))


def typing(text: str, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what presses keys and then types."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *keys)
        await type_in(pilot, text)

    return run
