"""The list of contacts, of any length; several can be marked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from crm.domain.exchanges import Turn
from crm.domain.platforms import title_of
from crm.services.views import ContactView
from crm.tui import ui, words
from crm.tui.widgets.rows import Heading, Key, Rows


class PeopleRows(Rows[ContactView]):
    """Draws contacts; keys are their ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark"),
        Binding("shift+down", "mark_on(1)", "mark downwards", show=False),
        Binding("shift+up", "mark_on(-1)", "mark upwards", show=False),
        Binding("ctrl+a", "mark_all", "mark all, or none", show=False),
        Binding("escape", "unmark", "take the marks away", show=False),
    ]

    class Marked(Message):
        """Other contacts are marked."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        """What "2 d" is reckoned from; the page sets it before it shows rows."""
        self._marks: dict[Key, None] = {}

    @property
    def marks(self) -> list[int]:
        """The ids of the marked contacts, in the order in which they were marked."""
        return [key for key in self._marks if isinstance(key, int)]

    def keep_marks(self) -> None:
        """Drop marks of contacts that are no longer in the list."""
        if self._marks:
            here = set(self.order)
            self._marks = {key: None for key in self._marks if key in here}
            self.post_message(self.Marked())

    def mark_of(self, key: Key) -> str:
        """Return the mark of a row."""
        return "*" if key in self._marks else " "

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on."""
        if self.key is not None:
            if self._marks.pop(self.key, True) is not None:
                self._marks[self.key] = None
            self._marked()
            self.action_move(1)

    def action_mark_on(self, by: int) -> None:
        """Mark this row and the next."""
        if self.key is not None:
            self._marks[self.key] = None
            self.action_move(by)
            self._marks[self.key] = None
            self._marked()

    def action_mark_all(self) -> None:
        """Mark every row, or none when all are."""
        keys = [key for key in self.order if not isinstance(key, Heading)]
        self._marks = {} if len(self._marks) == len(keys) else dict.fromkeys(keys)
        self._marked()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marks = {}
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(self.Marked())

    def draw(self, key: Key, row: ContactView, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one contact, with as many columns as there is room for."""
        name = words.name_of(row.name, row.id, row.identities)
        last = words.brief_ago(row.last_exchange_at, self.moment)
        state = standing(row, self.moment)
        role = ui.ACCENT if row.owed else ui.FAINT
        if width < 40:
            return ui.columns([(name, width - 8, ""), (last, -6, ui.FAINT)])
        if width < 64:
            return ui.columns([(name, width - 20, ""), (state, 10, role), (last, -6, ui.FAINT)])
        return ui.columns([
            (name, width - 44, ""),
            (row.circle or "", 8, ui.FAINT),
            (title_of(row.usual_platform) if row.usual_platform else "", 12, ui.FAINT),
            (state, 10, role),
            (last, -6, ui.FAINT),
        ])  # fmt: skip


def standing(contact: ContactView, now: datetime) -> str:
    """Say in a word how things stand with a contact."""
    if contact.archived:
        return "archived"
    if contact.owed:
        return "your turn"
    if contact.muted:
        return "muted"
    if contact.snoozed_until and contact.snoozed_until > now:
        return "resting"
    if contact.due_at and contact.due_at <= now:
        return "due"
    return words.TURNS[Turn(contact.turn)] if contact.turn == Turn.THEIRS else ""
