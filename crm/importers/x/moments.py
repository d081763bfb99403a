"""The times of an X archive, as microseconds since 1970 UTC.

The decision to know: a time before X existed is impossible, and is taken from the id instead where the id
has one. Ids made since 4 November 2010 begin with the milliseconds since 1288834974657 (X's Snowflake).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from crm.domain.records import Precision
from crm.importers.kit import times

FIRST_TWEET = 1_142_899_200_000_000
"""2006-03-21."""
BEYOND = 4_102_444_800_000_000
"""2100-01-01; what is merely in the future is for the service to see, which knows the clock."""

_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247
_SNOWFLAKES_BEGIN = 1_288_828_800_000_000  # 2010-11-04
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# looked up in half the time in which they are read as numbers
_HOURS = {f"{number:02}": number * times.HOUR for number in range(24)}
_MINUTES = {f"{number:02}": number * times.MINUTE for number in range(60)}
_SECONDS = {f"{number:02}": number * times.SECOND for number in range(61)}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


@lru_cache(maxsize=1024)
def _midnight(day: str) -> int:
    """Read `Oct 10 2018` and `2020-05-01`."""
    if day[4] == "-":
        year, month, number = int(day[:4]), int(day[5:7]), int(day[8:10])
    else:
        year, month, number = int(day[7:]), _MONTHS[day[:3]], int(day[4:6])
    return (date(year, month, number).toordinal() - _EPOCH_ORDINAL) * times.DAY


def read(text: str | None) -> int | None:
    """Read `Wed Oct 10 20:19:24 +0000 2018`, `2020-05-01T12:00:00.000Z` and `2013-01-01 12:34:56 +0000`."""
    if not text:
        return None
    try:
        if len(text) == 30:
            at = _midnight(text[4:11] + text[26:])
            if text[20:25] != "+0000":
                offset = int(text[21:23]) * times.HOUR + int(text[23:25]) * times.MINUTE
                at += offset if text[20] == "-" else -offset
        elif len(text) == 24 and text[23] == "Z":
            at = _midnight(text[:10]) + int(text[20:23]) * 1000
        else:
            moment = times.iso(text.strip())
            return moment.at if moment else None
        return at + _HOURS[text[11:13]] + _MINUTES[text[14:16]] + _SECONDS[text[17:19]]
    except (ValueError, KeyError):
        return None


def snowflake(identifier: str) -> int | None:
    """Return when an id was made; None for an older one and for what is no id."""
    if not identifier.isdecimal() or len(identifier) > 19:
        return None
    number = int(identifier)
    return ((number >> 22) + _SNOWFLAKE_EPOCH) * 1000 if number >= _FIRST_SNOWFLAKE else None


def of(text: str | None, identifier: str) -> tuple[int | None, Precision]:
    """Return the time of a tweet or message that says `text`, corrected by its id.

    The archives until 2018 have no time of day for tweets from before November 2010: they say 00:00:00.
    """
    at = read(text)
    if at is None or not FIRST_TWEET <= at < BEYOND:
        at = snowflake(identifier)
        if at is None or at >= BEYOND:
            return None, Precision.UNKNOWN
    elif at < _SNOWFLAKES_BEGIN and text and text.endswith(" 00:00:00 +0000"):
        return at, Precision.DAY
    return at, Precision.SECOND


def of_millis(value: str | int | None) -> tuple[int | None, Precision]:
    """Return the time that milliseconds since 1970 say."""
    try:
        at = int(value or 0) * 1000
    except ValueError:
        at = 0
    return (at, Precision.SECOND) if FIRST_TWEET <= at < BEYOND else (None, Precision.UNKNOWN)
