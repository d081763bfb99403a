"""Import: from a path to a report and back again, with a real file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tui_world import press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import ExportError
from crm.services import contacts, importing
from crm.services.views import Progress, Recognised
from crm.tui.app import CrmApp
from crm.tui.screens.importing import Import
from crm.tui.screens.review import Review
from crm.tui.widgets.path_input import completed, path_of

CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Nora Vance
EMAIL:nora@example.org
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Otis Wren
TEL:+49 30 555 123
END:VCARD
"""


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """Return an address book of two."""
    path = tmp_path / "book.vcf"
    path.write_text(CARDS.replace("\n", "\r\n"), encoding="utf-8")
    return path


async def name_it(app: CrmApp, pilot: object, path: Path) -> None:
    """Type a path on the Import page and press enter."""
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, "5", "i")  # type: ignore[arg-type]
    field = app.screen.query_one("#path")
    field.value = str(path)  # type: ignore[attr-defined]
    await press(pilot, "enter")  # type: ignore[arg-type]


async def test_a_dry_run_writes_nothing_and_an_import_brings_everybody(
    app: CrmApp, world: Store, cards: Path
) -> None:
    before = world.read(contacts.count)
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, cards)
        assert "1 export recognised" in screen_text(app)
        assert "Address book" in screen_text(app)
        assert "dry run, nothing was written" in screen_text(app)
        assert "would bring: 2 contacts" in screen_text(app)
        assert "Press i to import this" in screen_text(app)
        assert world.read(contacts.count) == before
        await press(pilot, "i")
        assert "imported: 2 contacts" in screen_text(app)
        assert world.read(contacts.count) == before + 2
        await press(pilot, "escape")
        assert "IMPORTS SO FAR" in screen_text(app)


async def test_importing_again_brings_nothing(app: CrmApp, world: Store, cards: Path) -> None:
    world_count = world.read(contacts.count)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(2):
            await name_it(app, pilot, cards)
            await press(pilot, "i")
            last = screen_text(app)
            await press(pilot, "escape")
        assert "imported: nothing" in last
        assert world.read(contacts.count) == world_count + 2


async def test_an_import_is_taken_back_from_the_list_after_a_yes(
    app: CrmApp, world: Store, cards: Path
) -> None:
    before = world.read(contacts.count)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, cards)
        await press(pilot, "i", "escape", "escape", "home", "d")
        assert "Take import 1 back?" in screen_text(app)
        await press(pilot, "y")
        assert world.read(contacts.count) == before
        assert "Taken back: 2 contacts" in screen_text(app)
        assert world.read(importing.runs)[0].undone


async def test_people_show_who_came_with_an_import(app: CrmApp, cards: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert "Nora Vance" not in screen_text(app)
        await name_it(app, pilot, cards)
        await press(pilot, "i", "escape", "escape", "2")
        assert "Nora Vance" in screen_text(app)


async def test_what_is_no_export_says_why_and_offers_nothing(app: CrmApp, tmp_path: Path) -> None:
    other = tmp_path / "holiday.txt"
    other.write_text("Dear diary", encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, other)
        assert "Nothing in it can be imported" in screen_text(app)
        assert "is no export that crm knows" in " ".join(screen_text(app).split())
        await press(pilot, "i", "d")
        assert app.version == 0


async def test_a_path_that_is_not_there_is_said_and_nothing_opens(app: CrmApp, tmp_path: Path) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await name_it(app, pilot, tmp_path / "nowhere.zip")
        assert isinstance(app.screen, Import)
        assert "there is no" in screen_text(app)


async def test_escape_stops_an_import_and_the_page_cannot_be_left_before(
    app: CrmApp, world: Store, cards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()
    real = importing.run_import

    def endless(
        store: Store,
        recognised: Recognised,
        *,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        dry_run: bool,
        **_kw: object,
    ) -> object:
        if dry_run:
            return real(store, recognised, dry_run=True)
        progress(Progress("reading", 12_345))
        started.set()
        while not cancelled():
            pass
        raise importing.Cancelled("stopped; nothing was imported")

    monkeypatch.setattr(importing, "run_import", endless)
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, cards)
        await pilot.press("i")
        assert started.wait(10)
        await pilot.pause(0.3)
        assert "12,345 records" in screen_text(app)
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, Review)
        await press(pilot, "escape")
        assert "not imported" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Import)


