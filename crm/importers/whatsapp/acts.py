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
from collections.abc import Iterable, Iterator

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
# Looking up a member of an enumeration takes a third of the time of making a record.
_IN, _OUT, _MESSAGE, _DAY = Direction.IN, Direction.OUT, Kind.MESSAGE, Precision.DAY
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
        self._theirs = () if self._is_group else self._people.keys()
        """Whose messages are each one act towards the user."""
        self._robots = {label for label in chat.senders if label.casefold() in _ROBOTS}
        self._before: int | None = None
        """The minute of the message before."""

    def records(self) -> Iterator[Record]:
        """Yield what the chat holds."""
        for entry in self._chat.entries():
            if entry.sender is None:
                self._notice(entry)
                continue
            words = phrases.plain_words(entry.text)
            if words is None or entry.sender in self._robots:
                yield from self._odd(entry)
            elif entry.local is None:
                self._before = None
                yield self._undated(entry)
            else:
                before, self._before = self._before, entry.local // MINUTE
                if entry.sender in self._theirs:
                    yield self._act(entry, words, words, before, self._people[entry.sender], _IN)
                else:
                    yield from self._acts(entry, words, words, before)

    def _odd(self, entry: Entry) -> Iterable[Record]:
        """Return what a message is that may be something else than words."""
        what = phrases.what_is(entry.text, by_mark=self._chat.by_mark)
        before = self._before
        if what.left in _ON_EVERY_PHONE and not what.call:
            self._before = None if entry.local is None else entry.local // MINUTE
        if what.left == phrases.NOTICES:
            self._notice(entry)
        elif what.left:
            self._left[what.left] += 1
        elif entry.local is None:
            return (self._undated(entry),)
        elif entry.sender in self._robots:
            self._left[ROBOTS] += 1
        elif what.call:
            return self._call(entry, what.call, before)
        else:
            return self._acts(entry, what.text, what.key, before)
        return ()

    def _undated(self, entry: Entry) -> Problem:
        place = f"{self._chat.name}, line {entry.line}"
        return Problem(place, "has a date that cannot be", clean_value(entry.text[:200]) or None)

    def _notice(self, entry: Entry) -> None:
        self._left[phrases.NOTICES] += 1
        gone = phrases.who_left(without_marks(entry.text)) if self._is_group else None
        if gone:
            self._present.pop(self._places.get(key_of(label_of(gone)), ""), None)

    def _call(self, entry: Entry, lasting: str, before: int | None) -> Iterable[InteractionRecord]:
        act = self._act(entry, lasting, f"[call] {lasting}", before, self._partner, _OUT)
        if self._is_group or self._partner is None:
            self._left[phrases.GROUP_CALLS] += 1
            return ()
        return (act._replace(direction=Direction.MUTUAL, kind=Kind.CALL),)

    def _acts(
        self, entry: Entry, text: str | None, key: str, before: int | None
    ) -> Iterable[InteractionRecord]:
        """Return the acts that a message of these words is."""
        label = entry.sender or ""
        is_mine = label in self._me
        if self._is_group:
            return self._in_group(self._act(entry, text, key, before, None, _OUT), entry, is_mine)
        if not is_mine:
            return (self._act(entry, text, key, before, self._people[label], _IN),)
        act = self._act(entry, text, key, before, self._partner, _OUT)
        if self._partner is None:
            self._left[TO_SELF] += 1
            return ()
        return (act,)

    def _in_group(self, act: InteractionRecord, entry: Entry, is_mine: bool) -> Iterable[InteractionRecord]:
        named = self._named(entry.text) if "@" in entry.text else set()
        if is_mine:
            places = [self._places[key] for key in named if key in self._places]
            return chats.sent(act, self._present, dict.fromkeys(places, Kind.MENTION))
        sender = self._people[entry.sender or ""]
        place = self._places.setdefault(key_of(entry.sender or ""), str(len(self._places)))
        self._present.setdefault(place, sender)
        found = chats.received(act, sender, len(self._people), Kind.MENTION if "me" in named else None)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
            return ()
        return (found,)

    def _named(self, text: str) -> set[str]:
        """Return the keys of those whom a message names."""
        mine = {key_of(label) for label in self._me}
        found = set()
        for match in _NAMED.finditer(text):
            key = key_of(label_of(match[1])) if match[1] else f"+{match[2]}"
            found.add("me" if key in mine else key)
        return found

    def _act(
        self,
        entry: Entry,
        text: str | None,
        key: str,
        before: int | None,
        who: IdentityRef | None,
        direction: Direction,
    ) -> InteractionRecord:
        local = entry.local or 0
        minute = local // MINUTE
        if minute != self._minute:  # only messages of one minute can be equal
            self._minute = minute
            self._keys.forget()
        sender = "me" if entry.sender in self._me else "other"
        made = self._keys.make("message", str(before), minute * MINUTE, sender, key)
        to_the_day = entry.precision is _DAY
        at = local // DAY * DAY if to_the_day else self._clock.utc(local)
        return InteractionRecord(
            PLATFORM, made, who, at, direction, _MESSAGE, text, self._thread, None,
            entry.precision, not to_the_day,
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
