"""In which order the dates of a chat have day, month and year, and what day they mean.

The decision to know: the order is a property of the phone, so it is decided for a whole file, never for a
line: by a number above 12, by points (no language writes month.day.year), by lines that would go back in time
or lie in the future; and where nothing of that tells, the user is asked. Years of the Buddhist calendar and
of the Persian one are turned into those of the common one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from crm import clock

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_YEAR = 2009
"""WhatsApp's first."""
_BUDDHIST = 543
_PERSIAN_YEARS = range(1387, 1430)
_PERSIAN_NEW_YEAR = (1400, date(2021, 3, 21).toordinal())
_CLEARLY_FEWER = 4
_TWO_DIGITS = 100


class Shape(NamedTuple):
    """What the dates of one phone have in common."""

    separator: str
    year_first: bool = False
    """The first number has four digits."""
    year_last: bool = False
    """The last one has."""
    point: bool = False
    """There is a point behind it."""


class Order(StrEnum):
    """Of the three numbers of a date."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"


@lru_cache(maxsize=16384)
def day_of(numbers: tuple[int, int, int], order: Order, last: int) -> int | None:
    """Return the days since 1970-01-01 that a date means in an order, or None where it is none.

    Args:
        numbers: the date's, as they are written.
        order: which of them is what.
        last: the latest believable year.

    """
    if order is Order.YEAR_FIRST:
        year, month, day = numbers
    elif order is Order.DAY_FIRST:
        day, month, year = numbers
    else:
        month, day, year = numbers
    if year < _TWO_DIGITS:
        year += 2000 if 2000 + year <= last else 2500
    if year >= _FIRST_YEAR + _BUDDHIST:
        year -= _BUDDHIST
    if year in _PERSIAN_YEARS:
        return _persian(year, month, day)
    if not _FIRST_YEAR <= year <= last:
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def _persian(year: int, month: int, day: int) -> int | None:
    """Return the days since 1970 of a date of the Persian calendar, by its cycle of 33 years."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        return None
    base, start = _PERSIAN_NEW_YEAR
    for other in range(min(year, base), max(year, base)):
        length = 366 if (other * 25 + 11) % 33 < 8 else 365
        start += length if year > base else -length
    return start + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1 - _EPOCH


class Reading:
    """The dates of a file as they would be in one order."""

    def __init__(self, order: Order, last: int) -> None:
        self.order = order
        self._last_year = last
        self.bad = 0
        """Lines whose date is none in this order."""
        self.back = 0
        """Lines that are older than the one before."""
        self.first: int | None = None
        self.last: int | None = None
        self._before: int | None = None

    def add(self, numbers: tuple[int, int, int]) -> None:
        """Take note of one line."""
        day = day_of(numbers, self.order, self._last_year)
        if day is None:
            self.bad += 1
            return
        if self._before is not None and day < self._before:
            self.back += 1
        self._before = day
        self.first = day if self.first is None else min(self.first, day)
        self.last = day if self.last is None else max(self.last, day)

    def span(self) -> str:
        """Return the first and last day, for people."""
        days = [
            date.fromordinal(day + _EPOCH).isoformat() for day in (self.first, self.last) if day is not None
        ]
        return " to ".join(days)


class Orders:
    """What the lines of one file say about its order."""

    def __init__(self) -> None:
        self.last_year = clock.now().year + 1
        self.readings = {order: Reading(order, self.last_year) for order in Order}
        self.shape: Shape | None = None
        self._numbers: tuple[int, int, int] | None = None
        self._points = True
        self._same = True
        """Day and month are the same number in every line."""

    def add(self, numbers: tuple[int, int, int], shape: Shape) -> None:
        """Take note of one line."""
        self.shape = self.shape or shape
        self._points = self._points and shape.separator == "."
        self._same = self._same and numbers[0] == numbers[1]
        if numbers == self._numbers:
            return
        self._numbers = numbers
        for reading in self.readings.values():
            reading.add(numbers)

    def decide(self) -> Order | None:
        """Return the order, or None where the file does not tell."""
        day, month, year = (self.readings[order] for order in Order)
        shape = self.shape or Shape("/")
        if shape.year_first or (year.bad == 0 < min(day.bad, month.bad)):
            return Order.YEAR_FIRST
        if shape.point and not shape.year_last and year.bad == 0:
            return Order.YEAR_FIRST  # 24. 1. 5. of Korean phones
        if day.bad != month.bad:
            return min(day, month, key=lambda reading: reading.bad).order
        if self._points or self._same:
            return Order.DAY_FIRST
        today = clock.now().date().toordinal() - _EPOCH
        if (day.last or 0) > today + 1 >= (month.last or 0):
            return Order.MONTH_FIRST
        if (month.last or 0) > today + 1 >= (day.last or 0):
            return Order.DAY_FIRST
        if day.back * _CLEARLY_FEWER < month.back:
            return Order.DAY_FIRST
        if month.back * _CLEARLY_FEWER < day.back:
            return Order.MONTH_FIRST
        return None
