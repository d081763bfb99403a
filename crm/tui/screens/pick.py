"""Choosing a contact: type a part of the name, move with the arrows, enter takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from crm.db.store import Work
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.services.views import ContactView
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.widgets.found_rows import FoundRows
from crm.tui.widgets.rows import Rows

MOST = 100
"""Contacts that are offered; more words find fewer."""
_MOVES = {"down": 1, "up": -1}


class Pick(Dialog[int]):
    """Answers the id of the contact that was chosen."""

    HINT = "enter  this one    esc  cancel"
    KEEPS_TEXT = False  # what is sought is typed again in a second
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", "this one")]

    def __init__(
        self, title: str, without: int, likely: Callable[[Work], Sequence[int]] | None = None
    ) -> None:
        """Ask.

        Args:
            title: what for.
            without: the contact that cannot be chosen.
            likely: finds who is offered while nothing is typed; everybody is, until it has found somebody.

        """
        super().__init__()
        self._title = title
        self._without = without
        self._likely = likely
        self._first: tuple[int, ...] = ()

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label(self._title, ui.STRONG)

    def body(self) -> ComposeResult:
        """A field and what fits."""
        yield Input(placeholder="any part of a name, a handle or an organisation", classes="first gap-below")
        yield Static("", id="pick-note", markup=False)
        yield FoundRows(id="picked", classes="pick-list")

    @property
    def rows(self) -> FoundRows:
        """The list."""
        return self.query_one(FoundRows)

    def on_mount(self) -> None:
        """Offer somebody."""
        self._search("")
        if self._likely is not None:
            self.start(partial(self._offer, self._likely), group="likely")

    async def _offer(self, likely: Callable[[Work], Sequence[int]]) -> None:
        self._first = tuple(await self.read(likely))
        if self._first and not self.query_one(Input).value.strip():
            self._search("")

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Search for what is typed."""
        self._search(event.value)

    def _search(self, text: str) -> None:
        self.start(partial(self._find, text), group="pick")

    async def _find(self, text: str) -> None:
        found = await self.read(_fitting, text, self._without, self._first)
        self.rows.moment, self.rows.zone = self.crm.moment, self.store.rules.zone
        self.rows.show([("contact", one.id) for one in found], {("contact", one.id): one for one in found})
        note = "" if found else "Nobody fits."
        if len(found) == MOST:
            note = f"The first {MOST}; more letters find fewer."
        elif found and self._first and not text.strip():
            note = "May be the same; or type somebody else."
        self.query_one("#pick-note", Static).update(ui.label(note, ui.FAINT))

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while the text is typed on."""
        if event.key in _MOVES and not self.rows.has_focus:
            event.prevent_default()
            event.stop()
            self.rows.action_move(_MOVES[event.key])

    @on(Input.Submitted)
    @on(Rows.Chosen)
    def action_take(self) -> None:
        """Answer who the cursor is on."""
        if isinstance(self.rows.row, ContactView):
            self.dismiss(self.rows.row.id)


def _fitting(work: Work, text: str, without: int, first: Sequence[int]) -> list[ContactView]:
    if first and not text.strip():
        return contacts.rows(work, first)
    ids = contacts.list_ids(work, ContactQuery(text=text, archived=None))
    return contacts.rows(work, [key for key in ids[: MOST + 1] if key != without][:MOST])
