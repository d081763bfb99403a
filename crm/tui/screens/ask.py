"""A question with one line as its answer."""

from __future__ import annotations

from textual.app import ComposeResult

from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.kept_input import KeptInput
from crm.tui.widgets.path_input import PathInput, PathSuggester


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
        yield self.field(self._value, self._placeholder)

    def field(self, value: str, placeholder: str) -> KeptInput:
        """Return the field."""
        return KeptInput(value, placeholder=placeholder, classes="first")

    def answer(self) -> str:
        """Return what was typed."""
        return self.query_one(KeptInput).meant.strip()


class AskPath(Ask):
    """Answers a path as it was typed; tab completes it."""

    HINT = "enter  done    tab  completes    esc  cancel"

    def field(self, value: str, placeholder: str) -> KeptInput:
        """Return a field that completes."""
        return PathInput(value, placeholder=placeholder, suggester=PathSuggester(), classes="first")
