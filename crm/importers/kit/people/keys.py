"""Addresses, numbers, websites and accounts of a table, as the identities they are.

Only what can serve as an exact key becomes one. A number that a spreadsheet has rounded (`4.91701E+11`) would
make one person of everybody whose number begins alike, so it is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crm.domain import handles
from crm.domain.platforms import PLATFORMS
from crm.domain.records import IdentityRef

ADDRESS_BOOK = "addressbook"

_ADDRESS = re.compile(r"[^\s@<>\"]{1,200}@[^\s@<>\"]{1,200}")
_IN_BRACKETS = re.compile(r"<([^<>]*)>[^<>]*\Z")
_WEBSITE = re.compile(
    r"(?:https?://)?[\w.-]{1,250}\.[\w-]{2,60}(?::\d{1,5})?(?:[/?#]\S{0,2000})?", re.IGNORECASE
)
_SIX_DIGITS = re.compile(r"(?:\d\D*){6}")
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_LONGEST_NUMBER = 80
_LONGEST_HANDLE = 250
_LONGEST_LABEL = 60
_BY_ID = {
    slug: platform.id_url.partition("{id}")[0] for slug, platform in PLATFORMS.items() if platform.id_url
}
"""How the address of a profile begins that has the account's number in it."""
_NUMBERS = frozenset({"whatsapp", "signal", "sms", "phone"})
_NEEDS_HOST = frozenset({"mastodon", "xmpp"})
_WORDS = frozenset(
    {
        *("home", "work", "mobile", "main", "other", "fax", "pager", "car", "cell", "school", "personal"),
        *("google", "voice", "private", "business", "page", "profile", "blog", "custom", "anniversary"),
        *("spouse", "partner", "domestic", "child", "mother", "father", "parent", "brother", "sister"),
        *("friend", "relative", "manager", "assistant", "referred", "by"),
    }
)
_PLAIN = {"cell": "mobile", "private": "home", "personal": "home", "business": "work", "home page": "website"}
_SAYS_NOTHING = frozenset({"", "custom", "profile", "internet"})


def address(written: str) -> str | None:
    """Return the e-mail address in a text, of `"Ada" <ada@example.org>` what is in the brackets, or None."""
    if written.endswith(">") and (inner := _IN_BRACKETS.search(written)) is not None:
        written = inner[1].strip()
    written = written.removeprefix("mailto:")
    # https://mastodon.example/@ada has an @ as well
    return written if _ADDRESS.fullmatch(written) and "//" not in written else None


def number(written: str) -> str | None:
    """Return a telephone number as written, or None: an extension inside one house, no number at all."""
    if len(written) > _LONGEST_NUMBER or _SIX_DIGITS.search(written) is None or _ROUNDED.fullmatch(written):
        return None
    return written.removeprefix("tel:")


def is_rounded(written: str) -> bool:
    """Say whether a spreadsheet took a number apart (`4.91701E+11`); what is missing cannot be known."""
    return _ROUNDED.fullmatch(written) is not None


def website(written: str, label: str | None) -> IdentityRef | None:
    """Return the profile or website that a web address is, or None."""
    if _WEBSITE.fullmatch(written) is None:
        return None
    url = written if "://" in written else f"https://{written}"
    profile = handles.from_url(url)
    if profile is not None:
        return IdentityRef(profile[0], profile[1], None, None, url, label)
    for platform, start in _BY_ID.items():
        if url.startswith(start) and url[len(start) :].isdecimal():
            return IdentityRef(platform, None, url[len(start) :], None, url, label)
    platform = "blog" if label is not None and label.casefold() == "blog" else "web"
    return IdentityRef(platform, written, None, None, url, label)


def account(platform: str, written: str, label: str | None = None) -> IdentityRef | None:
    """Return an account, given as a handle or as the address of its profile, or None when it is neither."""
    if "://" in written or written.lower().startswith("www."):
        return website(written, label)
    if "/" in written and (found := handles.from_url(written)) is not None and found[0] == platform:
        return IdentityRef(platform, found[1], None, None, f"https://{written}", label)
    if platform == "email":
        found_address = address(written)
        return IdentityRef("email", found_address, None, None, None, label) if found_address else None
    if platform in ("web", "blog"):
        ref = website(written, label)
        return ref._replace(platform=platform) if ref is not None and ref.platform == "web" else ref
    handle = _handle(platform, written)
    return IdentityRef(platform, handle, None, None, None, label) if handle else None


def _handle(platform: str, written: str) -> str | None:
    if platform in _NUMBERS and "@" not in written:
        return number(written)
    bare = written.removeprefix("@")
    if platform in _NEEDS_HOST and "@" not in bare:
        return None
    unique = platform not in PLATFORMS or PLATFORMS[platform].unique_handles
    if not bare or len(bare) > _LONGEST_HANDLE or (unique and len(bare.split()) > 1):
        return None
    return written


def reference(written: str) -> IdentityRef | None:
    """Return the account that `platform:handle`, an address, a number or a profile's address names."""
    ref = handles.parse_reference(written)
    if ref is None or not ref.handle:
        return None
    if ref.url is not None:
        return website(ref.url, None)
    return account(ref.platform, ref.handle)


@lru_cache(maxsize=1024)
def word_of(label: str) -> str | None:
    """Return a label as it is kept: `* Home` (what Google prefers) is "home", a word of one's own stays."""
    label = " ".join(label.replace("*", " ").split())
    plain = label.casefold()
    if all(word in _WORDS for word in plain.split()):
        label = _PLAIN.get(plain, plain)
    return None if label.casefold() in _SAYS_NOTHING else label[:_LONGEST_LABEL]


def same(ref: IdentityRef) -> tuple[str, str]:
    """Return what two spellings of one identity within a row have in common."""
    if ref.platform == "email" and ref.handle and ref.handle.isascii():  # most are, and this is quick
        return "email", ref.handle.lower()
    return ref.platform, handles.normalise(ref.platform, ref.handle or ref.external_id or "")
