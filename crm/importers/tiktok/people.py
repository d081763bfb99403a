"""Whose export it is, and who takes part in which conversation of it: learnt in a first pass.

The decision to know: TikTok knows people by their handle of the day of the export only, and its document has
the profile behind the conversations. A conversation of two is named after the other side, so whoever else
writes in it is the user; that decides where there is no profile (messages alone, text files in any language).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crm.domain.errors import QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.tiktok.layout import sections
from crm.importers.tiktok.shapes import Holds, Profile, Row, Sender, said

PLATFORM = "tiktok"

_FIRST_PASS = frozenset((Holds.PROFILE, Holds.CHAT, Holds.GROUP))
_CHOICES = 8


def folded(handle: str) -> str:
    """Return a handle in the form in which it is compared."""
    return normalise(PLATFORM, handle)


def named_in(title: str) -> str:
    """Return after whom a conversation is called: `Chat History with ada:` is with `ada`."""
    name = title.strip().rstrip(":").strip()
    for before in ("group chat history with ", "chat history with "):
        if name.casefold().startswith(before):
            return name[len(before) :].strip()
    return name


@dataclass
class People:
    """The user and the members of groups."""

    handle: str | None = None
    name: str | None = None
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    mine: set[str] = field(default_factory=set)
    """Every handle that is the user's, folded."""
    groups: dict[str, dict[str, IdentityRef]] = field(default_factory=dict)
    """Who wrote in a group, the user too, by the group's title and their folded handle."""

    def is_me(self, handle: str) -> bool:
        """Say whether a handle is the user's."""
        return folded(handle) in self.mine

    def record(self) -> SelfRecord | None:
        """Return what is known of the user."""
        found = [IdentityRef(PLATFORM, self.handle, name=self.name)] if self.handle else []
        found += [IdentityRef("email", address) for address in self.emails]
        found += [IdentityRef("phone", number) for number in self.phones]
        return SelfRecord(tuple(dict.fromkeys(found)), self.name) if found else None


def learn(export: Export, owner: Owner) -> People:
    """Read an export once for its people; what cannot be read in it is reported by the second pass.

    Raises:
        QuestionError: several people could be the user.
        ExportError: a file is cut off or no JSON; also what reading raises.

    """
    people = People()
    others: Counter[str] = Counter()
    written: dict[str, str] = {}
    for section in sections(export, _FIRST_PASS, Sender):
        if section.holds is Holds.PROFILE:
            for profile in section.rows:
                if isinstance(profile, Profile):
                    _take(people, profile)
            continue
        rows = (row for row in section.rows if isinstance(row, Row | Sender))
        senders = dict.fromkeys(row.sender for row in rows)
        handles = {folded(handle): handle for handle in senders if handle}
        written.update(handles)
        title = named_in(section.title)
        if section.holds is Holds.GROUP:
            members = people.groups.setdefault(title, {})
            members.update((key, IdentityRef(PLATFORM, handle)) for key, handle in handles.items())
        else:
            others.update(handles.keys() - {folded(title)})
    _decide(people, owner, others, written)
    return people


def _take(people: People, profile: Profile) -> None:
    people.handle = people.handle or said(profile.user)
    people.name = people.name or said(profile.name_1) or said(profile.name_2)
    if (email := said(profile.email)) and "@" in email and "*" not in email:
        people.emails.append(email)
    if (phone := said(profile.phone)) and "*" not in phone and any(map(str.isdecimal, phone)):
        people.phones.append(phone)


def _decide(people: People, owner: Owner, others: Counter[str], written: dict[str, str]) -> None:
    """Find out which handles are the user's, where the profile does not say it or the user says otherwise."""
    if people.handle:
        people.mine.add(folded(people.handle))
    known = {handle for platform, handle in owner.identities if platform == PLATFORM}
    stated = folded((owner.stated or "").strip().removeprefix(f"{PLATFORM}:"))
    people.mine |= ({stated} | known) & written.keys()
    if not people.mine and len(others) == 1:
        people.mine = set(others)
    if people.mine and not people.handle:
        people.handle = next((written[handle] for handle in sorted(people.mine) if handle in written), None)
    members = {handle for group in people.groups.values() for handle in group}
    if people.mine or not (others or members):
        return
    candidates = [handle for handle, _ in others.most_common(_CHOICES)] or sorted(members)[:_CHOICES]
    raise QuestionError(
        "this export of TikTok holds messages and does not say which of the accounts in them is yours",
        "say it with --as and your TikTok user name",
        "as",
        tuple((written[handle], f"you are @{written[handle]} on TikTok") for handle in candidates),
    )
