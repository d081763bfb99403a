"""Reading the periods that people name: "2025", "2026-01", "last 90 days", "2025-03..2025-06-15"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm.domain.errors import UsageError

USUAL = "last 365 days"
ALL_TIME = "all time"
"""From the first thing that is known on: only a database can say when that was (`mirror_reach`)."""
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
"""As everywhere in the program: a month is 30 days, a year 365."""
_LAST = re.compile(r"(?:the )?(?:last|past) (?:(\d{1,5}) ?)?(day|week|month|year)s?")
_LONGEST_DAYS = 36_500
_HINT = 'try: "last 90 days", 2025, 2026-01, this month, 2025-03..2025-06-15, all time'


def parse_period(text: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period.

    "last year" and "last month" are those of the calendar; with a number they are counted back from today.

    Args:
        text: as typed.
        today: the current day in the user's time zone.

    Raises:
        UsageError: it is no period.

    """
    word = " ".join(text.casefold().split())
    named = _named(word, today)
    if named:
        return named
    counted = _LAST.fullmatch(word)
    if counted:
        days = min(int(counted[1] or 1) * _UNITS[counted[2]], _LONGEST_DAYS)
        if days:
            return today - timedelta(days=days - 1), today
    first, dots, last = word.partition("..")
    since, until = _calendar(first.strip()), _calendar(last.strip()) if dots else None
    if since and not dots:
        return since
    if since and (until or not last.strip()):
        return since[0], until[1] if until else today
    raise UsageError(f"{text!r} is not a period I can read", _HINT)


def shifted(since: date, until: date, by: int) -> tuple[date, date]:
    """Return the period of the same length that lies `by` periods later, or earlier below 0.

    Whole months (so years too) are followed by whole months.

    Raises:
        UsageError: there is no such time.

    """
    try:
        after = until + timedelta(days=1)
        if since.day == after.day == 1:
            months = (after.year - since.year) * 12 + after.month - since.month
            return _later(since, by * months), _later(after, by * months) - timedelta(days=1)
        days = (after - since) * by
        return since + days, until + days
    except (ValueError, OverflowError):
        raise UsageError("the calendar ends there", _HINT) from None


def _later(first: date, months: int) -> date:
    """Return the first day of a month some months later."""
    month = first.year * 12 + first.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _named(word: str, today: date) -> tuple[date, date] | None:
    month = today.replace(day=1)
    year = month.replace(month=1)
    before = month - timedelta(days=1)
    return {
        "today": (today, today),
        "this month": (month, today),
        "last month": (before.replace(day=1), before),
        "this year": (year, today),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }.get(word)


def _calendar(word: str) -> tuple[date, date] | None:
    """Read a year, a month or a day."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", word)
    if not match:
        return None
    try:
        first = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        if match[3]:
            return first, first
        if match[2]:
            following = first + timedelta(days=31)
            return first, following.replace(day=1) - timedelta(days=1)
        return first, first.replace(month=12, day=31)
    except (ValueError, OverflowError):
        return None
