"""A card as it was written: its properties in their order, and what was odd about it.

Nothing is interpreted here: `names`, `points`, `accounts`, `dates` and `details` read a `Card` and answer
questions about it. A property's `raw` value is always Unicode in the escaped form of vCard 3.0, whatever
charset or transfer encoding the file used; so writing it out again needs to know nothing about either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice
from typing import NamedTuple

from crm.vcard import decode, values
from crm.vcard.heads import BASE64, Head


class Note(NamedTuple):
    """Something odd about one line; the card is used all the same."""

    line: int
    """Counted from 1 in the file."""
    reason: str
    about: str | None = None
    """The property it is about; None when it is about a line that is none, or the whole card."""


class Stray(NamedTuple):
    """Lines inside a card that are no property, nor the continuation of one."""

    line: int
    """The first of them."""
    text: str
    """As written, with LF between lines."""
    after: int
    """How many properties come before it."""


class Property(NamedTuple):
    """One content line."""

    head: Head
    raw: str
    line: int
    """Number of its first physical line in the file, counted from 1; 0 for one made here."""

    @property
    def group(self) -> str | None:
        """`item1` of `item1.TEL`, as written."""
        return self.head.group

    @property
    def name(self) -> str:
        """As written."""
        return self.head.name

    @property
    def key(self) -> str:
        """The name in capitals."""
        return self.head.key

    @property
    def types(self) -> tuple[str, ...]:
        """Values of TYPE in lower case."""
        return self.head.types

    @property
    def value(self) -> str:
        """The text, unescaped; for base64 the base64 text."""
        return values.unescape(self.raw) if "\\" in self.raw else self.raw

    def fields(self) -> list[str]:
        """Return the parts of a structured value (N, ADR, ORG), unescaped."""
        return [values.unescape(part) for part in values.split(self.raw, ";")]

    def components(self) -> list[list[str]]:
        """Return the parts of a structured value, each as the list it may be."""
        parts = values.split(self.raw, ";")
        return [[values.unescape(item) for item in values.split(part, ",")] for part in parts]

    def items(self) -> list[str]:
        """Return the parts of a list (NICKNAME, CATEGORIES), unescaped."""
        return [values.unescape(item) for item in values.split(self.raw, ",")]

    def binary(self) -> bytes | None:
        """Return what a base64 value holds, or None when it is none."""
        return decode.base64_bytes(self.raw) if self.head.encoding == BASE64 else None

    def param(self, key: str) -> str | None:
        """Return the first value of a parameter, or None."""
        return self.head.first.get(key)


class Lines:
    """Physical lines of a card without its BEGIN and END, each with its number in the file."""

    __slots__ = ("begin", "jumps", "size", "texts")

    def __init__(self, begin: int) -> None:
        self.begin = begin
        """Number of the BEGIN line."""
        self.texts: list[bytes] = []
        self.jumps: list[tuple[int, int]] = []
        """(index, number) where the numbering does not go on by one: a card stood in between."""
        self.size = 0
        """In bytes."""

    def jump(self, number: int) -> None:
        """Say what number the next line has."""
        self.jumps.append((len(self.texts), number))

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number, line)."""
        if not self.jumps:
            return zip(count(self.begin + 1), self.texts, strict=False)
        bounds = [(0, self.begin + 1), *self.jumps, (len(self.texts), 0)]
        return chain.from_iterable(
            zip(count(number), islice(self.texts, start, bounds[index + 1][0]), strict=False)
            for index, (start, number) in enumerate(bounds[:-1])
        )


