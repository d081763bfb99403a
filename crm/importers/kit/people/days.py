"""Birthdays and anniversaries as programs of every country write them.

`03/04/1980` is a day in March or in April. The decision to know: the order of day and month is that of the
whole file, shown by its other dates; where none shows it, such a date is left unread rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from crm import clock
from crm.domain.dates import is_day
from crm.domain.records import PartialDate
from crm.domain.text import folded
from crm.vcard.dates import read_date

_NUMERIC = re.compile(r"([0-9]{1,4})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_WITHOUT_YEAR = re.compile(r"([0-9]{1,2})\s?([./-])\s?([0-9]{1,2})\2?")
_TIME = re.compile(r"[ T,]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?:\.[0-9]+)?\s*(?:[AaPp]\.?[Mm]\.?|Z)?$")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|o)?[ -](?:de )?([a-z]+)\.?,?(?:[ -](?:de )?([0-9]{4}))?"
)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,?(?: ([0-9]{4}))?")
_LONGEST = 60
_NO_YEARS = frozenset({1604, 4501})
"""What Apple and Outlook write where there is no year, or no date at all."""
# The first letters of months in English, German, French, Spanish, Italian, Dutch and Portuguese, folded.
_MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("feb", "fev"), 2),
    **dict.fromkeys(("mar", "mrt", "maa"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mei", "mag"), 5),
    **dict.fromkeys(("jun", "giu"), 6),
    **dict.fromkeys(("jul", "lug"), 7),
    **dict.fromkeys(("aug", "aou", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "ott", "out"), 10),
    "nov": 11,
    **dict.fromkeys(("dec", "dez", "dic"), 12),
}


class Order(Enum):
    """Which of day and month a file writes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def is_no_date(text: str) -> bool:
    """Say whether a text stands for no date: `0/0/00`, `0-0-00`, `00.00.0000`, 1 January 4501."""
    return not text.strip("0 ./-:") or text.endswith("/4501") or text.startswith("4501-")


def order_of(texts: Iterable[str], usual: Order | None = None) -> Order | None:
    """Return the order of day and month in a file; None when it is not shown, or shown both ways.

    Args:
        texts: every date of the file.
        usual: what to take where nothing shows it, None where there is no such thing.

    """
    shown = {order for text in texts if (order := _shown_by(text)) is not None}
    if not shown:
        return usual
    return shown.pop() if len(shown) == 1 else None


def _shown_by(text: str) -> Order | None:
    found = _NUMERIC.fullmatch(_TIME.sub("", text.strip())) if len(text) <= _LONGEST else None
    if found is None or len(found[1]) > 2 or is_no_date(text):
        return None
    first, second = int(found[1]), int(found[3])
    if found[2] == "." or (first > 12 >= second):
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > 12 >= first else None


def read(text: str, order: Order | None) -> PartialDate | None:
    """Return the day a text names, or None: it is written in another way, or could be two days."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if (plain := read_date(text)) is not None:
        return _without_stand_in(plain)
    text = _TIME.sub("", text)
    found = _NUMERIC.fullmatch(text)
    if found is not None:
        if len(found[1]) > 2:
            return _day(int(found[3]), int(found[4]), found[1]) if len(found[4]) == 2 else None
        return _in_order(int(found[1]), int(found[3]), found[4], found[2], order)
    found = _WITHOUT_YEAR.fullmatch(text)
    if found is not None:
        return _in_order(int(found[1]), int(found[3]), None, found[2], order)
    return _in_words(folded(text))


def from_parts(year: str, month: str, day: str) -> PartialDate | None:
    """Return the day that three columns name; the year may be missing."""
    if not (month.isdecimal() and day.isdecimal() and len(month) <= 2 and len(day) <= 2):
        return None
    return _day(int(month), int(day), year if year.isdecimal() and len(year) <= 4 else None)


def _in_order(
    first: int, second: int, year: str | None, separator: str, order: Order | None
) -> PartialDate | None:
    if first == second or separator == "." or first > 12:
        order = Order.DAY_FIRST
    elif second > 12:
        order = Order.MONTH_FIRST
    if order is None:
        return None
    day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
    return _day(month, day, year)


def _in_words(text: str) -> PartialDate | None:
    """Read "12 April 1980", "12. April", "12 de abril de 1980", "April 12, 1980"."""
    found = _DAY_FIRST.fullmatch(text)
    if found is not None:
        day, name, year = found.groups()
    else:
        found = _MONTH_FIRST.fullmatch(text)
        if found is None:
            return None
        name, day, year = found.groups()
    month = 7 if name.startswith("juil") else 6 if name.startswith("juin") else _MONTHS.get(name[:3])
    return _day(month, int(day), year) if month else None


def _day(month: int, day: int, year: str | None) -> PartialDate | None:
    found = PartialDate(month, day, _year(year))
    return _without_stand_in(found) if is_day(found) else None


def _year(digits: str | None) -> int | None:
    """Return a year; of two digits only what cannot be of this century is known."""
    if not digits or not int(digits):
        return None
    if len(digits) == 4:
        return int(digits)
    return 1900 + int(digits) if 2000 + int(digits) > clock.now().year else None


def _without_stand_in(found: PartialDate) -> PartialDate:
    return found._replace(year=None) if found.year in _NO_YEARS else found
