"""Wall clock times of exports that do not say their zone, brought to UTC in the zone of the user.

The decision to know: in the hour that a clock shows twice in autumn the first one is meant, and a time in the
hour it skips in spring is taken as if the clock had not been changed yet. What rests on this is
`zone_assumed`.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from crm.importers.kit.times import DAY, HOUR

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - arithmetic on wall clock times
_MICROSECOND = timedelta(microseconds=1)
_MOST = 100_000


class WallClock:
    """The clock on the user's wall."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days: dict[int, int | None] = {}
        """By the number of a day: by how much it is ahead of UTC, None where the clock is changed in it."""
        self._hours: dict[int, int] = {}

    def utc(self, local: int) -> int:
        """Return microseconds since 1970 UTC for a time counted as if the clock on the wall showed UTC.

        No clock of the zone database was ever changed twice within two days, so what is true at both ends of
        a day is true all day; where they differ, what is true when an hour begins is true until it ends.
        """
        day = local // DAY
        try:
            offset = self._days[day]
        except KeyError:
            offset = self._of_day(day)
        return local - (self._of_hour(local // HOUR) if offset is None else offset)

    def _of_day(self, day: int) -> int | None:
        if len(self._days) >= _MOST:
            self._days.clear()
        offset = self._offset(day * DAY)
        found = self._days[day] = offset if offset == self._offset((day + 1) * DAY) else None
        return found

    def _of_hour(self, hour: int) -> int:
        offset = self._hours.get(hour)
        if offset is None:
            if len(self._hours) >= _MOST:
                self._hours.clear()
            offset = self._hours[hour] = self._offset(hour * HOUR)
        return offset

    def _offset(self, local: int) -> int:
        try:
            found = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=self._zone).utcoffset()
        except OverflowError:
            return 0
        return (found or timedelta(0)) // _MICROSECOND
