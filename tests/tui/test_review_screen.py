"""The preview of an import: what is new, changed, the same and failed; columns; saving what failed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tui_world import press, screen_text, settle

from crm.db.store import Store
from crm.services import contacts, importing
from crm.services.contacts import ContactQuery
from crm.services.views import Recognised
from crm.tui.app import CrmApp
from crm.tui.screens.columns import ColumnField, ColumnRows, Columns
from crm.tui.screens.review import Review


def card(*lines: str) -> str:
    """Return a vCard 3.0."""
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


NORA = card("UID:n1", "FN:Nora Vance", "EMAIL:nora@example.org")
OTIS = card("UID:o1", "FN:Otis Wren", "TEL:+49 30 555 123")
NOBODY = card("UID:e1", "FN:", "NOTE:")


async def name_it(app: CrmApp, pilot: object, path: Path) -> None:
    """Type a path on the Import page and press enter."""
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, "5", "i")  # type: ignore[arg-type]
    app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
    await press(pilot, "enter")  # type: ignore[arg-type]


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def bring(store: Store, path: Path) -> None:
    """Import a file."""
    importing.run_import(store, importing.recognise([path])[0])


async def test_the_preview_counts_new_changed_same_and_failed_and_writes_nothing(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(NORA + OTIS, encoding="utf-8", newline="")
    bring(world, book)
    newer = OTIS.replace("TEL:", "TITLE:Ferryman\r\nTEL:")
    third = card("UID:p1", "FN:Pia Holm", "EMAIL:pia@example.org")
    book.write_text(NORA + newer + third + NOBODY, encoding="utf-8", newline="")
    before = world.read(contacts.count)
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, book)
        text = flat(app)
        assert "dry run, nothing was written" in text
        assert "would bring: 1 contact, 1 chang" in text  # cut where the column ends
        assert "new 1 contact" in text
        assert "changed 1 contact" in text
        assert "same 1 contact" in text
        assert "failed 1 record" in text
        assert "FAILED, NOT IMPORTED 1" in text
        assert "no name, address, number or account in this card" in text
        assert "book.vcf card 4" in text
        assert world.read(contacts.count) == before
        assert len(world.read(importing.runs)) == 1


async def test_failed_records_are_saved_to_a_file_and_come_in_when_mended(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(NORA + NOBODY, encoding="utf-8", newline="")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, book)
        await press(pilot, "f")
        assert isinstance(app.screen, Review)  # nothing was imported yet
        await press(pilot, "i", "f", "enter")
        saved = tmp_path / "crm-failed-1.vcf"
        assert "1 record saved to" in flat(app)
        text = saved.read_text(encoding="utf-8")
        assert text.startswith("BEGIN:VCARD")
        assert "UID:e1" in text
        saved.write_text(text.replace("FN:", "FN:Quentin Moss"), encoding="utf-8", newline="")
        bring(world, saved)
        assert [one.name for one in world.read(contacts.list_contacts, ContactQuery(text="Quentin"))] == [
            "Quentin Moss"
        ]


async def test_what_failed_can_be_saved_from_the_list_of_imports_too_and_errors_say_why(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(NORA + NOBODY, encoding="utf-8", newline="")
    bring(world, book)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "home", "f")
        field = app.screen.query_one("Input")
        field.value = str(tmp_path / "nowhere" / "x.vcf")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "choose another place" in flat(app)
        await press(pilot, "f")
        app.screen.query_one("Input").value = str(tmp_path / "mend.vcf")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert (tmp_path / "mend.vcf").exists()


async def test_many_failed_cards_can_be_scrolled_through(app: CrmApp, tmp_path: Path) -> None:
    book = tmp_path / "book.vcf"
    empties = "".join(card(f"UID:e{number}", "NOTE:nothing") for number in range(40))
    book.write_text(NORA + empties, encoding="utf-8", newline="")
    async with app.run_test(size=(100, 24)) as pilot:
        await name_it(app, pilot, book)
        assert "FAILED, NOT IMPORTED 40" in flat(app)
        assert "card 41" not in screen_text(app)
        await press(pilot, *["pagedown"] * 12)
        assert "card 41" in screen_text(app)


async def test_an_import_without_a_preview_shows_the_preview_first(
    app: CrmApp, world: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(NORA, encoding="utf-8", newline="")
    before = world.read(contacts.count)
    started, real = threading.Event(), importing.run_import

    def endless(_store: object, _recognised: Recognised, **how: object) -> object:
        started.set()
        while not how["cancelled"]():  # type: ignore[operator]
            pass
        raise importing.Cancelled("stopped; nothing was imported")

    monkeypatch.setattr(importing, "run_import", endless)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "i")
        app.screen.query_one("#path").value = str(book)  # type: ignore[attr-defined]
        await pilot.press("enter")
        while not started.is_set():
            await pilot.pause(0.01)
        await pilot.press("i")
        await pilot.pause()
        assert "A dry run is running" in flat(app)
        await press(pilot, "escape")
        monkeypatch.setattr(importing, "run_import", real)
        await press(pilot, "i")
        assert "would bring: 1 contact" in flat(app)
        assert world.read(contacts.count) == before
        await press(pilot, "i")
        assert world.read(contacts.count) == before + 1


TABLE = "Who,Reach,Where to call\nRosa Lind,rosa@example.org,+49 30 777 001\nSam Park,sam@example.org,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table whose titles nobody knows."""
    path = tmp_path / "friends.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def field_of(app: CrmApp, title: str) -> str | None:
    """Return what a column is said to hold in the dialog."""
    rows = app.screen.query_one(ColumnRows)
    found = [row for key in rows.order if (row := rows.row_of(key)) and row.column == title]
    return found[0].field


