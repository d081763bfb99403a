"""Notifiers on the Settings screen: made, changed, tested, switched off, removed; and where secrets go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from settings_world import (
    Pigeon,
    details,
    go_to,
    note,
    own_file,
    stand_on,
    toasts,
    with_keyring,
)
from textual.pilot import Pilot
from textual.widgets import Input
from tui_world import NOW, place_of, press, screen_text, settle, type_in

from crm import config
from crm.config import Privacy
from crm.db.store import Store
from crm.domain.errors import NotifierError
from crm.domain.schedule import Schedule
from crm.notifiers.protocol import Notice
from crm.services import notifying
from crm.services.notifying import Channel
from crm.tui.app import CrmApp
from crm.tui.screens.notifier import EditNotifier
from crm.tui.screens.settings import Settings
from crm.tui.widgets.choice import Choice, Field
from crm.tui.widgets.secret_field import SecretField

BIRD = '# my bird\n[notifiers.bird]\nkind = "pigeon"\nloft = "old tower" # by the river\n'
KEY = ("notifiers", "bird")


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the configuration file, on a system without a keyring."""
    return own_file(monkeypatch, tmp_path)


def field(app: CrmApp, name: str) -> Any:
    """Return the field of a form by the name before it."""
    return next(one for one in app.screen.query(Field) if one._caption == name)._field


async def fill(pilot: Pilot[Any], name: str, text: str) -> None:
    """Type into a field of the form."""
    found = field(pilot.app, name)  # type: ignore[arg-type]
    target = found.query_one(Input) if isinstance(found, SecretField) else found
    target.value = ""
    target.focus()
    await settle(pilot)
    await type_in(pilot, text)


async def test_a_notifier_is_made_from_what_its_kind_says_of_itself(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "add-notifier")
        assert "Nothing tells you yet" in details(app)
        await press(pilot, "enter", "down")
        assert "Carries notices over the hills" not in screen_text(app)
        await press(pilot, "up")
        assert "Carries notices over the hills" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, EditNotifier)
        assert field(app, "name").value == "pigeon"
        await fill(pilot, "name", "bird")
        await fill(pilot, "loft", "old tower")
        await fill(pilot, "grain", "12")
        await fill(pilot, "stops", "oak, elm")
        await fill(pilot, "marks", "side = left")
        field(app, "speed").choose("fast")
        await press(pilot, "enter")
        assert isinstance(app.screen, Settings)
        assert app.screen.rows.key == KEY
        told = config.load().notifier("bird")
        assert told is not None
        assert (told.kind, told.enabled, told.privacy) == ("pigeon", True, None)
        assert told.settings == {
            "loft": "old tower",
            "grain": 12,
            "speed": "fast",
            "stops": ["oak", "elm"],
            "marks": {"side": "left"},
        }
        assert "t sends a test through bird" in toasts(app)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("loft", "", "needs loft: where it flies to"),
        ("grain", "many", "grain must be a whole number"),
        ("marks", "left", "marks must be pairs"),
        ("name", "My Bird", "cannot be a notifier's name"),
        ("name", "", "give it a name"),
    ],
)
async def test_what_makes_no_sense_is_said_and_the_form_stays(
    app: CrmApp, file: Path, name: str, typed: str, said: str
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "add-notifier")
        await press(pilot, "enter", "home", "enter")
        await fill(pilot, "loft", "tower")
        await fill(pilot, name, typed)
        await press(pilot, "enter")
        assert said in toasts(app)
        assert isinstance(app.screen, EditNotifier)
        assert not file.exists()


async def test_a_name_that_is_taken_is_not_offered_and_refused(app: CrmApp, file: Path) -> None:
    file.write_text('[notifiers.pigeon]\nkind = "pigeon"\nloft = "a"\n', encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "add-notifier")
        await press(pilot, "enter", "home", "enter")
        assert field(app, "name").value == "pigeon2"
        await fill(pilot, "name", "pigeon")
        await fill(pilot, "loft", "b")
        await press(pilot, "enter")
        assert "there is a notifier called 'pigeon' already" in toasts(app)


