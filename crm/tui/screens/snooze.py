"""For how long to leave a contact out of the lists."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.dates import parse_snooze
from crm.domain.errors import CrmError
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

SPANS = (
    Option("1 day", "1 day"),
    Option("3 days", "3 days"),
    Option("1 week", "1 week"),
    Option("1 month", "1 month"),
)
WAKE = Option("", "not at all")


class Snooze(FormDialog[datetime]):
    """Answers the moment until which the contact rests; the present one wakes them."""

    HINT = "enter  snooze    esc  cancel"

    def __init__(self, name: str, snoozed: bool = False) -> None:
        super().__init__()
        self._who = name
        self._snoozed = snoozed

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.line(("Let ", ui.STRONG), (self._who, ui.STRONG), (" rest", ui.STRONG))

    def body(self) -> ComposeResult:
        """Spans, and a date of one's own."""
        spans = [WAKE, *SPANS] if self._snoozed else SPANS
        yield Field("for", Choice(spans, "1 week", id="span", classes="first"))
        yield Field("or until", Input(placeholder="such as friday, 2 weeks, 2026-07-01", id="until"))
        yield Static(ui.label("They come back by themselves; a new message wakes them too.", ui.FAINT))

    @on(Choice.Changed)
    def clear_date(self) -> None:
        """A chosen span replaces a typed date."""
        self.query_one("#until", Input).clear()

    def answer(self) -> datetime | None:
        """Return until when."""
        field = self.query_one("#until", Input)
        text = field.value.strip() or self.query_one("#span", Choice).value
        if not text:
            return self.store.now()
        try:
            return parse_snooze(text, self.store.now(), self.store.rules.zone)
        except CrmError as error:
            self.trouble(error, field)
            return None
