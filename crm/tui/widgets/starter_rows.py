"""What to talk about with a contact: a few lines above the timeline, each leading to the act it is from.

The decision to know: the list has a cursor only while it is in use. Otherwise it is something to read, and
the one cursor of the page stands in the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from crm.domain.starters import StarterKind, label
from crm.services.views import Starter
from crm.tui import ui, words
from crm.tui.widgets.rows import Rows

_LABEL = 12
_AGE = 5


class StarterRows(Rows[Starter]):
    """As high as it has lines; the sheet says how many of them there is room for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back to the timeline", show=False)]

    class Leave(Message):
        """The user is done with it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        """What ages are reckoned from; the page sets it before it shows rows."""
        self._place = 0

    def list(self, found: Sequence[Starter]) -> None:
        """Show other starters, the best first."""
        self.show(range(len(found)), dict(enumerate(found)))
        if not self.has_focus:
            self._rest()

    def draw(self, key: object, row: Starter, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one starter: why it is here, how long ago, the words."""
        age = "" if row.kind == StarterKind.DATE else words.brief_ago(row.at, self.moment)
        name, when = (_LABEL, _AGE) if width >= 40 else (0, 0)
        room = width - sum(size + 2 for size in (name, when) if size)
        return ui.columns([
            (label(row), name, ui.FAINT),
            (age, -when, ui.FAINT),
            (row.text, max(room, 1), ""),
        ])  # fmt: skip

    def on_focus(self) -> None:
        """Show the cursor where it was."""
        if self.order:
            self._cursor = min(self._place, len(self.order) - 1)
        self._settle()

    def on_blur(self) -> None:
        """Take the cursor away, and begin with the best again."""
        self._place = 0
        self._rest()

    def on_click(self, event: events.Click) -> None:
        """Do what enter does, at the first click."""
        index = self._index_at(event.y + self.scroll_offset.y)
        event.prevent_default()
        if index is not None and event.chain == 1:
            self._put(index)
            self.action_choose()

    def action_leave(self) -> None:
        """Go back to the timeline."""
        self.post_message(self.Leave())

    def _rest(self) -> None:
        self._cursor = -1
        self.scroll_to(y=0, animate=False, force=True)
        self._settle(scroll=False)


class TalkAbout(Vertical):
    """The heading and the list; folded where the screen is small, and gone where there is nothing."""

    def compose(self) -> ComposeResult:
        """A heading with its key, and the lines."""
        yield Static("", id="starters-title", markup=False)
        yield StarterRows(id="starters")

    @property
    def rows(self) -> StarterRows:
        """The list."""
        return self.query_one(StarterRows)

    def show(self, found: Sequence[Starter], moment: datetime) -> None:
        """Show what there is to talk about.

        Args:
            found: the starters, the best first.
            moment: what ages are reckoned from.

        """
        self.set_class(bool(found), "-some")
        self.query_one("#starters-title", Static).update(heading(len(found)))
        rows = self.rows
        rows.moment = moment
        if not found and rows.has_focus:
            rows.action_leave()
        rows.list(found)

    def open(self) -> None:
        """Show all of them, and go there."""
        if self.has_class("-some"):
            self.add_class("-open")
            self.call_after_refresh(self.rows.focus)

    def on_descendant_focus(self) -> None:
        """Unfold while the list is in use; a small screen makes room for it."""
        self.add_class("-open")
        self.screen.add_class("-talking")

    def on_descendant_blur(self) -> None:
        """Fold again."""
        self.remove_class("-open")
        self.screen.remove_class("-talking")


def heading(number: int) -> ui.Shown:
    """Return the heading, with how many there are and the key that leads there."""
    count = (f"   {number}", ui.FAINT)
    return ui.line(("TO TALK ABOUT", ui.HEAD), count, ("   t", ui.ACCENT), (" choose", ui.FAINT))
