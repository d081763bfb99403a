"""The head of a content line: group, name and parameters, before the colon that ends it.

The same few heads occur in every card of a file (`TEL;TYPE=CELL`), so they are read once and kept: this is
what makes reading fast. Names keep their spelling; `key` is for comparing. No regular expression here has a
quantifier inside a quantifier: that is how a line of 57 bytes holds other readers for half a minute.
"""

from __future__ import annotations

import re
import string
from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import NamedTuple

from crm.vcard import decode

QUOTED_PRINTABLE = "Q"
BASE64 = "B"

_ENCODINGS = {
    "QUOTED-PRINTABLE": QUOTED_PRINTABLE,
    "Q": QUOTED_PRINTABLE,
    "B": BASE64,
    "BASE64": BASE64,
    "7BIT": "",
    "8BIT": "",
}
_BARE_ENCODINGS = frozenset(_ENCODINGS) - {"Q", "B"}  # as bare words these two are types
BINARY_KEYS = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
"""Properties whose value may be base64."""
_BARE_VALUES = frozenset({"INLINE", "URL", "URI", "CID", "CONTENT-ID"})
_MAX_HEAD = 1024 * 1024
_KEEP = 2000
_KEEP_LENGTH = 200

# Outside quotes a part ends at the separator; each alternative begins with a different character.
_PARTS = {
    ";": re.compile(r'[^";]+|"[^"]*"?|;'),
    ",": re.compile(r'[^",]+|"[^"]*"?|,'),
}
_NAME_CHARS = dict.fromkeys(map(ord, "-_/" + string.ascii_letters + string.digits))
_CARET = re.compile(r"\^([n^'])")
_CARET_MEANS = {"n": "\n", "^": "^", "'": '"'}


class Param(NamedTuple):
    """One parameter; a bare word of vCard 2.1 (`TEL;HOME`) has the name it stands for."""

    name: str
    values: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name in capitals."""
        return self.name.upper()


class Head(NamedTuple):
    """Everything before the colon."""

    group: str | None
    name: str
    """As written."""
    key: str
    """The name in capitals."""
    params: tuple[Param, ...] = ()
    types: tuple[str, ...] = ()
    """Every value of TYPE in lower case, in order, without repetition."""
    encoding: str = ""
    """`QUOTED_PRINTABLE`, `BASE64` or empty."""
    charset: str | None = None
    """Python's name of the charset when one is stated that is not UTF-8."""
    notes: tuple[str, ...] = ()
    """What was wrong with it, for people."""
    preference: int = 100
    """1 (use this one) to 100: what PREF says (RFC 6350), 1 for the type `pref`."""
    first: Mapping[str, str] = MappingProxyType({})
    """The first value of each parameter, by its name in capitals."""
    simple: bool = False
    """Whether its value is plain UTF-8 text on one line, as far as the head says."""


