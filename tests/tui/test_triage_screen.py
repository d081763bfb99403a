"""The first round: strongest first, one key each, every step taken back with u, stopping loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import newcomers, press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import DatabaseError
from crm.services import contacts, editing, importing, triage
from crm.services.editing import Edits
from crm.services.views import ContactView
from crm.tui.app import CrmApp


@pytest.fixture
def first(empty: Store) -> Store:
    """Return a store after its first import."""
    newcomers(empty)
    return empty


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def page_of(app: CrmApp) -> str:
    """Return which screen is on top."""
    return type(app.screen).__name__


def on_card(app: CrmApp) -> str:
    """Return the first name of whom the page asks about; empty when it asks no more."""
    _, found, rest = flat(app).partition("Where does ")
    return rest.split()[0] if found else ""


def view(store: Store, name: str) -> ContactView:
    """Return a contact."""
    return store.read(contacts.show, store.read(contacts.find, name), 0).contact


async def test_the_strongest_come_first_and_it_says_how_many_are_left_and_when_it_is_enough(
    first: Store,
) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        assert on_card(app) == "Gil"
        assert "3 left with whom there was talk on more than 2 days, then 2 with less." in flat(app)
        assert "9 days of talk. As it is: every 40 days, from your rhythm." in flat(app)
        await press(pilot, "space", "enter", "space")
        assert on_card(app) == "Jo"
        assert "exchanged with on two days only; stopping here is fine" in flat(app)
        await press(pilot, "space")
        assert "on one day only" in flat(app)
        await press(pilot, "space")
        assert "That is everybody you ever had an exchange with." in flat(app)
        await press(pilot, "1", "c", "m", "space", "p")
        assert page_of(app) == "Triage"
    assert all(one.circle is None for one in first.read(contacts.list_contacts, contacts.ContactQuery()))


async def test_a_number_puts_into_a_circle_and_u_brings_the_person_back(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "t", "2")
        assert view(first, "Gil").circle == "close"
        assert on_card(app) == "Hal"
        assert "2 left" in flat(app)
        await press(pilot, "space", "u")
        assert view(first, "Gil").circle is None
        assert on_card(app) == "Gil"
        assert "2 left" in flat(app)  # Gil again and Ivy; Hal stays skipped
        await press(pilot, "4")
        assert view(first, "Gil").circle == "far"
        assert on_card(app) == "Ivy"
        assert page_of(app) == "Triage"


async def test_an_own_rhythm_and_muting_count_as_decided(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "c", "tab")
        await type_in(pilot, "3 weeks")
        await press(pilot, "enter")
        assert on_card(app) == "Hal"
        await press(pilot, "m")
        assert on_card(app) == "Ivy"
        await press(pilot, "u", "u")
        assert on_card(app) == "Gil"
    assert (view(first, "Gil").cadence_from, view(first, "Hal").muted) == ("rhythm", False)


async def test_one_back_leads_to_whoever_was_skipped(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "space", "1", "space", "b")
        assert on_card(app) == "Ivy"
        await press(pilot, "b")  # Hal was decided, so past him
        assert on_card(app) == "Gil"
        assert "one back" not in screen_text(app).splitlines()[-1]
        await press(pilot, "3")
    assert (view(first, "Gil").circle, view(first, "Hal").circle) == ("wide", "inner")


async def test_numbers_without_a_circle_do_nothing_and_lead_nowhere(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "5", "9")
        assert (page_of(app), on_card(app)) == ("Triage", "Gil")


async def test_stopping_early_keeps_what_was_decided_and_later_goes_on_from_there(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "1", "escape")
        assert page_of(app) == "Today"
        assert view(first, "Gil").circle == "inner"
        await press(pilot, "ctrl+p", *"circles", "down", "enter")
        assert (page_of(app), on_card(app)) == ("Triage", "Hal")


async def test_the_whole_contact_can_be_looked_at_in_between(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "space", "p")
        assert page_of(app) == "Contact"
        await press(pilot, "escape")
        assert (page_of(app), on_card(app)) == ("Triage", "Hal")


async def test_what_could_not_be_written_is_said_and_asked_again(
    first: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = CrmApp(first)

    def full(*_args: object, **_how: object) -> None:
        raise DatabaseError("the disk is full, nothing was saved")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        monkeypatch.setattr(editing, "edit", full)
        await press(pilot, "1")
        assert "the disk is full" in flat(app)
        assert on_card(app) == "Gil"


async def test_today_offers_it_once_and_escape_declines_for_good(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        assert "puts the 3 people you talk with most into circles" in flat(app)
        await press(pilot, "escape")
        assert "puts the 3 people" not in flat(app)
        assert "It is in the palette" in flat(app)
        await press(pilot, "t")
        assert page_of(app) == "Today"
    again = CrmApp(first)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "puts the 3 people" not in flat(again)


async def test_whoever_took_the_offer_up_is_not_made_it_again(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "t", "escape")
        assert page_of(app) == "Today"
        assert "puts the 3 people" not in flat(app)
    assert first.read(triage.offer) == 0


async def test_nothing_is_offered_where_everybody_was_added_by_hand(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "into circles" not in flat(app)
        await press(pilot, "t")
        assert page_of(app) == "Today"


async def test_the_report_of_a_first_import_offers_it(
    first: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.vcf"
    book.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nora Vance\r\nEMAIL:nora@example.org\r\nEND:VCARD\r\n",
        encoding="utf-8",
        newline="",
    )
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "i")
        app.screen.query_one("#path").value = str(book)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "Next, t goes through" not in flat(app)
        await press(pilot, "t")
        assert page_of(app) == "Review"
        await press(pilot, "i")
        assert "Next, t goes through the 3 people you talk with most" in flat(app)
        await press(pilot, "t")
        assert (page_of(app), on_card(app)) == ("Triage", "Gil")
        await press(pilot, "escape")
        assert page_of(app) == "Review"
    assert len(first.read(importing.runs)) == 2


async def test_a_person_deleted_meanwhile_is_passed_over(first: Store) -> None:
    app = CrmApp(first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        first.write(editing.delete, first.read(contacts.find, "Hal"))
        await press(pilot, "space")
        assert on_card(app) == "Ivy"
        first.write(editing.edit, [first.read(contacts.find, "Ivy")], Edits(circle="inner"))
        app.changed()
        await settle(pilot)
        assert on_card(app) == "Jo"
