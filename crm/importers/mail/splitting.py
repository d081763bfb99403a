"""From the bytes of a mailbox to its messages, one at a time: header block and the beginning of the body.

The decisions to know: a line `From ` begins a message only where it looks like what mail programs write
there and a header follows (bodies contain unescaped `From ` lines); and of a body only the first
`BODY_KEPT` bytes are kept, because the words stand at the beginning and attachments make the gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BODY_KEPT = 256 << 10
"""Bytes. Measured on real mail the first text part always begins far before this."""
HEADER_KEPT = 8 << 20
"""Bytes; a longer header block is cut there. Headers of 5 MB exist (a list of all recipients)."""

_CHUNK = 1 << 20
_LOOK = 2048
"""Bytes that must be at hand after `From ` to judge it: two lines, each at most 1000 long."""
_BEFORE = 3
"""Bytes before a line `From ` that say whether an empty line precedes it."""
_HEADER_END = re.compile(rb"\n\r?\n")
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?=From )")
_DAYS = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_THEN_HEADER = rb"[ \t]*\r?\n(?=>?From |[!-9;-~]{1,100}[ \t]*:(?!//))"
# `From ada@example.org Mon Jan  1 00:00:00 2024`, with a zone at several places, or in the order of RFC 5322
_DATED = re.compile(
    rb"From [^\n]{0,300}?\b"
    + _DAYS
    + rb",? +(?:"
    + _MONTHS
    + rb" +\d{1,2}|\d{1,2}[ -]"
    + _MONTHS
    + rb")[ -][^\n]{0,40}\d\d:\d\d[^\n]{0,100}?"
    + _THEN_HEADER
)
# After an empty line also the shorter forms some programs write: `From -`, `From ada@example.org 2024-01-01`
_SHORT = re.compile(
    rb"From (?:-|MAILER-DAEMON|\S{1,300}@\S{1,300}|\?\?\?@\?\?\?)(?: [^\n]{0,100}?)?" + _THEN_HEADER
)


class RawMessage(NamedTuple):
    """One message as it stands in the mailbox, cut where the limits say."""

    number: int
    """Its place in its mailbox, counting from 1."""
    head: bytes
    body: bytes


def split_mbox(stream: BinaryIO, body_kept: int = BODY_KEPT) -> Iterator[RawMessage]:
    """Yield the messages of an mbox, never holding more of it than one message and a megabyte.

    All variants are read alike (mboxo, mboxrd, mboxcl, mboxcl2; RFC 4155 and qmail's mbox(5)): lengths
    stated in headers are not believed. Undoing the `>From ` escape is left to whoever reads the body.
    """
    buffer = stream.read(max(_CHUNK, _LOOK))
    first = _FIRST.match(buffer)
    begin = buffer.find(b"\n", first.end()) + 1 if first else 0
    at_end = False
    kept: tuple[bytes, bytes] | None = None
    scan = max(begin - 1, 0)
    number = 0
    while True:
        found = buffer.find(b"\nFrom ", scan)
        if found >= 0 and (at_end or len(buffer) - found > _LOOK):
            after = _separator_end(buffer, found + 1)
            scan = found + 5 if after < 0 else after - 1
            if after >= 0:
                number += 1
                yield RawMessage(number, *(kept or _cut(buffer, begin, found + 1, body_kept)))
                begin, kept = after, None
            continue
        if at_end:
            if kept or begin < len(buffer):
                yield RawMessage(number + 1, *(kept or _cut(buffer, begin, len(buffer), body_kept)))
            return
        if kept is None:
            kept = _finished(buffer, begin, body_kept)
        scan = found if found >= 0 else max(len(buffer) - 5, begin - 1, 0)
        drop = max(scan - _BEFORE, 0) if kept else max(begin - _BEFORE, 0)
        chunk = stream.read(_CHUNK)
        at_end = not chunk
        buffer = buffer[drop:] + chunk
        begin, scan = begin - drop, scan - drop


def _finished(buffer: bytes, begin: int, body_kept: int) -> tuple[bytes, bytes] | None:
    """Return what is kept of an unfinished message if more of it would not be kept anyway."""
    if len(buffer) - begin <= body_kept:
        return None
    end = _HEADER_END.search(buffer, begin)
    if end and len(buffer) - end.end() > body_kept:
        return _cut(buffer, begin, len(buffer), body_kept)
    if not end and len(buffer) - begin > HEADER_KEPT:
        return buffer[begin : begin + HEADER_KEPT], b""
    return None


def _separator_end(buffer: bytes, at: int) -> int:
    """Return where the message after the `From ` line at `at` begins, or -1 if the line is no separator.

    Without an empty line before it (some programs forget it) the line must carry a date.
    """
    match = _DATED.match(buffer, at)
    if match is None and buffer[max(at - 3, 0) : at].endswith((b"\n\n", b"\n\r\n")):
        match = _SHORT.match(buffer, at)
    return match.end() if match else -1


def _cut(buffer: bytes, begin: int, stop: int, body_kept: int) -> tuple[bytes, bytes]:
    if buffer.startswith((b"\n", b"\r\n"), begin):  # a message without headers
        return b"", buffer[begin : min(stop, begin + body_kept)]
    end = _HEADER_END.search(buffer, begin, stop)
    if end is None:
        return buffer[begin : min(stop, begin + HEADER_KEPT)], b""
    return buffer[begin : end.start()], buffer[end.end() : min(stop, end.end() + body_kept)]


def read_single(stream: BinaryIO, body_kept: int = BODY_KEPT) -> RawMessage:
    """Read a file that is one message: `.eml`, a file of a Maildir, Apple Mail's `.emlx`.

    An `.emlx` begins with a line that states the length of the message, in bytes; after that many follows
    a property list, which is not part of it.
    """
    size = max(body_kept, 1 << 16)
    buffer = stream.read(size)
    while len(buffer) < HEADER_KEPT:
        end = _HEADER_END.search(buffer)
        if end and len(buffer) - end.end() >= body_kept:
            break
        more = stream.read(size)
        if not more:
            break
        buffer += more
    begin, stop = 0, len(buffer)
    stated = re.match(rb"(\d{1,12})[ \t]*\r?\n", buffer)
    if stated:
        begin = stated.end()
        stop = min(stop, begin + int(stated[1]))
    leading = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:From [^\n]*\n)?").match(buffer, begin)
    return RawMessage(1, *_cut(buffer, leading.end() if leading else begin, stop, body_kept))