class Heads:
    """Reads heads, and remembers the short ones. One for each file read."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Head] = {}

    def read(self, head: bytes) -> Head | None:
        """Return the head, or None when there is no name."""
        found = self.kept.get(head)
        if found is not None:
            return found
        made = parse(head)
        if made is not None and len(head) <= _KEEP_LENGTH:
            if len(self.kept) >= _KEEP:
                self.kept.clear()
            self.kept[head] = made
        return made


def colon_of(line: bytes) -> int:
    """Return where the colon is that ends the head, or -1: the first one outside quotes.

    Where quotes do not balance within the longest head that is read, the first colon at all counts.
    """
    colon = line.find(b":")
    start = 0
    while colon >= 0 and start <= _MAX_HEAD:
        quote = line.find(b'"', start, colon)
        if quote < 0:
            return colon
        close = line.find(b'"', quote + 1)
        if close < 0:
            break
        start = close + 1
        if colon < start:
            colon = line.find(b":", start)
    return line.find(b":")


def parse(head: bytes) -> Head | None:
    """Read a head without its colon; None when it has no name."""
    notes: tuple[str, ...] = ()
    if len(head) > _MAX_HEAD:
        head, notes = head.partition(b";")[0][:_KEEP_LENGTH], ("parameters too long, left out",)
    written, _ = decode.text(head, None)
    pieces = _pieces(written, ";")
    group, dot, name = pieces[0].strip().rpartition(".")
    name = name.strip()
    if not name:
        return None
    if written.count('"') % 2:
        notes = (*notes, "a quotation mark without its partner")
    if _odd(name):
        notes = (*notes, "an unusual name, kept as it is")
    params = tuple(_param(piece) for piece in pieces[1:] if piece.strip())
    made = Head(group if dot else None, name, name.upper(), params, notes=notes)
    made = interpreted(made) if params else made
    special = made.encoding or made.charset or made.notes or made.key in BINARY_KEYS
    return made._replace(simple=not special)


def _odd(name: str) -> bool:
    """Say whether a name is more likely text; KDE has `/` in names, Lotus Notes blanks and `_`."""
    bare = name.translate(_NAME_CHARS)
    return bool(bare) and not (name[:1] in "Xx" and not bare.strip(" "))


def _pieces(text: str, separator: str) -> list[str]:
    if '"' not in text:
        return text.split(separator)
    pieces: list[str] = []
    open_piece: list[str] = []
    for token in _PARTS[separator].findall(text):
        if token == separator:
            pieces.append("".join(open_piece))
            open_piece = []
        else:
            open_piece.append(token)
    pieces.append("".join(open_piece))
    return pieces


def _param(piece: str) -> Param:
    name, equals, value = piece.partition("=")
    name = name.strip()
    if not equals:
        word = name.upper()
        if word in _BARE_ENCODINGS:
            return Param("ENCODING", (name,))
        return Param("VALUE" if word in _BARE_VALUES else "TYPE", _values(name))
    return Param(name, _values(value))


def _values(written: str) -> tuple[str, ...]:
    return tuple(_value(piece.strip()) for piece in _pieces(written, ","))


def _value(written: str) -> str:
    """Take the quotes off, and decode RFC 6868, which also occurs in cards older than it."""
    if len(written) > 1 and written[0] == '"' and written[-1] == '"':
        written = written[1:-1].replace('""', '"')
    if "^" in written:
        written = _CARET.sub(lambda found: _CARET_MEANS[found.group(1)], written)
    return written


def interpreted(head: Head) -> Head:
    """Return a head with what its parameters mean: types, transfer encoding, charset, preference."""
    types: dict[str, None] = {}
    encoding, charset, notes = "", None, head.notes
    for param in head.params:
        key = param.key
        if key == "TYPE":
            types.update(dict.fromkeys(_types(param.values)))
        elif key == "ENCODING":
            encoding = _ENCODINGS.get(param.values[0].upper(), "")
        elif key == "CHARSET":
            charset = decode.codec(param.values[0])
            if charset is None:
                notes = (*notes, f"unknown charset {param.values[0]!r}, read as UTF-8")
    first = {param.key: param.values[0] for param in reversed(head.params)}
    return head._replace(
        types=tuple(types),
        encoding=encoding,
        charset=None if charset == "utf-8" else charset,
        notes=notes,
        preference=_preference(first.get("PREF", ""), types),
        first=first,
    )


def _preference(stated: str, types: Container[str]) -> int:
    stated = stated.strip()
    if stated.isascii() and stated.isdecimal():
        return min(max(int(stated[:4]), 1), 100)
    return 1 if "pref" in types else 100


def _types(values: tuple[str, ...]) -> list[str]:
    """`TYPE="voice,home"` (RFC 6350) and `TYPE=VOICE\\,CELL` (old Nextcloud) are lists too."""
    words = (word for value in values for word in value.split(","))
    return [word.rstrip("\\").strip().lower() for word in words if word.strip()]
