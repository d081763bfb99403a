"""What the keys of a place do: made from the keys themselves, so it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from crm.tui import ui
from crm.tui.base import Dialog, Page

_WIDTH = 12


class Keys(Dialog[None]):
    """Lists the keys of the page below, then those that work everywhere."""

    HINT = "esc  close"

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._title = page.HELP_TITLE
        self._text = page.HELP_TEXT
        self._keys = list(page.active_bindings.values())

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label(self._title, ui.STRONG)

    def body(self) -> ComposeResult:
        """The text and the keys."""
        with VerticalScroll(classes="first in-dialog"):
            yield Static(ui.paragraphs(self._text), classes="gap-below")
            here = [active for active in self._keys if isinstance(active.node, Page)]
            below = [a for a in self._keys if not isinstance(a.node, Screen) and a.node is not self.app]
            everywhere = [active for active in self._keys if active.node is self.app]
            yield Static(ui.stack(self._section("HERE", [*here, *below])), classes="gap-below")
            yield Static(ui.stack(self._section("EVERYWHERE", everywhere)))

    def _section(self, title: str, bindings: list[ActiveBinding]) -> Iterator[ui.Shown]:
        yield ui.label(title, ui.HEAD)
        keys: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for active in bindings:
            binding = active.binding
            if binding.description and not binding.system and "." not in binding.action:
                keys.setdefault(binding.action, []).append(self.app.get_key_display(binding))
                texts[binding.action] = binding.tooltip or binding.description
        for action, shown in keys.items():
            yield ui.columns([(" ".join(shown), _WIDTH, ui.ACCENT), (texts[action], 44, "")])
