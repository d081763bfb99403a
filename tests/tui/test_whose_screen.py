"""Who is who: merging a contact with another, splitting it again, giving an account away, forgetting."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import doubles, press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import DatabaseError, NotFoundError
from crm.services import contacts, editing, forgetting, merging
from crm.services.contacts import ContactQuery
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.widgets.notes import Notes


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def page_of(app: CrmApp) -> str:
    """Return which screen is on top."""
    return type(app.screen).__name__


def named(store: Store, text: str) -> list[int]:
    """Return the contacts whose name begins so."""
    found = store.read(contacts.list_contacts, ContactQuery(text=text))
    return [one.id for one in found if one.name.startswith(text)]


def handles(store: Store, contact: int) -> set[str | None]:
    """Return a contact's handles."""
    return {one.handle for one in store.read(contacts.show, contact, 0).contact.identities}


async def open_contact(app: CrmApp, pilot: object, contact: int, *keys: str) -> None:
    """Open a contact and press keys."""
    await settle(pilot)  # type: ignore[arg-type]
    app.show_contact(contact)
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, *keys)  # type: ignore[arg-type]


async def test_a_contact_is_merged_with_another_that_was_searched_for(app: CrmApp, world: Store) -> None:
    bo, cy = named(world, "Bo")[0], named(world, "Cy")[0]
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, bo, "M")
        assert "Who is the same as Bo Lind?" in flat(app)
        await type_in(pilot, "cy o")
        await press(pilot, "enter")
        assert page_of(app) == "Merge"
        assert "STAYS" in flat(app)
        assert "BECOMES PART OF IT" in flat(app)
        await press(pilot, "m")
        assert page_of(app) == "Contact"
        assert "Cy Ono is part of Bo Lind now, with 2 acts." in flat(app)
        assert "with Cy Ono, merged 1 Jun, 2 acts" in flat(app)
        assert handles(world, bo) == {"bo@example.org", "https://cyono.example"}
        assert named(world, "Cy Ono") == []
        await press(pilot, "u")
        assert named(world, "Cy Ono") == [cy]
        assert "merged 1 Jun" not in flat(app)


async def test_who_is_probably_the_same_is_offered_first_and_nobody_is_offered_themselves(
    app: CrmApp, world: Store
) -> None:
    doubles(world)
    one, other = sorted(named(world, "Ada Byron"))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_contact(app, pilot, one, "M")
        assert "May be the same; or type somebody else." in flat(app)
        rows = app.screen.query_one("#picked")
        assert [key[1] for key in rows.order] == [other]  # type: ignore[attr-defined]
        await type_in(pilot, "a")
        assert one not in [key[1] for key in rows.order]  # type: ignore[attr-defined]
        await type_in(pilot, "zzz")
        assert "Nobody fits." in flat(app)
        await press(pilot, "enter")
        assert page_of(app) == "Pick"
        await press(pilot, "escape")
        assert page_of(app) == "Contact"
    assert len(named(world, "Ada Byron")) == 2


async def test_swapping_before_merging_leads_back_to_the_page_the_contact_was_opened_from(
    app: CrmApp, world: Store
) -> None:
    bo, cy = named(world, "Bo")[0], named(world, "Cy")[0]
    async with app.run_test(size=(120, 40)) as pilot:
        await open_contact(app, pilot, bo, "M")
        await type_in(pilot, "cy o")
        await press(pilot, "enter", "s", "enter")
        assert named(world, "Bo Lind") == []
        assert handles(world, cy) == {"bo@example.org", "https://cyono.example"}
        assert page_of(app) == "Today"


async def test_a_part_is_split_off_again_after_a_question(app: CrmApp, world: Store) -> None:
    bo, cy = named(world, "Bo")[0], named(world, "Cy")[0]
    world.write(merging.merge, bo, cy)
    world.write(editing.edit, [bo], Edits(notes="Written after the merge."))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, bo, "w")
        text = flat(app)
        assert "MERGED IN 1" in text
        assert "Cy Ono merged 1 Jun, 2 acts" in text
        assert "from Cy Ono" in text
        await press(pilot, "home", "s")
        assert "Split Cy Ono off again?" in flat(app)
        assert "https://cyono.example and 2 acts" in flat(app).replace(" │ │ ", " ")
        await press(pilot, "n")
        assert named(world, "Cy Ono") == []
        await press(pilot, "enter", "y")
        assert named(world, "Cy Ono") == [cy]
        assert "Cy Ono is a contact again." in flat(app)
        assert "MERGED IN" not in flat(app)
        await press(pilot, "u")
        assert named(world, "Cy Ono") == []
    assert world.read(contacts.show, bo).notes == "Written after the merge."


