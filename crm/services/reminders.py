"""The digest: Today as a message that can be acted on without opening anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.db.store import Work
from crm.domain.dates import day_of, short_day
from crm.domain.platforms import where_words
from crm.domain.text import clean, is_blank
from crm.services.today import today
from crm.services.views import InteractionView, TodayItem, TodayView

_LONGEST_QUOTE = 140
_WAITING, _DRIFTING, _DATES = "Waiting for you", "Drifting", "Dates"


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One line of the digest, in parts, for those who may not show all of it."""

    section: str
    """Such as "Drifting"."""
    contact: int
    name: str
    reason: str
    said: str | None = None
    """What was last said, and by whom."""
    evidence: tuple[str, ...] = ()
    """Where the talk has paused: the two acts of the last exchange."""


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
    items: tuple[DigestItem, ...] = ()
    more_drifting: int = 0
    """Whom the coming days bring."""


def digest(work: Work) -> Digest:
    """Return the digest of today: who waits, who is drifting, dates."""
    view = today(work)
    items = (
        *(_item(work, _WAITING, item) for item in view.waiting),
        *(_item(work, _DRIFTING, item) for item in view.drifting),
        *(DigestItem(_DATES, item.contact, clean(item.name), item.reason) for item in view.dates),
    )
    counts = [
        (len(view.waiting), "waiting for you"),
        (len(view.drifting), "drifting"),
        (len(view.dates), "dates" if len(view.dates) > 1 else "date"),
    ]
    title = ", ".join(f"{number} {word}" for number, word in counts if number)
    return Digest(
        date=view.date,
        empty=not items,
        title=title or "Nobody is waiting",
        text=_text(items, view.more_drifting) or "Nobody is waiting, nobody is drifting. Nothing to do.",
        waiting=len(view.waiting),
        drifting=len(view.drifting),
        dates=len(view.dates),
        first_contact=_first(view),
        items=items,
        more_drifting=view.more_drifting,
    )


def _first(view: TodayView) -> int | None:
    talk = (*view.waiting, *view.drifting)
    return talk[0].contact if talk else view.dates[0].contact if view.dates else None


def _text(items: Sequence[DigestItem], more_drifting: int) -> str:
    sections = {}
    for section in (_WAITING, _DRIFTING, _DATES):
        lines = [_line(item) for item in items if item.section == section]
        if section == _DRIFTING and lines and more_drifting:
            lines.append(f"{more_drifting} more in the coming days")
        sections[section] = lines
    return "\n\n".join(
        "\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections.items() if lines
    )


def _item(work: Work, section: str, item: TodayItem) -> DigestItem:
    said = _quote(work, item.last) if item.last and item.last.text else None
    evidence = tuple(_quote(work, act) for act in item.evidence)
    return DigestItem(section, item.contact, clean(item.name), item.reason, said, evidence)


def _line(item: DigestItem) -> str:
    said = [*item.evidence, *([item.said] if item.said and item.said not in item.evidence else [])]
    return "\n    ".join([f"{item.name}: {item.reason}", *said])


def _quote(work: Work, act: InteractionView) -> str:
    who = {"in": "they", "out": "you"}.get(act.direction, "you both")
    today = work.rules.day_of(work.now)
    when = f" on {short_day(day_of(act.at, act.precision, work.rules.zone), today)}" if act.at else ""
    if is_blank(act.text):
        return f"{who} {where_words(act.platform)}{when}: {act.kind.replace('_', ' ')}"
    said = clean(" ".join((act.text or "").split()), limit=_LONGEST_QUOTE)
    verb = " said" if act.direction in ("in", "out") else ""
    return f"{who}{verb} {where_words(act.platform)}{when}: “{said}”"
