"""How long a relationship may go without an exchange, and when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from math import ceil
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from crm.domain.exchanges import Depth

RHYTHM_YEARS = 3
RHYTHM_DAYS_NEEDED = 3
RHYTHM_SHORTEST = 14
RHYTHM_LONGEST = 180
UNANSWERED_ENOUGH = 3
"""After reaching out on this many days without an answer, reminding is nagging."""

NEVER = 0
"""The stored number of days of a contact whose own cadence is `never`."""

CIRCLES: Mapping[str, int] = MappingProxyType({"inner": 14, "close": 30, "wide": 90, "far": 180})


class CadenceFrom(StrEnum):
    """Where a contact's cadence comes from."""

    OWN = "own"
    CIRCLE = "circle"
    RHYTHM = "rhythm"
    NONE = "none"


class Cadence(NamedTuple):
    """How many days may pass, and who said so."""

    days: int | None
    """None: no reminder."""
    source: CadenceFrom


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user configured; the defaults are the ones the documentation names."""

    window: timedelta = timedelta(days=30)
    """How long an answer may take and still be one."""
    owed: timedelta = timedelta(days=30)
    """How long an unanswered act waits for you on Today."""
    floor: Depth = Depth.WORDS
    circles: Mapping[str, int] = field(default_factory=lambda: CIRCLES)
    """Days per circle, in the order to show them."""
    people_per_day: int = 5
    own_sites: tuple[str, ...] = ()
    zone: tzinfo = UTC

    def day_of(self, moment: datetime) -> date:
        """Return the calendar day of a moment in the user's time zone."""
        return moment.astimezone(self.zone).date()


def rhythm_start(today: date) -> date:
    """Return the first day that counts towards the rhythm."""
    try:
        return today.replace(year=today.year - RHYTHM_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - RHYTHM_YEARS, day=28)


def rhythm(days: Sequence[int], today: date) -> int | None:
    """Return the cadence in days that a relationship has had, or None.

    Twice the median gap between consecutive exchange days of the last three years.

    Args:
        days: exchange days as ordinals, ascending, each once.
        today: the current day in the user's time zone.

    """
    start = rhythm_start(today).toordinal()
    recent = [day for day in days if start <= day <= today.toordinal()]
    if len(recent) < RHYTHM_DAYS_NEEDED:
        return None
    return rhythm_of([later - earlier for earlier, later in pairwise(recent)])


def rhythm_of(gaps: Sequence[int]) -> int:
    """Return the cadence that follows from the gaps in days, at least one, in any order."""
    return min(RHYTHM_LONGEST, max(RHYTHM_SHORTEST, ceil(2 * median(gaps))))


def cadence(
    own: int | None, circle: str | None, days: Sequence[int], today: date, circles: Mapping[str, int]
) -> Cadence:
    """Return the cadence that applies: the contact's own, the circle's, the rhythm's, none.

    Args:
        own: the contact's own cadence in days, `NEVER`, or None when not set.
        circle: the contact's circle, or None; one that is no longer configured says nothing.
        days: exchange days as ordinals.
        today: the current day in the user's time zone.
        circles: days per circle.

    """
    if own is not None:
        return Cadence(own or None, CadenceFrom.OWN)
    if circle is not None and circle in circles:
        return Cadence(circles[circle], CadenceFrom.CIRCLE)
    usual = rhythm(days, today)
    if usual is not None:
        return Cadence(usual, CadenceFrom.RHYTHM)
    return Cadence(None, CadenceFrom.NONE)


def lateness(now: datetime, start: datetime, days: int) -> float:
    """Return how late a contact is, in cadences; due at 1 and above."""
    return (now - start) / timedelta(days=days)
