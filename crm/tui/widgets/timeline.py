"""The whole timeline of a contact, all platforms together. The act under the cursor unfolds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from crm.services.views import InteractionView
from crm.tui import ui, words
from crm.tui.widgets.rows import Key, Rows

MOST_UNFOLDED = 8


class TimelineRows(Rows[InteractionView]):
    """Draws acts; keys are their places in the timeline, the newest being 0."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        self.zone: tzinfo = UTC
        """The page sets both before it shows rows."""

    def draw(self, key: Key, row: InteractionView, width: int) -> ui.Shown:
        """Draw one act in one line."""
        when = words.day(row.at, row.precision, self.moment, self.zone)
        # the words of the act under the cursor unfold below it; its line says what it was
        text, role = (words.kind(row), ui.FAINT) if key == self.key or not row.text else (row.text, "")
        if role and text == words.place(row):
            text = ""
        place = 0 if width < 36 else 12
        return ui.columns([
            (when, 11, ui.FAINT),
            (words.arrow(row), 2, ui.STRONG),
            (words.place(row), place, ui.FAINT),
            (text, width - 17 - (place + 2 if place else 0), role),
        ])  # fmt: skip

    def unfold(self, row: InteractionView, width: int) -> Sequence[ui.Shown]:
        """Show its words, as many as there is room for."""
        if not row.text:
            return ()
        indent = "   " if width > 40 else ""
        most = max(min(MOST_UNFOLDED, self.scrollable_content_region.height - 3), 1)
        pieces = ui.wrapped(row.text, min(width - len(indent), 90), most)
        return [ui.line(indent, piece) for piece in pieces]
