"""Reading vCards 2.1, 3.0 and 4.0: `read_cards` yields every card of a file, and what could not be read.

Every physical line of the file ends up in a property, as a stray line of a card, or in a `Problem` with its
number. A card is refused for its size alone (`MAX_CARD`, `MAX_LINE`, `MAX_PROPERTIES`), never for what is
in it or missing; and whatever happens with one card, the ones around it are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from crm.domain.records import Problem
from crm.vcard import decode
from crm.vcard.heads import BASE64, BINARY_KEYS, QUOTED_PRINTABLE, Head, Heads, colon_of
from crm.vcard.model import Card, Lines, Note, Property, Stray
from crm.vcard.names import display_name
from crm.vcard.splitter import Outside, RawCard, split

MAX_PROPERTIES = 200_000
"""Most properties of one card."""

_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+[ \t]*\Z")
_QP = re.compile(rb"=[0-9A-Fa-f]{2}")
_SHOWN = 60
_new = tuple.__new__  # what a named tuple's own constructor calls; without it, half the price


def read_cards(stream: BinaryIO) -> Iterator[Card | Problem]:
    """Yield every card of a file opened in binary mode, and a problem for whatever is no card.

    Problems say where in the file (`card 12 line 345 (Ada Lovelace)`, `line 7`), not which file.
    """
    heads = Heads()
    for item in split(stream):
        if isinstance(item, Outside):
            yield _outside(item)
        else:
            yield parse_card(item, heads)


def read_text(text: str) -> Card | None:
    """Return the first card of a text that `Card.text` made, or None when there is none."""
    cards = read_cards(BytesIO(text.encode("utf-8", "replace")))
    return next((card for card in cards if isinstance(card, Card)), None)


def parse_card(raw: RawCard, heads: Heads) -> Card | Problem:
    """Read one card whose lines are known."""
    if raw.rejected is not None:
        return _too_big(raw, heads, raw.rejected)
    card = _Unfolder(raw.lines, heads).card(raw.number)
    if len(card.properties) > MAX_PROPERTIES:
        return _too_big(raw, heads, f"a card of more than {MAX_PROPERTIES:,} properties")
    if not raw.ended:
        card.notes.append(Note(card.line, "this card has no END:VCARD"))
    return card


def where(card: Card, name: str | None, line: int | None = None) -> str:
    """Return the place of a card, or of one of its lines, as reports show it."""
    place = f"card {card.number} line {line or card.line}"
    return f"{place} ({shortened(name)})" if name else place


def shortened(text: str) -> str:
    """Return a text short enough for one line of a report."""
    flat = " ".join(text[: 4 * _SHOWN].split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


def _outside(run: Outside) -> Problem:
    lines = f"line {run.first}" if run.lines == 1 else f"lines {run.first} to {run.last}"
    hint = " (is a BEGIN:VCARD missing?)" if run.properties else ""
    raw = None if run.text is None else decode.text(run.text, None)[0].replace("\0", "")
    return Problem(lines, f"outside any card{hint}: {shortened(run.sample)}", raw)


def _too_big(raw: RawCard, heads: Heads, reason: str) -> Problem:
    """A card that is not read is still named, from what its first lines say."""
    start = Lines(raw.lines.begin)
    start.texts = [line for line in raw.lines.texts[:40] if len(line) < 1000]
    card = _Unfolder(start, heads).card(raw.number)
    return Problem(
        where(card, display_name(card)), f"{reason}; its bytes, {raw.lines.size:,} at least, are left out"
    )


class _Unfolder:
    """Joins the physical lines of one card to content lines and reads them."""

    def __init__(self, lines: Lines, heads: Heads) -> None:
        self.lines = lines
        self.heads = heads
        self.properties: list[Property] = []
        self.notes: list[Note] = []
        self.strays: list[Stray] = []
        self.lost: list[tuple[int, str]] = []  # lines that are no property, since the last one that is
        self.head: Head | None = None  # of the property that is still open
        self.value = b""
        self.rest: list[bytes] = []  # its further physical lines
        self.start = 0
        self.last = b""  # the line of the last property, while a folded line may still follow it
        self.soft = False  # its last line ended in a quoted-printable soft line break
        self.body = False  # it is base64 that may go on in lines without a blank in front
        self.partial: list[bytes] = []  # a line whose head is not complete
        self.partial_start = 0

    def card(self, number: int) -> Card:
        """Read the card."""
        self._read()
        return Card(
            self.properties,
            number=number,
            line=self.lines.begin,
            notes=self.notes,
            strays=self.strays,
            lines=self.lines,
        )

    def _read(self) -> None:
        kept = self.heads.kept
        append = self.properties.append
        special = False  # a value may go on, or a line waits for its rest
        last = b""
        for number, line in self.lines.numbered():
            colon = line.find(b":")
            if colon > 0 and not special:
                # Nine lines of ten: a head seen before, and nothing to decode but UTF-8. Should the next
                # line be folded, `_reopen` takes the property back.
                head = kept.get(line[:colon])
                if head is not None and head.simple and b"\0" not in line:
                    try:
                        append(_new(Property, (head, line[colon + 1 :].decode(), number)))
                    except UnicodeDecodeError:
                        pass
                    else:
                        last = line
                        continue
            self.last = last
            self._take(number, line)
            last = self.last
            special = self.head is not None or bool(self.partial or self.lost)
        if self.partial:
            self._close_partial()
        self._close()

    def _take(self, number: int, line: bytes) -> None:
        if not line:
            self.body = self.soft = False
            return
        if line[0] in (32, 9) and not self.soft:
            self._fold(number, line)
            return
        if self.partial:
            self._close_partial()
        if (self.soft or self.body) and self._goes_on(line):
            return
        colon = line.find(b":")
        name = line[:colon] if colon > 0 else b""
        found = self.heads.read(name) if name and b'"' not in name else None
        if found is None:
            self._unclear(number, line)
        else:
            self._open(found, line[colon + 1 :], number)

    def _reopen(self) -> None:
        """Take back the property that was complete but for its folded lines."""
        if self.last and self.properties:
            prop = self.properties.pop()
            self.head, self.start = prop.head, prop.line
            self.value = self.last[self.last.find(b":") + 1 :]
            self.last = b""

    def _open(self, head: Head, value: bytes, number: int) -> None:
        """Begin a property; the one before it is complete."""
        self._close()
        self.head, self.value, self.start = head, value, number
        if head.encoding or head.key in BINARY_KEYS:
            self.soft = head.encoding == QUOTED_PRINTABLE and _is_soft(value)
            self.body = not self.soft and _may_have_body(head, value)
        elif head.simple and value.isascii() and b"\0" not in value:
            self._close()  # complete, unless a folded line follows
            self.last = b":" + value

    def _close(self) -> None:
        """Put the open property, and strays after it, where they belong."""
        if self.head is not None:
            self._add(self.head)
            self.head = None
        if self.lost:
            self._close_strays()
        self.soft = self.body = False

    def _fold(self, number: int, line: bytes) -> None:
        if self.head is None and not self.lost and not self.partial:
            self._reopen()
        if self.partial:
            self.partial.append(line[1:])
        elif self.head is None or self.lost:
            self._stray(number, line)
        else:
            self.rest.append(line[1:])
            self.soft = self.head.encoding == QUOTED_PRINTABLE and _is_soft(line)

    def _goes_on(self, line: bytes) -> bool:
        """Take a line without a blank in front that belongs to the value before it, if it does."""
        if self.soft:
            # RFC 2045: what follows a soft line break is text from its first character.
            self.rest.append(line)
            self.soft = _is_soft(line)
            return True
        if self.body and not self.lost and _BASE64_LINE.match(line):
            self.rest.append(line)
            return True
        return False

    def _unclear(self, number: int, line: bytes) -> None:
        """Take a line without a colon outside quotes: its head may go on in the next line, folded."""
        head = self.head
        if head is not None and head.encoding == QUOTED_PRINTABLE and not self.lost and _QP.search(line):
            self.rest.append(line)
            self.notes.append(
                Note(number, "goes on in the next line, though without a soft line break", head.name)
            )
            return
        self.partial, self.partial_start = [line], number

    def _close_partial(self) -> None:
        line, number = b"".join(self.partial), self.partial_start
        colon = colon_of(line)
        head = self.heads.read(line[:colon]) if colon > 0 else None
        if head is None:
            self._stray(number, b"\n ".join(self.partial))
        else:
            self._open(head, line[colon + 1 :], number)
        self.partial = []

    def _add(self, head: Head) -> None:
        note: str | None = None
        value, rest, line = self.value, self.rest, self.start
        if head.encoding == QUOTED_PRINTABLE:
            raw, note = decode.quoted_printable(_joined(value, rest), head.charset)
            self.rest = []
        else:
            if rest:
                value = b"".join([value, *rest])
                self.rest = []
            if head.encoding == BASE64:
                raw, note = decode.base64_text(value)
            elif head.charset is None:
                try:
                    raw = value.decode()
                except UnicodeDecodeError:
                    raw, note = decode.text(value, None)
            else:
                raw, note = decode.text(value, head.charset)
        if "\0" in raw:
            raw, note = raw.replace("\0", ""), "NUL characters, left out"
        if note is not None:
            self.notes.append(Note(line, note, head.name))
        self.notes.extend(Note(line, trouble, head.name) for trouble in head.notes)
        self.properties.append(Property(head, raw, line))

    def _stray(self, number: int, line: bytes) -> None:
        text, _ = decode.text(line.replace(b"\0", b""), None)
        if text.strip():
            self.lost.append((number, text))

    def _close_strays(self) -> None:
        """Lines that follow each other are one stray and one note."""
        (first, sample), last = self.lost[0], self.lost[-1][0]
        self.strays.append(Stray(first, "\n".join(text for _, text in self.lost), len(self.properties)))
        lines = "no property" if first == last else f"no properties, to line {last}"
        hint = f"; may go on from {shortened(self.properties[-1].name)}" if self.properties else ""
        self.notes.append(Note(first, f"{lines}: {shortened(sample)!r}{hint}"))
        self.lost = []


def _is_soft(line: bytes) -> bool:
    return line.rstrip(b" \t").endswith(b"=")


def _joined(value: bytes, rest: list[bytes]) -> bytes:
    """Join a quoted-printable value: each line but the last may end in a soft line break."""
    if not rest:
        return value
    parts = [value, *rest]
    for index, part in enumerate(parts[:-1]):
        bare = part.rstrip(b" \t")
        if bare.endswith(b"="):
            parts[index] = bare[:-1]
    return b"".join(parts)


def _may_have_body(head: Head, value: bytes) -> bool:
    """Base64 whose lines have no blank in front; also where ENCODING was forgotten and nothing follows."""
    if head.encoding == BASE64:
        return True
    return head.key in BINARY_KEYS and not head.encoding and not value.strip()
