"""One of a few, in one glance: all options are on the screen, the chosen one in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from crm.tui import ui


class Option(NamedTuple):
    """One thing to choose; `value` is ours, `text` may be anybody's."""

    value: str
    text: str


class Choice(Widget, can_focus=True):
    """Options side by side, broken into lines where they need it; left and right move."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "before", show=False),
        Binding("right,l,space", "move(1)", "next", show=False),
        Binding("home", "edge(0)", "first", show=False),
        Binding("end", "edge(-1)", "last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen"}
    ALLOW_SELECT = False

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            """The widget, for `@on(..., "#id")`."""
            return self.choice

    def __init__(
        self,
        options: Sequence[Option],
        value: str | None = None,
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._options = list(options)
        self._at = next((i for i, option in enumerate(options) if option.value == value), 0)

    @property
    def value(self) -> str:
        """The chosen value; empty where there is nothing to choose."""
        return self._options[self._at].value if self._options else ""

    def offer(self, options: Sequence[Option], value: str | None = None) -> None:
        """Offer other options."""
        value = self.value if value is None else value
        self._options = list(options)
        self._at = next((i for i, option in enumerate(options) if option.value == value), 0)
        self.refresh(layout=True)

    def choose(self, value: str) -> None:
        """Choose a value, if it is offered."""
        for index, option in enumerate(self._options):
            if option.value == value:
                self._put(index)

    def action_move(self, by: int) -> None:
        """Choose a neighbour; round at the ends."""
        if self._options:
            self._put((self._at + by) % len(self._options))

    def action_edge(self, index: int) -> None:
        """Choose the first or the last."""
        if self._options:
            self._put(index % len(self._options))

    def on_key(self, event: events.Key) -> None:
        """Choose by number."""
        if event.character and event.character.isdecimal() and event.character.isascii():
            event.stop()
            index = int(event.character) - 1
            if 0 <= index < len(self._options):
                self._put(index)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        for index, (x, y, width) in enumerate(self._places(self.size.width)):
            if y == event.y and x <= event.x < x + width:
                self._put(index)

    def _put(self, index: int) -> None:
        if index != self._at:
            self._at = index
            self.refresh()
            self.post_message(self.Changed(self, self.value))

    def _places(self, width: int) -> list[tuple[int, int, int]]:
        """Return column, line and width of every option, brackets included."""
        places = []
        x = y = 0
        for option in self._options:
            size = min(ui.size(option.text) + 2, max(width, 3))
            if x and x + size > width:
                x, y = 0, y + 1
            places.append((x, y, size))
            x += size + 1
        return places

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return how many lines the options need."""
        places = self._places(width)
        return places[-1][1] + 1 if places else 1

    def render(self) -> ui.Shown:
        """Draw the options."""
        lines: list[list[ui.Part]] = [[]]
        places = self._places(self.size.width)
        for index, (option, (_, y, size)) in enumerate(zip(self._options, places, strict=True)):
            if y >= len(lines):
                lines.append([])
            text = ui.fit(option.text, size - 2)
            if index == self._at:
                lines[y] += [(f"[{text}]", ".choice--chosen"), " "]
            else:
                lines[y] += [(f" {text} ", ""), " "]
        return ui.stack(ui.line(*parts) for parts in lines)


class Field(Horizontal):
    """A field of a form with its name before it."""

    def __init__(self, name: str, field: Widget) -> None:
        super().__init__()
        self._caption = name
        self._field = field

    @property
    def caption(self) -> str:
        """What the field is called before the user."""
        return self._caption

    def compose(self) -> ComposeResult:
        """Name and field."""
        yield Static(ui.label(self._caption, ui.FAINT), classes="field-name")
        yield self._field
