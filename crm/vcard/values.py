"""Values of content lines: backslash escapes, lists at `,` and structures at `;`.

Unescaping happens once and never loses a character: an unknown escape and a backslash at the end stay as
they are. RFC 6350 (3.4) and RFC 2426 (5) name `\\n \\, \\; \\\\`; `\\:` and `\\"` are what Apple, Android and
Google write as well.
"""

from __future__ import annotations

import re

MAX_PARTS = 10_000
"""Most parts a list or structure is split into; what follows stays in the last part."""

_ESCAPED = re.compile(r'\\([nN,;:\\"])')
_NEWLINE = re.compile(r"\r\n?|\n")


def unescape(text: str) -> str:
    """Return the text that an escaped value stands for."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    char = found.group(1)
    return "\n" if char in "nN" else char


def escape(text: str) -> str:
    """Return a text as a value: the inverse of `unescape` (line ends become one newline)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    if "\n" in text or "\r" in text:
        text = _NEWLINE.sub(r"\\n", text)
    return text


def split(text: str, separator: str) -> list[str]:
    """Split a value at the separators that no backslash precedes; the parts stay escaped."""
    if separator not in text:
        return [text]
    pieces = text.split(separator, MAX_PARTS)
    if "\\" not in text:
        return pieces
    parts: list[str] = []
    open_part: list[str] = []
    for piece in pieces:
        open_part.append(piece)
        if not _ends_escaped(piece):
            parts.append(separator.join(open_part))
            open_part = []
    if open_part:
        parts.append(separator.join(open_part))
    return parts


def _ends_escaped(piece: str) -> bool:
    return bool((len(piece) - len(piece.rstrip("\\"))) % 2)
