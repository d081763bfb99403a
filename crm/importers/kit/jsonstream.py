"""JSON of any size in flat memory: the elements of one long list, or one small document.

The decision to know: a list is cut into chunks of about a megabyte at places that look like the border
between two elements, and each chunk is decoded at once into typed structs, which is as fast as decoding
the whole file. Whether a cut was right needs no proof beforehand: a chunk cut in the wrong place does not
decode, and then its elements are taken one by one, with a scanner that only counts brackets. So one element
that cannot be read costs one `Problem`, and everything around it is kept.

Accepted beside plain JSON: `window.YTD.x.part0 =` or `var x =` in front, `;` behind, a byte order mark,
UTF-16, half emoji (lone surrogates become U+FFFD), raw line breaks in strings, NaN, a comma too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Generic, TypeVar

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.jsonborders import Border
from crm.importers.kit.jsondecode import UNREADABLE, Utf8Stream, as_utf8, decode_patiently, decoders, is_json

T = TypeVar("T")

CHUNK = 1 << 20
"""Bytes that are decoded at once."""
MAX_ELEMENT = 64 << 20
"""The largest element, and the largest document, that is read, in bytes."""

_HEAD = 4096
# Bytes of one file that are looked through beyond the next border for lost brackets: a second or two.
_LOOKAHEAD = 8 << 20
# A list or document, possibly given to a JavaScript variable whose name is group 1.
_ASSIGNED = re.compile(rb"\s*(?:(?:(?:var|let|const)\s+)?([A-Za-z_$][\w$.]{0,200})\s*=\s*)?")
_SPACE = b" \t\r\n"
_SPACES = re.compile(rb"\s*+")
_BETWEEN = re.compile(rb"[\s,]*+")
# Possessive, so that hostile text cannot make it backtrack. Group 1 is missing where the buffer ends inside
# a string.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:(")|\\?\Z)|[{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]]++")
_INDENTATION = re.compile(rb"\s*\n[ \t]+\S")
_QUOTE = ord('"')


def variable_of(head: bytes) -> str | None:
    """Return the JavaScript variable that the first bytes of a file assign to (`window.YTD.like.part0`).

    None for plain JSON and for anything else.
    """
    match = _ASSIGNED.match(as_utf8(head))
    return match[1].decode("ascii") if match and match[1] else None


def stream_array(stream: BinaryIO, kind: type[T], where: str) -> Iterator[T | Problem]:
    """Yield the elements of a top-level list, each as a `kind` (a `msgspec.Struct`, usually).

    Item number i is element number i: one that cannot be read is a `Problem` at `where[i]`, in its place.
    Only what comes after the list, or a file that holds no list at all, adds one `Problem` at `where`.

    Raises:
        ExportError: the file ends before the list does, or one element is larger than `MAX_ELEMENT`; the
            message says how far it could be read. Also what reading the stream raises.

    """
    return Array(stream, kind, where).elements()


def decode_each(raws: Sequence[msgspec.Raw], kind: type[T], where: str) -> Iterator[T | Problem]:
    """Yield the elements of a list that a struct keeps undecoded (`list[msgspec.Raw]`), as `stream_array`.

    For lists inside an element, where one bad entry must not cost the element.
    """
    one, many = decoders(kind)
    try:
        items = many.decode(b"[" + b",".join(raws) + b"]")
    except UNREADABLE:
        return _each_patiently(one, raws, where)
    return iter(items)


def _each_patiently(
    decoder: msgspec.json.Decoder[T], raws: Sequence[msgspec.Raw], where: str
) -> Iterator[T | Problem]:
    for index, raw in enumerate(raws):
        item = decode_patiently(decoder, bytes(raw), where, index)
        yield item


def read_document(stream: BinaryIO, kind: type[T], where: str) -> T:
    """Return one whole document, of at most `MAX_ELEMENT` bytes, as a `kind`.

    Raises:
        ExportError: it is larger, cut off, or something else. Also what reading the stream raises.

    """
    text = Utf8Stream(stream)
    data = b""
    while block := text.read(max(CHUNK, len(data))):
        data += block
        if len(data) > MAX_ELEMENT:
            raise ExportError(f"{where} is larger than {MAX_ELEMENT >> 20} MB, which is not read at once")
    match = _ASSIGNED.match(data[:_HEAD])
    data = data[match.end() if match else 0 :].strip(_SPACE + b";\0")
    if not data:
        raise ExportError(f"{where} is empty")
    result = decode_patiently(decoders(kind)[0], data, where, None)
    if isinstance(result, Problem):
        raise ExportError(f"{where} {result.reason}")
    return result


class Array(Generic[T]):
    """The state of reading one list: a buffer, the place in it, and what a border looks like here.

    For `stream_array`, and for `jsonmember`, which reads a list inside a document.
    """

    def __init__(self, stream: BinaryIO, kind: type[T], where: str) -> None:
        self._text = Utf8Stream(stream)
        self._one, self._many = decoders(kind)
        self._where = where
        self._buffer = b""
        self._at = 0
        self._count = 0
        self._ended = False
        self._indented = False
        self._failure: ExportError | None = None
        self._border = Border()
        self._lookahead = _LOOKAHEAD

    def elements(self) -> Iterator[T | Problem]:
        """Yield what `stream_array` promises."""
        yield from self.items()
        if self._ended and self.behind().strip(_SPACE + b";\0"):
            yield Problem(self._where, "there is something behind the end of the list, which was not read")

    def items(self) -> Iterator[T | Problem]:
        """Yield the elements, and leave what comes behind the list."""
        while len(self._buffer) < _HEAD and self._fill():
            pass
        match = _ASSIGNED.match(self._buffer[:_HEAD])
        self._at = match.end() if match else 0
        if not self._buffer.strip(_SPACE):
            raise ExportError(f"{self._where} is empty", "ask the platform for the export again")
        if not self._buffer.startswith(b"[", self._at):
            yield Problem(self._where, "does not hold a list")
            return
        self._at += 1
        self._indented = _INDENTATION.match(self._buffer, self._at) is not None
        while not self._ended:
            yield from self._batch()

    def behind(self) -> bytes:
        """Return what comes behind the list, once it has been read: at least the first megabyte of it."""
        return self._buffer[self._at :] + self._text.read(CHUNK)

    def _fill(self) -> bool:
        """Read more; say whether there was more. Places in the buffer move, except relative to `_at`."""
        rest = self._buffer[self._at :]
        data = self._text.read(max(CHUNK, len(rest)))
        if data:
            self._buffer, self._at = rest + data, 0
        return bool(data)

    def _batch(self) -> Sequence[T | Problem]:
        if self._failure:
            raise self._failure
        if len(self._buffer) - self._at < CHUNK:
            self._fill()
        self._skip_between()
        border, at = self._border, self._at
        cut = border.last(self._buffer, at, at + CHUNK) or border.next(self._buffer, at)
        if cut is None:
            return self._walk(len(self._buffer))
        try:
            items = self._many.decode(b"[" + self._buffer[self._at : cut] + b"]")
        except UNREADABLE:
            return self._walk(cut)
        self._at = cut
        self._count += len(items)
        return items

    def _skip_between(self) -> None:
        match = _BETWEEN.match(self._buffer, self._at)
        self._at = match.end() if match else self._at

    def _walk(self, until: int) -> list[T | Problem]:
        """Take elements one by one up to the place `until`, or until one of them needs a longer buffer."""
        items: list[T | Problem] = []
        buffer, all_good, border_was_known = self._buffer, True, self._border.is_known
        try:
            while self._at < until and buffer is self._buffer:
                self._skip_between()
                if self._at >= len(buffer):
                    break
                if buffer.startswith(b"]", self._at):
                    self._at += 1
                    self._ended = True
                    return items
                item, good = self._take()
                all_good = all_good and good
                items.append(item)
                self._count += 1
                if self._border.is_known and not border_was_known:
                    return items  # what follows can be taken many at once
            if not items and self._at >= len(self._buffer) and not self._fill():
                raise self._cut_off()
        except ExportError as error:
            if not items:
                raise
            self._failure = error  # after what came before it
        if all_good and self._border.is_known and until < len(buffer):
            # Each was good alone, so the cut was wrong: it went through an element that holds similar ones.
            self._border.was_wrong()
        return items

    def _take(self) -> tuple[T | Problem, bool]:
        """Return the element at the current place, and whether it was good JSON; move behind it."""
        near = self._border.next(self._buffer, self._at)
        if near is not None:
            try:
                item = self._one.decode(memoryview(self._buffer)[self._at : near])
            except UNREADABLE:
                pass
            else:
                self._at = near
                return item, True
        end = self._end_by_brackets(near)
        if end is None:
            return self._broken(None), False
        data = self._buffer[self._at : end]
        try:
            item = self._one.decode(data)
        except UNREADABLE:
            patient = decode_patiently(self._one, data, self._where, self._count)
            if isinstance(patient, Problem) and not (is_json(data) and self._is_clean_at(end)):
                return self._broken(end, patient), False
            self._move_behind(end)
            return patient, False
        self._move_behind(end)
        return item, True

    def _move_behind(self, end: int) -> None:
        self._border.learn(self._buffer, end)
        self._at = end

    def _broken(self, end: int | None, problem: Problem | None = None) -> Problem:
        """Give up on an element that is no JSON; go on where the next one seems to begin."""
        self._lookahead -= (end or len(self._buffer)) - self._at
        self._border.guess(self._buffer, self._at)
        near = self._border.next(self._buffer, self._at) or end or self._end_of_list()
        if near is None:
            raise self._cut_off()
        self._at = near
        return problem or Problem(
            f"{self._where}[{self._count}]", "cannot be read: its brackets do not close"
        )

    def _end_of_list(self) -> int | None:
        """Return where the list ends for certain, although brackets do not close: unindented, at the end."""
        text = self._buffer.rstrip(_SPACE + b";")
        return len(text) - 1 if self._indented and text.endswith(b"\n]") else None

    def _is_clean_at(self, end: int) -> bool:
        """Say whether an element that ends here is followed by another one or by the end of the list."""
        following = _SPACES.match(self._buffer, end)
        place = following.end() if following else end
        return self._buffer[place : place + 1] in (b",", b"]", b"")

    def _end_by_brackets(self, near: int | None) -> int | None:
        """Return where the element at the current place ends; None if its brackets never close.

        Where a border is in sight (`near`), how far beyond that is looked is limited: a bracket may be lost.

        Raises:
            ExportError: it is larger than `MAX_ELEMENT`.

        """
        if self._buffer[self._at] not in b'{["':
            return self._end_of_scalar()
        open_brackets = bytearray()
        place = 0  # from the element's beginning, because filling moves the buffer
        while True:
            limit = len(self._buffer) if near is None else max(near, self._at + self._lookahead)
            for match in _TOKEN.finditer(self._buffer, self._at + place, limit):
                token = match[0]
                if token[0] == _QUOTE:
                    if match[1] is None:
                        break
                elif token in b"{[":
                    open_brackets += token
                elif open_brackets.pop() + 2 != token[0]:
                    return match.start()
                if not open_brackets:
                    return match.end()
                place = match.end() - self._at
            size = len(self._buffer) - self._at
            if near is not None and size > self._lookahead:
                return None
            if size > MAX_ELEMENT:
                raise ExportError(
                    f"{self._where}: record {self._count + 1:,} is larger than {MAX_ELEMENT >> 20} MB",
                    "this does not look like a file that the platform wrote",
                )
            if not self._fill():
                return None

    def _end_of_scalar(self) -> int:
        """Return the end of a number or word, or of something that has no business here."""
        while (match := _SCALAR.match(self._buffer, self._at)) and match.end() == len(self._buffer):
            if len(self._buffer) - self._at > MAX_ELEMENT or not self._fill():
                break
        return match.end() if match else self._at + 1

    def _cut_off(self) -> ExportError:
        records = "1 record" if self._count == 1 else f"{self._count:,} records"
        return ExportError(
            f"{self._where} is cut off: it ends after {records}, without the end of its list",
            "download the export again",
        )
