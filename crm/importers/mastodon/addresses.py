"""What the address of a person or of a post in the fediverse says about who that is.

The decision to know: nothing is guessed from an address that only might hold a name. Misskey's `/users/` is
followed by an opaque id, Pleroma's `/objects/` by no author at all. Where a server puts its people and posts
is taken from the routes in the source of each software.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from crm.importers.kit.text import clean_value

_NAME = r"[\w.~-]+"
# Posts whose address begins with the id of their author.
_BELOW_AUTHOR = (
    re.compile(
        rf"(/(?:ap/)?users/{_NAME})/(?:statuses|collections)/[^/]+(?:/activity)?"
    ),  # Mastodon, GoToSocial
    re.compile(rf"(/user/{_NAME})/(?:status|comment|review|quotation)/[^/]+"),  # BookWyrm
    re.compile(rf"(/u/{_NAME})/h/[^/]+"),  # Honk
)
# Posts whose address has the name of their author in it, but not the id.
_BESIDE_AUTHOR = (
    re.compile(
        rf"/@({_NAME}(?:@[\w.-]+)?)/(?:posts/|statuses/)?[^/]+/?"
    ),  # Mastodon's pages, GoToSocial's, Takahe
    re.compile(rf"/p/({_NAME})/[0-9]+"),  # Pixelfed
)
# Ids of people with their name in it.
_ACTOR = (
    re.compile(rf"/(?:users|user|u|c|author|profile|accounts|video-channels|channel)/({_NAME})/?"),
    re.compile(rf"/(?:activitypub|federation)/(?:users?|u)/({_NAME})/?"),
    re.compile(rf"/api/collections/({_NAME})/?"),  # WriteFreely
)
_PAGE = re.compile(rf"/@({_NAME}(?:@[\w.-]+)?)/?")
# Ids of people without their name: Mastodon since 4.5 and Threads; Misskey's schemes aid, aidx, meid, ulid.
_NUMERIC = re.compile(r"/ap/users/[0-9]+/?")
_OPAQUE = re.compile(
    r"[6-9a-d][0-9a-z]{9}|[6-9a-d][0-9a-z]{15}|[0-9a-f]{24}|[0-9A-HJKMNP-TV-Z]{26}|[0-9]{12,}"
)
# Without a user and an IPv6 number, which no server of the fediverse has; `urlsplit` takes ten times as long.
_WEB = re.compile(r"(https?)://([\w-]+(?:\.[\w-]+)*(?::[0-9]{1,5})?)(/[^?#]*+)?(?![^?#/])")
_HANDLE = re.compile(rf"@?({_NAME})@([\w-]+(?:\.[\w-]+)+(?::[0-9]+)?)")
_LOCAL = re.compile(rf"@({_NAME})")


class Person(NamedTuple):
    """What an address says of a person: an id, a name, or both."""

    uri: str | None
    """The actor's id."""
    user: str | None
    """The name; with `@server` where the address has one."""
    host: str
    """Where the address leads, lower case, with its port."""


class _Address(NamedTuple):
    """The parts of a web address; without its query, which no server gives to people and posts."""

    scheme: str
    server: str
    path: str


def split_handle(text: str) -> tuple[str, str | None] | None:
    """Return (user, host) of `@user@host` and `user@host`, (user, None) of `@user`, None of anything else."""
    text = text.strip()
    match = _HANDLE.fullmatch(text)
    if match:
        return match[1], match[2].lower()
    match = _LOCAL.fullmatch(text)
    return (match[1], None) if match else None


def host_of(uri: str) -> str | None:
    """Return the server of a web address, lower case, with its port; None for anything else."""
    parts = _split(uri)
    return _host(parts) if parts else None


@lru_cache(maxsize=8192)
def actor(uri: str) -> Person | None:
    """Return whom the id of a person, or the address of their page, stands for; None for no web address."""
    parts = _split(uri)
    if parts is None:
        return None
    host = _host(parts)
    if not _NUMERIC.fullmatch(parts.path):
        for pattern in _ACTOR:
            match = pattern.fullmatch(parts.path)
            if match:
                return Person(uri, None if _is_opaque(match[1]) else clean_value(unquote(match[1])), host)
        match = _PAGE.fullmatch(parts.path)
        if match:
            # Takahe's ids look like a page as well, but end in a slash.
            return Person(uri if parts.path.endswith("/") else None, match[1], host)
    return Person(uri, None, host)


@lru_cache(maxsize=8192)
def author(uri: str) -> Person | None:
    """Return who wrote the post with this id or address, as far as it says so; None where it does not."""
    parts = _split(uri)
    if parts is None:
        return None
    for pattern in _BELOW_AUTHOR:
        match = pattern.fullmatch(parts.path)
        if match:
            name = None if _NUMERIC.fullmatch(match[1]) else clean_value(unquote(match[1].rpartition("/")[2]))
            return Person(f"{parts.scheme}://{parts.server}{match[1]}", name, _host(parts))
    for pattern in _BESIDE_AUTHOR:
        match = pattern.fullmatch(parts.path)
        if match:
            return Person(None, match[1], _host(parts))
    return None


def _is_opaque(name: str) -> bool:
    return bool(_OPAQUE.fullmatch(name)) and any(map(str.isdigit, name))


def _split(uri: str) -> _Address | None:
    match = _WEB.match(uri)
    return _Address(match[1], match[2], match[3] or "") if match else None


def _host(address: _Address) -> str:
    return address.server.lower()