class Card:
    """One card. `get` and `all` find properties; the typed views are in the modules beside this one."""

    __slots__ = ("_labels", "_lines", "_text", "by_key", "line", "notes", "number", "properties", "strays")

    def __init__(
        self,
        properties: list[Property],
        *,
        number: int = 0,
        line: int = 0,
        notes: Iterable[Note] = (),
        strays: Iterable[Stray] = (),
        lines: Lines | None = None,
    ) -> None:
        self.number = number
        """Counted from 1 in the file by BEGIN lines."""
        self.line = line
        """Number of its BEGIN line."""
        self.properties = properties
        """In the order of the file, VERSION included."""
        self.notes = list(notes)
        self.strays = list(strays)
        self._lines = lines
        self._text: str | None = None
        self._labels: dict[str, str] | None = None
        by_key: dict[str, list[Property]] = {}
        for prop in properties:
            key = prop.head.key
            if key in by_key:
                by_key[key].append(prop)
            else:
                by_key[key] = [prop]
        self.by_key = by_key

    def all(self, key: str) -> Sequence[Property]:
        """Return the properties of a name (in capitals), in order."""
        return self.by_key.get(key, ())

    def get(self, key: str) -> Property | None:
        """Return the first property of a name that has a value, or None."""
        return next((prop for prop in self.by_key.get(key, ()) if prop.raw.strip()), None)

    def group_label(self, group: str | None) -> str | None:
        """Return the X-ABLABEL that Apple and Google put in the group of a property, as written."""
        if group is None or "X-ABLABEL" not in self.by_key:
            return None
        if self._labels is None:
            labels = reversed(self.by_key["X-ABLABEL"])  # the first of a group counts
            self._labels = {label.group.lower(): label.value.strip() for label in labels if label.group}
        return self._labels.get(group.lower()) or None

    @property
    def version(self) -> str | None:
        """What VERSION says, or None."""
        found = self.get("VERSION")
        return found.raw.strip() if found else None

    @property
    def text(self) -> str:
        """The whole card as Unicode text with LF line ends, for keeping.

        As written, wherever that is UTF-8; else each line as it was understood, without its CHARSET, so
        that reading the text again gives the same card. NUL characters are left out.
        """
        if self._text is None:
            self._text = _text(self)
        return self._text

    def __repr__(self) -> str:
        return f"<Card {self.number} of line {self.line}: {len(self.properties)} properties>"


def _text(card: Card) -> str:
    body: str | None = None
    if card._lines is not None:
        try:
            body = b"\n".join(card._lines.texts).decode().replace("\0", "")
        except UnicodeDecodeError:
            body = None
    if body is None:
        body = "\n".join(_rebuilt(card)).replace("\0", "")
    return f"BEGIN:VCARD\n{body}\nEND:VCARD\n" if body else "BEGIN:VCARD\nEND:VCARD\n"


def _rebuilt(card: Card) -> Iterator[str]:
    strays = list(reversed(card.strays))
    for index, prop in enumerate(card.properties):
        while strays and strays[-1].after <= index:
            yield from ("", strays.pop().text)  # the empty line ends base64 that might seem to go on
        # Folded, the value of AGENT cannot be taken for the card of an agent that follows.
        fold = "\n " if prop.key == "AGENT" else ""
        yield f"{head_text(prop.head)}:{fold}{prop.raw}"
    while strays:
        yield from ("", strays.pop().text)


_TRANSFER = frozenset({"CHARSET", "ENCODING"})


def head_text(head: Head) -> str:
    """Return a head as text, without CHARSET and any transfer encoding but base64."""
    dropped = _TRANSFER if head.encoding != BASE64 else frozenset({"CHARSET"})
    group = "" if head.group is None else f"{head.group}."
    params = (param_text(param.name, param.values) for param in head.params if param.key not in dropped)
    return group + head.name + "".join(params)


def param_text(name: str, parts: Iterable[str]) -> str:
    """Return `;NAME=value,"va,lue"`; what quotes cannot hold is written as RFC 6868 says."""
    return f";{name}={','.join(_quoted(part) for part in parts)}"


_CARET = str.maketrans({"^": "^^", "\n": "^n", '"': "^'"})
_NEEDS_QUOTES = frozenset(",;:")


def _quoted(value: str) -> str:
    if not value.isalnum():
        value = value.translate(_CARET)
        if not _NEEDS_QUOTES.isdisjoint(value):
            return f'"{value}"'
    return value
