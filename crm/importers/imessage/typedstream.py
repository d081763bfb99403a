r"""The text inside `attributedBody`, which is where newer Macs keep it.

It is an `NSAttributedString` in the format of NeXTSTEP's typedstream archives (`imessage-exporter` and
`pytypedstream` read all of it). Only its first string is needed here: behind the class name `NSString` (or
`NSMutableString`) stand the type `+`, a length, and UTF-8.

A length is one byte; 0x81 announces two more, 0x82 four, the lowest first.
"""

from __future__ import annotations

_MAGIC = b"streamtyped"
_CLASS = b"NSString"
_NEAR = 24
_TWO, _FOUR = 0x81, 0x82


def text_in(body: bytes) -> str | None:
    """Return the text of an archived string, or None where these bytes are none."""
    if _MAGIC not in body[:20]:
        return None
    name = body.find(_CLASS)
    if name < 0:
        return None
    place = body.find(b"+", name + len(_CLASS), name + len(_CLASS) + _NEAR)
    if place < 0 or place + 1 >= len(body):
        return None
    size, start = body[place + 1], place + 2
    if size in (_TWO, _FOUR):
        width = 2 if size == _TWO else 4
        size, start = int.from_bytes(body[start : start + width], "little"), start + width
    if size > len(body) - start:
        return None
    return body[start : start + size].decode("utf-8", "replace")
