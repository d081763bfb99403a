"""Exporting from the screens: the marked contacts, to a file that is complete or not there."""

from __future__ import annotations

from pathlib import Path

from tui_world import press, screen_text, settle

from crm.tui.app import CrmApp
from crm.tui.screens.export import Export


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


async def test_the_contact_under_the_cursor_becomes_a_vcard_in_the_usual_place(
    app: CrmApp, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "2", "E")
        assert "Export Ada Byron" in screen_text(app)
        await press(pilot, "enter")
        written = (tmp_path / "crm-contacts.vcf").read_text(encoding="utf-8")
        assert written.count("BEGIN:VCARD") == 1
        assert "VERSION:3.0" in written
        assert "FN:Ada Byron" in written
        assert "1 contact exported to" in flat(app)


async def test_the_marked_contacts_become_a_table_and_the_file_ends_as_the_form_says(
    app: CrmApp, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "E")
        assert "Export 2 contacts" in screen_text(app)
        await press(pilot, "3")
        assert "~/crm-contacts.csv" in screen_text(app)
        await press(pilot, "enter")
        lines = (tmp_path / "crm-contacts.csv").read_text(encoding="utf-8-sig").splitlines()
        assert [name for name in ("Ada Byron", "Bo Lind", "Cy Ono") if name in "\n".join(lines[1:])] == [
            "Ada Byron",
            "Bo Lind",
        ]


async def test_a_calendar_holds_the_birthday_and_a_vcard_4_says_its_version(
    app: CrmApp, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "E", "4", "enter")
        assert "BEGIN:VEVENT" in (tmp_path / "crm-dates.ics").read_text(encoding="utf-8")
        await press(pilot, "E", "2", "enter")
        assert "VERSION:4.0" in (tmp_path / "crm-contacts.vcf").read_text(encoding="utf-8")


async def test_an_older_file_is_replaced_and_kept_when_it_cannot_be(app: CrmApp, tmp_path: Path) -> None:
    older = tmp_path / "crm-contacts.vcf"
    older.write_text("older", encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "2", "E")
        app.screen.query_one("#export-path").value = str(tmp_path / "no" / "a.vcf")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "check that the folder exists" in flat(app)
        assert older.read_text(encoding="utf-8") == "older"
        await press(pilot, "E", "enter")
        assert older.read_text(encoding="utf-8").startswith("BEGIN:VCARD")
        assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []


async def test_a_typed_file_stays_when_the_form_changes_and_none_at_all_is_asked_for(
    app: CrmApp, tmp_path: Path
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "2", "E")
        field = app.screen.query_one("#export-path")
        field.value = str(tmp_path / "mine.vcf")  # type: ignore[attr-defined]
        await press(pilot, "2")
        assert field.value == str(tmp_path / "mine.vcf")  # type: ignore[attr-defined]
        field.value = " "  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert isinstance(app.screen, Export)
        assert "name a file" in flat(app)


async def test_a_contact_is_exported_from_its_own_page(app: CrmApp, tmp_path: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "enter", "E", "enter")
        assert "FN:Ada Byron" in (tmp_path / "crm-contacts.vcf").read_text(encoding="utf-8")
