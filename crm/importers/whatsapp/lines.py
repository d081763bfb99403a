r"""The first line of a message, in every notation that phones write.

iPhones write `[30/12/2023, 14:30:00] Name: text`, Android phones `30/12/2023, 14:30 - Name: text`; date and
time are those of the phone's language: any separator, two or four digits of a year, the year first, digits of
any script (`\d` and `int` take them all), a word for the half of the day before or behind the time, and
invisible marks of direction anywhere.

The decision to know: a file is written in one of the two styles throughout, so a line of the other style
inside it is part of a message that somebody has pasted.

Reading is quick because one pattern takes the plain lines of a whole block apart, and because the dates and
minutes of a chat come again and again: each is worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from crm.importers.whatsapp.dates import Shape
from crm.importers.whatsapp.words import fold_half, halves

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_ANY_MARK = re.compile(f"[{MARKS}]")
_GAP = rf"[\s{MARKS}]*"
_WORD = r"([^\d\s\[\]:,،\-–][^\d\[\]:]{0,14}?)?"
_AT = rf"(?:(?:à|às|at|um|в|kl\.?)[\s{MARKS}]+)?"
"""Between day and time: `12/03/2019 à 14:05`, as the app wrote it in some languages for some years."""
_HEADER = re.compile(
    rf"{_GAP}(\[?){_GAP}(\d{{1,4}}){_GAP}([./-]){_GAP}(\d{{1,2}}){_GAP}[./-]{_GAP}(\d{{1,4}})(\.?)"
    rf"{_GAP}(?:г\.?)?{_GAP}[,،、]?{_GAP}{_AT}{_WORD}{_GAP}"
    rf"(\d{{1,2}})(?:[:.]|\s?h\s?)(\d{{2}})(?:[:.](\d{{2}}))?"
    rf"{_GAP}{_WORD}{_GAP}(?:\]\s?|(?<=[\s{MARKS}])[-–]\s)(.*)",
    re.DOTALL,
)
_SIGNAL = re.compile(r"\[\d{4}-\d{2}-\d{2},? \d{2}:\d{2}\] ")
_LONGEST_SCRIPT_WORD = 8
_YEAR = 4


# A plain line in its parts (up to the time, hour and minute, seconds, up to the name, name, text), or any
# line as one part. What it finds, `_HEADER` finds too.
_LINE = re.compile(
    r"(\[?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4},? )([0-9]{1,2}:[0-9]{2})(?::([0-9]{2}))?"
    r"((?:[ \u202f\u00a0](?:[APap][Mm]|[ap]\.[ \u202f\u00a0]?m\.))?(?:\] | - ))([^:\n]{1,100}): (.*)\n"
    r"|(.*)\n"
)
_MOST_KEPT = 20_000


class Date(Struct, frozen=True, gc=False):
    """What a line says of the day, and how."""

    numbers: tuple[int, int, int]
    """In the order of the line."""
    shape: Shape
    bracket: bool


class Header(Struct, frozen=True, gc=False):
    """What stands before a message."""

    date: Date
    """The same object for equal dates, nearly always."""
    seconds: int
    """Since midnight, by the clock; of a twelve hour clock of unknown half, since midnight or noon."""
    has_seconds: bool
    knows_half: bool
    """False for a word nobody knows that may mean "in the afternoon"."""
    author: str | None
    """Before the first `: `, as it is written; None where there is none."""
    text: str
    """Behind it, or everything."""


Parts: TypeAlias = tuple[str, str, str, str, str, str, str]
"""What `_LINE` finds; where the fifth is empty, the last is the whole line."""


def whole(parts: Parts) -> str:
    """Return a line as it is written, without its end."""
    day, minute, second, end, author, text, other = parts
    return f"{day}{minute}{second and ':'}{second}{end}{author}: {text}" if author else other


class Reading:
    """Reads the lines of one chat."""

    def __init__(self) -> None:
        self._dates: dict[str, Date] = {}
        self._minutes: dict[str, int] = {}
        self._seconds = {"": 0, **{f"{second:02}": second for second in range(60)}}

    def lines(self, block: str) -> Iterator[tuple[Header | None, Parts]]:
        """Yield for each line of a block what it begins a message with, or None, and its parts."""
        dates, minutes, of_minute = self._dates, self._minutes, self._seconds
        end_of_lines = block.rfind("\n") + 1
        for parts in _LINE.findall(block, 0, end_of_lines):
            day, minute, second, end, author, text, _ = parts
            if not author:
                yield header_of(f"{whole(parts)}\n"), parts
                continue
            try:
                seconds = minutes[minute + end] + of_minute[second]
                yield Header(dates[day], seconds, second != "", True, author, text), parts
            except KeyError:  # the first of its day or minute, or no time at all
                header = header_of(f"{whole(parts)}\n")
                self._keep(header, day, minute + end, second)
                yield header, parts
        if end_of_lines < len(block):
            last = block[end_of_lines:]
            yield header_of(last), ("", "", "", "", "", "", last)

    def _keep(self, header: Header | None, day: str, minute: str, second: str) -> None:
        if header is None or not header.knows_half or second not in self._seconds:
            return
        for kept in (self._dates, self._minutes):
            if len(kept) >= _MOST_KEPT:
                kept.clear()
        self._dates[day] = header.date
        self._minutes[minute] = header.seconds - self._seconds[second]


def header_of(line: str) -> Header | None:
    """Return what a line begins a message with, or None for a line that goes on with one."""
    first = line[:1]
    if not (first == "[" or first.isdigit() or not first.isascii() or first.isspace()):
        return None
    match = _HEADER.match(line)
    if match is None:
        return None
    bracket, one, separator, two, three, point, before, hour, minute, second, behind, rest = match.groups()
    half = _half(before, behind) if before or behind else None
    if half is _NO_HEADER:
        return None
    seconds = _clock(int(hour), int(minute), int(second or 0), half)
    if seconds is None:
        return None
    shape = _shape(separator, len(one), len(three), point)
    date = Date((int(one), int(two), int(three)), shape, bool(bracket))
    author, colon, text = rest.removesuffix("\n").partition(": ")
    if not colon:
        return Header(date, seconds, second is not None, half != "?", None, author)
    return Header(date, seconds, second is not None, half != "?", author, text)


@lru_cache(maxsize=256)
def _shape(separator: str, first: int, last: int, point: str) -> Shape:
    return Shape(separator, first == _YEAR, last == _YEAR, bool(point))


_NO_HEADER = "no header"


def _half(before: str | None, behind: str | None) -> str | None:
    """Return `am`, `pm`, None for a clock of 24 hours, `?` for an unknown word, or `_NO_HEADER`."""
    token = before or behind
    if not token:
        return None
    if before and behind:
        return _NO_HEADER
    folded = fold_half(_ANY_MARK.sub("", token))
    known = halves().get(folded)
    if known:
        return known
    return "?" if len(folded) <= _LONGEST_SCRIPT_WORD and not folded.isascii() else _NO_HEADER


def _clock(hour: int, minute: int, second: int, half: str | None) -> int | None:
    if hour > 23 or minute > 59 or second > 60:
        return None
    if half in ("am", "pm") and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour * 60 + minute) * 60 + min(second, 59)


def is_signals(line: str) -> bool:
    """Say whether a line is one of Signal's text exports, which look almost the same."""
    return _SIGNAL.match(line) is not None


def without_marks(text: str) -> str:
    """Return text without marks of direction, and with plain blanks for those that do not break."""
    if text.isascii():
        return text
    return _ANY_MARK.sub("", text).replace("\u202f", " ").replace("\u00a0", " ")
