"""Lines that say what a key does next, and do it when they are clicked."""

from __future__ import annotations

from textual import events

from crm.tui.widgets.drawn import Drawn


class Step(Drawn):
    """Shows what a key would do; a click presses the key."""

    ALLOW_SELECT = False

    def __init__(self, key: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._key = key

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        event.stop()
        self.app.simulate_key(self._key)
