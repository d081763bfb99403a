"""The ids of messages, which Meta's exports do not have, in memory that hardly grows.

The decision to know: a Facebook message is known again by its time, its side and its words alone, not by its
thread, because the encrypted chats of Messenger come in an export of their own without thread ids.
That two people were told the same in the same millisecond is the rare case, and is paid for only then.
"""

from __future__ import annotations

from array import array
from hashlib import sha256
from itertools import islice

from crm.importers.kit.keys import normal_text

_WINDOW = 4096
"""Ids looked back over at least (at most twice as many) for an equal message: equal ones have the same time,
and lie side by side."""
_FIRST_SIZE = 1 << 16
_BYTES = 16
"""Of an id; 32 hexadecimal digits."""
_MASK = (1 << 64) - 1


class Fingerprints:
    """A set of 64-bit numbers in 12 to 24 bytes each; a `set` of integers takes five times as much.

    For a million ids the odds that two different ones are taken for one are 1 to 37 million.
    """

    def __init__(self) -> None:
        self._make_room(_FIRST_SIZE)

    def __len__(self) -> int:
        return self._count

    def add(self, number: int) -> bool:
        """Add a number; return False where it is there already."""
        number = (number & _MASK) or 1  # 0 is an empty slot
        if self._count >= self._most:
            self._grow()
        slots, last = self._slots, self._last
        place = number & last
        while held := slots[place]:
            if held == number:
                return False
            place = (place + 1) & last
        slots[place] = number
        self._count += 1
        return True

    def _make_room(self, slots: int) -> None:
        self._slots, self._last, self._most = array("Q", bytes(8 * slots)), slots - 1, slots * 2 // 3
        self._count = 0

    def _grow(self) -> None:
        held, count = self._slots, self._count
        self._make_room(2 * len(held))
        slots, last = self._slots, self._last
        for number in filter(None, held):  # each is there once, so none needs comparing
            place = number & last
            while slots[place]:
                place = (place + 1) & last
            slots[place] = number
        self._count = count


class Once:
    """Makes the ids of one export's messages; tells which copy of a conversation holds one again.

    Give every source of a conversation (a folder, the encrypted export) to `source` before its messages.
    """

    def __init__(self) -> None:
        self._everywhere = Fingerprints()
        self._here: set[bytes] = set()
        self._window: dict[bytes, int] = {}
        self._conversation: str | None = None
        self._remember = False

    def conversation(self, key: str, several: bool) -> None:
        """Begin a conversation: `key` tells it from others, `several` that it has more than one source."""
        self._conversation, self._remember = key, several
        self._here.clear()

    def source(self) -> None:
        """Begin another source of it, in which the same messages may stand again."""
        self._window.clear()

    def make(self, thread: str | None, at: int | None, sender: str, said: str | None) -> str | None:
        """Return the id of a message; None where another source of the conversation held it already.

        Args:
            thread: what tells the conversation from others where every export says it; None between two
                people, where it does not.
            at: microseconds since 1970 UTC.
            sender: `me` or `other`; also in groups, because names change.
            said: as exported; it is normalised here.

        """
        when = "" if at is None else at
        parts = f"message\x1f{thread or 'direct'}\x1f{when}\x1f{sender}\x1f{normal_text(said)}\x1f0"
        hashed = _hashed(parts)
        window = self._window
        if hashed in window:
            window[hashed] = ordinal = window[hashed] + 1
            hashed = _hashed(f"{parts[:-1]}{ordinal}")
        else:
            window[hashed] = ordinal = 0
            if len(window) > 2 * _WINDOW:
                self._window = dict(islice(window.items(), _WINDOW, None))
        if self._remember:
            if hashed in self._here:
                return None
            self._here.add(hashed)
        if not self._everywhere.add(int.from_bytes(hashed[:8], "big")):
            hashed = _hashed(f"{parts[:-1]}{ordinal}\x1f{self._conversation}")
        return f"message:{hashed.hex()}"


def _hashed(parts: str) -> bytes:
    return sha256(parts.encode("utf-8", "surrogatepass")).digest()[:_BYTES]
