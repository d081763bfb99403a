"""One act, whole: when, where, all of its words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from crm.services.views import InteractionView
from crm.tui import ui, words
from crm.tui.base import Dialog


class Act(Dialog[InteractionView]):
    """Shows an act; answers it when it is to be deleted, which only logged ones can be."""

    HINT = "y  copy    esc  close"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "delete", "delete"),
        Binding("y", "copy", "copy the words"),
        Binding("enter", "cancel", "close", show=False),
    ]

    def __init__(self, act: InteractionView, now: datetime, zone: tzinfo) -> None:
        super().__init__()
        self._act = act
        self._now = now
        self._zone = zone
        if act.run is None:
            self.HINT = "y  copy    d  delete    esc  close"

    def heading(self) -> ui.Shown:
        """Return when and where."""
        act = self._act
        day = words.day(act.at, act.precision, self._now, self._zone)
        at = words.clock(act.at, act.precision, self._zone)
        return ui.line((f"{day} {at}".strip(), ui.STRONG), f"  {words.arrow(act)} ", words.what(act))

    def body(self) -> ComposeResult:
        """All of its words, and where it came from."""
        act = self._act
        with VerticalScroll(classes="first in-dialog"):
            if act.text:
                yield Static(ui.paragraphs(act.text))
            else:
                yield Static(ui.label("No words.", ui.FAINT))
        for text in self._about():
            yield Static(ui.label(text, ui.FAINT))

    def _about(self) -> list[str]:
        act = self._act
        said = ["Logged by you." if act.run is None else f"From import {act.run}."]
        if act.url:
            said.append(act.url)
        if act.closed:
            said.append("Marked: no reply needed.")
        if act.zone_assumed:
            said.append("The export does not say in which time zone; yours was assumed.")
        return said

    def action_copy(self) -> None:
        """Copy the words."""
        if self._act.text:
            self.app.copy_to_clipboard(ui.capped(self._act.text))
            self.say("Copied.")

    def action_delete(self) -> None:
        """Ask the page to delete what was logged by hand."""
        if self._act.run is None:
            self.dismiss(self._act)
        else:
            self.say("It came from an import; take that import back instead.")
