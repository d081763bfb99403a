"""The smaller parts: words, forms, choices, and opening an address."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input
from tui_world import NOW, press, settle, type_in

from crm.db.store import Store
from crm.domain.errors import CrmError, NotFoundError, UsageError
from crm.domain.records import PartialDate
from crm.services import contacts
from crm.services.editing import Edits
from crm.services.views import ContactView, IdentityView, InteractionView
from crm.tui import browser, ui, words
from crm.tui.screens.edit import edits_of, reference_of, values_of
from crm.tui.widgets.choice import Choice, Option
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.path_input import PathInput, PathSuggester
from crm.tui.widgets.people_rows import standing

BERLIN = ZoneInfo("Europe/Berlin")


def contact(**changes: object) -> ContactView:
    """Return a contact of a list."""
    plain = ContactView(
        id=1,
        name="Ada",
        identities=(),
        tags=(),
        circle=None,
        cadence_days=None,
        cadence_from="none",
        turn="none",
        owed=False,
        unanswered=0,
        last_interaction_at=None,
        first_exchange_at=None,
        last_exchange_at=None,
        exchange_days=0,
        due_at=None,
        lateness=None,
        archived=False,
        muted=False,
        snoozed_until=None,
        organisation=None,
        usual_platform=None,
    )
    return replace(plain, **changes)


def act(**changes: object) -> InteractionView:
    """Return an act."""
    plain = InteractionView(
        id=1,
        at=NOW,
        precision="second",
        platform="mastodon",
        direction="in",
        kind="reply",
        depth="words",
        text=None,
        thread=None,
        url=None,
        run=None,
    )
    return replace(plain, **changes)


def identity(platform: str, handle: str | None, name: str | None = None) -> IdentityView:
    """Return an identity."""
    return IdentityView(1, platform, handle, None, name, None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"archived": True, "owed": True}, "archived"),
        ({"owed": True}, "your turn"),
        ({"muted": True}, "muted"),
        ({"snoozed_until": NOW + timedelta(days=1)}, "resting"),
        ({"snoozed_until": NOW - timedelta(days=1)}, ""),
        ({"due_at": NOW - timedelta(days=1)}, "due"),
        ({"turn": "theirs"}, "their turn"),
        ({}, ""),
    ],
)
def test_how_things_stand_is_said_in_a_word(changes: dict[str, object], said: str) -> None:
    assert standing(contact(**changes), NOW) == said


def test_a_day_known_to_the_day_is_that_day_in_every_zone() -> None:
    midnight = datetime(2026, 5, 5, tzinfo=UTC)
    for zone in (ZoneInfo("America/Los_Angeles"), BERLIN, ZoneInfo("Pacific/Auckland")):
        assert words.day(midnight, "day", NOW, zone) == "5 May"
    assert words.day(midnight, "second", NOW, ZoneInfo("America/Los_Angeles")) == "4 May"
    assert words.day(None, "unknown", NOW, BERLIN) == "no date"
    assert words.clock(midnight, "day", BERLIN) == ""
    assert words.clock(midnight, "minute", BERLIN) == "02:00"


def test_acts_are_said_once_and_with_their_direction() -> None:
    assert words.what(act()) == "Mastodon, reply"
    assert words.what(act(platform="email", kind="email")) == "e-mail"
    assert words.what(act(platform="in-person", kind="meeting")) == "in person"
    assert [words.arrow(act(direction=way)) for way in ("in", "out", "mutual")] == ["<-", "->", "<>"]


def test_identities_are_written_as_people_write_them() -> None:
    assert words.handle_of(identity("mastodon", "ada@example.social")) == "Mastodon @ada@example.social"
    assert words.handle_of(identity("email", "ada@example.org")) == "ada@example.org"
    assert words.handle_of(identity("in-person", "ada")) == "in person"
    assert words.handle_of(identity("facebook", None, "Ada B.")) == "Facebook Ada B."
    hidden = identity("addressbook", "77")
    assert words.shown_identities((hidden, identity("x", "ada"))) == [identity("x", "ada")]


def test_cadences_say_where_they_come_from() -> None:
    assert words.cadence(contact(cadence_from="own", cadence_days=21)) == "every 21 days"
    assert words.cadence(contact(cadence_from="own")) == "never reminded"
    circle = contact(cadence_from="circle", cadence_days=14, circle="inner")
    assert words.cadence(circle) == "every 14 days, as your circle inner"
    assert words.cadence(contact(cadence_from="rhythm", cadence_days=1)) == "every day, from your rhythm"
    assert words.cadence(contact()) == "no reminders"


def test_spans_in_a_narrow_column_are_short() -> None:
    spans = [words.brief_ago(NOW - timedelta(days=days), NOW) for days in (0, 3, 59, 60, 729, 730)]
    assert spans == ["today", "3 d", "59 d", "2 mo", "24 mo", "2 y"]
    assert words.brief_ago(None, NOW) == "-"


def test_columns_are_aligned_by_cells_and_leave_out_those_without_width() -> None:
    row = ui.columns([("山田", 6, ""), ("left out", 0, ""), ("7 d", -5, "")])
    assert row.plain == "山田      7 d"
    assert row.cell_length == 13


def test_a_form_writes_only_what_was_touched(world: Store) -> None:
    ada = world.read(contacts.show, world.read(contacts.find, "Ada"), 0)
    before = values_of(ada)
    assert edits_of(before, before) == Edits()
    after = before | {"title": " Potter ", "tags": "ceramics, berlin", "birthday": "", "circle": ""}
    assert edits_of(before, after) == Edits(
        title="Potter", add_tags=("berlin",), remove_tags=("zines",), birthday=None, circle=None
    )
    moved = before | {"handles": "ada@example.org, mastodon:ada@example.social, bluesky:ada"}
    assert edits_of(before, moved) == Edits(add_handles=("bluesky:ada",), remove_handles=("x:ada",))
    assert edits_of(before, before | {"birthday": "6 June"}).birthday == PartialDate(6, 6)
    with pytest.raises(UsageError):
        edits_of(before, before | {"birthday": "the day after"})


def test_an_identity_that_cannot_be_typed_is_left_alone_by_the_form() -> None:
    assert reference_of(identity("x", "a,b")) == ""
    assert reference_of(identity("x", "a\x1b[2J")) == ""
    assert reference_of(identity("facebook", None, "Ada")) == ""
    assert reference_of(identity("addressbook", "77")) == ""
    assert reference_of(identity("x", "ada")) == "x:ada"


class ChoiceApp(App[None]):
    """A choice alone."""

    CSS = "Choice { height: auto; }"

    def compose(self) -> ComposeResult:
        options = [Option(str(number), f"option {number}") for number in range(6)]
        yield Choice([*options, Option("odd", "[red]山[/]")], "2")


async def test_a_choice_shows_all_options_and_brackets_the_chosen_one() -> None:
    app = ChoiceApp()
    async with app.run_test(size=(40, 10)) as pilot:
        choice = app.query_one(Choice)
        choice.focus()
        await pilot.pause()
        assert "[option 2]" in choice.render().plain
        assert "[red]山[/]" in choice.render().plain
        assert choice.size.height == 3
        await pilot.press("right", "right")
        assert choice.value == "4"
        await pilot.press("1")
        assert choice.value == "0"
        await pilot.press("left")
        assert choice.value == "odd"
        await pilot.press("home")
        await pilot.click(Choice, offset=(3, 1))
        assert choice.value == "3"


class PathApp(App[None]):
    """A path field alone."""

    def compose(self) -> ComposeResult:
        yield PathInput(suggester=PathSuggester())
        yield Input(id="after")


async def test_tab_takes_the_suggested_path_and_goes_on_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"")
    app = PathApp()
    async with app.run_test(size=(80, 10)) as pilot:
        field = app.query_one(PathInput)
        field.value = f"{tmp_path}/exp"
        await settle(pilot)
        await pilot.pause(0.3)
        await press(pilot, "tab")
        assert field.value == f"{tmp_path}/export.zip"
        await pilot.pause(0.3)
        await press(pilot, "tab")
        assert app.focused is app.query_one("#after")
        await type_in(pilot, "x")


def test_without_a_desktop_nothing_is_opened_and_copying_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform in ("darwin", "win32"):
        pytest.skip("there is always a desktop")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERMUX_VERSION"):
        monkeypatch.delenv(name, raising=False)
    found = browser.target("https://example.org/")
    assert found is not None
    with pytest.raises(NotFoundError) as caught:
        browser.open_target(found)
    assert caught.value.hint is not None
    assert "copy" in caught.value.hint


def test_the_opener_gets_one_argument_and_nothing_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if sys.platform in ("darwin", "win32"):
        pytest.skip("another opener")
    got = tmp_path / "got"
    opener = tmp_path / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\necho noise; echo noise >&2\nprintf "%s\\n" "$#" "$1" > {got}.new; mv {got}.new {got}\n'
    )
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    found = browser.target("https://example.org/?a=1&b=$(id);x")
    assert found is not None
    browser.open_target(found)
    end = datetime.now(UTC) + timedelta(seconds=20)
    while not got.exists() and datetime.now(UTC) < end:
        pass
    assert got.read_text().splitlines() == ["1", found.url]
    monkeypatch.setattr(browser, "opener", lambda: ("/nonexistent/opener",))
    with pytest.raises(CrmError, match="cannot start"):
        browser.open_target(found)


async def test_text_that_is_lower_where_it_is_narrower_comes_to_rest_beside_its_scroll_bar() -> None:
    class Parts(App[None]):
        CSS = "VerticalScroll { scrollbar-size-vertical: 1; } Drawn { height: auto; }"

        def compose(self) -> ComposeResult:
            with VerticalScroll():
                yield Drawn()

    app = Parts()
    async with app.run_test(size=(20, 5)) as pilot:
        drawn = app.query_one(Drawn)
        drawn.show(lambda width: [ui.label("line")] * (30 if width == 20 else 1))
        await settle(pilot)
        assert (drawn.size.width, drawn.size.height) == (19, 30)
        drawn.show(lambda width: [ui.label("line")] * 3)
        await settle(pilot)
        assert (drawn.size.width, drawn.size.height) == (20, 3)
