"""Which columns People shows beside the name, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from crm.domain.listing import COLUMNS as ALL
from crm.domain.listing import USUAL_COLUMNS
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.widgets.people_columns import COLUMNS
from crm.tui.widgets.rows import Key, Rows


class ColumnChoices(Rows[str]):
    """One column per line, with a cross before those that are shown."""

    class Turned(Message):
        """A cross was clicked."""

    shown: frozenset[str] = frozenset()
    """Those with a cross; the dialog sets it before it shows rows."""

    def draw(self, key: Key, row: str, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one column."""
        cross = "[x]" if row in self.shown else "[ ]"
        column = COLUMNS[row]
        about = max(width - 3 - 12 - 4, 0)
        role = ui.STRONG if row in self.shown else ""
        return ui.columns([(cross, 3, ""), (column.title.lower(), 12, role), (column.about, about, ui.FAINT)])

    def on_click(self, event: events.Click) -> None:
        """Choose a column by a click on its cross."""
        index = self._index_at(event.y + self.scroll_offset.y)
        if index is not None and 2 <= event.x <= 6:
            event.prevent_default()
            self.move_to(self.order[index])
            self.post_message(self.Turned())


class PeopleColumns(Dialog[tuple[str, ...]]):
    """Answers the columns, from left to right."""

    TITLE = "Columns"
    HINT = "space  show, or not   shift+up, down  order   d  usual   enter  done"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "show or not"),
        Binding("shift+up,K", "shift(-1)", "further left"),
        Binding("shift+down,J", "shift(1)", "further right"),
        Binding("d", "usual", "the usual ones"),
        Binding("ctrl+s", "done", "done", show=False, priority=True),
    ]

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self._shown = set(columns)
        self._order = [*columns, *(key for key in ALL if key not in columns)]

    def body(self) -> ComposeResult:
        """The columns."""
        about = "The first stands next to the name. What does not fit is left out from the right."
        yield Static(ui.label(about), classes="gap-below")
        yield ColumnChoices(id="column-choices", classes="first in-dialog")

    @property
    def _rows(self) -> ColumnChoices:
        return self.query_one(ColumnChoices)

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill(self._order[0])
        self._rows.styles.height = len(self._order)

    def _fill(self, cursor: Key | None) -> None:
        rows = self._rows
        rows.shown = frozenset(self._shown)
        rows.show(self._order, {key: key for key in self._order}, cursor)

    @on(ColumnChoices.Turned)
    def action_turn(self) -> None:
        """Show the column, or do not."""
        key = self._rows.key
        if isinstance(key, str):
            self._shown ^= {key}
            self._fill(key)

    def action_shift(self, by: int) -> None:
        """Move the column by one."""
        at = self._rows.index_of(self._rows.key)
        if at is not None and 0 <= at + by < len(self._order):
            order = self._order
            order[at], order[at + by] = order[at + by], order[at]
            self._fill(order[at + by])

    def action_usual(self) -> None:
        """Choose the usual columns."""
        self._shown = set(USUAL_COLUMNS)
        self._order = list(ALL)
        self._fill(self._rows.key)

    @on(Rows.Chosen)
    def action_done(self) -> None:
        """Answer the columns that are shown."""
        self.dismiss(tuple(key for key in self._order if key in self._shown))
