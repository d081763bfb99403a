"""The Settings screen and its dialogs as their user sees them; see test_snapshots.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from settings_world import set_up, stand_on, without_keyring
from snapping import TINY, Snap, only_with_this_textual
from textual.pilot import Pilot
from tui_world import NOW, press, settle

from crm.db.store import Store
from crm.domain.errors import NotifierError
from crm.domain.schedule import Schedule
from crm.services import health, notifying, timing
from crm.services.notifying import Channel
from crm.timers import load
from crm.tui import themes
from crm.tui.app import CrmApp

pytestmark = only_with_this_textual

CONFIG = """\
people_per_day = 3

[remind]
at = "07:30"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
quiet = ["12:00-13:00"]

[notifiers.desktop]
kind = "pigeon"
loft = "old tower"

[notifiers.mail]
kind = "email"
host = "smtp.example.org"
to = "me@example.org"
username = "me"
password_command = ["pass", "show", "mail"]
privacy = "names"

[notifiers.phone]
kind = "pigeon"
enabled = false
loft = "new tower"
"""


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: Store) -> None:
    """Have three notifiers, on a system with systemd and without a keyring, where paths are short."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_CONFIG", "config.toml")
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    system = set_up(monkeypatch, Path("home"))
    monkeypatch.setattr("sys.executable", "/opt/crm/bin/python")
    monkeypatch.setattr(system, "run", _answering(system.run))
    without_keyring(monkeypatch)
    monkeypatch.setattr(health, "usual_database", lambda _: health.name_of_store(world))


def _answering(run: Any) -> Any:
    return lambda command, stdin: run(("systemctl", *command[1:]), stdin)


def fails(store: Store, name: str, days: int) -> None:
    """Let a notifier fail on so many days."""

    def send(_: object) -> None:
        raise NotifierError("smtp.example.org:587 does not answer", "see whether it is up")

    now = store.now
    for ago in range(days - 1, -1, -1):
        store.now = lambda ago=ago: NOW - timedelta(days=ago)  # type: ignore[misc]
        notifying.deliver(store, [Channel(name, send, lambda _: ("", ""))], Schedule())
    store.now = now


def delivers(store: Store, name: str) -> None:
    """Let a notifier deliver today."""
    notifying.deliver(store, [Channel(name, lambda _: None, lambda _: ("", ""))], Schedule())


def has_a_timer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the timer up."""
    machine = timing.this_machine()
    timer = load("systemd")
    plan = timing.install_plan(machine, timer, timing.job(machine, None, 30))
    timing.install(machine, timer, plan, "/home/me/crm.db", NOW - timedelta(days=4))
    monkeypatch.setattr(health, "name_of_store", lambda _: "/home/me/crm.db")
    monkeypatch.setattr(health, "_name_of", lambda _: "/home/me/crm.db")


def at(key: object, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens the screen, goes to a line and presses keys."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "comma")
        await stand_on(pilot, key)
        await press(pilot, *keys)

    return run


def test_settings(snap_sizes: Snap, app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is well: own values stand out from defaults, one notifier has sent, the hour is explained."""
    has_a_timer(world, monkeypatch)
    delivers(world, "desktop")
    delivers(world, "mail")
    assert not snap_sizes(app, run_before=at(("remind", "at")))


def test_settings_in_trouble(
    snap_sizes: Snap, app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail has failed for days: said above everything, and on its line why and when it goes on."""
    has_a_timer(world, monkeypatch)
    fails(world, "mail", 3)
    delivers(world, "desktop")
    assert not snap_sizes(app, run_before=at(("notifiers", "mail")))


def test_settings_without_a_timer(snap_sizes: Snap, app: CrmApp) -> None:
    """Nothing sends reminders: said above everything, and the line is where it can be changed."""
    assert not snap_sizes(app, run_before=at("timer"))


def test_settings_light(snap_sizes: Snap, app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer in the light theme."""
    has_a_timer(world, monkeypatch)
    delivers(world, "desktop")
    app.theme = themes.LIGHT.name
    assert not snap_sizes(app, run_before=at("timer"))


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        pytest.param(("remind", "quiet"), ("enter",), id="field"),
        pytest.param(("floor",), ("enter",), id="choices"),
        pytest.param("add-circle", ("enter",), id="circle"),
        pytest.param("add-notifier", ("enter",), id="kinds"),
        pytest.param("add-notifier", ("enter", "enter"), id="new"),
        pytest.param(("notifiers", "mail"), ("enter", *["tab"] * 6), id="mail"),
        pytest.param("timer", ("enter",), id="timer"),
    ],
)
def test_dialogs_of_settings(snap_sizes: Snap, app: CrmApp, key: object, keys: tuple[str, ...]) -> None:
    """Each dialog fits, names its keys, and says what it is about."""
    assert not snap_sizes(app, run_before=at(key, *keys))


def test_settings_on_a_tiny_screen(snap_sizes: Snap, app: CrmApp) -> None:
    """The list alone."""
    assert not snap_sizes(app, at(("remind", "at")), sizes=(TINY,))
