"""When the day's digest may be sent: hour, weekdays and quiet hours, in the user's time zone.

The decision to know: there is one digest per calendar day and none for days that are past. A machine that
slept for ten days sends one when it wakes, about everything that is due by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EVERY_DAY = frozenset(range(7))
PAUSES = (5, 15, 60, 180, 360)
"""Minutes before each further try of a delivery that failed; the last one repeats, until the day is over."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to send."""

    at: time = time(8)
    """Not before, on the wall clock."""
    weekdays: frozenset[int] = EVERY_DAY
    """0 is Monday."""
    quiet: tuple[tuple[time, time], ...] = ()
    """(from, until) on the wall clock; may go over midnight. Nothing is sent in between."""

    def day_for(self, now: datetime, zone: tzinfo) -> date | None:
        """Return the day whose digest may be sent at this moment, or None.

        Args:
            now: aware.
            zone: the user's.

        """
        local = now.astimezone(zone)
        if local.weekday() not in self.weekdays or local.time() < self.at:
            return None
        return None if self.is_quiet(local.time()) else local.date()

    def is_quiet(self, clock: time) -> bool:
        """Say whether a time of day lies in the quiet hours."""
        return any(_within(clock, start, end) for start, end in self.quiet)

    def next_after(self, now: datetime, zone: tzinfo) -> datetime:
        """Return the next moment, not before `now`, from which on a digest may be sent.

        To the minute; a wall clock time that summer time leaves out is the first one after it.
        """
        local = now.astimezone(zone)
        for ahead in range(8):
            day = local.date() + timedelta(days=ahead)
            for start in self._openings(day, zone):
                if start >= now and self.day_for(start, zone) == day:
                    return start
        return now + timedelta(days=8)

    def _openings(self, day: date, zone: tzinfo) -> Sequence[datetime]:
        """Return the moments of a day from which on it may be sent."""
        times = {self.at, *(end for _, end in self.quiet if end > self.at)}
        return sorted(_real(datetime.combine(day, clock, zone)) for clock in times)


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries (at least one)."""
    return timedelta(minutes=PAUSES[min(max(tries, 1), len(PAUSES)) - 1])


def _within(clock: time, start: time, end: time) -> bool:
    return start <= clock < end if start <= end else clock >= start or clock < end


def _real(moment: datetime) -> datetime:
    """Return a wall clock time as it is shown; one that summer time leaves out becomes a real one."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)
