"""Whose a web address is: the account, the blog or the site behind it, and whether it is the user's own.

The decision to know: an address on a platform that is known stands for that platform's account, any other
for the blog it belongs to. A site is never more than what the address says: `ada.example/blog/feed` is the
blog at `ada.example/blog`, because many people may share a host.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from crm.domain.handles import from_url, normalise
from crm.domain.platforms import PLATFORMS
from crm.domain.records import IdentityRef, Owner
from crm.domain.text import folded

_SPACE = re.compile(r"\s")
_LONGEST = 1000
"""Characters of an address that names a person; longer ones are a tracker's."""
_FEED_PATH = re.compile(
    r"(?:/comments)?/(?:feed|feeds|rss|atom|rss2|index|posts|all|main|blog)?\.?"
    r"(?:rss|atom|xml|rdf|json|feed|feed\.xml|rss\.xml|atom\.xml|feed\.json|index\.xml|posts/default"
    r"|index\.rdf|rss2|feed/(?:atom|rss|rss2|rdf))?/*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:/feeds?/posts/default|/\.rss|\.rss|\.atom|/rss|/feed|/atom)/*$", re.IGNORECASE)
_FIRST_SEGMENT = frozenset(("x", "github"))
_HOME = frozenset(("web", "blog"))


class _Parts(NamedTuple):
    host: str
    path: str
    query: str


