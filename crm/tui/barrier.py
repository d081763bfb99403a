"""The second barrier: nothing a terminal could take for a command leaves in a line of the screen.

No Textual widget removes an escape character from what it is given (measured in all of them), so one
forgotten `ui.label` would be enough for a stranger's name to write the clipboard. Line filters see every
segment after it was drawn. Textual documents them as internal; a test with a real terminal pins this.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class OutputBarrier(LineFilter):
    """Deletes control characters, direction overrides and surrogates from every segment."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments without them; a line that has none is returned as it is."""
        if not any(_UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [Segment(_UNSAFE.sub("", text), style, control) for text, style, control in segments]
