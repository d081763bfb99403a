"""Text for the screen: the only module of the terminal UI that builds `Content` and `Text`.

Everything shown passes `domain.text.clean` here, whoever wrote it; a test walks the other modules and
fails where one hands a plain string variable to a widget. Styles are named by role (`FAINT`) and defined
once in `app.tcss`, so that a row never knows a colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.content import Content

from crm.domain.text import clean

FAINT = ".role-faint"
STRONG = ".role-strong"
ACCENT = ".role-accent"
HEAD = ".role-head"
TROUBLE = ".role-trouble"
ROLES = frozenset(role.removeprefix(".") for role in (FAINT, STRONG, ACCENT, HEAD, TROUBLE))
"""The component classes every page and dialog defines, so that its widgets find them."""

LONGEST_LINE = 512
LONGEST_TEXT = 20_000
MOST_LINES = 500
"""A label of 1 MB or 100,000 lines freezes the screen for seconds (measured)."""

_JOINED_LETTER = re.compile("(?<=[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\ua800-\uabff])\u200d")
"""A joiner in a script that has viramas: those of India, Sinhala, Burmese, Khmer and neighbours."""

Shown: TypeAlias = Content
"""What the functions below return, for annotations elsewhere."""
Part: TypeAlias = str | tuple[str, str]
"""Some text, or text and its role."""


def cleaned(text: str, multiline: bool = False, limit: int = LONGEST_LINE) -> str:
    """Return anybody's text without commands, and as wide on a terminal as it is to Rich.

    Rich takes what follows a joiner for a part of the sign before it. In emoji it is one; in Indian scripts,
    where `clean` keeps the joiner for readers that shape letters, terminals draw another letter.
    """
    safe = clean(text, multiline, limit)
    return _JOINED_LETTER.sub("", safe) if "\u200d" in safe else safe


def label(text: str, role: str = "") -> Content:
    """Return one line of anybody's text as content; markup in it is text."""
    return line((text, role))


def cell(text: str) -> Text:
    """Return one line of anybody's text for the few widgets that want Rich's `Text` (trees)."""
    return Text(cleaned(text))


def line(*parts: Part) -> Content:
    """Join pieces of text into one line."""
    pieces: list[tuple[str, str]] = []
    for part in parts:
        text, role = (part, "") if isinstance(part, str) else part
        pieces.append((cleaned(text), role))
    return Content.assemble(*pieces)


def paragraphs(text: str, role: str = "", limit: int = LONGEST_TEXT, lines: int = MOST_LINES) -> Content:
    """Return text of several lines, cut to what a widget can draw quickly."""
    return Content.assemble((capped(text, limit, lines), role))


def capped(text: str, limit: int = LONGEST_TEXT, lines: int = MOST_LINES) -> str:
    """Return safe text of several lines, cut to what a widget can draw quickly."""
    safe = cleaned(text, multiline=True, limit=limit)
    if safe.count("\n") >= lines:
        safe = "\n".join(safe.split("\n", lines)[:lines]) + "\n…"
    return safe


def size(text: str) -> int:
    """Return how many cells one line of anybody's text takes."""
    return cell_len(cleaned(text))


def stack(lines: Iterable[Content]) -> Content:
    """Put lines below each other."""
    return Content("\n").join(lines)


def beside(*contents: Content) -> Content:
    """Put pieces next to each other."""
    return Content("").join(contents)


def fit(text: str, width: int, right: bool = False) -> str:
    """Return one safe line exactly `width` cells wide, with an ellipsis where something was cut.

    Cells, not characters: a Chinese character takes two, a combining accent none.
    """
    if width <= 0:
        return ""
    safe = cleaned(text)
    size = cell_len(safe)
    if size > width:
        return set_cell_size(safe, width - 1) + "…"
    padding = " " * (width - size)
    return padding + safe if right else safe + padding


def columns(cells: Sequence[tuple[str, int, str]], gap: int = 2) -> Content:
    """Return one row of a table: (text, width, role) each; a negative width aligns to the right.

    A column of width 0 is left out, together with its gap.
    """
    pieces: list[tuple[str, str]] = []
    for text, width, role in cells:
        if width == 0:
            continue
        if pieces:
            pieces.append((" " * gap, ""))
        pieces.append((fit(text, abs(width), right=width < 0), role))
    return Content.assemble(*pieces)


def wrapped(text: str, width: int, most: int, limit: int = LONGEST_TEXT) -> list[str]:
    """Return safe text broken into lines of at most `width` cells and `most` lines; "…" ends a cut one."""
    if width < 2 or most < 1:
        return []
    # No more is wrapped than can be shown: a message of a megabyte costs as little as a page.
    safe = capped(text, min(limit, width * (most + 1) + most), most + 1).strip()
    lines: list[str] = []
    for paragraph in safe.split("\n"):
        for piece in Content(paragraph).wrap(width) if paragraph.strip() else [Content("")]:
            if len(lines) == most:
                lines[-1] = set_cell_size(lines[-1], min(cell_len(lines[-1]), width - 1)).rstrip() + "…"
                return lines
            lines.append(piece.plain.rstrip())
    return lines
