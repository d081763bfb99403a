"""Accounts of Discord: by their number, with the name that is theirs alone as handle.

The decision to know: since 2023 a user name is unique; before it was `name#1234`, and both halves together
were. Display names and nicknames are names, never handles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crm.domain.records import IdentityRef, SelfRecord
from crm.importers.discord.shapes import Author, User
from crm.importers.kit.text import clean_id, clean_value

PLATFORM = "discord"

_MODERN = re.compile(r"[a-z0-9_.]{2,32}")


def handle_of(username: str | None, discriminator: int | str | None) -> str | None:
    """Return the unique name of an account, None where only a display name is known."""
    name = clean_value(username or "").strip()
    number = clean_id(discriminator) or "0"
    if not name or is_gone(name):
        return None
    if number.isascii() and number.isdigit() and number.strip("0"):
        return f"{name}#{number.zfill(4)}"
    return name if _MODERN.fullmatch(name) else None


def is_gone(name: str) -> bool:
    """Say whether a name is what Discord writes for a closed account."""
    return name.casefold().replace("_", " ").startswith("deleted user")


def number_of(written: int | str | None) -> str | None:
    """Return the number of an account or channel as text, None for anything else."""
    text = clean_id(written)
    return text if text and text.isascii() and text.isdigit() and text != "0" else None


def named(*names: str | None) -> str | None:
    """Return the first of these names that is one."""
    return next((shown for name in names if name and (shown := clean_value(name).strip())), None)


def account_of(user: User, nickname: str | None = None) -> IdentityRef | None:
    """Return an account as an identity, None where it has no number."""
    number = number_of(user.id)
    if number is None:
        return None
    shown = named(nickname, user.global_name, user.display_name, user.username)
    return IdentityRef(PLATFORM, handle_of(user.username, user.discriminator), number, shown)


def author_of(author: Author) -> IdentityRef | None:
    """Return an account as an identity, as DiscordChatExporter writes it."""
    number = number_of(author.id)
    if number is None:
        return None
    return IdentityRef(
        PLATFORM, handle_of(author.name, author.discriminator), number, named(author.nickname, author.name)
    )


@dataclass
class Me:
    """The user's account, as far as it is known."""

    numbers: set[str] = field(default_factory=set)
    identities: list[IdentityRef] = field(default_factory=list)
    name: str | None = None

    def record(self) -> SelfRecord | None:
        """Return the user's identities, or None where nothing is known."""
        return SelfRecord(tuple(self.identities), self.name) if self.identities else None


class People:
    """Everybody whose number an export explains."""

    def __init__(self) -> None:
        self._known: dict[str, IdentityRef] = {}

    def learn(self, who: IdentityRef) -> None:
        """Take note of an account; the first word on it counts."""
        if who.external_id:
            self._known.setdefault(who.external_id, who)

    def of(self, number: str, handle: str | None = None) -> IdentityRef:
        """Return an account by its number, with the handle that is told elsewhere where nothing else is."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = IdentityRef(PLATFORM, handle, number)
        return found

    def name_of(self, number: str) -> str | None:
        """Return how somebody is called, None where nobody says so."""
        found = self._known.get(number)
        return (found.name or found.handle) if found else None
