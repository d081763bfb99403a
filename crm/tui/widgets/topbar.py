"""The line at the top: the places, and what day it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.widget import Widget

from crm.tui import ui, words

if TYPE_CHECKING:
    from crm.tui.app import CrmApp

PLACES = (
    ("1", "today", "Today"),
    ("2", "people", "People"),
    ("3", "matches", "Matches"),
    ("4", "mirror", "Mirror"),
    ("5", "import", "Import"),
)
"""Number key, mode and title; a new place is one line here and one in `app.MODES`."""


class TopBar(Widget):
    """Shows the places and reacts to clicks on them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"topbar--here"}
    ALLOW_SELECT = False

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> ui.Shown:
        """Draw the places from the left and the day at the right, as far as there is room."""
        app = cast("CrmApp", self.app)
        width = self.size.width
        texts = [f" {key} {title} " for key, _, title in PLACES]
        brief = width < 6 + sum(len(text) + 1 for text in texts)
        if brief and width < sum(map(len, texts)):  # only the place one is in has room for its name
            texts = [
                text if mode == self._place else text[:3]
                for text, (_, mode, _) in zip(texts, PLACES, strict=True)
            ]
        parts: list[ui.Part] = [] if brief else [(" crm ", ui.STRONG)]
        x = 0 if brief else 5
        self._spans = []
        for text, (_, mode, _) in zip(texts, PLACES, strict=True):
            here = mode == self._place
            parts.append((f"[{text[1:-1]}]" if here else text, ".topbar--here" if here else ui.FAINT))
            self._spans.append((x, x + len(text), mode))
            x += len(text)
            if not brief:
                parts.append(" ")
                x += 1
        day = words.weekday(app.moment, app.store.rules.zone)
        banner = app.banner or ("read-only" if app.store.access else "")
        right = f"{banner}   {day} " if banner else f"{day} "
        if width - x > len(right):
            parts += [" " * (width - x - len(right)), (banner, ui.ACCENT), right[len(banner) :]]
        return ui.line(*parts)

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked place."""
        for start, end, mode in self._spans:
            if start <= event.x < end:
                cast("CrmApp", self.app).action_go(mode)
