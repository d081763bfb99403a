"""What of each contact is compared, computed once: names, handles, exact keys, firm, domains.

An exact key is something that only one person should have: a number, an address, an account that a profile
links to. It is kept as text such as "phone:+4930555", so that two platforms' spellings of it meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from crm.domain.handles import from_url, normalise
from crm.domain.matching import handles
from crm.domain.matching.handles import ROLES, Handle
from crm.domain.matching.names import Latin, Name, Reader
from crm.domain.matching.subject import Account, Subject
from crm.domain.text import folded

_NUMBERED = frozenset(("phone", "sms", "whatsapp", "signal", "imessage"))
_LINKED = frozenset(("web", "blog"))
_DIGITS_OF_A_NUMBER = 9
"""The last digits of a telephone number: with them +49 30 555 and 030 555 meet."""
_LEGAL = frozenset(
    [
        "gmbh",
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "llc",
        "llp",
        "plc",
        "corp",
        "corporation",
        "co",
        "company",
        "ag",
        "kg",
        "ug",
        "ohg",
        "gbr",
        "ev",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "aps",
        "sp",
        "zoo",
        "oo",
        "ooo",
        "kk",
        "pty",
        "pte",
        "the",
        "und",
        "and",
        "group",
        "holding",
        "mbh",
        "gmbhcokg",
        "se",
    ]
)
_WORDS = re.compile(r"[^\w]+")
_LINKS = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_ADDRESSES = re.compile(r"(?<![\w@.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FEDIVERSE = re.compile(r"(?<![\w@.])@([\w.-]+@[\w-]+(?:\.[\w-]+)+)")
_MOST_LINKS = 20
_MOST_NAMES = 4
_NAMED_BY_ID = re.compile(r"\d+|\+?[\d ]+")


class Traits:
    """One contact as it is compared."""

    __slots__ = (
        "birthday",
        "books",
        "claims",
        "common",
        "domains",
        "firm",
        "firm_written",
        "forms",
        "handles",
        "keys",
        "labels",
        "links",
        "named",
        "names",
        "owned",
        "person",
        "platforms",
        "stems",
        "subject",
    )  # fmt: skip

    def __init__(self, subject: Subject, reader: Reader, latin: Latin) -> None:
        self.subject = subject
        self.birthday = subject.birthday
        self.books = subject.books
        self.firm, self.firm_written = _firm(subject.organisation)
        read = (handles.read(a.platform, a.handle, latin) for a in subject.accounts if a.handle)
        self.handles: list[Handle] = [handle for handle in read if handle is not None]
        self.stems: dict[str, Handle] = {}
        for handle in self.handles:
            self.stems.setdefault(handle.stem, handle)
        self.labels = {label.stem: label for label in _labels(subject, latin)}
        """Names of its websites: as good as handles for fitting a name, but colleagues share them."""
        self.names: list[Name] = _names(subject, reader)
        self.named = bool(self.names)
        """Whether somebody said a name, and it was not read out of a handle."""
        self.person = any(name.person and name.known for name in self.names)
        """One of these names is certainly a person's."""
        if not self.named:
            self.names = _from_handles(self.handles, reader)
        self.common = any(name.common for name in self.names)
        """It goes by a name that says nothing by itself."""
        self.forms: dict[str, tuple[int, tuple[int, ...]]] = {}
        for number, name in enumerate(self.names):
            for form, words in handles.forms(name).items():
                self.forms.setdefault(form, (number, words))
        self.platforms: dict[str, set[tuple[str | None, str | None]]] = {}
        for a in subject.accounts:
            self.platforms.setdefault(a.platform, set()).add((a.handle, a.external_id))
        self.owned = {key for a in subject.accounts for key in _own_keys(a)}
        self.claims = {
            key for platform, handle in subject.claims for key in _own_keys(Account(platform, handle))
        }
        self.links = _links(subject) - self.owned
        self.keys = self.owned | self.claims | self.links
        self.domains = _domains(subject)


