"""Reading the dates, spans and cadences that people type, and saying how long ago something was.

No clock in here: callers pass the moment and the user's zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from crm.domain.cadence import NEVER
from crm.domain.errors import UsageError
from crm.domain.records import PartialDate, Precision

_UNITS = {"h": 0, "d": 1, "w": 7, "m": 30, "y": 365}
_SPAN = re.compile(
    r"(?:in\s+|every\s+)?(?:(\d+|an?|one|two|three|four|five|six)\s*)?"
    r"(h|hours?|d|days?|w|weeks?|m|months?|y|years?|fortnight)(?:\s+ago)?"
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"(?:^|[ T])(\d{1,2})[:.](\d{2})(?::(\d{2}))?\s*(am|pm)?$", re.IGNORECASE)
_LONGEST_DAYS = 36_500
_LEAP_YEAR = 2000


def _span(text: str) -> timedelta | None:
    """Read "3 weeks", "1w", "a month"; a month is 30 days, a year 365."""
    match = _SPAN.fullmatch(text.strip().casefold())
    if not match:
        return None
    number = match[1] or "1"
    count = _WORDS.get(number) or int(number)
    if match[2] == "fortnight":
        return timedelta(days=14 * count)
    if match[2].startswith("h"):
        return timedelta(hours=min(count, _LONGEST_DAYS * 24))
    return timedelta(days=min(count * _UNITS[match[2][0]], _LONGEST_DAYS))


def _day(text: str, today: date) -> date | None:
    """Read a calendar day: ISO, "today", "yesterday", "tomorrow", a weekday, "5 May" and "5 May 2026"."""
    text = text.strip().casefold()
    fixed = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if text in fixed:
        return today + timedelta(days=fixed[text])
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    partial = _month_and_day(text)
    if partial is None:
        return None
    try:
        return date(partial.year or today.year, partial.month, partial.day)
    except ValueError:
        return None


def _weekday(text: str) -> int | None:
    text = text.strip().casefold().removeprefix("next ").removeprefix("last ")
    return next((i for i, name in enumerate(_WEEKDAYS) if len(text) >= 3 and name.startswith(text)), None)


def parse_when(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, Precision]:
    """Read when something happened: "now", "yesterday 18:00", "3 days ago", "2026-05-05", "monday".

    Returns:
        The moment in UTC and how exactly it is known; a day without a time is noon UTC of that date.

    Raises:
        UsageError: it is no time, or lies in the future.

    """
    moment, precision = _when(text, now, zone)
    if moment > now + timedelta(days=1):
        raise UsageError(f"{text!r} is in the future", "say when it happened, such as: yesterday 18:00")
    return (min(moment, now), precision) if precision is Precision.DAY else (moment, precision)


def _when(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, Precision]:
    stripped = text.strip()
    if stripped.casefold() in ("", "now"):
        return now, Precision.SECOND
    exact = _exact(stripped, zone)
    if exact is not None:
        return exact, Precision.SECOND
    span = _span(stripped)
    if span is not None:
        if span < timedelta(days=1):
            return now - span, Precision.MINUTE
        return _noon((now - span).astimezone(zone).date()), Precision.DAY
    at = _TIME.search(stripped)
    today = now.astimezone(zone).date()
    word = stripped[: at.start()] if at else stripped
    day = _day(word, today) if word else today
    weekday = _weekday(word) if day is None else None
    if weekday is not None:
        day = today - timedelta(days=(today.weekday() - weekday) % 7)
    if day is None:
        raise UsageError(f"{text!r} is not a time I can read", "try: yesterday 18:00, 3 days ago, 2026-05-05")
    if at is None:
        if day == today:
            return now, Precision.SECOND
        return _noon(day), Precision.DAY
    return datetime.combine(day, _clock_time(at, text), zone).astimezone(UTC), Precision.MINUTE


def _noon(day: date) -> datetime:
    # noon UTC lies on the same date in nearly every zone, and after what was said that morning
    return datetime.combine(day, time(12), UTC)


def _exact(text: str, zone: tzinfo) -> datetime | None:
    """Read a full ISO 8601 time; without an offset it is the user's."""
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _clock_time(match: re.Match[str], text: str) -> time:
    hour = int(match[1])
    half = (match[4] or "").casefold()
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        raise UsageError(f"there is no such time of day: {text!r}", "write it like 18:05") from None


