"""Adding a person by hand: a name, and where they can be found."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.services import editing
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Field


class Add(FormDialog[int]):
    """Answers the id of the new contact. It writes itself, so that a conflict can be mended here."""

    TITLE = "Add a person"
    HINT = "enter  add    esc  cancel"

    def body(self) -> ComposeResult:
        """Name and handles."""
        yield Field("name", Input(placeholder="such as Ada Byron", id="name", classes="first"))
        yield Field("where", Input(placeholder="such as ada@example.org, x:ada", id="handles"))
        yield Static(
            ui.label("Where: addresses, platform:handle or profile pages, with commas between.", ui.FAINT)
        )

    def answer(self) -> None:
        """Write; the dialog closes when that went well."""
        self.start(self._add, group="add")

    async def _add(self) -> None:
        handles = [part.strip() for part in self.query_one("#handles", Input).value.split(",")]
        name = self.query_one("#name", Input).value
        contact = await self.write(editing.add, name, [handle for handle in handles if handle])
        self.dismiss(contact)
