"""The mirror made ready for the screen: which chart shows which figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from crm.domain.exchanges import Depth
from crm.domain.mirror import Figures, Period
from crm.services.mirror_rows import COUNTS, SHARES_OF_WHOLES, WHOLES, WORDS, heat_bounds, points
from crm.services.mirror_views import MirrorPart
from crm.services.mirror_words import TITLES, percent, span
from crm.tui import ui
from crm.tui.widgets.charts import (
    Facing,
    Pair,
    Point,
    Whole,
    column_lines,
    facing_lines,
    legend_lines,
    pair_lines,
    whole_lines,
)
from crm.tui.widgets.heatmap import calendar_lines
from crm.tui.widgets.mirror_sheet import Section

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEIGHT = 5
_COLUMN = 2
"""Cells that a month takes at least; where there are too many, years are shown."""
SET_SITES = 'To have them counted, press , and fill in "your sites".'


def sections(part: MirrorPart, period: Period) -> list[Section]:
    """Return every figure with its sentence and its chart."""
    return [_section(name, part, period) for name in TITLES]


def _section(name: str, part: MirrorPart, period: Period) -> Section:
    now, before = part.figures, part.before
    bare = Section(TITLES[name], part.sentences[name])
    if name in WHOLES:
        return _whole_section(name, now, before, bare)
    if name == "response_time":
        return bare._replace(chart=_times(now, before))
    if name == "given_and_received":
        rows = _facing(now, before)
        chart = partial(facing_lines, "given", "received", rows, before=_acted(before))
        return bare._replace(chart=chart if rows else None)
    if name in COUNTS:
        counts = _pairs(COUNTS[name](now), COUNTS[name](before))
        return bare._replace(chart=partial(pair_lines, counts) if now.community.known else None)
    if name == "growth":
        some = any(number for _, number in (*now.growth, *before.growth))
        return bare._replace(chart=partial(_growth_lines, now, before) if some else None)
    days = dict(now.exchanges)
    bounds = heat_bounds(days.values())
    chart = partial(calendar_lines, period.since, period.until, days, bounds)
    return bare._replace(chart=chart if days else None, wide=True)


def _whole_section(name: str, now: Figures, before: Figures, bare: Section) -> Section:
    """Return bars of parts; none where there is nothing, or only one part of the two that there could be."""
    if name == "promotion_share" and now.promoting is None:
        return bare._replace(hint=SET_SITES)
    if name == "directed_share" and not now.posts and not before.posts:
        return bare
    parts = WHOLES[name](now)
    rows = [
        Whole(label, numbers, "-" if share is None else percent(share), label == "before")
        for label, figures in (("now", now), ("before", before))
        for share in [SHARES_OF_WHOLES[name](figures)]
        for numbers in [tuple(number for _, number in WHOLES[name](figures))]
        if sum(numbers)
    ]

    def chart(width: int) -> Iterator[ui.Shown]:
        yield from whole_lines(rows, width)
        yield from legend_lines(parts, width)

    return bare._replace(chart=chart if rows else None)


def _times(now: Figures, before: Figures) -> partial[Iterator[ui.Shown]] | None:
    this, was = now.responses.seconds, before.responses.seconds
    if this is None:
        return None
    row = Pair("half within", this, span(this), was, "" if was is None else span(was))
    return partial(pair_lines, [row])


def _facing(now: Figures, before: Figures) -> list[Facing]:
    rows = [
        Facing(word, now.given[depth], now.received[depth], before.given[depth], before.received[depth])
        for depth, word in WORDS.items()
    ]
    return [row for row in rows if any(row[1:])]


def _pairs(now: Sequence[tuple[str, int]], before: Sequence[tuple[str, int]]) -> list[Pair]:
    some = any(number for _, number in before)
    return [
        Pair(label, this, f"{this:,}", was if some else None, f"{was:,}")
        for (label, this), (_, was) in zip(now, before, strict=True)
    ]


def _acted(figures: Figures) -> bool:
    return any(figures.given[depth] or figures.received[depth] for depth in Depth)


def _growth_lines(now: Figures, before: Figures, width: int) -> Iterator[ui.Shown]:
    """Yield months, those of the time before at the left of each; years where there are too many months."""
    most = max(width // _COLUMN, 1)
    found = points(now, most)
    if len(found) < len(now.growth):
        return column_lines([Point(label, number) for label, number in found], width, _HEIGHT)
    earlier = [number for _, number in before.growth][-len(found) :]
    if not any(earlier):
        earlier = []
    padded = [*[None] * (len(found) - len(earlier)), *earlier]
    rows = [Point(_month(label), number, was) for (label, number), was in zip(found, padded, strict=True)]
    return column_lines(rows, width, _HEIGHT)


def _month(label: str) -> str:
    """Return the name of a month; January says its year."""
    year, _, month = label.partition("-")
    return year if month == "01" else _MONTHS[int(month) - 1]
