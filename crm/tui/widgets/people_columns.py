"""The columns of People: what each shows, how wide it is, and the row of headings above the list.

Columns stand in the order that the user chose; what does not fit is left out from the right, and the
headings end in "+2" then. List and headings ask the same function (`fitted`), so they are always aligned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.widget import Widget

from crm.domain import dates
from crm.domain.cadence import CadenceFrom
from crm.domain.exchanges import Turn
from crm.domain.listing import USUAL_COLUMNS
from crm.domain.platforms import title_of
from crm.services.views import ContactView
from crm.tui import ui, words

GAP = 2
NARROWEST_NAME = (12, 20)
"""A third of the row, within these: a name of 20 cells can be told from most others."""
GUTTER = 4
"""Cells before a row's name: the cursor's sign and the mark."""
UP, DOWN = "↑", "↓"


class Moment(NamedTuple):
    """What times are reckoned from."""

    now: datetime
    zone: tzinfo


class Column(NamedTuple):
    """One thing to know about a contact in a list."""

    title: str
    width: int
    """Cells; negative: aligned to the right."""
    about: str
    value: Callable[[ContactView, Moment], str]
    sort: str | None = None
    """What a click on its heading sorts by."""
    stretches: bool = False
    """It takes its share of what room is left."""


class Fitted(NamedTuple):
    """The columns that fit into a width."""

    name: int
    """Cells of the name."""
    columns: tuple[tuple[str, int], ...]
    """Key and width."""
    left_out: int


def standing(contact: ContactView, now: datetime) -> str:
    """Say in a word how things stand with a contact."""
    if contact.archived:
        return "archived"
    if contact.owed:
        return "your turn"
    if contact.muted:
        return "muted"
    if contact.snoozed_until and contact.snoozed_until > now:
        return "resting"
    if contact.due_at and contact.due_at <= now:
        return "due"
    return words.TURNS[Turn(contact.turn)] if contact.turn == Turn.THEIRS else ""


def _due(contact: ContactView, moment: Moment) -> str:
    """Say when somebody is due, or how late: "in 12 days", "9 days late"; "-" where nobody asks."""
    quiet = contact.archived or contact.muted
    if quiet or contact.due_at is None:
        return "-"
    if contact.due_at <= moment.now:
        said = dates.ago(contact.due_at, moment.now)
        return "today" if said == "just now" else f"{said} late"
    said = dates.ago(moment.now, contact.due_at)
    return "today" if said == "just now" else f"in {said}"


def _cadence(contact: ContactView, moment: Moment) -> str:  # noqa: ARG001
    if not contact.cadence_days:
        return "never" if contact.cadence_from == CadenceFrom.OWN else "-"
    return f"{contact.cadence_days} d"


def _since(contact: ContactView, moment: Moment) -> str:
    first = contact.first_exchange_at
    return "-" if first is None else f"{first.astimezone(moment.zone):%Y-%m}"


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "standing": Column(
            "STANDING", 10, "your turn, their turn, due, resting", lambda who, at: standing(who, at.now)
        ),
        "last": Column(
            "LAST",
            -6,
            "the last exchange, how long ago",
            lambda who, at: words.brief_ago(who.last_exchange_at, at.now),
            "last",
        ),
        "circle": Column("CIRCLE", 8, "the circle they are in", lambda who, _: who.circle or ""),
        "platform": Column(
            "USUALLY",
            12,
            "where you usually talk",
            lambda who, _: title_of(who.usual_platform) if who.usual_platform else "",
        ),
        "due": Column("DUE", 15, "when they are due, or how late", _due, "lateness"),
        "days": Column(
            "DAYS",
            -6,
            "exchange days: on how many you talked",
            lambda who, _: f"{who.exchange_days:,}" if who.exchange_days else "-",
            "exchanges",
        ),
        "unanswered": Column(
            "UNANSWERED",
            -10,
            "days you reached out without an answer",
            lambda who, _: f"{who.unanswered:,}" if who.unanswered else "-",
        ),
        "cadence": Column("CADENCE", -7, "how many days may go by", _cadence),
        "since": Column("SINCE", 7, "the first exchange, year and month", _since),
        "organisation": Column(
            "ORGANISATION", 14, "where they work", lambda who, _: who.organisation or "", stretches=True
        ),
        "tags": Column("TAGS", 12, "their tags", lambda who, _: ", ".join(who.tags), stretches=True),
    }
)
"""By the names that `domain.listing.COLUMNS` gives them."""


@lru_cache(maxsize=32)
def fitted(wanted: tuple[str, ...], width: int) -> Fitted:
    """Return the columns that fit, each in turn from the left, and what room is left for the name."""
    least, enough = NARROWEST_NAME
    name = min(max(width // 3, least), enough, width)
    room = width - name
    kept: list[tuple[str, int]] = []
    for key in wanted:
        needed = GAP + abs(COLUMNS[key].width)
        if needed > room:
            break
        kept.append((key, COLUMNS[key].width))
        room -= needed
    stretching = [key for key, _ in kept if COLUMNS[key].stretches]
    share = room // (len(stretching) + 1)
    grown = tuple((key, size + share if key in stretching else size) for key, size in kept)
    return Fitted(name + room - share * len(stretching), grown, len(wanted) - len(kept))


def drawn(contact: ContactView, moment: Moment, fit: Fitted) -> ui.Shown:
    """Draw one contact."""
    name = words.name_of(contact.name, contact.id, contact.identities)
    cells = [(name, fit.name, "")]
    for key, width in fit.columns:
        role = ui.ACCENT if key == "standing" and contact.owed else ui.FAINT
        cells.append((COLUMNS[key].value(contact, moment), width, role))
    return ui.columns(cells, GAP)


class PeopleHead(Widget):
    """The headings, over the cells of the rows; a click on one sorts by it."""

    ALLOW_SELECT = False

    class Sort(Message):
        """A heading was clicked."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, room: Callable[[], int], *, id: str | None = None) -> None:  # noqa: A002
        """Begin.

        Args:
            room: tells how many cells a row has.
            id: of the widget.

        """
        super().__init__(id=id)
        self._room = room
        self._columns: tuple[str, ...] = USUAL_COLUMNS
        self._sort = "name"
        self._reverse = False

    def show(self, columns: Sequence[str], sort: str, reverse: bool) -> None:
        """Show other headings, or another order."""
        self._columns, self._sort, self._reverse = tuple(columns), sort, reverse
        self.refresh()

    def _cells(self) -> tuple[list[tuple[str, str | None, int]], int]:
        """Return title, order and width of each heading, and how many columns are left out."""
        fit = fitted(self._columns, self._room())
        cells: list[tuple[str, str | None, int]] = [("NAME", "name", fit.name)]
        cells += [(COLUMNS[key].title, COLUMNS[key].sort, width) for key, width in fit.columns]
        return cells, fit.left_out

    def render(self) -> ui.Shown:
        """Draw the headings; the one that sorts has an arrow, up where small things come first."""
        cells, left_out = self._cells()
        shown = []
        for title, sort, width in cells:
            here = sort == self._sort
            up = self._reverse != (sort == "name")
            said = f"{title} {UP if up else DOWN}" if here else title
            shown.append((said, width, ui.HEAD if here else ui.FAINT))
        sign = f" +{left_out}" if left_out else ""
        return ui.beside(ui.label(" " * GUTTER), ui.columns(shown, GAP), ui.label(sign, ui.FAINT))

    def on_click(self, event: events.Click) -> None:
        """Sort by what was clicked."""
        x = event.get_content_offset(self)
        if x is None:
            return
        start = GUTTER
        for _, sort, width in self._cells()[0]:
            if start <= x.x < start + abs(width) + GAP and sort is not None:
                self.post_message(self.Sort(sort))
            start += abs(width) + GAP
