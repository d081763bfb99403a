"""`crm today`: who waits for you, who is drifting, dates, support. Short, and then it ends."""

from __future__ import annotations

from collections.abc import Sequence

import click

from crm import config
from crm.cli import jsonviews
from crm.cli.cells import cell_len, fit
from crm.cli.environment import Environment, current
from crm.cli.options import Command, json_option
from crm.cli.output import Output, Styled
from crm.cli.wording import Times, evidence_words, last_words, name_of
from crm.domain.platforms import title_of
from crm.domain.text import clean
from crm.services import health, today
from crm.services.views import DateItem, TodayItem, TodayView

_NAME_WIDTH = 26
_WORDS_INDENT = 4


@click.command("today", cls=Command)
@json_option
def command(as_json: bool) -> None:
    """Show who waits for you, who is drifting, dates and support."""
    environment = current()
    view = environment.store.read(today.today)
    environment.looked = True
    if as_json:
        environment.out.json(jsonviews.today(view))
    else:
        _show(view, environment)
    for worry in health.look(environment.store, config.load()).worries:
        environment.err.warn(f"{worry.message}: {worry.hint}")


def _show(view: TodayView, environment: Environment) -> None:
    out = environment.out
    if not view.contacts_total:
        _show_first_run(out)
        return
    out.line(Styled(f"{view.date:%A} {view.date.day} {view.date:%B %Y}", "bold"))
    out.line()
    if view.empty:
        out.line("Nothing is left for today.")
        return
    times = environment.times
    _section(out, "WAITING FOR YOU", str(len(view.waiting)), view.waiting, times)
    _section(out, "DRIFTING", _share(view), view.drifting, times, _coming(view))
    _section(out, "DATES", "", view.dates, times)
    _section(out, "SUPPORT", "", view.support, times)


def _share(view: TodayView) -> str:
    shown = len(view.drifting)
    return f"{shown} of {shown + view.more_drifting:,}" if view.more_drifting else str(shown)


def _coming(view: TodayView) -> str:
    return f"{view.more_drifting:,} more in the coming days" if view.more_drifting else ""


def _section(
    out: Output,
    title: str,
    aside: str,
    items: Sequence[TodayItem | DateItem],
    times: Times,
    closing: str = "",
) -> None:
    if items:
        out.heading(title, aside)
        places = [title_of(item.platform) if item.platform else "" for item in items]
        names = [clean(name_of(item.name)) for item in items]
        name_width = min(max(map(cell_len, names)), _NAME_WIDTH)
        place_width = max(map(cell_len, places))
        for item, name, place in zip(items, names, places, strict=True):
            _line(out, fit(name, name_width), fit(place, place_width), item.reason)
            if isinstance(item, TodayItem):
                for words in _said(item, times):
                    _quote(out, words)
    if closing:
        out.line("  ", Styled(closing, "dim"))
    if items or closing:
        out.line()


def _line(out: Output, name: str, place: str, reason: str) -> None:
    """Write who, where and why, on one line if it fits."""
    taken = cell_len(name) + cell_len(place) + 6
    if not out.width or cell_len(clean(reason)) <= out.width - taken:
        out.line("  ", Styled(name, "bold"), f"  {place}  {reason}")
    else:
        out.line("  ", Styled(name, "bold"), f"  {place}".rstrip())
        out.paragraph(reason, _WORDS_INDENT)


def _said(item: TodayItem, times: Times) -> list[str]:
    """Return what was last said; where the talk has paused, both acts of the last exchange before it."""
    words = [evidence_words(act, times) for act in item.evidence]
    if item.last is not None and item.last.id not in {act.id for act in item.evidence}:
        words.append(last_words(item.last, times))
    return words


def _quote(out: Output, said: str) -> None:
    out.line(" " * _WORDS_INDENT, Styled(out.cut(said, _WORDS_INDENT), "dim"))


def _show_first_run(out: Output) -> None:
    out.line("There is nobody here yet. Three ways in:")
    out.line()
    ways = (
        ("crm import PATH", "read an export that a platform gave you"),
        ("crm add NAME HANDLE", "add somebody, such as: crm add 'Ada Lovelace' ada@example.org"),
        ("crm demo", "look around in a made-up community"),
    )
    for way, what in ways:
        out.line("  ", Styled(fit(way, 20), "bold"), f"  {what}")
