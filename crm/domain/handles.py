"""Handles, addresses and profile URLs, brought to the one form in which they can be compared.

Identities attach by exact key only, so whatever two spellings of one account have in common must be
found here, and nothing may be made equal that is not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crm.domain.platforms import PLATFORMS, slug_of
from crm.domain.records import IdentityRef

_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")
_FEDIVERSE = re.compile(r"@?[\w.-]+@[\w-]+(\.[\w-]+)+")
_PHONE = re.compile(r"\+?[\d\s()./-]{5,}\d")
_NOT_DIGITS = re.compile(r"[^\d]")
_EXTENSION = re.compile(r"(?:;ext=|,|;|#|\s+(?:ext|x)\.?\s*).*$", re.IGNORECASE)
_MOST_PASSES = 8
_LONGEST_NUMBER = 100
_SHORTEST_ABROAD = 8
_NUMBERED = frozenset(("phone", "sms", "whatsapp", "signal", "imessage"))
_NUMBER = re.compile(
    r"(?:tel:|sms:)?[(\s]*\+?[\d\s()./\u2010-\u2015-]*\d[\d\s()./\u2010-\u2015-]*(?:(?:;|,|#|ext|x).*)?"
)
_CASE_MATTERS = frozenset(("matrix", "in-person", "letter"))
_SUBDOMAIN_HANDLES = {
    "tumblr.com": "tumblr",
    "wordpress.com": "wordpress",
    "blogspot.com": "blogger",
    "substack.com": "substack",
    "medium.com": "medium",
}
_BY_HOST = {host: platform.slug for platform in PLATFORMS.values() for host in platform.hosts}
_SKIPPED_SEGMENTS = {
    "linkedin": ("in", "pub"),
    "reddit": ("user", "u"),
    "flickr": ("people", "photos"),
    "etsy": ("people", "shop"),
    "youtube": ("c", "user"),
    "bluesky": ("profile",),
    "tumblr": ("blog",),
    "disqus": ("by",),
}
_NO_PROFILE = {
    "x": ("i", "intent", "home", "search", "share", "hashtag", "settings"),
    "facebook": ("profile.php", "groups", "events", "pages", "sharer", "people", "share"),
    "linkedin": ("company", "posts", "feed", "school", "groups", "sharing"),
    "instagram": ("p", "explore", "reel"),
    "youtube": ("watch", "channel", "playlist", "shorts"),
    "medium": ("p", "m"),
    "goodreads": ("book", "author", "review"),
    "github": ("orgs", "topics"),
    "pinterest": ("pin",),
    "reddit": ("r",),
    "tumblr": ("dashboard", "tagged"),
    "discord": ("users", "channels", "invite"),
    "telegram": ("s", "joinchat"),
    "matrix": (),
}


@lru_cache(maxsize=4096)
def normalise(platform: str, handle: str) -> str:
    """Return a handle in the form in which it is stored and compared.

    Lower case, without a leading `@`; an e-mail address trimmed of `mailto:`; a telephone number as
    digits with `+` where it is international; a web address without scheme details that do not matter.
    """
    # what is left after one pass can still begin like something to be taken off ("mailto:mailto:a")
    for _ in range(_MOST_PASSES):
        before, handle = handle, _pass(platform, unicodedata.normalize("NFC", handle.strip()))
        if handle == before:
            break
    return handle


def _pass(platform: str, handle: str) -> str:
    # lower(), not casefold(): `weiß` and `weiss` are two accounts
    if platform in _NUMBERED and len(handle) <= _LONGEST_NUMBER and _NUMBER.fullmatch(handle):
        return _phone(handle)
    if platform in ("email", "imessage"):
        return handle.removeprefix("mailto:").strip("<>").lower()
    if platform in ("web", "blog"):
        return _web(handle)
    if platform == "linkedin":
        return unquote(handle).replace("\0", "").strip("/").lower()
    if platform in _CASE_MATTERS:
        return handle
    return handle.lstrip("@").strip("/").lower()


def _phone(number: str) -> str:
    number = number.strip().removeprefix("tel:").removeprefix("sms:")
    found = _EXTENSION.search(number)
    # colleagues at one switchboard have a number each
    extension = f";ext={_NOT_DIGITS.sub('', found[0])}" if found and any(map(str.isdigit, found[0])) else ""
    number = number[: found.start()] if found else number
    digits = _NOT_DIGITS.sub("", number)
    if not digits:
        return number.lower()
    if number.lstrip("( ").startswith("+"):
        # a number does not begin with 0 behind the +: somebody wrote both ways of dialling abroad
        return f"+{_without_trunk(number).lstrip('0')}{extension}"
    if digits.startswith("00") and len(digits) > _SHORTEST_ABROAD:
        return f"+{digits[2:]}{extension}"
    return digits + extension


def _without_trunk(number: str) -> str:
    """Drop the national `(0)` that people write inside international numbers."""
    return _NOT_DIGITS.sub("", number.replace("(0)", ""))


def _web(address: str) -> str:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a bracket that is no IPv6 address
        return address.lower()
    if not host:
        return address.lower()
    path = parts.path.rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{host}{path}{query}"


def profile_url(platform: str, handle: str | None, external_id: str | None = None) -> str | None:
    """Return the address of a profile, or None where the platform has none."""
    known = PLATFORMS.get(platform)
    if known is None:
        return None
    if handle and platform == "mastodon":
        name, _, host = handle.partition("@")
        return f"https://{host}/@{name}" if host else None
    if handle and known.profile_url:
        return known.profile_url.replace("{handle}", handle)
    if external_id and known.id_url:
        return known.id_url.replace("{id}", external_id)
    return None


def from_url(url: str) -> tuple[str, str] | None:
    """Return the (platform, normalised handle) whose profile a web address is, or None.

    An address of a post, a group or a search is nobody's profile.
    """
    try:
        parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
        host = (parts.hostname or "").casefold().removeprefix("www.")
    except ValueError:
        return None
    segments = [unquote(part).replace("\0", "") for part in parts.path.split("/") if part]
    for parent, slug in _SUBDOMAIN_HANDLES.items():
        if host.endswith("." + parent) and host.count(".") == parent.count(".") + 1:
            return (slug, host.split(".")[0]) if not segments else None
    # de.linkedin.com, pt.pinterest.com: two-letter country hosts
    known = _BY_HOST.get(host) or (_BY_HOST.get(host[3:]) if host[2:3] == "." else None)
    return _known_platform(known, segments) if known else _fediverse(host, segments)


def _known_platform(slug: str, segments: list[str]) -> tuple[str, str] | None:
    if not segments:
        return None
    if segments[0] in _SKIPPED_SEGMENTS.get(slug, ()):
        segments = segments[1:]
    elif segments[0].casefold() in _NO_PROFILE.get(slug, ()) or (slug == "linkedin"):
        return None
    if len(segments) != 1:
        return None
    handle = segments[0]
    if slug == "medium" and not handle.startswith("@"):  # a publication, not a person
        return None
    return slug, normalise(slug, handle)


def _fediverse(host: str, segments: list[str]) -> tuple[str, str] | None:
    """Recognise `https://host/@name` and `https://host/users/name` of Mastodon and its relatives."""
    if "." not in host or not segments:
        return None
    if len(segments) == 1 and segments[0].startswith("@") and len(segments[0]) > 1:
        name = segments[0][1:]
        return ("mastodon", name.lower()) if "@" in name else ("mastodon", f"{name.lower()}@{host}")
    if len(segments) == 2 and segments[0] == "users":
        return "mastodon", f"{segments[1].lower()}@{host}"
    return None


def parse_reference(text: str) -> IdentityRef | None:
    """Read what a user typed for an identity: `platform:handle`, an address, a number, a profile URL.

    Returns:
        The identity, or None when it is none of these (a name, say). A `platform:` nobody knows is kept
        as a platform of its own only when it looks like a word, so that no community is left out.

    """
    text = text.strip()
    if text.casefold().startswith(("http://", "https://")):
        found = from_url(text)
        platform, handle = found or ("web", normalise("web", text))
        return IdentityRef(platform, handle, url=text)
    prefix, colon, rest = text.partition(":")
    if colon and rest.strip() and re.fullmatch(r"[A-Za-z][A-Za-z0-9_ -]*", prefix):
        platform = slug_of(prefix) or prefix.strip().casefold()
        return IdentityRef(platform, rest.strip())
    if _ADDRESS.fullmatch(text):
        return IdentityRef("email", text)
    if text.startswith("@") and _FEDIVERSE.fullmatch(text):
        return IdentityRef("mastodon", text)
    if _PHONE.fullmatch(text) and len(_NOT_DIGITS.sub("", text)) >= 6:
        return IdentityRef("phone", text)
    return None
