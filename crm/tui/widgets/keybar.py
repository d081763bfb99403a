"""The line at the bottom: the keys that do something here, as many as there is room for."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from crm.tui import ui


class KeyBar(Widget):
    """Shows keys and reacts to clicks on them. While text is typed, letters are letters and not shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key"}
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Redraw when the keys change."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def render(self) -> ui.Shown:
        """Draw the keys from the left and the help key at the right."""
        typing = isinstance(self.screen.focused, Input | TextArea)
        last = ("f1", "f1", "keys") if typing else ("question_mark", "?", "keys")
        room = self.size.width - len(f"{last[1]} {last[2]}") - 2
        parts: list[ui.Part] = [" "]
        self._spans = []
        x = 1
        for key, shown, text in self._keys(typing):
            length = len(shown) + 1 + len(text)
            if x + length > room:
                break
            parts += [(shown, ".keybar--key"), " ", (text, ui.FAINT), "  "]
            self._spans.append((x, x + length, key))
            x += length + 2
        start = max(room + 1, x)
        parts += [" " * (start - x), (last[1], ".keybar--key"), " ", (last[2], ui.FAINT)]
        self._spans.append((start, start + len(f"{last[1]} {last[2]}"), last[0]))
        return ui.line(*parts)

    def _keys(self, typing: bool) -> list[tuple[str, str, str]]:
        seen: set[str] = set()
        keys = []
        first: tuple[str, ...] = getattr(self.screen, "KEYS_FIRST", ())
        bindings = self.screen.active_bindings.values()
        for active in sorted(bindings, key=lambda one: bool(first) and one.binding.action not in first):
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in seen:
                continue
            shown = self.app.get_key_display(binding)
            if typing and len(shown) == 1:
                continue
            seen.add(binding.action)
            keys.append((binding.key, shown, binding.description))
        return keys

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.app.simulate_key(key)
