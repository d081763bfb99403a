"""The time a message was written, out of `Date` and `Received`.

The decision to know: a `Date` whose zone is broken, or that lies in the future or before 1990, is not
trusted; then the newest `Received` counts, which a server wrote. Without one the wall clock is taken as
UTC, and marked.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from crm.domain.records import Precision
from crm.importers.kit.times import DAY, EARLIEST, HOUR, MINUTE, SECOND, UNKNOWN, Moment

_DATE = re.compile(
    rb"(?:[A-Za-z]{2,10}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s-]+(\d{2,4}),?\s+"
    rb"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([+-]\s?\d{1,2}:?\d{2}|[A-Za-z]{1,5}(?![A-Za-z]))?(\S*)"
)
_ASCTIME = re.compile(  # `Tue Jan  2 09:30:00 2024 +0000`, of old programs
    rb"[A-Za-z]{3},?\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(?:[A-Z]{3,4}\s+)?(\d{4})"
    rb"(?:\s+([+-]\d{4}|[A-Z]{1,4}))?"
)
_ISO = re.compile(
    rb"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|Z|UTC|GMT)?"
)
_NUMERIC = re.compile(rb"[+-]\d{2}:?\d{2}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}
# RFC 5322, 4.3, and the European and Asian names that mail programs wrote against the rule. Minutes.
_ZONES = {
    b"UT": 0, b"UTC": 0, b"GMT": 0, b"Z": 0, b"WET": 0, b"WEST": 60,
    b"EST": -300, b"EDT": -240, b"CST": -360, b"CDT": -300, b"MST": -420, b"MDT": -360,
    b"PST": -480, b"PDT": -420,
    b"CET": 60, b"MEZ": 60, b"MET": 60, b"CEST": 120, b"MESZ": 120, b"MEST": 120, b"EET": 120, b"EEST": 180,
    b"MSK": 180, b"JST": 540, b"KST": 540, b"AEST": 600, b"AEDT": 660, b"NZST": 720, b"NZDT": 780,
}  # fmt: skip
_WIDEST = 14 * 60
_EPOCH = date(1970, 1, 1).toordinal()


def moment_of(stated: bytes | None, received: list[bytes], latest: int) -> Moment:
    """Return when a message was written.

    Args:
        stated: the value of `Date`.
        received: the values of `Received`, the newest (topmost) first.
        latest: microseconds since 1970; nothing was written after that, and nothing before 1990.

    """
    own = _read(stated) if stated else None
    if own and not EARLIEST <= own[0] <= latest:
        own = None
    if own and own[1]:
        return Moment(own[0], Precision.SECOND)
    for value in received:
        arrived = _read(value.rpartition(b";")[2])
        if arrived and arrived[1] and EARLIEST <= arrived[0] <= latest:
            return Moment(arrived[0], Precision.SECOND)
    return Moment(own[0], Precision.SECOND, assumed=True) if own else UNKNOWN


def _read(value: bytes) -> tuple[int, bool] | None:
    """Return (microseconds since 1970, whether the zone is known), or None for what is no time."""
    match = _DATE.match(value.strip() if value[:1].isspace() else value)
    if match:
        day, month, year, hour, minute, second, zone, rest = match.groups()
        if rest and not rest.startswith(b"("):
            zone = rest if zone and zone.isalpha() and _NUMERIC.fullmatch(rest) else None  # `GMT+0100`
        return _moment(day, month, year, (hour, minute, second), zone)
    match = _ASCTIME.search(value)
    if match:
        month, day, hour, minute, second, year, zone = match.groups()
        return _moment(day, month, year, (hour, minute, second), zone)
    match = _ISO.search(value)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _moment(day, month, year, (hour, minute, second), zone)
    return None


def _moment(
    day: bytes, month: bytes, year: bytes, clock: tuple[bytes, bytes, bytes | None], zone: bytes | None
) -> tuple[int, bool] | None:
    midnight = _midnight(day, month, year)
    hour, minute, second = int(clock[0]), int(clock[1]), int(clock[2] or 0)
    if midnight is None or hour > 23 or minute > 59 or second > 60:
        return None
    offset = _offset(zone) if zone else None
    at = midnight + hour * HOUR + (minute - (offset or 0)) * MINUTE + min(second, 59) * SECOND
    return at, offset is not None


@lru_cache(maxsize=4096)
def _midnight(day: bytes, month: bytes, year: bytes) -> int | None:
    """Return the microseconds since 1970 at which a day begins, or None for a day that does not exist."""
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    full = int(year)
    if len(year) == 2:  # RFC 5322, 4.3
        full += 2000 if full < 50 else 1900
    elif len(year) == 3:
        full += 1900
    try:
        return (date(full, number, int(day)).toordinal() - _EPOCH) * DAY
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _offset(zone: bytes) -> int | None:
    """Return a zone in minutes east of UTC, or None for one that does not exist."""
    if zone[:1] in b"+-":
        digits = zone[1:].strip().replace(b":", b"").rjust(4, b"0")
        hours, minutes = int(digits[:-2]), int(digits[-2:])
        total = hours * 60 + minutes
        if minutes > 59 or total > _WIDEST:
            return None
        return -total if zone[:1] == b"-" else total
    return _ZONES.get(zone.upper())
