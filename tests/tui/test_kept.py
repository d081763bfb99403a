"""Fields that begin with stored or configured text show it safe, and untouched they change nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from extremes import TEXTS
from hostile_people import COMMANDS, HAS_COMMAND, texts
from settings_world import go_to, own_file
from textual.widgets import Input
from tui_world import press, screen_text, settle, type_in

from crm.db import bulk
from crm.db.store import Store
from crm.db.tables import contact_tag
from crm.services import contacts, editing
from crm.services.contacts import ContactQuery
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.edit import Edit, tags_gone
from crm.tui.screens.filters import Filters
from crm.tui.screens.importing import Import
from crm.tui.widgets.kept_input import KeptInput

HOSTILE = COMMANDS["clipboard"] + COMMANDS["eight bits"] + "\u202eevil"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the configuration file, which is not there yet."""
    return own_file(monkeypatch, tmp_path)


def shown_safe(app: CrmApp) -> bool:
    """Whether every field shows only what a terminal cannot take for a command."""
    fields = list(app.screen.query(Input))
    assert fields
    return not any(HAS_COMMAND.search(field.value) for field in fields)


async def test_a_field_means_the_original_until_something_else_is_typed(app: CrmApp) -> None:
    async with app.run_test():
        for text in (*texts().values(), *TEXTS, "", " two  blanks ", "x" * 30_000):
            field = KeptInput(text)
            assert field.meant == text
            assert field.untouched
            assert not HAS_COMMAND.search(field.value)
            field.value = typed = f"{field.value}x"
            assert field.meant == typed
            field.keep(text)
            assert field.meant == text


async def test_a_notifier_saved_untouched_is_the_same_in_the_file(app: CrmApp, file: Path) -> None:
    quoted = json.dumps(HOSTILE)
    file.write_text(
        f'[notifiers.bird]\nkind = "pigeon"\nloft = {quoted}\nring_command = ["pass", {quoted}]\n'
        f'stops = ["oak, old", {quoted}]\nmarks = {{ side = "a; b = c" }}\n',
        encoding="utf-8",
    )
    before = tomllib.loads(file.read_text("utf-8"))
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("notifiers", "bird"))
        await press(pilot, "enter")
        assert "]52;c;cHduZWQ=" in screen_text(app)
        assert shown_safe(app)
        await press(pilot, "enter")
        assert tomllib.loads(file.read_text("utf-8")) == before


async def test_an_address_with_a_password_stays_when_its_setting_is_only_looked_at(
    app: CrmApp, file: Path
) -> None:
    address = 'database = "postgresql://ada:hunter2@db.example/crm"\n'
    file.write_text(address, encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, ("database",))
        await press(pilot, "enter")
        assert "hunter2" not in screen_text(app)
        await press(pilot, "enter")
        assert "hunter2" not in screen_text(app)
        assert file.read_text("utf-8") == address


async def test_a_file_that_was_chosen_in_the_tree_is_looked_at_again_by_its_real_name(
    app: CrmApp, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    chosen = folder / "\x1b]0;retitled\x07 \x9b31m.csv"
    chosen.write_text("Name,E-mail\nRosa Lind,rosa@example.org\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert isinstance(app.screen, Import)
        app.screen.field.focus()
        await type_in(pilot, str(folder))
        await press(pilot, "ctrl+o", "down", "enter", "escape")
        assert isinstance(app.screen, Import)
        assert shown_safe(app)
        assert app.screen.field.meant == str(chosen)
        app.screen.field.focus()
        await press(pilot, "enter")
        assert "Rosa" in screen_text(app) or "1 contact" in screen_text(app)


async def test_a_filter_shown_again_untouched_still_finds_the_same(world: Store, app: CrmApp) -> None:
    tag = "t" + COMMANDS["title"]
    key = world.read(contacts.find, "Bo Lind")
    world.write(editing.edit, [key], Edits(add_tags=(tag,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        answers: list[ContactQuery | None] = []
        query = ContactQuery(tag=tag, platform="x\x1b[31m")
        app.push_screen(Filters(query, {}, [tag]), answers.append)
        await settle(pilot)
        assert shown_safe(app)
        await press(pilot, "enter")
        assert answers == [query]


async def test_editing_one_field_leaves_odd_tags_and_a_circle_of_before_as_they_are(
    world: Store, app: CrmApp
) -> None:
    tags = ("a, b", f"c{HOSTILE}", "plain", "\u3164")
    key = world.read(contacts.find, "Bo Lind")
    world.write(editing.edit, [key], Edits(circle="wide"))
    with world._engine.begin() as connection:
        bulk.insert(connection, contact_tag, ("contact_id", "tag"), [(key, tag) for tag in tags])
    detail = world.read(contacts.show, key)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot)
        app.push_screen(Edit(detail, {"inner": 14}))
        await settle(pilot)
        assert shown_safe(app)
        app.screen.query_one("#nickname", Input).value = "Bob"
        await press(pilot, "enter")
        after = world.read(contacts.show, key)
        assert after.nickname == "Bob"
        assert after.contact.circle == "wide"
        assert set(after.contact.tags) == set(detail.contact.tags) >= set(tags)
        app.push_screen(Edit(after, {"inner": 14}))
        await settle(pilot)
        app.screen.query_one("#tags", Input).value = "plain"
        await press(pilot, "enter")
        assert set(world.read(contacts.show, key).contact.tags) == {"plain"}


def test_a_tag_that_was_not_shown_whole_is_not_taken_away() -> None:
    assert tags_gone(("a", "b, c", "d"), "a, b, c", "b") == ("a",)
    assert tags_gone(("a", "b, c", "d"), "a, b, c", "") == ("a", "b, c")
