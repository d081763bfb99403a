"""The mirror made ready for a page: which chart shows which figure, and the numbers behind it as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crm.domain.mirror import Figures, Period
from crm.domain.platforms import title_of
from crm.domain.text import clean
from crm.exporters import files
from crm.exporters.charts import Bar, Bars, Calendar, Chart, Columns, Stack, Stacks
from crm.exporters.mirror_html import Page, Place, Section, page
from crm.services.mirror_rows import COUNTS, SHARES_OF_WHOLES, WHOLES, heat_bounds, points
from crm.services.mirror_views import MirrorPart, MirrorView
from crm.services.mirror_words import TITLES, percent, span

_MONTHS_SHOWN = 60
"""More months than this are shown as years."""
_Numbers = tuple[tuple[str, int, int], ...]
"""What is counted, now and before."""


def write(view: MirrorView, target: Path, only: str | None = None) -> None:
    """Write the mirror as one HTML page that only the user can read; an older file is replaced.

    Args:
        view: what to show.
        target: the file.
        only: the platform to show, instead of all together.

    Raises:
        UsageError: the target is a folder or a database.
        ExportError: it cannot be written.

    """
    content = page(content_of(view, only))
    with files.replacing(target) as draft:
        draft.write(content)


def content_of(view: MirrorView, only: str | None = None) -> Page:
    """Return what the page shows."""
    period = view.period
    part = view.platforms[only] if only else view.everywhere
    length = (period.until - period.since).days + 1
    place = _title(only) if only else "all platforms together"
    days = "the day" if length == 1 else f"the {length:,} days"
    return Page(
        title=f"{_day(period.since)} to {_day(period.until)}" if length > 1 else _day(period.since),
        aside=f"How you responded, {place}; before: {days} before.",
        sections=tuple(_section(name, part, period) for name in TITLES),
        head=("platform", "answered", "your time", "answered by them", "directed", "given", "received"),
        platforms=() if only else tuple(_line(slug, one) for slug, one in view.platforms.items()),
        places=()
        if only
        else tuple(
            Place(_title(slug), tuple((TITLES[name], text) for name, text in one.sentences.items()))
            for slug, one in view.platforms.items()
        ),
    )


def _section(name: str, part: MirrorPart, period: Period) -> Section:
    now, before = part.figures, part.before
    bare = Section(TITLES[name], part.sentences[name])
    if name in WHOLES:
        return _whole_section(name, now, before, bare)
    if name == "response_time":
        return _time_section(now.responses.seconds, before.responses.seconds, bare)
    if name in COUNTS:
        rows = _pairs(COUNTS[name](now), COUNTS[name](before))
        with_before = tuple((label, f"{this:,}", f"{was:,}") for label, this, was in rows)
        chart = _count_bars(rows)
        return replace(bare, chart=chart, head=("", "now", "before"), rows=with_before)
    if name == "growth":
        return _growth_section(now, before, bare)
    table = tuple((day.isoformat(), f"{number:,}") for day, number in now.exchanges)
    days = dict(now.exchanges)
    calendar = Calendar(period.since, period.until, days, heat_bounds(days.values()))
    return replace(bare, chart=calendar, head=("day", "people"), rows=table, wide=True)


def _whole_section(name: str, now: Figures, before: Figures, bare: Section) -> Section:
    """Return bars of parts; a table alone where there is only one part of the two that there could be."""
    parts, were = WHOLES[name](now), WHOLES[name](before)
    if not (any(number for _, number in (*parts, *were))) or SHARES_OF_WHOLES[name](now) is None:
        return bare
    share, was = (
        "-" if one is None else percent(one)
        for one in (SHARES_OF_WHOLES[name](now), SHARES_OF_WHOLES[name](before))
    )
    stacks = tuple(
        Stack(label, tuple(number for _, number in row), value, label == "before")
        for label, row, value in (("now", parts, share), ("before", were, was))
        if any(number for _, number in row)
    )
    legend = tuple(f"{label} {number:,}" for label, number in parts)
    rows = [(label, f"{this:,}", f"{that:,}") for label, this, that in _pairs(parts, were)]
    rows.append(("share", share, was))
    alone = name == "directed_share" and not now.posts and not before.posts
    chart = None if alone else Stacks(stacks, legend)
    return replace(bare, chart=chart, head=("", "now", "before"), rows=tuple(rows))


def _growth_section(now: Figures, before: Figures, bare: Section) -> Section:
    """Return months, beside those of the time before; years alone where there are too many months."""
    found = points(now, _MONTHS_SHOWN)
    if len(found) < len(now.growth):
        rows = tuple((label, f"{number:,}") for label, number in found)
        return replace(bare, chart=Columns(found), head=("", "first exchanges"), rows=rows, wide=True)
    earlier = [number for _, number in before.growth][-len(found) :]
    were = (*[0] * (len(found) - len(earlier)), *earlier)
    with_before = tuple(
        (label, f"{number:,}", f"{was:,}") for (label, number), was in zip(found, were, strict=True)
    )
    chart = Columns(found, were if any(were) else ())
    return replace(bare, chart=chart, head=("", "now", "before"), rows=with_before, wide=True)


def _time_section(now: float | None, before: float | None, bare: Section) -> Section:
    times = [(label, time) for label, time in (("now", now), ("before", before)) if time is not None]
    longest = max((time for _, time in times), default=0) or 1
    bars = tuple(Bar(label, time / longest, span(time), label) for label, time in times)
    return _with_bars(bars, tuple((label, span(time)) for label, time in times), "median time", bare)


def _with_bars(bars: tuple[Bar, ...], rows: tuple[tuple[str, str], ...], what: str, bare: Section) -> Section:
    if not bars:
        return bare
    return replace(bare, chart=Bars(bars), head=("", what), rows=rows)


def _count_bars(rows: _Numbers) -> Chart | None:
    most = max((max(this, was) for _, this, was in rows), default=0)
    if not most:
        return None
    compared = any(was for _, _, was in rows)
    bars = []
    for label, this, was in rows:
        other = label.endswith(("received", "audience"))
        bars.append(Bar(label, this / most, f"{this:,}", "other" if other else "now"))
        if compared:
            bars.append(Bar("", was / most, f"{was:,}", "before", thin=True))
    return Bars(tuple(bars))


def _pairs(now: Sequence[tuple[str, int]], before: Sequence[tuple[str, int]]) -> _Numbers:
    return tuple((label, this, was) for (label, this), (_, was) in zip(now, before, strict=True))


def _line(slug: str, part: MirrorPart) -> tuple[str, ...]:
    now = part.figures
    seconds = now.responses.seconds
    shares = [now.responses.rate, now.answered_by_them.rate, now.directed_share]
    answered, by_them, directed = ("-" if share is None else percent(share) for share in shares)
    return (
        _title(slug),
        answered,
        "-" if seconds is None else span(seconds),
        by_them,
        directed,
        f"{sum(now.given):,}",
        f"{sum(now.received):,}",
    )


def _title(slug: str) -> str:
    return clean(title_of(slug))


def _day(day: object) -> str:
    return f"{day:%d %B %Y}".lstrip("0")
