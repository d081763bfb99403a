"""Birthdays and anniversaries as partial dates, in every form that address books write.

A year may be missing in four ways: `--0412` (RFC 6350), `X-APPLE-OMIT-YEAR=1604:1604-04-12` (Apple), 1604
without that parameter, and 0000. The date is taken as written: a time and a zone behind it are not used,
for a birthday is kept on its day everywhere. What is no date stays in the card as text.
"""

from __future__ import annotations

import re
from datetime import date

from crm.domain.records import PartialDate
from crm.vcard.model import Card, Property
from crm.vcard.names import android

_DATE = re.compile(
    r"(?:(?P<year>\d{4})-?|--)(?P<month>\d{2})-?(?P<day>\d{2})(?:[T ][0-9:.,Zz+-]*)?;*\Z"
    r"|(?P<year2>\d{4})-(?P<month2>\d{1,2})-(?P<day2>\d{1,2});*\Z"
)
_LONGEST = 60
_NO_YEAR = frozenset({0, 1604})
_LEAP_YEAR = 2000
_ANDROID_EVENT = "vnd.android.cursor.item/contact_event"
_ANDROID_ANNIVERSARY, _ANDROID_BIRTHDAY = "1", "3"
_ANNIVERSARIES = (
    "ANNIVERSARY",
    "X-ANNIVERSARY",
    "X-MS-ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
)
DATES = ("BDAY", *_ANNIVERSARIES)
"""Properties that hold a birthday or an anniversary and nothing else."""


def date_of(prop: Property) -> PartialDate | None:
    """Return the date a property states, or None when it states none that can be used."""
    calendar = prop.param("CALSCALE")
    if calendar is not None and calendar.strip().lower() != "gregorian":
        return None
    found = read_date(prop.value)
    omitted = prop.param("X-APPLE-OMIT-YEAR")
    if found is not None and omitted is not None and omitted.strip() == str(found.year):
        return found._replace(year=None)
    return found


def read_date(text: str) -> PartialDate | None:
    """Read `1985-04-12`, `19850412`, `--04-12`, `--0412`, each also with a time behind it."""
    text = text.strip()
    try:
        plain = date.fromisoformat(text)  # most are plain, and this is five times as fast as a pattern
    except ValueError:
        pass
    else:
        if "W" not in text:
            return PartialDate(plain.month, plain.day, None if plain.year in _NO_YEAR else plain.year)
    found = _DATE.match(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    parts = found.group("year", "month", "day") if found["month"] else found.group("year2", "month2", "day2")
    year = int(parts[0]) if parts[0] else None
    if year in _NO_YEAR:
        year = None
    month, day = int(parts[1]), int(parts[2])
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return None
    return PartialDate(month, day, year)


def birthday(card: Card) -> PartialDate | None:
    """Return the birthday, or None."""
    return _first(card, ("BDAY",)) or _android(card, _ANDROID_BIRTHDAY)


def anniversary(card: Card) -> PartialDate | None:
    """Return the (wedding) anniversary, or None."""
    found = _first(card, _ANNIVERSARIES)
    if found is None and "X-ABDATE" in card.by_key:
        days = (date_of(prop) for prop in card.all("X-ABDATE") if _is_anniversary(card, prop))
        found = next((day for day in days if day), None)
    return found or _android(card, _ANDROID_ANNIVERSARY)


def unreadable(card: Card) -> list[Property]:
    """Return the birthdays and anniversaries that hold text but no usable date."""
    if card.by_key.keys().isdisjoint(DATES):
        return []
    props = [prop for key in DATES for prop in card.all(key)]
    return [prop for prop in props if prop.raw.strip(" ;") and date_of(prop) is None]


def _first(card: Card, keys: tuple[str, ...]) -> PartialDate | None:
    """The first date with a year, else the first one."""
    if card.by_key.keys().isdisjoint(keys):
        return None
    days = [day for key in keys for prop in card.all(key) if (day := date_of(prop))]
    return next((day for day in days if day.year), days[0] if days else None)


def _is_anniversary(card: Card, prop: Property) -> bool:
    return "anniversary" in (card.group_label(prop.group) or "").lower()


def _android(card: Card, kind: str) -> PartialDate | None:
    if "X-ANDROID-CUSTOM" not in card.by_key:
        return None
    rows = (row for row in android(card, _ANDROID_EVENT) if len(row) > 2 and row[2].strip() == kind)
    return next((day for row in rows if (day := read_date(row[1]))), None)
