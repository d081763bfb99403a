"""Stepping through a JSON file of any size, value by value, with little more in memory than one value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from crm.domain.errors import ExportError
from crm.importers.kit.jsondecode import UNREADABLE, Utf8Stream

CHUNK = 1 << 20
MAX_VALUE = 64 << 20
"""The largest single value that is kept, in bytes."""

_SPACE = re.compile(rb"[\s,]*+")
_SCALAR = re.compile(rb"[^\s,\]}]++")
# Possessive, so that hostile text cannot make it backtrack. Group 1 is missing where the buffer ends inside
# a string.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:(")|\\?\Z)|[{}\[\]]', re.DOTALL)
_QUOTE = ord('"')


class Walker:
    """A place in a JSON file, and what can be read from there."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        self.count = 0
        """Messages read so far, for the error about a file that was cut off."""
        self.buffer = b""
        self.at = 0
        self._text = Utf8Stream(stream)

    def fill(self) -> bool:
        """Read more behind the place; say whether there was more. Places in the buffer move."""
        data = self._text.read(max(CHUNK, len(self.buffer) - self.at))
        if data:
            self.buffer, self.at = self.buffer[self.at :] + data, 0
        return bool(data)

    def peek(self) -> bytes:
        """Return the next byte that is no white space or comma, and move to it; none at the end."""
        while True:
            match = _SPACE.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at : self.at + 1]
            if not self.fill():
                return b""

    def fields(self) -> Iterator[str]:
        """Yield the keys of the object at the place; each value must be read or skipped before the next."""
        if self.peek() != b"{":
            self.skip()
            return
        self.at += 1
        while (found := self.peek()) != b"}":
            if found != b'"':
                raise self.damaged()
            key = self._decoded(self.value())
            if self.peek() != b":":
                raise self.damaged()
            self.at += 1
            yield str(key)
        self.at += 1

    def elements(self) -> Iterator[int]:
        """Yield the number of each element of the list at the place, to be read or skipped as well."""
        if self.peek() != b"[":
            self.skip()
            return
        self.at += 1
        number = 0
        while (found := self.peek()) != b"]":
            if not found:
                raise self.damaged()
            yield number
            number += 1
        self.at += 1

    def value(self) -> bytes:
        """Return the value at the place as it is written, and move behind it.

        Raises:
            ExportError: the file ends before it does, or it is larger than `MAX_VALUE`.

        """
        return self._take(keep=True)

    def skip(self) -> None:
        """Move behind the value at the place, however large it is."""
        self._take(keep=False)

    def damaged(self) -> ExportError:
        """Return the error for a file that is cut off or no JSON from here on."""
        messages = "1 message" if self.count == 1 else f"{self.count:,} messages"
        reason = "is cut off" if not self.peek() else "is damaged"
        return ExportError(f"{self.where} {reason}: it can be read for {messages}", "export it again")

    def _take(self, keep: bool) -> bytes:
        if self.peek() not in (b'"', b"{", b"["):
            return self._scalar()
        place = depth = 0
        while True:
            for match in _TOKEN.finditer(self.buffer, self.at + place):
                token = match[0]
                if token[0] == _QUOTE:
                    if match[1] is None:
                        break
                elif token in b"{[":
                    depth += 1
                else:
                    depth -= 1
                place = match.end() - self.at
                if depth <= 0:
                    found = self.buffer[self.at : match.end()] if keep else b""
                    self.at = match.end()
                    return found
            if not keep:
                self.at, place = self.at + place, 0
            if len(self.buffer) - self.at > MAX_VALUE:
                reason = f"{self.where} holds one value larger than {MAX_VALUE >> 20} MB"
                raise ExportError(reason, "export it again")
            if not self.fill():
                raise self._cut_off()

    def _scalar(self) -> bytes:
        while (match := _SCALAR.match(self.buffer, self.at)) and match.end() == len(self.buffer):
            if len(self.buffer) - self.at > MAX_VALUE or not self.fill():
                break
        if match is None:
            raise self.damaged()
        found = self.buffer[self.at : match.end()]
        self.at = match.end()
        return found

    def _cut_off(self) -> ExportError:
        self.at = len(self.buffer)
        return self.damaged()

    def _decoded(self, raw: bytes) -> object:
        try:
            return msgspec.json.decode(raw)
        except UNREADABLE:
            return raw.decode("utf-8", "replace")
