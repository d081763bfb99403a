"""Who is behind the ids of an archive, and which of them is the owner.

The decision to know: direct messages, followers and likes give ids only, and handles change hands, so people
are known by id; the handle and name that go with one are those of the newest tweet that mentions it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crm.domain.records import IdentityRef, Owner

PLATFORM = "x"


class People:
    """Every account an archive tells something about; as large as their number, not as the archive."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, str | None, str | None]] = {}
        self._ids: dict[str, str | None] = {}
        self._refs: dict[str, IdentityRef] = {}

    def learn(self, identifier: str, handle: str | None, name: str | None, seen: int) -> None:
        """Note what one tweet says of an account; `seen` grows with time."""
        before = self._known.get(identifier)
        if handle:
            folded = handle.casefold()
            if self._ids.setdefault(folded, identifier) != identifier:
                self._ids[folded] = None  # it changed hands
        if before is None:
            self._known[identifier] = (seen, handle, name)
        elif seen >= before[0]:
            self._known[identifier] = (seen, handle or before[1], name or before[2])
        elif (handle and not before[1]) or (name and not before[2]):
            self._known[identifier] = (before[0], before[1] or handle, before[2] or name)

    def by_id(self, identifier: str) -> IdentityRef:
        """Return the account with this id; to be asked when everything has been learnt."""
        ref = self._refs.get(identifier)
        if ref is None:
            _, handle, name = self._known.get(identifier, (0, None, None))
            url = None if handle else f"https://x.com/i/user/{identifier}"
            ref = self._refs[identifier] = IdentityRef(PLATFORM, handle, identifier, name, url)
        return ref

    def by_handle(self, handle: str, name: str | None = None) -> IdentityRef:
        """Return the account with this handle, with its id where the archive knows only one such."""
        identifier = self._ids.get(handle.casefold())
        return self.by_id(identifier) if identifier else IdentityRef(PLATFORM, handle, None, name)

    def find(self, identifier: str | None, handle: str | None, name: str | None = None) -> IdentityRef | None:
        """Return the account, by id where there is one."""
        if identifier:
            return self.by_id(identifier)
        return self.by_handle(handle, name) if handle else None


@dataclass
class Me:
    """The owner of an archive, as far as it is known."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    handles: set[str] = field(default_factory=set)
    """All handles of today and the past, case-folded."""
    former: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    since: int | None = None
    """When the account was made, microseconds since 1970 UTC."""

    def name_handle(self, handle: str | None) -> None:
        """Set today's handle."""
        if handle:
            self.handle = handle
            self.handles.add(handle.casefold())

    def is_me(self, identifier: str | None, handle: str | None) -> bool:
        """Say whether an account is the owner's: by id where both are known, else by handle."""
        if identifier and self.id:
            return identifier == self.id
        return bool(handle) and handle is not None and handle.casefold() in self.handles

    def url(self, tweet: str) -> str:
        """Return the address of one of the owner's tweets; X finds it by its id under any handle."""
        return f"https://x.com/{self.handle or 'i'}/status/{tweet}"

    def identities(self) -> tuple[IdentityRef, ...]:
        """Return what belongs to the owner. Former handles go without id: the id's handle is today's."""
        found = [IdentityRef(PLATFORM, self.handle, self.id, self.name)] if self.id or self.handle else []
        today = self.handle.casefold() if self.handle else None
        former = {handle.casefold(): handle for handle in self.former if handle.casefold() != today}
        found += [IdentityRef(PLATFORM, handle, label="former handle") for handle in former.values()]
        addresses = {address.casefold(): address for address in self.emails}
        return (*found, *(IdentityRef("email", address) for address in addresses.values()))


def stated(owner: Owner) -> tuple[str | None, str | None]:
    """Return the id or the handle that the user gave with `--as`."""
    text = (owner.stated or "").strip().rstrip("/")
    for prefix in (
        "https://",
        "http://",
        "www.",
        "mobile.",
        "x.com/",
        "twitter.com/",
        "i/user/",
        "x:",
        "twitter:",
    ):
        text = text.removeprefix(prefix)
    text = text.removeprefix("@")
    if text.isdecimal():
        return text, None
    return (None, text) if text and text.isascii() and text.replace("_", "a").isalnum() else (None, None)


def known_ids(owner: Owner) -> set[str]:
    """Return the ids of the user's accounts on X that are known from before."""
    return {identifier for platform, identifier in owner.external_ids if platform == PLATFORM}


def known_handles(owner: Owner) -> set[str]:
    """Return the user's handles on X that are known from before."""
    return {handle.removeprefix("@") for platform, handle in owner.identities if platform == PLATFORM}


def candidates(conversations: Iterable[frozenset[str]]) -> list[str]:
    """Return the ids that take part in every conversation of two; the owner is one of them."""
    common: frozenset[str] | None = None
    for pair in conversations:
        common = pair if common is None else common & pair
    return sorted(common or ())


def common_id(conversations: Iterable[frozenset[str]], preferred: set[str]) -> str | None:
    """Return the id that takes part in every conversation, if there is only one such.

    With a single conversation it can be either side: then one that is known to be the user's decides.
    """
    common = candidates(conversations)
    if len(common) > 1:
        common = [identifier for identifier in common if identifier in preferred]
    return common[0] if len(common) == 1 else None
