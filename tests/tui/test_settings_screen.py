"""Settings: what is saved, what is refused, what is put back, and that the rules are followed at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from settings_world import details, go_to, note, set_up, stand_on, toasts
from textual.widgets import Input
from tui_world import press, screen_text, settle, type_in

from crm import config
from crm.db import state
from crm.db.store import Store
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.tui.app import CrmApp
from crm.tui.screens.settings import Settings


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the configuration file, which is not there yet."""
    set_up(monkeypatch, tmp_path)
    file = tmp_path / "config.toml"
    monkeypatch.setenv("CRM_CONFIG", str(file))
    return file


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


async def change(pilot: Any, text: str) -> None:
    """Type another value of the setting under the cursor and save it."""
    await press(pilot, "enter")
    pilot.app.screen.query_one(Input).value = ""
    await type_in(pilot, text)
    await press(pilot, "enter")


async def test_it_is_reached_with_a_key_from_every_place_and_from_the_palette(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for keys in (("1",), ("2",), ("1", "enter")):
            await press(pilot, *keys, "comma", "comma")
            assert isinstance(app.screen, Settings)
            await press(pilot, "escape")
            assert not isinstance(app.screen, Settings)
        await press(pilot, "ctrl+p", *"settings", "down", "enter")
        assert isinstance(app.screen, Settings)


async def test_a_change_is_saved_at_once_and_comments_stay(app: CrmApp, file: Path) -> None:
    file.write_text('# mine\n[remind]\nat = "07:00" # early\n', encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, ("remind", "at"))
        assert "07:00" in screen_text(app)
        await change(pilot, "9.30")
        assert "Saved: not before 09:30" in toasts(app)
        assert file.read_text(encoding="utf-8") == '# mine\n[remind]\nat = "09:30" # early\n'
        assert isinstance(app.screen, Settings)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        (("remind", "at"), "25:00", "at must be a time of day"),
        (("remind", "weekdays"), "mon blue", "weekdays must be a list of"),
        (("remind", "quiet"), "9-9", "quiet must be a list of times"),
        (("remind", "quiet"), "00:00-23:59, 23:00-01:00", "nothing would ever be sent"),
        (("people_per_day",), "many", "people_per_day must be a whole number"),
        (("window_days",), "never", "window_days must be a whole number"),
        (("time_zone",), "Europe/Nowhere", "there is no time zone"),
        (("circles", "inner"), "0", "inner must be a whole number"),
        (("circles", "inner"), "", "say how many days"),
    ],
)
async def test_what_makes_no_sense_is_said_in_the_words_of_the_file_and_nothing_is_saved(
    app: CrmApp, file: Path, key: tuple[str, ...], typed: str, said: str
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go_to(pilot, key)
        await change(pilot, typed)
        assert not isinstance(app.screen, Settings), "the dialog must stay"
        assert said in toasts(app)
        assert not file.exists()
        await press(pilot, "escape")
        assert isinstance(app.screen, Settings)


async def test_a_setting_is_put_back_and_the_change_again(app: CrmApp, file: Path) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, ("people_per_day",))
        await change(pilot, "3")
        await change(pilot, "9")
        assert "before 3" in details(app)
        await press(pilot, "p")
        assert config.load().rules.people_per_day == 3
        await press(pilot, "p")
        assert config.load().rules.people_per_day == 9
        await press(pilot, "escape", "comma")  # it is remembered for the session, not for the visit
        await stand_on(pilot, ("people_per_day",))
        await press(pilot, "p")
        assert config.load().rules.people_per_day == 3


