"""From the notations of exports to microseconds since 1970, UTC.

Every function here takes what the export wrote and returns a `Moment`, or None when it is written in
another way; none raises. There is no `strptime`: it is the hidden cost of reading an export (it takes a
table from 700,000 to 140,000 rows a second), and it reads month names in the language of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from crm import clock
from crm.domain.records import Precision, Problem

SECOND = 1_000_000
"""Microseconds."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EARLIEST = 7305 * DAY
"""1990-01-01: no platform whose exports we read is older."""

_PAST = 20_089 * DAY
"""2025-01-01: past whatever the clock says; asking it takes 2 us, and most of an export is older."""
_TOMORROWS = timedelta(days=2)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - arithmetic on times known to be UTC
_MICROSECOND = timedelta(microseconds=1)
_UTC_ENDINGS = ("", " UTC", "Z")
_MOST_DAYS = 20_000
"""More than platforms are old; beyond it somebody plays with us."""
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# [0-9] and not \d, which also takes the digits of other scripts.
_ISO = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"
    r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"\s?(UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_US = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})"
    # CLDR 42 put a narrow no-break space (U+202F) before AM and PM; \s has it.
    r"(?:,?\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?(?:\s*(UTC|GMT))?)?"
)
_DOTTED = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})(?:,?\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_DAY_MONTH = re.compile(r"([0-9]{1,2})([ -])([A-Za-z]{3})[a-z]*\.?[ -]([0-9]{4}|[0-9]{2})")
_UNIX = re.compile(
    r"[A-Z][a-z]{2}\s+([A-Z][a-z]{2})\s+([0-9]{1,2})\s+([0-9]{2}):([0-9]{2}):([0-9]{2})\s+(?:UTC|GMT)\s+([0-9]{4})"
)


class Moment(NamedTuple):
    """When something happened, as far as an export says so."""

    at: int | None
    """Microseconds since 1970-01-01 UTC; None when unknown."""
    precision: Precision
    assumed: bool = False
    """The zone, or the order of day and month, was not written there and is taken for granted."""


UNKNOWN = Moment(None, Precision.UNKNOWN)
_TO_THE_SECOND = Precision.SECOND  # looking it up takes a tenth of the time of reading one

Notation: TypeAlias = Callable[[str], Moment | None]
"""What reads one way of writing a time."""


@lru_cache(maxsize=8192)
def _midnight(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day).toordinal() - _EPOCH_ORDINAL) * DAY
    except ValueError:
        return None


def _clock_time(hour: str, minute: str, second: str | None, half: str | None = None) -> int | None:
    """Return microseconds since midnight; `half` is the letter of AM or PM, if any."""
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    return hours * HOUR + minutes * MINUTE + min(seconds, 59) * SECOND  # a leap second is the one before


