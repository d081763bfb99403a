"""How much of Today to go through: so many people, so many minutes, or everything."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.errors import CrmError
from crm.services.focus import Budget, parse_budget
from crm.tui import ui, words
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

BUDGETS = tuple(
    Option(text, text) for text in ("5 people", "10 people", "10 minutes", "20 minutes", "everything")
)


class AskBudget(FormDialog[Budget]):
    """Answers the budget; the one of last time is chosen already."""

    HINT = "enter  begin    esc  cancel"

    def __init__(self, people: int, last: Budget | None) -> None:
        super().__init__()
        self._people = people
        self._last = last.written if last is not None else BUDGETS[0].value

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label("One at a time", ui.STRONG)

    def body(self) -> ComposeResult:
        """Budgets, and one of one's own."""
        own = "" if any(option.value == self._last for option in BUDGETS) else self._last
        yield Field("for", Choice(BUDGETS, self._last, id="budget", classes="first"))
        yield Field("or", Input(own, placeholder="such as 3, or 15 minutes", id="own-budget"))
        there = words.count(self._people, "person", "people")
        yield Static(ui.label(f"{there} to go through; esc stops at any time.", ui.FAINT))

    @on(Choice.Changed)
    def clear_own(self) -> None:
        """A chosen budget replaces a typed one."""
        self.query_one("#own-budget", Input).clear()

    def answer(self) -> Budget | None:
        """Return the budget."""
        field = self.query_one("#own-budget", Input)
        try:
            return parse_budget(field.value.strip() or self.query_one("#budget", Choice).value)
        except CrmError as error:
            self.trouble(error, field)
            return None
