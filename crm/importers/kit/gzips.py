"""A gzip file as a stream that can be moved about in, without unpacking it anywhere.

The decision to know: while reading, copies of the inflater's state are kept at intervals (as zlib's own
`zran.c` example does), so that any place is reached by inflating a few megabytes. A copy costs about 60 kB;
there are at most 512, and the interval doubles when they run out.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from io import RawIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from crm.domain.errors import ExportError
from crm.importers.kit.budget import (
    ARCHIVE_CEILING,
    BOMB_RATIO,
    BOMB_SIZE,
    CUT_OFF,
    HONEST_RATIO,
    UNPACK_HINT,
    human,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SIGNATURE = b"\x1f\x8b"

_BLOCK = 1 << 14  # every copy of the state holds up to this much unused input
_SKIP = 1 << 18
_FIRST_INTERVAL = 1 << 20
_MOST_POINTS = 512
_MOST_STREAMS = (
    10_000  # in one file, or one in each kilobyte; beginning each takes time, though it holds nothing
)


class _Point(NamedTuple):
    """A place from which inflating can go on."""

    at: int
    packed_at: int
    inflater: Any


class GzipReader(RawIOBase):
    """The unpacked bytes of a gzip file, readable and seekable.

    Raises:
        ExportError: from reading: damaged, cut off, or a decompression bomb.

    """

    def __init__(self, file: BinaryIO, title: str) -> None:
        """Wrap `file`, which is then this object's to close."""
        self._file = file
        self._title = title
        self._interval = _FIRST_INTERVAL
        self._use(_Point(0, 0, zlib.decompressobj(zlib.MAX_WBITS | 16)))
        self._points = [_Point(0, 0, self._inflater.copy())]

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the unpacked bytes."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset from the start or from here; beyond the end, stop at the end."""
        if whence == 2:
            raise ValueError("the end of a gzip stream is not known")
        target = max(0, offset + (self._at if whence else 0))
        nearest = self._points[bisect_right(self._points, target, key=lambda point: point.at) - 1]
        if target < self._at or nearest.at > self._at:
            self._use(nearest._replace(inflater=nearest.inflater.copy()))
        while self._at < target and self._inflate(min(_SKIP, target - self._at)):
            pass
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` with unpacked bytes; return how many, 0 at the end."""
        view = memoryview(buffer)
        data = self._inflate(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()

    def _use(self, point: _Point) -> None:
        self._at, self._packed_at, self._inflater = point
        self._streams = 0
        self._input = b""
        self._file.seek(self._packed_at)

    def _inflate(self, wanted: int) -> bytes:
        """Return up to `wanted` bytes, none only at the end."""
        data = b""
        while not data:
            if self._inflater.eof and not self._next_stream():
                return b""
            packed = self._inflater.unconsumed_tail or self._input or self._read()
            self._input = b""
            try:
                data = self._inflater.decompress(packed, wanted)
            except zlib.error as error:
                raise ExportError(f"{self._title} is a damaged gzip file: {error}", CUT_OFF) from error
            if not packed and not data and not self._inflater.eof:
                raise ExportError(f"{self._title} is cut off: the end of the gzip file is missing", CUT_OFF)
        self._at += len(data)
        self._note_point()
        return data

    def _read(self) -> bytes:
        data = self._file.read(_BLOCK)
        self._packed_at += len(data)
        return data

    def _next_stream(self) -> bool:
        """Go on with the next of several streams in one file; what else follows is padding."""
        rest = self._inflater.unused_data or self._read()
        if len(rest) < len(SIGNATURE):
            rest += self._read()
        if not rest.startswith(SIGNATURE):
            return False
        self._streams += 1
        if self._streams > max(_MOST_STREAMS, self._packed_at >> 10):
            raise ExportError(f"{self._title} is built to do harm: it has no end of tiny pieces", UNPACK_HINT)
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._input = rest
        return True

    def _note_point(self) -> None:
        self._watch()
        if self._at < self._points[-1].at + self._interval or self._inflater.eof:
            return
        if len(self._points) >= _MOST_POINTS:
            self._points = self._points[::2]
            self._interval *= 2
            return
        self._points.append(_Point(self._at, self._packed_at, self._inflater.copy()))

    def _watch(self) -> None:
        if self._at > BOMB_SIZE and self._at > BOMB_RATIO * self._packed_at:
            raise ExportError(
                f"{self._title} unpacks to more than {human(self._at)} from {human(self._packed_at)}, "
                "as only a decompression bomb does",
                UNPACK_HINT,
            )
        if self._at > max(ARCHIVE_CEILING, HONEST_RATIO * self._packed_at):
            raise ExportError(
                f"{self._title} unpacks to more than {human(ARCHIVE_CEILING)}; reading stopped there",
                UNPACK_HINT,
            )
