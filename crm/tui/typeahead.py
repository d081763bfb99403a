"""Typing ahead: a key pressed right after one that opens a screen belongs to that screen.

Textual hands a key to what has the focus when the key arrives. Of `/quilt` typed in one go, `q` would go to
the page below, or to the new screen before its field is there, and the program would end. A key that nobody
used comes up to the app; what was given away before the screen on top had its focus is handed on there.
"""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

_READER = "textual-input"
_PATIENCE = 5.0


class TypeAhead(App[None]):
    """An app whose keys reach what they were meant for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._given: WeakKeyDictionary[events.Key, tuple[Screen[Any], DOMNode]] = WeakKeyDictionary()

    async def on_event(self, event: events.Event) -> None:
        """Note to whom a key is given."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._given[event] = (self.screen, self.focused or self.screen)
        await super().on_event(event)

    async def _on_key(self, event: events.Key) -> None:
        """Hand on a key that was too early; Textual looks up all others in the bindings after this."""
        if self._was_early(event):
            event.prevent_default()
            await self.on_event(events.Key(event.key, event.character))

    def _was_early(self, event: events.Key) -> bool:
        screen, widget = self._given.get(event, (self.screen, self.focused))
        if screen is not self.screen:
            return screen in self.screen_stack  # another one has opened above it
        return widget is screen and self.focused is not None


def stop_reading() -> None:
    """Wait for the thread that reads the keys of an app that has ended, so that the next app gets its own.

    In a browser Textual (8.2) tells it to end and does not wait: for a tenth of a second, longer on a busy
    computer, it still takes what comes. In a terminal it has ended.
    """
    for thread in threading.enumerate():
        if thread.name == _READER:
            thread.join(_PATIENCE)
