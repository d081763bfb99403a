"""Whether a notice plausibly comes from the platform it claims to be from: anybody can write any `From`.

The decision to know: what the receiving server found (`Authentication-Results`, RFC 8601) decides where it is
there. In older mail, and in mailboxes that do not say, a trace of the platform's own servers must be found
in what the transport added: a signature, a `Received`, the return path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.importers.mail.headers import Fields

FIELDS = frozenset((b"authentication-results", b"dkim-signature", b"received", b"return-path", b"from"))
"""The header fields that are looked at."""

_RESULT = re.compile(rb"\b(dkim|spf|dmarc)\s*=\s*([a-z]+)([^;]{0,1000})", re.IGNORECASE)
_COMMENT = re.compile(rb"\([^()]*\)")
_DOMAIN = re.compile(
    rb"\b(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|mail)|envelope-from)\s*=\s*\"?(?:[^\s@;\"]*@)?([\w.-]+)",
    re.IGNORECASE,
)
_SIGNED = re.compile(rb"(?:^|;)\s*d\s*=\s*([\w.-]+)", re.IGNORECASE)
_CAME_FROM = re.compile(rb"\s*from\s+(.{1,300}?)(?:\s+by\s|;|$)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(rb"[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(rb"@([\w.-]+)")
_NONE: list[bytes] = []
_BAD = frozenset((b"fail", b"permerror", b"hardfail"))


class _Result(NamedTuple):
    method: bytes
    verdict: bytes
    domains: tuple[str, ...]


def is_plausible(fields: Fields, domains: Iterable[str]) -> bool:
    """Say whether a message may be from one of `domains`, or their subdomains.

    A failed check of the receiving server settles it; a passed one for the platform's domain too.
    """
    wanted = tuple(domains)
    verdict = _checked(fields, wanted)
    return verdict if verdict is not None else _is_traced(fields, wanted)


def belongs(host: str, domains: Iterable[str]) -> bool:
    """Say whether a host is one of the domains or lies in one."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _checked(fields: Fields, domains: tuple[str, ...]) -> bool | None:
    """Return what the receiving server found, or None where it says nothing about these domains."""
    results = list(_results(fields))
    ours = [result for result in results if any(belongs(domain, domains) for domain in result.domains)]
    if any(result.verdict == b"pass" and result.method != b"spf" for result in ours):
        return True
    # a failure for another domain, such as a forwarder's own signature, says nothing
    failed = [
        result for result in results if result.verdict in _BAD and (result in ours or not result.domains)
    ]
    if any(result.method in (b"dmarc", b"dkim") for result in failed):
        return False
    if any(result.verdict == b"pass" for result in ours):
        return True
    return False if failed else None


def _results(fields: Fields) -> Iterator[_Result]:
    """Yield the checks of the server that received the message last: those below may be anybody's words."""
    stated = fields.get(b"authentication-results", _NONE)
    server = _server(stated[0]) if stated else b""
    for value in stated:
        if _server(value) != server:
            return
        for match in _RESULT.finditer(_COMMENT.sub(b" ", value)):
            found = _DOMAIN.findall(match[3])
            domains = tuple(domain.decode("ascii", "replace").lower() for domain in found)
            yield _Result(match[1].lower(), match[2].lower(), domains)


def _server(value: bytes) -> bytes:
    return value.partition(b";")[0].strip().lower()


def _is_traced(fields: Fields, domains: tuple[str, ...]) -> bool:
    """Say whether a signature, a server on the way or the return path is the platform's."""
    return any(belongs(host.decode("ascii", "replace").lower(), domains) for host in _traces(fields))


def _traces(fields: Fields) -> Iterator[bytes]:
    for value in fields.get(b"dkim-signature", _NONE):
        yield from _SIGNED.findall(value)
    for value in fields.get(b"received", _NONE):
        came_from = _CAME_FROM.match(value)
        if came_from:
            yield from _HOST.findall(came_from[1])
    for value in fields.get(b"return-path", _NONE)[:1]:
        yield from _ADDRESS.findall(value)
