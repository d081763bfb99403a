"""Wall clock times of exports that do not say their zone, brought to UTC in the zone of the user.

The decision to know: in the hour that a clock shows twice in autumn the first one is meant, and a time in the
hour it skips in spring is taken as if the clock had not been changed yet. What rests on this is
`zone_assumed`.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from crm.importers.kit.times import HOUR

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - arithmetic on wall clock times
_MICROSECOND = timedelta(microseconds=1)
_MOST_HOURS = 100_000


class WallClock:
    """The clock on the user's wall."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int] = {}

    def utc(self, local: int) -> int:
        """Return microseconds since 1970 UTC for a time counted as if the clock on the wall showed UTC.

        Clocks change at full hours everywhere, so one look at the zone serves an hour.
        """
        hour = local // HOUR
        offset = self._offsets.get(hour)
        if offset is None:
            if len(self._offsets) >= _MOST_HOURS:
                self._offsets.clear()
            offset = self._offsets[hour] = self._offset(hour * HOUR)
        return local - offset

    def _offset(self, local: int) -> int:
        try:
            found = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=self._zone).utcoffset()
        except OverflowError:
            return 0
        return (found or timedelta(0)) // _MICROSECOND
