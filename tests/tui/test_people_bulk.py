"""People as a place for bulk work: marks, changing together, orders, letters, columns, saved filters."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import press, screen_text, settle, type_in

from crm import config
from crm.db.store import Store
from crm.domain.listing import ContactQuery
from crm.domain.text import folded
from crm.services import contacts, editing, undoing
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.export import Export
from crm.tui.screens.people import People
from crm.tui.screens.together import Together, told
from crm.tui.widgets.people_columns import PeopleHead
from crm.tui.widgets.people_rows import PeopleRows

EVERYBODY = ["Ada Byron", "Bo Lind", "Cy Ono", "Dee Park", "Ed Quist", "Eve Ray", "Flo Sand", "山田 太郎"]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the configuration file of a test."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("CRM_CONFIG", str(path))
    return path


def rows_of(app: CrmApp) -> PeopleRows:
    """Return the list."""
    page = next(screen for screen in app.screen_stack if isinstance(screen, People))
    return page.query_one(PeopleRows)


def names(app: CrmApp) -> list[str]:
    """Return the names in the list, in its order."""
    rows = rows_of(app)
    return [view.name for key in rows.order if (view := rows.row_of(key)) is not None]


def marked(app: CrmApp) -> list[str]:
    """Return the names of the marked, sorted."""
    rows = rows_of(app)
    return sorted(view.name for key in rows.marks if (view := rows.row_of(key)) is not None)


def said(app: CrmApp) -> str:
    """Return what the notifications say."""
    return " ".join(one.message for one in app._notifications)


def here(app: CrmApp) -> str:
    """Return the name under the cursor."""
    row = rows_of(app).row
    assert row is not None
    return row.name


# Marks


async def test_all_from_the_last_mark_to_the_cursor_are_marked(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "down", "space", "down", "down", "V")
        assert marked(app) == EVERYBODY[1:5]
        await press(pilot, "home", "V")
        assert marked(app) == EVERYBODY[:5]
        await press(pilot, "escape", "end", "V")
        assert marked(app) == EVERYBODY[7:]


async def test_the_others_are_marked_instead(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "i")
        assert marked(app) == EVERYBODY[2:]
        await press(pilot, "i", "i", "i", "escape")
        assert marked(app) == []


async def test_shift_with_end_and_home_marks_to_the_edges(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "down", "down", "shift+end")
        assert marked(app) == EVERYBODY[2:]
        assert here(app) == "山田 太郎"
        await press(pilot, "escape", "up", "shift+home")
        assert marked(app) == EVERYBODY[:7]


async def test_the_mouse_marks_one_or_a_range(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        await pilot.click("#people-rows", offset=(12, 1), control=True)
        await settle(pilot)
        assert marked(app) == ["Bo Lind"]
        await pilot.click("#people-rows", offset=(12, 4), shift=True)
        await settle(pilot)
        assert marked(app) == EVERYBODY[1:5]
        await pilot.click("#people-rows", offset=(3, 2))
        await settle(pilot)
        assert marked(app) == ["Bo Lind", "Dee Park", "Ed Quist"]
        await pilot.click("#people-rows", offset=(12, 0))
        await settle(pilot)
        assert here(app) == "Ada Byron"
        assert len(rows_of(app).marks) == 3


async def test_marks_outlive_another_filter_and_are_counted_apart(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "slash")
        await type_in(pilot, "lind")
        await press(pilot, "enter", "space")
        assert "2 marked (1 not in this list)" in screen_text(app)
        await press(pilot, "e")
        assert isinstance(app.screen, Together)
        assert "1 of them not in this list" in screen_text(app)
        await press(pilot, "tab")
        await type_in(pilot, "gathered")
        await press(pilot, "enter")
        tagged = world.read(contacts.list_contacts, ContactQuery(tag="gathered"))
        assert [view.name for view in tagged] == ["Ada Byron", "Bo Lind"]
        await press(pilot, "slash")
        await type_in(pilot, "zzz")
        assert "2 marked (none in this list)" in screen_text(app)
        await press(pilot, "escape")
        assert "2 marked, 8 contacts" in screen_text(app)


async def test_who_leaves_the_list_by_a_change_loses_the_mark_and_who_is_elsewhere_keeps_it(
    app: CrmApp, world: Store
) -> None:
    bo = world.read(contacts.list_ids, ContactQuery(text="bo lind"))[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "slash")
        await type_in(pilot, "byron")
        world.write(editing.edit, [bo], Edits(archived=True))
        app.changed()
        await settle(pilot)
        assert len(rows_of(app).marks) == 2
        await press(pilot, "escape")
        ada = world.read(contacts.list_ids, ContactQuery(text="byron"))
        world.write(editing.edit, ada, Edits(archived=True))
        app.changed()
        await settle(pilot)
        assert rows_of(app).marks == [bo]
        world.write(editing.delete, bo)
        app.changed()
        await settle(pilot)
        assert rows_of(app).marks == []


# Changing together


async def test_floor_and_reminders_are_changed_together_and_said_with_numbers(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        bo = world.read(contacts.list_ids, ContactQuery(text="bo lind"))
        world.write(editing.edit, bo, Edits(muted=True))
        app.changed()
        await settle(pilot)
        await press(pilot, "2", "ctrl+a", "e", *["tab"] * 5, "2", "enter")
        assert "7 contacts changed: muted, 1 was so already." in said(app)
        assert all(view.muted for view in world.read(contacts.list_contacts, ContactQuery()))
        before = len(world.read(undoing.changes))
        await press(pilot, "e", *["tab"] * 6, "4", "enter")
        assert len(world.read(undoing.changes)) == before + 1
        ids = world.read(contacts.list_ids, ContactQuery())
        assert {world.read(contacts.show, key).floor for key in ids} == {"nod"}
        await press(pilot, "u")
        assert {world.read(contacts.show, key).floor for key in ids} == {None}


async def test_muting_the_marked_asks_the_database_who_is_muted(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "m")
        views = world.read(contacts.list_contacts, ContactQuery())
        assert [view.name for view in views if view.muted] == EVERYBODY[:2]
        await press(pilot, "m")
        assert not any(view.muted for view in world.read(contacts.list_contacts, ContactQuery()))


def test_what_was_changed_is_said_in_a_line() -> None:
    assert told(Edits(circle="wide", add_tags=("a",), remove_tags=("b",))) == "circle wide, tag a, tag b off"
    assert (
        told(Edits(circle=None, cadence_days=0, archived=False)) == "no circle, cadence never, brought back"
    )
    assert told(Edits(floor=None, cadence_days=None, muted=False)) == (
        "the usual cadence, no longer muted, the usual floor"
    )
    assert told(Edits(add_tags=("a", "b", "c", "d", "e"))) == "tag a, tag b, tag c, 2 more"


async def test_the_marked_are_exported_in_every_form(app: CrmApp, tmp_path: Path) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space")
        for choice, ending, ada in (
            ("1", "vcf", b"FN:Ada"),
            ("2", "vcf", b"4.0"),
            ("3", "csv", b"Ada"),
            ("4", "ics", b"Ada"),
        ):
            await press(pilot, "E", choice)
            assert isinstance(app.screen, Export)
            assert "2 contacts" in screen_text(app)
            field = app.screen.query_one("#export-path")
            field.value = str(tmp_path / f"out{choice}.{ending}")  # type: ignore[attr-defined]
            await press(pilot, "ctrl+s")
            written = (tmp_path / f"out{choice}.{ending}").read_bytes()
            assert ada in written
            assert b"Cy Ono" not in written


# Orders and letters


async def test_t_takes_the_next_order_and_shift_t_turns_it_round(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "T")
        assert names(app) == EVERYBODY[::-1]
        assert "by name, backwards" in screen_text(app)
        for sort, said in (
            ("last", "longest ago first"),
            ("lateness", "due last"),
            ("exchanges", "least talk"),
        ):
            await press(pilot, "t", "T")
            query = ContactQuery(sort=sort, reverse=True)
            assert list(rows_of(app).order) == world.read(contacts.list_ids, query)
            assert said in screen_text(app)


async def test_a_click_on_a_heading_sorts_and_another_turns_round(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        head = app.screen.query_one(PeopleHead)
        line = str(head.render())
        assert "NAME ↑" in line
        at = line.index("LAST") + 1
        await pilot.click(PeopleHead, offset=(at + 1, 0))
        await settle(pilot)
        assert list(rows_of(app).order) == world.read(contacts.list_ids, ContactQuery(sort="last"))
        assert "LAST ↓" in str(head.render())
        await pilot.click(PeopleHead, offset=(at + 1, 0))
        await settle(pilot)
        assert "LAST ↑" in str(head.render())
        await pilot.click(PeopleHead, offset=(line.index("STANDING") + 1, 0))
        await settle(pilot)
        assert "LAST ↑" in str(head.render())


async def test_a_letter_leads_to_a_name_and_sorts_by_name_first(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "t", "g")
        assert "jump to names with the letter" in screen_text(app)
        await press(pilot, "e")
        assert here(app) == "Ed Quist"
        assert "by name" in screen_text(app)
        await press(pilot, "apostrophe", "山")
        assert here(app) == "山田 太郎"
        await press(pilot, "g", "B")
        assert here(app) == "Bo Lind"
        await press(pilot, "g", "p")
        assert here(app) == "山田 太郎"
        assert "No name here begins with p" in said(app)


async def test_while_a_letter_is_awaited_keys_are_letters_and_escape_stays(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "g", "escape")
        assert marked(app) == ["Ada Byron"]
        assert "1 marked, 8 contacts" in screen_text(app)
        await press(pilot, "g", "1", "g", "q")
        assert isinstance(app.screen, People)
        await press(pilot, "home", "g", "down")
        assert here(app) == "Bo Lind"
        assert "8 contacts" in screen_text(app)


# Columns


async def test_columns_are_chosen_ordered_and_remembered(app: CrmApp, world: Store, file: Path) -> None:
    file.write_text("# mine\n", "utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "C", "space", "end", "space", *["K"] * 8, "enter")
        head = str(app.screen.query_one(PeopleHead).render())
        assert head.split() == ["NAME", "↑", "LAST", "TAGS", "CIRCLE", "+1"]
        assert "ceramics, zi" in screen_text(app)
    assert config.load(file).columns == ("last", "tags", "circle", "platform")
    assert file.read_text("utf-8").startswith("# mine")
    again = CrmApp(world)
    async with again.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        head = str(again.screen.query_one(PeopleHead).render())
        assert head.split() == ["NAME", "↑", "LAST", "TAGS", "CIRCLE", "USUALLY"]
        await press(pilot, "C", "d", "enter")
    assert "columns" not in file.read_text("utf-8")


async def test_a_click_on_a_cross_takes_a_column_away(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "C")
        await pilot.click("#column-choices", offset=(4, 1))
        await settle(pilot)
        await press(pilot, "enter")
        assert "LAST" not in str(app.screen.query_one(PeopleHead).render())


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
async def test_headings_stand_over_their_columns_at_every_width(
    app: CrmApp, world: Store, width: int
) -> None:
    world.write(editing.add, "e\u0301e\u0301 漢字カタカナ 👩‍🚀", ["x:wide"])
    async with app.run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        lines = screen_text(app).splitlines()
        head = next(line for line in lines if "NAME ↑" in line)
        for name in ("Ada Byron", "Bo Lind"):
            line = next(line for line in lines if line[5:].startswith(name))
            assert head.index("NAME") == 5
            assert line[head.index("STANDING") :].startswith(("your turn", "their turn", "due"))


# Saved filters


async def test_a_filter_is_kept_called_back_renamed_and_deleted(
    app: CrmApp, world: Store, file: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "f", "3", "enter", "t", "T", "F", "n")
        await type_in(pilot, "Close, long ago")
        await press(pilot, "enter", "escape")
        kept = ContactQuery(circle="close", sort="last", reverse=True)
        assert config.load(file).filters == {"Close, long ago": kept}
        await press(pilot, "F", "0")
        assert names(app) == EVERYBODY
        await press(pilot, "F", "5")
        assert list(rows_of(app).order) == world.read(contacts.list_ids, kept)
        assert "Close, long ago: 2 contacts, longest ago first, circle close" in screen_text(app)
        await press(pilot, "F", "r", "end", *["backspace"] * 10)
        await press(pilot, "enter", "D", "y", "escape")
        assert config.load(file).filters == {}
        assert names(app) == ["Ed Quist", "Dee Park"]


async def test_a_filter_is_replaced_by_keeping_it_under_its_name_again(app: CrmApp, file: Path) -> None:
    file.write_text('[filters.Old]   # this one\ntext = "lind"\n', "utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "F", "5")
        assert names(app) == ["Bo Lind"]
        assert app.screen.query_one("#filter").value == "lind"  # type: ignore[attr-defined]
        await press(pilot, "t", "F", "n", "enter")
        assert config.load(file).filters == {"Old": ContactQuery(text="lind", sort="last")}
        assert "# this one" in file.read_text("utf-8")


async def test_what_is_always_there_cannot_be_deleted_and_no_filter_cannot_be_kept(
    app: CrmApp, file: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "F", "n")
        assert "no filter to keep" in said(app)
        await press(pilot, "down", "D", "r", "escape")
        await press(pilot, "F", "4")
        shown = [view.circle for key in rows_of(app).order if (view := rows_of(app).row_of(key))]
        assert shown == [None] * 4
        await press(pilot, "F", "3")
        assert "never spoken: 3 contacts, by name, never spoken with" in screen_text(app)
        await press(pilot, "F", "n")
        await type_in(pilot, "due")
        await press(pilot, "enter")
        assert "always there" in said(app)
    assert not file.exists()


async def test_filters_that_cannot_be_read_are_said_and_the_list_is_there(app: CrmApp, file: Path) -> None:
    file.write_text("[filters.a]\nsort = 'shoe size'\n", "utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert names(app) == EVERYBODY
        assert "must be one of" in said(app)


async def test_the_demo_keeps_filters_and_columns_until_it_is_left(world: Store, file: Path) -> None:
    app = CrmApp(world, banner="demo")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "f", "3", "enter", "F", "n")
        await type_in(pilot, "mine")
        await press(pilot, "enter", "escape", "F", "0", "F", "5")
        assert names(app) == ["Dee Park", "Ed Quist"]
        await press(pilot, "C", "space", "enter")
        assert "STANDING" not in screen_text(app)
    assert not file.exists()


async def test_the_list_is_what_the_database_finds_whatever_is_typed(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "t", "slash")
        for typed in ("o", "on", "o", "", "n", "ny"):
            app.screen.query_one("#filter").value = typed  # type: ignore[attr-defined]
            await settle(pilot)
            found = world.read(contacts.list_ids, ContactQuery(text=typed, sort="last"))
            assert list(rows_of(app).order) == found
        assert folded("ny") == "ny"


@pytest.mark.parametrize("size", [(40, 12), (30, 8)])
async def test_everything_survives_a_tiny_terminal(app: CrmApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("C", "F", "f", "e", "E"):
            await press(pilot, "2", key, "down", "escape")
        await press(pilot, "g", "b")
        assert here(app) == "Bo Lind"
