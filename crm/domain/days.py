"""Calendar days of the user's time zone, for many moments at once.

Converting a datetime to a zone costs some microseconds, and a recomputation asks a million times; the
offset of a zone is constant on nearly every day, so it is looked up once per day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

_MICROSECONDS = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class LocalDays:
    """Gives the ordinal (`date.toordinal`) of the day on which a moment falls."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._offsets: dict[int, int | None] = {}

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
            self._offsets[day] = self._constant_offset(day)
        offset = self._offsets[day]
        if offset is None:
            offset = self._offset(at)
        return (at + offset) // _MICROSECONDS + _EPOCH_ORDINAL

    def start(self, ordinal: int) -> int:
        """Return when a local day begins, microseconds since 1970 UTC."""
        midnight = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), self.zone)
        return (midnight.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)

    def _constant_offset(self, day: int) -> int | None:
        """Return the offset that holds on a whole UTC day, or None on a day when the clocks change."""
        first = self._offset(day * _MICROSECONDS)
        return first if first == self._offset((day + 1) * _MICROSECONDS - 1) else None

    def _offset(self, at: int) -> int:
        try:
            local = (_EPOCH + timedelta(microseconds=at)).astimezone(self.zone)
        except OverflowError:
            return 0
        return (local.utcoffset() or timedelta(0)) // timedelta(microseconds=1)