def _labels(subject: Subject, latin: Latin) -> Iterable[Handle]:
    for account in subject.accounts:
        if account.handle and account.platform in (*_LINKED, "email"):
            domain = handles.domain_of(account.platform, account.handle)
            label = handles.read("domain", domain.split(".")[-2], latin) if domain and "." in domain else None
            if domain is not None and label is not None:
                yield label._replace(written=domain)


def _names(subject: Subject, reader: Reader) -> list[Name]:
    found: dict[tuple[str, ...], Name] = {}
    for written in dict.fromkeys(subject.names):
        name = reader.read(written)
        if name is not None:
            found.setdefault(tuple(sorted(word.text for word in name.words)), name)
    return list(found.values())[:_MOST_NAMES]


def _from_handles(read: Iterable[Handle], reader: Reader) -> list[Name]:
    """Read names out of handles of two or three words ("ada.byron"), for want of a better one."""
    found: dict[tuple[str, ...], Name] = {}
    for handle in read:
        if 2 <= len(handle.pieces) <= 3:
            found.setdefault(tuple(sorted(handle.pieces)), reader.name(handle.pieces))
    return list(found.values())[:_MOST_NAMES]


def _own_keys(account: Account) -> Iterable[str]:
    """Return the keys by which an account could also be known elsewhere."""
    platform, handle = account.platform, account.handle
    if platform == "addressbook" or not handle:
        return
    if platform in _NUMBERED and handle[-3:].isdigit():
        digits = "".join(c for c in handle.partition(";")[0] if c.isdigit())
        if len(digits) >= 6:
            yield f"phone:{digits[-_DIGITS_OF_A_NUMBER:]}{handle.partition(';')[2]}"
        return
    if "@" in handle and platform in ("email", "imessage", "xmpp", "skype", "matrix"):
        yield f"email:{_address(handle)}"
        return
    if platform in _LINKED:
        yield f"site:{_site(handle)}"
        return
    yield f"{platform}:{handle}"


def _address(address: str) -> str:
    """Return an address as its mailbox is the same: Gmail reads neither dots nor what follows a plus."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _site(address: str) -> str:
    return address.partition("//")[2].partition("?")[0].rstrip("/").lower()


def _links(subject: Subject) -> set[str]:
    """Return the keys that a contact's profiles and notes point at."""
    urls = [a.url for a in subject.accounts if a.url]
    urls += [a.handle for a in subject.accounts if a.handle and a.platform in _LINKED]
    if "://" in subject.text:
        urls += _LINKS.findall(subject.text)[:_MOST_LINKS]
    found: set[str] = set()
    for url in urls:
        profile = from_url(url)
        if profile is not None:
            found.update(_own_keys(Account(*profile)))
        elif not url.lower().startswith(("mailto:", "tel:")):
            site = _site(normalise("web", url))
            # an address on a platform that is no profile (a post, a picture) is nobody's website
            if not _is_platform(site.partition("/")[0]):
                found.add(f"site:{site}")
    if "@" in subject.text:
        found.update(f"email:{_address(each)}" for each in _ADDRESSES.findall(subject.text)[:_MOST_LINKS])
        found.update(f"mastodon:{each.lower()}" for each in _FEDIVERSE.findall(subject.text)[:_MOST_LINKS])
    return found


def _firm(organisation: str | None) -> tuple[str | None, str | None]:
    if not organisation:
        return None, None
    words = [word for word in _WORDS.split(folded(organisation)) if word]
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words) or None, organisation


def _domains(subject: Subject) -> set[str]:
    found = set()
    for a in subject.accounts:
        domain = handles.domain_of(a.platform, a.handle) if a.handle else None
        if domain is not None and not _is_platform(domain):
            found.add(domain)
    return found


@lru_cache(maxsize=65_536)
def _is_platform(domain: str) -> bool:
    """Say whether profiles of everybody lie in a domain."""
    return from_url(f"https://{domain}/x") is not None


def is_role(key: str) -> bool:
    """Say whether an address is one that several people answer to."""
    kind, _, rest = key.partition(":")
    return kind == "email" and rest.partition("@")[0] in ROLES


def looks_opaque(name: str) -> bool:
    """Say whether a name is only a number."""
    return _NAMED_BY_ID.fullmatch(name) is not None
