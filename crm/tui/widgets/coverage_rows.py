"""What imports cover, a line per platform: its bar over the years is text, so it needs no colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from crm.domain.platforms import title_of
from crm.services.views import CoverageView
from crm.tui import ui, words
from crm.tui.widgets.rows import Key, Rows

COVERED, OPEN = "━", "·"
_NAME, _UNTIL, _PEOPLE, _GAP = 13, 11, 9, 2


class Scale(NamedTuple):
    """What the bars run over."""

    first: int
    """The year they begin with."""
    end: datetime

    def cell(self, moment: datetime, width: int) -> int:
        """Return in which of `width` cells a moment lies."""
        begin = datetime(self.first, 1, 1, tzinfo=UTC)
        span = max(self.end - begin, timedelta(days=1))
        return min(max(int((moment - begin) / span * width), 0), width - 1)


class Covered(NamedTuple):
    """A platform's coverage, with how to get its export where that is worth while."""

    view: CoverageView
    how: str = ""


def scale_of(views: Sequence[CoverageView], now: datetime) -> Scale:
    """Return the scale on which all of them have room: from the first year covered until now."""
    first = min((span[0].year for view in views for span in view.spans), default=now.year)
    return Scale(min(first, now.year), now)


def room_for_bar(width: int) -> int:
    """Return how many cells a bar has in a line of this width; 0 where it has none."""
    left = width - _NAME - _UNTIL - 2 * _GAP - (_PEOPLE + _GAP if width >= 50 else 0)
    return left if left >= 8 else 0


def bar(view: CoverageView, scale: Scale, width: int) -> str:
    """Return a platform's bar: what is covered, and what is not."""
    cells = [OPEN] * width
    for since, until in view.spans if width else ():
        for cell in range(scale.cell(since, width), scale.cell(until, width) + 1):
            cells[cell] = COVERED
    if view.ask_again and width:
        cells[-1] = OPEN  # a few weeks are less than a cell, but they are why it stands where it does
    return "".join(cells)


def axis(scale: Scale, width: int) -> str:
    """Return the years below which the bars run, as many as there is room for."""
    line = ""
    for year in range(scale.first, scale.end.year + 1):
        at = scale.cell(datetime(year, 1, 1, tzinfo=UTC), width)
        if at + 4 <= width and (not line or at >= len(line) + 2):
            line = line.ljust(at) + str(year)
    return line.ljust(width)


def head_line(scale: Scale, width: int) -> ui.Shown:
    """Return the line above the bars."""
    room = room_for_bar(width)
    return ui.columns([
        ("", _NAME, ""),
        (axis(scale, room), room, ui.FAINT),
        ("until", _UNTIL, ui.FAINT),
        ("you talk", _PEOPLE if width >= 50 else 0, ui.FAINT),
    ])  # fmt: skip


class CoverageRows(Rows[Covered]):
    """Draws platforms; the one under the cursor unfolds."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        self.zone: tzinfo = UTC
        self.scale = Scale(self.moment.year, self.moment)
        """The page sets all three before it shows rows."""

    def draw(self, key: Key, row: Covered, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw name, bar, end, and with how many one talks there."""
        view, room = row.view, room_for_bar(width)
        until = words.day(view.until, "second", self.moment, self.zone) if view.until else "no dates"
        people = f"with {view.contacts:,}" if view.contacts else ""
        return ui.columns([
            (title_of(view.platform), _NAME, ""),
            (bar(view, self.scale, room), room, ui.ACCENT if view.ask_again else ui.FAINT),
            (until, _UNTIL, ""),
            (people, _PEOPLE if width >= 50 else 0, ui.FAINT),
        ])  # fmt: skip

    def unfold(self, row: Covered, width: int) -> Sequence[ui.Shown]:
        """Say it in words, and how to get the next export where it is worth while."""
        lines = [(text, ui.FAINT) for text in self._said(row.view)]
        if row.how:
            lines.append((row.how, ""))
        room = min(width, 92)
        return [ui.label(piece, role) for text, role in lines for piece in ui.wrapped(text, room, 8)]

    def _said(self, view: CoverageView) -> list[str]:
        day = words.day(view.imported_at, "second", self.moment, self.zone)
        imported = f"{words.count(view.imports, 'import')}, the last on {day}."
        if view.since is None or view.until is None:
            return [f"Nothing in it is dated. {imported}"]
        spans = view.spans or ((view.since, view.until),)
        said = [
            " to ".join(words.day(end, "second", self.moment, self.zone) for end in span) for span in spans
        ]
        return [f"{', '.join(said)}; {imported}"]
