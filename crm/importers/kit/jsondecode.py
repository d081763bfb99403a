"""One JSON value to one typed struct, strictly where that works and with patience where it does not.

The decision to know: msgspec refuses a whole document for one half emoji (lone surrogate), which platforms
write wherever they cut a text. So what it refuses is read once more by the standard library, cleaned, and
only then counted as unreadable.
"""

from __future__ import annotations

import codecs
import json
import re
from functools import cache
from typing import Any, BinaryIO, TypeVar

import msgspec

from crm.domain.records import Problem

T = TypeVar("T")

UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding raises: bad JSON, another type, bad UTF-8 or a number of 4,301 digits, too deep."""

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*+)\\u0000")
_TAIL = re.compile(rb"(?<!\\)\\++(?:u0{0,3}+)?+\Z")
_ESCAPE = 6
_LONGEST_TAIL = 256
"""Bytes of backslashes that may wait for the next block, to be told from an escape."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def _decoders(kind: Any) -> tuple[Any, Any]:
    return msgspec.json.Decoder(kind), msgspec.json.Decoder(list[kind])


def decoders(kind: type[T]) -> tuple[msgspec.json.Decoder[T], msgspec.json.Decoder[list[T]]]:
    """Return decoders for one `kind` and for a list of them; made once."""
    made: Any = kind  # a class is hashable, which type[T] does not say
    found: tuple[msgspec.json.Decoder[T], msgspec.json.Decoder[list[T]]] = _decoders(made)
    return found


def decode_patiently(
    decoder: msgspec.json.Decoder[T], data: bytes, where: str, index: int | None
) -> T | Problem:
    """Decode one element; what only the standard library's lenient reader takes is cleaned first."""
    try:
        return decoder.decode(data)
    except UNREADABLE as error:
        # in words at once: an error kept here is a circle with this frame, a kilobyte for each bad record
        reason = _reason(error)
    try:
        loose: Any = json.loads(data.decode("utf-8", "replace"), strict=False, parse_constant=lambda _: None)
        clean = _SURROGATE.sub("\ufffd", json.dumps(loose, ensure_ascii=False))
        return decoder.decode(clean)
    except UNREADABLE as error:
        if isinstance(error, msgspec.ValidationError):
            reason = _reason(error)
    return Problem(where if index is None else f"{where}[{index}]", reason)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "cannot be read: it is nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        return f"is not what was expected: {str(error).replace('`', '')}"
    return f"cannot be read: {error}"


def as_utf8(head: bytes) -> bytes:
    """Return the first bytes of a file as UTF-8 without byte order mark."""
    encoding, mark = _encoding_of(head)
    return head[mark:].decode(encoding, "replace").encode() if encoding else head[mark:]


def _encoding_of(head: bytes) -> tuple[str | None, int]:
    """Return the encoding, where it is not UTF-8, and the length of the byte order mark."""
    if head.startswith(codecs.BOM_UTF8):
        return None, 3
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", 2
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", 2
    # JSON and JavaScript begin with an ASCII character, so UTF-16 without a mark shows by its zero byte.
    if head[:1] and head[1:2] == b"\0":
        return "utf-16-le", 0
    return ("utf-16-be", 0) if head[:1] == b"\0" and head[1:2] not in (b"", b"\0") else (None, 0)


class Utf8Stream:
    """A stream as UTF-8, whatever it was written in, without NUL, written out or as an escape.

    No platform writes NUL and no database takes it; msgspec takes both forms, in ids and addresses too.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._recoder: codecs.IncrementalDecoder | None = None
        self._begun = False
        self._held = b""

    def read(self, size: int) -> bytes:
        """Return about `size` bytes; none only at the end."""
        while data := self._recoded(size):
            data, self._held = self._held + data, b""
            if b"\\" in data[-_ESCAPE:] and (tail := _TAIL.search(data, max(0, len(data) - _LONGEST_TAIL))):
                data, self._held = data[: tail.start()], tail[0]
            if b"\\u0000" in data:
                data = _NUL.sub(rb"\1", data)
            if data:
                return data
        data, self._held = self._held, b""
        return data

    def _recoded(self, size: int) -> bytes:
        while data := self._stream.read(size):
            if not self._begun:
                self._begun = True
                while len(data) < 4 and (more := self._stream.read(4 - len(data))):
                    data += more
                encoding, mark = _encoding_of(data)
                data = data[mark:]
                if encoding:
                    self._recoder = codecs.getincrementaldecoder(encoding)("replace")
            if self._recoder:
                data = self._recoder.decode(data).encode()
            if b"\0" in data:
                data = data.replace(b"\0", b"")
            if data:
                return data
        return b""


def is_json(data: bytes) -> bool:
    """Say whether this is one whole JSON value, whatever is in it."""
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except UNREADABLE:
        return False
    return True
