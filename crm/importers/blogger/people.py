"""Who writes and comments on a blog, and which of them is the user.

The decision to know: commenters with a Blogger profile are known by its number; others by the address they
left, last by their name on this blog. Who left no name at all ("Anonymous" in the blog's language) is nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from crm.domain.errors import ExportError, QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner
from crm.domain.text import folded
from crm.importers.blogger.entries import Author
from crm.importers.kit.sites import person_at

PLATFORM = "blogger"

_PROFILE = re.compile(r"https?://(?:www\.|draft\.)?blogger\.com/profile/([0-9]{5,25})\b")
_PLUS = re.compile(r"https?://plus\.google\.com/(?:u/[0-9]/)?([0-9]{10,25})\b")
_UNNAMED = frozenset(
    ("", "anonymous", "anonym", "anonyme", "anonimo", "anoniem", "unknown", "匿名", "аноним", "анонимный")
)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_MOST_CHOICES = 10


class Me(NamedTuple):
    """The user."""

    keys: frozenset[str] = frozenset()
    """Numbers of profiles."""
    emails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Folded; they decide only where an author has neither profile nor address."""

    def wrote(self, author: Author) -> bool:
        """Say whether somebody is the user."""
        key = profile_of(author)
        if key:
            return key in self.keys
        if author.email:
            return author.email in self.emails or (not self.emails and self._is_named(author))
        return not author.uri and self._is_named(author)

    def _is_named(self, author: Author) -> bool:
        return folded(author.name) in self.names


def profile_of(author: Author) -> str | None:
    """Return the number of an author's profile; that of Google+, where blogs had it, begins with `g+`."""
    if match := _PROFILE.match(author.uri):
        return match[1]
    match = _PLUS.match(author.uri)
    return f"g+{match[1]}" if match else None


def identify(author: Author, blog: str) -> IdentityRef | None:
    """Return who somebody is; None when nothing tells them from others."""
    key = profile_of(author)
    name = None if folded(author.name) in _UNNAMED else author.name
    if key:
        return IdentityRef(PLATFORM, external_id=key, name=name, url=author.uri)
    if _ADDRESS.fullmatch(author.email):
        return IdentityRef("email", author.email, name=name)
    if author.uri.lower().startswith(("http://", "https://")) and (found := person_at(author.uri, name)):
        return found
    if name is None:
        return None
    return IdentityRef(PLATFORM, external_id=f"{blog}:name:{folded(name)}", name=name)


def identities_of(authors: list[Author]) -> tuple[IdentityRef, ...]:
    """Return the profiles and addresses of the user."""
    found: dict[IdentityRef, None] = {}
    for author in authors:
        if key := profile_of(author):
            found[IdentityRef(PLATFORM, external_id=key, name=author.name or None, url=author.uri)] = None
        if _ADDRESS.fullmatch(author.email):
            found[IdentityRef("email", author.email, name=author.name or None)] = None
    return tuple(found)


def decide(writers: Counter[Author], heads: list[Author], owner: Owner) -> list[Author]:
    """Return the authors who are the user.

    Args:
        writers: who wrote how many posts and pages; in a folder of one's own comments, who wrote those.
        heads: the authors of whole blogs, which old backups name.
        owner: what is known of the user.

    Raises:
        QuestionError: it cannot be told.
        ExportError: nobody is called what the user stated.

    """
    everybody = list(dict.fromkeys((*writers, *heads)))
    if owner.stated:
        named = [author for author in everybody if _is_called(author, owner.stated)]
        if not named:
            raise ExportError(
                f"nobody in this export is called {owner.stated}",
                f"its authors are: {', '.join(author.name for author in everybody[:_MOST_CHOICES])}",
            )
        return named
    known = [author for author in everybody if _is_known(author, owner)]
    if known:
        return known
    for group in (list(writers), heads):
        if len({_key(author) for author in group}) == 1:
            return group
    if not everybody:
        return []
    raise QuestionError(
        f"{len(everybody)} people write on these blogs, and the export does not say which of them you are",
        "say it with --as and the name you publish under, or the number of your Blogger profile",
        "as",
        tuple(
            (profile_of(author) or author.name, f"{author.name}, {_posts(number)}")
            for author, number in writers.most_common(_MOST_CHOICES)
        ),
    )


def _posts(number: int) -> str:
    return "1 post or page" if number == 1 else f"{number:,} posts and pages"


def _key(author: Author) -> str:
    return profile_of(author) or author.email or folded(author.name)


def _is_called(author: Author, stated: str) -> bool:
    word = stated.strip().removeprefix(f"{PLATFORM}:")
    return word in (profile_of(author), author.email, author.uri) or folded(word) == folded(author.name)


def _is_known(author: Author, owner: Owner) -> bool:
    if (PLATFORM, profile_of(author) or "") in owner.external_ids:
        return True
    return bool(author.email) and ("email", normalise("email", author.email)) in owner.identities
