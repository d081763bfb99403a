"""`crm mirror`: how you respond, in figures, in one period against the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from crm.cli import mirrorviews
from crm.cli.cells import fit
from crm.cli.environment import Environment, current
from crm.cli.options import PLATFORM, WORDS, Command, json_option
from crm.cli.output import Column, Output, Styled
from crm.domain.dates import short_day
from crm.domain.mirror import Figures, Period
from crm.domain.periods import USUAL
from crm.domain.platforms import title_of
from crm.services import mirror, mirror_page
from crm.services.mirror_reach import period_called
from crm.services.mirror_rows import COUNTS, SHARES, points
from crm.services.mirror_views import MirrorPart, MirrorView
from crm.services.mirror_words import TITLES, percent, span

_BAR = 24
_LABEL = 16
_VALUE = 12
_MONTHS_SHOWN = 13
"""More months than this are shown as years."""
_SMALL_BAR = 12
_PLATFORMS = (
    Column("platform", style="bold", least=10),
    Column("", optional=True),
    Column("answered", right=True),
    Column("your time", right=True),
    Column("they answered", right=True),
    Column("directed", right=True),
)
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@click.command("mirror", cls=Command)
@click.option(
    "--period",
    type=WORDS,
    default=USUAL,
    metavar="PERIOD",
    help='"2026-01", "2025", "last 90 days", "all time", FROM..UNTIL; usually the last 365 days.',
)
@click.option("--platform", type=PLATFORM, help="This platform only.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it with charts to one page that needs no network.",
)
@json_option
def command(period: str, platform: str | None, html: Path | None, as_json: bool) -> None:
    """Show how you respond, in figures.

    Each figure stands against the same number of days before. People are counted, never named or ranked.
    """
    environment = current()
    since, until = environment.store.read(period_called, period)
    view = environment.store.read(mirror.mirror, since, until, platform)
    if html is not None:
        mirror_page.write(view, html, only=platform)
    if as_json:
        environment.out.json(mirrorviews.mirror(view))
    elif html is not None:
        environment.out.line(str(html))
    else:
        _show(view, platform, environment)


def _show(view: MirrorView, platform: str | None, environment: Environment) -> None:
    out = environment.out
    part = view.platforms[platform] if platform else view.everywhere
    place = title_of(platform) if platform else "all platforms together"
    out.line(Styled(f"{_days(view.period, environment)}, {place}", "bold"))
    out.line(Styled(f"in brackets: the {_length(view.period)} days before", "dim"))
    out.line()
    for figure, sentence in part.sentences.items():
        out.heading(TITLES[figure].upper())
        for line in _bars(figure, part):
            out.line("  ", line)
        out.paragraph(sentence, indent=2)
        out.line()
    if not platform and view.platforms:
        _platforms(out, view)


def _bars(figure: str, part: MirrorPart) -> list[str]:
    """Return the bars of a figure; some are told by their sentence alone."""
    now, before = part.figures, part.before
    if figure in SHARES:
        return _shares(SHARES[figure](now), SHARES[figure](before))
    if figure in COUNTS:
        return _numbers(COUNTS[figure](now))
    return _numbers(points(now, _MONTHS_SHOWN)) if figure == "growth" else []


def _shares(now: float | None, before: float | None) -> list[str]:
    rows = [("now", now), ("before", before)]
    if now is None:
        return []
    return [_row(label, share, percent(share)) for label, share in rows if share is not None]


def _numbers(rows: Sequence[tuple[str, int]]) -> list[str]:
    most = max((number for _, number in rows), default=0)
    return [_row(label, number / most, f"{number:,}") for label, number in rows] if most else []


def _row(label: str, share: float, value: str) -> str:
    return f"{fit(label, _LABEL)} {bar(share, _BAR)} {fit(value, _VALUE, right=True)}"


def bar(share: float, width: int) -> str:
    """Return a bar in exactly `width` cells; what is more than nothing is seen."""
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    return drawn + "·" * (width - len(drawn))


def _platforms(out: Output, view: MirrorView) -> None:
    """Write a line for each platform, side by side with all together."""
    out.heading("BY PLATFORM")
    rows = [("all", view.everywhere), *((title_of(slug), part) for slug, part in view.platforms.items())]
    out.table(_PLATFORMS, [_line(title, part.figures) for title, part in rows], indent=2)


def _line(title: str, now: Figures) -> tuple[str, ...]:
    rate, seconds = now.responses.rate, now.responses.seconds
    return (
        title,
        bar(rate, _SMALL_BAR) if rate is not None else "",
        _share(rate),
        "-" if seconds is None else span(seconds),
        _share(now.answered_by_them.rate),
        _share(now.directed_share),
    )


def _share(share: float | None) -> str:
    return "-" if share is None else percent(share)


def _days(period: Period, environment: Environment) -> str:
    today = environment.times.today
    first, last = short_day(period.since, today), short_day(period.until, today)
    return first if first == last else f"{first} to {last}"


def _length(period: Period) -> int:
    return (period.until - period.since).days + 1
