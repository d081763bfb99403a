"""Writing cards: UTF-8, CRLF, folded at 75 octets between characters.

Version 3.0 unless asked: iOS, macOS, Outlook and older Android read nothing newer. Unfolded on request,
because some Android importers cannot join folded lines.
"""

from __future__ import annotations

import re

from crm.vcard.convert import V3, V4, Line, lines
from crm.vcard.model import Card, param_text

_WIDTH = 75
_VERSIONS = (V3, V4)
_COLON = 0x3A
_NEWLINE = re.compile(r"[\r\n]+")


def write_card(card: Card, version: str = V3, *, fold: bool = True) -> bytes:
    """Return a card as bytes, with every property that was read; lines that were none are not written.

    Args:
        card: as read, or changed with `edit`.
        version: "3.0" or "4.0".
        fold: break lines at 75 octets, as the standards say.

    Raises:
        ValueError: another version.

    """
    if version not in _VERSIONS:
        raise ValueError(f"vCard {version} cannot be written, only {' and '.join(_VERSIONS)}")
    written = [b"BEGIN:VCARD"]
    for line in lines(card, version):
        data = _text(line).encode("utf-8", "replace")
        written.append(_folded(data) if fold and len(data) > _WIDTH else data)
    written.append(b"END:VCARD\r\n")
    return b"\r\n".join(written)


def _text(line: Line) -> str:
    group = f"{line.group}." if line.group else ""
    params = "".join(param_text(param.name, param.values) for param in line.params)
    value = _NEWLINE.sub(r"\\n", line.value) if "\n" in line.value or "\r" in line.value else line.value
    return f"{group}{line.name}{params}:{value}"


def _folded(data: bytes) -> bytes:
    """Break a line between characters, and never before a colon: ownCloud takes that for a new line."""
    pieces: list[bytes] = []
    start, width = 0, _WIDTH
    while len(data) - start > width:
        end = _character(data, start + width)
        if data[end] == _COLON:
            end = _character(data, end - 1)
        pieces.append(data[start:end])
        start, width = end, _WIDTH - 1
    pieces.append(data[start:])
    return b"\r\n ".join(pieces)


def _character(data: bytes, end: int) -> int:
    """Return the nearest place at or before `end` where a character begins (UTF-8: three bytes at most)."""
    while data[end] & 0xC0 == 0x80:
        end -= 1
    return end