@lru_cache(maxsize=4096)
def _parts(address: str) -> _Parts | None:
    """Return host, path and query of a web address, or None when it is none."""
    address = address.strip()
    if not address or len(address) > _LONGEST or _SPACE.search(address):
        return None
    bare = "//" not in address
    try:
        parts = urlsplit(f"//{address}" if bare else address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a bracket that is no IPv6 address
        return None
    if parts.scheme not in ("http", "https", "feed", "") or not host or (bare and "." not in host):
        return None
    return _Parts(host, parts.path, parts.query)


def site_of(page: str) -> str | None:
    """Return the site a page is on, `https://ada.example/`, with `~ada/` where one host has many; or None."""
    parts = _parts(page)
    if parts is None:
        return None
    first = parts.path.lstrip("/").partition("/")[0]
    return f"https://{parts.host}/{first}/" if first.startswith("~") else f"https://{parts.host}/"


def host_of(address: str) -> str:
    """Return an address's host without `www.`; "" when it is no web address."""
    parts = _parts(address)
    return parts.host if parts else ""


def person_at(address: str, name: str | None = None) -> IdentityRef | None:
    """Return the identity whose home an address is: an account of a platform, else a blog; or None."""
    parts = _parts(address)
    if parts is None:
        return None
    address = address.strip()
    account = _account(address, parts)
    if account is not None:
        return account._replace(name=name)
    return IdentityRef("blog", address, name=name)


def author_of(page: str) -> IdentityRef | None:
    """Return the identity that published a page, as far as its address says: its account or site; or None.

    None for pages of platforms whose addresses do not name the author.
    """
    parts = _parts(page)
    if parts is None:
        return None
    segments = [part for part in parts.path.split("/") if part]
    beginnings = ["/".join(segments[:count]) for count in (0, 1, 2)]
    for beginning in beginnings:
        found = from_url(f"https://{parts.host}/{beginning}")
        if found is None or (beginning.count("/") and not beginning.startswith(("profile/", "users/"))):
            continue
        if beginning and "@" not in beginning and "/" not in beginning and found[0] not in _FIRST_SEGMENT:
            continue
        return IdentityRef(found[0], found[1])
    if any(parts.host == host or parts.host.endswith(f".{host}") for host in _hosts()):
        return None
    site = site_of(page)
    return IdentityRef("blog", site) if site else None


@cache
def _hosts() -> tuple[str, ...]:
    return tuple(host for platform in PLATFORMS.values() for host in platform.hosts)


def followed(feed: str, home: str, name: str | None) -> list[IdentityRef]:
    """Return the identities behind a feed of a reading list, the surest first; [] when there is none.

    Args:
        feed: the feed's address, or "".
        home: the address of the site it belongs to, or "".
        name: what the list calls it.

    """
    found: list[IdentityRef] = []
    for address in (home, feed):
        parts = _parts(address)
        account = _account(address, parts) if parts else None
        if account is not None and account not in found:
            found.append(account)
    if (parts := _parts(home)) is not None and _account(home, parts) is None:
        found.append(IdentityRef("blog", home.strip()))
    elif not found and (parts := _parts(feed)) is not None:
        found.append(IdentityRef("blog", _without_feed(parts)))
    return [ref._replace(name=name) for ref in found]


def _without_feed(parts: _Parts) -> str:
    """Return the site of a feed: without the last part of its path where that only says that it is a feed."""
    path = parts.path
    for start in (at for at, character in enumerate(path) if character == "/"):
        if _FEED_PATH.fullmatch(path, start):
            return f"https://{parts.host}{path[:start]}"
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{parts.host}{path}{query}"


def _account(address: str, parts: _Parts) -> IdentityRef | None:
    """Return the account whose page or feed an address is, or None."""
    if parts.host.endswith("youtube.com"):
        channel = parse_qs(parts.query).get("channel_id") or _after(parts.path, "/channel/")
        if channel:
            return IdentityRef("youtube", external_id=channel[0])
    if parts.host == "bsky.app" and (did := _after(parts.path, "/profile/did:")):
        return IdentityRef("bluesky", external_id=f"did:{did[0]}")
    if parts.host.endswith("flickr.com") and (number := parse_qs(parts.query).get("id")):
        return IdentityRef("flickr", external_id=number[0])
    if parts.host == "medium.com" and (handle := _after(parts.path, "/feed/@")):
        return IdentityRef("medium", handle[0].lower())
    bare = _ENDING.sub("", f"https://{parts.host}{parts.path}")
    for each in (bare, address):
        found = from_url(each)
        if found is not None:
            return IdentityRef(*found)
    return None


def _after(path: str, prefix: str) -> list[str]:
    """Return the one path segment behind a prefix, in a list, as `parse_qs` does; else []."""
    rest = path.partition(prefix)[2] if path.startswith(prefix) else ""
    segment = rest.partition("/")[0]
    return [segment] if segment else []


class Own:
    """What of an export is the user's, by what is known of them and what they said with `--as`."""

    def __init__(self, owner: Owner) -> None:
        self._identities = set(owner.identities)
        self._names = {folded(name) for name in owner.names}
        stated = (owner.stated or "").strip()
        if stated:
            self._add_stated(stated)

    def _add_stated(self, stated: str) -> None:
        if "@" in stated and "//" not in stated and not stated.startswith("@"):
            self._identities.add(("email", normalise("email", stated)))
        elif (ref := person_at(stated)) is not None and " " not in stated:
            self.add(ref)
        else:
            self._names.add(folded(stated))

    def add(self, ref: IdentityRef) -> None:
        """Note that an identity is the user's."""
        if ref.handle:
            self._identities.add((ref.platform, normalise(ref.platform, ref.handle)))

    def add_name(self, name: str) -> None:
        """Note that the user goes by a name."""
        if name.strip():
            self._names.add(folded(name))

    def has_name(self, name: str | None) -> bool:
        """Say whether the user goes by this name."""
        return bool(name) and name is not None and folded(name) in self._names

    def has_email(self, address: str | None) -> bool:
        """Say whether an e-mail address is the user's."""
        return bool(address) and ("email", normalise("email", address or "")) in self._identities

    def has_page(self, address: str | None) -> bool:
        """Say whether a web address is on a site of the user's, or is one of their profiles."""
        parts = _parts(address or "")
        if parts is None or address is None:
            return False
        account = _account(address, parts)
        if account and (account.platform, account.handle) in self._identities:
            return True
        page = normalise("web", address)
        return any(
            page == home or page.startswith((f"{home}/", f"{home}?"))
            for platform, home in self._identities
            if platform in _HOME
        )

    @property
    def sites(self) -> bool:
        """Whether any site of the user's is known."""
        return any(platform in _HOME for platform, _ in self._identities)
