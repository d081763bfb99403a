"""What a search found: contacts, then acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias

from crm.services.views import ContactView, Hit, SearchView
from crm.tui import ui, words
from crm.tui.widgets.people_rows import standing
from crm.tui.widgets.rows import Heading, Key, Rows

Found: TypeAlias = ContactView | Hit


def order_of(found: SearchView) -> tuple[list[Key | Heading], dict[Key, Found]]:
    """Return the lines from top to bottom, and what they show."""
    order: list[Key | Heading] = []
    rows: dict[Key, Found] = {}
    if found.contacts:
        order.append(Heading("CONTACTS", str(len(found.contacts))))
        for view in found.contacts:
            order.append(("contact", view.id))
            rows["contact", view.id] = view
    if found.hits:
        if order:
            order.append(Heading())
        order.append(Heading("WORDS", str(len(found.hits))))
        for hit in found.hits:
            order.append(("act", hit.interaction.id))
            rows["act", hit.interaction.id] = hit
    return order, rows


class FoundRows(Rows[Found]):
    """Draws contacts and acts; the act under the cursor unfolds."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        self.zone: tzinfo = UTC
        """The page sets both before it shows rows."""

    def draw(self, key: Key, row: Found, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one line."""
        if isinstance(row, ContactView):
            name = words.name_of(row.name, row.id, row.identities)
            handles = "   ".join(words.handle_of(one) for one in words.shown_identities(row.identities)[:4])
            state = standing(row, self.moment) if width > 50 else ""
            left = min(24, width // 2)
            return ui.columns([
                (name, left, ""),
                (handles, width - left - 2 - (12 if state else 0), ui.FAINT),
                (state, 10 if state else 0, ui.FAINT),
            ])  # fmt: skip
        return self._act(row, width)

    def _act(self, hit: Hit, width: int) -> ui.Shown:
        act = hit.interaction
        name = words.name_of(hit.name, hit.contact) if hit.contact is not None else "(not said to whom)"
        when = words.day(act.at, act.precision, self.moment, self.zone)
        if width < 50:
            left = min(16, width // 3)
            return ui.columns(
                [(name, left, ""), (words.arrow(act), 2, ""), (act.text or "", width - left - 6, "")]
            )
        return ui.columns([
            (name, 20, ""),
            (when, 11, ui.FAINT),
            (words.arrow(act), 2, ui.STRONG),
            (act.text or words.what(act), width - 39, ""),
        ])  # fmt: skip

    def unfold(self, row: Found, width: int) -> Sequence[ui.Shown]:
        """Show more of the words than one line holds."""
        if isinstance(row, ContactView) or not row.interaction.text:
            return ()
        indent = 2 if width > 50 else 0
        pieces = ui.wrapped(row.interaction.text, min(width - indent, 96), 5)
        about = ui.label(" " * indent + words.what(row.interaction), ui.FAINT)
        return [*(ui.line(" " * indent, piece) for piece in pieces), about] if len(pieces) > 1 else [about]
