"""What lies between two elements of one JSON list, learnt from the list itself.

The decision to know: programs write all elements of a list alike, so the bytes between the first two
(`\\n  },\\n  {\\n`, or `},{"tweet":` without indentation) lie between all of them. They are searched for at
the speed of memory; finding the end of an element by its brackets takes a hundred times as long. They may lie
inside an element as well; whoever cuts there sees it, because the pieces are no JSON.
"""

from __future__ import annotations

import re

_SPACE = b" \t\r\n"
_BETWEEN = re.compile(rb'(\s*\}\s*,\s*\{\s*)("[^"\\]{1,200}"\s*:)?')
_INDENTED = re.compile(rb"\s*\n[ \t]+\}")
_FIRST_KEY = re.compile(rb'\{\s*("[^"\\]{1,200}")')
_MOST_GUESSES = 20
_MOST_WRONG_CUTS = 3


class Border:
    """The border between the elements of one list, once it is known; places are indices into a buffer."""

    def __init__(self) -> None:
        self._text: bytes | None = None
        self._end = 0  # where in it the first element ends
        self._is_guess = False
        self._guesses = 0
        self._wrong_cuts = 0
        self._seen_in = b""
        self._seen_at = -1

    @property
    def is_known(self) -> bool:
        """Say whether there is one to look for."""
        return self._text is not None

    def last(self, buffer: bytes, place: int, limit: int) -> int | None:
        """Return where the last whole element between `place` and `limit` seems to end."""
        found = buffer.rfind(self._text, place, limit) if self._text else -1
        return found + self._end if found >= 0 else None

    def next(self, buffer: bytes, place: int) -> int | None:
        """Return where the first element that ends behind `place` seems to end.

        Remembered per buffer: else a border that is far away would be looked for again at each element.
        """
        if self._text is None:
            return None
        if self._seen_in is not buffer or 0 <= self._seen_at < place:
            self._seen_in, self._seen_at = buffer, buffer.find(self._text, place)
        return self._seen_at + self._end if self._seen_at >= 0 else None

    def learn(self, buffer: bytes, end: int) -> None:
        """Take what lies between the element that ends at `end`, for certain, and the one behind it.

        Its indentation tells it from borders further inside; without one, the first key does.
        """
        known = self._text is not None and not self._is_guess
        if known or self._wrong_cuts >= _MOST_WRONG_CUTS or not buffer.endswith(b"}", 0, end):
            return
        begin = end - 1
        while begin and buffer[begin - 1] in _SPACE:
            begin -= 1
        match = _BETWEEN.match(buffer, begin)
        if match is None or match.end() == len(buffer):
            return
        if _INDENTED.match(match[1]):
            self._take(match[1], end - begin)
        elif match[2]:
            self._take(match[0], end - begin)

    def guess(self, buffer: bytes, place: int) -> None:
        """Take what begins another element like the broken one at `place`, until a good one tells better."""
        first = _FIRST_KEY.match(buffer, place)
        if first is None or self._text or self._guesses >= _MOST_GUESSES:
            return
        self._guesses += 1
        match = re.compile(rb"\}\s*,\s*\{\s*" + re.escape(first[1]) + rb"\s*:").search(buffer, place)
        if match:
            self._take(match[0], 1)
            self._is_guess = True

    def was_wrong(self) -> None:
        """Note that a cut at this border went through an element; after a few, look for none any more."""
        self._wrong_cuts += 1
        if self._wrong_cuts >= _MOST_WRONG_CUTS:
            self._text = None

    def _take(self, text: bytes, end: int) -> None:
        self._text, self._end, self._is_guess, self._seen_in = text, end, False, b""
