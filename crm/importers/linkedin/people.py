"""Who is meant: profile addresses, names, and the people of a list of names.

The decision to know: a person is a profile address. Where LinkedIn writes a name only (messages before
2020, invitations before 2023, recommendations), words are kept under an identity of that name, which
is never made equal to a profile: that two bear one name is for the user to say. Clicks of people without
an address are kept without a person.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from crm.domain.records import IdentityRef
from crm.domain.text import folded
from crm.importers.kit.text import clean_value

PLATFORM = "linkedin"
CLOSED = "LinkedIn Member"
"""What LinkedIn writes for people whose account is closed; in English in every language."""

_LONG = 500
"""Characters that no address and no name has; longer ones must not fill the caches."""
_IN_PATH = re.compile(r"(?:^|[/.])linkedin\.com/(?:mwlite/)?in/([^/?#\s]+)", re.IGNORECASE)


def slug_of(url: str) -> str | None:
    """Return the last part of a profile address, lower case and without percent signs, or None.

    Takes any host of a country, any scheme or none, and what follows the profile.
    """
    return _slug_of(url) if len(url) < _LONG else None


@lru_cache(maxsize=65536)
def _slug_of(url: str) -> str | None:
    # Not case-folded: "weiß" and "weiss" are two addresses.
    match = _IN_PATH.search(url)
    return unicodedata.normalize("NFC", clean_value(unquote(match[1]))).lower() or None if match else None


def profile(slug: str, name: str) -> IdentityRef:
    """Return the identity behind a profile address."""
    return _profile(slug, name[:_LONG])


@lru_cache(maxsize=65536)
def _profile(slug: str, name: str) -> IdentityRef:
    return IdentityRef(PLATFORM, handle=slug, name=None if is_closed(name) else name)


def named(name: str) -> IdentityRef | None:
    """Return the identity of somebody known by name only, or None for a closed account."""
    name = " ".join(name[:_LONG].split())
    if is_closed(name):
        return None
    key = unicodedata.normalize("NFC", name).casefold()
    return IdentityRef(PLATFORM, external_id=f"name:{key}", name=name)


def is_closed(name: str) -> bool:
    """Say whether a name is that of nobody: empty, or LinkedIn's word for a closed account."""
    return not name or name == CLOSED


def key_of(who: IdentityRef) -> str:
    """Return what tells one person from another in an external id."""
    return who.handle or who.external_id or ""


def full_name(first: str, last: str) -> str:
    """Join the two halves of a name, either of which may be empty."""
    return " ".join(f"{first} {last}".split())


def plain(name: str) -> str:
    """Return a name for comparing within one export: lower case, without accents."""
    return _plain(name[:_LONG])


@lru_cache(maxsize=65536)
def _plain(name: str) -> str:
    return folded(name)


def split_names(names: str) -> tuple[str, ...]:
    """Split `Ada Byron, Bo Lind, PhD` into people: one word, or words with dots only, belong to the left.

    LinkedIn joins names with ", " and names contain commas; it cannot always be told.
    """
    return _split_names(names) if len(names) < _LONG * 4 else (names,)


@lru_cache(maxsize=8192)
def _split_names(names: str) -> tuple[str, ...]:
    people: list[str] = []
    for part in names.split(", "):
        words = part.split()
        if people and (len(words) < 2 or all("." in word for word in words)):
            people[-1] = f"{people[-1]}, {part}"
        elif words:
            people.append(part.strip())
    return tuple(people)
