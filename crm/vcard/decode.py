"""From bytes to text: charsets, quoted-printable and base64. Nothing here raises for bad data.

What cannot be decoded as it says of itself is tried as UTF-8, then as Windows-1252, then as Latin-1, which
takes every byte; the note that comes back says so.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

from crm.vcard.values import escape

# Codecs that are slow on purpose-made input (quadratic), that yield lone surrogates, or that no single line
# of a file with ASCII structure can be in (a UTF-16 file was transcoded as a whole, see `source`).
_REFUSED = frozenset(
    {
        *("idna", "punycode", "utf-7", "unicode_escape", "raw_unicode_escape", "undefined"),
        *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    }
)

_STRUCTURE = re.compile(rb'(\\[nN,;:\\"]|[;,])')
_MAX_STRUCTURE = 100_000
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BLANKS = b" \t\r\n"


@lru_cache(maxsize=128)
def codec(charset: str) -> str | None:
    """Return Python's name of a charset, or None when it is unknown or must not be used."""
    try:
        found = codecs.lookup(charset.strip())
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    if found.name in _REFUSED or not getattr(found, "_is_text_encoding", True):
        return None
    return found.name


def text(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """Decode a value; the second part is a note for people when its charset was not what it says."""
    if charset is not None:
        try:
            return data.decode(charset), None
        except UnicodeDecodeError:
            pass
    try:
        decoded = data.decode()
    except UnicodeDecodeError:
        return _eight_bit(data), f"not valid {charset or 'UTF-8'}, read as Windows-1252"
    return decoded, None if charset is None else f"not valid {charset}, read as UTF-8"


def _eight_bit(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def quoted_printable(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """Decode a quoted-printable value into an escaped one.

    A separator that was encoded (`=3B`, `=0A`) is text, one that was not is structure: so each part between
    separators is decoded by itself and its special characters are escaped.
    """
    if data.count(b";") + data.count(b",") > _MAX_STRUCTURE:
        return text(binascii.a2b_qp(data), charset)
    note: str | None = None
    parts: list[str] = []
    for index, part in enumerate(_STRUCTURE.split(data)):
        if index % 2:
            parts.append(part.decode("ascii"))
        elif part:
            decoded, trouble = text(binascii.a2b_qp(part), charset)
            note = note or trouble
            parts.append(escape(decoded))
    return "".join(parts), note


def base64_text(data: bytes) -> tuple[str, str | None]:
    """Return a base64 value without blanks and padded; what is not base64 comes back as it was."""
    body = data.translate(None, _BLANKS)
    bare = body.rstrip(b"=")
    if bare.translate(None, _BASE64) or len(bare) % 4 == 1:
        decoded, _ = text(data, None)
        return decoded, "not valid base64, kept as it is" if body else None
    return bare.decode("ascii") + "=" * (-len(bare) % 4), None


def base64_bytes(value: str) -> bytes | None:
    """Return what a value that `base64_text` checked holds, or None when it is not base64."""
    bare = value.rstrip("=")
    if len(bare) % 4 == 1 or not bare.isascii() or bare.encode().translate(None, _BASE64):
        return None
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
