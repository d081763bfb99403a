"""A yes or no about something that cannot easily be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.tui import ui
from crm.tui.base import Dialog


class Confirm(Dialog[bool]):
    """Asks; `y` is the only yes."""

    HINT = "y  yes    n  no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes"),
        Binding("n", "answer(False)", "no"),
    ]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence

    def heading(self) -> ui.Shown:
        """Return the question."""
        return ui.label(self._question, ui.STRONG)

    def body(self) -> ComposeResult:
        """Say what will happen."""
        yield Static(ui.paragraphs(self._consequence))

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
