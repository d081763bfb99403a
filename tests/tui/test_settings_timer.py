"""The timer on the Settings screen: shown before anything is written, set up, taken away, watched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from settings_world import System, details, go_to, note, set_up, toasts
from tui_world import NOW, place_of, press, screen_text, settle

from crm.db.store import Store
from crm.domain.schedule import Schedule
from crm.services import notifying, timing
from crm.services.notifying import Channel
from crm.tui.app import CrmApp
from crm.tui.screens.plan import ShowPlan
from crm.tui.screens.settings import Settings

BIRD = '[notifiers.bird]\nkind = "pigeon"\nloft = "tower"\n'


@pytest.fixture(autouse=True)
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: Store) -> System:
    """Return a system with systemd, with a notifier and the world's database configured."""
    file = tmp_path / "config.toml"
    file.write_text(f'database = "{place_of(world)}"\n{BIRD}', encoding="utf-8")
    monkeypatch.setenv("CRM_CONFIG", str(file))
    return set_up(monkeypatch, tmp_path)


async def test_it_says_that_nothing_runs_and_sets_it_up_after_showing_everything(
    app: CrmApp, system: System
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go_to(pilot, "timer")
        assert "not set up" in screen_text(app)
        assert "nothing sends reminders by itself" in note(app)
        await press(pilot, "enter")
        shown = screen_text(app)
        assert "ExecStart=" in shown
        assert system.units == []
        await press(pilot, "n")
        assert system.units == []
        await press(pilot, "enter", "y")
        await settle(pilot)
        assert system.units == ["crm-remind.service", "crm-remind.timer"]
        assert "systemctl --user enable crm-remind.timer" in system.ran
        assert "The timer is set up: systemd user timer" in toasts(app)
        assert "by systemd user timer" in details(app)
        assert "has not run yet" in screen_text(app)
        assert "nothing sends reminders" not in note(app)
        assert timing.installed() is not None


async def test_what_is_shown_is_the_whole_plan_also_on_a_small_screen(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter")
        assert isinstance(app.screen, ShowPlan)
        assert "y  do it" in screen_text(app)
        seen = screen_text(app)
        for _ in range(60):
            await press(pilot, "down")
            seen += screen_text(app)
        for file in app.screen._plan.write:
            for line in filter(None, file.text.splitlines()):
                assert line[:50] in seen


async def test_it_is_taken_away_again(app: CrmApp, system: System) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter", "y", "D")
        assert "Take the timer away?" in screen_text(app)
        await press(pilot, "y")
        await settle(pilot)
        assert system.units == []
        assert "not set up" in screen_text(app)


async def test_a_system_that_refuses_says_so_and_nothing_is_left(app: CrmApp, system: System) -> None:
    system.broken = True
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter", "y")
        await settle(pilot)
        assert "no bus" in toasts(app)
        assert "is set up:" not in toasts(app)
        assert system.units == []


async def test_it_says_when_it_last_ran_and_when_the_next_reminder_may_come(
    app: CrmApp, world: Store
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter", "y")
        notifying.deliver(world, [], Schedule())
        await press(pilot, "escape")
        await go_to(pilot, "timer")
        assert "next when it runs" in details(app)
        sends = Channel("bird", lambda _: None, lambda _: ("title", "text"))
        notifying.deliver(world, [sends], Schedule())
        await press(pilot, "escape")
        await go_to(pilot, "timer")
        assert "ran today 11:00" in screen_text(app)
        assert "a reminder may come 2 Jun 08:00" in details(app)


async def test_one_that_the_system_does_not_run_is_said_above_everything(app: CrmApp, system: System) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter", "y", "escape")
        system.active = False
        await go_to(pilot, "timer")
        assert "the system does not run it" in note(app)
        assert "does not run" in screen_text(app)
        assert "i sets it up again" in details(app)


async def test_silence_of_days_is_said_above_everything(app: CrmApp, world: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter", "y", "escape")
        world.now = lambda: NOW + timedelta(days=4)  # type: ignore[method-assign]
        await go_to(pilot, "timer")
        assert "has never run, and the systemd user timer should run it every hour" in note(app)


async def test_a_system_without_any_timer_says_what_to_do(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = timing.this_machine()._replace(has=lambda _: False)
    monkeypatch.setattr(timing, "this_machine", lambda: machine)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "timer")
        await press(pilot, "enter")
        assert isinstance(app.screen, Settings)
        assert "crm remind --deliver, once an hour" in toasts(app)
