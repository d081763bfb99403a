"""Messages of one chat as acts between the user and people.

The decision to know: WhatsApp exports have no ids, and names in them change with the phone's address book. So
the id of a message is made of its minute, `me` or `other`, its words, and the minute of the message before
it, which tells chats apart ("Happy new year!" to twenty people). It stays the same when somebody is renamed,
when the chat grows, and when the same chat comes from an iPhone (seconds) and an Android phone (minutes).

Of a group only those who have written so far are known; a message of the user's goes to them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision, Problem, Record
from crm.importers.kit import chats
from crm.importers.kit.keys import Keys
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import DAY, MINUTE
from crm.importers.kit.wallclock import WallClock
from crm.importers.whatsapp import phrases
from crm.importers.whatsapp.chat import Chat, Entry, key_of, label_of, number_in
from crm.importers.whatsapp.lines import without_marks
from crm.importers.whatsapp.owner import PLATFORM
from crm.importers.whatsapp.titles import same

_NAMED = re.compile("@\u2068([^\u2068\u2069]{1,100})\u2069|@(\\d{7,15})")
TO_SELF = "messages to yourself"
ROBOTS = "messages of Meta AI"
_ROBOTS = frozenset(("meta ai",))
_ON_EVERY_PHONE = (None, phrases.DELETED, phrases.EMPTY)
"""What has a line on iPhones and Android phones alike; notices and calls are told differently."""


def person(label: str) -> IdentityRef:
    """Return somebody by the label of a chat: a number is a telephone number, a name is only a name."""
    number = number_in(label)
    if number:
        return IdentityRef("phone", number)
    return IdentityRef(PLATFORM, external_id=key_of(label), name=label.removeprefix("~").strip() or label)


class Reader:
    """Reads one chat."""

    def __init__(self, chat: Chat, me: frozenset[str], clock: WallClock, left: Counter[str]) -> None:
        self._chat = chat
        self._me = me
        self._clock = clock
        self._left = left
        self._minute = 0
        self._keys = Keys()
        others = [label for label in chat.senders if label not in me]
        self._is_group = chat.is_group or len(others) > 1
        self._partner = None if self._is_group else _partner(chat, others)
        self._thread = self._thread_of()
        self._places: dict[str, str] = {}
        """By key of a person: the how-manieth to speak they were, which no renaming changes."""
        self._present: dict[str, IdentityRef] = {}
        """By place: who has spoken and not left."""
        self._people = {label: person(label) for label in others}
        self._before: int | None = None

    def records(self) -> Iterator[Record]:
        """Yield what the chat holds."""
        for entry in self._chat.entries():
            yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[Record]:
        if entry.sender is None:
            self._notice(entry)
            return
        what = phrases.what_is(entry.text, by_mark=self._chat.by_mark)
        before = self._before
        if what.left in _ON_EVERY_PHONE and not what.call:
            self._before = None if entry.local is None else entry.local // MINUTE
        if what.left == phrases.NOTICES:
            self._notice(entry)
        elif what.left:
            self._left[what.left] += 1
        elif entry.local is None:
            place = f"{self._chat.name}, line {entry.line}"
            yield Problem(place, "has a date that cannot be", clean_value(entry.text[:200]) or None)
        elif entry.sender.casefold() in _ROBOTS:
            self._left[ROBOTS] += 1
        else:
            yield from self._acts(entry, what, before)

    def _notice(self, entry: Entry) -> None:
        self._left[phrases.NOTICES] += 1
        gone = phrases.who_left(without_marks(entry.text)) if self._is_group else None
        if gone:
            self._present.pop(self._places.get(key_of(label_of(gone)), ""), None)

    def _acts(self, entry: Entry, what: phrases.What, before: int | None) -> Iterator[InteractionRecord]:
        act = self._act(entry, what, before)
        label = entry.sender or ""
        is_mine = label in self._me
        if what.call and (self._is_group or self._partner is None):
            self._left[phrases.GROUP_CALLS] += 1
        elif what.call:
            yield act._replace(who=self._partner, direction=Direction.MUTUAL, kind=Kind.CALL)
        elif self._is_group:
            yield from self._in_group(act, entry, is_mine)
        elif not is_mine:
            yield act._replace(who=self._people[label], direction=Direction.IN)
        elif self._partner is None:
            self._left[TO_SELF] += 1
        else:
            yield act._replace(who=self._partner)

    def _in_group(self, act: InteractionRecord, entry: Entry, is_mine: bool) -> Iterator[InteractionRecord]:
        named = self._named(entry.text) if "@" in entry.text else set()
        if is_mine:
            places = [self._places[key] for key in named if key in self._places]
            yield from chats.sent(act, self._present, dict.fromkeys(places, Kind.MENTION))
            return
        sender = self._people[entry.sender or ""]
        place = self._places.setdefault(key_of(entry.sender or ""), str(len(self._places)))
        self._present.setdefault(place, sender)
        found = chats.received(act, sender, len(self._people), Kind.MENTION if "me" in named else None)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
        else:
            yield found

    def _named(self, text: str) -> set[str]:
        """Return the keys of those whom a message names."""
        mine = {key_of(label) for label in self._me}
        found = set()
        for match in _NAMED.finditer(text):
            key = key_of(label_of(match[1])) if match[1] else f"+{match[2]}"
            found.add("me" if key in mine else key)
        return found

    def _act(self, entry: Entry, what: phrases.What, before: int | None) -> InteractionRecord:
        local = entry.local or 0
        sender = "me" if entry.sender in self._me else "other"
        words = what.key or f"[call] {what.call}"
        if local // MINUTE != self._minute:  # only messages of one minute can be equal
            self._minute, self._keys = local // MINUTE, Keys()
        made = self._keys.make("message", str(before), local // MINUTE * MINUTE, sender, words)
        at = local // DAY * DAY if entry.precision is Precision.DAY else self._clock.utc(local)
        return InteractionRecord(
            PLATFORM, made, None, at, Direction.OUT, Kind.MESSAGE, what.text or what.call, self._thread, None,
            entry.precision, entry.precision is not Precision.DAY,
        )  # fmt: skip

    def _thread_of(self) -> str:
        if self._partner is not None:
            return f"whatsapp:{self._partner.handle or self._partner.external_id}"
        title = self._chat.title
        return f"whatsapp:{'group' if self._is_group else 'chat'}:{(title or '').casefold()}"


def _partner(chat: Chat, others: list[str]) -> IdentityRef | None:
    """Return the other one of a chat of two; who never wrote is known by the title alone."""
    if others:
        return person(others[0])
    if chat.title is None or any(same(chat.title, label) for label in chat.senders):
        return None
    return person(label_of(chat.title))
