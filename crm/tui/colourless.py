"""What is left of a screen under NO_COLOR: signs, bold, dim, underlined; a ground of its own is reversed."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_REVERSED = Style(reverse=True)


class Colourless(LineFilter):
    """Takes every colour out of every segment; a ground other than the terminal's own becomes reversed.

    So a selection, the cursor of a field and the thumb of a scroll bar are still seen.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments without colours."""
        return [Segment(text, style and _plain(style), control) for text, style, control in segments]


@lru_cache(1024)
def _plain(style: Style) -> Style:
    """Return a style without colours; what the mouse does there stays."""
    plain = style.without_color
    if style.meta:
        plain += Style.from_meta(style.meta)
    ground = style.bgcolor
    return plain + _REVERSED if ground is not None and not ground.is_default else plain
