"""Who is who on Flickr, and which of them is the owner.

The decision to know: an account has an id (NSID) and, where its owner chose one, an alias in its address.
Comments show the id only, contacts and favourites mostly the alias. Whatever in the export has both links
them, and is collected before the first record is made, so that a person is one identity throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm.domain.records import IdentityRef, Owner
from crm.importers.flickr.shapes import is_nsid
from crm.importers.kit.markup import unescape_once
from crm.importers.kit.text import clean_value

PLATFORM = "flickr"

_ADDRESS = re.compile(r"flickr\.com/(?:people|photos)/([A-Za-z0-9@%._-]{1,100})", re.IGNORECASE)
_NO_ONE = frozenset(("", "tags", "search", "friends", "upload", "albums"))


def segment_of(address: str | None) -> str | None:
    """Return the id or alias in the address of a profile or photo; None for a short one (`flic.kr/p/...`)."""
    match = _ADDRESS.search(address or "")
    segment = match[1].replace("%40", "@") if match else ""
    return None if segment.casefold() in _NO_ONE else segment


def segments_in(text: str) -> list[str]:
    """Return the ids and aliases of everybody whose profile or photos a text links to, each once."""
    found = (match[1].replace("%40", "@") for match in _ADDRESS.finditer(text))
    return list(dict.fromkeys(segment for segment in found if segment.casefold() not in _NO_ONE))


def shown(name: str | int | None) -> str | None:
    """Return a name as people read it."""
    return " ".join(unescape_once(clean_value(str(name))).split()) or None if name not in (None, "") else None


class People:
    """Every account the export tells something about; as large as their number."""

    def __init__(self) -> None:
        self._alias_of: dict[str, str] = {}
        self._id_of: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._refs: dict[str, IdentityRef] = {}

    def learn(self, segment: str | None, name: str | None, other: str | None = None) -> None:
        """Note a name for an id or alias, and that two of these are one account."""
        for key in (segment, other):
            if key and name:
                self._names.setdefault(key.casefold(), name)
        nsid = segment if is_nsid(segment) else other
        alias = other if nsid == segment else segment
        if nsid and alias and is_nsid(nsid) and not is_nsid(alias):
            self._alias_of[nsid.casefold()] = alias
            self._id_of[alias.casefold()] = nsid

    def find(self, segment: str | None) -> IdentityRef | None:
        """Return the account with this id or alias; to be asked when everything has been learnt."""
        if not segment:
            return None
        key = segment.casefold()
        ref = self._refs.get(key)
        if ref is None:
            nsid = segment if is_nsid(segment) else self._id_of.get(key)
            alias = self._alias_of.get(key) if is_nsid(segment) else segment
            name = self._names.get(key) or self._names.get((alias or nsid or "").casefold())
            name = name or self._names.get((nsid or "").casefold())
            url = None if alias else f"https://www.flickr.com/people/{nsid}/"
            ref = self._refs[key] = IdentityRef(PLATFORM, alias, nsid, name, url)
        return ref

    def named(self, segment: str | None, name: str | None) -> IdentityRef | None:
        """Return an account with the name that one record has for it, unless a better one is known."""
        ref = self.find(segment)
        return ref._replace(name=name) if ref and name and not ref.name else ref


@dataclass
class Me:
    """The owner, as far as it is known."""

    nsid: str | None = None
    alias: str | None = None
    screen_name: str | None = None
    real_name: str | None = None
    email: str | None = None

    def is_me(self, segment: str | None) -> bool:
        """Say whether an id or alias is the owner's."""
        if not segment:
            return False
        folded = segment.casefold()
        return folded in ((self.nsid or "").casefold(), (self.alias or "").casefold())

    def take(self, segment: str | None) -> None:
        """Note an id or alias that is certainly the owner's."""
        if is_nsid(segment):
            self.nsid = self.nsid or segment
        else:
            self.alias = self.alias or segment

    def identities(self) -> tuple[IdentityRef, ...]:
        """Return what belongs to the owner."""
        found = []
        if self.nsid or self.alias:
            found.append(IdentityRef(PLATFORM, self.alias, self.nsid, self.screen_name))
        if self.email and "@" in self.email:
            found.append(IdentityRef("email", self.email))
        return tuple(found)


def known_before(owner: Owner) -> str | None:
    """Return the owner's id that an earlier import or `--as` gives."""
    stated = (owner.stated or "").strip()
    stated = segment_of(stated) or stated.removeprefix("flickr:")
    if is_nsid(stated):
        return stated
    known = sorted(identifier for platform, identifier in owner.external_ids if platform == PLATFORM)
    return known[0] if len(known) == 1 else None
