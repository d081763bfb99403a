"""Settings: everything the configuration file can say, saved at once, with the default beside it.

Undo does not cover files. What a setting was before is remembered for as long as the program runs, and `p`
puts it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from crm import paths
from crm.db.store import Store
from crm.domain.errors import ConfigError
from crm.services import health
from crm.services.health import HealthView, Worry
from crm.tui.base import Page
from crm.tui.settings import items
from crm.tui.settings.keeping import Present, read_settings
from crm.tui.settings.notifiers import Notifiers
from crm.tui.settings.part import Offers, Part
from crm.tui.settings.plain import Circles, Looks, Plain
from crm.tui.settings.timer import TimerPart
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.rows import Heading, Key, Rows
from crm.tui.widgets.settings_rows import Line, SettingsRows, line_details, note_lines


class Settings(Page):
    """The list, and what is said about the line under the cursor."""

    HELP_TITLE = "Settings"
    HELP_TEXT = (
        "When reminders come and by what, and the rules of who is due. A change is saved at once and counts "
        "from then on, where the line does not say otherwise. Everything is in one file, which you can also "
        "write by hand; comments in it stay. u does not reach that far: p puts a setting back to what it was."
    )
    KEYS_TO_LEARN = (
        ("enter", "Changes what is under the cursor."),
        ("d", "Back to what is usual."),
        ("escape", "Back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "do('change')", "change"),
        Binding("n", "do('add')", "new"),
        Binding("i", "do('set_up')", "set up"),
        Binding("t", "do('test')", "send a test"),
        Binding("space", "do('switch')", "on or off"),
        Binding("p", "do('put_back')", "put back"),
        Binding("d", "do('default')", "default"),
        Binding("D", "do('remove')", "remove"),
        Binding("escape", "back", "back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._present: Present | None = None
        self.health: HealthView | None = None
        """Whether reminders arrive; None until that is known."""
        self.next_key: Key | None = None
        """A line to stand on as soon as it is there."""
        self._part_of: dict[Key, Part] = {}
        self._parts: list[Part] = [
            Plain(self, "REMINDERS", lambda: items.reminders(self.crm.moment)),
            Notifiers(self),
            TimerPart(self),
            Plain(self, "WHO IS DUE", items.rules),
            Circles(self),
            Looks(self),
        ]

    def body(self) -> ComposeResult:
        """A few lines of state, the list, and the details."""
        yield Drawn(id="settings-note")
        with Horizontal():
            yield SettingsRows(id="settings", classes="first")
            with VerticalScroll(id="settings-details", classes="beside", can_focus=False):
                yield Drawn()

    @property
    def rows(self) -> SettingsRows:
        """The list."""
        return self.query_one(SettingsRows)

    # Showing

    def load(self) -> None:
        """Read the file and what became of reminders."""
        self.start(self._load, group="settings")

    async def _load(self) -> None:
        try:
            present = await asyncio.to_thread(read_settings)
        except ConfigError as error:
            self._present = None
            self.rows.show((), {})
            self._note([(error.message, error.hint or "")])
            return
        if not self.crm.banner and present.config.rules != self.store.rules:  # changed by hand meanwhile
            await self.crm.run_whole(Store.follow, present.config.rules)
        self.health = await asyncio.to_thread(health.look, self.store, present.config)
        for part in self._parts:
            await part.load(present)
        self._show(present)
        for part in self._parts:
            if await part.load_slowly():
                self._show(present)

    def _show(self, present: Present) -> None:
        self._present = present
        self._part_of.clear()
        order: list[Key | Heading] = []
        lines: dict[Key, Line] = {}
        for part in self._parts:
            order += [Heading()] if order else []
            order.append(Heading(part.title))
            for key, line in part.lines(present):
                self._part_of[key] = part
                lines[key] = line
                order.append(key)
        cursor = self.rows.key
        if self.next_key in lines:
            cursor, self.next_key = self.next_key, None
        self.rows.show(order, lines, cursor)
        worries = [] if self.health is None else [worded(one) for one in self.health.worries]
        self._note([*(one for part in self._parts for one in part.troubles(present)), *worries])

    def _note(self, troubles: Sequence[tuple[str, str]]) -> None:
        quiet = f"Saved as you change it, in {shown_path(paths.config_file())}"
        self.query_one("#settings-note", Drawn).show(partial(note_lines, troubles, quiet))

    @on(Rows.Highlighted, "#settings")
    def highlighted(self) -> None:
        """Say more about the line under the cursor."""
        line = self.rows.row
        details = None if line is None else partial(line_details, line)
        self.query_one("#settings-details Drawn", Drawn).show(details)
        self.query_one("#settings-details").scroll_home(animate=False)
        self.refresh_bindings()

    def settings_saved(self) -> None:
        """Show what was saved elsewhere: other colours."""
        self.freshen(force=True)

    # Doing

    def offers(self) -> Offers:
        """Return what can be done with the line under the cursor."""
        key = self.rows.key if self.is_mounted else None
        part = None if key is None else self._part_of.get(key)
        return {} if part is None or self._present is None else part.offers(key, self._present)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the line under the cursor."""
        if action == "do" and self.is_mounted:
            return parameters[0] in self.offers()
        return super().check_action(action, parameters)

    @on(Rows.Chosen, "#settings")
    def chosen(self) -> None:
        """Do the first thing that can be done with the line."""
        self.action_do(next(iter(self.offers()), ""))

    def action_do(self, what: str) -> None:
        """Do something with the line under the cursor."""
        does = self.offers().get(what)
        if does is None:
            return
        if self.crm.banner:
            self.say("This is the demo: here you can look at your settings. q leaves the demo.")
        else:
            does()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def worded(worry: Worry) -> tuple[str, str]:
    """Return a worry with what to do about it on this screen."""
    message = worry.message[:1].upper() + worry.message[1:] + "."
    hint = (
        "Set it up below, on its line." if worry.about == "timer" else "Below, on its line, t sends a test."
    )
    return message, hint


def shown_path(file: Path) -> str:
    """Return a path with the home folder as ~."""
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)
