"""A question with one line as its answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from crm.tui import ui
from crm.tui.screens.form import FormDialog


class Ask(FormDialog[str]):
    """Answers what was typed; empty is an answer too."""

    def __init__(self, question: str, placeholder: str, value: str = "") -> None:
        super().__init__()
        self._question = question
        self._placeholder = placeholder
        self._value = value

    def heading(self) -> ui.Shown:
        """Return the question."""
        return ui.label(self._question, ui.STRONG)

    def body(self) -> ComposeResult:
        """One field."""
        yield Input(self._value, placeholder=self._placeholder, classes="first")

    def answer(self) -> str:
        """Return what was typed."""
        return self.query_one(Input).value.strip()
