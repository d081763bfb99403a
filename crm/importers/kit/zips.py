"""The members of a ZIP file, as forward streams that check what the directory states.

The decision to know: two methods only, stored and deflate. One step of bzip2 or LZMA may inflate a gigabyte
before anybody can count it, and no platform uses them.
"""

from __future__ import annotations

import zlib
from io import RawIOBase
from stat import S_IFMT, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, BinaryIO

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF, UNPACK_HINT, Budget, check_size
from crm.importers.kit.members import Member, Skipped, is_junk, is_media, why_unsafe
from crm.importers.kit.streams import Slice
from crm.importers.kit.zipends import SIGNATURES
from crm.importers.kit.zipindex import LOCAL, Entry, read_index

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ENCRYPTED = 0x1
_STORED, _DEFLATED = 0, 8
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd", 99: "AES"}
_UNPACK = "which is not read; unpack the ZIP and import the folder"
_BLOCK = 1 << 16
_UNLOCK_HINT = "unpack it with its password first and import the folder"


class ZipSource:
    """The members of one ZIP."""

    kind = "ZIP"

    def __init__(self, file: BinaryIO, title: str, most: int, budget: Budget | None = None) -> None:
        """Read the directory of `file`, which its opener closes; more than `most` entries are refused.

        Raises:
            ExportError: not a ZIP, cut off, split, password-protected, or built to do harm.

        """
        self._file = file
        self._title = title
        self._skipped = Skipped(title)
        entries = read_index(file, title, most)
        self.listed = len(entries)
        """Of entries, folders and what is skipped included."""
        self._entries = [entry for entry in entries if self._wanted(entry)]
        self.budget: Budget | None = budget or Budget(title, file.seek(0, 2))
        self.members = [
            Member(entry.name, entry.size, entry.modified, self, number)
            for number, entry in enumerate(self._entries)
        ]
        self.problems = self._skipped.problems()

    def open(self, member: Member) -> RawIOBase:
        """Open a member; its size is checked before anything is unpacked."""
        entry = self._entries[int(member.key)]
        check_size(member.name, entry.size, entry.packed)
        return _MemberReader(self._file, self._data_offset(entry), entry)

    def stored(self, member: Member) -> Slice | None:
        """Return a seekable view of a member that is stored as it is, None when it is compressed."""
        entry = self._entries[int(member.key)]
        if entry.method != _STORED or entry.packed != entry.size:
            return None
        return Slice(self._file, self._data_offset(entry), entry.size)

    def checksum(self, member: Member) -> int:
        """Return the CRC-32 that the directory states."""
        return self._entries[int(member.key)].crc

    def _data_offset(self, entry: Entry) -> int:
        self._file.seek(entry.offset)
        header = self._file.read(LOCAL.size)
        if len(header) < LOCAL.size or header[:4] != SIGNATURES[0]:
            raise ExportError(f"{self._title} is damaged: {entry.name} is not where it should be", CUT_OFF)
        *_, name_length, extra_length = LOCAL.unpack(header)
        return entry.offset + LOCAL.size + int(name_length) + int(extra_length)

    def _wanted(self, entry: Entry) -> bool:
        if entry.name.endswith("/") or not entry.name or is_junk(entry.name):
            return False
        reason, kind = why_unsafe(entry.name), None
        if reason is None and S_IFMT(entry.mode) and not S_ISREG(entry.mode):
            reason = "a link; links are not followed" if S_ISLNK(entry.mode) else "not a plain file"
        if reason is None and entry.flags & _ENCRYPTED:
            if not is_media(entry.name):
                raise ExportError(f"{self._title} is password-protected; unpack it first", _UNLOCK_HINT)
            reason = "password-protected"
        if reason is None and entry.method not in (_STORED, _DEFLATED):
            method = _METHODS.get(entry.method, f"method {entry.method}")
            reason = f"packed with {method}, {_UNPACK}"
            kind = None if entry.method in _METHODS else f"packed with a method that nobody knows, {_UNPACK}"
        if reason is not None:
            self._skipped.add(entry.name, reason, kind)
        return reason is None


class _MemberReader(RawIOBase):
    """One member as a forward stream, checked against its stated size and checksum."""

    def __init__(self, file: BinaryIO, offset: int, entry: Entry) -> None:
        self._file = file
        self._entry = entry
        self._next = offset
        self._packed_left = entry.packed
        self._left = entry.size
        self._crc = 0
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        # One byte more than stated, so that a lie about the size shows.
        data = self._inflate(min(len(view), self._left + 1)) if self._inflater else self._read(len(view))
        if len(data) > self._left:
            raise ExportError(f"{self._entry.name} holds more than the archive states", UNPACK_HINT)
        self._left -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if not data and len(view):
            self._check_end()
        view[: len(data)] = data
        return len(data)

    def _inflate(self, wanted: int) -> bytes:
        assert self._inflater is not None
        data = b""
        while not data and not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._read(_BLOCK)
            try:
                data = self._inflater.decompress(packed, wanted)
            except zlib.error as error:
                raise ExportError(f"{self._entry.name} is damaged: {error}", CUT_OFF) from error
            if not packed:
                break
        return data

    def _read(self, wanted: int) -> bytes:
        wanted = min(wanted, self._packed_left)
        self._file.seek(self._next)
        data = self._file.read(wanted)
        self._next += len(data)
        self._packed_left -= len(data)
        return data

    def _check_end(self) -> None:
        if self._left or self._crc != self._entry.crc:
            raise ExportError(f"{self._entry.name} is damaged: its checksum is wrong", CUT_OFF)
