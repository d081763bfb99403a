"""Charts as inline SVG, drawn here: no script, no network, no colour that means anything alone.

What a chart says stands in HTML beside it and again in a table, so screen readers pass over the drawings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

_CELL = 13
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
    thin: bool = False
    """Lower than the others: what was before, below what is now."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of parts that are a whole together, with its words."""

    label: str
    parts: tuple[int, ...]
    """At most three; the last one of several is drawn as what is left over."""
    value: str
    before: bool = False
    """Filled paler."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Such bars below each other, and what their parts mean."""

    rows: tuple[Stack, ...]
    legend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of months or years, side by side."""

    points: tuple[tuple[str, int], ...]
    before: tuple[int, ...] = ()
    """For each of them what it was in the time before, paler at its left; empty: nothing is compared."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A number for each day, as weeks side by side."""

    since: date
    until: date
    days: Mapping[date, int]
    bounds: tuple[int, ...] = (1, 2, 3, 4)
    """From which numbers on a day has each of the four shades."""


Chart = Bars | Stacks | Columns | Calendar


def drawn(chart: Chart) -> str:
    """Return a chart as HTML."""
    if isinstance(chart, Bars):
        return _bars(chart)
    if isinstance(chart, Stacks):
        return _stacks(chart)
    if isinstance(chart, Columns):
        return _columns(chart)
    years = "".join(_calendar(chart, since, until) for since, until in _stretches(chart))
    return years + _calendar_legend(chart.bounds)


def _bars(chart: Bars) -> str:
    rows = []
    for bar in chart.bars:
        width = round(min(max(bar.share, 0), 1) * 100, 2)
        rows.append(
            f'<span class="label">{escape(bar.label)}</span>'
            f'<svg class="bar{" thin" if bar.thin else ""}" viewBox="0 0 100 10" preserveAspectRatio="none">'
            '<rect class="track" width="100" height="10"/>'
            f'<rect class="{escape(bar.tone)}" width="{width}" height="10"/></svg>'
            f'<span class="value">{escape(bar.value)}</span>'
        )
    return f'<div class="bars" aria-hidden="true">{"".join(rows)}</div>'


_FILLS = {1: ("now",), 2: ("now", "track"), 3: ("now", "other", "track")}
_FILLS_BEFORE = {1: ("before",), 2: ("before", "track"), 3: ("before", "paler", "track")}


def _stacks(chart: Stacks) -> str:
    rows = []
    for stack in chart.rows:
        fills = (_FILLS_BEFORE if stack.before else _FILLS)[len(stack.parts)]
        total = sum(stack.parts) or 1
        x = 0.0
        rects = []
        for fill, part in zip(fills, stack.parts, strict=True):
            width = 100 * part / total
            if fill != "track":  # which lies below all of them
                rects.append(
                    f'<rect class="{fill}" x="{round(x, 2)}" width="{round(width, 2)}" height="10"/>'
                )
            x += width
        rows.append(
            f'<span class="label">{escape(stack.label)}</span>'
            '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<rect class="track" width="100" height="10"/>{"".join(rects)}</svg>'
            f'<span class="value">{escape(stack.value)}</span>'
        )
    fills = _FILLS[len(chart.legend)] if chart.legend else ()
    legend = "".join(_swatch(fill, text) for fill, text in zip(fills, chart.legend, strict=True))
    bars = f'<div class="bars" aria-hidden="true">{"".join(rows)}</div>'
    return f'{bars}<p class="legend" aria-hidden="true">{legend}</p>'


def _swatch(fill: str, text: str) -> str:
    """Return what a fill means; the two stay on one line."""
    return (
        '<span><svg viewBox="0 0 11 11" width="11" height="11">'
        f'<rect class="{fill}" width="11" height="11" rx="2"/></svg>{escape(text)}</span> '
    )


def _columns(chart: Columns) -> str:
    most = max((number for number in (*(one for _, one in chart.points), *chart.before)), default=0)
    count = max(len(chart.points), 1)
    compared = len(chart.before) == len(chart.points)
    rects = []
    for index, (label, number) in enumerate(chart.points):
        x = index * 10 + 1.5
        was = chart.before[index] if compared else 0
        if compared:
            rects.append(_column(x, 2.5, was / most if most else 0, "before", f"before: {was:,}"))
        share = number / most if most else 0
        shift = 2.5 if compared else 0
        rects.append(_column(x + shift, 7 - shift, share, "now", f"{label}: {number:,}"))
    ends = [chart.points[0][0], chart.points[-1][0]] if len(chart.points) > 1 else [chart.points[0][0]]
    width = max(count * 3, 8)
    legend = ""
    if compared:
        swatches = _swatch("now", "now") + _swatch("before", "in the time before")
        legend = f'<p class="legend" aria-hidden="true">{swatches}</p>'
    return (
        f'<div class="columns" aria-hidden="true" style="max-width:{width}rem">'
        f'<span class="most">{most:,}</span>'
        f'<svg viewBox="0 0 {count * 10} 100" preserveAspectRatio="none">{"".join(rects)}'
        f'<line x1="0" y1="100" x2="{count * 10}" y2="100"/></svg>'
        f'<div class="ends">{"".join(f"<span>{escape(end)}</span>" for end in ends)}</div></div>{legend}'
    )


def _column(x: float, width: float, share: float, fill: str, text: str) -> str:
    height = round(100 * share, 2)
    return (
        f'<rect class="{fill}" x="{x}" y="{round(100 - height, 2)}" width="{width}" height="{height}">'
        f"<title>{escape(text)}</title></rect>"
    )


def _stretches(chart: Calendar) -> Iterator[tuple[date, date]]:
    """Yield what fits into one calendar each: all of it, or year by year."""
    if (chart.until - chart.since).days < _YEAR - 6:
        yield chart.since, chart.until
        return
    for year in range(chart.until.year, chart.since.year - 1, -1):
        yield max(chart.since, date(year, 1, 1)), min(chart.until, date(year, 12, 31))


def _calendar(chart: Calendar, since: date, until: date) -> str:
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
        level = _level(number, chart.bounds)
        parts.append(
            f'<rect class="l{level}" x="{_LEFT + week * _CELL}" y="{_TOP + weekday * _CELL}" '
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


def _level(number: int, bounds: Sequence[int]) -> int:
    return sum(number >= bound for bound in bounds)


def _calendar_legend(bounds: Sequence[int]) -> str:
    """Return what the shades mean."""
    texts = ["nobody"]
    for index, low in enumerate(bounds):
        high = bounds[index + 1] - 1 if index + 1 < len(bounds) else None
        texts.append(f"{low:,}+" if high is None else f"{low:,}" if high <= low else f"{low:,}-{high:,}")
    swatches = "".join(_swatch(f"l{level}", text) for level, text in enumerate(texts))
    return f'<p class="legend" aria-hidden="true">{swatches}</p>'


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
