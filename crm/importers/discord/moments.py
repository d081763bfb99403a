"""When something was written: the number of a message holds the millisecond (Discord's snowflakes, in UTC).

The decision to know: the number is taken for the time, since it is the same in both eras, and what is written
beside it has no zone since 2024; only where the two are more than a day apart, and the number is thus none of
Discord's, is the written time used.
"""

from __future__ import annotations

from crm.domain.records import Precision
from crm.importers.kit.times import DAY, EARLIEST, UNKNOWN, Moment, iso

_EPOCH = 1_420_070_400_000
"""2015-01-01, Discord's beginning, in milliseconds since 1970."""
_MILLISECOND = 1000
_SMALLEST = 1 << 40
_LARGEST = 1 << 64


def of(number: str | None, written: str | None, latest: int) -> Moment:
    """Return the moment of a message; `latest` is the latest believable one, microseconds since 1970."""
    coded = _in_number(number, latest)
    told = iso(written.strip()) if written else None
    if told is not None and (told.at is None or not EARLIEST <= told.at <= latest):
        told = None
    if coded is not None and (told is None or told.at is None or abs(told.at - coded) <= DAY):
        return Moment(coded, Precision.SECOND)
    return told or UNKNOWN


def _in_number(number: str | None, latest: int) -> int | None:
    if not number or not number.isascii() or not number.isdigit() or len(number) > 20:
        return None
    value = int(number)
    if not _SMALLEST < value < _LARGEST:
        return None
    at = ((value >> 22) + _EPOCH) * _MILLISECOND
    return at if at <= latest else None