async def test_an_account_is_given_to_another_contact_and_taken_back(app: CrmApp, world: Store) -> None:
    ada, bo = named(world, "Ada")[0], named(world, "Bo")[0]
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, ada, "w")
        rows = app.screen.query_one("#pieces")
        while getattr(rows.row, "platform", "") != "x":  # type: ignore[attr-defined]
            await press(pilot, "down")
        await press(pilot, "g")
        assert "Whose is X @ada?" in flat(app)
        await type_in(pilot, "bo l")
        await press(pilot, "enter")
        assert "X @ada belongs to Bo Lind now." in flat(app)
        assert "ada" in handles(world, bo)
        await press(pilot, "u")
        assert "ada" not in handles(world, bo)
        assert "ada" in handles(world, ada)


async def test_an_account_becomes_a_contact_of_its_own(app: CrmApp, world: Store) -> None:
    ada = named(world, "Ada")[0]
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, ada, "w")
        rows = app.screen.query_one("#pieces")
        while getattr(rows.row, "platform", "") != "x":  # type: ignore[attr-defined]
            await press(pilot, "down")
        await press(pilot, "n")
        assert "X @ada is a contact of its own now." in flat(app)
    assert "ada" not in handles(world, ada)
    owner = world.read(contacts.find, "x:ada")
    assert owner != ada


async def test_the_only_account_cannot_become_its_own_contact_and_the_reason_is_said(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, named(world, "Ed")[0], "w", "n")
        assert "is all there is of Ed Quist" in flat(app)
        assert page_of(app) == "Whose"


async def test_keys_are_offered_only_for_what_they_can_be_done_with(app: CrmApp, world: Store) -> None:
    bo, cy = named(world, "Bo")[0], named(world, "Cy")[0]
    world.write(merging.merge, bo, cy)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_contact(app, pilot, bo, "w", "home")
        keys = screen_text(app).splitlines()[-1]
        assert ("split off" in keys, "give to another" in keys) == (True, False)
        await press(pilot, "down")
        keys = screen_text(app).splitlines()[-1]
        assert ("split off" in keys, "give to another" in keys) == (False, True)


async def test_unsaved_notes_are_saved_before_who_is_who_is_decided(app: CrmApp, world: Store) -> None:
    bo = named(world, "Bo")[0]
    async with app.run_test(size=(120, 40)) as pilot:
        await open_contact(app, pilot, bo, "n")
        await type_in(pilot, "Mine")
        app.screen.action_whose()  # type: ignore[attr-defined]
        await settle(pilot)
        await press(pilot, "escape")
        assert app.screen.query_one(Notes).text == "Mine"
    assert world.read(contacts.show, bo).notes == "Mine"


async def test_forgetting_asks_for_the_name_and_names_the_backups(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    bo = named(world, "Bo")[0]
    folder = tmp_path / "backups"
    folder.mkdir()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, bo, "F")
        text = flat(app)
        assert "Forget Bo Lind?" in text
        assert "1 account or address, 2 acts" in text
        assert "There is no undo." in text
        await press(pilot, "enter")
        assert page_of(app) == "Forget"
        await type_in(pilot, "bo")
        await press(pilot, "enter")
        assert "that is not the name" in flat(app)
        assert named(world, "Bo") == [bo]
        await type_in(pilot, " lind")
        await press(pilot, "enter")
        assert page_of(app) == "Today"
        assert "Bo Lind is forgotten." in flat(app)
    with pytest.raises(NotFoundError):
        world.read(contacts.show, bo)


async def test_backups_that_still_hold_somebody_are_named(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = named(world, "Bo")[0]
    real = forgetting.forget
    backups = ("/home/me/crm-2026-05-01.db", "/home/me/crm-before-upgrade.db")

    def forget(store: Store, contact: int) -> object:
        from msgspec.structs import replace

        return replace(real(store, contact), backups=backups)

    monkeypatch.setattr(forgetting, "forget", forget)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_contact(app, pilot, bo, "F")
        await type_in(pilot, "forget")
        await press(pilot, "enter")
        text = flat(app)
        assert "Bo Lind is forgotten." in text
        for path in backups:
            assert path in text
        await press(pilot, "escape")
        assert page_of(app) == "Today"


async def test_forgetting_can_be_left_with_escape_and_a_failure_leaves_everything(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = named(world, "Bo")[0]

    def full(*_args: object) -> None:
        raise DatabaseError("the disk is full, nothing was saved")

    monkeypatch.setattr(forgetting, "forget", full)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_contact(app, pilot, bo, "F", "escape")
        assert page_of(app) == "Contact"
        await press(pilot, "F")
        await type_in(pilot, "forget")
        await press(pilot, "enter")
        assert "the disk is full" in flat(app)
        assert page_of(app) == "Contact"
    assert named(world, "Bo") == [bo]
