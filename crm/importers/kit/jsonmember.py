"""The one long list inside a JSON document, in flat memory: `{"participants": [...], "messages": [...]}`.

The decision to know: what stands before and behind the list is small and kept undecoded, the list itself is
read by `jsonstream`. Which list is meant is told by its key, or it is the first one of objects.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, Generic, TypeVar

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.jsondecode import UNREADABLE, Utf8Stream, decode_patiently, decoders
from crm.importers.kit.jsonstream import CHUNK, Array

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")
U = TypeVar("U")

MOST_BEFORE = 8 << 20
"""Bytes that may stand before the list: the participants of the largest group are a tenth of that."""

_FIRST = 1 << 14
# Possessive, so that hostile text cannot make it backtrack. A string is group 1; the buffer's end may end it.
_TOKEN = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|[{}\[\]]', re.DOTALL)
_LIST = re.compile(rb"\s*:\s*(\[)\s*(.)", re.DOTALL)
_SPACE = b" \t\r\n"


class ListIn(Generic[T]):
    """A list in a document; iterate over it once, for its elements and the `Problem`s of bad ones.

    A document that is itself a list is read as that list. Raises `ExportError` like `stream_array`.
    """

    key: str | None
    """Under which key the list was found; None for a document that is a list, or holds none."""

    def __init__(
        self, stream: BinaryIO, kind: type[T], where: str, keys: Container[str] | None = None
    ) -> None:
        """Read up to where the list begins.

        Args:
            stream: the whole document.
            kind: what an element is.
            where: its name, for problems.
            keys: under which keys the list may stand; None for the first list that holds objects.

        Raises:
            ExportError: the document is no JSON object or list, is cut off before the list, or has more than
                `MOST_BEFORE` bytes there.

        """
        self._text = Utf8Stream(stream)
        self._where = where
        self._keys = keys
        self._buffer = self._text.read(_FIRST)
        self.key, start = self._find()
        self._head = self._buffer[:start]
        self._array: Array[T] | None = None
        if start < len(self._buffer):
            self._array = Array(BufferedReader(_Rest(self._buffer[start:], self._text), CHUNK), kind, where)
        self._buffer = b""
        self._tail: bytes | None = None

    def __iter__(self) -> Iterator[T | Problem]:
        """Yield the elements; nothing where there is no such list."""
        if self._array is not None:
            yield from self._array.items()
            self._tail = self._array.behind()

    def around(self, kind: type[U]) -> U | None:
        """Return the document without the list as a `kind`: before the list is read, what stands before it.

        None where that cannot be read as such.
        """
        head = self._head
        if head[:1] != b"{":
            return None
        data = head if self._array is None else head + b"[]" + (b"}" if self._tail is None else self._tail)
        one, _ = decoders(kind)
        try:
            return one.decode(data)
        except UNREADABLE:
            found = decode_patiently(one, data, self._where, None)
        return None if isinstance(found, Problem) else found

    def _find(self) -> tuple[str | None, int]:
        """Return the key and place of the list; without one, None and the end of the document."""
        while not self._buffer.strip(_SPACE) and self._fill():
            pass
        self._buffer = self._buffer.lstrip(_SPACE)
        if self._buffer[:1] == b"[":
            return None, 0
        if self._buffer[:1] != b"{":
            raise ExportError(f"{self._where} is {'no JSON' if self._buffer else 'empty'}")
        depth = place = 0
        while True:
            size = len(self._buffer)
            for match in _TOKEN.finditer(self._buffer, place):
                if match.end() + _FIRST // 4 > size and self._fill():
                    break  # look at it again when more of what follows is there
                token = match[0]
                if match[1]:
                    if depth == 1 and (found := self._is_ours(match)):
                        return found
                else:
                    depth += 1 if token in b"{[" else -1
                place = match.end()
            else:
                if not self._fill():
                    if depth:
                        raise ExportError(
                            f"{self._where} is cut off, or no JSON", "download the export again"
                        )
                    return None, len(self._buffer)

    def _is_ours(self, match: re.Match[bytes]) -> tuple[str, int] | None:
        following = _LIST.match(self._buffer, match.end())
        if following is None:
            return None
        try:
            key = msgspec.json.decode(match[1], type=str)
        except UNREADABLE:
            return None
        wanted = following[2] == b"{" if self._keys is None else key in self._keys
        return (key, following.start(1)) if wanted else None

    def _fill(self) -> bool:
        if len(self._buffer) > MOST_BEFORE:
            raise ExportError(f"{self._where} holds no list that we know in its first {MOST_BEFORE >> 20} MB")
        data = self._text.read(max(_FIRST, len(self._buffer)))
        self._buffer += data
        return bool(data)


class _Rest(RawIOBase):
    """What was read already, then the rest, as a stream."""

    def __init__(self, first: bytes, text: Utf8Stream) -> None:
        self._block = first
        self._text = text

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        block = self._block or self._text.read(len(view))
        count = min(len(block), len(view))
        view[:count] = block[:count]
        self._block = block[count:]
        return count
