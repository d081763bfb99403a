"""The identities of a card: its key in the address book, addresses, numbers, accounts and websites.

Only what can serve as an exact key becomes an identity; the rest (a three-digit extension, a messenger that
is gone) stays in the card that is kept with the contact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain import handles
from crm.domain.platforms import slug_of
from crm.domain.records import IdentityRef
from crm.vcard.accounts import Account, accounts
from crm.vcard.model import Card, Property
from crm.vcard.points import Point, emails, label_of, numbers, websites

ADDRESS_BOOK = "addressbook"

_ADDRESS = re.compile(r"[^\s@<>\"]{1,200}@[^\s@<>\"]{1,200}")
_WEBSITE = re.compile(
    r"(?:https?://)?[\w.-]{1,250}\.[\w-]{2,60}(?::\d{1,5})?(?:[/?#]\S{0,2000})?", re.IGNORECASE
)
_DIGITS = re.compile(r"(?:\d\D*){6}")
_PUNCTUATION = dict.fromkeys(map(ord, " \t\xa0()-./"))
_LONGEST_NUMBER = 80
_LONGEST_HANDLE = 250
_NO_ACCOUNTS = frozenset({"email", "phone", "in-person", "letter", "web", "blog", ADDRESS_BOOK})
_WEB = frozenset({"web", "blog"})
_NEEDS_HOST = frozenset({"mastodon", "xmpp"})
_NUMBERS = frozenset({"whatsapp", "signal", "sms"})
_BLOGS = ("X-EVOLUTION-BLOG-URL", "X-KADDRESSBOOK-BLOGFEED")


def is_address(text: str) -> bool:
    """Say whether a text is an e-mail address."""
    return _ADDRESS.fullmatch(text) is not None


def identities(card: Card, key: str) -> tuple[IdentityRef, ...]:
    """Return the identities of a card, `key` (its UID or fingerprint) first, each once."""
    found = {("", ""): IdentityRef(ADDRESS_BOOK, external_id=key)}
    for ref in _all(card):
        handle = (ref.handle or ref.external_id or "").casefold()
        if ref.platform in _WEB:
            handle = handle.rpartition("://")[2].removeprefix("www.").rstrip("/")
        found.setdefault((ref.platform, handle), ref)
    return tuple(found.values())


def _all(card: Card) -> Iterator[IdentityRef]:
    for point in emails(card):
        if is_address(point.value):
            yield IdentityRef("email", point.value, None, None, None, point.label)
    yield from _phones(numbers(card))
    for account in accounts(card):
        if (ref := _account(account)) is not None:
            yield ref
    for point in websites(card):
        if (ref := _website(point)) is not None:
            yield ref
    for key in _BLOGS:
        for prop in card.all(key):
            if (ref := _blog(card, prop)) is not None:
                yield ref


def _phones(points: list[Point]) -> Iterator[IdentityRef]:
    """Yield each number once, however its digits are grouped."""
    seen: set[str] = set()
    for point in points:
        number = _number(point.value)
        if number is not None and (digits := number.translate(_PUNCTUATION)) not in seen:
            seen.add(digits)
            yield IdentityRef("phone", number, None, None, None, point.label)


def _number(written: str) -> str | None:
    """Return a number as written, unless it is one that is dialled inside one house."""
    if len(written) > _LONGEST_NUMBER or _DIGITS.search(written) is None:
        return None
    return written


def _account(account: Account) -> IdentityRef | None:
    profile = handles.from_url(account.url) if account.url else None
    if profile is not None:
        slug, handle = profile
        return IdentityRef(slug, handle, account.external_id, account.name, account.url, account.label)
    known = slug_of(account.service) if account.service else None
    if known is not None and known not in _NO_ACCOUNTS:
        name = _handle(known, account.handle) if account.handle else None
        if name is not None or account.external_id is not None:
            return IdentityRef(known, name, account.external_id, account.name, account.url, account.label)
    return _website(Point(account.url, account.label, 100, account.line)) if account.url else None


def _handle(slug: str, written: str) -> str | None:
    """Return a handle as the platform writes it, or None when it is not one."""
    handle = written.strip()
    if slug == "matrix" and handle.startswith("u/"):  # RFC 9554's example: matrix:u/ada:example.org
        handle = "@" + handle[2:]
    if slug in _NEEDS_HOST and "@" not in handle.lstrip("@"):
        return None
    if slug in _NUMBERS and "@" not in handle:
        return _number(handle)
    return handle if handle and len(handle) <= _LONGEST_HANDLE and "\n" not in handle else None


def _website(point: Point) -> IdentityRef | None:
    if _WEBSITE.fullmatch(point.value) is None:
        return None
    url = point.value if "://" in point.value else f"https://{point.value}"
    profile = handles.from_url(url)
    if profile is not None:
        return IdentityRef(profile[0], profile[1], url=url, label=point.label)
    platform = "blog" if point.label is not None and point.label.casefold() == "blog" else "web"
    return IdentityRef(platform, point.value, url=url, label=point.label)


def _blog(card: Card, prop: Property) -> IdentityRef | None:
    ref = _website(Point(prop.value.strip(), label_of(card, prop), 100, prop.line))
    return ref._replace(platform="blog") if ref is not None and ref.platform == "web" else ref
