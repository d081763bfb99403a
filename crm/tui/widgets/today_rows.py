"""The list of Today: who is waiting, who is drifting, dates and support, under their headings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple, TypeAlias

from textual.binding import BindingType

from crm.domain.dates import ago
from crm.domain.platforms import title_of
from crm.services.views import DateItem, TodayItem, TodayView
from crm.tui import ui, words
from crm.tui.widgets.rows import Heading, Key, Rows

Item: TypeAlias = TodayItem | DateItem


class ItemKey(NamedTuple):
    """What names a line of Today: a contact may have two dates, so the section and place belong to it."""

    section: str
    contact: int
    what: str = ""


def order_of(view: TodayView) -> tuple[list[Key | Heading], dict[Key, Item]]:
    """Return the lines of Today from top to bottom, and what they show."""
    order: list[Key | Heading] = []
    rows: dict[Key, Item] = {}
    total = len(view.drifting) + view.more_drifting
    drifting = f"{len(view.drifting)} of {total}" if view.more_drifting else str(len(view.drifting))
    sections: tuple[tuple[str, Sequence[Item], str], ...] = (
        ("WAITING FOR YOU", view.waiting, str(len(view.waiting))),
        ("DRIFTING", view.drifting, drifting),
        ("DATES", view.dates, str(len(view.dates))),
        ("SUPPORT", view.support, str(len(view.support))),
    )
    for title, items, count in sections:
        if not items:
            continue
        if order:
            order.append(Heading())
        order.append(Heading(title, count))
        for item in items:
            key = ItemKey(title, item.contact, item.what if isinstance(item, DateItem) else "")
            order.append(key)
            rows[key] = item
    return order, rows


class TodayRows(Rows[Item]):
    """Name, place and since when; where there is no room for a card beside it, the reason unfolds."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        """What "2 days" is reckoned from; the page sets it before it shows rows."""
        self.alone = False
        """Whether no card is beside the list."""

    def draw(self, key: Key, row: Item, width: int) -> ui.Shown:
        """Draw one line."""
        name = words.name_of(row.name, row.contact)
        if width < 22:
            return ui.columns([(name, width, "")])
        place, since = (11, 14) if width >= 48 else (9, 12) if width >= 38 else (0, 11)
        left = width - place - since - (4 if place else 2)
        if isinstance(row, DateItem) or (isinstance(key, ItemKey) and key.section == "SUPPORT"):
            room = width - left - 2
            return ui.columns([(name, left, ""), (brief(row.reason, room), room, ui.FAINT)])
        return ui.columns([
            (name, left, ""),
            (title_of(row.platform) if row.platform else "", place, ui.FAINT),
            (self._since(row, since), -since, ui.FAINT),
        ])  # fmt: skip

    def _since(self, item: TodayItem, room: int) -> str:
        if item.since is None:
            return ""
        if not item.lateness:
            return ago(item.since, self.moment)
        days = (self.moment - item.since).days
        cadence = max(round(days / item.lateness), 1)
        said = f"{days} d of {cadence} d"
        return said if len(said) <= room else f"{days} of {cadence} d"

    def unfold(self, row: Item, width: int) -> Sequence[ui.Shown]:
        """Show the reason and what was last said, when no card does."""
        if not self.alone:
            return ()
        lines = [ui.label(ui.fit(row.reason, width), ui.FAINT)]
        if row.last is not None and row.last.text:
            lines += [ui.label(text) for text in ui.wrapped(row.last.text, width, 3)]
        return lines


def brief(reason: str, room: int) -> str:
    """Return a reason, or its beginning up to a comma or the place where the whole is too long for a column.

    The card beside the list, or the line that unfolds below, says all of it.
    """
    parts = [reason, *(reason.partition(end)[0] for end in (" in the last ", ", ", " on "))]
    return next((part for part in parts if ui.size(part) <= room), parts[-1])
