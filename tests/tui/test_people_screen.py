"""People: filtering as you type, sorting, marking several and changing them together."""

from __future__ import annotations

from tui_world import press, screen_text, settle, type_in

from crm.db.store import Store
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.tui.app import CrmApp
from crm.tui.screens.people import People
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.people_rows import PeopleRows


def names(app: CrmApp) -> list[str]:
    """Return the names in the list, in its order."""
    rows = app.screen.query_one(PeopleRows)
    return [view.name for key in rows.order if (view := rows.row_of(key)) is not None]


async def test_typing_filters_by_any_part_of_a_name_or_handle(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "slash")
        await type_in(pilot, "byr")
        assert names(app) == ["Ada Byron"]
        await press(pilot, "escape")
        assert len(names(app)) == 8
        await press(pilot, "slash")
        await type_in(pilot, "deepark")
        assert names(app) == ["Dee Park"]


async def test_letters_typed_into_the_filter_are_not_keys(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "slash")
        await type_in(pilot, "m1qu")
        assert isinstance(app.screen, People)
        assert app.version == 0
        assert names(app) == []
        assert "0 contacts" in screen_text(app)


async def test_t_sorts_by_the_next_order_and_says_so(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "t")
        assert names(app)[0] == "Ada Byron"
        assert "latest first" in screen_text(app)
        await press(pilot, "t")
        assert names(app)[0] == "Ed Quist"
        assert "due first" in screen_text(app)


async def test_more_filters_show_only_one_circle(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "f", "3", "enter")
        assert names(app) == ["Dee Park", "Ed Quist"]
        assert "circle close" in screen_text(app)


async def test_marked_contacts_are_changed_together_and_one_undo_takes_it_back(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "shift+down")
        assert "4 marked" in screen_text(app)
        await press(pilot, "e", "4", "tab")
        await type_in(pilot, "friends, berlin")
        await press(pilot, "enter")
        tagged = world.read(contacts.list_contacts, ContactQuery(tag="friends"))
        assert [view.name for view in tagged] == ["Ada Byron", "Bo Lind", "Cy Ono", "Dee Park"]
        assert {view.circle for view in tagged} == {"wide"}
        await press(pilot, "u")
        assert world.read(contacts.list_ids, ContactQuery(tag="friends")) == []
        assert world.read(contacts.list_contacts, ContactQuery(text="ada"))[0].circle == "inner"


async def test_marks_are_signs_not_only_colours_and_escape_takes_them_away(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space")
        assert "* Ada Byron" in screen_text(app)
        await press(pilot, "escape")
        assert "* Ada Byron" not in screen_text(app)


async def test_all_are_marked_and_none_again(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "ctrl+a")
        assert "8 marked" in screen_text(app)
        await press(pilot, "ctrl+a")
        assert "8 contacts" in screen_text(app)


async def test_a_cadence_is_set_for_all_marked(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "c", "tab")
        await type_in(pilot, "3 weeks")
        await press(pilot, "enter")
        views = world.read(contacts.list_contacts, ContactQuery())
        assert {view.name for view in views if view.cadence_days == 21} == {"Ada Byron", "Bo Lind"}


async def test_archived_contacts_leave_the_list_and_their_marks_with_them(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "e", "tab", "tab", "tab", "tab", "2", "enter")
        assert "Ada Byron" not in names(app)
        assert "7 contacts" in screen_text(app)
        assert world.read(contacts.list_ids, ContactQuery(archived=True))


async def test_the_contact_is_beside_the_list_where_there_is_room(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert "Met at the zine fair" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "Met at the zine fair" not in screen_text(app)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert "Met at the zine fair" in screen_text(app)


async def test_the_cursor_stays_with_its_contact_when_the_order_changes(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "down", "down")
        rows = app.screen.query_one(PeopleRows)
        assert rows.row is not None
        assert rows.row.name == "Cy Ono"
        await press(pilot, "t")
        assert rows.row.name == "Cy Ono"


async def test_a_card_that_appears_below_a_dialog_is_filled_before_the_dialog_closes(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "f")
        people = app.screen_stack[0]
        assert isinstance(people, People)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert app.screen is not people
        card = people.query_one("#people-card Drawn", Drawn)
        assert card.size.width > 40
        assert "Met at the zine fair" in card.render().plain
