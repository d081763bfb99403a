"""How Reddit writes accounts and addresses."""

from __future__ import annotations

import re

from crm.domain.records import IdentityRef

PLATFORM = "reddit"
SITE = "https://www.reddit.com"

_ACCOUNT = re.compile(r"(?:/?u(?:ser)?/)?([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_NAMED = re.compile(r"(?<![\w/.-])/?u/([A-Za-z0-9_-]{3,20})(?![\w/-])")
_POST = re.compile(r"/comments/([a-z0-9]{1,13})(?:/[^/?#]*(?:/([a-z0-9]{1,13}))?)?", re.IGNORECASE)
_SHORT = re.compile(r"redd\.it/([a-z0-9]{1,13})", re.IGNORECASE)
_PROFILE = re.compile(r"(?:^|reddit\.com)/?(?:r/u_|u/|user/)([A-Za-z0-9_-]{3,20})/comments/", re.IGNORECASE)
_GONE = frozenset(("[deleted]", "[removed]"))


def account(written: str) -> str | None:
    """Return the name of an account as written (`u/ada`, `ada`), None for a subreddit or nobody."""
    match = _ACCOUNT.fullmatch(written.strip())
    return match[1] if match else None


def person(name: str) -> IdentityRef:
    """Return an account as an identity."""
    return IdentityRef(PLATFORM, name)


def named_in(text: str) -> list[str]:
    """Return the accounts that a text names (`u/ada`), each once, in their order."""
    if "u/" not in text:
        return []
    found: dict[str, str] = {}
    for match in _NAMED.finditer(text):
        found.setdefault(match[1].lower(), match[1])
    return list(found.values())


def post_of(link: str) -> str | None:
    """Return the id of the post that an address is of, or in whose comments it lies."""
    match = _POST.search(link) or _SHORT.search(link)
    return match[1].lower() if match else None


def comment_of(link: str) -> str | None:
    """Return the id of the comment that an address is of; None where it is a post's."""
    match = _POST.search(link)
    return match[2].lower() if match and match[2] else None


def profile_of(link: str, subreddit: str = "") -> str | None:
    """Return whose profile page a post stands on, which only its owner can write on; None elsewhere."""
    folded = subreddit.strip().removeprefix("r/")
    if folded.lower().startswith("u_"):
        return account(folded[2:])
    match = _PROFILE.search(link)
    return match[1] if match else None


def address(permalink: str) -> str | None:
    """Return an address with its host; Reddit writes some without."""
    link = permalink.strip()
    return f"{SITE}{link}" if link.startswith("/") else link or None


def words(text: str) -> str | None:
    """Return what was said, None where it was deleted or is empty."""
    text = text.strip()
    return None if not text or text in _GONE else text