async def test_changing_one_leaves_comments_and_everything_else(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        await fill(pilot, "loft", "new tower")
        await press(pilot, "enter")
        assert file.read_text(encoding="utf-8") == BIRD.replace("old tower", "new tower")
        await press(pilot, "p")
        assert file.read_text(encoding="utf-8") == BIRD


async def test_what_it_may_show_is_usual_until_somebody_says_otherwise(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        assert "may show numbers only" in details(app)
        await press(pilot, "enter")
        app.screen.query_one("#privacy", Choice).choose("full")
        await press(pilot, "enter")
        told = config.load().notifier("bird")
        assert told is not None
        assert told.privacy is Privacy.FULL
        assert "may show names and words" in details(app)


async def test_it_is_switched_off_and_on_again(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "space")
        assert "enabled = false" in file.read_text(encoding="utf-8")
        assert "bird off" in " ".join(screen_text(app).split())
        await press(pilot, "space")
        assert file.read_text(encoding="utf-8") == BIRD


async def test_a_test_is_sent_and_its_success_is_said(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "t")
        await sent(pilot)
        assert "bird: the test was sent" in toasts(app)
        told, notice = Pigeon.sent[0]
        assert told == {"loft": "old tower"}
        assert "Test" in notice.title
        assert "test sent at 11:00" in details(app)


async def test_a_test_that_fails_says_why_and_what_to_do(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    Pigeon.trouble = NotifierError("the hills are in [red]fog[/]", "wait for the wind")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "t")
        await sent(pilot)
        assert "bird: the hills are in [red]fog[/] wait for the wind" in toasts(app)
        assert "the hills are in [red]fog[/] wait for the wind" in details(app)
        assert "the test failed" in screen_text(app)


# R112
async def test_while_a_server_hangs_the_screen_can_be_used(
    app: CrmApp, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    flown = Pigeon.send

    def hangs(self: Pigeon, notice: Notice) -> None:
        assert answers.wait(60)
        flown(self, notice)

    monkeypatch.setattr(Pigeon, "send", hangs)
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, KEY)
        await pilot.press("t")  # and not `press`, which waits until everything is done
        await _until(pilot, lambda: "sending a test" in screen_text(app))
        await pilot.press("2")
        await _until(pilot, lambda: "Bo Lind" in screen_text(app))
        assert not Pigeon.sent
        answers.set()
        await _until(pilot, lambda: bool(Pigeon.sent))


async def _until(pilot: Pilot[Any], happened: Callable[[], bool]) -> None:
    """Wait for something while a worker is still busy."""
    for _ in range(2000):
        if happened():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"it did not happen: {screen_text(pilot.app)}")  # type: ignore[arg-type]


async def sent(pilot: Pilot[Any]) -> None:
    """Wait until a test is no longer on its way."""
    for _ in range(200):
        await settle(pilot)
        if "sending a test" not in screen_text(pilot.app):  # type: ignore[arg-type]
            return
        await pilot.pause(0.01)
    raise AssertionError("still sending")


async def test_it_says_how_the_last_delivery_went(app: CrmApp, world: Store, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    deliver(world, "bird", None)
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        assert "sent today 11:00" in screen_text(app)


async def test_a_failure_is_shown_with_its_reason_and_the_next_try(
    app: CrmApp, world: Store, file: Path
) -> None:
    file.write_text(BIRD, encoding="utf-8")
    deliver(world, "bird", NotifierError("fog"))
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        assert "failed, next 11:05" in screen_text(app)
        assert "fog" in details(app)
        assert "tried 1 time on Mon 1 Jun" in details(app)


async def test_one_that_fails_for_days_is_said_above_everything(
    app: CrmApp, world: Store, file: Path
) -> None:
    file.write_text(f'database = "{place_of(world)}"\n{BIRD}', encoding="utf-8")
    now = world.now
    for days in (2, 1, 0):
        world.now = lambda days=days: NOW - timedelta(days=days)  # type: ignore[misc]
        deliver(world, "bird", NotifierError("fog"))
    world.now = now
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        assert "Bird has delivered nothing since 30 May: fog" in note(app)
        assert "t sends a test" in note(app)


def deliver(store: Store, name: str, trouble: NotifierError | None) -> None:
    """Deliver today's digest once."""

    def send(_: object) -> None:
        if trouble is not None:
            raise trouble

    notifying.deliver(store, [Channel(name, send, lambda _: ("title", "text"))], Schedule())


async def test_one_whose_settings_make_no_sense_says_so_and_can_be_mended(app: CrmApp, file: Path) -> None:
    file.write_text('[notifiers.bird]\nkind = "pigeon"\n\n[notifiers.odd]\nkind = "owl"\n', encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("notifiers", "odd"))
        assert "makes no sense" in screen_text(app)
        assert "has a kind that does not exist: 'owl'" in details(app)
        await stand_on(pilot, KEY)
        assert "needs loft" in details(app)
        await press(pilot, "enter")
        await fill(pilot, "loft", "tower")
        await press(pilot, "enter")
        assert "needs loft" not in details(app)


async def test_removing_one_asks_first(app: CrmApp, file: Path) -> None:
    file.write_text("people_per_day = 3\n\n" + BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "D", "n")
        assert config.load().notifiers
        await press(pilot, "D", "y")
        assert config.load().notifiers == ()
        assert config.load().rules.people_per_day == 3


# Secrets


async def test_a_secret_goes_into_the_keyring_and_neither_the_file_nor_the_screen_shows_it(
    app: CrmApp, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chest = with_keyring(monkeypatch)
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        await fill(pilot, "ring", "sesame")
        assert "sesame" not in screen_text(app)
        await press(pilot, "enter")
        assert chest.kept == {("crm", "bird/ring"): "sesame"}
        assert file.read_text(encoding="utf-8") == BIRD + "ring_keyring = true\n"
        assert "ring in the keyring" in details(app)
        await press(pilot, "t")
        await sent(pilot)
        assert Pigeon.sent[0][0]["ring"] == "sesame"
        await press(pilot, "enter", "enter")  # nothing typed: it stays
        assert chest.kept == {("crm", "bird/ring"): "sesame"}
        await press(pilot, "D")
        assert "Its ring goes" in screen_text(app)
        await press(pilot, "y")
        assert chest.kept == {}


async def test_a_secret_that_is_no_longer_wanted_leaves_the_keyring(
    app: CrmApp, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chest = with_keyring(monkeypatch)
    chest.kept["crm", "bird/ring"] = "sesame"
    file.write_text(BIRD + "ring_keyring = true\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        field(app, "ring").query_one(Choice).choose("none")
        await press(pilot, "enter")
        assert chest.kept == {}
        assert file.read_text(encoding="utf-8") == BIRD


async def test_a_secret_of_a_form_that_could_not_be_saved_does_not_stay_in_the_keyring(
    app: CrmApp, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chest = with_keyring(monkeypatch)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(pilot, "add-notifier")
        await press(pilot, "enter", "home", "enter")
        await fill(pilot, "name", "My Bird")
        await fill(pilot, "loft", "tower")
        await fill(pilot, "ring", "sesame")
        await press(pilot, "enter")
        assert "cannot be a notifier's name" in toasts(app)
        assert chest.kept == {}


async def test_without_a_keyring_the_choices_are_said_and_a_command_serves(
    app: CrmApp, file: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "ring"
    secret.write_text("sesame\n", encoding="utf-8")
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        await fill(pilot, "ring", f"cat {secret}")
        shown = " ".join(screen_text(app).split())
        assert "It cannot go into a keyring" in shown
        assert "[by a command] private file" in shown
        await press(pilot, "enter")
        told = config.load().notifier("bird")
        assert told is not None
        assert told.settings["ring_command"] == ["cat", str(secret)]
        await press(pilot, "t")
        await sent(pilot)
        assert Pigeon.sent[0][0]["ring"] == "sesame"


async def test_who_insists_keeps_it_in_the_file_in_clear_but_not_on_the_screen(
    app: CrmApp, file: Path
) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        field(app, "ring").query_one(Choice).choose("clear")
        await fill(pilot, "ring", "sesame")
        assert "sesame" not in screen_text(app)
        await press(pilot, "enter")
        assert 'ring = "sesame"\ninsecure = true\n' in file.read_text(encoding="utf-8")
        assert "ring in the settings file" in details(app)
        assert "sesame" not in screen_text(app)
        await press(pilot, "enter", "enter")  # nothing typed: it stays
        assert 'ring = "sesame"\ninsecure = true\n' in file.read_text(encoding="utf-8")


async def test_what_was_typed_masked_is_forgotten_when_it_would_be_seen(app: CrmApp, file: Path) -> None:
    file.write_text(BIRD, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, KEY)
        await press(pilot, "enter")
        choice = field(app, "ring").query_one(Choice)
        choice.choose("clear")
        await fill(pilot, "ring", "sesame")
        choice.choose("command")
        await settle(pilot)
        assert "sesame" not in screen_text(app)
