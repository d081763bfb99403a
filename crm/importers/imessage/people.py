"""Handles, chats and who is in them, when.

The decision to know: a group's members are those it has now, less those who came later, plus those who have
left since; the database keeps such events as messages of a special type.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner
from crm.importers.imessage.database import Database
from crm.importers.kit.text import clean_value

GROUP_STYLE = 43
_CHANGED, _LEFT = 1, 3
_ADDED, _REMOVED = 0, 1
_NUMBERED = frozenset(("phone", "sms", "whatsapp", "signal", "imessage"))
_LONGEST_SHORT_CODE = 6


class Chat(NamedTuple):
    """A conversation."""

    guid: str
    is_group: bool
    members: frozenset[str]
    """Keys of those who are in it now, the user apart."""


class People:
    """Everybody in the database."""

    def __init__(self, database: Database, owner: Owner) -> None:
        self._refs: dict[str, IdentityRef] = {}
        self.own: dict[str, IdentityRef] = {}
        """The user's own numbers and addresses, by key: where messages came to."""
        self._known_own = {
            handle for platform, handle in owner.identities if platform in _NUMBERED | {"email"}
        }
        self._handles = {
            row: key
            for row, written in database.rows("handle", ("ROWID", "id"))
            if isinstance(row, int) and (key := key_of(written))
        }
        for (written,) in database.rows("message", ("destination_caller_id",), "GROUP BY 1"):
            key = key_of(written)
            if key and not is_robot(key):
                self.own[key] = self.person(key)
        self.chats = self._read_chats(database)

    def key(self, handle: Any) -> str | None:
        """Return the key of a handle by its number in the database."""
        return self._handles.get(handle) if isinstance(handle, int) else None

    def is_own(self, key: str) -> bool:
        """Say whether it is the user's own number or address."""
        return key in self.own or key in self._known_own

    def person(self, key: str) -> IdentityRef:
        """Return whom a key stands for."""
        ref = self._refs.get(key)
        if ref is None:
            ref = self._refs[key] = IdentityRef("email" if "@" in key else "phone", key)
        return ref

    def _read_chats(self, database: Database) -> dict[int, Chat]:
        members: dict[int, set[str]] = defaultdict(set)
        for chat, handle in database.rows("chat_handle_join", ("chat_id", "handle_id")):
            key = self.key(handle)
            if isinstance(chat, int) and key and not self.is_own(key):
                members[chat].add(key)
        found = {}
        for row, guid, style, identifier in database.rows(
            "chat", ("ROWID", "guid", "style", "chat_identifier")
        ):
            if not isinstance(row, int):
                continue
            inside = members[row]
            is_group = style == GROUP_STYLE or len(inside) > 1
            key = key_of(identifier)
            if not inside and not is_group and key:
                inside = {key}
            found[row] = Chat(clean_value(str(guid or row)), is_group, frozenset(inside))
        return found


class Presence:
    """Who is in each group while its messages are gone through in their order."""

    def __init__(self, people: People, events: list[tuple[Any, ...]]) -> None:
        self._people = people
        self._present: dict[int, dict[str, IdentityRef]] = {}
        first: dict[tuple[int, str], bool] = {}
        for chat, key, came in (event for each in events if (event := self._event(*each))):
            first.setdefault((chat, key), came)
        for number, group in people.chats.items():
            keys = group.members | {key for (place, key) in first if place == number}
            self._present[number] = {
                key: people.person(key) for key in sorted(keys) if not first.get((number, key), False)
            }

    def note(self, chat: Any, item: Any, action: Any, other: Any, sender: Any) -> None:
        """Take note of what happened in a group."""
        event = self._event(chat, item, action, other, sender)
        if event is None or event[0] not in self._present:
            return
        number, key, came = event
        if came:
            self._present[number][key] = self._people.person(key)
        else:
            self._present[number].pop(key, None)

    def of(self, chat: int) -> dict[str, IdentityRef]:
        """Return who is in a group now, by key."""
        return self._present.get(chat, {})

    def _event(
        self, chat: Any, item: Any, action: Any, other: Any, sender: Any
    ) -> tuple[int, str, bool] | None:
        """Return (chat, who, whether they came), or None for anything else that happens in groups."""
        came = item == _CHANGED and action == _ADDED
        went = (item == _CHANGED and action == _REMOVED) or item == _LEFT
        key = self._people.key(sender if item == _LEFT else other)
        if not (came or went) or key is None or not isinstance(chat, int) or self._people.is_own(key):
            return None
        return chat, key, came


def key_of(written: Any) -> str | None:
    """Return the normalised number or address that a handle is; None where it is empty."""
    if not isinstance(written, str) or not written.strip():
        return None
    written = clean_value(written).strip()
    return normalise("email" if "@" in written else "phone", written) or None


def is_robot(key: str) -> bool:
    """Say whether no person has such an address: a company's chat, a name, a short code."""
    if "@" in key:
        return False
    if (
        key.startswith("urn:")
        or not any(char.isdigit() for char in key)
        or any(char.isalpha() for char in key)
    ):
        return True
    return not key.startswith("+") and len(key) <= _LONGEST_SHORT_CODE
