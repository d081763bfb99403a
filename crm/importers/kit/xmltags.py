"""Refuses a start tag of thousands of attributes before the parser sees it.

The decision to know: libxml2 walks along all attributes of an element for each that it adds (its SAX2.c,
xmlSAX2AttributeNs), so that a million of them take an hour, and nothing can stop it. `<` may be neither in
a tag nor in its values, so only stretches without one are looked at closely: hardly any of an honest file.
"""

from __future__ import annotations

import re

from crm.domain.errors import ExportError

_MOST_ATTRIBUTES = 10_000
_NO_TAG = b"!?/"  # behind `<`: a comment, CDATA, an instruction, an end
_HINT = "do not trust it; ask for the export again"
_WINDOW = 1 << 14
"""Bytes without `<` that are worth a look; a tag of twice as many holds some thousand attributes."""
_MARK = re.compile(rb"[\"'>]")


class LongTags:
    """Follows the bytes of an XML file, piece by piece."""

    def __init__(self, where: str) -> None:
        """Take the member's name, for the error."""
        self._where = where
        self._is_inside = False
        self._is_new = False
        self._quote = b""
        self._attributes = 0

    def look(self, data: bytes) -> None:
        """Look at the next piece.

        Raises:
            ExportError: a tag in it has more attributes than any honest one.

        """
        seen = 0
        for window in range(0, len(data), _WINDOW):
            if window < seen or data.find(b"<", window, window + _WINDOW) >= 0:
                continue
            end = data.find(b"<", window)
            seen = end if end >= 0 else len(data)
            self._follow(data, data.rfind(b"<", 0, window), seen)
        if seen < len(data):
            self._follow(data, data.rfind(b"<"), len(data))

    def _follow(self, data: bytes, begin: int, end: int) -> None:
        """Count the attributes of the tag that begins at `begin`, or went on here where that is -1."""
        if begin >= 0:
            self._is_inside = self._is_new = True
            self._quote, self._attributes = b"", 0
        at = begin + 1
        if self._is_new and at < end:
            self._is_new = False
            self._is_inside = data[at] not in _NO_TAG
        while self._is_inside and at < end:
            if self._quote:
                found = data.find(self._quote, at, end)
                if found < 0:
                    return
                self._quote = b""
                at = found + 1
                continue
            match = _MARK.search(data, at, end)
            if match is None:
                return
            at = match.end()
            if match[0] == b">":
                self._is_inside = False
                return
            self._quote = match[0]
            self._attributes += 1
            if self._attributes > _MOST_ATTRIBUTES:
                what = f"an element with more than {_MOST_ATTRIBUTES:,} attributes"
                raise ExportError(f"{self._where} is built to do harm: {what}", _HINT)
