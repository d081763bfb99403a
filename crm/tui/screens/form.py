"""What dialogs with fields share: enter or ctrl+s is done, and what makes no sense keeps them open."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from crm.tui.base import Dialog

Result = TypeVar("Result")


class FormDialog(Dialog[Result]):
    """A dialog that answers a value made from its fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "done"),
        Binding("ctrl+s", "submit", "done", show=False, priority=True),
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
    ]

    def answer(self) -> Result | None:
        """Return what the fields say, or None after saying what is wrong with them."""
        raise NotImplementedError

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Enter in a field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Close with the answer, if there is one."""
        result = self.answer()
        if result is not None:
            self.dismiss(result)
