"""Messages, threads, reactions and huddles of one conversation after the other, as acts.

The decision to know: a message of the user's in a channel is one to those who wrote there before it, and in a
channel with more members than `chats.LARGEST_GROUP` only to those whom it names or answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit import chats
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import EARLIEST, SECOND, latest
from crm.importers.slack.layout import Place
from crm.importers.slack.people import PLATFORM, People
from crm.importers.slack.shapes import Message, Room
from crm.importers.slack.words import people_in, words_of

_WORDS = frozenset((None, "thread_broadcast", "file_share", "me_message", "file_comment"))
_DELETED = frozenset(("tombstone", "message_deleted", "message_changed"))
_HUDDLE = "huddle_thread"
_STAMP = re.compile(r"(\d{9,11})(?:\.(\d{1,6}))?")

BOTS = "messages of apps and bots"
DELETED = "deleted messages, and earlier versions of edited ones"
NOTICES = "notices of channels: joined, renamed, pinned"
NOTES = "notes to yourself"
HUDDLES = "huddles that you were not in, or alone"


class Reader:
    """Reads the conversations of one export; call `enter` before the messages of each."""

    def __init__(self, people: People, left: Counter[str]) -> None:
        self._people = people
        self._left = left
        self._latest = latest()
        self._met: set[str] = set()
        self._place = Place("", "", frozenset(), ())
        self._others: dict[str, IdentityRef] = {}
        self._is_two = self._is_large = False
        self.unknown_times = 0
        self.first_unknown = ""
        """The member in which the first of them stands."""

    def enter(self, place: Place) -> None:
        """Begin with another conversation."""
        self._place = place
        members = [
            one for one in place.members if one and one != self._people.me and not self._people.is_bot(one)
        ]
        self._is_two = place.kind == "dms"
        self._is_large = len(members) > chats.LARGEST_GROUP
        fixed = place.kind in ("dms", "mpims")
        self._others = {one: self._people.of(one) for one in sorted(members)} if fixed else {}

    def records(self, message: Message, where: str) -> Iterator[Record]:
        """Yield what a message is, and before it what is known of those in it."""
        if message.type not in ("message", None):
            return
        self._people.meet(message)
        for act in self._acts(message, where):
            if isinstance(act, InteractionRecord) and act.who and act.who.external_id not in self._met:
                number = act.who.external_id or ""
                self._met.add(number)
                contact = self._people.contact(number)
                if contact is not None:
                    yield contact
            yield act

    def _acts(self, message: Message, where: str) -> Iterable[InteractionRecord | Problem]:
        if not message.ts:
            return (Problem(where, "has a message without its time, which is its id"),)
        if message.subtype == _HUDDLE and message.room:
            return self._huddle(message, message.room)
        reason = self._why_left(message)
        if reason or not message.user:
            self._left[reason or BOTS] += 1
            return ()
        act = self._act(message)
        if act.at is None:
            self.unknown_times += 1
            self.first_unknown = self.first_unknown or where
        is_mine = message.user == self._people.me
        if self._is_two:
            records = self._between_two(act, message.user, is_mine)
        else:
            records = self._in_group(act, message, message.user, is_mine)
        return [*records, *self._reactions(message, act)] if message.reactions else records

    def _why_left(self, message: Message) -> str | None:
        if message.subtype in _DELETED:
            return DELETED
        if message.subtype == "bot_message" or (message.subtype is None and not message.user):
            return BOTS
        if message.subtype not in _WORDS:
            return NOTICES
        return BOTS if self._people.is_bot(message.user) else None

    def _between_two(self, act: InteractionRecord, sender: str, is_mine: bool) -> list[InteractionRecord]:
        if not is_mine:
            return [act._replace(who=self._people.of(sender), direction=Direction.IN)]
        if not self._others:
            app = any(self._people.is_bot(one) for one in self._place.members)
            self._left["messages to apps and bots" if app else NOTES] += 1
            return []
        return [act._replace(who=next(iter(self._others.values())))]

    def _in_group(
        self, act: InteractionRecord, message: Message, sender: str, is_mine: bool
    ) -> list[InteractionRecord]:
        named = people_in(message.text or "")
        answered = message.parent_user_id if message.thread_ts != message.ts else None
        if is_mine:
            addressed = {one: Kind.MENTION for one in named if one != sender and not self._people.is_bot(one)}
            if answered and answered != sender and not self._people.is_bot(answered):
                addressed[answered] = Kind.REPLY
            others = {} if self._is_large else dict(self._others)
            others |= {one: self._people.of(one) for one in addressed}
            return chats.sent(act, others, addressed)
        if sender not in self._others:
            self._others[sender] = self._people.of(sender)
        me = self._people.me
        kind = Kind.REPLY if answered == me else Kind.MENTION if me in named else None
        size = chats.LARGEST_GROUP + 1 if self._is_large else len(self._others)
        found = chats.received(act, self._people.of(sender), size, kind)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
        return [found] if found else []

    def _reactions(self, message: Message, act: InteractionRecord) -> Iterator[InteractionRecord]:
        """Yield reactions of the user to others, and of others to the user; when is not said."""
        me, author = self._people.me, message.user or ""
        for reaction in message.reactions or ():
            name = clean_value(reaction.name or "")
            for one in reaction.users or ():
                by_me = one == me
                who = author if by_me else one
                if by_me == (author == me) or self._people.is_bot(one) or not (name and who):
                    continue
                yield act._replace(
                    external_id=f"slack:reaction:{self._place.id}:{message.ts}:{one}:{name}",
                    who=self._people.of(who),
                    at=None,
                    precision=Precision.UNKNOWN,
                    direction=Direction.OUT if by_me else Direction.IN,
                    kind=Kind.REACTION,
                    text=f":{name}:",
                )

    def _huddle(self, message: Message, room: Room) -> list[InteractionRecord]:
        """Return a call with everybody who was in a huddle with the user."""
        present = [
            one
            for one in dict.fromkeys(room.participant_history or ())
            if one and not self._people.is_bot(one)
        ]
        others = [one for one in present if one != self._people.me]
        lasted = (room.date_end or 0) - (room.date_start or 0)
        if len(others) == len(present) or not others or lasted <= 0 or len(others) > chats.LARGEST_GROUP:
            self._left[HUDDLES] += 1
            return []
        minutes, seconds = divmod(lasted, 60)
        length = f"{minutes:,} min" if minutes else f"{seconds} s"
        act = self._act(message)._replace(direction=Direction.MUTUAL, kind=Kind.CALL, text=length)
        return [
            act._replace(external_id=f"{act.external_id}:{one}", who=self._people.of(one)) for one in others
        ]

    def _act(self, message: Message) -> InteractionRecord:
        place, at = self._place.id, self._time(message.ts or "")
        in_thread = message.thread_ts and not self._is_two
        return InteractionRecord(
            PLATFORM,
            f"slack:{place}:{message.ts}",
            None,
            at,
            Direction.OUT,
            Kind.MESSAGE,
            words_of(message, self._people.name_of),
            f"slack:{place}:{message.thread_ts}" if in_thread else f"slack:{place}",
            None,
            Precision.UNKNOWN if at is None else Precision.SECOND,
        )

    def _time(self, stamp: str) -> int | None:
        """Return microseconds since 1970; read by its digits, since a float has not enough of them."""
        match = _STAMP.fullmatch(stamp)
        at = int(match[1]) * SECOND + int((match[2] or "").ljust(6, "0")) if match else None
        if at is None or not EARLIEST <= at <= self._latest:
            return None
        return at
