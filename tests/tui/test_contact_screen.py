"""A contact: evidence and timeline, notes that are never lost, fields edited in a form."""

from __future__ import annotations

import pytest
from tui_world import NOW, World, place_of, press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import DatabaseError, NotFoundError
from crm.services import contacts, editing, interactions
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.contact import Contact, store_notes
from crm.tui.screens.today import Today
from crm.tui.widgets.notes import Notes
from crm.tui.widgets.timeline import TimelineRows


async def open_ada(app: CrmApp, pilot: object, world: Store) -> int:
    """Open Ada's page."""
    await settle(pilot)  # type: ignore[arg-type]
    ada = world.read(contacts.find, "Ada")
    app.show_contact(ada)
    await settle(pilot)  # type: ignore[arg-type]
    return ada


async def test_fields_identities_evidence_and_timeline_are_shown(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await open_ada(app, pilot, world)
        text = screen_text(app)
        for shown in (
            "Ada Byron",
            "your turn",
            "Kiln & Co",
            "every 14 days",
            "birthday 5 May 1980",
            "#ceramics",
            "Mastodon @ada@example.social",
            "ada@example.org",
            "LAST EXCHANGE  30 May, 2 days ago",
            "->  e-mail",
            "<-  Mastodon",
            "Ask about the kiln.",
        ):
            assert shown in text


async def test_notes_are_saved_with_ctrl_s_and_when_they_are_left(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, " One")
        await press(pilot, "ctrl+s")
        assert world.read(contacts.show, ada, 0).notes.endswith("kiln. One")
        await type_in(pilot, " Two")
        await press(pilot, "escape")
        assert world.read(contacts.show, ada, 0).notes.endswith("kiln. One Two")


async def test_unsaved_notes_are_saved_when_the_page_is_left_by_a_click(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, " Three")
        app.action_go("people")
        await settle(pilot)
        assert world.read(contacts.show, ada, 0).notes.endswith("kiln. Three")


async def test_unsaved_notes_are_saved_when_the_program_ends(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, " Four")
        await pilot.press("ctrl+q")
    assert world.read(contacts.show, ada, 0).notes.endswith("kiln. Four")
    assert app.unsaved == []


async def test_notes_that_cannot_be_saved_stay_and_are_kept_for_the_end(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kw: object) -> None:
        raise DatabaseError("the disk is full, nothing was saved")

    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, " Five")
        monkeypatch.setattr(world, "write", refuse)
        await press(pilot, "ctrl+s")
        assert "the disk is full" in screen_text(app)
        assert app.screen.query_one(Notes).text.endswith("Five")
        assert app.screen.query_one(Notes).unsaved
        await pilot.press("ctrl+q")
    assert len(app.unsaved) == 1
    assert app.unsaved[0].endswith("kiln. Five")


async def test_words_written_meanwhile_by_somebody_else_are_kept(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, " Mine")
        world.write(editing.edit, [ada], Edits(notes="Written by the command line."))
        await press(pilot, "ctrl+s")
        notes = world.read(contacts.show, ada, 0).notes
        assert "Written by the command line." in notes
        assert notes.endswith("kiln. Mine")
        assert app.screen.query_one(Notes).text == notes


def test_saving_the_same_notes_writes_nothing(world: Store) -> None:
    ada = world.read(contacts.find, "Ada")
    notes = world.read(contacts.show, ada, 0).notes
    before = world.read(contacts.show, ada, 0)
    world.write(store_notes, ada, notes, notes)
    assert world.read(contacts.show, ada, 0) == before


async def test_very_long_notes_are_shown_in_part_and_never_saved_cut(app: CrmApp, world: Store) -> None:
    ada = world.read(contacts.find, "Ada")
    long = "word " * 20_000
    world.write(editing.edit, [ada], Edits(notes=long))
    stored = world.read(contacts.show, ada, 0).notes
    async with app.run_test(size=(80, 24)) as pilot:
        await open_ada(app, pilot, world)
        await press(pilot, "n")
        await type_in(pilot, "x")
        await press(pilot, "ctrl+s", "escape")
    assert world.read(contacts.show, ada, 0).notes == stored


async def test_fields_are_edited_in_a_form_and_undone(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "e")
        await type_in(pilot, "Ada Lovelace")
        await press(pilot, "tab")
        await type_in(pilot, "Countess")
        await press(pilot, "enter")
        detail = world.read(contacts.show, ada, 0)
        assert (detail.contact.name, detail.nickname) == ("Ada Lovelace", "Countess")
        assert detail.contact.organisation == "Kiln & Co"
        assert "Ada Lovelace (Countess)" in screen_text(app)
        await press(pilot, "u")
        assert world.read(contacts.show, ada, 0).contact.name == "Ada Byron"


async def test_a_conflict_keeps_the_form_open_with_what_was_typed(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "e", "tab", "tab", "tab", "tab")
        await type_in(pilot, "bo@example.org")
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "Edit"
        assert "Bo Lind" in screen_text(app)
        await press(pilot, "escape")
        assert len(world.read(contacts.show, ada, 0).contact.identities) == 3


async def test_r_logs_a_reply_and_the_timeline_shows_it_at_once(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_ada(app, pilot, world)
        await press(pilot, "r")
        row = app.screen.query_one(TimelineRows).row
        assert row is not None
        assert (row.direction, row.platform) == ("out", "mastodon")
        assert "their turn" in screen_text(app)


async def test_a_logged_act_can_be_deleted_from_its_page(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "enter", "d")
        assert [act.direction for act in world.read(interactions.timeline, ada)] == ["out", "in"]
        await press(pilot, "u")
        assert len(world.read(interactions.timeline, ada)) == 3


async def test_a_contact_is_deleted_only_after_a_yes_and_undo_brings_it_back(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        ada = await open_ada(app, pilot, world)
        await press(pilot, "D", "n")
        assert world.read(contacts.show, ada, 0)
        await press(pilot, "D", "y")
        assert isinstance(app.screen, Today)
        with pytest.raises(NotFoundError):
            world.read(contacts.show, ada, 0)
        await press(pilot, "u")
        assert world.read(contacts.show, ada, 0).interactions_total == 3


async def test_a_contact_whose_adding_is_undone_closes_its_page(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        await type_in(pilot, "Gus Hale")
        await press(pilot, "enter")
        assert isinstance(app.screen, Contact)
        await press(pilot, "u")
        assert isinstance(app.screen, Today)


async def test_a_timeline_of_thousands_is_loaded_by_the_page(world: Store) -> None:
    made = World(place_of(world))
    dee = made.store.read(contacts.find, "Dee Park")
    for number in range(350):
        made.act(dee, 44 + number / 10, "in", f"message {number}", "linkedin")
    made.store.close()
    app = CrmApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.show_contact(dee)
        await settle(pilot)
        rows = app.screen.query_one(TimelineRows)
        assert len(rows.order) == 352
        assert rows.row_of(300) is None
        await press(pilot, "end")
        assert "message 349" in screen_text(app)
        await press(pilot, "home")
        assert "Thank you, come and see it" in screen_text(app)


async def test_acts_without_a_time_say_so(app: CrmApp, world: Store) -> None:
    dee = world.read(contacts.find, "Dee Park")
    world.write(interactions.log, dee, "some day", platform="linkedin", at=NOW, precision="day")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.show_contact(dee)
        await settle(pilot)
        await press(pilot, "enter")
        assert "1 Jun" in screen_text(app)
        assert "11:00" not in screen_text(app)