def _year(digits: str) -> int:
    """Return a year; two digits are of this century, being younger than any platform's first export."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _moment(day: int | None, clock_time: int | None, precision: Precision, assumed: bool) -> Moment | None:
    return None if day is None or clock_time is None else Moment(day + clock_time, precision, assumed)


_days: dict[str, int] = {}
_minutes: dict[str, int] = {}
_seconds = {f"{second:02}": second * SECOND for second in range(60)}


def _usual(text: str) -> int | None:
    """Read `2024-03-15 09:30:00`, whatever stands between day and time, and remember that day and minute."""
    if not text[16:17] == ":" == text[13:14] or text[4:5] != "-":
        return None
    try:
        read = datetime.fromisoformat(text[:19])
    except ValueError:  # no such day, or a leap second
        return None
    if read.tzinfo is not None:  # `2024-03-15 09:30:Z`
        return None
    at = (read - _NAIVE_EPOCH) // _MICROSECOND
    if text[7] == "-":  # which it is not in `2024-W11-5`
        if len(_days) >= _MOST_DAYS:
            _days.clear()
        _days[text[:11]] = at // DAY * DAY
        _minutes[text[11:17]] = at % DAY // MINUTE * MINUTE
    return at


def iso(text: str) -> Moment | None:
    """Read `2024-03-15 09:30:00 UTC`, `2019/04/30 12:15:11 UTC`, `2024-05-01T12:00:00Z`, `2024-05-01`.

    Without a zone it is taken as UTC and marked as assumed; without a time it is a day.
    """
    if text[19:] in _UTC_ENDINGS:
        at: int | None
        try:  # each day and minute is worked out once
            at = _days[text[:11]] + _minutes[text[11:17]] + _seconds[text[17:19]]
        except KeyError:
            at = _usual(text)
        if at is not None:
            return Moment(at, _TO_THE_SECOND, len(text) == 19)
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    midnight = _midnight(int(year), int(month), int(day))
    if hour is None:
        return _moment(midnight, 0, Precision.DAY, False)
    since = _clock_time(hour, minute, second)
    if since is None:
        return None
    if fraction:
        since += int(fraction[:6].ljust(6, "0"))
    if zone and zone[0] in "+-":
        offset = int(zone[1:3]) * HOUR + int(zone[-2:]) * MINUTE
        since -= offset if zone[0] == "+" else -offset
    return _moment(midnight, since, Precision.SECOND if second else Precision.MINUTE, zone is None)


def us_short(text: str) -> Moment | None:
    """Read `1/12/10, 9:14 AM` and `05/14/21, 07:30 AM`: month first, to the minute, taken as UTC.

    Also as a spreadsheet saves it again: `1/12/2010 9:14`, and `1/12/2010` alone, a day.
    """
    match = _US.fullmatch(text)
    if match is None:
        return None
    month, day, year, hour, minute, second, half, zone = match.groups()
    midnight = _midnight(_year(year), int(month), int(day))
    if hour is None:
        return _moment(midnight, 0, Precision.DAY, True)
    precision = Precision.SECOND if second else Precision.MINUTE
    return _moment(midnight, _clock_time(hour, minute, second, half), precision, zone is None)


def dotted(text: str) -> Moment | None:
    """Read `01.05.2024 12:00`, as a German spreadsheet saves a time again: day first, taken as UTC."""
    match = _DOTTED.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = match.groups()
    midnight = _midnight(_year(year), int(month), int(day))
    if hour is None:
        return _moment(midnight, 0, Precision.DAY, True)
    precision = Precision.SECOND if second else Precision.MINUTE
    return _moment(midnight, _clock_time(hour, minute, second), precision, True)


def day_month_year(text: str) -> Moment | None:
    """Read `04 Jan 2026`, a day; also `4-Apr-21`, as a spreadsheet saves it again, marked as assumed.

    Month names are English, whatever the language of the account or of this machine.
    """
    match = _DAY_MONTH.fullmatch(text)
    if match is None:
        return None
    day, separator, month, year = match.groups()
    number = _MONTHS.get(month.lower())
    midnight = _midnight(_year(year), number, int(day)) if number else None
    return _moment(midnight, 0, Precision.DAY, separator == "-")


def unix_date(text: str) -> Moment | None:
    """Read `Tue May 14 06:33:11 UTC 2024`, the output of Java's `Date` and of `date`; UTC and GMT only."""
    match = _UNIX.fullmatch(text)
    if match is None:
        return None
    month, day, hour, minute, second, year = match.groups()
    number = _MONTHS.get(month.lower())
    midnight = _midnight(int(year), number, int(day)) if number else None
    return _moment(midnight, _clock_time(hour, minute, second), Precision.SECOND, False)


ANY_NOTATION = (iso, us_short, day_month_year, unix_date, dotted)
"""For tables that people may have saved again in a spreadsheet, which changes the notation."""


def latest() -> int:
    """Return the latest believable time of an act: two days from now, for clocks that run ahead."""
    return (clock.now() + _TOMORROWS - _EPOCH) // _MICROSECOND


def is_believable(at: int) -> bool:
    """Say whether something can have happened then (microseconds since 1970): 1990 to two days from now."""
    return EARLIEST <= at <= _PAST or _PAST < at <= latest()


def counted(number: int) -> str:
    """Return the beginning of a problem's reason: "1 time counts", "2,000 times count"."""
    return "1 time counts" if number == 1 else f"{number:,} times count"


class TimeColumn:
    """The times of one table: unreadable and unbelievable ones are unknown, and counted for one `Problem`.

    Believable is what lies between 1990 and two days from now; a row with any other time is kept, its
    time is not.
    """

    def __init__(self, where: str, *notations: Notation) -> None:
        self._where = where
        self._notations = notations or ANY_NOTATION
        self._latest = latest()
        self._failed = 0
        self._first = ""

    def read(self, text: str, line: int) -> Moment:
        """Return the moment that `text`, on `line` of the table, stands for; `UNKNOWN` where it is none."""
        text = text.strip()
        for notation in self._notations:
            moment = notation(text)
            if moment is None:
                continue
            if moment.at is not None and EARLIEST <= moment.at <= self._latest:
                return moment
            break
        self._failed += 1
        self._first = self._first or f"line {line}: {text[:40]!r}"
        return UNKNOWN

    def problem(self) -> Problem | None:
        """Return what to report when the table has been read, or None when every time was good."""
        if not self._failed:
            return None
        return Problem(
            self._where,
            f"{counted(self._failed)} as unknown: unreadable, before 1990 or in the future ({self._first})",
        )
