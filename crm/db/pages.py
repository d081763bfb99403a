"""Reading the pages of a SQLite file one by one, without SQLite, so that a damaged one hides no other.

SQLite gives up a whole table when its first page is gone. Here every page that still is a leaf of a table
gives its rows, and the log beside the file is read as well. Nothing is written. The layout is that of
https://www.sqlite.org/fileformat2.html; the numbers of sections in comments are its.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Value = int | float | str | bytes | None

_USUAL_SIZE = 4096
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2
_HEADER = 100
_LONGEST_VARINT = 9
_DEEPEST = 1 << 20
"""Pages of one overflowing row at most: 4 GiB."""


class Unreadable(Exception):  # noqa: N818 - it ends the reading of one row or page, it is no error
    """A page or a row is not what it should be."""


@dataclass
class Tree:
    """The pages of one table or index that can be reached from its root."""

    leaves: list[int] = field(default_factory=list)
    entries: int = 0
    """Of an index: how many rows it points at."""
    damaged: int = 0
    """Pages that could not be read."""


class Pages:
    """The pages of a file, with those of its log over them."""

    def __init__(self, file: Path) -> None:
        """Open it.

        Raises:
            OSError: it cannot be read.
            Unreadable: there is nothing in it.

        """
        with file.open("rb") as stream:
            if not stream.read(1):
                raise Unreadable("it is empty")
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        header = self._data[:_HEADER]
        stated = int.from_bytes(header[16:18], "big")
        stated = 65536 if stated == 1 else stated
        self.whole_header = header[:16] == b"SQLite format 3\0" and stated.bit_count() == 1 and stated >= 512
        self.size = stated if self.whole_header else _USUAL_SIZE
        self._usable = self.size - (header[20] if self.whole_header else 0)
        self._newer = _log(Path(f"{file}-wal"), self.size)
        self.count = max([-(-len(self._data) // self.size), *self._newer])
        self.used: set[int] = set()
        """Pages that belong to something that was read."""

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def page(self, number: int) -> bytes:
        """Return a page.

        Raises:
            Unreadable: there is none of this number.

        """
        if number in self._newer:
            return self._newer[number]
        start = (number - 1) * self.size
        if number < 1 or start >= len(self._data):
            raise Unreadable("it is not there")
        return self._data[start : start + self.size].ljust(self.size, b"\0")

    def tree(self, root: int) -> Tree:
        """Follow a table or an index from its root."""
        found, waiting = Tree(), [root]
        while waiting:
            number = waiting.pop()
            if number in self.used:  # two ways lead here: one of them is wrong
                found.damaged += 1
                continue
            try:
                kind, cells = self._cells(number)
                children = list(self._children(number, cells)) if kind in (_TABLE_INNER, _INDEX_INNER) else []
            except (Unreadable, struct.error):
                found.damaged += 1
                continue
            self.used.add(number)
            waiting.extend(children)
            if kind == _TABLE_LEAF:
                found.leaves.append(number)
            elif kind in (_INDEX_LEAF, _INDEX_INNER):
                found.entries += len(cells)
        return found

    def free(self) -> set[int]:
        """Return the pages that hold nothing any more (1.5); what stands in them was deleted."""
        found: set[int] = set()
        trunk = int.from_bytes(self.page(1)[32:36], "big") if self.whole_header else 0
        while trunk and trunk not in found:
            try:
                page = self.page(trunk)
            except Unreadable:
                break
            found.add(trunk)
            number = min(int.from_bytes(page[4:8], "big"), self.size // 4 - 2)
            found.update(struct.unpack_from(f">{number}I", page, 8))
            trunk = int.from_bytes(page[:4], "big")
        return found

    def lost_leaves(self) -> Iterator[int]:
        """Yield the leaves of tables that nothing leads to."""
        free = self.free()
        for number in range(2, self.count + 1):
            if number not in self.used and number not in free:
                try:
                    kind, _ = self._cells(number)
                except (Unreadable, struct.error):
                    continue
                if kind == _TABLE_LEAF:
                    yield number

    def rows(self, leaf: int) -> Iterator[tuple[int, list[Value]]]:
        """Yield (row id, values) of the rows in a leaf that can be read."""
        page = self.page(leaf)
        for cell in self._cells(leaf)[1]:
            try:
                yield self._row(page, cell)
            except (Unreadable, struct.error, IndexError, UnicodeDecodeError):
                continue

    def _cells(self, number: int) -> tuple[int, tuple[int, ...]]:
        """Return what a page is, and where its cells begin (1.6)."""
        page = self.page(number)
        start = _HEADER if number == 1 else 0
        kind = page[start]
        if kind not in (_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER):
            raise Unreadable("it is no page of a table or an index")
        head = start + (12 if kind in (_TABLE_INNER, _INDEX_INNER) else 8)
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        if head + 2 * cells > self._usable:
            raise Unreadable("it says it has more cells than fit")
        places = struct.unpack_from(f">{cells}H", page, head)
        if any(not head <= place < self._usable for place in places):
            raise Unreadable("its cells lie outside of it")
        return kind, places

    def _children(self, number: int, cells: tuple[int, ...]) -> Iterator[int]:
        page = self.page(number)
        for cell in cells:
            yield int.from_bytes(page[cell : cell + 4], "big")
        start = _HEADER if number == 1 else 0
        yield int.from_bytes(page[start + 8 : start + 12], "big")

    def _row(self, page: bytes, at: int) -> tuple[int, list[Value]]:
        length, at = _varint(page, at)
        key, at = _varint(page, at)
        key -= (key >> 63) << 64
        if length > self.count * self.size:
            raise Unreadable("a row longer than the file")
        return key, _values(self._payload(page, at, length))

    def _payload(self, page: bytes, at: int, length: int) -> bytes:
        """Return a row's bytes, also those on pages of their own (1.7)."""
        most = self._usable - 35
        if length <= most:
            return page[at : at + length]
        least = (self._usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (self._usable - 4)
        here = here if here <= most else least
        parts = [page[at : at + here]]
        following = int.from_bytes(page[at + here : at + here + 4], "big")
        missing, seen = length - here, 0
        while missing > 0:
            seen += 1
            more = self.page(following)
            if seen > _DEEPEST:
                raise Unreadable("a row that never ends")
            parts.append(more[4 : 4 + min(missing, self._usable - 4)])
            missing -= len(parts[-1])
            following = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(_LONGEST_VARINT):
        byte = data[at + index]
        if index == _LONGEST_VARINT - 1:
            return value << 8 | byte, at + _LONGEST_VARINT
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    raise Unreadable("no number")


_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _values(row: bytes) -> list[Value]:
    """Return the values of a row (2.1)."""
    length, at = _varint(row, 0)
    if length > len(row):
        raise Unreadable("its head is longer than the row")
    body, found = length, []
    while at < length:
        kind, at = _varint(row, at)
        if kind in (10, 11):
            raise Unreadable("a value of a kind that there is not")
        size = _SIZES[kind] if kind < 12 else (kind - 12) // 2
        if body + size > len(row):
            raise Unreadable("a value longer than the row")
        found.append(_value(kind, row[body : body + size]))
        body += size
    return found


def _value(kind: int, raw: bytes) -> Value:
    if kind == 0:
        return None
    if kind < 7:
        return int.from_bytes(raw, "big", signed=True)
    if kind == 7:
        number: float = struct.unpack(">d", raw)[0]
        return number
    if kind < 10:
        return kind - 8
    return raw if kind % 2 == 0 else raw.decode("utf-8")


def _log(file: Path, size: int) -> dict[int, bytes]:
    """Return the newest committed pages of a write-ahead log (4.1 to 4.3)."""
    try:
        log = file.read_bytes()
    except OSError:
        return {}
    magic = int.from_bytes(log[:4], "big")
    if len(log) < 32 or magic not in (0x377F0682, 0x377F0683) or int.from_bytes(log[8:12], "big") != size:
        return {}
    order: Any = ">" if magic & 1 else "<"
    salts, total = log[16:24], _sum(log[:24], (0, 0), order)
    committed: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    for at in range(32, len(log) - size - 23, size + 24):
        head, page = log[at : at + 24], log[at + 24 : at + 24 + size]
        total = _sum(page, _sum(head[:8], total, order), order)
        if head[8:16] != salts or total != struct.unpack(">2I", head[16:24]):
            break
        pending[int.from_bytes(head[:4], "big")] = page
        if int.from_bytes(head[4:8], "big"):
            committed.update(pending)
            pending = {}
    return committed


def _sum(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for index in range(0, len(words), 2):
        first = (first + words[index] + second) & 0xFFFFFFFF
        second = (second + words[index + 1] + first) & 0xFFFFFFFF
    return first, second