async def test_the_default_counts_again_and_the_file_does_not_say_it(app: CrmApp, file: Path) -> None:
    file.write_text("owed_days = 10\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("owed_days",))
        assert "default 30 days" in details(app)
        assert "d default" in flat(app)
        await press(pilot, "d")
        assert file.read_text(encoding="utf-8") == ""
        assert "d default" not in flat(app)


async def test_other_rules_are_followed_without_a_restart(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("floor",))
        await press(pilot, "enter", "left", "left", "enter")
        assert config.load().rules.floor.word == "boost"
        assert world.rules.floor.word == "boost"
        assert world.read(lambda work: state.is_current(work.connection, work.rules))
        flo = world.read(contacts.find, "Flo")
        assert world.read(contacts.show, flo, 0).contact.turn == "yours", "her reshare counts now"


async def test_people_a_day_counts_on_today_at_once(app: CrmApp) -> None:
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        assert "Dee Park" in screen_text(app)
        await go_to(pilot, ("people_per_day",))
        await change(pilot, "1")
        await press(pilot, "escape")
        assert "Dee Park" not in screen_text(app)


async def test_what_was_changed_by_hand_meanwhile_is_shown_and_followed(
    app: CrmApp, world: Store, file: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        file.write_text("window_days = 7\n", encoding="utf-8")
        await press(pilot, "comma")
        assert "7 days" in screen_text(app)
        assert world.rules.window.days == 7
        assert world.read(lambda work: state.is_current(work.connection, work.rules))


async def test_a_circle_is_changed_and_the_other_usual_ones_stay(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("circles", "close"))
        await change(pilot, "3 weeks")
        assert dict(config.load().rules.circles) == {"inner": 14, "close": 21, "wide": 90, "far": 180}
        dee = world.read(contacts.find, "Dee")
        assert world.read(contacts.show, dee, 0).contact.cadence_days == 21


async def test_a_circle_is_made_and_all_are_put_back(app: CrmApp, file: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "add-circle")
        await press(pilot, "enter")
        await type_in(pilot, "Family")
        await press(pilot, "enter")
        await type_in(pilot, "10")
        await press(pilot, "enter")
        assert config.load().rules.circles["family"] == 10
        assert len(config.load().rules.circles) == 5
        await press(pilot, "p")
        assert "family" not in config.load().rules.circles


async def test_a_second_circle_of_a_name_is_refused(app: CrmApp, file: Path) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "add-circle")
        await press(pilot, "enter")
        await type_in(pilot, "inner")
        await press(pilot, "enter", "5", "enter")
        assert "there is a circle 'inner' already" in toasts(app)
        assert not file.exists()


async def test_removing_a_circle_says_who_is_in_it_and_putting_it_back_keeps_its_place(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("circles", "close"))
        await press(pilot, "D")
        assert "2 contacts in it" in flat(app)
        await press(pilot, "n")
        assert "close" in config.load().rules.circles
        await press(pilot, "D", "y")
        assert list(config.load().rules.circles) == ["inner", "wide", "far"]
        inside = world.read(contacts.list_ids, ContactQuery(circle="close"))
        assert world.read(contacts.rows, inside)[0].cadence_from != "circle"
        await press(pilot, "p")
        assert list(config.load().rules.circles) == ["inner", "close", "wide", "far"]


async def test_the_last_circle_cannot_be_removed(app: CrmApp, file: Path) -> None:
    file.write_text("[circles]\nonly = 5\n", encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, ("circles", "only"))
        await press(pilot, "D", "y")
        assert "must name circles with their days" in toasts(app)
        assert file.read_text(encoding="utf-8") == "[circles]\nonly = 5\n"


async def test_another_database_says_that_it_counts_after_a_restart(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, ("database",))
        assert "when you start the program again" in details(app)
        await change(pilot, "other.db")
        assert config.load().database == "other.db"
        assert "when you start the program again" in toasts(app)
        assert app.store is world


async def test_a_password_in_the_database_is_not_on_the_screen(app: CrmApp, file: Path) -> None:
    file.write_text('database = "postgresql://me:sesame@host/crm"\n', encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, ("database",))
        assert "postgresql://me:…@host/crm" in screen_text(app)
        await press(pilot, "enter")
        assert "sesame" not in screen_text(app)


async def test_a_file_that_makes_no_sense_is_said_and_mended_by_hand(app: CrmApp, file: Path) -> None:
    file.write_text("window_days = 'x'\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "comma", "enter", "p", "d", "D")
        assert "window_days must be a whole number" in note(app)
        await press(pilot, "escape")
        file.write_text("window_days = 3\n", encoding="utf-8")
        await press(pilot, "comma")
        assert "3 days" in screen_text(app)


async def test_a_stranger_s_words_in_the_file_are_only_text(app: CrmApp, file: Path) -> None:
    file.write_text('[circles]\n"[red]x[/] \\u001b[2J" = 5\n', encoding="utf-8")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "comma", "end", "up")
        assert "[red]x[/]" in screen_text(app)
        assert app.is_running


async def test_in_the_demo_settings_are_only_looked_at(world: Store, file: Path) -> None:
    app = CrmApp(world, "demo")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, ("people_per_day",))
        await press(pilot, "enter")
        assert isinstance(app.screen, Settings)
        assert "This is the demo" in toasts(app)
        assert not file.exists()


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (40, 12), (300, 90)])
async def test_it_survives_every_size(app: CrmApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "comma", "enter", "escape", "end", "enter", "escape")
        assert app.is_running
