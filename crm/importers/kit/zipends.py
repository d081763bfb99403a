"""Which end record of a ZIP file is the real one, and so where its directory is.

The decision to know: the comment at the end of a ZIP may hold anything, another end record too. The real one
ends, with its comment, where the file does, and the directory that it states lies right before it. Where two
would do, programs differ in what they see in the file, so it is refused. Source: PKWARE's APPNOTE.TXT 6.3,
sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How a ZIP begins: with a member, empty, or as the first piece of a split one."""
ENTRY_SIGNATURE = b"PK\x01\x02"

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_LONGEST_COMMENT = 0xFFFF
_FULL = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
_DISTRUST = "do not unpack it; ask for the export again"


class Directory(NamedTuple):
    """What an end record says."""

    end: int
    """Where the directory ends, in bytes from the start of the file."""
    entries: int
    """How many, as stated."""
    length: int
    offset: int
    """Of the directory, as stated: from the start of the archive, which may have other bytes before it."""
    behind: int
    """Where the record and its comment end."""
    piece: bool
    """Whether it speaks of other files that belong to it."""

    @property
    def base(self) -> int:
        """Where the archive starts in the file."""
        return self.end - self.length - self.offset


def find_directory(file: BinaryIO, title: str, size: int) -> Directory:
    """Return where the directory of a ZIP file of `size` bytes is.

    Raises:
        ExportError: there is none, it is in another file, or there are two.

    """
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read(size - start)
    stated = list(_stated(file, tail, start))
    fitting = [one for one in stated if _fits(file, one)]
    strict = [one for one in fitting if one.behind == size]
    found = [one for one in strict if not one.base] or strict
    if len(found) > 1:
        raise ExportError(f"{title} is built to do harm: it has two directories", _DISTRUST)
    if not found:
        found = [one for one in fitting[:1] if not _goes_on(tail[one.behind - start :])]
    if found and not found[0].piece:
        return found[0]
    if found or any(one.piece for one in stated) or (not start and tail.startswith(SIGNATURES[2])):
        raise ExportError(
            f"{title} is one piece of a split ZIP file", "join the pieces first, or unpack them"
        )
    if stated and not fitting:
        raise ExportError(f"{title} is damaged: its directory is missing", CUT_OFF)
    raise ExportError(f"{title} is cut off: the end of the ZIP file is missing", CUT_OFF)


def _stated(file: BinaryIO, tail: bytes, start: int) -> Iterator[Directory]:
    """Yield what each end record says, from the last to the first."""
    at = tail.rfind(SIGNATURES[1])
    while at >= 0:
        if at + _END.size <= len(tail):
            _, disk, first_disk, _, count, length, offset, comment = _END.unpack_from(tail, at)
            behind = at + _END.size + comment
            if behind <= len(tail):
                is_piece = disk != first_disk or disk not in (0, 0xFFFF)
                small = Directory(start + at, count, length, offset, start + behind, is_piece)
                yield from _wide(file, small)
        at = tail.rfind(SIGNATURES[1], 0, at)


def _wide(file: BinaryIO, small: Directory) -> Iterator[Directory]:
    """Yield what the record of ZIP64 says that belongs to an end record, and itself where it says other."""
    wide = _wide_record(file, small.end - _LOCATOR64.size)
    if wide is None or any(
        one not in (full, other) for one, other, full in zip(small[1:4], wide, _FULL, strict=False)
    ):
        yield small
    if wide is not None:
        entries, length, offset, end = wide
        yield small._replace(end=end, entries=entries, length=length, offset=offset, piece=False)


def _wide_record(file: BinaryIO, locator: int) -> tuple[int, int, int, int] | None:
    """Return number of entries, length and offset of the directory, and where the record of ZIP64 is."""
    if locator < 0:
        return None
    file.seek(locator)
    signature, _, where, _ = _LOCATOR64.unpack(file.read(_LOCATOR64.size))
    if signature != b"PK\x06\x07":
        return None
    for place in (where, locator - _END64.size):  # the second: bytes before the archive
        if not 0 <= place <= locator - _END64.size:
            continue
        file.seek(place)
        found = _END64.unpack(file.read(_END64.size))
        if found[0] == b"PK\x06\x06":
            return found[7], found[8], found[9], place
    return None


def _fits(file: BinaryIO, one: Directory) -> bool:
    """Say whether a directory is where an end record says."""
    if one.base < 0:
        return False
    if not one.length:
        return not one.entries and not one.base
    file.seek(one.end - one.length)
    return file.read(4) == ENTRY_SIGNATURE


def _goes_on(rest: bytes) -> bool:
    """Say whether what follows an end record is more of an archive: then it is that of a ZIP inside."""
    return any(signature in rest for signature in (ENTRY_SIGNATURE, *SIGNATURES))
