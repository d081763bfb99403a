"""Whose export of Instagram or Threads it is: handles of today and the past, names, addresses.

The decision to know: the keys of the profile are in the language of the account, so an address is known by
its shape and the user name by the words that the common languages have for it; where none fits, the name of
the download says it (`instagram-ada.byron-2025-03-01-AbCd`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.domain.handles import normalise
from crm.domain.records import CoverageRecord, IdentityRef, Owner, Problem, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.meta.activity import Part, What
from crm.importers.kit.meta.lists import Entry, entries, handle_like, is_username, plain
from crm.importers.kit.meta.text import repair
from crm.importers.kit.times import is_believable, iso

_NAME = frozenset(
    "name naam nom nombre nome navn namn nimi imię imie имя ad isim jméno meno név nama tên".split()  # noqa: SIM905
) | {"名前", "姓名", "名称", "名稱", "이름", "profile name"}
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")
_PHONE = re.compile(r"\+[\d ()/-]{7,20}")
_DOWNLOAD = re.compile(r"(?:instagram|threads)-([A-Za-z0-9._]{1,30})-(\d{4}-\d\d-\d\d)-", re.IGNORECASE)


@dataclass
class Account:
    """The user, as far as an export tells."""

    handle: str | None = None
    name: str | None = None
    former: list[str] = field(default_factory=list)
    """Handles of the past."""
    names: list[str] = field(default_factory=list)
    """Every name the account had."""
    contacts: list[IdentityRef] = field(default_factory=list)
    """Addresses and numbers."""
    mine: set[str] = field(default_factory=set)
    """Every handle, normalised."""

    def take(self, handle: str | None, name: str | None) -> None:
        """Note a handle and a name."""
        if handle:
            self.handle = self.handle or handle
            self.mine.add(normalise("instagram", handle))
        if name:
            self.name = self.name or name
            self.names.append(name)

    def record(self, platforms: Iterable[str]) -> SelfRecord | None:
        """Return what belongs to the user on some platforms."""
        found = [IdentityRef(platform, self.handle, name=self.name) for platform in platforms if self.handle]
        today = (self.handle or "").casefold()
        earlier = {handle.casefold(): handle for handle in self.former if handle.casefold() != today}
        found += [
            IdentityRef(platform, handle, label="former handle")
            for platform in platforms
            for handle in earlier.values()
        ]
        found += self.contacts
        return SelfRecord(tuple(dict.fromkeys(found)), self.name) if found else None


def read_account(
    export: Export,
    parts: list[Part],
    owner: Owner,
    platform: str,
    people: frozenset[str] = frozenset(),
) -> Account:
    """Return the user of an export: from its profile, else its name, else what is known or was stated.

    Args:
        export: the export.
        parts: its files.
        owner: what is known.
        platform: `instagram` or `threads`.
        people: display names of everybody in its conversations, folded: what was stated may be one of these,
            and then is no handle.

    Raises:
        ExportError: what reading raises; a damaged profile is reported by nobody but costs only itself.

    """
    account = Account()
    for part in parts:
        if part.what in (What.PROFILE, What.CHANGES):
            for _, _, entry in entries(export, part.name, Entry):
                if not isinstance(entry, Problem):
                    (_take_profile if part.what is What.PROFILE else _take_change)(account, entry)
    match = _DOWNLOAD.match(export.path.name)
    if match:
        account.take(match[1], None)
    stated = handle_like((owner.stated or "").strip().removeprefix("@"))
    if stated and account.handle is None and stated.casefold() not in people:
        account.take(stated, None)
    account.mine |= {handle for where, handle in owner.identities if where in (platform, "instagram")}
    if account.handle:
        account.handle = account.handle.removeprefix("@")
    return account


def coverage(export: Export, platforms: Iterable[str]) -> Iterator[CoverageRecord]:
    """Yield until when an export covers: the day of its making stands in its name."""
    match = _DOWNLOAD.match(export.path.name)
    made = iso(match[2]) if match else None
    if made and made.at is not None and is_believable(made.at):
        yield from (CoverageRecord(platform, None, made.at) for platform in platforms)


def _take_profile(account: Account, entry: Entry) -> None:
    handle = name = None
    for key, item in (entry.string_map_data or {}).items():
        value, words = plain(item.value), repair(key).casefold()
        if value is None:
            continue
        if is_username(key):
            handle = handle or handle_like(value)
        elif words in _NAME:
            name = name or value
        elif _ADDRESS.fullmatch(value):
            account.contacts.append(IdentityRef("email", value))
        elif _PHONE.fullmatch(value):
            account.contacts.append(IdentityRef("phone", value))
    account.take(handle, name)


def _take_change(account: Account, entry: Entry) -> None:
    """Note a former handle or name: what changed, then the value before and the one behind."""
    values = [value for item in (entry.string_map_data or {}).values() if (value := plain(item.value))]
    what = values[0].casefold() if values else ""
    if is_username(what):
        handles = [value for value in values[1:] if handle_like(value)]
        account.former += handles
        account.mine.update(normalise("instagram", handle) for handle in handles)
    elif what in _NAME:
        account.names += values[1:]
