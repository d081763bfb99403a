"""The directory of a ZIP file: which members it has, and where.

The decision to know: this is not the standard library's `zipfile`. That one builds an object for every entry
before anybody can count them, keeps no offset to tell overlapping entries by (Python 3.11 unpacks 66 kB to
10 GB of them), refuses a whole archive for one badly flagged name, and leaks five kinds of exceptions on
damaged files. Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.6.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF, MAX_NAME, UNPACK_HINT
from crm.importers.kit.members import normal
from crm.importers.kit.zipends import ENTRY_SIGNATURE, find_directory

LOCAL = struct.Struct("<4s5H3L2H")
"""The header before each member's data; its last two fields are the lengths of its name and extra."""

_ENTRY = struct.Struct("<4s4B4H3L5H2L")
_DIRECTORY_LIMIT = 512 << 20  # bytes; 300,000 entries with all that archivers add fit in a fifth of it
_UTF8 = 0x800
_UNIX = 3


class Entry(NamedTuple):
    """What the directory says about one member."""

    name: str
    offset: int
    """Of the local header, from the start of the file."""
    packed: int
    size: int
    crc: int
    method: int
    flags: int
    modified: int | None
    """Microseconds since 1970-01-01, the wall clock taken as UTC."""
    mode: int
    """Unix file mode, 0 where the archive was not made on Unix."""


def read_index(file: BinaryIO, title: str, most: int) -> list[Entry]:
    """Return every entry of the directory, in its order; more than `most` are refused.

    Raises:
        ExportError: not a ZIP, cut off, split, too many members, or overlapping entries.

    """
    index = _Index(file, title, most)
    try:
        entries = index.read()
    except (OSError, ValueError, struct.error) as error:
        raise ExportError(f"{title} is a damaged ZIP file: {error}", CUT_OFF) from error
    _refuse_overlaps(entries, title, index.room)
    return entries


class _Index:
    """Reads the directory from its end, as every ZIP must be."""

    def __init__(self, file: BinaryIO, title: str, most: int) -> None:
        self._file = file
        self._title = title
        self._most = most
        self.size = file.seek(0, 2)
        self.room = 0
        """Bytes before the directory, where the members are."""

    def read(self) -> list[Entry]:
        directory = find_directory(self._file, self._title, self.size)
        left = directory.length
        if directory.entries > self._most or left > _DIRECTORY_LIMIT:
            raise ExportError(f"{self._title} states more than {self._most:,} members", UNPACK_HINT)
        self.room = directory.end - left
        self._file.seek(self.room)
        entries: list[Entry] = []
        while left > 0:
            entry, used = self._read_entry(directory.base)
            entries.append(entry)
            left -= used
            if len(entries) > self._most:
                raise ExportError(f"{self._title} has more than {self._most:,} members", UNPACK_HINT)
        if left:
            raise ValueError("its directory makes no sense")
        return entries

    def _read_entry(self, base: int) -> tuple[Entry, int]:
        header = self._file.read(_ENTRY.size)
        if len(header) < _ENTRY.size:
            raise ValueError("its directory is cut off")
        fields = _ENTRY.unpack(header)
        if fields[0] != ENTRY_SIGNATURE:
            raise ValueError("its directory makes no sense")
        _, _, system, _, _, flags, method, time, date, crc, packed, size = fields[:12]
        name_length, extra_length, comment_length, _, _, attributes, offset = fields[12:]
        raw = self._file.read(name_length + extra_length + comment_length)
        if len(raw) < name_length + extra_length + comment_length:
            raise ValueError("its directory is cut off")
        extra = dict(_extras(raw[name_length : name_length + extra_length]))
        size, packed, offset = _wide(extra.get(1, b""), size, packed, offset)
        entry = Entry(
            normal(_name(raw[:name_length], flags, extra)[: MAX_NAME + 1]),  # longer ones are refused
            base + offset,
            packed,
            size,
            crc,
            method,
            flags,
            _moment(date, time),
            attributes >> 16 if system == _UNIX else 0,
        )
        return entry, _ENTRY.size + len(raw)


def _refuse_overlaps(entries: list[Entry], title: str, room: int) -> None:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < end:
            raise ExportError(
                f"{title} is built to do harm: its entries overlap",
                "do not unpack it; ask for the export again",
            )
        end = entry.offset + LOCAL.size + entry.packed
    if end > room:
        raise ExportError(f"{title} is damaged: it ends before its last member does", CUT_OFF)


def _extras(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(raw):
        tag, length = struct.unpack_from("<HH", raw, at)
        yield tag, raw[at + 4 : at + 4 + length]
        at += 4 + length


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Replace the 32-bit values that say "see the ZIP64 extra" by those in it, in this order."""
    values = [size, packed, offset]
    at = 0
    for number, value in enumerate(values):
        if value == 0xFFFFFFFF and at + 8 <= len(extra):
            (values[number],) = struct.unpack_from("<Q", extra, at)
            at += 8
    return values[0], values[1], values[2]


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    """Decode a name: UTF-8 whether flagged or not, else code page 437 as the format says.

    Info-ZIP's Unicode path (extra 0x7075) goes first where it belongs to this name.
    """
    path = extra.get(0x7075, b"")
    if len(path) > 5 and path[0] == 1 and int.from_bytes(path[1:5], "little") == zlib.crc32(raw):
        return path[5:].decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def _moment(date: int, time: int) -> int | None:
    """Return an MS-DOS date and time as microseconds since 1970, taken as UTC; None if it is none."""
    try:
        moment = datetime(
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            min(59, (time & 31) * 2),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return int(moment.timestamp()) * 1_000_000
