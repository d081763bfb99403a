"""One long list inside a JSON object of any size, `{"total": 9, "orderedItems": [ ... ]}`, in flat memory.

The decision to know: everything in front of the list is stepped over by its brackets and quotation marks and
never decoded, so that other long lists of the same file cost time but no memory; the list itself is read by
`jsonstream`, with all its patience. What follows the list is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import RawIOBase
from typing import BinaryIO, TypeVar, cast

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.jsondecode import UNREADABLE, Utf8Stream
from crm.importers.kit.jsonstream import CHUNK, Array

T = TypeVar("T")

_LONGEST_KEY = 1 << 16
_SPACES = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[^\s,\]}]++")
_STOP = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_OPENING, _CLOSING = b"{[", b"}]"


def stream_field(
    stream: BinaryIO, field: str | tuple[str, ...], kind: type[T], where: str
) -> Iterator[T | Problem]:
    """Yield the elements of the list that an object has under a key, as `stream_array` does.

    Args:
        stream: the file; its outermost value is the object.
        field: the key, or the keys on the way to it (`("chats", "list")`), of which the first of several
            equal ones counts.
        kind: what an element is.
        where: the name for problems.

    A list that is null is empty. Where there is no such key, or no list under it, that is one `Problem`.

    Raises:
        ExportError: the file is empty, or ends before the list does. Also what reading the stream raises.

    """
    path = (field,) if isinstance(field, str) else field
    finder = _Finder(stream, where)
    found = finder.go_to(path)
    if found == b"[":
        yield from Array(cast("BinaryIO", finder.rest()), kind, where).items()
    elif found is None:
        yield Problem(where, f"holds no list called {'.'.join(path)}")
    elif found != b"n":
        yield Problem(where, f"holds something else than a list as {'.'.join(path)}")


class _Rest(RawIOBase):
    """What is left of a stream, beginning with what was read of it already."""

    def __init__(self, begun: bytes, text: Utf8Stream) -> None:
        self._begun = begun
        self._text = text

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return about `size` bytes; none only at the end."""
        if self._begun:
            begun, self._begun = self._begun, b""
            return begun
        return self._text.read(size if size > 0 else CHUNK)


class _Finder:
    """Walks through an object, key by key, holding a chunk of it."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._text = Utf8Stream(stream)
        self._where = where
        self._buffer = b""
        self._at = 0

    def rest(self) -> RawIOBase:
        """Return everything from the current place on."""
        return _Rest(self._buffer[self._at :], self._text)

    def go_to(self, path: tuple[str, ...]) -> bytes | None:
        """Move to the value at the end of a path; return its first byte, None where there is none."""
        first = self._next()
        if not first:
            raise ExportError(f"{self._where} is empty", "ask the platform for the export again")
        for key in path:
            if first != b"{":
                return None
            self._at += 1
            if not self._go_to_key(key):
                return None
            first = self._next()
            if not first:
                raise self._damaged(first)
        return first

    def _go_to_key(self, wanted: str) -> bool:
        while (byte := self._next()) != b"}":
            if byte == b",":
                self._at += 1
                continue
            if byte != b'"':
                raise self._damaged(byte)
            key = self._key()
            if (byte := self._next()) != b":":
                raise self._damaged(byte)
            self._at += 1
            self._next()
            if key == wanted:
                return True
            self._skip_value()
        return False

    def _next(self) -> bytes:
        """Move to the next byte that is no white space and return it; nothing at the end of the file."""
        while True:
            match = _SPACES.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill():
                return b""

    def _fill(self) -> bool:
        data = self._text.read(CHUNK)
        if data:
            self._buffer, self._at = self._buffer[self._at :] + data, 0
        return bool(data)

    def _key(self) -> str:
        """Read the string at the current place and move behind it."""
        while True:
            match = _IN_STRING.match(self._buffer, self._at + 1)
            end = match.end() if match else self._at + 1
            if self._buffer[end : end + 1] == b'"':
                break
            if end - self._at > _LONGEST_KEY or not self._fill():
                raise self._damaged(b'"' if end - self._at > _LONGEST_KEY else b"")
        raw = self._buffer[self._at : end + 1]
        self._at = end + 1
        try:
            return msgspec.json.decode(raw, type=str)
        except UNREADABLE:
            return ""

    def _skip_value(self) -> None:
        """Move behind the value at the current place, whatever its size."""
        byte = self._next()
        if byte not in (b'"', b"{", b"["):
            self._skip_scalar(byte)
            return
        depth = 0
        while True:
            match = _STOP.search(self._buffer, self._at)
            if match is None:
                self._at = len(self._buffer)
                if not self._fill():
                    raise self._damaged(b"")
                continue
            self._at = match.end()
            if match[0] == b'"':
                self._skip_string()
            else:
                depth += 1 if match[0] in _OPENING else -1
            if depth <= 0:
                return

    def _skip_string(self) -> None:
        """Move behind the string that has been entered."""
        while True:
            match = _IN_STRING.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._buffer[self._at : self._at + 1] == b'"':
                self._at += 1
                return
            if not self._fill():  # what is left is nothing, or a backslash without its character
                raise self._damaged(b"")

    def _skip_scalar(self, byte: bytes) -> None:
        if not byte or byte in _CLOSING + b",:":
            raise self._damaged(byte)
        while (match := _SCALAR.match(self._buffer, self._at)) and match.end() == len(self._buffer):
            self._at = match.end()
            if not self._fill():
                raise self._damaged(b"")
        self._at = match.end() if match else self._at

    def _damaged(self, byte: bytes) -> ExportError:
        if not byte:
            return ExportError(f"{self._where} is cut off", "download the export again")
        return ExportError(f"{self._where} cannot be read: it is no JSON", "download the export again")
