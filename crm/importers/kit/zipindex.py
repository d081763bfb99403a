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
from crm.importers.kit.budget import CUT_OFF, MAX_MEMBERS, MAX_NAME, UNPACK_HINT
from crm.importers.kit.members import normal

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How a ZIP begins: with a member, empty, or as the first piece of a split one."""
LOCAL = struct.Struct("<4s5H3L2H")
"""The header before each member's data; its last two fields are the lengths of its name and extra."""

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4H3L5H2L")
_LONGEST_COMMENT = 0xFFFF
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


def read_index(file: BinaryIO, title: str) -> list[Entry]:
    """Return every entry of the directory, in its order.

    Raises:
        ExportError: not a ZIP, cut off, split, too many members, or overlapping entries.

    """
    index = _Index(file, title)
    try:
        entries = index.read()
    except (OSError, ValueError, struct.error) as error:
        raise ExportError(f"{title} is a damaged ZIP file: {error}", CUT_OFF) from error
    _refuse_overlaps(entries, title, index.size)
    return entries


class _Index:
    """Reads the directory from its end, as every ZIP must be."""

    def __init__(self, file: BinaryIO, title: str) -> None:
        self._file = file
        self._title = title
        self.size = file.seek(0, 2)

    def read(self) -> list[Entry]:
        end, count, length, offset = self._find_end()
        if count > MAX_MEMBERS or length > _DIRECTORY_LIMIT:
            raise ExportError(f"{self._title} states more than {MAX_MEMBERS:,} members", UNPACK_HINT)
        base = end - length - offset
        if base < 0:
            raise ExportError(f"{self._title} is damaged: its directory is missing", CUT_OFF)
        entries: list[Entry] = []
        self._file.seek(end - length)
        while length > 0:
            entry, used = self._read_entry(base)
            entries.append(entry)
            length -= used
            if len(entries) > MAX_MEMBERS:
                raise ExportError(f"{self._title} has more than {MAX_MEMBERS:,} members", UNPACK_HINT)
        return entries

    def _find_end(self) -> tuple[int, int, int, int]:
        """Return where the directory ends, its number of entries, its length and stated offset."""
        start = max(0, self.size - _END.size - _LONGEST_COMMENT)
        self._file.seek(start)
        tail = self._file.read(self.size - start)
        at = tail.rfind(b"PK\x05\x06")
        while at >= 0:
            if at + _END.size <= len(tail):
                found = _END.unpack_from(tail, at)
                if at + _END.size + found[7] <= len(tail):
                    break
            at = tail.rfind(b"PK\x05\x06", 0, at)
        else:
            self._refuse_piece(start == 0 and tail.startswith(SIGNATURES[2]))
            raise ExportError(f"{self._title} is cut off: the end of the ZIP file is missing", CUT_OFF)
        _, disk, first_disk, _, count, length, offset, _ = found
        end64 = self._find_end64(start + at)
        if end64 is not None:
            return end64
        self._refuse_piece(disk != first_disk or disk not in (0, 0xFFFF))
        return start + at, count, length, offset

    def _refuse_piece(self, is_piece: bool) -> None:
        if is_piece:
            raise ExportError(
                f"{self._title} is one piece of a split ZIP file", "join the pieces first, or unpack them"
            )

    def _find_end64(self, end: int) -> tuple[int, int, int, int] | None:
        if end < _LOCATOR64.size:
            return None
        self._file.seek(end - _LOCATOR64.size)
        signature, _, where, _ = _LOCATOR64.unpack(self._file.read(_LOCATOR64.size))
        if signature != b"PK\x06\x07":
            return None
        for place in (where, end - _LOCATOR64.size - _END64.size):  # the second: bytes before the archive
            if not 0 <= place <= self.size - _END64.size:
                continue
            self._file.seek(place)
            found = _END64.unpack(self._file.read(_END64.size))
            if found[0] == b"PK\x06\x06":
                return place, found[7], found[8], found[9]
        return None

    def _read_entry(self, base: int) -> tuple[Entry, int]:
        header = self._file.read(_ENTRY.size)
        if len(header) < _ENTRY.size:
            raise ValueError("its directory is cut off")
        fields = _ENTRY.unpack(header)
        if fields[0] != b"PK\x01\x02":
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


def _refuse_overlaps(entries: list[Entry], title: str, size: int) -> None:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < end:
            raise ExportError(
                f"{title} is built to do harm: its entries overlap",
                "do not unpack it; ask for the export again",
            )
        end = entry.offset + LOCAL.size + entry.packed
    if end > size:
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