async def test_quitting_stops_an_import(app: CrmApp, cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()
    real = importing.run_import

    def endless(
        store: Store,
        recognised: Recognised,
        *,
        cancelled: Callable[[], bool],
        dry_run: bool,
        **_kw: object,
    ) -> object:
        if dry_run:
            return real(store, recognised, dry_run=True)
        while not cancelled():
            pass
        stopped.set()
        raise importing.Cancelled("stopped; nothing was imported")

    monkeypatch.setattr(importing, "run_import", endless)
    async with app.run_test(size=(80, 24)) as pilot:
        await name_it(app, pilot, cards)
        await pilot.press("i")
        await pilot.pause(0.1)
        await pilot.press("ctrl+q")
    assert stopped.wait(10)


async def test_an_export_that_cannot_be_read_keeps_its_error_and_hint_in_view(
    app: CrmApp, cards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kw: object) -> object:
        raise ExportError("it does not say who you are", "press w and say it")

    monkeypatch.setattr(importing, "run_import", refuse)
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, cards)
        await press(pilot, "i")
        assert "Not imported" in screen_text(app)
        assert "press w and say it" in screen_text(app)
        await press(pilot, "w")
        await type_in(pilot, "nora")
        await press(pilot, "enter")
        assert "You are nora in it." in screen_text(app)


async def test_every_platform_says_how_to_get_its_export(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        for _ in range(3):
            assert "HOW TO GET IT" in screen_text(app)
            assert "WHAT IT CANNOT SHOW" in screen_text(app)
            await press(pilot, "down")


async def test_browsing_chooses_a_file_whatever_it_is_called(
    app: CrmApp, tmp_path: Path, cards: Path
) -> None:
    (tmp_path / "[red]x").mkdir()
    (tmp_path / "a \x1b]0;title\x07.txt").write_text("", encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "b")
        await pilot.pause(0.3)
        await settle(pilot)
        text = screen_text(app)
        assert "[red]x" in text
        assert "\x1b" not in text
        for _ in range(10):
            node = app.screen.folders.cursor_node  # type: ignore[attr-defined]
            if node is not None and node.data is not None and node.data.path.name == cards.name:
                break
            await press(pilot, "down")
        await press(pilot, "enter")
        assert isinstance(app.screen, Review)


def test_a_path_is_completed_like_in_a_shell(tmp_path: Path) -> None:
    (tmp_path / "Downloads").mkdir()
    (tmp_path / "Documents").mkdir()
    (tmp_path / "Downloads" / "archive.zip").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "Down\x1b[2J").write_bytes(b"")
    assert completed(f"{tmp_path}/Down") == f"{tmp_path}/Downloads/"
    assert completed(f"{tmp_path}/Downloads/a") == f"{tmp_path}/Downloads/archive.zip"
    assert completed(f"{tmp_path}/D") == f"{tmp_path}/Documents/"
    assert completed(f"{tmp_path}/nothing") is None
    assert completed(f"{tmp_path}/\0") is None
    assert completed("") is None


def test_a_path_may_be_quoted_dropped_or_begin_at_home(tmp_path: Path) -> None:
    spaced = tmp_path / "my export.zip"
    spaced.write_bytes(b"")
    assert path_of(f"'{spaced}'") == spaced
    assert path_of(spaced.as_uri()) == spaced
    assert path_of(str(spaced).replace(" ", "\\ ")) == spaced
    assert path_of("~/x") == tmp_path / "x"
    assert path_of("   ") is None
    assert path_of("a\0b") is None
