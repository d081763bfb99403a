"""`crm remind --dry-run`: every reminder of the coming days if nothing happens, each with why."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm import config
from crm.cli import jsonviews
from crm.cli.environment import Environment
from crm.cli.output import Styled
from crm.cli.wording import Times, counted, evidence_words, last_words, name_of
from crm.domain.dates import short_day
from crm.domain.platforms import title_of
from crm.domain.text import clean
from crm.services import ahead
from crm.services.ahead import DayAhead, Reminder

_INDENT = 4


def show(environment: Environment, days: int, as_json: bool) -> None:
    """Print what the digests of the coming days would say.

    Raises:
        ConfigError: the configuration makes no sense.
        DatabaseError: the database cannot be read.

    """
    coming = environment.store.read(ahead.look_ahead, config.load().schedule, days)
    if as_json:
        environment.out.json({"days": [_json(day) for day in coming]})
        return
    out, times = environment.out, environment.times
    for day in coming:
        if day.reminders:
            out.heading(_day(day.date, times.today), _aside(day))
            for one in day.reminders:
                _reminder(environment, one, day, times)
            out.line()
    if not any(day.reminders for day in coming):
        out.line(f"No reminders in the coming {counted(days, 'day')}.")
    environment.err.note("if nothing happens until then: nobody writes, and nothing is imported")


def _day(day: date, today: date) -> str:
    return f"{day:%a} {short_day(day, today)}"


def _aside(day: DayAhead) -> str:
    parts = [
        f"{day.waiting} waiting" if day.waiting else "",
        f"{day.drifting} drifting" if day.drifting else "",
        f"{day.more_drifting:,} more" if day.more_drifting else "",
    ]
    return ", ".join(part for part in parts if part)


def _reminder(environment: Environment, one: Reminder, day: DayAhead, times: Times) -> None:
    out = environment.out
    place = title_of(one.platform) if one.platform else ""
    out.line("  ", Styled(clean(name_of(one.name)), "bold"), f"  {place}".rstrip())
    out.paragraph(_why(one, day, times), _INDENT)
    quoted = [one.last] if one.last else list(one.evidence)
    for act in quoted:
        said = last_words(act, times) if one.last else evidence_words(act, times)
        out.line(" " * _INDENT, Styled(out.cut(said, _INDENT), "dim"))


def _why(one: Reminder, day: DayAhead, times: Times) -> str:
    if one.what != "drifting" or one.shown_on == day.date:
        return one.reason
    if one.shown_on is None:
        return f"{one.reason}; others are later and come first"
    return f"{one.reason}; comes up on {short_day(one.shown_on, times.today)}, others are later"


def _json(day: DayAhead) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "at": jsonviews.moment(day.at),
        "waiting": day.waiting,
        "drifting": day.drifting,
        "more_drifting": day.more_drifting,
        "dates": day.dates,
        "reminders": [_reminder_json(one) for one in day.reminders],
    }


def _reminder_json(one: Reminder) -> dict[str, Any]:
    return {
        "contact": one.contact,
        "name": one.name,
        "platform": one.platform,
        "what": one.what,
        "reason": one.reason,
        "since": jsonviews.moment(one.since),
        "last": jsonviews.interaction(one.last) if one.last else None,
        "evidence": [jsonviews.interaction(act) for act in one.evidence],
        "cadence_days": one.cadence_days,
        "cadence_from": one.cadence_from,
        "due_at": jsonviews.moment(one.due_at),
        "shown_on": one.shown_on.isoformat() if one.shown_on else None,
        "on": one.on.isoformat() if one.on else None,
    }
