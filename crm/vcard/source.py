"""Bytes in: any vCard file as batches of physical lines, in constant memory and linear time.

Line ends are what files really have: LF, CRLF, CRCRLF (files that were "converted" twice) and a lone CR.
UTF-16 is turned into UTF-8 here, so that everything after this module sees bytes with ASCII structure.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

MAX_LINE = 32 * 1024 * 1024
"""Longest physical line in bytes; of a longer one `MAX_LINE + 1` bytes are handed on, which says so."""

_CHUNK = 256 * 1024
_SNIFF = 16
_LONE_CR = re.compile(rb"\r+\n?")
_MAX_HELD_CR = 64

Read = Callable[[], bytes]


def physical_lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the lines of a file without their ends, in batches; a UTF-8 byte order mark is left out."""
    read = _utf8_chunks(stream)
    pieces: list[bytes] = []  # of the line that is still open: joined once, or long lines cost n * n
    held = 0
    carry = b""  # a CR at the end of a chunk may belong to a CRLF
    while data := read():
        data, carry = _without_tail(carry + data)
        lines = _unified(data).split(b"\n")
        if len(lines) > 1 and pieces:
            lines[0] = b"".join([*pieces, lines[0]])[: MAX_LINE + 1]
            pieces, held = [], 0
        last = lines.pop()
        if last and held <= MAX_LINE:
            pieces.append(last)
            held += len(last)
        if lines:
            yield lines
    rest = b"".join(pieces)[: MAX_LINE + 1]
    if rest or carry:
        yield [rest]


def _without_tail(data: bytes) -> tuple[bytes, bytes]:
    body = data.rstrip(b"\r")
    if len(data) - len(body) > _MAX_HELD_CR:
        return data, b""
    return body, data[len(body) :]


def _unified(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    data = data.replace(b"\r\n", b"\n")
    if b"\r" not in data:
        return data
    return _LONE_CR.sub(_line_end, data)


def _line_end(found: re.Match[bytes]) -> bytes:
    run = found.group()
    return b"\n" if run.endswith(b"\n") else b"\n" * len(run)


def _utf8_chunks(stream: BinaryIO) -> Read:
    """Return a function that reads the next chunk as UTF-8 (or as whatever eight-bit text it is)."""
    start = b""
    while len(start) < _SNIFF and (more := stream.read(_CHUNK)):
        start += more
    encoding, skip = _utf16_of(start[:_SNIFF])
    first = iter((start[skip:],))

    def raw() -> bytes:
        return next(first, b"") or stream.read(_CHUNK)

    return raw if encoding is None else _transcoded(raw, encoding)


def _utf16_of(start: bytes) -> tuple[str | None, int]:
    """Return the UTF-16 flavour (None: not UTF-16) and the length of the byte order mark.

    Apple's 2.1 export is UTF-16 without a mark; every second byte of `BEGIN:VC` is then zero.
    """
    if start.startswith(codecs.BOM_UTF8):
        return None, 3
    if start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", 2
    if start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", 2
    even, odd = start[0::2], start[1::2]
    if len(start) < 4:
        return None, 0
    if not any(even) and all(odd):
        return "utf-16-be", 0
    if not any(odd) and all(even):
        return "utf-16-le", 0
    return None, 0


def _transcoded(read: Read, encoding: str) -> Read:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def utf8() -> bytes:
        while data := read():
            if text := decoder.decode(data):
                return text.encode()
        return decoder.decode(b"", final=True).encode()

    return utf8
