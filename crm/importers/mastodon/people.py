"""Who is behind the addresses of an archive, and which of them is the owner.

The decision to know: people are known by their actor's id, and the handle is what a mention of them says,
because a server's handles may end in another domain than its addresses (`@ada@example.org` lives at
`social.example.org`). A handle is made from an address only where no mention tells it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crm.domain.handles import normalise
from crm.domain.records import IdentityRef
from crm.importers.kit.text import clean_value
from crm.importers.mastodon import addresses
from crm.importers.mastodon.addresses import Person, split_handle

PLATFORM = "mastodon"


class People:
    """Every account an archive mentions; as large as their number, not as the archive."""

    def __init__(self) -> None:
        self._handles: dict[str, str] = {}
        """By actor's id: `user@host`, or `user` alone for one of the owner's own server."""
        self._uris: dict[str, str] = {}
        """By normalised handle."""
        self._domains: dict[str, Counter[str]] = {}
        """By a server's host: the domains in the handles of its people."""
        self._refs: dict[str, IdentityRef] = {}
        self.home: str | None = None
        """The domain in the handles of the owner's own server, once it is known."""

    def learn(self, uri: str, name: str) -> None:
        """Note what a mention says: an actor's id and a handle."""
        if self._handles.get(uri) is not None:
            return
        found = split_handle(name)
        host = addresses.host_of(uri)
        if found is None or host is None:
            return
        user, domain = found
        self._handles[uri] = f"{user}@{domain}" if domain else user
        if domain:
            self._domains.setdefault(host, Counter())[domain] += 1

    def settle(self, home: str | None) -> None:
        """Give the people of the owner's own server their domain, when everything has been learnt."""
        self.home = home
        for uri, handle in self._handles.items():
            if "@" not in handle:
                handle = self._handles[uri] = f"{handle}@{home or addresses.host_of(uri)}"
            self._uris[normalise(PLATFORM, handle)] = uri

    def domain_of(self, host: str) -> str:
        """Return the domain in the handles of the people of a server."""
        seen = self._domains.get(host)
        return seen.most_common(1)[0][0] if seen else host

    def by_uri(self, uri: str) -> IdentityRef | None:
        """Return the account with this actor's id, or page; None for no web address."""
        ref = self._refs.get(uri)
        if ref is None:
            handle = self._handles.get(uri)
            person = addresses.actor(uri)
            if person is None:
                return None
            if handle is None:
                return self.person(person)
            ref = self._refs[uri] = _ref(handle, uri)
        return ref

    def by_handle(self, handle: str) -> IdentityRef:
        """Return the account with this `user@host`, with its id where a mention told it."""
        uri = self._uris.get(normalise(PLATFORM, handle))
        return _ref(handle.removeprefix("@"), uri)

    def person(self, person: Person) -> IdentityRef:
        """Return the account that an address speaks of."""
        if person.uri and person.uri in self._handles:
            return _ref(self._handles[person.uri], person.uri)
        if person.user is None:
            return IdentityRef(PLATFORM, None, person.uri, None, person.uri)
        handle = person.user if "@" in person.user else f"{person.user}@{self.domain_of(person.host)}"
        return _ref(handle, person.uri) if person.uri else self.by_handle(handle)


def _ref(handle: str, uri: str | None) -> IdentityRef:
    """Return an account; its address is given where the handle does not lead there by itself."""
    handle = clean_value(handle)
    uri = clean_value(uri) if uri else None
    person = addresses.actor(uri) if uri else None
    leads_there = person is None or (
        person.user is not None and normalise(PLATFORM, handle) == f"{person.user.lower()}@{person.host}"
    )
    return IdentityRef(PLATFORM, handle, uri, None, None if leads_there else uri)


@dataclass
class Me:
    """The owner of an archive, as far as it is known."""

    uri: str | None = None
    user: str | None = None
    name: str | None = None
    webfinger: str | None = None
    others: list[str] = field(default_factory=list)
    """Ids of the owner's other accounts: where they moved to or from."""

    def is_me(self, uri: str | None) -> bool:
        """Say whether an actor's id is the owner's, of any of their accounts."""
        return uri is not None and (uri == self.uri or uri in self.others)

    def wrote(self, uri: str) -> bool:
        """Say whether the id of a post begins with the owner's own."""
        return self.uri is not None and uri.startswith(f"{self.uri}/")

    def identities(self, people: People) -> tuple[IdentityRef, ...]:
        """Return what belongs to the owner, the account of this archive first."""
        found: list[IdentityRef] = []
        if self.uri:
            ref = people.by_uri(self.uri)
            user = self.user or (ref.handle.partition("@")[0] if ref and ref.handle else None)
            home = people.home or addresses.host_of(self.uri)
            handle = self.webfinger or (f"{user}@{home}" if user and home else None)
            found.append(
                _ref(handle, self.uri)._replace(name=self.name)
                if handle
                else IdentityRef(PLATFORM, None, self.uri, self.name, self.uri)
            )
        for uri in self.others:
            ref = people.by_uri(uri)
            if ref and ref not in found:
                found.append(ref)
        return tuple(found)
