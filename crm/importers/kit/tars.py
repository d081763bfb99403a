"""Tar files, plain or gzipped, read member by member and never unpacked.

The decision to know: the standard library parses the 512 bytes of a header (`TarInfo.frombuf`); walking from
one to the next is done here. Its `TarFile` reads extended headers of any stated size into memory, expands
sparse files, and keeps an object for every member. Sources: POSIX.1-2017 `pax`, the GNU tar manual's "Basic
Tar Format".
"""

from __future__ import annotations

import tarfile
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF, MAX_MEMBERS, UNPACK_HINT, Budget, human
from crm.importers.kit.members import Member, Skipped, is_junk, normal, why_unsafe
from crm.importers.kit.streams import BLOCK, Slice

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_RECORD = 512
_EXTENDED_LIMIT = 1 << 20  # bytes of an extended header; a real one holds a path and some dates
_LATEST = 253_402_300_800  # seconds; the year 10000
_LARGEST = 1 << 60
_MOST_HEADERS = 4 * MAX_MEMBERS  # folders, links and extended headers are entries too
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_BOOKKEEPING = (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK, b"V")
_SPARSE = "a file with holes; unpack the archive and import the folder"
_REASONS = {
    tarfile.LNKTYPE: "a link; links are not followed",
    tarfile.SYMTYPE: "a link; links are not followed",
    tarfile.GNUTYPE_SPARSE: _SPARSE,
}


def is_tar(start: bytes) -> bool:
    """Say whether these first 512 bytes are the header of a tar member."""
    if len(start) < _RECORD:
        return False
    try:
        tarfile.TarInfo.frombuf(start[:_RECORD], "utf-8", "surrogateescape")
    except tarfile.TarError:
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
        self.members: list[Member] = []
        try:
            self._walk()
        except (tarfile.TarError, OSError, ValueError) as error:
            raise ExportError(f"{title} is a damaged tar file: {error}", CUT_OFF) from error
        self.problems = self._skipped.problems()

    def open(self, member: Member) -> RawIOBase:
        """Open a member."""
        return _Whole(self._file, int(member.key), member.size)

    def _walk(self) -> None:
        at = headers = 0
        while block := self._block(at):
            headers += 1
            if headers > _MOST_HEADERS:
                raise ExportError(f"{self._title} has more than {_MOST_HEADERS:,} entries", UNPACK_HINT)
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            at += _RECORD
            size = self._stated_size(header)
            after = at + -(-size // _RECORD) * _RECORD
            if header.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                self._extended |= _pax(self._payload(size))
            elif header.type == tarfile.GNUTYPE_LONGNAME:
                self._extended["path"] = _text(self._payload(size).partition(b"\0")[0])
            elif header.type not in _BOOKKEEPING:
                if header.type == tarfile.GNUTYPE_SPARSE and block[482]:
                    after += self._sparse_maps(at)
                self._add(header, at, size)
                self._extended = {}
            at = after

    def _block(self, at: int) -> bytes:
        """Return the header at `at`, nothing at the end of the archive."""
        if self._file.seek(at) != at or (self._size is not None and at > self._size):
            raise ValueError("it is cut off")
        block = self._file.read(_RECORD)
        if not block and at:
            self._skipped.add(self._title, "it has no end mark; members at its end may be missing")
        return block if block.strip(b"\0") else b""

    def _stated_size(self, header: tarfile.TarInfo) -> int:
        size = header.size
        if header.type not in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME):
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

    def _sparse_maps(self, at: int) -> int:
        """Return how many bytes of further maps of holes lie before a sparse member's data."""
        length = 0
        more = 1
        while more:
            self._file.seek(at + length)
            block = self._file.read(_RECORD)
            if len(block) < _RECORD:
                raise ValueError("it is cut off")
            length += _RECORD
            more = block[504]
        return length

    def _add(self, header: tarfile.TarInfo, at: int, size: int) -> None:
        name = normal(self._extended.get("path", header.name))
        if header.type == tarfile.DIRTYPE or not name or name.endswith("/") or is_junk(name):
            return
        reason = why_unsafe(name)
        if reason is None and any(key.startswith("GNU.sparse.") for key in self._extended):
            reason = _SPARSE
        if reason is None and header.type not in _PLAIN:
            reason = _REASONS.get(header.type, "not a plain file")
        if reason is not None:
            self._skipped.add(name, reason)
            return
        self.members.append(Member(name, size, _moment(self._extended.get("mtime"), header.mtime), self, at))
        if len(self.members) > MAX_MEMBERS:
            raise ExportError(f"{self._title} has more than {MAX_MEMBERS:,} members", UNPACK_HINT)


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


def _pax(data: bytes) -> dict[str, str]:
    """Return the records of an extended header: "length key=value" and a line end each."""
    values: dict[str, str] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        length = int(data[at:space]) if space > at else 0
        if not length or length <= space - at + 1 or data[at + length - 1 : at + length] != b"\n":
            raise ValueError("an extended header makes no sense")
        key, _, value = data[space + 1 : at + length - 1].partition(b"=")
        values[_text(key)] = _text(value)
        at += length
    return values


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _moment(extended: str | None, header: float) -> int | None:
    """Return a time in seconds as microseconds since 1970 UTC, None if it is none."""
    try:
        seconds = float(extended) if extended is not None else float(header)
    except ValueError:
        return None
    return int(seconds * 1_000_000) if 0 < seconds < _LATEST else None
