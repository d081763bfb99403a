"""The times of Tumblr's exports.

The decision to know: posts carry seconds since 1970, and beside them the wall clock of the blog, in two
notations. Only where there is nothing else is the wall clock taken, in the user's zone and marked as assumed.
"""

from __future__ import annotations

import re
from datetime import date

from crm.domain.records import Precision
from crm.importers.kit.times import DAY, HOUR, MINUTE, SECOND, UNKNOWN, Moment, is_believable, iso
from crm.importers.kit.wallclock import WallClock

_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RFC = re.compile(
    r"[A-Za-z]{3,9}, ([0-9]{1,2}) ([A-Za-z]{3})[a-z]* ([0-9]{4}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})"
)
_SPOKEN = re.compile(
    r"([A-Za-z]{3})[a-z]* ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})"
    r"(?:,? (?:at )?([0-9]{1,2}):([0-9]{2})\s?([ap])m)?",
    re.IGNORECASE,
)


def seconds(text: str | int | None) -> Moment:
    """Read seconds since 1970."""
    try:
        at = int(text or 0) * SECOND
    except ValueError:
        return UNKNOWN
    return Moment(at, Precision.SECOND) if is_believable(at) else UNKNOWN


def written(text: str | None) -> Moment:
    """Read `2018-12-07 16:48:43 GMT` and ISO 8601; without a zone as UTC, marked so."""
    moment = iso(text.strip()) if text else None
    return moment if moment and moment.at is not None and is_believable(moment.at) else UNKNOWN


def wall(text: str | None, clock: WallClock) -> Moment:
    """Read `Fri, 07 Dec 2018 11:48:43` and `September 15th, 2011 2:57pm`, which have no zone."""
    text = " ".join((text or "").split())
    if match := _RFC.fullmatch(text):
        day, month, year, hour, minute, second = match.groups()
        local = _local(year, month, day, int(hour), int(minute), int(second))
        precision = Precision.SECOND
    elif match := _SPOKEN.fullmatch(text):
        month, day, year, hour, minute, half = match.groups()
        if hour is None:
            local, precision = _local(year, month, day, 0, 0, 0), Precision.DAY
        else:
            hours = int(hour) % 12 + (12 if half in "pP" else 0)
            local, precision = _local(year, month, day, hours, int(minute), 0), Precision.MINUTE
    else:
        return UNKNOWN
    if local is None or not is_believable(local):
        return UNKNOWN
    return Moment(local if precision is Precision.DAY else clock.utc(local), precision, True)


def _local(year: str, month: str, day: str, hour: int, minute: int, second: int) -> int | None:
    try:
        midnight = date(int(year), _MONTHS.index(month.lower()) + 1, int(day)).toordinal() - _EPOCH
    except ValueError:  # no such day or month
        return None
    if hour > 23 or minute > 59 or second > 60:
        return None
    return midnight * DAY + hour * HOUR + minute * MINUTE + min(second, 59) * SECOND
