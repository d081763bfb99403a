"""Blogs and who they are: names, the opaque ids behind them, and which are the owner's.

The decision to know: a blog is a contact. Its id (`t:...`) stays when its name changes, and names are given
away again, so the id is the key wherever something links the two; a name that two blogs have had is shown,
but is nobody's handle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from crm.domain.records import IdentityRef, Owner
from crm.importers.kit.text import clean_value

PLATFORM = "tumblr"

_DEACTIVATED = re.compile(r"-deactivated\d{0,8}$", re.IGNORECASE)
_BLOG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"(?:https?:)?//([a-z0-9-]{1,64})\.tumblr\.com(?:[/?#:]|$)", re.IGNORECASE)
_PATH = re.compile(
    r"(?:https?:)?//(?:www\.)?tumblr\.com/(?:blog/(?:view/)?|@)?([a-z0-9-]{1,64})(?:[/?#]|$)", re.IGNORECASE
)
_POST = re.compile(r"/(?:post/|[a-z0-9-]+/)(\d{5,25})\b", re.IGNORECASE)
_NO_BLOGS = frozenset(
    (
        "www",
        "api",
        "assets",
        "static",
        "media",
        "href",
        "blog",
        "dashboard",
        "tagged",
        "search",
        "explore",
        "post",
    )
)


@lru_cache(maxsize=65536)
def blog(text: str | None) -> str | None:
    """Return the name of a blog as it was before it was closed; None for what is none.

    Tumblr renames a closed blog `name-deactivated` or `name-deactivated20190101`.
    """
    name = _DEACTIVATED.sub("", clean_value(text or "").strip().removeprefix("@"))
    return name if _BLOG.fullmatch(name) else None


@lru_cache(maxsize=65536)
def blog_in(address: str | None) -> str | None:
    """Return the blog whose address, or a post of which, this is: `https://NAME.tumblr.com/...`."""
    match = _HOST.match(address or "") or _PATH.match(address or "")
    match = _PATH.match(address or "") if match and match[1].casefold() == "www" else match
    return blog(match[1]) if match and match[1].casefold() not in _NO_BLOGS else None


def post_in(address: str | None) -> str | None:
    """Return the id of the post that an address leads to."""
    match = _POST.search(address or "")
    return match[1] if match else None


@dataclass
class Blogs:
    """What the export tells about ids and names together."""

    _names: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By id: the name last seen, and when (microseconds since 1970 UTC)."""
    _ids: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, identifier: str, name: str | None, seen: int) -> None:
        """Note the name of an id."""
        if name is None:
            return
        self._ids.setdefault(name.casefold(), set()).add(identifier)
        before = self._names.get(identifier)
        if before is None or seen >= before[0]:
            self._names[identifier] = (seen, name)

    def knows(self, identifier: str) -> bool:
        """Say whether the name of an id is known."""
        return identifier in self._names

    def by_id(self, identifier: str) -> IdentityRef:
        """Return the blog with an id; to be asked when everything has been learnt."""
        _, name = self._names.get(identifier, (0, None))
        if name is not None and len(self._ids.get(name.casefold(), ())) > 1:
            return IdentityRef(PLATFORM, None, identifier, name)
        return IdentityRef(PLATFORM, name, identifier)

    def by_name(self, name: str, identifier: str | None = None) -> IdentityRef:
        """Return the blog with a name, with its id where the export knows just one."""
        known = self._ids.get(name.casefold(), set())
        if identifier is None and len(known) == 1:
            return self.by_id(next(iter(known)))
        return IdentityRef(PLATFORM, name, identifier)


@dataclass
class Me:
    """The owner's blogs, as far as they are known."""

    names: dict[str, str] = field(default_factory=dict)
    """Names of today by folded name."""
    former: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str | None] = field(default_factory=dict)
    """Folded name by opaque id; None where it is not known which blog an id is."""
    emails: dict[str, None] = field(default_factory=dict)
    before: frozenset[str] = frozenset()
    """Folded names that earlier imports, or the user, call the user's."""

    def add(self, name: str | None, identifier: str | None = None) -> None:
        """Note a blog of the owner's, with its id if that is known."""
        if name:
            self.names.setdefault(name.casefold(), name)
        if identifier:
            self.ids[identifier] = name.casefold() if name else self.ids.get(identifier)

    def is_me(self, name: str | None, identifier: str | None = None) -> bool:
        """Say whether a blog is the owner's."""
        if identifier and identifier in self.ids:
            return True
        folded = (name or "").casefold()
        return bool(folded) and (folded in self.names or folded in self.former or folded in self.before)

    def identities(self) -> tuple[IdentityRef, ...]:
        """Return what belongs to the owner; a former name goes without id, for somebody else may have it."""
        by_name = {name: identifier for identifier, name in self.ids.items() if name}
        found = [IdentityRef(PLATFORM, name, by_name.get(key)) for key, name in self.names.items()]
        found += [
            IdentityRef(PLATFORM, None, identifier)
            for identifier, name in self.ids.items()
            if name is None or name not in self.names
        ]
        found += [
            IdentityRef(PLATFORM, name, label="former name")
            for key, name in self.former.items()
            if key not in self.names
        ]
        return (*found, *(IdentityRef("email", address) for address in self.emails))


def known_before(owner: Owner) -> frozenset[str]:
    """Return the folded names of the user's blogs that are known from earlier imports."""
    return frozenset(handle.casefold() for platform, handle in owner.identities if platform == PLATFORM)
