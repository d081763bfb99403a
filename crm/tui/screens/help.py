"""What the keys of a place do: the three that matter first, then all, made from the keys themselves.

So it cannot be out of date; that the three are keys of their place is checked by a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from crm.tui import ui
from crm.tui.acting import Acting
from crm.tui.base import Dialog, Page
from crm.tui.widgets.drawn import Drawn

_WIDTH = 11


class Keys(Dialog[None]):
    """Teaches three keys, says what the place below is for, and lists every key that does something."""

    HINT = "esc or ?  close    up, down  scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "cancel", "close", show=False)]

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._keys = list(page.active_bindings.values())

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label(self._page.HELP_TITLE, ui.STRONG)

    def body(self) -> ComposeResult:
        """The three keys, the text, and all keys by what they are about."""
        with VerticalScroll(classes="first in-dialog"):
            if self._page.KEYS_TO_LEARN:
                lesson = Drawn(classes="gap-below")
                lesson.show(self._lesson)
                yield lesson
            yield Static(ui.paragraphs(self._page.HELP_TEXT), classes="gap-below")
            for title, keys in self._groups():
                if lines := list(self._lines(keys)):
                    yield Static(ui.stack([ui.label(title, ui.HEAD), *lines]), classes="gap-below")

    def _lesson(self, width: int) -> Iterator[ui.Shown]:
        """Yield the keys to learn, each with its sentence beside it."""
        for number, (key, sentence) in enumerate(self._page.KEYS_TO_LEARN):
            if number:
                yield ui.line()
            shown = self.app.get_key_display(Binding(key, ""))
            for place, text in enumerate(ui.wrapped(sentence, width - _WIDTH - 2, 3)):
                beginning = (shown if place == 0 else "", _WIDTH, ui.ACCENT)
                yield ui.columns([beginning, (text, width - _WIDTH - 2, ui.STRONG)])

    def _groups(self) -> Iterator[tuple[str, Sequence[ActiveBinding]]]:
        acts = {binding.key for binding in Acting.BINDINGS if isinstance(binding, Binding)}
        on_page = [one for one in self._keys if isinstance(one.node, Page)]
        if isinstance(self._page, Acting):
            yield "WITH THE CONTACT", [one for one in on_page if one.binding.key in acts]
            on_page = [one for one in on_page if one.binding.key not in acts]
        yield "HERE", on_page
        yield (
            "IN THE LIST",
            [a for a in self._keys if not isinstance(a.node, Screen) and a.node is not self.app],
        )
        yield "EVERYWHERE", [active for active in self._keys if active.node is self.app]

    def _lines(self, bindings: Sequence[ActiveBinding]) -> Iterator[ui.Shown]:
        keys: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for active in bindings:
            binding = active.binding
            if binding.description and not binding.system and "." not in binding.action:
                keys.setdefault(binding.action, []).append(self.app.get_key_display(binding))
                texts[binding.action] = binding.tooltip or binding.description
        for action, shown in keys.items():
            yield ui.columns([(" ".join(shown), _WIDTH, ui.ACCENT), (texts[action], 50, "")])
