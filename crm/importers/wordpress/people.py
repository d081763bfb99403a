"""Who commented: by what they are told from others, and what else they stated.

The decision to know: anybody can type any address into a comment form. So a comment is attached by one thing
only, the surest it has: the e-mail address, the account on the site, the profile or the website, last the
name on this site. A website beside an address is noted as one, and joins nobody to the blog it names. Only
what software has checked (a login with another service, a message between servers) speaks for an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.handles import from_url, normalise
from crm.domain.records import ContactRecord, IdentityRef
from crm.domain.text import folded
from crm.importers.kit.markup import unescape_once
from crm.importers.kit.sites import author_of, host_of, person_at
from crm.importers.wordpress.authors import PLATFORM

_ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+\.[^\s@<>\".(),;:]+")
_NOBODYS = re.compile(
    r"(?:no-?reply|do-?not-?reply|anonymous|nobody|none|noemail|no-email|wordpress|woocommerce)@"
    r"|.*@(?:.*\.invalid|.*\.local|twitter\.example\.com)\Z"
)
"""Addresses that software fills in: imports from Blogger have `noreply@blogger.com` for everybody."""
_FEDIVERSE = re.compile(r"@?([\w.-]+@[\w-]+(?:\.[\w-]+)+)")
_UNNAMED = frozenset(
    (
        "",
        "anonymous",
        "anonym",
        "anonyme",
        "anonimo",
        "anoniem",
        "anonymos",
        "аноним",
        "匿名",
        "guest",
        "gast",
    )
)
"""Folded: what WordPress and its translations call who left no name."""
_LOGINS = frozenset(("facebook", "twitter", "googleplus", "google", "wordpress", "apple"))
"""Values of Jetpack's `hc_post_as` that mean a login with that service; the others are guests and users."""
_LONGEST_NAME = 300


class Stated(NamedTuple):
    """What a comment says of its author."""

    name: str = ""
    email: str = ""
    url: str = ""
    user: str | None = None
    """The number of their account on the site, `0` for guests; None where the export has no such field."""
    login: str = ""
    """`hc_post_as`: the service they were logged in with (Jetpack, WordPress.com)."""
    protocol: str = ""
    """`activitypub` or `webmention`: it came from another server, which was checked."""


class People:
    """Everybody who commented on one site; as large as their number."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._known: dict[Stated, IdentityRef | None] = {}
        self._websites: dict[str, dict[str, IdentityRef]] = {}
        """By e-mail address."""
        self._names: dict[str, str] = {}
        self._checked: set[tuple[str, str]] = set()
        """Accounts whose address has been told."""
        self._fresh: list[ContactRecord] = []

    def commenter(self, stated: Stated) -> IdentityRef | None:
        """Return who wrote a comment; None when nothing tells them from others."""
        if stated not in self._known:
            self._known[stated] = self._identify(stated)
        return self._known[stated]

    def know(self, identities: tuple[IdentityRef, ...]) -> None:
        """Note what is known of an author of the site: their comments may show any of it."""
        for other in identities[1:]:
            self._check(identities[0], other)

    def fresh(self) -> list[ContactRecord]:
        """Return the cards of accounts met since the last call, to stand before what they did.

        Whoever has the account already, from another platform's export, then gets the address as well.
        """
        if not self._fresh:
            return []
        cards, self._fresh = self._fresh, []
        return cards

    def records(self) -> Iterator[ContactRecord]:
        """Yield the websites that people stated beside their address; when all comments have been read."""
        for email, websites in self._websites.items():
            yield ContactRecord(
                (IdentityRef("email", email, name=self._names.get(email)), *websites.values())
            )

    def _identify(self, stated: Stated) -> IdentityRef | None:
        name = clean_name(stated.name)
        shown = None if folded(name) in _UNNAMED else name
        if stated.protocol == "activitypub":
            return _actor(stated, shown)
        email = address_of(stated.email)
        account = None
        if stated.user not in (None, "", "0"):
            account = IdentityRef(PLATFORM, external_id=f"{self._site}:user:{stated.user}", name=shown)
        profile = from_url(stated.url) if stated.url else None
        checked = profile is not None and (stated.login in _LOGINS or stated.protocol == "webmention")
        if email is None:
            return account or self._unaddressed(stated, shown)
        who = IdentityRef("email", email, name=shown)
        if account is not None:
            self._check(who, account)
        if profile is not None and checked:
            self._check(who, IdentityRef(*profile))
        elif _is_site(stated.url) and host_of(stated.url) != host_of(self._site):
            website = normalise("web", stated.url)
            self._websites.setdefault(email, {})[website] = IdentityRef("web", website)
            if shown:
                self._names[email] = shown
        return who

    def _unaddressed(self, stated: Stated, name: str | None) -> IdentityRef | None:
        if _is_site(stated.url) and host_of(stated.url) != host_of(self._site):
            found = person_at(stated.url, name)
            if found is not None:
                return found
        if name is None:
            return None
        return IdentityRef(PLATFORM, external_id=f"{self._site}:name:{folded(name)}", name=name)

    def _check(self, who: IdentityRef, account: IdentityRef) -> None:
        """Note that an account and an address are one person's; of several addresses the first."""
        key = (account.platform, account.external_id or account.handle or "")
        if key not in self._checked:
            self._checked.add(key)
            self._fresh.append(ContactRecord((account, who)))


def clean_name(name: str) -> str:
    """Return a name without the HTML escapes that WordPress stores, on one line."""
    return " ".join(unescape_once(name).split())[:_LONGEST_NAME]


def address_of(text: str) -> str | None:
    """Return an e-mail address in its usual form; None for none, and for those that software fills in."""
    address = normalise("email", text) if text else ""
    if not _ADDRESS.fullmatch(address) or _NOBODYS.match(address):
        return None
    return address


def linking_site(page: str) -> IdentityRef | None:
    """Return the site that a pingback or trackback came from; its title is nobody's name."""
    return author_of(page) if _is_site(page) else None


def _is_site(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) and "." in host_of(url)


def _actor(stated: Stated, name: str | None) -> IdentityRef | None:
    """Return the account that the ActivityPub plugin received something from.

    It writes the account's address on its server (`ada@example.social`) where e-mail addresses stand, and the
    address of the profile as website.
    """
    handle = _FEDIVERSE.fullmatch(stated.email.strip())
    if handle:
        return IdentityRef("mastodon", handle[1].lower(), name=name, url=stated.url or None)
    profile = from_url(stated.url) if stated.url else None
    if profile:
        return IdentityRef(*profile, name=name)
    return person_at(stated.url, name) if _is_site(stated.url) else None
