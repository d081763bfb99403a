"""From the bytes of an XML export to bytes that a strict XML parser takes, as a stream.

The decision to know: real exports are not quite XML. WordPress, Disqus and SMS backups carry control
characters, emoji written as two references to halves (`&#55357;&#56841;`, which every parser refuses), HTML's
`&nbsp;` and bare ampersands. All of that is mended here, before the parser; a document type with definitions
of its own, which none of our formats needs, is refused.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import BinaryIO

from crm.domain.errors import ExportError

_BLOCK = 1 << 17
_HEAD = 1024
_LONGEST_REFERENCE = 40
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
_ENCODINGS = (
    "ascii",
    "big5",
    "cp",
    "euc",
    "gb",
    "iso",
    "koi8",
    "mac",
    "shift",
    "utf",
    "windows",
    "us-ascii",
    "latin",
)
# Everything XML 1.0 forbids. U+FFFE and U+FFFF are left to the parser's mercy by nobody, so they go as well.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(
    r"((?:&#(?:5[5-7][0-9]{3}|[xX][dD][89a-fA-F][0-9a-fA-F]{2});)+)"  # halves of characters, in a row
    r"|&#(?:([0-9]{1,10})|[xX]([0-9a-fA-F]{1,8}));"
    r"|&([A-Za-z][A-Za-z0-9]{1,31});"
    r"|&"
)
_HALF = re.compile(r"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_CDATA = "<![CDATA["
_CDATA_END = "]]>"
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*+(\[|>)", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]*+")


class XmlBytes:
    """The bytes of an XML file as UTF-8, mended; give them to a parser that is told `encoding="utf-8"`.

    Line ends stay where they are, so that the parser's line numbers are those of the file. Runs of more than
    128 kB of nothing but base64 (pictures in SMS backups) are left out; nobody reads them as text.

    Raises:
        ExportError: from `read`, when the document defines entities, and whatever reading the stream raises.

    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self._decode: codecs.IncrementalDecoder | None = None
        self._held = ""
        self._in_cdata = False
        self._before_root = True
        self._done = False

    def read(self) -> bytes:
        """Return the next piece; empty only at the end."""
        while not self._done:
            block = self._stream.read(_BLOCK)
            if len(block) == _BLOCK and _is_base64(block):
                continue
            self._done = not block
            text = self._held + self._decoded(block)
            self._held = ""
            if text and (mended := self._mended(text)):
                return mended.encode("utf-8")
        return b""

    def _decoded(self, block: bytes) -> str:
        if self._decode is None:
            self._decode, block = _decoder(block), block.removeprefix(codecs.BOM_UTF8)
        text = self._decode.decode(block, final=not block)
        return _ILLEGAL.sub("\ufffd", text) if _ILLEGAL.search(text) else text

    def _mended(self, text: str) -> str:
        if not self._done:
            text, self._held = _without_tail(text, self._in_cdata)
        if self._before_root:
            text = self._without_doctype(text)
        if "&" not in text and _CDATA not in text and not self._in_cdata:
            return text
        pieces: list[str] = []
        at = 0
        while at < len(text):
            mark = _CDATA_END if self._in_cdata else _CDATA
            end = text.find(mark, at)
            piece = text[at:] if end < 0 else text[at:end]
            pieces.append(piece if self._in_cdata or "&" not in piece else _REFERENCE.sub(_reference, piece))
            if end < 0:
                break
            pieces.append(mark)
            self._in_cdata = not self._in_cdata
            at = end + len(mark)
        return "".join(pieces)

    def _without_doctype(self, text: str) -> str:
        """Blank out a document type; it stands before the first element."""
        match = _DOCTYPE.search(text)
        if match is None:
            self._before_root = re.search(r"<[A-Za-z_]", text) is None
            return text
        if match[1] == "[":
            raise ExportError(
                f"{self._where} defines entities of its own, which is refused: that is how XML files attack",
                "no platform writes such a file; download the export again",
            )
        self._before_root = False
        return text[: match.start()] + "\n" * match[0].count("\n") + text[match.end() :]


def declared_encoding(head: bytes) -> str:
    """Return the encoding that an XML file states, as Python names it; `utf-8` where there is none."""
    match = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    if match is None:
        return "utf-8"
    name = match[1].decode("ascii").lower()
    if not name.startswith(_ENCODINGS) or name.startswith(("utf-16", "utf-7", "utf16", "utf7")):
        return "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    if head.startswith(_UTF16):
        return codecs.getincrementaldecoder("utf-16")("replace")
    name = declared_encoding(head[:_HEAD])
    if name in ("utf-8", "ascii"):
        return _Utf8()
    return codecs.getincrementaldecoder(name)("replace")


class _Utf8(codecs.IncrementalDecoder):
    """UTF-8 whose bad bytes are Windows-1252, as everywhere in the kit."""

    _CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._inner = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]
        text = self._inner.decode(data, final)
        return text if text.isascii() else text.translate(self._CP1252) if _escaped(text) else text


def _escaped(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_base64(block: bytes) -> bool:
    match = _BASE64.match(block)
    return match is not None and match.end() == len(block)


def _without_tail(text: str, in_cdata: bool) -> tuple[str, str]:
    """Cut off what may be the beginning of something that goes on in the next block."""
    near = len(text) - _LONGEST_REFERENCE
    cut = len(text)
    if in_cdata:
        cut = len(text) - (2 if text.endswith("]]") else 1 if text.endswith("]") else 0)
        return text[:cut], text[cut:]
    ampersand = text.rfind("&", max(near, 0))
    if ampersand >= 0:
        cut = ampersand
        while (
            text[max(cut - 8, 0) : cut].endswith(";")
            and (start := text.rfind("&#", max(cut - 9, 0), cut)) >= 0
        ):
            cut = start  # the halves of one character stay together
    for size in range(1, len(_CDATA)):
        if text.endswith(_CDATA[:size]):
            cut = min(cut, len(text) - size)
    doctype = text.rfind("<!DOCTYPE")
    if doctype >= 0 and text.find(">", doctype) < 0 and text.find("[", doctype) < 0:
        cut = min(cut, doctype)
    return text[:cut], text[cut:]


def _reference(match: re.Match[str]) -> str:
    """Return what a reference (or a bare ampersand) should have been."""
    halves, decimal, hexadecimal, name = match.groups()
    if halves:
        units = [int(half[1]) if half[1] else int(half[2], 16) for half in _HALF.finditer(halves)]
        return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        legal = number in (9, 10, 13) or 0x20 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
        return match[0] if legal else "\ufffd"
    if name:
        if name in _OWN:
            return match[0]
        character = html.entities.html5.get(f"{name};")
        return character if character else f"&amp;{name};"
    return "&amp;"
