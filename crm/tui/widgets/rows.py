"""One list for everything: it knows the keys in their order, and asks for rows when it draws them.

`ListView` and `DataTable` make an object per row and need seconds for 10,000 of them (measured); this one
draws only what is visible, so 100,000 rows cost the same as ten. The row under the cursor may unfold into
several lines; all others take one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeAlias, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from crm.tui import ui

PAGE = 100
"""Rows asked for at once: more than any screen shows, few enough for a millisecond."""
KEPT = 3_000
_NOTHING = object()

R = TypeVar("R")


class Heading(NamedTuple):
    """A line that cannot be chosen: a section's title, or a note; empty for a blank line."""

    text: str = ""
    right: str = ""
    role: str = ui.HEAD


Key: TypeAlias = Hashable
"""What names a row: a number or a tuple of ours, never somebody's text."""


class Rows(ScrollView, Generic[R], can_focus=True):
    """A virtual list. Subclasses draw a row; screens answer `Wanted` with `give`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--marked"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "a page up", show=False),
        Binding("pagedown", "page(1)", "a page down", show=False),
        Binding("home", "edge(-1)", "first", show=False),
        Binding("end", "edge(1)", "last", show=False),
        Binding("enter", "choose", "open", show=False),
    ]
    ALLOW_SELECT = False

    class Highlighted(Message):
        """The cursor stands on another row, or on none."""

        def __init__(self, rows: Rows[Any], key: Key | None) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Rows[Any]:
            """The list, for `@on(..., "#id")`."""
            return self.rows

    class Chosen(Message):
        """Enter or a double click on a row."""

        def __init__(self, rows: Rows[Any], key: Key) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Rows[Any]:
            """The list, for `@on(..., "#id")`."""
            return self.rows

    class Wanted(Message):
        """Rows are about to be drawn and are not here."""

        def __init__(self, rows: Rows[Any], keys: Sequence[Key]) -> None:
            super().__init__()
            self.rows = rows
            self.keys = keys

        @property
        def control(self) -> Rows[Any]:
            """The list, for `@on(..., "#id")`."""
            return self.rows

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._order: Sequence[Key | Heading] = ()
        self._rows: OrderedDict[Key, R] = OrderedDict()
        self._asked: set[int] = set()
        self._cursor = -1
        self._extra: list[Content] = []
        self._fresh: set[Key] = set()
        self._announced: object = _NOTHING

    # What a subclass says

    def draw(self, key: Key, row: R, width: int) -> Content:
        """Return the line of a row, at most `width` cells wide."""
        raise NotImplementedError

    def unfold(self, row: R, width: int) -> Sequence[Content]:  # noqa: ARG002
        """Return further lines to show below the row under the cursor."""
        return ()

    def mark_of(self, key: Key) -> str:  # noqa: ARG002
        """Return what stands between the cursor's sign and the row."""
        return ""

    # What a screen says

    def show(self, order: Sequence[Key | Heading], rows: Mapping[Key, R], cursor: Key | None = None) -> None:
        """Show other rows, with the cursor on the given key or near where it was.

        Args:
            order: all keys, and the headings between them.
            rows: those rows that are known already; others are asked for when drawn. Rows that were
                known before are drawn until their new state arrives.
            cursor: the key to stand on; None: the same place.

        """
        self._order = order
        self._asked.clear()
        self._fresh.clear()
        self._take(rows)
        index = self.index_of(cursor) if cursor is not None else None
        self._cursor = self._selectable(index if index is not None else max(self._cursor, 0))
        self._announced = _NOTHING
        self._settle()

    def give(self, rows: Mapping[Key, R]) -> None:
        """Take rows that were asked for."""
        self._take(rows)
        unfolded = len(self._extra)
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        self._settle(scroll=False)
        if len(self._extra) != unfolded and top <= self._cursor < top + height:
            self._reveal()

    def _take(self, rows: Mapping[Key, R]) -> None:
        self._rows.update(rows)
        self._fresh.update(rows)
        for key in rows:
            self._rows.move_to_end(key)
        while len(self._rows) > KEPT:
            old, _ = self._rows.popitem(last=False)
            self._fresh.discard(old)
            self._asked.clear()

    @property
    def order(self) -> Sequence[Key | Heading]:
        """All keys and headings, from first to last."""
        return self._order

    @property
    def key(self) -> Key | None:
        """The key under the cursor."""
        return self._key_at(self._cursor)

    @property
    def row(self) -> R | None:
        """The row under the cursor, where it is known."""
        key = self.key
        return None if key is None else self._rows.get(key)

    def row_of(self, key: Key) -> R | None:
        """Return a row that is known."""
        return self._rows.get(key)

    def index_of(self, key: Key | None) -> int | None:
        """Return where a key stands."""
        try:
            return self._order.index(key)
        except ValueError:
            return None

    def following(self) -> Key | None:
        """Return the key where the cursor goes when its own row leaves: the next, else the one before."""
        for index in (*range(self._cursor + 1, len(self._order)), *range(self._cursor - 1, -1, -1)):
            key = self._key_at(index)
            if key is not None:
                return key
        return None

    def move_to(self, key: Key) -> None:
        """Put the cursor on a key, if it is there."""
        index = self.index_of(key)
        if index is not None:
            self._put(index)

    # Moving

    def action_move(self, by: int) -> None:
        """Move by rows, past headings; at the top, show the heading too."""
        index = self._cursor + by
        while 0 <= index < len(self._order) and self._key_at(index) is None:
            index += by
        if 0 <= index < len(self._order):
            self._put(index)
        else:
            self.scroll_to(y=0 if by < 0 else self.max_scroll_y, animate=False)

    def action_page(self, by: int) -> None:
        """Move by a screen."""
        step = max(self.scrollable_content_region.height - 1 - len(self._extra), 1)
        self._put(self._selectable(min(max(self._cursor + by * step, 0), len(self._order) - 1), by))

    def action_edge(self, by: int) -> None:
        """Go to the first or the last row."""
        self._put(self._selectable(0 if by < 0 else len(self._order) - 1, -by))
        if by < 0:
            self.scroll_to(y=0, animate=False)

    def action_choose(self) -> None:
        """Say that the row under the cursor was chosen."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def on_click(self, event: events.Click) -> None:
        """Stand on the clicked row; a second click chooses it."""
        index = self._index_at(event.y + self.scroll_offset.y)
        if index is None or self._key_at(index) is None:
            return
        self._put(index)
        if event.chain == 2:
            self.action_choose()

    def on_resize(self) -> None:
        """Break the unfolded lines anew."""
        self._settle()

    def on_focus(self) -> None:
        """Redraw the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Redraw the cursor."""
        self.refresh()

    # Inside

    def _key_at(self, index: int) -> Key | None:
        if not 0 <= index < len(self._order):
            return None
        key = self._order[index]
        return None if isinstance(key, Heading) else key

    def _selectable(self, index: int, by: int = 1) -> int:
        """Return the nearest index that can be stood on, looking first in direction `by`; else -1."""
        index = min(max(index, 0), len(self._order) - 1)
        ahead = range(index, len(self._order)) if by > 0 else range(index, -1, -1)
        behind = range(index, -1, -1) if by > 0 else range(index, len(self._order))
        return next((at for way in (ahead, behind) for at in way if self._key_at(at) is not None), -1)

    def _put(self, index: int) -> None:
        if index == self._cursor or not 0 <= index < len(self._order):
            return
        before = self._cursor
        self._cursor = index
        had_extra = bool(self._extra)
        self._settle(redraw=False)
        if had_extra or self._extra:
            self.refresh()
        else:
            self.refresh_line(before)
            self.refresh_line(index)

    def _settle(self, scroll: bool = True, redraw: bool = True) -> None:
        """Bring size, unfolded lines and scroll position up to date, and say where the cursor is."""
        width = self.scrollable_content_region.width
        row = self.row
        self._extra = (
            [] if row is None or not width else list(self.unfold(row, max(width - self._gutter - 1, 0)))
        )
        height = len(self._order) + len(self._extra)
        if self.virtual_size.height != height:
            self.virtual_size = Size(0, height)
        if scroll and self._cursor >= 0 and self.size.height:
            self._reveal()
        if redraw:
            self.refresh()
        if self._announced is _NOTHING or self.key != self._announced:
            self._announced = self.key
            self.post_message(self.Highlighted(self, self.key))

    def _reveal(self) -> None:
        top = self._cursor
        if top and isinstance(self._order[top - 1], Heading):
            top -= 1
        height = min(self._cursor - top + 1 + len(self._extra), self.scrollable_content_region.height)
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True)
        if self._cursor >= self.scroll_offset.y + self.scrollable_content_region.height:
            self.scroll_to(y=self._cursor, animate=False, force=True)

    def _index_at(self, y: int) -> int | None:
        if self._cursor >= 0 and self._cursor < y <= self._cursor + len(self._extra):
            return self._cursor
        if y > self._cursor >= 0:
            y -= len(self._extra)
        return y if 0 <= y < len(self._order) else None

    @property
    def _gutter(self) -> int:
        return 2 + (2 if self.mark_of(None) else 0)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        index = self._index_at(line)
        if index is None or width <= 0:
            return Strip.blank(width, self.visual_style.rich_style)
        item = self._order[index]
        if isinstance(item, Heading):
            return self._strip(self._heading(item, width), width, self.visual_style)
        at_cursor = index == self._cursor
        style = self.get_visual_style("rows--cursor") if at_cursor else self.visual_style
        if line > index and at_cursor:
            extra = self._extra[line - index - 1]
            return self._strip(ui.beside(ui.line(" " * self._gutter), extra), width, style)
        mark = self.mark_of(item)
        sign = ui.line((">" if at_cursor else " ", ui.ACCENT), " ", (mark, ui.ACCENT), " " if mark else "")
        return self._strip(ui.beside(sign, self._body(item, index, width - self._gutter - 1)), width, style)

    def _body(self, key: Key, index: int, width: int) -> Content:
        row = self._rows.get(key)
        page = index // PAGE
        if page not in self._asked:
            self._ask(page)
        return ui.label("…", ui.FAINT) if row is None else self.draw(key, row, width)

    def _ask(self, page: int) -> None:
        self._asked.add(page)
        missing = [key for key in self._keys_of(page) if key not in self._fresh]
        if missing:
            # Drawing happens in the name of the screen; a message made here would not bubble past it.
            self.call_later(self._want, missing)

    def _want(self, keys: Sequence[Key]) -> None:
        self.post_message(self.Wanted(self, keys))

    def _keys_of(self, page: int) -> Iterable[Key]:
        part = self._order[page * PAGE : (page + 1) * PAGE]
        return (key for key in part if not isinstance(key, Heading))

    def _heading(self, heading: Heading, width: int) -> Content:
        right = heading.right
        room = width - 2 - len(right)
        return ui.beside(
            ui.label(" "), ui.label(ui.fit(heading.text, room), heading.role), ui.label(right, ui.FAINT)
        )

    def _strip(self, content: Content, width: int, style: Style) -> Strip:
        pieces = content.render(style, end="", parse_style=self._get_style)
        segments = [Segment(text, (style + piece).rich_style) for text, piece in pieces]
        return Strip(segments).adjust_cell_length(width, style.rich_style)
