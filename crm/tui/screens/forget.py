"""Forgetting a contact, the one thing that cannot be taken back: it is answered by typing the name."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from crm.domain.errors import UsageError
from crm.domain.text import folded
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.screens.form import FormDialog

WORD = "forget"
"""May be typed instead of a name that is hard to type."""
_CONSEQUENCE = (
    "Everything about them goes for good: the contact, the notes, {what}, and every trace in the search and "
    "in what can be taken back. Later imports pass over them. What others wrote about them stays with these "
    "others. There is no undo."
)


class Forget(FormDialog[bool]):
    """Answers True when the name was typed."""

    HINT = "enter  forget for good    esc  cancel"
    KEEPS_TEXT = False  # a name that is about to go is not written anywhere

    def __init__(self, name: str, what: str) -> None:
        super().__init__()
        self._who = name
        self._what = what

    def heading(self) -> ui.Shown:
        """Return the question."""
        return ui.line(("Forget ", ui.TROUBLE), (self._who, ui.TROUBLE), ("?", ui.TROUBLE))

    def body(self) -> ComposeResult:
        """Say what goes, and a field for the name."""
        yield Static(ui.paragraphs(_CONSEQUENCE.format(what=self._what)), classes="gap-below")
        yield Static(ui.line("Type the name, or the word ", (WORD, ui.ACCENT), ", to go ahead:"))
        yield Input(classes="first")

    def answer(self) -> bool | None:
        """Return True if that was typed."""
        field = self.query_one(Input)
        typed = folded(field.value)
        if typed and typed in (folded(self._who), WORD):
            return True
        self.trouble(UsageError("that is not the name", "type it as it is shown, or esc to keep them"), field)
        return None


class Backups(Dialog[None]):
    """Names the backups that still hold somebody who was forgotten."""

    HINT = "esc  close"

    def __init__(self, name: str, paths: Sequence[str]) -> None:
        super().__init__()
        self._who = name
        self._paths = paths

    def heading(self) -> ui.Shown:
        """Say that it is done."""
        return ui.line((self._who, ui.STRONG), (" is forgotten.", ui.STRONG))

    def body(self) -> ComposeResult:
        """The backups."""
        text = "These backups were made before and still hold them. Delete those you do not need:"
        yield Static(ui.paragraphs(text), classes="gap-below")
        with VerticalScroll(classes="first in-dialog"):
            yield Static(ui.stack(ui.label(path, ui.FAINT) for path in self._paths))
