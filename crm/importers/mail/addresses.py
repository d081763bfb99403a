"""Addresses and display names out of `From`, `To`, `Cc` and `Bcc`.

The decision to know: an own scanner of RFC 5322 address lists, linear in their length (a header may hold
100,000 addresses or 5 MB of brackets), with a cache, because the same few people write again and again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from crm.domain.handles import normalise
from crm.domain.text import is_blank
from crm.importers.mail.headers import decode_header

MOST = 2_000
"""Addresses read from one field; nobody writes to more people by hand."""
_LONGEST = 256 << 10
"""Bytes of one field that are looked at: enough for `MOST` addresses with names."""
_CACHED_SIZE = 400
_NAME_LIMIT = 200
_SIMPLE = re.compile(rb'(?:"([^"\\]*)"\s*|([^"<>,;:()@\\]*))<([^\s<>,;:()"@]+@[^\s<>,;:()"@]+)>')
_BARE = re.compile(rb"[^\s<>,;:()\"@]+@[^\s<>,;:()\"@]+")
_ANYWHERE = re.compile(rb"<([^\s<>,;:()\"@]{1,64}@[^\s<>,;:()\"@]{1,255})>")
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*"?'  # quoted text, also unfinished
    rb"|[^\s\"(),:;<>]+|\s+|[(),:;<>\\]",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


class Address(NamedTuple):
    """One mailbox: its address as it is compared, and the name its writer gave it, decoded."""

    address: str
    name: str | None


def parse_addresses(value: bytes) -> tuple[Address, ...]:
    """Return the addresses in a header value; what is no address is left out. Never raises.

    Groups (`undisclosed-recipients:;`) are taken apart, a comment is a name where there is no other
    (`ada@example.org (Ada Byron)`, as people wrote in the 1990s), and names may hold encoded words.
    """
    return _cached(value) if len(value) <= _CACHED_SIZE else _parse(value[:_LONGEST])


def _parse(value: bytes) -> tuple[Address, ...]:
    simple = _SIMPLE.fullmatch(value)
    if simple:
        return _made(simple[1] if simple[1] is not None else simple[2], simple[3])
    bare = _BARE.fullmatch(value)
    if bare:
        return _made(b"", value)
    found: list[Address] = []
    for name, address in _scan(value):
        found.extend(_made(name, address))
        if len(found) >= MOST:
            break
    if not found and b"<" in value:  # a quotation mark too many
        found.extend(
            made for match in islice(_ANYWHERE.finditer(value), MOST) for made in _made(b"", match[1])
        )
    return tuple(found)


_cached = lru_cache(maxsize=16_384)(_parse)


def _scan(value: bytes) -> list[tuple[bytes, bytes]]:
    """Cut an address list into (name, address) pairs."""
    pairs: list[tuple[bytes, bytes]] = []
    entry = _Entry()
    depth = 0
    for match in _TOKEN.finditer(value):
        token = match[0]
        if token == b"(" or depth:
            depth = max(depth + (token == b"(") - (token == b")"), 0)
            if token not in (b"(", b")"):
                entry.comment.append(token)
        elif token in (b",", b";") and not entry.inside:
            entry.add_to(pairs)
            entry = _Entry()
            if len(pairs) >= MOST:
                return pairs
        else:
            entry.take(token)
    entry.add_to(pairs)
    return pairs


class _Entry:
    """One entry of an address list while it is read."""

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.comment: list[bytes] = []
        self.angle: list[bytes] = []
        self.inside = False
        """Between `<` and `>`."""

    def take(self, token: bytes) -> None:
        """Add the next token, which is neither part of a comment nor the end of the entry."""
        if token == b"<":
            self.inside = True
        elif token == b">":
            self.inside = False
        elif self.inside:
            self.angle.append(token)
        elif token == b":":
            self.words = []  # the name of a group
        elif not self.angle:
            self.words.append(_unquoted(token))

    def add_to(self, pairs: list[tuple[bytes, bytes]]) -> None:
        name = b"".join(self.words).strip()
        if self.angle:  # `<@relay:ada@example.org>` is obsolete
            pairs.append((name or b"".join(self.comment), b"".join(self.angle).rpartition(b":")[2]))
        elif b"@" in name:
            comment = b"".join(self.comment)
            pairs.extend((comment, word) for word in name.split()[:MOST] if b"@" in word)


def _unquoted(token: bytes) -> bytes:
    if token[:1] != b'"':
        return token
    return _ESCAPED.sub(rb"\1", token[1:-1] if len(token) > 1 and token.endswith(b'"') else token[1:])


def _made(name: bytes, address: bytes) -> tuple[Address, ...]:
    text = decode_header(address).strip(" '\"<>.")
    if not _ADDRESS.fullmatch(text) or len(text) > 254:  # RFC 5321, 4.5.3.1: a path has at most 256 octets
        return ()
    handle = normalise("email", text)
    return (Address(handle, clean_name(decode_header(name), handle) if name else None),)


def clean_name(name: str, address: str) -> str | None:
    """Return a display name worth keeping: no quotes around it, and not just the address again."""
    name = " ".join(name.split()).strip(" '\"`´,;<>")[:_NAME_LIMIT]
    if not name or is_blank(name):
        return None
    if name == address.partition("@")[0] or _ADDRESS.fullmatch(name):
        return None
    return name
