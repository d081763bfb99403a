"""From the bytes of an export to text that may be stored.

The decision to know: bytes that are not UTF-8 are read as Windows-1252 one by one, not file by file. One
cut-off character in a preview must not turn every other accent of the file into mojibake, and a file that
really is Windows-1252 comes out the same either way.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import msgspec

from crm.domain.text import storable

R = TypeVar("R")

LINE_LIMIT = 16 << 20
"""Characters; a longer line is given in pieces, so that a file without line ends stays out of memory."""

_BLOCK = 1 << 17
_NUL = b"\\u0000"
"""As JSON has it; who typed these six characters is looked at more closely, and nothing else."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOTE_UTF16 = "read as UTF-16"
_NOTE_CP1252 = "not UTF-8 throughout; the rest was read as Windows-1252"
# Five bytes (81, 8d, 8f, 90, 9d) mean nothing in Windows-1252 and become U+FFFD.
_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text of a whole file and, where it was not plain UTF-8, a note for the report.

    UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252 for the bytes that are not
    UTF-8. Line ends stay as they are. Never raises.
    """
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace"), _NOTE_UTF16
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").translate(_CP1252), _NOTE_CP1252


class TextLines:
    r"""The lines of a member as text, streaming: `csv.reader(TextLines(export.open(name)))`.

    Every line but perhaps the last ends with "\n", whatever the file uses (CR LF, CR or LF). Decoding is
    that of `decode`. Usable as a context manager, which closes the stream.

    Raises:
        ExportError: while iterating, whatever reading the stream raises.

    """

    note: str | None = None
    """Set while reading when the file was not plain UTF-8; to be read after the last line."""
    line: int = 0
    """The number of the line given last, counting from 1."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held = b""
        self._blocks = self._whole_lines(self._texts())
        self._lines = self._split(self._blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[str]:
        return self._lines  # which counts the lines itself: a call less for each of them

    def __next__(self) -> str:
        return next(self._lines)

    def blocks(self) -> Iterator[str]:
        """Yield the lines as many at a time as are read at once, instead of one by one; `line` stays 0.

        Where a line is given in pieces, a piece is a block.
        """
        return self._blocks

    def _texts(self) -> Iterator[str]:
        """Yield decoded blocks, universal newlines not yet applied."""
        block = self._stream.read(_BLOCK)
        if block.startswith(_UTF16):
            self.note = _NOTE_UTF16
            decoded: Callable[[bytes, bool], str] = codecs.getincrementaldecoder("utf-16")("replace").decode
        else:
            decoded = self._utf8
        block = block.removeprefix(codecs.BOM_UTF8) or self._stream.read(_BLOCK)
        while block:
            yield decoded(block, False)
            block = self._stream.read(_BLOCK)
        yield decoded(b"", True)

    def _utf8(self, block: bytes, final: bool) -> str:
        """Decode what was held back and a block, and hold back the beginning of a character at its end."""
        data = self._held + block
        try:
            text, used = codecs.utf_8_decode(data, "strict", final)
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "surrogateescape", final)
            text = text.translate(_CP1252)
            self.note = _NOTE_CP1252
        self._held = data[used:]
        return text

    def _split(self, blocks: Iterator[str]) -> Iterator[str]:
        for block in blocks:
            lines = block.split("\n")
            rest = lines.pop()
            for line in lines:
                self.line += 1
                yield line + "\n"
            if rest:
                self.line += 1
                yield rest

    @staticmethod
    def _whole_lines(texts: Iterator[str]) -> Iterator[str]:
        pending: list[str] = []
        size = 0
        for raw in _universal(texts):
            end = raw.rfind("\n") + 1
            if end:
                yield "".join((*pending, raw[:end]))
                pending.clear()
                size = 0
            pending.append(raw[end:])
            size += len(raw) - end
            if size >= LINE_LIMIT:
                yield "".join(pending)
                pending.clear()
                size = 0
        if size:
            yield "".join(pending)


def _universal(texts: Iterator[str]) -> Iterator[str]:
    """Turn CR LF and CR into LF, also where a CR LF is cut between two blocks."""
    held = ""
    for text in texts:
        joined = held + text
        held = "\r" if joined.endswith("\r") else ""
        joined = joined.removesuffix("\r")
        yield joined.replace("\r\n", "\n").replace("\r", "\n") if "\r" in joined else joined
    if held:
        yield "\n"


clean_value = storable
"""What importers call it: every value of a record goes through it."""


def cleaned(record: R) -> R:
    """Return a record (a named tuple) with every text in it cleaned."""
    try:
        if not may_hold_nul(record):
            return record  # as nearly all: this takes a twentieth of looking at every text
    except UnicodeEncodeError:  # half a character
        pass
    mended: R = _cleaned(record)
    return mended


def may_hold_nul(value: object) -> bool:
    """Say whether a NUL, which a server takes in no text, may be in any text of a record or of several.

    Raises:
        UnicodeEncodeError: there are lone surrogates.

    """
    return _NUL in msgspec.json.encode(value)


def _cleaned(value: Any) -> Any:
    if type(value) is str:
        return clean_value(value)
    if isinstance(value, tuple):
        parts = [_cleaned(part) for part in value]
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


def clean_id(value: str | int | None) -> str | None:
    """Return a platform's id as the text it is stored as; None where there is none.

    Ids are text because they outgrow 64 bits on some platforms; a number keeps all its digits.
    """
    if value is None or isinstance(value, bool):
        return None
    try:
        text = str(value)
    except ValueError:  # an integer of more than 4300 digits; no platform has such ids
        return None
    return clean_value(text).strip() or None
