"""Calendar days of the user's time zone, for many moments at once.

Converting a datetime to a zone costs some microseconds, and a recomputation asks a million times; the
offset of a zone is constant in nearly every week, so it is looked up once per week, or once per day in the
weeks at whose ends it differs. (No zone has ever changed its clocks and back within a week.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

_WEEK = 7
_MICROSECONDS = 86_400_000_000
_SPAN_BITS = 39
"""A span of 2**39 microseconds is 6.4 days; a shift finds it, where a week takes a long division."""
_DAY_BITS = 8
"""A day and all offsets of whole quarters of an hour are multiples of 2**8 microseconds."""
_DAY_REST = _MICROSECONDS >> _DAY_BITS
"""Less than 2**30, by which Python divides three times as fast as by more."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class LocalDays:
    """Gives the ordinal (`date.toordinal`) of the day on which a moment falls."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._offsets: dict[int, int | None] = {}
        self._steady = _Spans(self._to_ordinals)

    def ordinal(self, at: int, day_only: bool = False) -> int:
        """Return the local day of a moment.

        Args:
            at: microseconds since 1970, UTC.
            day_only: only the date is known; it is the UTC date, in every zone.

        """
        day = at // _MICROSECONDS
        if day_only:
            return day + _EPOCH_ORDINAL
        if day not in self._offsets:
            self._learn(day)
        offset = self._offsets[day]
        if offset is None:
            offset = self._offset(at)
        return (at + offset) // _MICROSECONDS + _EPOCH_ORDINAL

    def ordinals(self, marks: Iterable[int], shift: int = 0) -> list[int]:
        """Return the local days of many moments whose time of day is known.

        Args:
            marks: the moments, each shifted by `shift`; what stands below does not matter.
            shift: see above.

        """
        steady, ordinal = self._steady, self.ordinal
        span, fine = shift + _SPAN_BITS, shift + _DAY_BITS
        return [
            ordinal(mark >> shift)
            if (offset := steady[mark >> span]) is None
            else ((mark >> fine) + offset) // _DAY_REST
            for mark in marks
        ]

    def start(self, ordinal: int) -> int:
        """Return when a local day begins, microseconds since 1970 UTC."""
        midnight = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), self.zone)
        return (midnight.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)

    def _learn(self, day: int) -> None:
        """Look the offset up for a week, or for one day of a week in which it changes."""
        first = day - day % _WEEK
        offset = self._constant_offset(first, first + _WEEK)
        if offset is None:
            self._offsets[day] = self._constant_offset(day, day + 1)
        else:
            self._offsets.update(dict.fromkeys(range(first, first + _WEEK), offset))

    def _to_ordinals(self, span: int) -> int | None:
        first, last = span << _SPAN_BITS, (span + 1 << _SPAN_BITS) - 1
        offset = self._offset(first)
        if offset != self._offset(last) or offset % (1 << _DAY_BITS):
            return None
        return (offset + _EPOCH_ORDINAL * _MICROSECONDS) >> _DAY_BITS

    def _constant_offset(self, first: int, until: int) -> int | None:
        """Return the offset that holds from one UTC day until another, or None where the clocks change."""
        offset = self._offset(first * _MICROSECONDS)
        return offset if offset == self._offset(until * _MICROSECONDS - 1) else None

    def _offset(self, at: int) -> int:
        try:
            local = (_EPOCH + timedelta(microseconds=at)).astimezone(self.zone)
        except OverflowError:
            return 0
        return (local.utcoffset() or timedelta(0)) // timedelta(microseconds=1)


class _Spans(dict[int, int | None]):
    """By span since 1970: what to add to its moments, `_DAY_BITS` less, to count from ordinal 0; or None."""

    def __init__(self, learn: Callable[[int], int | None]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, span: int) -> int | None:
        self[span] = found = self._learn(span)
        return found
