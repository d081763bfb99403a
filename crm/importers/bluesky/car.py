"""A repository as a CAR file: blocks of bytes, each found by the hash of what is in it.

The decision to know: an export is a forward stream, but a repository is a tree whose blocks lie in any order,
so the file is copied to a temporary one, and only where each block begins is kept in memory (about 150 bytes
a block). Every block is checked against its hash when it is read, so that damage is seen and never believed.

Sources: the CARv1, CID and DAG-CBOR specifications of IPLD; the repository specification of AT Protocol.
DAG-CBOR is decoded by libipld, which refuses hostile nesting and lengths.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, BinaryIO, Self

import libipld

from crm.domain.errors import ExportError
from crm.domain.records import Problem

MAX_BLOCK = 8 << 20
"""Bytes; a record of AT Protocol may have one million."""

_LONGEST_VARINT = 9
_LONGEST_CID = 128
_SHORT = 8
"""Bytes of a hash by which blocks are told apart in memory; the whole hash is checked afterwards."""
_SHA256 = b"\x12\x20"
_USUAL = (b"\x01\x71" + _SHA256, b"\x01\x55" + _SHA256)
"""How the CIDs of AT Protocol begin: of records, and of pictures."""
_UNREADABLE = (ValueError, TypeError, RecursionError, OverflowError, MemoryError)


def is_car(head: bytes) -> bool:
    """Say whether a file begins like a CAR: the length of its header, and the header's first key."""
    return head[1:8] in (b"\xa2eroots", b"\xa2gvers") or head[2:9] in (b"\xa2eroots", b"\xa2gvers")


class Missing(Exception):  # noqa: N818 - it is no error, a repository may be exported in part
    """A block is not there, or is not what its hash says."""


class Car:
    """The blocks of one file; use it as a context manager, which removes the copy.

    Args:
        stream: the file.
        where: its name, for messages.

    Raises:
        ExportError: it is no CARv1 file, or the copy cannot be written. Also what reading the stream raises.

    """

    roots: tuple[bytes, ...]
    """Where the tree begins: the CID of the commit."""
    problem: Problem | None
    """Set when the file is cut off or damaged; what was in front of that place is there."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._where = where
        self._index: dict[bytes, int] = {}
        self.problem = None
        # Unbuffered: reading is by place, block by block; writing is done in pieces of a megabyte.
        self._copy = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        try:
            self.roots = self._header(stream)
            self._read_blocks(stream)
        except OSError as error:
            self.close()
            raise ExportError(f"{where} cannot be copied to a temporary file: {error}") from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the copy."""
        self.close()

    def __len__(self) -> int:
        """Return how many blocks there are."""
        return len(self._index)

    def close(self) -> None:
        """Remove the copy; closing twice is fine."""
        with suppress(OSError):
            self._copy.close()

    def read(self, cid: bytes) -> Any:
        """Return the decoded block of a CID; links in it are the bytes of CIDs.

        Raises:
            Missing: there is no such block, or it is damaged.

        """
        place = self._index.get(cid[-_SHORT:])
        if place is None:
            raise Missing
        self._copy.seek(place >> 32)
        size = place & 0xFFFFFFFF
        data = self._copy.read(size)
        if len(data) != size or (cid[2:4] == _SHA256 and sha256(data).digest() != cid[4:]):
            raise Missing
        try:
            return libipld.decode_dag_cbor(data)
        except _UNREADABLE as error:
            raise Missing from error

    def _header(self, stream: BinaryIO) -> tuple[bytes, ...]:
        size = _varint(stream)
        data = stream.read(size) if size is not None and size <= MAX_BLOCK else b""
        try:
            header = libipld.decode_dag_cbor(data)
        except _UNREADABLE:
            header = None
        version = header.get("version") if isinstance(header, dict) else None
        if version != 1:
            what = f"version {version} of CAR" if isinstance(version, int) else "no CAR file"
            raise ExportError(f"{self._where} is {what}, which is not read", "download the repository again")
        roots = header.get("roots") if isinstance(header, dict) else None
        found = tuple(root for root in roots or () if isinstance(root, bytes))
        if not found:
            raise ExportError(f"{self._where} does not say where its repository begins")
        return found

    def _read_blocks(self, stream: BinaryIO) -> None:
        pending = bytearray()
        written = 0
        while True:
            size = _varint(stream)
            if size is None:
                break
            if size < 0 or size > MAX_BLOCK + _LONGEST_CID:
                self._broken("is damaged")
                break
            block = stream.read(size)
            if len(block) < size:
                self._broken("is cut off")
                break
            length = _cid_length(block)
            if length is None:
                self._broken("is damaged")
                break
            place = (written + len(pending) + length) << 32 | (size - length)
            self._index.setdefault(block[length - _SHORT : length], place)
            pending += block
            if len(pending) >= MAX_BLOCK:
                written += _write(self._copy, pending)
        _write(self._copy, pending)

    def _broken(self, how: str) -> None:
        self.problem = Problem(
            self._where, f"{how} behind {len(self._index):,} blocks; download the repository again"
        )


def _write(file: Any, pending: bytearray) -> int:
    """Write all of it, which one call of an unbuffered file need not do."""
    total, view = 0, memoryview(pending)
    while total < len(pending):
        total += file.write(view[total:])
    view.release()
    pending.clear()
    return total


def _varint(stream: BinaryIO) -> int | None:
    """Read an unsigned LEB128 number; None at the end of the file, -1 where it is none."""
    value = shift = 0
    for count in range(_LONGEST_VARINT):
        byte = stream.read(1)
        if not byte:
            return None if count == 0 else -1
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
        shift += 7
    return -1


def _cid_length(block: bytes) -> int | None:
    """Return how many bytes the CID takes with which a block begins, or None."""
    if block.startswith(_USUAL):
        return 36 if len(block) >= 36 else None
    if block.startswith(_SHA256):  # version 0
        return 34 if len(block) >= 34 else None
    place = 0
    numbers: list[int] = []
    while len(numbers) < 4 and place < min(len(block), _LONGEST_CID):
        value = shift = 0
        while place < len(block):
            byte = block[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 56:
                break
        numbers.append(value)
    if len(numbers) < 4 or numbers[0] != 1 or not _SHORT <= numbers[3] <= _LONGEST_CID:
        return None
    return place + numbers[3] if place + numbers[3] <= len(block) else None
