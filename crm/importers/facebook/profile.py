"""The user's own account: names of all times, addresses, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.domain.handles import from_url
from crm.domain.records import IdentityRef, Problem, SelfRecord
from crm.importers.facebook.layout import Holds, Layout
from crm.importers.facebook.people import PLATFORM, by_name
from crm.importers.facebook.reading import document, readable
from crm.importers.facebook.shapes import Act, PlainName, Profile, ProfileFile
from crm.importers.kit.export import Export
from crm.importers.kit.meta.owner import autofill_names
from crm.importers.kit.meta.text import repair

_ACTS_ASKED = 50


@dataclass
class Account:
    """What an export says about its owner."""

    names: list[str] = field(default_factory=list)
    """As written; the present one first."""
    username: str | None = None
    url: str | None = None
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    def as_record(self) -> SelfRecord | None:
        """Return the user's identities, if there are any."""
        identities: list[IdentityRef] = []
        if self.username:
            name = self.names[0] if self.names else None
            identities.append(IdentityRef(PLATFORM, self.username, name=name, url=self.url))
        identities += [by_name(name) for name in self.names]
        identities += [IdentityRef("email", address) for address in self.emails if "@" in address]
        identities += [IdentityRef("phone", number) for number in self.phones]
        unique = tuple(dict.fromkeys(identities))
        return SelfRecord(unique, self.names[0] if self.names else None) if unique else None


def read_account(export: Export, layout: Layout) -> Iterator[Problem | Account]:
    """Yield the account, after a `Problem` for each file about it that cannot be read."""
    account = Account()
    for name in layout.of(Holds.PROFILE):
        found = document(export, name, ProfileFile)
        if isinstance(found, Problem):
            yield found
        elif profile := found.newer or found.older:
            _take(profile, account)
    account.names = _unique(account.names) or _unique(autofill_names(export))
    if not account.names:
        account.names = _unique(_authors(export, layout))[:1]
    yield account


def _take(profile: Profile, account: Account) -> None:
    if profile.name and profile.name.full_name:
        account.names.append(repair(profile.name.full_name))
    former: Iterable[PlainName] = (*(profile.previous_names or ()), *(profile.other_names or ()))
    account.names += [repair(one.name) for one in former if one.name]
    if profile.profile_uri:
        account.url = repair(profile.profile_uri)
    found = from_url(account.url) if account.url else None
    if profile.username or found:
        account.username = repair(profile.username or "") or (found[1] if found else None)
    if profile.emails:
        listed = (*(profile.emails.emails or ()), *(profile.emails.previous_emails or ()))
        account.emails += [repair(address) for address in listed]
    account.phones += [one.phone_number for one in profile.phone_numbers or () if one.phone_number]


def _authors(export: Export, layout: Layout) -> Iterator[str]:
    """Yield the authors of the first comments and reactions: these are always the user's."""
    for what in (Holds.COMMENTS, Holds.GROUP_COMMENTS, Holds.REACTIONS):
        for name in layout.of(what):
            for number, act in enumerate(readable(export, name, Act)):
                if number >= _ACTS_ASKED:
                    break
                for datum in act.data or ():
                    author = datum.comment.author if datum.comment else None
                    actor = datum.reaction.actor if datum.reaction else None
                    if author or actor:
                        yield repair(author or actor or "")


def _unique(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(" ".join(name.split()) for name in names) if name]
