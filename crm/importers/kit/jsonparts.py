"""Several lists inside one JSON document of any size, wherever in it they are, in one pass and flat memory.

The decision to know: nothing of the document is kept but the path to the current place. The caller says for
each list or object, by its path, as what it is wanted; what is not wanted is passed over by counting
brackets, which costs a regular expression's match for each, and a wanted list of more than a megabyte goes
through `stream_array`, so that one bad element costs one `Problem` there too. Where only one list is wanted,
and its place is known, `jsonfield` and `jsonmember` are the simpler tools.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeAlias, cast

import msgspec

from crm.domain.errors import ExportError
from crm.importers.kit.jsondecode import UNREADABLE, Utf8Stream, decode_patiently, decoders
from crm.importers.kit.jsonstream import CHUNK, MAX_ELEMENT, stream_array
from crm.importers.kit.text import clean_value

Path: TypeAlias = tuple[str, ...]
"""The keys that lead to a value, outermost first; () is the document itself."""
Choose: TypeAlias = Callable[[Path, bool], type[Any] | None]
"""Says as what a value is wanted: gets its path and whether it is a list (its elements are then decoded as
that type) or an object (decoded as a whole); None passes over a list and goes on inside an object."""

_DEEPEST = 40
_SHOWN = 60
"""Characters of a key that are named as the place of a problem."""
_QUOTE = ord('"')
_TOO_EARLY = "it ends too early"
# Anything up to the next bracket outside a string, and over objects that hold no others; possessive, so that
# nothing backtracks. A list of such objects is one match: 160 MB a second, seven times what brackets cost.
_STRINGS = rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+'
_FILLER = re.compile(rb"(?:" + _STRINGS + rb"(?:\{" + _STRINGS + rb"\})?+)*+", re.DOTALL)
_SPACE = re.compile(rb"[\s,:]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}\[{\"]++")


class DamagedError(ExportError):
    """A document that ends too early or is no JSON; what was before that place has been given."""


def parts_of(stream: BinaryIO, choose: Choose, where: str) -> Iterator[tuple[Path, Iterator[Any]]]:
    """Yield each wanted list or object with its path and its elements (an object: itself, alone).

    Elements are of the type that `choose` named, or a `Problem`. They must be taken before the next pair is
    asked for; what is not taken is passed over.

    Raises:
        DamagedError: the document is cut off or no JSON; the message says how many elements were read.
        ExportError: an element is larger than `MAX_ELEMENT`; also what reading the stream raises.

    """
    return _Walk(stream, choose, where).parts()


class _Walk:
    """The state of one pass: a buffer, the place in it, and the path."""

    def __init__(self, stream: BinaryIO, choose: Choose, where: str) -> None:
        self._text = Utf8Stream(stream)
        self._choose = choose
        self._where = where
        self._buffer = b""
        self._at = 0
        self._count = 0
        self._broken: str | None = None
        self._unreadable: ExportError | None = None

    def parts(self) -> Iterator[tuple[Path, Iterator[Any]]]:
        """Yield what `parts_of` promises."""
        yield from self._value(())
        if self._next() is not None:
            raise self._damaged("there is something behind its end")

    def _value(self, path: Path) -> Iterator[tuple[Path, Iterator[Any]]]:
        first = self._next()
        if first is None:
            raise self._damaged(_TOO_EARLY)
        if first not in b"[{":
            self._pass_scalar(first)
            return
        kind = self._choose(path, first == ord("["))
        if kind is not None and not path and first == ord("["):
            yield path, self._whole(kind)
        elif kind is not None:
            elements = self._elements(path, kind, first == ord("["))
            yield path, elements
            for _ in elements:
                pass
            self._insist()
        elif first == ord("{") and len(path) < _DEEPEST:
            self._at += 1
            while self._next() == _QUOTE:
                key = self._string()
                yield from self._value((*path, key))
            if self._next() != ord("}"):
                raise self._damaged("a name was expected")
            self._at += 1
        else:
            for _ in self._blocks():
                pass
            self._insist()

    def _whole(self, kind: type[Any]) -> Iterator[Any]:
        """Yield the elements of a document that is a list, which needs no looking for its end."""
        rest = _Joined(self._buffer[self._at :], iter(self._read_on, b""))
        self._buffer, self._at = b"", 0
        try:
            yield from stream_array(cast("BinaryIO", rest), kind, self._where)
        except ExportError as error:
            if self._unreadable is error:
                raise
            raise DamagedError(error.message, error.hint) from error

    def _read_on(self) -> bytes:
        try:
            return self._text.read(CHUNK)
        except ExportError as error:
            self._unreadable = error
            raise

    def _insist(self) -> None:
        """Stop where a list or object did not end as it must."""
        if self._broken is not None:
            raise self._damaged(self._broken)

    def _elements(self, path: Path, kind: type[Any], is_list: bool) -> Iterator[Any]:
        where = f"{self._where}:{path[-1][:_SHOWN]}" if path else self._where
        blocks = self._blocks()
        head = bytearray()
        for block in blocks:
            head += block
            if len(head) > (CHUNK if is_list else MAX_ELEMENT):
                break
        else:
            yield from self._until_broken(_small(bytes(head), kind, is_list, where))
            return
        if not is_list:
            raise ExportError(f"{where} is larger than {MAX_ELEMENT >> 20} MB, which is not read at once")
        stream = cast("BinaryIO", _Joined(bytes(head), blocks))
        yield from self._until_broken(stream_array(stream, kind, where))

    def _until_broken(self, elements: Iterator[Any]) -> Iterator[Any]:
        """Yield elements, counted; what is wrong with the end of their list is said by `_value`."""
        try:
            for element in elements:
                self._count += 1
                yield element
        except ExportError:
            if self._broken is None:
                raise

    def _blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the list or object at the current place, and move behind it."""
        open_brackets = bytearray(self._buffer[self._at : self._at + 1])
        inside = 1
        while True:
            buffer, begin, at = self._buffer, self._at, self._at + inside
            inside = 0
            while True:
                match = _FILLER.match(buffer, at)
                at = match.end() if match else at
                if at >= len(buffer) or buffer[at] == _QUOTE:
                    break
                if buffer[at] in b"[{":
                    open_brackets.append(buffer[at])
                elif open_brackets.pop() + 2 != buffer[at]:
                    self._broken = "its brackets do not match"
                    return
                at += 1
                if not open_brackets:
                    self._at = at
                    yield buffer[begin:at]
                    return
            self._at = at
            if at > begin:
                yield buffer[begin:at]
            if not self._fill():
                self._broken = _TOO_EARLY
                return

    def _fill(self) -> bool:
        """Read more; say whether there was more. A string longer than what was read makes it read on."""
        rest = self._buffer[self._at :]
        if len(rest) > MAX_ELEMENT:
            raise ExportError(f"{self._where} holds a text of more than {MAX_ELEMENT >> 20} MB")
        data = self._text.read(max(CHUNK, len(rest)))
        if data:
            self._buffer, self._at = rest + data, 0
        return bool(data)

    def _next(self) -> int | None:
        """Move to the next character that says something and return it; None at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill():
                return None

    def _string(self) -> str:
        while (match := _STRING.match(self._buffer, self._at)) is None:
            if not self._fill():
                raise self._damaged(_TOO_EARLY)
        self._at = match.end()
        return _text_of(match[0])

    def _pass_scalar(self, first: int) -> None:
        if first == _QUOTE:
            self._string()
            return
        while (match := _SCALAR.match(self._buffer, self._at)) and match.end() == len(self._buffer):
            if not self._fill():
                break
        if match is None:
            raise self._damaged("a value was expected")
        self._at = match.end()

    def _damaged(self, why: str) -> DamagedError:
        read = "1 record" if self._count == 1 else f"{self._count:,} records"
        return DamagedError(
            f"{self._where} is cut off or damaged after {read}: {why}", "download the export again"
        )


def _small(data: bytes, kind: type[Any], is_list: bool, where: str) -> Iterator[Any]:
    """Return the elements of a list that is wholly there, or the object, decoded at once."""
    one, many = decoders(kind)
    if not is_list:
        return iter((decode_patiently(one, data, where, None),))
    try:
        return iter(many.decode(data))
    except UNREADABLE:
        return stream_array(io.BytesIO(data), kind, where)


def _text_of(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=str)
    except UNREADABLE:
        try:
            return clean_value(str(json.loads(raw.decode("utf-8", "replace"), strict=False)))
        except ValueError:
            return raw.decode("utf-8", "replace")


class _Joined:
    """What was read of a list, and the rest of it, as a stream."""

    def __init__(self, head: bytes, rest: Iterator[bytes]) -> None:
        self._pending = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        """Return about `size` bytes; none only at the end."""
        data = self._pending or next(self._rest, b"")
        self._pending = data[size:] if 0 <= size < len(data) else b""
        return data[:size] if self._pending else data
