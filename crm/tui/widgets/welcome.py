"""What an empty program shows: three ways in."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from crm.tui import ui
from crm.tui.widgets.rows import Key, Rows

WAYS = {
    "import": ("i", "Import something", "A platform's export, mail, an address book"),
    "demo": ("d", "Look at the demo", "Made up; nothing of yours is touched"),
    "add": ("a", "Add a person", "A name, and where you talk"),
}


class Ways(Rows[str]):
    """The three ways, as a list."""

    def draw(self, key: Key, row: str, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw a way."""
        letter, title, text = WAYS[row]
        return ui.columns(
            [(letter, 2, ui.ACCENT), (title, 18, ui.STRONG), (text, max(width - 24, 1), ui.FAINT)]
        )


class Welcome(Vertical):
    """Says what the program is, and offers the ways."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "begin('import')", "import something"),
        Binding("d", "begin('demo')", "look at the demo"),
    ]

    class Chosen(Message):
        """A way was chosen."""

        def __init__(self, way: str) -> None:
            super().__init__()
            self.way = way

    def compose(self) -> ComposeResult:
        """A few sentences and the ways."""
        yield Static(ui.label("Welcome.", ui.STRONG), classes="gap-below")
        yield Static(
            ui.paragraphs(
                "This keeps the people you know on all your platforms together, on this computer only, and "
                "says whose turn it is and with whom the talk has paused. Nobody is here yet."
            ),
            classes="gap-below",
        )
        yield Ways(id="ways")
        yield Static(
            ui.line(
                ("When people are here:  ", ui.FAINT),
                ("r", ui.ACCENT), (" you replied   ", ui.FAINT),
                ("s", ui.ACCENT), (" let rest   ", ui.FAINT),
                ("g", ui.ACCENT), (" one at a time   ", ui.FAINT),
                ("?", ui.ACCENT), (" all keys", ui.FAINT),
            )
        )  # fmt: skip

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(Ways).show(list(WAYS), {way: way for way in WAYS})

    def focus_first(self) -> None:
        """Take the focus."""
        self.query_one(Ways).focus()

    @on(Rows.Chosen, "#ways")
    def chosen(self, event: Rows.Chosen) -> None:
        """Enter on a way."""
        event.stop()
        self.action_begin(str(event.key))

    @on(Rows.Highlighted, "#ways")
    def ignore(self, event: Rows.Highlighted) -> None:
        """Moving in here concerns nobody else."""
        event.stop()

    def action_begin(self, way: str) -> None:
        """Say which way was chosen."""
        self.post_message(self.Chosen(way))
