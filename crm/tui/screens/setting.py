"""Changing one setting: a field or a few choices; what makes no sense is said, and the dialog stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Static

from crm.domain.errors import CrmError
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.settings.items import Item
from crm.tui.widgets.choice import Choice, Field, Option
from crm.tui.widgets.kept_input import KeptInput

Save = Callable[[Any], Awaitable[None]]
"""Saves what a dialog says, or raises a `CrmError`."""


class Saving(FormDialog[bool]):
    """A form whose answer must be saved before it closes; answers whether something was."""

    HINT = "enter  save    esc  cancel"

    def __init__(self, save: Save) -> None:
        super().__init__()
        self._save = save
        self._saving = False

    def wanted(self) -> Any:
        """Return what is to be saved.

        Raises:
            CrmError: what was typed makes no sense.

        """
        raise NotImplementedError

    def faulty(self) -> Widget | None:
        """Return the field to go back to when it cannot be saved."""
        return next(iter(self.query(Input)), None)

    def action_submit(self) -> None:
        """Save what the form says, and close when it is saved."""
        if self._saving:
            return
        try:
            wanted = self.wanted()
        except CrmError as error:
            self.trouble(error, self.faulty())
            return
        self._saving = True
        self.query_one(".dialog-hint", Static).update(ui.label("saving…", ui.FAINT))
        self.start(partial(self._save_it, wanted))

    async def _save_it(self, wanted: Any) -> None:
        try:
            await self._save(wanted)
        except CrmError as error:
            self.trouble(error, self.faulty())
        else:
            self.dismiss(True)
        finally:
            self._saving = False
            for hint in self.query(".dialog-hint").results(Static):
                hint.update(ui.label(self.HINT, ui.FAINT))


class ChangeSetting(Saving):
    """Asks for a setting's value; saves it as the file says it."""

    def __init__(self, item: Item, typed: str, default: str, save: Save) -> None:
        super().__init__(save)
        self._item = item
        self._typed = typed
        self._default = default

    def heading(self) -> ui.Shown:
        """Return the setting's name."""
        return ui.label(self._item.title.capitalize(), ui.STRONG)

    def body(self) -> ComposeResult:
        """What it does, and a field or the choices."""
        item = self._item
        yield Static(ui.label(item.about), classes="gap-below")
        if item.choices:
            options = [Option(value, text) for value, text in item.choices]
            yield Choice(options, self._typed, classes="first gap-below")
        else:
            placeholder = f"such as {item.example}" if item.example else ""
            yield KeptInput(self._typed, placeholder=placeholder, classes="first gap-below")
        default = f"Usually {self._default}." if item.choices else f"Usually {self._default}; empty for that."
        yield Static(ui.label(default, ui.FAINT))

    def action_submit(self) -> None:
        """Save what was typed; where nothing was, what the file says stays: a password is not shown here."""
        if any(field.untouched for field in self.query(KeptInput)):
            self.dismiss(False)
        else:
            super().action_submit()

    def wanted(self) -> Any:
        """Return the value as the file says it; None for the default."""
        chosen = next((choice.value for choice in self.query(Choice)), "")
        return self._item.read(chosen or self.query_one(Input).value)


class NewCircle(Saving):
    """Asks for a name and days; saves the pair."""

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label("A new circle", ui.STRONG)

    def body(self) -> ComposeResult:
        """Name and days."""
        about = "Contacts that may go equally long without an exchange. You put them in with c."
        yield Static(ui.label(about), classes="gap-below")
        yield Field("name", Input(placeholder="such as family", id="circle-name", classes="first"))
        yield Field("days", Input(placeholder="such as 30, or: 4 weeks", id="circle-days"))

    @on(Input.Submitted, "#circle-name")
    def named(self, event: Input.Submitted) -> None:
        """Enter in the name goes on to the days."""
        field = self.query_one("#circle-days", Input)
        if not field.value.strip():
            event.stop()
            event.prevent_default()
            field.focus()

    def wanted(self) -> tuple[str, str]:
        """Return name and days, as typed."""
        fields = [field.value.strip() for field in self.query(Input)]
        return fields[0], fields[1]
