"""Dates as an iCalendar file (RFC 5545): whole-day events, each with an alarm on its day.

Written here, not with vobject: its folding counts characters where 75 octets are allowed (any name with
accents passes the limit), it lets control characters through, and it takes 100 ms to load. The tests use it
to read what is written. Names are made safe before they are written, so that nobody's name ends an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import crm
from crm.domain.text import clean
from crm.vcard.values import escape

_WIDTH = 75
_ONE_DAY = timedelta(days=1)
_ALARM = "PT9H"
"""Nine in the morning of the day: the time since its beginning."""
_LONGEST = 2_000


class Event(NamedTuple):
    """One thing to be reminded of on a day."""

    uid: str
    """The same in every export, so that calendars replace the event and do not add another."""
    day: date
    summary: str
    description: str = ""
    yearly: bool = False
    """Every year; 29 February is kept on the 28th in other years."""


def calendar(events: Iterable[Event], stamp: datetime, title: str) -> Iterator[bytes]:
    """Yield a calendar file.

    Args:
        events: what is in it.
        stamp: when it was made, UTC.
        title: what calendar programs call it.

    """
    made = f"{stamp:%Y%m%dT%H%M%SZ}"
    yield _lines(
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//crm//crm {crm.__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(title)}",
    )
    for event in events:
        yield _event(event, made)
    yield _lines("END:VCALENDAR")


def _event(event: Event, made: str) -> bytes:
    summary = escape(clean(event.summary, limit=_LONGEST))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{made}",
        f"DTSTART;VALUE=DATE:{_day(event.day)}",
        *([f"DTEND;VALUE=DATE:{_day(event.day + _ONE_DAY)}"] if event.day < date.max else []),
        *([f"RRULE:{_every_year(event.day)}"] if event.yearly else []),
        f"SUMMARY:{summary}",
        *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:{_ALARM}",
        f"DESCRIPTION:{summary}",
        "END:VALARM",
        "END:VEVENT",
    ]
    return _lines(*lines)


def _every_year(day: date) -> str:
    # a yearly rule alone leaves 29 February out of other years (RFC 5545, 3.3.10); the last day does not
    return "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" if (day.month, day.day) == (2, 29) else "FREQ=YEARLY"


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"  # strftime writes the year 815 with three digits


def _text(value: str) -> str:
    return escape(clean(value, multiline=True, limit=_LONGEST))


def _lines(*lines: str) -> bytes:
    return b"".join(_folded(line.encode("utf-8", "replace")) + b"\r\n" for line in lines)


def _folded(line: bytes) -> bytes:
    """Break a line between characters, so that none of its pieces has more than 75 octets."""
    pieces = []
    start, width = 0, _WIDTH
    while len(line) - start > width:
        end = start + width
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start, width = end, _WIDTH - 1
    return b"\r\n ".join([*pieces, line[start:]])
