"""Tells HTML whose tags have thousands of attributes, for which libxml2 takes minutes.

The decision to know: libxml2 walks along all attributes of an element for each that it adds, and half a
megabyte can hold a hundred thousand in one. Tags are looked at one by one only where there could be so many
at all: with that many `=`, or with a long stretch that closes no tag.
"""

from __future__ import annotations

import re

_MOST = 8_000
_WINDOW = 1 << 14
"""Bytes without `>`; a tag of twice as many, of attributes without values, has not many more than `_MOST`."""
# As HTML 5 reads a tag: a quotation mark counts behind `=` only.
_TAG = re.compile(
    rb"<[A-Za-z][^\s/>]*+"
    rb"((?:[\s/]++[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)?+)*+)"
)
_ATTRIBUTE = re.compile(
    rb"[\s/]++[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)?+"
)


def is_overloaded(data: bytes) -> bool:
    """Say whether a tag has more attributes than any honest one, so that the page must not be parsed."""
    if len(data) < 2 * _WINDOW:
        return False
    if b"\0" in data[:_WINDOW]:  # UTF-16
        data = data.replace(b"\0", b"")
    if data.count(b"=") <= _MOST and all(
        data.find(b">", at, at + _WINDOW) >= 0 for at in range(0, len(data), _WINDOW)
    ):
        return False
    return any(
        len(match[1]) > _MOST and sum(1 for _ in _ATTRIBUTE.finditer(match[1])) > _MOST
        for match in _TAG.finditer(data)
    )
