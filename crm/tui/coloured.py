"""The app's colours: our themes beside Textual's, or none under NO_COLOR; sheets are read for other ones.

Without colours the theme is the one that follows the terminal's own, of whose styles a filter takes away
what is left: the greys that Textual paints under NO_COLOR are colours to a terminal as well.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from crm.tui import themes
from crm.tui.colourless import Colourless


class Coloured(App[None]):
    """An app with our themes."""

    _colourless = Colourless()
    _look: tuple[str, dict[str, str]] | None = None
    """The theme and the colours that the sheets were read with."""

    def begin_with(self, theme: str) -> None:
        """Take the theme of the start; called once, before anything is painted."""
        for own in themes.OWN.values():
            self.register_theme(own)
        # to Textual an empty one counts as well; no-color.org says it does not
        self.no_color = bool(os.environ.get("NO_COLOR"))
        self._filters = [one for one in self._filters if not isinstance(one, Monochrome | NoColor)]
        self.show_theme(themes.TERMINAL.name if self.no_color else theme)
        self._other_look: WeakSet[Screen[Any]] = WeakSet()
        self._look = (self.theme, self.get_css_variables())
        self.stylesheet.set_variables(self._look[1])

    def show_theme(self, name: str) -> None:
        """Paint with a theme, unless nothing is to be painted."""
        if not self.no_color or name == themes.TERMINAL.name:
            self.theme = name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters, and the one that takes colours away where none are wanted."""
        return [*super().get_line_filters(), *([self._colourless] if self.no_color else [])]

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
