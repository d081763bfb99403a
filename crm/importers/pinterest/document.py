"""The HTML document that Pinterest sends, as a stream of headings and entries.

The decision to know: this is no HTML parser. The document is one flat run of headings, links and lines that
end with `<br>`, and can have hundreds of megabytes, so it is cut at these marks while it is read; tags inside
a line are dropped. Nothing is held but the entry being read, and pins written as Pinterest writes them take a
short cut (`regular`), eight times as fast.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from crm.importers.kit.markup import unescape_once
from crm.importers.kit.text import clean_value, decode
from crm.importers.pinterest.entries import KEY, LAST_KEYS, PIN, Entry, Heading, Line
from crm.importers.pinterest.regular import BEGINNING, regular_pin

_AT_ONCE = 1 << 18
_LONGEST_LINE = 1 << 22
_LONGEST_MARK = 2000
"""Letters: what `_MARK` finds is shorter."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK = re.compile(
    r"<h([1-6])\b[^<>]{0,500}>((?:[^<]|<(?!/?h[1-6]\b)){0,500})</h\1\s{0,500}>"
    r"|<(?:br|hr|/?(?:p|div|ul|ol|li|table|tbody|tr|dl|dt|dd|h[1-6]|html|head|body))\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_LINK = re.compile(r"""<a\b[^<>]*?\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)


def read(stream: BinaryIO, *, short_cut: bool = True) -> Iterator[Heading | Entry]:
    """Yield every heading and entry of a document; `short_cut` changes nothing but the speed.

    Raises:
        ExportError: whatever reading the stream raises.

    """
    reader = _Reader()
    held = ""
    for text in _pieces(stream):
        held += text
        at = 0
        for match in BEGINNING.finditer(held):
            if match.start() > at:
                yield from reader.block(held[at : match.start()], short_cut)
                at = match.start()
        held = held[at:]
        if len(held) > _LONGEST_LINE:
            yield from reader.feed(held)
            held = ""
    yield from reader.block(held, short_cut)
    yield from reader.end()


class _Reader:
    """The state of reading: the section, and the entry that is not finished."""

    def __init__(self) -> None:
        self._section = ""
        self._number = 0
        self._entry = Entry("", 1)
        self._blank = False
        self._rest: list[str] = []
        self._size = 0
        self._tail = ""
        """The end of what is left, in which a mark may have begun."""

    def block(self, text: str, short_cut: bool) -> Iterator[Heading | Entry]:
        """Read what stands between the beginnings of two pins."""
        if short_cut and all(not piece or piece.isspace() for piece in self._rest):
            found = regular_pin(text, self._section, self._number + 1 + (not self._entry.is_empty()))
            if found is not None:
                yield from self._finish()
                self._keep("")
                self._entry, text = found
                yield from self._finish()
        yield from self.feed(text)

    def feed(self, text: str) -> Iterator[Heading | Entry]:
        """Read a piece of the document."""
        if not text:
            return
        if _MARK.search(self._tail + text) is None:
            self._rest.append(text)
            self._size += len(text)
            self._tail = (self._tail + text)[-_LONGEST_MARK:]
            if self._size > _LONGEST_LINE:
                yield from self._line(_line("".join(self._rest)))
                self._keep("")
            return
        rest = "".join(self._rest) + text
        at = 0
        for match in _MARK.finditer(rest):
            yield from self._line(_line(rest[at : match.start()]))
            if match[2] is not None:
                yield from self._finish()
                self._section, self._number = _plain(match[2])[:200], 0
                self._entry = Entry(self._section, 1)
                yield Heading(self._section)
            at = match.end()
        self._keep(rest[at:])

    def _keep(self, rest: str) -> None:
        """Note what is left, in which there is no mark.

        In pieces, because what grows by links without an end of the line would be copied for each of them.
        """
        self._rest, self._size = [rest], len(rest)
        self._tail = rest[-_LONGEST_MARK:]

    def end(self) -> Iterator[Heading | Entry]:
        """Read what is left."""
        yield from self._line(_line("".join(self._rest)))
        yield from self._finish()

    def _finish(self) -> Iterator[Entry]:
        if not self._entry.is_empty():
            self._number += 1
            yield self._entry.finished()
        self._entry = Entry(self._section, self._number + 1)
        self._blank = False

    def _line(self, line: Line) -> Iterator[Entry]:
        if not line.text and not line.links:
            self._blank = True
            return
        if _begins_entry(line, self._entry, self._blank):
            yield from self._finish()
        self._blank = False
        _take(line, self._entry)


def _begins_entry(line: Line, entry: Entry, blank: bool) -> bool:
    """Say whether a line is the first of another entry."""
    if entry.is_empty():
        return False
    match = KEY.match(line.text)
    if match is None and line.links and PIN.search(line.links[0]):
        # a pin begins with its address written out; in a value one may be linked to by words
        return blank or line.text.startswith("http")
    if entry.pin is not None and entry.fields:
        # blank lines stand in values too, but all of those come before the last keys
        return blank and bool(LAST_KEYS & entry.fields.keys())
    if match and match[1] in entry.fields and entry.begins_value(match[1]):
        return True
    return blank


def _take(line: Line, entry: Entry) -> None:
    match = KEY.match(line.text)
    if match and entry.begins_value(match[1]):
        entry.set(match[1], line, line.text[match.end() :].strip())
    elif entry.is_empty() and line.links and not line.links[0].startswith("#"):
        entry.link = line.links[0]
    else:
        entry.go_on(line.text)


def _pieces(stream: BinaryIO) -> Iterator[str]:
    """Yield the document as text, in pieces that end with a tag where there is one."""
    held = stream.read(_AT_ONCE)
    if held.startswith(_UTF16):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while held:
            yield decoder.decode(held).replace("\r", "")
            held = stream.read(_AT_ONCE)
        return
    while held:
        block = stream.read(_AT_ONCE)
        end = held.rfind(b">") + 1
        if block and (end or len(held) < _LONGEST_LINE):
            text, held = held[:end], held[end:] + block
        else:
            text, held = held, block
        if text:
            piece = decode(text)[0]
            yield piece.replace("\r\n", "\n").replace("\r", "\n") if "\r" in piece else piece


def _line(raw: str) -> Line:
    if "<" not in raw:
        return Line(_plain(raw), ())
    links = (match[1] or match[2] or match[3] or "" for match in _LINK.finditer(raw))
    return Line(_plain(_TAG.sub("", raw)), tuple(clean_value(unescape_once(link)) for link in links))


def _plain(raw: str) -> str:
    return clean_value(unescape_once(raw)).strip()
