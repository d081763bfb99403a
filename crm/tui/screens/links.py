"""Which address of a contact to open: the whole target is shown before anything happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.domain.errors import CrmError
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.browser import Target, open_target
from crm.tui.widgets.rows import Key, Rows


class TargetRows(Rows[Target]):
    """One address per line; the one under the cursor is shown whole."""

    def draw(self, key: Key, row: Target, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw the place."""
        return ui.label(ui.fit(row.place, width), ui.STRONG)

    def unfold(self, row: Target, width: int) -> list[ui.Shown]:
        """Show the whole address."""
        return [ui.label(piece, ui.FAINT) for piece in ui.wrapped(row.url, width, 40)]


class Links(Dialog[Target]):
    """Opens an address, or copies it; answers the one that was opened."""

    HINT = "enter  open in the browser    y  copy    esc  cancel"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "copy the address")]

    def __init__(self, name: str, targets: Sequence[Target]) -> None:
        super().__init__()
        self._who = name
        self._targets = targets

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.line(("Open ", ui.STRONG), (self._who, ui.STRONG))

    def body(self) -> ComposeResult:
        """The addresses."""
        yield Static(ui.label("This leaves the terminal for:"), classes="gap-below")
        yield TargetRows(classes="first in-dialog")

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(TargetRows).show(range(len(self._targets)), dict(enumerate(self._targets)))

    @on(Rows.Chosen)
    def open(self) -> None:
        """Open the address under the cursor."""
        target = self.query_one(TargetRows).row
        if target is None:
            return
        try:
            open_target(target, self.app)
        except CrmError as error:
            self.failed(error)
            return
        self.dismiss(target)

    def action_copy(self) -> None:
        """Copy the address under the cursor."""
        target = self.query_one(TargetRows).row
        if target is not None:
            self.app.copy_to_clipboard(target.url)
            self.say("Copied.")
