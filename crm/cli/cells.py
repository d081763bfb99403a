"""How many cells of a terminal a text takes, and cutting and wrapping it by that measure.

Written here because Rich's measure, the same for our purpose, costs 50 ms of start-up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_ELLIPSIS = "…"
_NARROW = re.compile("[\x00-\u02ff]*+")
"""What takes a cell for each character, as in nearly every name written in Latin letters."""


def cell_len(text: str) -> int:
    """Return the number of cells `text` takes: 2 for wide characters and emoji, 0 for combining marks."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    return sum(width for _, width in _clusters(text))


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, ending in an ellipsis when something is missing."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    kept: list[str] = []
    used = 0
    for cluster, cells in _clusters(text):
        if used + cells > width - 1:
            break
        kept.append(cluster)
        used += cells
    return "".join(kept).rstrip() + _ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells: cut, or filled up with blanks."""
    cells = cell_len(text)
    if cells > width:
        text = cut(text, width)
        cells = cell_len(text)
    filling = " " * (width - cells)
    return filling + text if right else text + filling


def wrap(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` cells, broken at blanks; a longer word is broken anywhere."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if cell_len(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines.extend(full)
    return [*lines, line] if line or not lines else lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    used = 0
    for cluster, cells in _clusters(word):
        if used + cells > width and used:
            pieces.append("")
            used = 0
        pieces[-1] += cluster
        used += cells
    return pieces


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a terminal draws as one sign, with its cells."""
    cluster, cells, joined, flag_open = "", 0, False, False
    for character in text:
        width = _width(character)
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        if cluster and (width == 0 or joined or (flag_open and is_flag)):
            cluster += character
            if character == _EMOJI_STYLE and cells == 1 and _has_emoji_style(cluster[0]):
                cells = 2
            if flag_open and is_flag:
                cells, flag_open = 2, False
        else:
            if cluster:
                yield cluster, cells
            cluster, cells, flag_open = character, width, is_flag
        joined = character == _JOINER and cells == 2
    if cluster:
        yield cluster, cells


def _has_emoji_style(character: str) -> bool:
    return character == "ℹ" or not (character.isalpha() or character.isspace())


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    code = ord(character)
    if code < 0x300:
        return 1
    if 0x1F3FB <= code <= 0x1F3FF or 0x1160 <= code <= 0x11FF or code >= 0xE0000:
        return 0  # skin tones, the later parts of a Hangul syllable, tags of a flag
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
