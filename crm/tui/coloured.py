"""The app's colours: our themes beside Textual's, and sheets that are read only when the colours change."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from textual.app import App
from textual.screen import Screen

from crm.tui import themes


class Coloured(App[None]):
    """An app with our themes."""

    _look: tuple[str, dict[str, str]] | None = None
    """The theme and the colours that the sheets were read with."""

    def begin_with(self, theme: str) -> None:
        """Take the theme of the start; called once, before anything is painted."""
        for own in themes.OWN.values():
            self.register_theme(own)
        self.theme = theme
        self._other_look: WeakSet[Screen[Any]] = WeakSet()
        self._look = (theme, self.get_css_variables())
        self.stylesheet.set_variables(self._look[1])

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours of our sheet that a theme of Textual does not have."""
        return themes.fallbacks(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Read the sheets anew for other colours; where these are the same, see to what was out of sight.

        Textual (8.2) calls this twice at the start and twice whenever a place is shown for the first time.
        Reading all sheets is 20 ms of work, and as much again when the next new kind of widget comes.
        """
        look = (self.theme, self.get_css_variables())
        shown = self.screen_stack
        if look != self._look:
            self._look = look
            every = (screen for stack in self._screen_stacks.values() for screen in stack)
            self._other_look = WeakSet(screen for screen in every if screen not in shown)
            super().refresh_css(animate)
            return
        for screen in shown:
            if screen in self._other_look:  # of a place that was not in front when the colours changed
                self._other_look.discard(screen)
                self.stylesheet.update(screen, animate=animate)
                screen.refresh(layout=True)
