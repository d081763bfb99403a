"""What the document consists of: headings, and entries with keys and values.

The decision to know: a value goes on until the next key that is known, or until a key follows a comma,
because values hold commas and line ends of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

NO_DATA = "No data"
"""What Pinterest writes for nothing."""
PIN_KEYS = frozenset(
    (
        "Title", "Details", "Image", "Is Native", "Board Id", "Board Name", "Is Video", "Ip Address",
        "Username", "Alt Text", "Canonical Link", "Story Pin Media", "Video", "Created at", "Alive",
        "Is a repin", "Private",
    )
)  # fmt: skip
"""As they stand in an export; their values may hold commas and line ends."""
LAST_KEYS = frozenset(("Alive", "Is a repin", "Private"))

_LONGEST_VALUE = 100_000
_MOST_FIELDS = 200
KEY = re.compile(r"([A-Z][A-Za-z0-9_/()' -]{0,40}?)\s?:(?:\s|$)", re.ASCII)
PIN = re.compile(r"pinterest\.[a-z.]{2,7}/pin/([A-Za-z0-9_-]+)", re.IGNORECASE)


class Heading(NamedTuple):
    """The title of a section, as people see it."""

    title: str


class Line(NamedTuple):
    """What stands between two line ends; a blank one ends an entry."""

    text: str
    links: tuple[str, ...]


@dataclass
class Entry:
    """One entry of a section."""

    section: str
    number: int
    """From 1, in its section."""
    link: str | None = None
    """The address it begins with."""
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """The first address in a value, by key."""
    keys: frozenset[str] = frozenset()
    """All its keys, also those without a value."""
    words: list[str] = field(default_factory=list)
    """Lines without a key."""
    _last: str | None = None
    _open: bool = True
    """Whether the value read last ended with a comma, as it does before another key."""

    @property
    def pin(self) -> str | None:
        """Return the id of the pin it begins with."""
        match = PIN.search(self.link or "")
        return match[1] if match else None

    def is_empty(self) -> bool:
        """Say whether nothing was read yet."""
        return not (self.link or self.fields or self.words)

    def value(self, *keys: str) -> str | None:
        """Return the first value there is under one of these keys."""
        return next((found for key in keys if (found := self.fields.get(key))), None)

    def first_line(self, key: str) -> str:
        """Return a value of one word or time; whatever follows it on further lines is not part of it."""
        return self.fields.get(key, "").partition("\n")[0].strip()

    def begins_value(self, key: str) -> bool:
        """Say whether a line that looks like `key: value` is one, and not the next line of a longer value."""
        if self._last is None:
            return True
        if self.pin is None:
            return self._open or key not in self.fields
        return key not in self.fields and (key in PIN_KEYS or self._open)

    def set(self, key: str, line: Line, text: str) -> None:
        """Take a value."""
        if len(self.fields) < _MOST_FIELDS:
            self._last = key
            self.fields[key] = ""
            if line.links:
                self.links[key] = line.links[0]
            self.go_on(text)

    def go_on(self, text: str) -> None:
        """Take the next line of the value read last, or a line without a key."""
        self._open = text.endswith(",")
        if self._last is None:
            self.words.append(text[:_LONGEST_VALUE])
        elif len(self.fields[self._last]) < _LONGEST_VALUE:
            joined = f"{self.fields[self._last]}\n{text}" if self.fields[self._last] else text
            self.fields[self._last] = joined

    def finished(self) -> Entry:
        """Return it with its values as meant: without the comma behind them, and without "No data"."""
        if self._last is None:
            return self
        self.keys = frozenset(self.fields)
        values = {key: value.strip().removesuffix(",").strip() for key, value in self.fields.items()}
        self.fields = {key: value for key, value in values.items() if value and value != NO_DATA}
        return self
