"""Charts as inline SVG, drawn here: no script, no network, no colour that means anything alone.

What a chart says stands in HTML beside it and again in a table, so screen readers pass over the drawings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

_CELL = 13
_LEVELS = 4
_YEAR = 371
"""Days that fit into one calendar of 53 weeks, whatever the weekday of the first."""
_LEFT = 30
_TOP = 18
_NAME = 26
"""Room for the name of a month."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar that lies, with its words."""

    label: str
    share: float
    """0 to 1, of the width."""
    value: str
    tone: str = "now"
    """`now`, `before` or `other`: how it is filled."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of months or years, side by side."""

    points: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A number for each day, as weeks side by side."""

    since: date
    until: date
    days: Mapping[date, int]


Chart = Bars | Columns | Calendar


def drawn(chart: Chart) -> str:
    """Return a chart as HTML."""
    if isinstance(chart, Bars):
        return _bars(chart)
    if isinstance(chart, Columns):
        return _columns(chart)
    return "".join(_calendar(chart, since, until) for since, until in _stretches(chart)) + _LEGEND


def _bars(chart: Bars) -> str:
    rows = []
    for bar in chart.bars:
        width = round(min(max(bar.share, 0), 1) * 100, 2)
        rows.append(
            f'<span class="label">{escape(bar.label)}</span>'
            '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none">'
            '<rect class="track" width="100" height="10"/>'
            f'<rect class="{escape(bar.tone)}" width="{width}" height="10"/></svg>'
            f'<span class="value">{escape(bar.value)}</span>'
        )
    return f'<div class="bars" aria-hidden="true">{"".join(rows)}</div>'


def _columns(chart: Columns) -> str:
    most = max((number for _, number in chart.points), default=0)
    count = max(len(chart.points), 1)
    rects = []
    for index, (label, number) in enumerate(chart.points):
        height = round(100 * number / most, 2) if most else 0
        rects.append(
            f'<rect class="now" x="{index * 10 + 1.5}" y="{100 - height}" width="7" height="{height}">'
            f"<title>{escape(label)}: {number:,}</title></rect>"
        )
    ends = [chart.points[0][0], chart.points[-1][0]] if len(chart.points) > 1 else [chart.points[0][0]]
    width = max(count * 3, 8)
    return (
        f'<div class="columns" aria-hidden="true" style="max-width:{width}rem">'
        f'<span class="most">{most:,}</span>'
        f'<svg viewBox="0 0 {count * 10} 100" preserveAspectRatio="none">{"".join(rects)}'
        f'<line x1="0" y1="100" x2="{count * 10}" y2="100"/></svg>'
        f'<div class="ends">{"".join(f"<span>{escape(end)}</span>" for end in ends)}</div></div>'
    )


def _stretches(chart: Calendar) -> Iterator[tuple[date, date]]:
    """Yield what fits into one calendar each: all of it, or year by year."""
    if (chart.until - chart.since).days < _YEAR - 6:
        yield chart.since, chart.until
        return
    for year in range(chart.until.year, chart.since.year - 1, -1):
        yield max(chart.since, date(year, 1, 1)), min(chart.until, date(year, 12, 31))


def _calendar(chart: Calendar, since: date, until: date) -> str:
    most = max(chart.days.values(), default=0)
    monday = since - timedelta(days=since.weekday())
    weeks = (until - monday).days // 7 + 1
    parts = [
        f'<text x="0" y="{_TOP + row * _CELL + 10}">{name}</text>'
        for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
    ]
    width, height = _LEFT + weeks * _CELL, _TOP + 7 * _CELL
    parts += _months(monday, since, until, width)
    for offset in range((until - since).days + 1):
        day = since + timedelta(days=offset)
        week, weekday = divmod((day - monday).days, 7)
        number = chart.days.get(day, 0)
        parts.append(
            f'<rect class="l{_level(number, most)}" x="{_LEFT + week * _CELL}" y="{_TOP + weekday * _CELL}" '
            f'width="11" height="11" rx="2"><title>{day.isoformat()}: {number:,}</title></rect>'
        )
    return (
        f'<div class="calendar" aria-hidden="true"><svg viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{"".join(parts)}</svg></div>'
    )


def _months(monday: date, since: date, until: date, width: int) -> Iterator[str]:
    """Yield the names of the months above the weeks they begin in; January says its year."""
    free = 0
    day = since
    while day <= until:
        if day == since or day.day == 1:
            x = _LEFT + (day - monday).days // 7 * _CELL
            name = str(day.year) if day.month == 1 else _MONTHS[day.month - 1]
            if free <= x <= width - _NAME:
                yield f'<text x="{x}" y="11">{name}</text>'
                free = x + _NAME + 4
        day += timedelta(days=1)


def _level(number: int, most: int) -> int:
    return -(-number * _LEVELS // most) if number and most else 0


_LEGEND = (
    '<p class="legend" aria-hidden="true">nobody <svg viewBox="0 0 65 11" width="65" height="11">'
    + "".join(
        f'<rect class="l{level}" x="{level * 13}" y="0" width="11" height="11" rx="2"/>' for level in range(5)
    )
    + "</svg> more people</p>"
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the first column holds the names of the rows."""
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
