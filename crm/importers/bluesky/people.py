"""Who is behind the DIDs of a repository.

The decision to know: a repository names people by DIDs only. What it does tell is the handle that stood in
the text when the owner mentioned somebody, so a first look at all posts collects these; the newest counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crm.domain.records import IdentityRef
from crm.importers.kit.text import clean_value

PLATFORM = "bluesky"

_HANDLE = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]{1,2000}")
_URI = re.compile(r"at://([^/?#\s]+)/([a-zA-Z0-9.-]+)/([^/?#\s]+)")
_INVALID = "handle.invalid"
"""What the network says of an account whose handle is not its own."""


def is_did(text: object) -> bool:
    """Say whether something is a DID."""
    return isinstance(text, str) and _DID.fullmatch(text) is not None


def handle_in(text: object) -> str | None:
    """Return the handle in `@ada.example`, `at://ada.example` and `ada.example`; None in anything else."""
    if not isinstance(text, str):
        return None
    handle = text.strip().removeprefix("at://").removeprefix("@").lower()
    good = len(handle) <= 253 and _HANDLE.fullmatch(handle) and handle != _INVALID
    return handle if good else None


def split_uri(uri: object) -> tuple[str, str, str] | None:
    """Return (DID or handle, collection, record key) of the address of a record, or None."""
    match = _URI.fullmatch(uri) if isinstance(uri, str) else None
    return (match[1], match[2], match[3]) if match else None


@dataclass
class People:
    """Every account that the export names."""

    _known: dict[str, tuple[str, int, str | None]] = field(default_factory=dict)
    """By DID: handle, when it was seen, display name."""
    _refs: dict[str, IdentityRef] = field(default_factory=dict)

    def learn(self, did: object, handle: str | None, seen: int | None, name: str | None = None) -> None:
        """Note the handle of an account at a time, in microseconds since 1970 UTC."""
        if handle is None or not is_did(did) or not isinstance(did, str):
            return
        before = self._known.get(did)
        self._refs.pop(did, None)
        if before is None or (seen or 0) >= before[1]:
            self._known[did] = (handle, seen or 0, name or (before[2] if before else None))
        elif name and not before[2]:
            self._known[did] = (before[0], before[1], name)

    def handle(self, did: str) -> str | None:
        """Return the handle of an account, if anything told it."""
        known = self._known.get(did)
        return known[0] if known else None

    def find(self, authority: object) -> IdentityRef | None:
        """Return the account with this DID, or with this handle; None for neither."""
        if not isinstance(authority, str):
            return None
        ref = self._refs.get(authority)
        if ref is None and _DID.fullmatch(authority):
            handle, _, name = self._known.get(authority, (None, 0, None))
            url = None if handle else f"https://bsky.app/profile/{authority}"
            name = clean_value(name).strip() or None if name else None
            ref = self._refs[authority] = IdentityRef(PLATFORM, handle, authority, name, url)
        if ref is None:
            handle = handle_in(authority)
            return IdentityRef(PLATFORM, handle) if handle else None
        return ref
