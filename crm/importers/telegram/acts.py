"""Messages, calls and reactions of one chat after the other, as acts between the user and people.

The decision to know: who is in a group is known only from who has written there so far, so a message of the
user's is one to everybody who spoke before it. That stays true in a longer export made later.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit import chats
from crm.importers.kit.keys import digest
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import EARLIEST, SECOND, iso, latest
from crm.importers.kit.wallclock import WallClock
from crm.importers.telegram.people import PLATFORM, SERVICE, Me, fold, number_of, person, user_of
from crm.importers.telegram.shapes import Chat, Message, Reaction
from crm.importers.telegram.words import words_of

NOTES = "notes to yourself (saved messages)"
BOTS = "messages of bots and of Telegram itself"
CHANNELS = "posts of channels"
UNANSWERED = "calls that nobody answered"
NOTICES = "notices of chats: joined, renamed, pinned"
NAMELESS = "messages in the name of a group or channel"

_BOTS = frozenset(("bot_chat", "replies", "verification_codes"))
_CHANNELS = frozenset(("private_channel", "public_channel"))
_MOST_IN_TWO = 2
_LARGEST = 1 << 63
_MOST_KEPT = 10_000
# Looking up a member of an enumeration takes a third of the time of making a record.
_IN, _OUT, _MESSAGE = Direction.IN, Direction.OUT, Kind.MESSAGE
_SECOND, _UNKNOWN = Precision.SECOND, Precision.UNKNOWN

_Sender: TypeAlias = tuple[str | None, bool, IdentityRef | None]
"""The number of an account, whether it is the user's, and whose it is."""