async def test_the_columns_of_a_plain_table_are_corrected_and_the_preview_runs_again(
    app: CrmApp, world: Store, table: Path
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, table)
        await press(pilot, "c")
        assert isinstance(app.screen, Columns)
        rows = app.screen.query_one(ColumnRows)
        titles = [row.column for key in rows.order if (row := rows.row_of(key))]
        assert titles == ["Who", "Reach", "Where to call"]
        assert field_of(app, "Reach") == "email"
        await press(pilot, "home", "left", "right", "enter")
        assert isinstance(app.screen, ColumnField)
        field = app.screen.query_one("Input")
        field.value = "shoe size"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert isinstance(app.screen, ColumnField)
        field.value = "full name"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert field_of(app, "Who") == "name"
        await press(pilot, "down", "down", "enter")
        app.screen.query_one("Input").value = "phone work"  # type: ignore[attr-defined]
        await press(pilot, "enter", "ctrl+s")
        assert "would bring: 2 contacts" in flat(app)
        assert world.read(contacts.list_ids, ContactQuery(text="Rosa")) == []
        await press(pilot, "i")
        rosa = world.read(contacts.list_contacts, ContactQuery(text="Rosa Lind"))[0]
        phones = [(one.handle, one.label) for one in rosa.identities if one.platform == "phone"]
        assert phones == [("+4930777001", "work")]


async def test_left_and_right_change_the_field_and_escape_changes_nothing(app: CrmApp, table: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await name_it(app, pilot, table)
        await press(pilot, "c", "down")
        await press(pilot, "right")
        assert field_of(app, "Reach") == "phone"
        await press(pilot, "left")
        assert field_of(app, "Reach") == "email"
        await press(pilot, "right", "escape", "c")
        assert field_of(app, "Reach") == "email"


async def test_the_columns_of_an_address_book_are_not_offered(app: CrmApp, tmp_path: Path) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(NORA, encoding="utf-8", newline="")
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, book)
        await press(pilot, "c")
        assert isinstance(app.screen, Review)
        assert "columns" not in screen_text(app).splitlines()[-1]
