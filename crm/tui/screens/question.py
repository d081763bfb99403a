"""What an export does not say and only the user knows: who they are in it, or how its dates are meant."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.errors import QuestionError
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Option

_MOST = 12
"""Answers that are offered; a group of two hundred is answered by typing."""


class Question(FormDialog[str]):
    """Answers one of the choices, or what was typed instead."""

    def __init__(self, question: QuestionError) -> None:
        super().__init__()
        self._question = question

    def heading(self) -> ui.Shown:
        """Return the question."""
        asks_who = self._question.option == "as"
        return ui.label("Who are you in this export?" if asks_who else "How are its dates meant?", ui.STRONG)

    def body(self) -> ComposeResult:
        """Say why it is asked, the choices, and a field for anything else."""
        yield Static(ui.label(self._question.message), classes="gap-below")
        choices = self._question.choices[:_MOST]
        if choices:
            options = [Option(answer, _shown(answer, meaning)) for answer, meaning in choices]
            yield Choice(options, classes="first gap-below" if self._question.option == "as" else "first")
        if self._question.option == "as":
            somebody = "or somebody else: name, handle, address" if choices else "name, handle, address"
            yield Input(placeholder=somebody, classes="" if choices else "first")

    def answer(self) -> str | None:
        """Return what was typed, else what was chosen."""
        typed = next((field.value.strip() for field in self.query(Input)), "")
        chosen = next((choice.value for choice in self.query(Choice)), "")
        return typed or chosen or None


def _shown(answer: str, meaning: str) -> str:
    if not meaning or meaning.startswith(answer):  # "Ada: 12 messages" says all there is
        return meaning or answer
    return f"{answer} ({meaning})"
