"""Accounts elsewhere: IMPP, X-JABBER and its like, SOCIALPROFILE and X-SOCIALPROFILE, KDE's X-messaging.

The service is what the card calls it, in lower case; which platform of this program that is, the importer
decides. Apple writes `x-apple:` where it knows no URI scheme for a service, and `xmpp:` or `aim:` for
services that use neither; so a stated service counts before the scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from crm.vcard.model import Card, Property
from crm.vcard.points import label_of

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):")
_WEB = ("http://", "https://")
_SERVICES = {
    "X-AIM": "aim",
    "X-BLUESKY": "bluesky",
    "X-DISCORD": "discord",
    "X-FACEBOOK": "facebook",
    "X-FLICKR": "flickr",
    "X-GADUGADU": "gadugadu",
    "X-GITHUB": "github",
    "X-GOOGLE-TALK": "googletalk",
    "X-GOOGLE TALK": "googletalk",
    "X-GTALK": "googletalk",
    "X-ICQ": "icq",
    "X-INSTAGRAM": "instagram",
    "X-JABBER": "xmpp",
    "X-LINKEDIN": "linkedin",
    "X-MASTODON": "mastodon",
    "X-MATRIX": "matrix",
    "X-MSN": "msn",
    "X-QQ": "qq",
    "X-REDDIT": "reddit",
    "X-SIGNAL": "signal",
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-TELEGRAM": "telegram",
    "X-TIKTOK": "tiktok",
    "X-TWITTER": "twitter",
    "X-WHATSAPP": "whatsapp",
    "X-XMPP": "xmpp",
    "X-YAHOO": "yahoo",
    "X-YOUTUBE": "youtube",
}
_SCHEMES = {
    "msnim": "msn",
    "ymsgr": "yahoo",
    "tg": "telegram",
    "facetime-audio": "facetime",
    "zoomus": "zoom",
}
_NO_SERVICE = frozenset({"home", "work", "pref", "other", "personal", "internet", "mobile", "cell", "voice"})
_KDE = re.compile(r"X-MESSAGING/([A-Z0-9_-]{1,30})-ALL")
_KDE_SEPARATOR = "\ue000"


class Account(NamedTuple):
    """One account, as the card names it."""

    service: str | None
    """In lower case: "skype", "twitter", "xmpp"; None where only the address says it."""
    handle: str | None
    url: str | None
    external_id: str | None
    """The service's own number of the account (Apple's `x-userid`)."""
    name: str | None
    label: str | None
    line: int


def accounts(card: Card) -> list[Account]:
    """Return every account, in the order of the properties, without exact repetition."""
    found: dict[tuple[str | None, str | None, str | None], Account] = {}
    for account in _all(card):
        if account.handle or account.url or account.external_id:
            found.setdefault((account.service, account.handle, account.url), account)
    return list(found.values())


def _all(card: Card) -> Iterator[Account]:
    for key, props in card.by_key.items():
        if key == "IMPP":
            yield from (_messenger(card, prop, _stated(prop)) for prop in props)
        elif key in ("SOCIALPROFILE", "X-SOCIALPROFILE"):
            yield from (_profile(prop) for prop in props)
        elif key in _SERVICES:
            yield from (_messenger(card, prop, _SERVICES[key]) for prop in props)
        elif key.startswith("X-MESSAGING/"):
            yield from _kde(key, props)


def _stated(prop: Property) -> str | None:
    """Return the service a property names; Roundcube and old Nextcloud name it in TYPE."""
    stated = prop.param("SERVICE-TYPE") or prop.param("X-SERVICE-TYPE") or prop.param("X-SERVICE")
    if stated and stated.strip():
        return stated.strip().lower()
    return next((kind for kind in prop.types if kind not in _NO_SERVICE), None)


def _messenger(card: Card, prop: Property, service: str | None) -> Account:
    value = prop.value.strip()
    label = label_of(card, prop) if service is None or service not in prop.types else None
    if value.lower().startswith(_WEB):
        return Account(service, None, value, None, None, label, prop.line)
    scheme, handle = _without_scheme(value)
    service = service or _SCHEMES.get(scheme or "", scheme)
    return Account(service, handle or None, None, None, None, label, prop.line)


def _without_scheme(value: str) -> tuple[str | None, str]:
    """Split `xmpp:ada@example.org?message` into scheme and address."""
    found = _SCHEME.match(value)
    if found is None:
        return None, value
    scheme = found.group(1).lower()
    rest = unquote(value[found.end() :].removeprefix("//").partition("?")[0])
    return (None if scheme == "x-apple" else scheme), rest.strip()


def _profile(prop: Property) -> Account:
    service = _stated(prop)
    handle = prop.param("USERNAME") or prop.param("X-USER")
    value = prop.value.strip()
    url = value if value.lower().startswith(_WEB) else None
    if url is None:
        prefix, colon, rest = value.partition(":")
        if colon and rest.lower().startswith(_WEB):  # `twitter:https://twitter.com/ada`
            service, url = service or prefix.lower(), rest
        elif prop.param("USERNAME") is None:
            handle = handle or _without_scheme(value)[1] or None
    name = prop.param("X-DISPLAYNAME")
    return Account(service, handle, url, prop.param("X-USERID") or None, name, None, prop.line)


def _kde(key: str, props: list[Property]) -> Iterator[Account]:
    """KDE writes all addresses of a service in one value, separated by U+E000."""
    named = _KDE.fullmatch(key)
    if named is None:
        return
    for prop in props:
        for handle in prop.value.split(_KDE_SEPARATOR):
            yield Account(named.group(1).lower(), handle.strip() or None, None, None, None, None, prop.line)
