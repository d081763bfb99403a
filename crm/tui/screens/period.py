"""Which time the mirror looks at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.errors import CrmError
from crm.domain.periods import ALL_TIME, USUAL, parse_period
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

PERIODS = (
    Option("this year", "this year"),
    Option("last year", "last year"),
    Option("last 90 days", "last 90 days"),
    Option(USUAL, "last 365 days"),
    Option("", ALL_TIME),
)


class Wanted(NamedTuple):
    """The first and the last day; None: from the very first one on."""

    days: tuple[date, date] | None


class AskPeriod(FormDialog[Wanted]):
    """Answers a period."""

    HINT = "enter  look    left, right  choose    esc  cancel"

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label("Which time?", ui.STRONG)

    def body(self) -> ComposeResult:
        """The usual ones, and one of one's own."""
        yield Field("time", Choice(PERIODS, USUAL, id="period", classes="first"))
        yield Field("or", Input(placeholder="such as 2025, 2026-03, 2025-03..2025-06-15", id="typed"))
        yield Static(ui.label("It is compared with as many days before it.", ui.FAINT))

    @on(Choice.Changed)
    def clear_typed(self) -> None:
        """A chosen period replaces a typed one."""
        self.query_one("#typed", Input).clear()

    def answer(self) -> Wanted | None:
        """Return which days."""
        field = self.query_one("#typed", Input)
        text = field.value.strip() or self.query_one("#period", Choice).value
        if not text or text.casefold() == ALL_TIME:
            return Wanted(None)
        today = self.store.rules.day_of(self.store.now())
        # the year as a whole, so that the one before it is a whole year too
        text = str(today.year) if text.casefold() == "this year" else text
        try:
            return Wanted(parse_period(text, today))
        except CrmError as error:
            self.trouble(error, field)
            return None
