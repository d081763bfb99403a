"""What of a dialog goes into a draft, and how many drafts there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.widgets import Input, TextArea
from tui_world import NOW

from crm.services import drafts
from crm.tui import typed
from crm.tui.app import CrmApp
from crm.tui.base import Dialog
from crm.tui.widgets.choice import Field
from crm.tui.widgets.secret_field import KEYRING, SecretField


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.paths.state_dir", lambda: tmp_path / "state")


class Fields(Dialog[None]):
    """One of each."""

    TITLE = "Some fields"

    def body(self) -> ComposeResult:
        yield Field("plain", Input("before", id="plain"))
        yield Input("untouched", id="untouched")
        yield TextArea(id="long")
        yield Input(password=True, id="masked")
        yield SecretField([KEYRING], None)


class Silent(Fields):
    """Nothing of it is kept."""

    KEEPS_TEXT = False


async def fill(app: CrmApp, dialog: Fields) -> None:
    """Show the dialog and put something into every field but one."""
    await app.push_screen(dialog)
    dialog.query_one("#plain", Input).value = "after"
    dialog.query_one("#long", TextArea).text = "two\nlines"
    for masked in dialog.query(Input):
        if masked.password:
            masked.value = "hunter2"


async def test_what_was_typed_is_kept_and_no_secret_is(app: CrmApp) -> None:
    async with app.run_test() as pilot:
        dialog = Fields()
        await fill(app, dialog)
        for field in dialog.query_one(SecretField).query(Input):
            field.password = False  # as where a command is asked for, that may hold a token
        assert typed.unsaved(dialog) == [("plain", "after"), ("long", "two\nlines")]
        app.keep_all()
        await pilot.pause()
    (draft,) = app.drafts
    assert draft.read_text() == (
        "Some fields\n2026-06-01 09:00 UTC, typed and not saved\n\nplain:\nafter\n\nlong:\ntwo\nlines\n"
    )


async def test_the_second_signal_makes_no_second_draft(app: CrmApp) -> None:
    async with app.run_test():
        await fill(app, Fields())
        app.keep_all()
        app.keep_all()
    assert len(app.drafts) == 1


async def test_a_dialog_that_keeps_nothing_leaves_no_draft(app: CrmApp) -> None:
    async with app.run_test():
        await fill(app, Silent())
        app.keep_all()
    assert app.drafts == []
    assert not drafts.folder().exists()


async def test_the_demo_leaves_no_draft(app: CrmApp) -> None:
    app.banner = "demo"
    async with app.run_test():
        await fill(app, Fields())
        app.keep_all()
    assert not drafts.folder().exists()


def test_twenty_drafts_are_kept_and_the_newest_always() -> None:
    made = [drafts.keep("T", [("a", str(n))], "log", NOW + timedelta(minutes=n)) for n in range(25)]
    assert sorted(drafts.folder().glob("*.txt")) == made[5:]
    assert drafts.untold() == made[5:]
    older = drafts.keep("T", [("a", "the clock went back")], "log", NOW - timedelta(days=900))
    assert older.exists()
    assert len(list(drafts.folder().glob("*.txt"))) == drafts.MOST


def test_two_drafts_of_a_second_are_two_files() -> None:
    first, second = (drafts.keep("T", [("a", text)], "log", NOW) for text in ("one", "two"))
    assert "one" in first.read_text()
    assert "two" in second.read_text()
    drafts.told([first])
    assert drafts.untold() == [second]


def test_a_draft_holds_nothing_that_a_terminal_takes_for_a_command() -> None:
    draft = drafts.keep("\x1b]0;T\x07", [("a", "x\x1b[2Jy\ud800")], "log", NOW)
    assert "\x1b" not in draft.read_text()
