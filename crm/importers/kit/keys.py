"""External ids for records whose export has none, the same in every later export of the same act.

They are hashes over what an act consists of, never file names, row numbers or part numbers: platforms cut
and sort their files anew in every export, and change quoting and line breaks.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha256

_SEPARATOR = "\x1f"
_DIGITS = 32
"""Hexadecimal: 128 bits, enough for any number of records, and half of the database's key index."""


def normal_text(text: str | None) -> str:
    """Return text as it is hashed: NFC, every run of white space one blank, trimmed; "" for None."""
    if not text:
        return ""
    if not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text and text[0] != " " != text[-1]:
        return text  # as most are: no white space but the blank is printable
    return " ".join(text.split())


def digest(*parts: str | int | None) -> str:
    """Return 32 hexadecimal digits that stand for the parts in this order; None counts as empty.

    Texts that people wrote go through `normal_text` first.
    """
    joined = _SEPARATOR.join("" if part is None else str(part) for part in parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


class Keys:
    """The external ids of one table or thread list, in the order of its records.

    Records equal in every part get the ordinals 0, 1, 2 ..., so that two "ok" of the same minute both
    survive and get the same ids in the next export. Use one `Keys` per file that could hold a record
    twice for good reasons, and a new one for a second copy of the same file, whose records are the same
    acts again. It remembers about 100 bytes per record.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._repeats: dict[bytes, int] = {}

    def forget(self) -> None:
        """Take all records so far as different from those that follow, such as those of another minute."""
        self._seen.clear()
        self._repeats.clear()

    def make(self, record: str, thread: str, at: int | None, sender: str, text: str | None = None) -> str:
        """Return the external id of one record, such as `message:0f3a...`.

        Args:
            record: its type; the id begins with it.
            thread: what tells its conversation, post or page from others.
            at: microseconds since 1970 UTC, in the export's own precision; None when unknown.
            sender: the most stable key of who acted; `me` and `other` where that tells them apart.
            text: as exported; it is normalised here.

        """
        parts = f"{record}\x1f{thread}\x1f{'' if at is None else at}\x1f{sender}\x1f{normal_text(text)}\x1f0"
        hashed = sha256(parts.encode("utf-8", "surrogatepass")).digest()[: _DIGITS // 2]
        before = len(self._seen)
        self._seen.add(hashed)
        if len(self._seen) > before:  # one look into the set instead of two
            return f"{record}:{hashed.hex()}"
        ordinal = self._repeats.get(hashed, 0) + 1
        self._repeats[hashed] = ordinal
        return f"{record}:{digest(f'{parts[:-1]}{ordinal}')}"