class Authors:
    """Who wrote which message of a group: twelve bytes for each, since they come in order."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._who = array("L")
        self._people: dict[str, int] = {}
        self._keys: list[str] = []

    def note(self, number: int, key: str) -> None:
        """Take note of a message; one out of order is not found again."""
        if (not self._numbers or number > self._numbers[-1]) and abs(number) < _LARGEST:
            self._numbers.append(number)
            index = self._people.setdefault(key, len(self._people))
            if index == len(self._keys):
                self._keys.append(key)
            self._who.append(index)

    def of(self, number: int | None) -> str | None:
        """Return the key of who wrote a message, or None."""
        if number is None:
            return None
        place = bisect_left(self._numbers, number)
        if place < len(self._numbers) and self._numbers[place] == number:
            return self._keys[self._who[place]]
        return None


class Reader:
    """Reads the chats of one export; call `enter` before the messages of each."""

    def __init__(self, me: Me, handles: frozenset[str], clock: WallClock, left: Counter[str]) -> None:
        self._me = me
        self._handles = handles
        self._clock = clock
        self._left = left
        self._latest = latest()
        self._chat = Chat()
        self._number = ""
        self._thread = ""
        self._keys = ""
        self._senders: dict[tuple[int | str | None, str | None], _Sender] = {}
        self._is_group = False
        self._partner: IdentityRef | None = None
        self._seen: dict[str, IdentityRef] = {}
        self._authors = Authors()
        self.unknown_times = 0

    def enter(self, chat: Chat, senders: Collection[tuple[str | None, str | None]]) -> None:
        """Begin with another chat, in which these (number, name) write, where its type is not said."""
        self._chat = chat
        is_person = chat.type in ("personal_chat", "bot_chat", "saved_messages")
        self._is_group = not is_person and (chat.type is not None or len(senders) > _MOST_IN_TWO)
        self._number = number_of(chat, not self._is_group)
        place = "channel" if chat.type in _CHANNELS else "group" if self._is_group else "chat"
        self._thread = f"telegram:{place}:{self._number}"
        self._keys = f"telegram:msg:{self._number}:"
        if chat.type == "personal_chat":
            self._partner = person(clean_id(chat.id), chat.name)
        else:
            others = [sender for sender in senders if not self._me.wrote(*sender)]
            self._partner = person(*others[0]) if len(others) == 1 else None
        self._seen, self._authors = {}, Authors()

    def records(self, message: Message, where: str) -> Iterable[Record]:
        """Return what a message is."""
        reason = self._why_left(message)
        if reason:
            if message.action == "remove_members":
                self._forget(message)
            self._left[reason] += 1
            return ()
        if message.id is None and message.date_unixtime is None and message.date is None:
            return (Problem(where, "has a message without number and time"),)
        if message.type == "service":
            return self._service(message)
        if self._chat.type in _CHANNELS:
            return self._in_channel(message)
        return self._message(message)

    def _why_left(self, message: Message) -> str | None:
        kind = self._chat.type
        if kind == "saved_messages":
            return NOTES
        if kind in _BOTS or (kind == "personal_chat" and self._number == SERVICE):
            return BOTS
        if message.type == "service" and message.action != "phone_call":
            return NOTICES
        if message.type not in ("message", "service"):
            return "messages that Telegram could not export"
        return None

    def _forget(self, message: Message) -> None:
        """Take note that somebody left a group or was put out of it; that is told by name."""
        gone = {fold(name) for name in message.members or () if name}
        self._seen = {key: who for key, who in self._seen.items() if fold(who.name) not in gone}

    def _service(self, message: Message) -> Iterable[Record]:
        if not message.duration_seconds:
            self._left[UNANSWERED] += 1
            return ()
        number = user_of(message.actor_id)
        who = self._partner
        if not self._me.wrote(number, message.actor):
            who = person(number, message.actor) or who
        act = self._act(message, _lasting(message.duration_seconds), who, _OUT)
        return (act._replace(direction=Direction.MUTUAL, kind=Kind.CALL),)

    def _in_channel(self, message: Message) -> Iterable[Record]:
        """Return an own post; a channel's other posts are said to nobody."""
        number = user_of(message.from_id)
        signed = message.author is not None and fold(message.author) in self._me.names
        if not (signed or (number and number in self._me.numbers)):
            self._left[CHANNELS] += 1
            return ()
        act = self._act(message, words_of(message), None, _OUT)
        return (
            PostRecord(
                PLATFORM, act.external_id, act.at, act.text, act.thread, None, act.precision, act.zone_assumed
            ),
        )

    def _message(self, message: Message) -> Iterable[Record]:
        number, is_mine, sender = self._sender(message.from_id, message.name)
        if number is None and message.from_id is not None:
            self._left[NAMELESS] += 1
            return ()
        records: Sequence[InteractionRecord]
        if self._is_group:
            act = self._act(message, words_of(message), None, _OUT)
            records = self._in_group(act, message, sender, is_mine)
        else:
            if not is_mine:
                self._partner = sender or self._partner
            act = self._act(message, words_of(message), self._partner, _OUT if is_mine else _IN)
            records = (act,)
        if not message.reactions:
            return records
        return [*records, *self._reactions(message, act, sender, is_mine)]

    def _sender(self, peer: int | str | None, name: str | None) -> _Sender:
        """Return who wrote a message; people are few, and each is worked out once."""
        found = self._senders.get((peer, name))
        if found is None:
            number = user_of(peer)
            found = number, self._me.wrote(number, name), person(number, name)
            if len(self._senders) >= _MOST_KEPT:
                self._senders.clear()
            self._senders[peer, name] = found
        return found

    def _in_group(
        self, act: InteractionRecord, message: Message, sender: IdentityRef | None, is_mine: bool
    ) -> list[InteractionRecord]:
        answered = self._authors.of(message.reply_to_message_id) if message.reply_to_peer_id is None else None
        key = "me" if is_mine else sender.external_id if sender else None
        if isinstance(message.id, int) and key:
            self._authors.note(message.id, key)
        named = self._named(message)
        if is_mine:
            addressed = dict.fromkeys(named - {"me"}, Kind.MENTION)
            if answered and answered != "me":
                addressed[answered] = Kind.REPLY
            return chats.sent(act, dict(self._seen), addressed)
        if sender is None or key is None:
            return []
        self._seen[key] = sender
        kind = Kind.REPLY if answered == "me" else Kind.MENTION if "me" in named else None
        found = chats.received(act, sender, len(self._seen), kind)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
        return [found] if found else []

    def _named(self, message: Message) -> set[str]:
        """Return the keys of those whom a message names; others' account names stand for nobody known."""
        if not message.text or isinstance(message.text, str):
            return set()
        found = set()
        for part in message.text:
            if isinstance(part, str):
                continue
            if part.type == "mention_name" and (number := user_of(part.user_id)):
                found.add("me" if number in self._me.numbers else number)
            elif part.type == "mention" and part.text.removeprefix("@").casefold() in self._handles:
                found.add("me")
        return found

    def _reactions(
        self, message: Message, act: InteractionRecord, author: IdentityRef | None, is_mine: bool
    ) -> Iterator[InteractionRecord]:
        """Yield reactions of the user to others, and of others to the user."""
        for reaction in message.reactions or ():
            emoji = _emoji(reaction)
            for recent in reaction.recent or ():
                number = user_of(recent.from_id)
                by_me = self._me.wrote(number, recent.name)
                who = author if by_me else person(number, recent.name)
                if by_me == is_mine or who is None or (number is None and recent.from_id is not None):
                    continue
                at = self._reacted_at(recent.date, message, act)
                key = number or fold(recent.name)
                yield act._replace(
                    external_id=f"telegram:reaction:{self._number}:{message.id}:{key}:{emoji}",
                    who=who,
                    direction=Direction.OUT if by_me else Direction.IN,
                    kind=Kind.REACTION,
                    at=at,
                    precision=Precision.UNKNOWN if at is None else Precision.SECOND,
                    text=emoji,
                )

    def _reacted_at(self, date: str | None, message: Message, act: InteractionRecord) -> int | None:
        """Return when somebody reacted: a wall clock time, set right by that of the message itself."""
        local, of_message = _local(date), _local(message.date)
        if local is None:
            return None
        if of_message is not None and act.at is not None:
            return self._believable(local + act.at - of_message)
        return self._believable(self._clock.utc(local))

    def _act(
        self, message: Message, text: str | None, who: IdentityRef | None, direction: Direction
    ) -> InteractionRecord:
        at, assumed = self._time_of(message)
        key = (
            clean_id(message.id) or f"at:{digest(message.date_unixtime or message.date, message.name, text)}"
        )
        return InteractionRecord(
            PLATFORM,
            f"{self._keys}{key}",
            who,
            at,
            direction,
            _MESSAGE,
            text,
            self._thread,
            None,
            _UNKNOWN if at is None else _SECOND,
            assumed,
        )

    def _time_of(self, message: Message) -> tuple[int | None, bool]:
        """Return when a message was written, and whether that rests on the user's time zone."""
        stamp = message.date_unixtime
        at, assumed = None, False
        if isinstance(stamp, int) or (stamp and stamp.isascii() and stamp.isdigit() and len(stamp) < 13):
            at = self._believable(int(stamp) * SECOND)
        elif (local := _local(message.date)) is not None:
            at, assumed = self._believable(self._clock.utc(local)), True
        if at is None:
            self.unknown_times += 1
        return at, assumed and at is not None

    def _believable(self, at: int) -> int | None:
        return at if EARLIEST <= at <= self._latest else None


def _local(date: str | None) -> int | None:
    """Return a wall clock time (`2023-12-30T14:30:00`) as if it were UTC."""
    moment = iso(date) if date else None
    return moment.at if moment else None


def _emoji(reaction: Reaction) -> str:
    if reaction.emoji:
        return clean_value(reaction.emoji)
    return "⭐" if reaction.type == "paid" else "[custom emoji]"


def _lasting(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
