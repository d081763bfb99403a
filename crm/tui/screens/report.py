"""The dialog after a bug: what happened and where, without anybody's data, ready to be copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from crm import crash
from crm.tui import ui
from crm.tui.base import Dialog


class Report(Dialog[None]):
    """Shows the report of an unexpected error; the program goes on."""

    HINT = "y  copy the report    esc  go on"
    TITLE = "Something went wrong that should not have"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "copy the report")]

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._text = crash.report(error)

    def body(self) -> ComposeResult:
        """A sentence and the report."""
        yield Static(
            ui.paragraphs(
                "Your data is as it was before. The report below says where it happened; it holds no names, "
                "addresses or messages, so it can be shown to others."
            )
        )
        yield TextArea(self._text, read_only=True, show_line_numbers=False, classes="first report-text")

    def action_copy(self) -> None:
        """Copy the report."""
        self.app.copy_to_clipboard(self._text)
        self.say("Copied.")