def parse_snooze(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read until when to be left alone: "1w", "3 days", "tomorrow", "monday", "2026-07-01".

    Returns:
        A moment in UTC; a day means the start of that day in the user's zone.

    Raises:
        UsageError: it is no time, or not in the future.

    """
    span = _span(text)
    if span is not None:
        return now + span
    exact = _exact(text.strip(), zone)
    today = now.astimezone(zone).date()
    if exact is None:
        day = _day(text, today)
        weekday = _weekday(text) if day is None else None
        if weekday is not None:
            day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        if day is None:
            raise UsageError(f"{text!r} is not a time I can read", "try: 3 days, 1w, monday, 2026-07-01")
        exact = datetime.combine(day, time(0), zone).astimezone(UTC)
    if exact <= now:
        raise UsageError(f"{text!r} is not in the future", "try: tomorrow, 1w, 2 months")
    return exact


def parse_cadence(text: str) -> int | None:
    """Read a cadence: "every 3 weeks", "21", "3w", "never"; "default" takes the own cadence away.

    Returns:
        Days, `NEVER`, or None for "default".

    Raises:
        UsageError: it is no cadence.

    """
    word = text.strip().casefold()
    if word in ("never", "off"):
        return NEVER
    if word in ("default", "none", ""):
        return None
    days: int | None = None
    if word.removeprefix("every ").isdecimal():
        days = int(word.removeprefix("every "))
    else:
        named = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91, "yearly": 365, "every day": 1}
        span = _span(word)
        days = named.get(word) or (span.days if span else None)
    if not days or days > _LONGEST_DAYS:
        raise UsageError(f"{text!r} is not a cadence", 'try: "every 3 weeks", 21 (days), never, or default')
    return days


def parse_birthday(text: str) -> PartialDate:
    """Read a birthday, with or without its year: "5 May 1980", "--05-05", "1980-05-05", "May 5".

    Raises:
        UsageError: there is no such day.

    """
    partial = _month_and_day(text.strip().casefold())
    if partial is not None and is_day(partial):
        return partial
    raise UsageError(f"{text!r} is not a day of the year", "write it like 1980-05-05, --05-05 or 5 May")


def is_day(partial: PartialDate) -> bool:
    """Say whether the calendar has this day (29 February without a year is one)."""
    try:
        date(partial.year or _LEAP_YEAR, partial.month, partial.day)
    except ValueError:
        return False
    return True


def _month_and_day(text: str) -> PartialDate | None:
    numeric = re.fullmatch(r"(?:(\d{4})|-)-?(\d{2})-?(\d{2})", text)
    if numeric:
        return PartialDate(int(numeric[2]), int(numeric[3]), int(numeric[1]) if numeric[1] else None)
    words = re.fullmatch(r"(\d{1,2})\.?\s+([a-z]{3,9})\.?,?(?:\s+(\d{4}))?", text)
    if words:
        day, month, year = words[1], words[2], words[3]
    else:
        words = re.fullmatch(r"([a-z]{3,9})\.?\s+(\d{1,2}),?(?:\s+(\d{4}))?", text)
        if not words:
            return None
        month, day, year = words[1], words[2], words[3]
    if month[:3] not in _MONTHS:
        return None
    return PartialDate(_MONTHS.index(month[:3]) + 1, int(day), int(year) if year else None)


def next_occurrence(partial: PartialDate, today: date) -> date:
    """Return the next day a birthday is kept, today included; 29 February falls on the 28th otherwise."""
    for year in (today.year, today.year + 1):
        day = kept_on(partial, year)
        if day >= today:
            return day
    return kept_on(partial, today.year + 1)


def kept_on(partial: PartialDate, year: int) -> date:
    """Return the day a birthday is kept in a year."""
    try:
        return date(year, partial.month, partial.day)
    except ValueError:
        return date(year, partial.month, partial.day - 1)


def iso(partial: PartialDate) -> str:
    """Write a partial date as `1980-05-05` or `--05-05`."""
    year = f"{partial.year:04d}" if partial.year else "-"
    return f"{year}-{partial.month:02d}-{partial.day:02d}"


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago something was: "just now", "5 hours", "yesterday"-free, always a span."""
    seconds = max((now - moment).total_seconds(), 0)
    if seconds < 3600:
        minutes = int(seconds // 60)
        return "just now" if minutes < 1 else _count(minutes, "minute")
    if seconds < 86_400:
        return _count(int(seconds // 3600), "hour")
    days = int(seconds // 86_400)
    if days < 60:
        return _count(days, "day")
    if days < 730:
        return _count(days // 30, "month")
    return _count(days // 365, "year")


def in_days(day: date, today: date) -> str:
    """Say when a day of the coming week is: "today", "tomorrow", "on Friday"."""
    distance = (day - today).days
    if distance == 0:
        return "today"
    if distance == 1:
        return "tomorrow"
    return f"on {_WEEKDAYS[day.weekday()].capitalize()}"


def day_of(moment: datetime, precision: str, zone: tzinfo) -> date:
    """Return the calendar day an act belongs to; known only to the day, it is that day everywhere."""
    return (moment.astimezone(UTC) if precision == Precision.DAY else moment.astimezone(zone)).date()


def short_day(day: date, today: date) -> str:
    """Write a day briefly: "12 Nov", with the year when it is another one."""
    month = _MONTHS[day.month - 1].capitalize()
    return f"{day.day} {month}" if day.year == today.year else f"{day.day} {month} {day.year}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
