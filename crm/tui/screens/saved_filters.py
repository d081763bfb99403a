"""Filters with a name: call one back, keep the present one, rename, delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.domain.errors import ConfigError, CrmError, UsageError
from crm.domain.exchanges import Turn
from crm.domain.listing import BUILT_IN, NO_CIRCLE, ContactQuery
from crm.domain.platforms import title_of
from crm.tui import ui, words
from crm.tui.base import Dialog
from crm.tui.screens.ask import Ask
from crm.tui.screens.confirm import Confirm
from crm.tui.settings.listing import ListSettings
from crm.tui.widgets.rows import Key, Rows

SORT_WORDS = {
    ("name", False): "by name",
    ("name", True): "by name, backwards",
    ("last", False): "latest first",
    ("last", True): "longest ago first",
    ("lateness", False): "due first",
    ("lateness", True): "due last",
    ("exchanges", False): "most talk first",
    ("exchanges", True): "least talk first",
}


class Called(NamedTuple):
    """A filter and its name."""

    name: str
    query: ContactQuery


class _Line(NamedTuple):
    number: int
    name: str
    said: str
    own: bool


class FilterRows(Rows[_Line]):
    """One filter per line: its number, its name, what it does."""

    def draw(self, key: Key, row: _Line, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one filter."""
        number = str(row.number) if row.number < 10 else ""
        name = max(min(24, width // 2), 1)
        said = max(width - name - 5, 0)
        return ui.columns([
            (number, 1, ui.FAINT), (row.name, name, ui.STRONG if row.own else ""), (row.said, said, ui.FAINT)
        ])  # fmt: skip


class SavedFilters(Dialog[Called]):
    """Answers the filter that was called back."""

    TITLE = "Saved filters"
    HINT = "enter, 0-9  show   n  keep this one   r  rename   D  delete"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "keep", "keep the present filter"),
        Binding("r", "rename", "rename"),
        Binding("D,delete", "delete", "delete"),
    ]

    def __init__(self, saved: ListSettings, present: ContactQuery, name: str) -> None:
        """Ask.

        Args:
            saved: the filters.
            present: the filter of the list below.
            name: by which that one was called back; empty for none.

        """
        super().__init__()
        self._saved = saved
        self._present = present
        self._called = name

    def body(self) -> ComposeResult:
        """The filters, and the one of the list below."""
        yield FilterRows(classes="first in-dialog")
        said = ", ".join(described(self._present))
        yield Static(ui.line(("This list: ", ui.FAINT), said), id="present-filter")

    @property
    def _rows(self) -> FilterRows:
        return self.query_one(FilterRows)

    def on_mount(self) -> None:
        """Fill the list; the file may have been changed by hand."""
        self._fill(self._called)
        self.start(self._load)

    async def _load(self) -> None:
        try:
            await self._saved.load()
        finally:
            self._fill()

    def _fill(self, cursor: str | None = None) -> None:
        names = list(self._saved.filters)
        lines: dict[Key, _Line] = {
            name: _Line(number, name, ", ".join(described(query)), name in self._saved.own)
            for number, (name, query) in enumerate(self._saved.filters.items())
        }
        self._rows.show(names, lines, self._rows.key if cursor is None else cursor)
        self._rows.styles.height = min(len(names), 14)

    @on(Rows.Chosen)
    def chosen(self, event: Rows.Chosen) -> None:
        """Answer the filter under the cursor."""
        name = str(event.key)
        if name in self._saved.filters:
            self.dismiss(Called(name, self._saved.filters[name]))

    def on_key(self, event: events.Key) -> None:
        """Answer the filter of a number."""
        if event.character and event.character.isascii() and event.character.isdecimal():
            event.stop()
            names = list(self._saved.filters)
            if int(event.character) < len(names):
                name = names[int(event.character)]
                self.dismiss(Called(name, self._saved.filters[name]))

    # Changing

    def action_keep(self) -> None:
        """Ask for a name for the filter of the list below, and keep it."""
        if self._present == ContactQuery():
            self.failed(UsageError("the list has no filter to keep", "set one first: / or f in the list"))
            return

        def answered(typed: str | None) -> None:
            if typed is not None:
                self.start(partial(self._change, partial(self._saved.keep, typed, self._present), "kept"))

        before = "" if self._called in BUILT_IN else self._called
        self.app.push_screen(
            Ask("What is this filter called?", "such as potters in Berlin", before), answered
        )

    def _own(self) -> str | None:
        name = self._rows.key
        if isinstance(name, str) and name in self._saved.own:
            return name
        self.failed(UsageError("this filter is always there", "your own can be renamed and deleted"))
        return None

    def action_rename(self) -> None:
        """Ask for another name."""
        if (old := self._own()) is None:
            return

        def answered(typed: str | None) -> None:
            if typed is not None:
                self.start(partial(self._change, partial(self._saved.rename, old, typed), "renamed"))

        self.app.push_screen(Ask("What is this filter called?", "", old), answered)

    def action_delete(self) -> None:
        """Delete a filter, after asking."""
        if (name := self._own()) is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(partial(self._delete, name))

        self.app.push_screen(
            Confirm(f'Delete the filter "{name}"?', "The contacts stay as they are."), answered
        )

    async def _change(self, change: Callable[[], Awaitable[str]], said: str) -> None:
        name = await change()
        self._fill(name)
        self._called = name
        self.say(f'Filter "{name}" {said}.')

    async def _delete(self, name: str) -> None:
        await self._saved.delete(name)
        self._fill()
        self.say(f'Filter "{name}" deleted.')


def described(query: ContactQuery) -> list[str]:
    """Say what a filter does: "tag clay", "latest first"."""
    return [*filter_words(query), SORT_WORDS[query.sort, query.reverse]]


def filter_words(query: ContactQuery) -> list[str]:
    """Say which filters are on."""
    said = []
    if query.text.strip():
        said.append(f'"{query.text.strip()}"')
    if query.circle is not None:
        said.append("in no circle" if query.circle == NO_CIRCLE else f"circle {query.circle}")
    if query.tag:
        said.append(f"tag {query.tag}")
    if query.platform:
        said.append(f"on {title_of(query.platform)}")
    if query.turn:
        said.append(words.TURNS[Turn(query.turn)] or "nobody's turn")
    if query.due:
        said.append("due")
    if query.spoken is not None:
        said.append("spoken with" if query.spoken else "never spoken with")
    if query.archived is not False:
        said.append("archived" if query.archived else "archived too")
    return said


async def loaded(saved: ListSettings) -> CrmError | None:
    """Read the settings of lists; what is wrong with the file is answered, and the usual ones hold."""
    try:
        await saved.load()
    except ConfigError as error:
        return error
    return None
