"""What the columns of a plain table hold: proposed by the program, corrected here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from crm.domain.columns import FIELDS, IGNORE, Proposal, ProposedColumn, field_named
from crm.domain.errors import UsageError
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.rows import Key, Rows

OFFERED = (IGNORE, *FIELDS)
"""What left and right go through; platforms and labels such as "phone work" are typed."""


class ColumnRows(Rows[ProposedColumn]):
    """One column per line: its title, what it holds, and the first of its values."""

    def draw(self, key: Key, row: ProposedColumn, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw title and field, and a sample where there is room."""
        title, field = max(width // 3, 6), 15
        sample = max(width - title - field - 4, 0)
        return ui.columns([
            (row.column, title, ""),
            (row.field or IGNORE, field, ui.STRONG if row.field not in (None, IGNORE) else ui.FAINT),
            (row.samples[0] if row.samples else "", sample if sample > 4 else 0, ui.FAINT),
        ])  # fmt: skip

    def unfold(self, row: ProposedColumn, width: int) -> list[ui.Shown]:
        """Show all samples."""
        return [ui.label(piece, ui.FAINT) for piece in ui.wrapped(" / ".join(row.samples), width, 2)]


class Columns(Dialog[Mapping[str, str]]):
    """Answers what the user says of columns: the title of each that was corrected, and its field."""

    TITLE = "What the columns hold"
    HINT = "<- ->  change   enter  type   ctrl+s  done   esc  cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "field before"),
        Binding("right,l", "turn(1)", "next field"),
        Binding("ctrl+s", "done", "done", priority=True),
    ]

    def __init__(self, proposal: Proposal, said: Mapping[str, str]) -> None:
        super().__init__()
        self._columns: dict[Key, ProposedColumn] = dict(enumerate(proposal.columns))
        self._said = dict(said)

    def body(self) -> ComposeResult:
        """The columns."""
        yield Static(ui.label("A column that nobody knows is not read."), classes="gap-below")
        yield ColumnRows(classes="first in-dialog")

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.show(list(self._columns), self._columns)

    @property
    def _rows(self) -> ColumnRows:
        return self.query_one(ColumnRows)

    def action_turn(self, by: int) -> None:
        """Give the column the field before or after its present one."""
        column = self._rows.row
        if column is not None:
            now = column.field or IGNORE
            at = OFFERED.index(now) if now in OFFERED else 0
            self._give(OFFERED[(at + by) % len(OFFERED)])

    @on(Rows.Chosen)
    def type_it(self) -> None:
        """Type the field of the column."""
        column = self._rows.row

        def answered(field: str | None) -> None:
            if field is not None:
                self._give(field)

        if column is not None:
            self.app.push_screen(ColumnField(column), answered)

    def _give(self, field: str) -> None:
        key, column = self._rows.key, self._rows.row
        if key is not None and column is not None:
            self._said[column.column] = field
            self._columns[key] = ProposedColumn(column.column, field, column.samples)
            self._rows.give(self._columns)

    def action_done(self) -> None:
        """Close with what was said."""
        self.dismiss(self._said)


class ColumnField(FormDialog[str]):
    """Answers a field as people write it."""

    def __init__(self, column: ProposedColumn) -> None:
        super().__init__()
        self._column = column

    def heading(self) -> ui.Shown:
        """Return the question."""
        return ui.line(("What is in ", ui.STRONG), (self._column.column, ui.STRONG), ("?", ui.STRONG))

    def body(self) -> ComposeResult:
        """Samples and one field."""
        yield Static(ui.stack(self._samples()), classes="gap-below")
        yield Input(
            self._column.field or "",
            placeholder="such as name, phone work, mastodon, ignore",
            suggester=SuggestFromList(OFFERED, case_sensitive=False),
            classes="first",
        )

    def _samples(self) -> Iterator[ui.Shown]:
        yield ui.label(" / ".join(self._column.samples) or "(empty)", ui.FAINT)

    def answer(self) -> str | None:
        """Return the field in its usual word."""
        field = self.query_one(Input)
        known = field_named(field.value)
        if known is None:
            hint = f"one of {', '.join(OFFERED)}, or a platform such as x or mastodon"
            self.trouble(UsageError(f'there is no field "{field.value}"', hint), field)
            return None
        return str(known)
