"""The digest: Today as a message that can be acted on without opening anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.db.store import Work
from crm.domain.dates import day_of, short_day
from crm.domain.platforms import where_words
from crm.domain.text import clean
from crm.services.today import today
from crm.services.views import DateItem, InteractionView, TodayItem, TodayView

_LONGEST_QUOTE = 140


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reminder says; plain text, safe to print."""

    date: date
    empty: bool
    """Nothing to say: then nothing should be sent."""
    title: str
    text: str
    waiting: int
    drifting: int
    dates: int
    first_contact: int | None = None
    """Whom it speaks of first."""


def digest(work: Work) -> Digest:
    """Return the digest of today: who waits, who is drifting, dates."""
    view = today(work)
    parts = []
    if view.waiting:
        parts.append(_section("Waiting for you", [_line(work, item) for item in view.waiting]))
    if view.drifting:
        lines = [_line(work, item) for item in view.drifting]
        if view.more_drifting:
            lines.append(f"{view.more_drifting} more in the coming days")
        parts.append(_section("Drifting", lines))
    if view.dates:
        parts.append(_section("Dates", [_date_line(item) for item in view.dates]))
    counts = [
        (len(view.waiting), "waiting for you"),
        (len(view.drifting), "drifting"),
        (len(view.dates), "dates" if len(view.dates) > 1 else "date"),
    ]
    title = ", ".join(f"{number} {word}" for number, word in counts if number)
    return Digest(
        date=view.date,
        empty=not parts,
        title=title or "Nobody is waiting",
        text="\n\n".join(parts) or "Nobody is waiting, nobody is drifting. Nothing to do.",
        waiting=len(view.waiting),
        drifting=len(view.drifting),
        dates=len(view.dates),
        first_contact=_first(view),
    )


def _first(view: TodayView) -> int | None:
    talk = (*view.waiting, *view.drifting)
    return talk[0].contact if talk else view.dates[0].contact if view.dates else None


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])


def _line(work: Work, item: TodayItem) -> str:
    line = f"{clean(item.name)}: {item.reason}"
    return f"{line}\n    {_quote(work, item.last)}" if item.last and item.last.text else line


def _date_line(item: DateItem) -> str:
    return f"{clean(item.name)}: {item.reason}"


def _quote(work: Work, act: InteractionView) -> str:
    who = {"in": "they said", "out": "you said"}.get(act.direction, "you both")
    today = work.rules.day_of(work.now)
    when = f" on {short_day(day_of(act.at, act.precision, work.rules.zone), today)}" if act.at else ""
    said = clean(" ".join((act.text or "").split()), limit=_LONGEST_QUOTE)
    return f"{who} {where_words(act.platform)}{when}: “{said}”"
