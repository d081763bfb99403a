"""From the bytes of an XML export to bytes that a strict XML parser takes, as a stream.

The decision to know: real exports are not quite XML. WordPress, Disqus and SMS backups carry control
characters, emoji written as two references to halves (`&#55357;&#56841;`, which every parser refuses), HTML's
`&nbsp;` and bare ampersands. All of that is mended here, before the parser, and in bytes, because reading
every character as text costs more than parsing it. A document type with definitions of its own, which none of
our formats needs, is refused.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import BinaryIO

from crm.domain.errors import ExportError

_BLOCK = 1 << 17
_HEAD = 1024
_LONGEST_PROLOG = 1 << 20
_LONGEST_REFERENCE = 40
_UTF16 = {  # by byte order mark, or by how `<` begins a file without one
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
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
# Everything XML 1.0 forbids, as text and as UTF-8 (which has no halves of characters).
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_BYTES = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_NO_CHARACTER = "\ufffd".encode()
_ESCAPED = re.compile("[\udc80-\udcff]")
_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
# An ampersand that begins none of the references that need no second look.
_DOUBTFUL = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#(?:9|10|13|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|1[0-9]{5}));)"
)
_REFERENCE = re.compile(
    rb"((?:&#(?:0{0,4}5[5-7][0-9]{3}|[xX]0{0,4}[dD][89a-fA-F][0-9a-fA-F]{2});)+)"  # halves, in a row
    rb"|&#(?:([0-9]{1,10})|[xX]([0-9a-fA-F]{1,8}));"
    rb"|&([A-Za-z][A-Za-z0-9]{1,31});"
    rb"|&"
)
_HALF = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_FIRST_HALF = re.compile(rb"&#(?:0{0,4}5(?:5[2-9]|6[0-3])[0-9]{2}|[xX]0{0,4}[dD][89abAB][0-9a-fA-F]{2});\Z")
_OWN = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_MARKUP = re.compile("[<>&\"']")
_CDATA = b"<![CDATA["
_CDATA_END = b"]]>"
_CUT_MARK = re.compile(rb"(?:<(?:!(?:\[(?:C(?:D(?:A(?:TA?)?)?)?)?)?)?|\]\]?)\Z")
_BEFORE_ROOT = re.compile(
    rb"""\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+(?P<end>[\[>])""",
    re.DOTALL | re.IGNORECASE,
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]*+")


class XmlBytes:
    """The bytes of an XML file as UTF-8, mended; give them to a parser that is told `encoding="utf-8"`.

    Line ends stay where they are, so that the parser's line numbers are those of the file. The XML
    declaration is left out, because blanks before it, which plugins of WordPress leave, are an error. Runs of
    more than 128 kB of nothing but base64 (pictures in SMS backups) are left out too; nobody reads them as
    text.

    Raises:
        ExportError: from `read`, when the document defines entities, and whatever reading the stream raises.

    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self._decode: _Decoder | None = None
        self._held = b""
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
            data = self._held + self._decoded(block)
            self._held = b""
            if self._before_root and data:
                data = self._prolog(data)
            if data and (mended := self._mended(data)):
                return mended
        return b""

    def _decoded(self, block: bytes) -> bytes:
        if self._decode is None:
            while block and len(block) < _HEAD and (more := self._stream.read(_HEAD)):
                block += more
            self._decode, mark = _decoder(block)
            block = block[mark:]
        return self._decode.decode(block, self._done)

    def _mended(self, data: bytes) -> bytes:
        """Mend the references outside of CDATA; a CDATA mark in a comment counts as one."""
        if not self._done:
            cut = _place_to_cut(data)
            data, self._held = data[:cut], data[cut:]
        at = 0
        if self._in_cdata:
            at = data.find(_CDATA_END)
            if at < 0:
                return data
            self._in_cdata = False
        pieces: list[bytes] = []
        copied = 0
        while match := _DOUBTFUL.search(data, at):
            opened = data.rfind(_CDATA, at, match.start())
            closed = data.find(_CDATA_END, opened + len(_CDATA)) if opened >= 0 else -1
            if opened >= 0 and not 0 <= closed < match.start():
                if closed < 0:
                    self._in_cdata = True
                    break
                at = closed
                continue
            reference = _REFERENCE.match(data, match.start())
            assert reference is not None
            pieces += (data[copied : match.start()], _mended_reference(reference))
            at = copied = reference.end()
        else:
            opened = data.rfind(_CDATA, at)
            self._in_cdata = opened >= 0 and data.find(_CDATA_END, opened + len(_CDATA)) < 0
        return b"".join((*pieces, data[copied:])) if pieces else data

    def _prolog(self, data: bytes) -> bytes:
        """Return the file from its first element on, with the line ends before it, once that is there."""
        at = 0
        while match := _BEFORE_ROOT.match(data, at):
            if match["end"] == b"[":
                raise ExportError(
                    f"{self._where} defines entities of its own, which is refused: "
                    "that is how XML files attack",
                    "no platform writes such a file; download the export again",
                )
            at = match.end()
        # `<!` and `<?` may go on in the next block
        unfinished = len(data) - at < 2 or data[at : at + 2] in (b"<!", b"<?")
        if unfinished and not self._done:
            if len(data) > _LONGEST_PROLOG:
                raise ExportError(f"{self._where} has no XML element within its first 1 MB")
            self._held = data
            return b""
        self._before_root = False
        return b"\n" * data.count(b"\n", 0, at) + data[at:]


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


def head_text(head: bytes) -> str:
    """Return the text of the first bytes of an XML file; what is cut off at their end is U+FFFD."""
    name, mark = _encoding(head)
    return head[mark:].decode(name, "replace")


def _encoding(head: bytes) -> tuple[str, int]:
    """Return an encoding, and how many bytes of a byte order mark to skip."""
    if name := _UTF16.get(head[:2]):
        return name, 2 if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else 0
    return declared_encoding(head[:_HEAD]), 3 if head.startswith(codecs.BOM_UTF8) else 0


def _decoder(head: bytes) -> tuple[_Decoder, int]:
    name, mark = _encoding(head)
    return (_Utf8() if name in ("utf-8", "ascii") else _Decoder(name)), mark


class _Decoder:
    """From blocks in some encoding to UTF-8 without what XML forbids, whole characters only."""

    def __init__(self, name: str) -> None:
        self._inner = codecs.getincrementaldecoder(name)("replace")

    def decode(self, block: bytes, final: bool) -> bytes:
        return _ILLEGAL.sub("\ufffd", self._inner.decode(block, final)).encode()


class _Utf8(_Decoder):
    """UTF-8 whose bad bytes are Windows-1252, as everywhere in the kit; good bytes pass untouched."""

    def __init__(self) -> None:
        super().__init__("utf-8")
        self._rest = b""

    def decode(self, block: bytes, final: bool) -> bytes:
        data = self._rest + block
        self._rest = b""
        if not final and not data.isascii():
            whole = _whole_characters(data)
            data, self._rest = data[:whole], data[whole:]
        try:
            data.decode()
        except UnicodeDecodeError:
            data = data.decode("utf-8", "surrogateescape").translate(_CP1252).encode()
        if len(data.translate(None, _CONTROLS)) != len(data) or b"\xef\xbf" in data:
            data = _ILLEGAL_BYTES.sub(_NO_CHARACTER, data)
        return data


def _whole_characters(data: bytes) -> int:
    """Return where to cut UTF-8 so that a character which goes on in the next block stays whole."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if needed > back else len(data)
    return len(data)


def _is_base64(block: bytes) -> bool:
    match = _BASE64.match(block)
    return match is not None and match.end() == len(block)


def _place_to_cut(data: bytes) -> int:
    """Return where to cut so that no reference, CDATA mark or character in halves goes on behind it."""
    cut = len(data)
    if mark := _CUT_MARK.search(data, max(cut - len(_CDATA), 0)):
        cut = mark.start()
    ampersand = data.find(b"&", max(len(data) - _LONGEST_REFERENCE, 0))
    if ampersand >= 0:
        cut = min(cut, ampersand)
        if half := _FIRST_HALF.search(data, max(cut - _LONGEST_REFERENCE, 0), cut):
            cut = half.start()
    return cut


def _mended_reference(match: re.Match[bytes]) -> bytes:
    """Return what a reference (or a bare ampersand) should have been."""
    halves, decimal, hexadecimal, name = match.groups()
    if halves:
        units = [int(half[1]) if half[1] else int(half[2], 16) for half in _HALF.finditer(halves)]
        joined = b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")
        return joined.encode()
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        legal = number in (9, 10, 13) or 0x20 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
        return match[0] if legal else _NO_CHARACTER
    if name:
        if name in _OWN:
            return match[0]
        meant = html.entities.html5.get(f"{name.decode('ascii')};")
        if not meant:
            return b"&amp;" + match[0][1:]
        # `&LT;` means `<`, which would be markup
        return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", meant).encode()
    return b"&amp;"
