"""Today: doing one line moves to the next, and u brings it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_world import place_of, press, screen_text, settle, type_in

from crm.db.store import Store
from crm.services import contacts, interactions, today
from crm.services.editing import Edits, edit
from crm.tui.app import CrmApp
from crm.tui.screens.today import Today
from crm.tui.widgets.today_rows import TodayRows
from crm.tui.widgets.worry import WorryLine


def names(app: CrmApp) -> list[str]:
    """Return the names in the list of Today."""
    rows = app.screen.query_one(TodayRows)
    return [item.name for key in rows.order if (item := rows.row_of(key)) is not None]


def current(app: CrmApp) -> str:
    """Return the name under the cursor."""
    item = app.screen.query_one(TodayRows).row
    assert item is not None
    return item.name


async def test_today_lists_waiting_drifting_dates_and_support_in_this_order(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        waiting, drifting = ["Cy Ono", "Bo Lind", "Ada Byron"], ["Ed Quist", "山田 太郎", "Dee Park"]
        assert names(app) == [*waiting, *drifting, "Eve Ray", "Flo Sand"]
        text = screen_text(app)
        places = [text.index(title) for title in ("WAITING FOR YOU", "DRIFTING", "DATES", "SUPPORT")]
        assert places == sorted(places)


async def test_replied_leaves_the_list_moves_to_the_next_and_undo_brings_it_back(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        assert current(app) == "Bo Lind"
        await press(pilot, "r")
        assert "Bo Lind" not in names(app)
        assert current(app) == "Ada Byron"
        bo = world.read(contacts.find, "Bo Lind")
        last = world.read(interactions.timeline, bo, 1)[0]
        assert (last.direction, last.platform) == ("out", "email")
        await press(pilot, "u")
        assert "Bo Lind" in names(app)
        assert current(app) == "Bo Lind"
        assert world.read(interactions.timeline, bo, 1)[0].direction == "in"


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("x",), id="no reply needed"),
        pytest.param(("s", "enter"), id="snooze"),
        pytest.param(("m",), id="mute"),
        pytest.param(("l", "enter"), id="log"),
    ],
)
async def test_every_way_of_doing_a_line_takes_it_out_of_the_list(app: CrmApp, keys: tuple[str, ...]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert current(app) == "Cy Ono"
        await press(pilot, *keys)
        assert "Cy Ono" not in names(app)
        assert current(app) == "Bo Lind"
        await press(pilot, "u")
        assert names(app)[0] == "Cy Ono"


async def test_a_cadence_of_never_takes_a_drifting_contact_out_of_the_list(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "down")
        assert current(app) == "Ed Quist"
        await press(pilot, "c", "tab")
        await type_in(pilot, "never")
        await press(pilot, "enter")
        assert "Ed Quist" not in names(app)
        assert current(app) == "山田 太郎"
        ed = world.read(contacts.find, "Ed Quist")
        assert world.read(contacts.show, ed, 0).own_cadence_days == 0


async def test_a_circle_is_chosen_by_its_number(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c", "1", "enter")
        cy = world.read(contacts.find, "Cy Ono")
        assert world.read(contacts.show, cy, 0).contact.circle == "inner"


async def test_what_makes_no_sense_keeps_the_dialog_open_and_says_why(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "s", "tab")
        await type_in(pilot, "yesterday")
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "Snooze"
        assert "is not in the future" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Today)


async def test_a_logged_act_has_what_was_typed(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "l", "right", "tab", "tab", "tab")
        await type_in(pilot, "3 days ago")
        await press(pilot, "tab")
        await type_in(pilot, "Part two is out, see you")
        await press(pilot, "enter")
        cy = world.read(contacts.find, "Cy Ono")
        act = world.read(interactions.timeline, cy, 1)[0]
        assert (act.direction, act.kind, act.text) == ("in", "comment", "Part two is out, see you")
        assert act.at is not None
        assert act.at.date().isoformat() == "2026-05-29"


async def test_an_empty_list_says_so_and_suggests_nothing_more(app: CrmApp, world: Store) -> None:
    everybody = world.read(contacts.list_ids, contacts.ContactQuery())
    world.write(edit, everybody, Edits(muted=True, birthday=None))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert world.read(today.today).empty
        assert "Nothing is waiting. That is all for today." in screen_text(app)
        assert "WAITING" not in screen_text(app)


async def test_the_last_line_done_ends_the_session_with_one_sentence(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for _ in range(len(names(app))):
            await press(pilot, "m")
        assert "That is all for today." in screen_text(app)
        await press(pilot, "u")
        assert len(names(app)) == 1


async def test_enter_opens_the_contact_and_escape_leads_back(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert "LAST EXCHANGE" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Today)


async def test_the_card_shows_who_said_what_last_and_the_notes(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down")
        text = screen_text(app)
        assert "<- Mastodon, reply" in text
        assert "-> e-mail" in text
        assert "Met at the zine fair" in text


async def test_a_tiny_screen_unfolds_the_reason_in_the_list(app: CrmApp) -> None:
    async with app.run_test(size=(40, 16)) as pilot:
        await settle(pilot)
        assert "has no answer yet" in screen_text(app).replace("\n", " ") or "commented" in screen_text(app)


async def test_nothing_is_written_by_looking_around(app: CrmApp, world: Store) -> None:
    shown = world.read(today.today)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await _look_around(pilot)
        assert app.version == 0
    assert world.read(today.today) == shown


async def _look_around(pilot: Pilot[Any]) -> None:
    await press(
        pilot, "down", "end", "home", "pagedown", "pageup", "2", "down", "f", "escape", "t", "4", "5", "down"
    )
    await press(pilot, "3", "down", "s", "s", "H", "down", "escape", "5", "escape", "c", "escape")
    await press(pilot, "1", "enter", "down", "n", "escape", "e", "escape", "escape", "slash", "a", "escape")
    await press(pilot, "question_mark", "escape", "ctrl+p", "escape", "ctrl+t", "o", "escape")


async def test_reminders_that_do_not_arrive_are_said_above_the_list_until_sent_away(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "config.toml").write_text(
        f"database = '{place_of(world)}'\n[notifiers.desk]\nkind = 'desktop'\n", encoding="utf-8"
    )
    said = "notifiers are configured, but nothing sends reminders by itself"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        line = app.screen.query_one(WorryLine)
        assert line.worried
        assert said in screen_text(app)
        assert names(app)[0] == "Cy Ono"
        await press(pilot, "h")
        assert said not in screen_text(app)
        await press(pilot, "r")
        assert not line.worried


async def test_nothing_is_said_of_reminders_where_none_are_wanted(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one(WorryLine).worried
