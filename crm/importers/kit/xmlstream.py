"""XML of any size in flat memory: the elements of chosen names, one after the other.

The decision to know: the parser is lxml's (libxml2) fed in pieces, and every element is thrown away as soon
as the next one is asked for. Never keep one; take what you need from it at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, NamedTuple, cast

from lxml import etree

from crm.domain.errors import ExportError
from crm.importers.kit.xmlbytes import XmlBytes, head_text
from crm.importers.kit.xmltags import LongTags

_BEFORE_ROOT = re.compile(
    r"""\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+>""", re.DOTALL | re.IGNORECASE
)
_MOST_NAMES = 4096
_ADVICE = re.compile(r",? (?:try|use) XML_PARSE_HUGE.*", re.DOTALL)
"""What libxml2 says to programmers; its limits stay (10 MB of text, 256 levels)."""
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^>]*)>?")


class Root(NamedTuple):
    """The first element of an XML file, for recognising it."""

    name: str
    """Without prefix: `rss`, `feed`, `smses`."""
    attributes: str
    """As written, namespaces included; cut where the bytes looked at end."""
    rest: str
    """What follows it in those bytes, for a look at its first children."""


def root_of(head: bytes) -> Root | None:
    """Return the first element of an XML file from its first bytes (4 to 8 kB); None when it is none.

    Use it in `identify`: `root_of(export.peek(name))`.
    """
    text = head_text(head)
    at = 0
    while match := _BEFORE_ROOT.match(text, at):
        at = match.end()
    root = _ROOT.match(text, at)
    return Root(root[2], root[3], text[root.end() :]) if root else None


def stream_elements(
    stream: BinaryIO, names: Collection[str], where: str
) -> Iterator[tuple[str, etree._Element]]:
    """Yield (name without namespace, element) for every complete element of one of these names.

    Elements of these names inside one another are given too, the inner one first. An element and what came
    before it is gone when the next outermost one is asked for.

    Args:
        stream: the file.
        names: local names (`item`, `author`), whatever their namespace.
        where: the member's name, for messages.

    Raises:
        ExportError: the file is no XML, or damaged from some place on; the message says where and how many
            elements were good before. Also what reading the stream raises.

    """
    source = XmlBytes(stream, where)
    data = source.read()
    root = root_of(data)
    reader = _Elements(frozenset(names), root.name if root else "")
    tags = LongTags(where)
    try:
        while data:
            tags.look(data)
            reader.feed(data)
            yield from reader.ready()
            data = source.read()
    except (_Damage, etree.XMLSyntaxError) as error:
        yield from reader.ready()
        raise _damaged(error, where, reader.count) from error
    try:
        reader.close()  # in a file that is cut off, this closes what is open; such a half is never given
    except (_Damage, etree.XMLSyntaxError) as error:
        raise _damaged(error, where, reader.count) from error
    yield from reader.ready()


class _Damage(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Elements:
    """Takes finished elements from a parser and frees what nobody can ask for any more."""

    def __init__(self, names: frozenset[str], root: str) -> None:
        tags = [f"{{*}}{name}" for name in {*names, root} if name]
        # The parser's own limits stay: no text above 10 MB, no more than 256 levels.
        self._parser = etree.XMLPullParser(
            events=("start", "end"), tag=tags, encoding="utf-8", recover=True,
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        self._names = names
        self._root: etree._Element | None = None
        self._open = 0
        self.count = 0

    def feed(self, data: bytes) -> None:
        self._parser.feed(data)
        self._insist()

    def close(self) -> None:
        self._parser.close()
        self._insist()

    def _insist(self) -> None:
        """Stop at damage. Prefixes that nobody declared are none: old blogs' exports have them."""
        if fatal := self._parser.feed_error_log.filter_from_fatals():
            raise _Damage(fatal[0].line, fatal[0].message)

    def ready(self) -> Iterator[tuple[str, etree._Element]]:
        for event, item in self._parser.read_events():
            element = cast("etree._Element", item)
            if self._root is None:
                self._root = element
            name = local_name(element)
            if name not in self._names:
                continue
            if event == "start":
                self._open += 1
                continue
            self._open -= 1
            self.count += 1
            yield name, element
            if not self._open:
                _free(element)
        if not self._open and self._root is not None:
            _prune(self._root)


def _free(element: etree._Element) -> None:
    """Forget an element's content, and the siblings before it, which stay in memory otherwise."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _prune(root: etree._Element) -> None:
    """Forget everything that is closed; what is still open is always the last child."""
    element = root
    while len(element):
        del element[:-1]
        element = element[-1]


def local_name(element: etree._Element) -> str:
    """Return an element's name without namespace; "" for what is none."""
    tag = element.tag
    return _LOCAL[tag] if isinstance(tag, str) else ""


class _LocalNames(dict[str, str]):
    """Names without namespace by names with it; a file of a million different names does not fill memory."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= _MOST_NAMES:
            self.clear()
        name = self[tag] = tag.rpartition("}")[2].rpartition(":")[2]
        return name


_LOCAL = _LocalNames()


def texts(element: etree._Element) -> dict[str, str]:
    """Return the texts of an element's children by local name; of several of one name the first.

    Iterate over the children instead where namespaces must be told apart (`content:encoded` and
    `excerpt:encoded`).
    """
    found: dict[str, str] = {}
    for child in element:
        name = _LOCAL[child.tag]
        if name not in found:
            text = text_of(child) if len(child) else child.text
            found[name] = text.strip() if text else ""
    return found


def text_of(element: etree._Element | None) -> str:
    """Return all text in an element, its descendants' included, trimmed; "" for None.

    It is storable as it is: an XML parser lets neither NUL nor halves of characters through.
    """
    if element is None:
        return ""
    text = "".join(str(piece) for piece in element.itertext()) if len(element) else element.text
    return text.strip() if text else ""


def _damaged(error: _Damage | etree.XMLSyntaxError, where: str, count: int) -> ExportError:
    line = error.line if isinstance(error, _Damage) else (error.lineno or 0)
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    reason = _ADVICE.sub("", str(error).strip()).partition("\n")[0]  # below stands what it stumbled over
    return ExportError(
        f"{where} is damaged or cut off in line {line:,}, after {entries}: {reason}",
        "download the export again",
    )
