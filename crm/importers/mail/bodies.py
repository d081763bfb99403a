"""The words of a message: its first text part, decoded, without quoted history and signature.

The decision to know: the MIME structure is read as a flat sequence of parts between known boundary lines,
never as a tree, so a message of 2,000 parts inside each other costs no more than one of two. Attachments
are passed over, never decoded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value
from crm.importers.mail.headers import Fields, decode_base64, decode_text, parameter, scan_fields
from crm.importers.mail.quotes import html_without_history, own_words

TEXT_LIMIT = 20_000
"""Characters of text that are kept of one message."""

_ENCODED_KEPT = 128 << 10
"""Bytes of one text part that are decoded; an answer may stand behind a long quotation."""
_PART_HEADER_KEPT = 16 << 10
_MOST_PARTS = 5_000
_PART_FIELDS = frozenset((b"content-type", b"content-transfer-encoding", b"content-disposition"))
_PART_HEADER_END = re.compile(rb"\n\r?\n")
_GUESSED_BOUNDARY = re.compile(rb"\n--([^\r\n]{1,100})\r?\n[Cc]ontent-")
_ESCAPED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_NONE: list[bytes] = [b""]


def words_of(fields: Fields, body: bytes, *, escaped: bool) -> str:
    """Return what the writer of a message wrote anew, as plain text; "" where there is nothing.

    Args:
        fields: of its header, with `Content-Type` and `Content-Transfer-Encoding`.
        body: the beginning of it.
        escaped: whether `From ` at the beginning of a line is written as `>From ` (in an mbox).

    """
    content = fields.get(b"content-type", _NONE)[0]
    if content[:10].lower() != b"multipart/":
        return _words(fields, body, escaped) or ""
    for part_fields, part in _parts(content, body):
        text = _words(part_fields, part, escaped)
        if text:
            return text
    return ""


def texts_of(fields: Fields, body: bytes, *, escaped: bool) -> tuple[str, str]:
    """Return the first plain text and the first HTML of a message, whole: footers and quotations too.

    Args:
        fields: of its header, with `Content-Type` and `Content-Transfer-Encoding`.
        body: the beginning of it.
        escaped: whether `From ` at the beginning of a line is written as `>From ` (in an mbox).

    """
    content = fields.get(b"content-type", _NONE)[0]
    parts = _parts(content, body) if content[:10].lower() == b"multipart/" else iter([(fields, body)])
    plain = markup = ""
    for part_fields, part in parts:
        decoded = _text_of(part_fields, part, escaped)
        if decoded is None:
            continue
        kind, text = decoded
        if kind == b"text/html":
            markup = markup or text
        else:
            plain = plain or text
        if plain and markup:
            break
    return plain, markup


class _Delimiter(NamedTuple):
    """A boundary line: where it begins and ends, and whether it ends its multipart."""

    begin: int
    end: int
    closing: bool


def _parts(content: bytes, body: bytes) -> Iterator[tuple[Fields, bytes]]:
    """Yield the parts of a multipart body in their order, without the multiparts that hold them.

    A boundary stays known after its multipart has ended: a later line that repeats it still ends a part.
    """
    body = b"\n" + body
    boundary = _boundary(content)
    boundaries = {boundary} if boundary and b"\n--" + boundary in body else set()
    if not boundaries:
        guessed = _GUESSED_BOUNDARY.search(body)
        if guessed is None:
            yield {}, body
            return
        boundaries.add(guessed[1].rstrip())
    at = _next_delimiter(body, 0, boundaries)
    for _ in range(_MOST_PARTS):
        if at is None:
            return
        if at.closing:
            at = _next_delimiter(body, at.end - 1, boundaries)
            continue
        fields, begin = _part_header(body, at.end)
        content = fields.get(b"content-type", _NONE)[0]
        nested = content[:10].lower() == b"multipart/"
        inner = _boundary(content) if nested else None
        if inner:
            boundaries.add(inner)
        at = _next_delimiter(body, begin - 1, boundaries)
        if not nested:
            yield fields, body[begin : at.begin if at else len(body)]


def _boundary(content: bytes) -> bytes | None:
    return parameter(content, "boundary") or None


def _next_delimiter(body: bytes, at: int, boundaries: set[bytes]) -> _Delimiter | None:
    while (line := body.find(b"\n--", at)) >= 0:
        end = body.find(b"\n", line + 1)
        end = len(body) if end < 0 else end
        name = body[line + 3 : min(end, line + 300)].rstrip()
        if name in boundaries:
            return _Delimiter(line + 1, end + 1, closing=False)
        if name.endswith(b"--") and name[:-2] in boundaries:
            return _Delimiter(line + 1, end + 1, closing=True)
        at = line + 1
    return None


def _part_header(body: bytes, begin: int) -> tuple[Fields, int]:
    """Return the fields of the part whose header begins at `begin`, and where its content begins."""
    end = _PART_HEADER_END.search(body, begin - 1, begin + _PART_HEADER_KEPT)
    if end is None:
        return {}, begin
    return scan_fields(body[begin : max(end.start(), begin)], _PART_FIELDS), end.end()


def _words(fields: Fields, data: bytes, escaped: bool) -> str | None:
    """Return the words of a part, or None when it is no text or an attachment."""
    decoded = _text_of(fields, data, escaped)
    if decoded is None:
        return None
    kind, text = decoded
    if kind == b"text/html":
        text = html_to_text(html_without_history(text))
    return clean_value(own_words(text)[:TEXT_LIMIT])


def _text_of(fields: Fields, data: bytes, escaped: bool) -> tuple[bytes, str] | None:
    """Return (type, text) of a part, decoded, or None when it is no text or an attachment."""
    content = fields.get(b"content-type", _NONE)[0]
    kind = content.partition(b";")[0].strip().lower()
    if kind and not kind.startswith(b"text/") and b"/" in kind:
        return None
    disposition = fields.get(b"content-disposition", _NONE)[0].lower()
    if disposition.startswith(b"attachment") or b"filename" in disposition:
        return None
    if kind in (b"text/calendar", b"text/vcard", b"text/x-vcard", b"text/csv"):
        return None
    if escaped and b">From " in data:
        data = _ESCAPED_FROM.sub(b"", data)
    data = _decoded(fields.get(b"content-transfer-encoding", _NONE)[0], data[:_ENCODED_KEPT])
    charset = parameter(content, "charset") or b""
    text = decode_text(data, charset.decode("ascii", "replace"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind != b"text/html" and b"flowed" in content.lower():
        text = _unflowed(text, joined=(parameter(content, "delsp") or b"").lower() == b"yes")
    return kind, text


def _decoded(encoding: bytes, data: bytes) -> bytes:
    encoding = encoding.strip(b"\"' ;").lower()
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == b"base64":
        return decode_base64(data)
    return data


def _unflowed(text: str, *, joined: bool) -> str:
    """Undo the line breaks of `format=flowed` (RFC 3676) outside quotations."""
    lines: list[list[str]] = []
    flowing = False
    for line in text.split("\n"):
        loose = not line.startswith(">") and line != "-- "
        stuffed = line[1:] if loose and line.startswith(" ") else line
        if flowing and loose:
            lines[-1].append(stuffed)
        else:
            lines.append([stuffed])
        flowing = loose and line.endswith(" ")
        if flowing and joined:
            lines[-1][-1] = lines[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in lines)
