"""A calendar of numbers, weeks side by side: the fuller a day, the fuller its sign; the colour only helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from crm.tui import ui
from crm.tui.widgets.charts import flowing, runs

SIGNS = "·░▒▓█"
"""From none to many."""
TONES = ("chart--heat0", "chart--heat1", "chart--heat2", "chart--heat3", "chart--heat4")
MOST_YEARS = 12
"""Drawn below each other; older ones are left out, and that is said."""
_NAMES = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEFT = 4
_WEEKS = 53
_ONE_PIECE = 366
"""A period of so many days or fewer is drawn in one piece, a longer one year by year."""


def calendar_lines(
    since: date, until: date, days: Mapping[date, int], bounds: Sequence[int], width: int
) -> Iterator[ui.Shown]:
    """Yield the calendar of a period and what its signs mean.

    Args:
        since: the first day.
        until: the last day.
        days: the number of each day; days without one may be left out.
        bounds: from which numbers on the four signs hold that stand for some.
        width: cells of a line; where the weeks do not fit, the oldest are left out.

    """
    pieces = list(_pieces(since, until))
    for first, last in pieces[:MOST_YEARS]:
        yield from _weeks(first, last, days, bounds, width, len(pieces) > 1)
        yield ui.line()
    if len(pieces) > MOST_YEARS:
        yield ui.label(f"Before {pieces[MOST_YEARS - 1][0].year} it is not drawn.", ui.FAINT)
    yield from legend_lines(bounds, width)


def _pieces(since: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield what is drawn in one piece each, the newest first."""
    if (until - since).days < _ONE_PIECE:
        yield since, until
        return
    for year in range(until.year, since.year - 1, -1):
        yield max(since, date(year, 1, 1)), min(until, date(year, 12, 31))


def _weeks(
    since: date, until: date, days: Mapping[date, int], bounds: Sequence[int], width: int, year: bool
) -> Iterator[ui.Shown]:
    """Yield one piece; `year`: it says first of all which year it is."""
    monday = since - timedelta(days=since.weekday())
    count = (until - monday).days // 7 + 1
    # a year decides, so that all pieces are as wide and a month does not look like one
    cell = 2 if _LEFT + 2 * max(count, _WEEKS) <= width else 1
    fitting = max((width - _LEFT) // cell, 1)
    if count > fitting:
        monday += timedelta(weeks=count - fitting)
        since, count = max(since, monday), fitting
    yield ui.line((" " * _LEFT, ""), (_months(monday, since, until, cell * count, year), ui.FAINT))
    for weekday, name in enumerate(_NAMES):
        cells = [(name.ljust(_LEFT), ui.FAINT)]
        for week in range(count):
            day = monday + timedelta(days=7 * week + weekday)
            level = level_of(days.get(day, 0), bounds)
            drawn = SIGNS[level] * cell if level else SIGNS[0].ljust(cell)
            cells.append((drawn, f".{TONES[level]}") if since <= day <= until else (" " * cell, ""))
        yield ui.line(*runs(cells))  # joined: a style for each of 3,000 days takes 0.1 s to draw


def _months(monday: date, since: date, until: date, room: int, year: bool) -> str:
    """Return the names of the months above the weeks in which they begin; January says its year."""
    weeks = (until - monday).days // 7 + 1
    cell = max(room // weeks, 1)
    room = max(room, len("2026"))
    written = ""
    day = since
    while day <= until:
        if day == since or day.day == 1:
            x = (day - monday).days // 7 * cell
            named = day.month == 1 or (year and day == since)
            name = str(day.year) if named else _MONTHS[day.month - 1]
            if (not written or x > len(written)) and x + len(name) <= room:
                written = written.ljust(x) + name
        day += timedelta(days=1)
    return written


def level_of(number: int, bounds: Sequence[int]) -> int:
    """Return which sign a number has, 0 for none."""
    return sum(number >= bound for bound in bounds)


def legend_lines(bounds: Sequence[int], width: int) -> Iterator[ui.Shown]:
    """Yield what the signs mean."""
    entries: list[tuple[ui.Part, str]] = [((SIGNS[0], f".{TONES[0]}"), " nobody")]
    for level, low in enumerate(bounds, start=1):
        high = bounds[level] - 1 if level < len(bounds) else None
        if high is not None and high < low:
            continue
        said = f"{low:,}+" if high is None else f"{low:,}" if low == high else f"{low:,}-{high:,}"
        entries.append(((SIGNS[level] * 2, f".{TONES[level]}"), f" {said}"))
    yield from flowing(entries, width)
