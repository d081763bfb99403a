"""Text that is laid out anew for every width: lines come from a function of the width."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.geometry import Size
from textual.widget import Widget

from crm.tui import ui

_BAR = 1
"""Cells that a vertical scroll bar takes, see `app.tcss`."""


class Drawn(Widget):
    """Shows the lines a function gives for its width; as high as they are."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._source: Callable[[int], Iterable[ui.Shown]] | None = None
        self._made: tuple[int, list[ui.Shown]] | None = None
        self._heights: dict[int, int] = {}
        """By the widths that were asked about since it shows what it shows."""

    def show(self, source: Callable[[int], Iterable[ui.Shown]] | None) -> None:
        """Show other lines, or none."""
        self._source = source
        self._made = None
        self._heights.clear()
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[ui.Shown]:
        if self._made is None or self._made[0] != width:
            lines = list(self._source(width)) if self._source is not None and width >= 4 else []
            self._made = (width, lines)
        return self._made[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return how many lines there are; beside a scroll bar no fewer than without one.

        Where less width gives fewer, the bar would go, more lines come, the bar come back, and so for ever.
        """
        self._heights[width] = len(self._lines(width))
        return max(self._heights[width], self._heights.get(width + _BAR, 0))

    def render(self) -> ui.Shown:
        """Draw the lines."""
        return ui.stack(self._lines(self.size.width))
