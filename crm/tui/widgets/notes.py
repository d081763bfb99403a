"""Notes edited in place. The widget only says that they should be saved; the page does it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from crm.tui import ui

LONGEST = 64_000
"""Longer notes are shown in part and not edited here: a cut text must never be saved."""


class Notes(TextArea):
    """The notes of a contact."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save"),
        Binding("escape", "leave", "back", show=True),
    ]

    class Save(Message):
        """The notes should be saved."""

    class Leave(Message):
        """The user is done with them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(show_line_numbers=False, soft_wrap=True, tab_behavior="focus", id=id)
        self._loaded = ""

    def take(self, notes: str) -> None:
        """Show notes as they were stored, unless others are being typed."""
        if self.unsaved:
            return
        self.read_only = len(notes) > LONGEST
        shown = ui.capped(notes) if self.read_only else ui.capped(notes, LONGEST, LONGEST)
        if shown != self.text:
            self.load_text(shown)
        self._loaded = self.text

    def saved(self, text: str) -> None:
        """Remember what has been saved; what was typed since is still unsaved."""
        self._loaded = text

    @property
    def unsaved(self) -> bool:
        """Whether something was typed and not saved."""
        return not self.read_only and self.text != self._loaded

    def action_save(self) -> None:
        """Ask for saving."""
        self.post_message(self.Save())

    def action_leave(self) -> None:
        """Go back to the timeline."""
        self.post_message(self.Leave())

    def on_blur(self) -> None:
        """Leaving saves."""
        if self.unsaved:
            self.post_message(self.Save())
