"""The list of contacts, of any length; several can be marked, and a letter leads to a name.

Marks outlive another filter, so that people can be gathered from several; the page counts those that are
not in the list. Somebody who leaves the list because they changed (archived, another circle) loses the mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from crm.domain.listing import USUAL_COLUMNS
from crm.services.views import ContactView
from crm.tui import ui
from crm.tui.widgets.people_columns import GUTTER, Moment, drawn, fitted
from crm.tui.widgets.people_columns import standing as standing  # how things stand, for other lists too
from crm.tui.widgets.rows import Key, Rows


class PeopleRows(Rows[ContactView]):
    """Draws contacts; keys are their ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark"),
        Binding("V", "mark_range", "mark from the last mark to here", show=False),
        Binding("shift+down", "mark_on(1)", "mark downwards", show=False),
        Binding("shift+up", "mark_on(-1)", "mark upwards", show=False),
        Binding("shift+home", "mark_edge(-1)", "mark to the first", show=False),
        Binding("shift+end", "mark_edge(1)", "mark to the last", show=False),
        Binding("ctrl+a", "mark_all", "mark all found, or none of them", show=False),
        Binding("i", "invert", "mark the others instead", show=False),
        Binding("escape", "unmark", "take the marks away", show=False),
        Binding("g,apostrophe", "jump", "jump to a letter", show=False),
    ]

    class Marked(Message):
        """Other contacts are marked."""

    class Resized(Message):
        """Rows are wider or narrower than before."""

    class Jumping(Message):
        """A letter is awaited, or no longer."""

        def __init__(self, waiting: bool) -> None:
            super().__init__()
            self.waiting = waiting

    class Jump(Message):
        """A letter was typed, to jump to."""

        def __init__(self, letter: str) -> None:
            super().__init__()
            self.letter = letter

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = Moment(datetime.now(UTC), UTC)
        """What "2 d" is reckoned from; the page sets it before it shows rows."""
        self.columns: tuple[str, ...] = USUAL_COLUMNS
        """What is shown beside the name; the page sets it before it shows rows."""
        self._marks: dict[Key, None] = {}
        self._anchor: Key | None = None
        self._here: frozenset[Key] | None = None
        self._jumping = False

    # Showing

    def show_people(
        self,
        ids: Sequence[int],
        rows: Mapping[Key, ContactView],
        cursor: Key | None,
        gone: Iterable[int] | None = None,
    ) -> None:
        """Show a list.

        Args:
            ids: everybody in it.
            rows: those who are known already.
            cursor: on whom to stand.
            gone: after a change under the same filter, the marked who are no more; those who left the list
                lose their marks too. None: only the filter is another one, and all marks stay.

        """
        if self._marks and gone is not None:
            before, after = self._in_list(), frozenset(ids)
            lost = {*gone, *(key for key in self._marks if key in before and key not in after)}
            self._marks = {key: None for key in self._marks if key not in lost}
        self._here = None
        self.show(ids, rows, cursor)

    @property
    def room(self) -> int:
        """How many cells a row has, beside the cursor's sign and the mark."""
        return max(self.scrollable_content_region.width - GUTTER - 1, 0)

    def on_resize(self) -> None:
        """Say that rows are wider or narrower now."""
        self.post_message(self.Resized())

    def draw(self, key: Key, row: ContactView, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one contact, with as many columns as there is room for."""
        return drawn(row, self.moment, fitted(self.columns, width))

    def mark_of(self, key: Key) -> str:
        """Return the mark of a row."""
        return "*" if key in self._marks else " "

    # Marks

    @property
    def marks(self) -> list[int]:
        """The ids of the marked contacts, in the order in which they were marked."""
        return [key for key in self._marks if isinstance(key, int)]

    @property
    def marked_elsewhere(self) -> int:
        """How many of the marked are not in the list."""
        if not self._marks:
            return 0
        here = self._in_list()
        return sum(key not in here for key in self._marks)

    def _in_list(self) -> frozenset[Key]:
        if self._here is None:
            self._here = frozenset(self.order)
        return self._here

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on."""
        if self.key is not None:
            self._turn(self.key)
            self.action_move(1)

    def _turn(self, key: Key) -> None:
        self._anchor = key
        if self._marks.pop(key, True) is not None:
            self._marks[key] = None
        self._marked()

    def action_mark_on(self, by: int) -> None:
        """Mark this row and the next."""
        if self.key is not None:
            self._marks[self.key] = None
            self.action_move(by)
            self._anchor = self.key
            self._marks[self.key] = None
            self._marked()

    def action_mark_range(self) -> None:
        """Mark everybody from the last mark to the cursor; without one, the row."""
        end = self.index_of(self.key)
        if end is None:
            return
        start = self.index_of(self._anchor) if self._anchor in self._marks else None
        self._mark_between(end if start is None else start, end)

    def action_mark_edge(self, by: int) -> None:
        """Mark everybody from here to the first or the last, and go there."""
        start = self.index_of(self.key)
        if start is not None:
            end = 0 if by < 0 else len(self.order) - 1
            self.action_edge(by)
            self._mark_between(start, end)

    def _mark_between(self, start: int, end: int) -> None:
        low, high = sorted((start, end))
        self._marks.update(dict.fromkeys(self.order[low : high + 1]))
        self._anchor = self.order[end]
        self._marked()

    def action_mark_all(self) -> None:
        """Mark everybody in the list, or nobody of it when all are; marks elsewhere stay."""
        here = self._in_list()
        if all(key in self._marks for key in here):
            self._marks = {key: None for key in self._marks if key not in here}
        else:
            self._marks.update(dict.fromkeys(self.order))
        self._marked()

    def action_invert(self) -> None:
        """Mark those of the list who are not marked, instead of those who are; marks elsewhere stay."""
        here = self._in_list()
        elsewhere = {key: None for key in self._marks if key not in here}
        self._marks = elsewhere | {key: None for key in self.order if key not in self._marks}
        self._marked()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marks = {}
        self._anchor = None
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(self.Marked())

    def on_click(self, event: events.Click) -> None:
        """With ctrl, or on the place of the mark, turn a mark; with shift mark all from the last one."""
        index = self._index_at(event.y + self.scroll_offset.y)
        at_mark = 2 <= event.x <= GUTTER
        if index is None or not (event.ctrl or event.meta or event.shift or at_mark):
            return
        event.prevent_default()
        before = self.key
        self.move_to(self.order[index])
        if event.shift:
            if self._anchor not in self._marks and before is not None:
                self._anchor = before
                self._marks[before] = None
            self.action_mark_range()
        else:
            self._turn(self.order[index])

    # Jumping

    def action_jump(self) -> None:
        """Wait for a letter."""
        self._wait(True)

    def _wait(self, waiting: bool) -> None:
        self._jumping = waiting
        self.post_message(self.Jumping(waiting))

    def on_key(self, event: events.Key) -> None:
        """Take the letter that was awaited; any other key ends the waiting."""
        if not self._jumping:
            return
        self._wait(False)
        letter = event.character if event.is_printable else None
        if letter and not letter.isspace():
            event.stop()
            event.prevent_default()
            self.post_message(self.Jump(letter))
        elif event.key == "escape":
            event.stop()
            event.prevent_default()

    def on_blur(self) -> None:
        """Wait no longer."""
        if self._jumping:
            self._wait(False)
