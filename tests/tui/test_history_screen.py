"""Taking back: the newest change, an older one with all that followed, and where something is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import press, screen_text, settle

from crm.db.store import Store, Work
from crm.domain.errors import ConflictError
from crm.services import contacts, editing, importing, undoing
from crm.services.contacts import ContactQuery
from crm.services.editing import Edits
from crm.tui.app import CrmApp


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def name_of(app: CrmApp) -> str:
    """Return which screen is on top."""
    return type(app.screen).__name__


def tag(store: Store, name: str, *tags: str) -> None:
    """Tag somebody, once for each tag."""
    who = store.read(contacts.find, name)
    for one in tags:
        store.write(editing.edit, [who], Edits(add_tags=(one,)))


def tags_of(store: Store, name: str) -> tuple[str, ...]:
    """Return somebody's tags."""
    return store.read(contacts.show, store.read(contacts.find, name), 0).contact.tags


async def test_the_history_is_reached_with_a_key_from_every_place(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for place in ("1", "2"):
            await press(pilot, place, "H")
            assert name_of(app) == "History"
            await press(pilot, "H")  # not twice above each other
            await press(pilot, "escape")
            assert name_of(app) in ("Today", "People")
        await press(pilot, "1", "enter", "H")
        assert name_of(app) == "History"
        await press(pilot, "escape", "escape")
        assert name_of(app) == "Today"


async def test_it_is_in_the_palette(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"taken back", "down", "enter")
        assert name_of(app) == "History"


async def test_u_takes_the_newest_back_whatever_the_cursor_is_on(app: CrmApp, world: Store) -> None:
    tag(world, "Bo", "one", "two", "three")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "H", "down", "down", "u")
        assert tags_of(world, "Bo") == ("one", "two")
        assert "Taken back: changed tags of Bo Lind" in flat(app)
        await press(pilot, "u", "u")
        assert tags_of(world, "Bo") == ()


async def test_an_older_one_goes_with_all_that_came_after_it_once_that_was_confirmed(
    app: CrmApp, world: Store
) -> None:
    tag(world, "Bo", "one", "two", "three")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "H", "home", "down", "enter")
        assert "Take back this and the newer one?" in flat(app)
        await press(pilot, "n")
        assert len(tags_of(world, "Bo")) == 3
        await press(pilot, "down", "enter")
        assert "Take back this and the 2 newer ones?" in flat(app)
        await press(pilot, "y")
        assert "3 changes taken back." in flat(app)
    assert tags_of(world, "Bo") == ()


async def test_it_stops_with_the_words_of_the_service_where_an_import_is_in_the_way(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag(world, "Bo", "one", "two", "three")
    real = undoing.undo
    calls: list[int] = []

    def undo(work: Work) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise ConflictError("cannot take back: that", "undo the import of it first")
        return real(work)

    monkeypatch.setattr(undoing, "undo", undo)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "H", "home", "down", "down", "enter", "y")
        text = flat(app)
        assert "1 change taken back, then it stopped." in text
        assert "cannot take back: that" in text
        assert "undo the import of it first" in text
        assert tags_of(world, "Bo") == ("one", "two")
        await press(pilot, "u")
        assert tags_of(world, "Bo") == ("one",)


async def test_an_import_is_a_change_like_any_other(app: CrmApp, world: Store, tmp_path: Path) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nora Vance\r\nEMAIL:nora@example.org\r\nEND:VCARD\r\n",
        encoding="utf-8",
        newline="",
    )
    importing.run_import(world, importing.recognise([book])[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "H", "home")
        assert "imported book.vcf" in flat(app)
        await press(pilot, "enter")
        assert "Take this back?" in flat(app)
        await press(pilot, "y")
    assert world.read(contacts.list_ids, ContactQuery(text="Nora")) == []


async def test_what_was_changed_elsewhere_meanwhile_is_not_taken_back_unseen(
    app: CrmApp, world: Store
) -> None:
    tag(world, "Bo", "one")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "H")
        tag(world, "Bo", "two")
        await press(pilot, "u")
        assert "something else was changed meanwhile" in flat(app)
    assert tags_of(world, "Bo") == ("one", "two")


async def test_nothing_to_take_back_is_one_sentence_and_no_keys(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.action_history()
        await settle(pilot)
        text = screen_text(app)
        assert "There is nothing to take back." in text
        assert "take the newest back" not in text
        await press(pilot, "u", "enter", "t")
        assert name_of(app) == "History"
