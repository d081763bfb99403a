"""When a record was made: what the client wrote, or what its key says where that cannot be.

The decision to know: `createdAt` is whatever a client chose to write. Where it does not parse, or lies
outside the time in which Bluesky has existed, the record key tells: a TID is microseconds since 1970 and the
number of a clock.
Source: the record key and TID specifications of AT Protocol.
"""

from __future__ import annotations

from crm.domain.records import Precision
from crm.importers.kit import times
from crm.importers.kit.times import DAY, UNKNOWN, Moment

FIRST = 18_993 * DAY
"""2022-01-01, in microseconds since 1970 UTC."""

_DIGITS = {digit: value for value, digit in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
_USUAL_LENGTH = 24
_TID_LENGTH = 13
_HIGHEST_FIRST = "j"  # the top bit is always 0
_CLOCK_BITS = 10


class Moments:
    """Reads times; what it takes for the future is fixed when it is made."""

    def __init__(self) -> None:
        self._latest = times.latest() - DAY  # one day from now

    def of(self, created: object, key: str = "") -> Moment:
        """Return when a record was made, by its `createdAt` or its record key; `UNKNOWN` if neither says."""
        moment = _read(created) if isinstance(created, str) else None
        if moment is not None and moment.at is not None and FIRST <= moment.at <= self._latest:
            return moment
        at = of_tid(key)
        known = at is not None and FIRST <= at <= self._latest
        return Moment(at, Precision.SECOND) if known else UNKNOWN


def _read(text: str) -> Moment | None:
    if len(text) == _USUAL_LENGTH and text[19] == "." and text[23] == "Z" and text[20:23].isdecimal():
        # `2024-05-01T12:00:00.123Z`, as nearly all are written; without the fraction it is read much faster
        moment = times.iso(f"{text[:19]}Z")
        if moment is not None and moment.at is not None and text.isascii():
            return moment._replace(at=moment.at + int(text[20:23]) * 1000)
    return times.iso(text.strip())


def of_tid(key: str) -> int | None:
    """Return the microseconds since 1970 in a record key; None where it is none that holds a time."""
    if len(key) != _TID_LENGTH or key[0] > _HIGHEST_FIRST:
        return None
    value = 0
    for digit in key:
        if digit not in _DIGITS:
            return None
        value = value << 5 | _DIGITS[digit]
    return value >> _CLOCK_BITS
