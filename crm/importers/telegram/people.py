"""Who is who: accounts by their number, and the user among them.

The decision to know: the number is the identity, never the name; only exports before 2020, and what other
programs made of them, have names alone.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from crm.domain.errors import QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner
from crm.domain.text import folded
from crm.importers.kit.keys import normal_text
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.telegram.shapes import Chat, Message, Personal

PLATFORM = "telegram"
SERVICE = "777000"
"""Telegram itself, which sends log-in codes and news."""

_PEERS = 1 << 32
"""Exports before 2021 add this, once or twice, to the numbers of groups and channels."""
_MOST_CHOICES = 12


def user_of(peer: int | str | None) -> str | None:
    """Return the number of a person's account (`user123`, or 123 in old exports); None for anything else."""
    if isinstance(peer, int):
        return str(peer) if 0 < peer < _PEERS else None
    if isinstance(peer, str):
        digits = peer.removeprefix("user")
        return digits if digits.isascii() and digits.isdigit() else None
    return None


def number_of(chat: Chat, is_person: bool) -> str:
    """Return the number of a chat as newer exports have it; its folded name where there is none."""
    if isinstance(chat.id, int) and not is_person and chat.id >= _PEERS:
        return str(chat.id % _PEERS)
    return clean_id(chat.id) or f"name:{fold(chat.name)}"


def fold(name: str | None) -> str:
    """Return a name as names are compared."""
    return normal_text(name).casefold()


def person(number: str | None, name: str | None) -> IdentityRef | None:
    """Return an account by its number, else by its name; None where there is neither."""
    shown = clean_value(name).strip() if name else None
    if number:
        return IdentityRef(PLATFORM, external_id=number, name=shown or None)
    return IdentityRef(PLATFORM, external_id=f"name:{fold(shown)}", name=shown) if shown else None


class Me(NamedTuple):
    """The user's own account."""

    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Folded; they count only where an export has no numbers."""

    def wrote(self, number: str | None, name: str | None) -> bool:
        """Say whether an account is the user's."""
        return number in self.numbers if number else bool(name) and fold(name) in self.names


def owner_of(personal: Personal) -> tuple[Me, tuple[IdentityRef, ...], str | None]:
    """Return the user as the export itself names them: account, identities, name."""
    number = clean_id(personal.user_id)
    name = full_name(personal.first_name, personal.last_name)
    handle = (personal.username or "").removeprefix("@").strip() or None
    identities = []
    if number or handle:
        identities.append(IdentityRef(PLATFORM, handle=handle, external_id=number, name=name))
    if personal.phone_number:
        identities.append(IdentityRef("phone", clean_value(personal.phone_number)))
    return (
        Me(frozenset((number,) if number else ()), frozenset((fold(name),) if name else ())),
        tuple(identities),
        name,
    )


def full_name(first: str | None, last: str | None) -> str | None:
    """Return a whole name, or None."""
    return clean_value(" ".join(part.strip() for part in (first, last) if part and part.strip())) or None


class Survey:
    """Who writes in chats, where an export does not say whose it is."""

    def __init__(self) -> None:
        self.senders: Counter[tuple[str | None, str]] = Counter()
        self._written: dict[tuple[str | None, str], str] = {}
        self._own_notes: set[str] = set()
        self._mine: set[tuple[str | None, str]] = set()
        self._chat: Chat | None = None
        self._here: set[tuple[str | None, str]] = set()
        self._strangers = 0
        """Chats in which the user may have written, and cannot be told from the others."""

    def enter(self, chat: Chat) -> None:
        """Take note that messages of another chat follow."""
        self.leave()
        self._chat = chat
        if chat.type == "saved_messages" and (number := clean_id(chat.id)):
            self._own_notes.add(number)

    def add(self, message: Message) -> None:
        """Take note of who wrote a message."""
        if message.type == "service" or not (message.name or message.from_id):
            return
        sender = user_of(message.from_id), fold(message.name)
        self.senders[sender] += 1
        self._written.setdefault(sender, message.name or str(message.from_id))
        self._here.add(sender)

    def leave(self) -> None:
        """Draw conclusions from a chat: between two people, whoever is not the chat's name is the user."""
        chat, here = self._chat, self._here
        self._chat, self._here = None, set()
        if chat is None or not (chat.type == "personal_chat" or (chat.type is None and len(here) <= 2)):
            self._strangers += bool(here)
            return
        number, name = clean_id(chat.id), fold(chat.name)
        others = {(their, theirs) for their, theirs in here if (their and their == number) or theirs == name}
        if not others and chat.type is None:
            self._strangers += bool(here)
        else:
            self._mine |= here - others

    def decide(self, owner: Owner) -> Me:
        """Return who the user is.

        Raises:
            QuestionError: it cannot be told, or nobody is called what the user stated.

        """
        if owner.stated:
            stated = self._named(owner.stated)
            if stated is None and self.senders:
                raise self._question(f"nobody in these chats is called {owner.stated!r}")
            return stated or Me()
        known = {number for platform, number in owner.external_ids if platform == PLATFORM}
        mine = {sender for sender in self.senders if sender[0] in known | self._own_notes}
        if not mine and len({sender[0] or sender[1] for sender in self._mine}) == 1:
            mine = self._mine
        if not mine:
            called = {sender for sender in self.senders if folded(self._written[sender]) in owner.names}
            mine = called if len({sender[0] for sender in called}) == 1 else set()
        if mine:
            return _as_me(mine)
        if known | self._own_notes or self._strangers == 0:
            return Me(frozenset(known | self._own_notes))
        raise self._question("this export does not say which of its people you are")

    def identities(self, me: Me) -> tuple[IdentityRef, ...]:
        """Return the user's identities: by number, else by name."""
        found = {}
        for sender, written in self._written.items():
            ref = person(sender[0], written) if me.wrote(*sender) else None
            if ref is not None:
                found[ref.external_id] = ref
        return tuple(found.values())

    def _named(self, stated: str) -> Me | None:
        number = user_of(stated.strip())
        names = {fold(stated), fold(normalise(PLATFORM, stated))}
        found = {sender for sender in self.senders if (number and sender[0] == number) or sender[1] in names}
        return _as_me(found) if found else None

    def _question(self, message: str) -> QuestionError:
        most = self.senders.most_common(_MOST_CHOICES)
        choices = tuple(
            (
                f"user{sender[0]}" if sender[0] else self._written[sender],
                f"{self._written[sender]}: {count:,} message{'s' if count > 1 else ''}",
            )
            for sender, count in most
        )
        names = ", ".join(self._written[sender] for sender, _ in most[:3])
        hint = f"import it again with --as and your name there, such as: {names}"
        return QuestionError(message, hint, "as", choices)


def _as_me(senders: set[tuple[str | None, str]]) -> Me:
    return Me(
        frozenset(number for number, _ in senders if number), frozenset(name for _, name in senders if name)
    )
