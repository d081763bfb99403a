"""Tar files, plain or gzipped, read member by member and never unpacked.

The decision to know: walking from header to header is done here. The standard library's `TarFile` reads
extended headers of any stated size into memory, expands sparse files, and keeps an object for every member.
What is counted is headers, not members only: each costs time, and deflate packs them two hundred to one.
"""

from __future__ import annotations

import tarfile
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF, MAX_MEMBERS, UNPACK_HINT, Budget, human
from crm.importers.kit.members import Member, Skipped, is_junk, normal, why_unsafe
from crm.importers.kit.streams import BLOCK, Slice
from crm.importers.kit.tarheaders import (
    BOOKKEEPING,
    EXTENDED,
    LONG_NAME,
    RECORD,
    Header,
    pax_records,
    read_header,
    text,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_EXTENDED_LIMIT = 1 << 20  # bytes of an extended header; a real one holds a path and some dates
_LATEST = 253_402_300_800  # seconds; the year 10000
_LARGEST = 1 << 60
_MOST_HEADERS = 3 * MAX_MEMBERS  # a member has at most two extended ones: for its name, and its link's
_MOST_RECORDS = 8 * MAX_MEMBERS  # of extended headers; real ones have three to six
_HEEDED = frozenset(("path", "size", "mtime"))  # others are not kept: headers may go on without a member
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_SPARSE = "a file with holes; unpack the archive and import the folder"
_REASONS = {
    tarfile.LNKTYPE: "a link; links are not followed",
    tarfile.SYMTYPE: "a link; links are not followed",
    tarfile.GNUTYPE_SPARSE: _SPARSE,
}


def is_tar(start: bytes) -> bool:
    """Say whether these first 512 bytes are the header of a tar member."""
    try:
        read_header(start)
    except ValueError:
        return False
    return True


class TarSource:
    """The plain files of one tar."""

    def __init__(
        self, raw: RawIOBase, title: str, kind: str, budget: Budget | None, size: int | None
    ) -> None:
        """Walk through all headers of a seekable stream.

        Args:
            raw: the tar, unpacked.
            title: its name, for messages.
            kind: `tar` or `tar.gz`, for messages.
            budget: what its members are charged to; None where nothing is unpacked.
            size: of the stream in bytes; None where it is not known before it was read.

        Raises:
            ExportError: damaged, cut off, or too many members.

        """
        self.kind = kind
        self.budget = budget
        self._title = title
        self._size = size
        self._raw = raw
        self._file = BufferedReader(raw, BLOCK)
        self._skipped = Skipped(title)
        self._extended: dict[str, str] = {}
        self._records = 0
        self.members: list[Member] = []
        try:
            self._walk()
        except (OSError, ValueError) as error:
            raise ExportError(f"{title} is a damaged tar file: {error}", CUT_OFF) from error
        self.problems = self._skipped.problems()

    def open(self, member: Member) -> RawIOBase:
        """Open a member."""
        return _Whole(self._file, int(member.key), member.size)

    def _walk(self) -> None:
        at = headers = entries = 0
        while block := self._block(at):
            headers += 1
            header = read_header(block)
            at += RECORD
            size = self._stated_size(header)
            after = at + -(-size // RECORD) * RECORD
            if header.kind in EXTENDED:
                self._extend(self._payload(size))
            elif header.kind == LONG_NAME:
                self._extended["path"] = text(self._payload(size).partition(b"\0")[0])
            elif header.kind not in BOOKKEEPING:
                entries += 1
                if header.more_maps:
                    after += self._sparse_maps(at)
                self._add(header, at, size)
                self._extended = {}
            if entries > MAX_MEMBERS or headers > _MOST_HEADERS:
                what = f"{MAX_MEMBERS:,} members" if entries > MAX_MEMBERS else f"{_MOST_HEADERS:,} headers"
                raise ExportError(f"{self._title} has more than {what}", UNPACK_HINT)
            at = after

    def _block(self, at: int) -> bytes:
        """Return the header at `at`, nothing at the end of the archive."""
        if self._file.seek(at) != at or (self._size is not None and at > self._size):
            raise ValueError("it is cut off")
        block = self._file.read(RECORD)
        if not block and at:
            self._skipped.add(self._title, "it has no end mark; members at its end may be missing")
        return block if block.strip(b"\0") else b""

    def _stated_size(self, header: Header) -> int:
        size = header.size
        if header.kind not in EXTENDED and header.kind != LONG_NAME:
            size = _whole(self._extended.get("size", str(size)))
        if not 0 <= size < _LARGEST:
            raise ValueError("a member has an impossible size")
        return size

    def _payload(self, size: int) -> bytes:
        if size > _EXTENDED_LIMIT:
            raise ExportError(
                f"{self._title} is built to do harm: a member's header of {human(size)}", UNPACK_HINT
            )
        return self._file.read(size)

    def _extend(self, data: bytes) -> None:
        for key, value in pax_records(data):
            self._records += 1
            if self._records > _MOST_RECORDS:
                raise ExportError(
                    f"{self._title} is built to do harm: more than {_MOST_RECORDS:,} records in its headers",
                    UNPACK_HINT,
                )
            if key in _HEEDED:
                self._extended[key] = value
            elif key.startswith("GNU.sparse."):
                self._extended["sparse"] = value

    def _sparse_maps(self, at: int) -> int:
        """Return how many bytes of further maps of holes lie before a sparse member's data."""
        length = 0
        more = 1
        while more:
            self._file.seek(at + length)
            block = self._file.read(RECORD)
            if len(block) < RECORD:
                raise ValueError("it is cut off")
            length += RECORD
            more = block[504]
        return length

    def _add(self, header: Header, at: int, size: int) -> None:
        name = normal(self._extended.get("path", header.name))
        if header.kind == tarfile.DIRTYPE or not name or name.endswith("/") or is_junk(name):
            return
        reason = why_unsafe(name)
        if reason is None and "sparse" in self._extended:
            reason = _SPARSE
        if reason is None and header.kind not in _PLAIN:
            reason = _REASONS.get(header.kind, "not a plain file")
        if reason is not None:
            self._skipped.add(name, reason)
            return
        modified = _moment(self._extended.get("mtime"), header.modified)
        self.members.append(Member(name, size, modified, self, at))


class _Whole(Slice):
    """A member that ends where its header says, not where the file happens to end."""

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = super().readinto(buffer)
        if not count and len(memoryview(buffer)) and self.tell() < self.size:
            raise ValueError("the archive is cut off")
        return count


def _whole(written: str) -> int:
    """Return a size as it is written, -1 where that is no number of a length that can be one."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 20 else -1


def _moment(extended: str | None, header: float) -> int | None:
    """Return a time in seconds as microseconds since 1970 UTC, None if it is none."""
    try:
        seconds = float(extended) if extended is not None else float(header)
    except ValueError:
        return None
    return int(seconds * 1_000_000) if 0 < seconds < _LATEST else None
