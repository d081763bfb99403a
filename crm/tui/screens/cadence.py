"""How often to keep in touch with somebody."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.cadence import NEVER
from crm.domain.dates import parse_cadence
from crm.domain.errors import CrmError
from crm.services.editing import Edits
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

NEVER_VALUE = "-never"
RHYTHM_VALUE = "-rhythm"
"""Circles are named by the user; a name with a dash in front cannot be one."""


class Cadence(FormDialog[Edits]):
    """Answers the edits to make."""

    HINT = "enter  set    esc  cancel"

    def __init__(self, name: str, circles: Mapping[str, int]) -> None:
        super().__init__()
        self._who = name
        self._circles = circles

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.line(("How often with ", ui.STRONG), (self._who, ui.STRONG), ("?", ui.STRONG))

    def body(self) -> ComposeResult:
        """Circles, own days, never, rhythm."""
        circles = [Option(name, f"{name} {days} d") for name, days in self._circles.items()]
        others = [Option(NEVER_VALUE, "never"), Option(RHYTHM_VALUE, "by rhythm")]
        yield Field("circle", Choice([*circles, *others], RHYTHM_VALUE, id="circle", classes="first"))
        yield Field("or every", Input(placeholder="such as 3 weeks, 21, month", id="every"))
        yield Static(
            ui.label("By rhythm: as often as you two have talked so far, and nothing before that.", ui.FAINT)
        )

    @on(Choice.Changed)
    def clear_days(self) -> None:
        """A chosen circle replaces typed days."""
        self.query_one("#every", Input).clear()

    def answer(self) -> Edits | None:
        """Return what to change."""
        field = self.query_one("#every", Input)
        if field.value.strip():
            try:
                return Edits(cadence_days=parse_cadence(field.value))
            except CrmError as error:
                self.trouble(error, field)
                return None
        value = self.query_one("#circle", Choice).value
        if value == NEVER_VALUE:
            return Edits(cadence_days=NEVER)
        if value == RHYTHM_VALUE:
            return Edits(circle=None, cadence_days=None)
        return Edits(circle=value, cadence_days=None)
