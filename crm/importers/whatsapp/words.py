"""What WhatsApp itself says, by `words.txt`: a phrase a line, in sections, in the languages of phones."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

_SECTION = re.compile(r"\[([^\]*]+)(\*?)\]")


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    text = (resources.files(__package__) / "words.txt").read_text("utf-8")
    sections: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        heading = _SECTION.fullmatch(line)
        if heading:
            name = heading[1]
        elif line and not line.startswith("#"):
            sections.setdefault(name, []).append(line)
    return {name: tuple(lines) for name, lines in sections.items()}


@cache
def phrases(section: str) -> frozenset[str]:
    """Return the whole phrases of a section, in lower case."""
    return frozenset(unicodedata.normalize("NFC", line) for line in _sections()[section])


def pattern(section: str) -> str:
    """Return a regular expression for any of a section's, without a group."""
    return f"(?:{'|'.join(_sections()[section])})"


@cache
def kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns for the words for kinds of media, each with how it is shown."""
    names = [name for name in _sections() if name.startswith("kind ")]
    return tuple((re.compile(pattern(name)), f"[{name.removeprefix('kind ')}]") for name in names)


@cache
def halves() -> dict[str, str]:
    """Return `am` and `pm` by every word for a half of the day, as `fold_half` makes it.

    The words are those of the Unicode locale data (CLDR). Chinese has more than two parts of a day.
    """
    return {fold_half(word): half for half in ("am", "pm") for word in _sections()[half]}


def fold_half(token: str) -> str:
    """Return a word for half a day as it is looked up: lower case, without points, blanks and quotes."""
    text = unicodedata.normalize("NFC", token.casefold())
    return "".join(char for char in text if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc"))
