"""Calendar days of the user's time zone, for many moments at once.

Converting a datetime to a zone costs some microseconds, and a recomputation asks a million times; the
offset of a zone is constant in nearly every week, so it is looked up once per week, or once per day in the
weeks at whose ends it differs. (No zone has ever changed its clocks and back within a week.)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

_WEEK = 7
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
            self._learn(day)
        offset = self._offsets[day]
        if offset is None:
            offset = self._offset(at)
        return (at + offset) // _MICROSECONDS + _EPOCH_ORDINAL

    def end(self, at: int) -> int:
        """Return until when a moment's local day lasts for certain, microseconds since 1970 UTC.

        Until its end, or, where the clocks change on that day, no further than the moment itself.
        """
        day = at // _MICROSECONDS
        offset = self._offsets.get(day)
        if offset is None:
            return at
        local_end = ((at + offset) // _MICROSECONDS + 1) * _MICROSECONDS - offset
        if local_end <= (day + 1) * _MICROSECONDS:
            return local_end
        return (day + 1) * _MICROSECONDS

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
