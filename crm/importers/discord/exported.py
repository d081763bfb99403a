"""Messages of a channel saved with DiscordChatExporter, as acts between the user and people.

The decision to know: in a direct group a message of the user's is one to everybody who wrote there before it;
in a server it is said to nobody but those whom it names or answers, as in the data package.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
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
from crm.importers.discord import moments, words
from crm.importers.discord.people import PLATFORM, Me, author_of, number_of
from crm.importers.discord.shapes import Author, Exported, ExportedChannel, Message
from crm.importers.kit import chats
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import latest

_WORDS = frozenset(("Default", "Reply"))
BOTS = "messages of bots"
NOTICES = "notices of channels: joined, pinned, renamed"
CALLS = "calls, of which it is not said whether they were answered"


def is_direct(channel: ExportedChannel) -> bool:
    """Say whether it is a direct message of two."""
    return channel.type in ("DirectTextChat", "PrivateTextChat", "DM")


class _Authors:
    """Who wrote which message of a channel: sixteen bytes for each, since they come in order."""

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._who = array("L")
        self._keys: list[str] = []
        self._places: dict[str, int] = {}

    def note(self, number: str, author: str) -> None:
        """Take note of a message; one out of order is not found again."""
        value = int(number)
        if value < 1 << 64 and (not self._numbers or value > self._numbers[-1]):
            place = self._places.setdefault(author, len(self._places))
            if place == len(self._keys):
                self._keys.append(author)
            self._numbers.append(value)
            self._who.append(place)

    def of(self, number: str | None) -> str | None:
        """Return who wrote a message, or None."""
        if number is None or len(number) > 20:
            return None
        value = int(number)
        place = bisect_left(self._numbers, value)
        if place < len(self._numbers) and self._numbers[place] == value:
            return self._keys[self._who[place]]
        return None


class Reader:
    """Reads channels; call `enter` before the messages of each file."""

    def __init__(self, me: Me, left: Counter[str]) -> None:
        self._me = me
        self._left = left
        self._latest = latest()
        self._channel = ""
        self._guild = "@me"
        self._is_two = self._is_group = False
        self._partner: IdentityRef | None = None
        self._seen: dict[str, IdentityRef] = {}
        self._authors = _Authors()

    def enter(self, about: Exported, others: list[Author]) -> None:
        """Begin with a file, in which these others write; several files may be one channel."""
        channel = about.channel or ExportedChannel()
        number = number_of(channel.id) or ""
        if number != self._channel or not number:
            self._seen, self._authors = {}, _Authors()
        self._channel = number
        self._guild = (number_of(about.guild.id) if about.guild else None) or "@me"
        self._is_two = is_direct(channel)
        self._is_group = channel.type in ("DirectGroupTextChat", "PrivateGroupTextChat", "GROUP_DM")
        self._partner = None
        if self._is_two:
            name = clean_value(channel.name or "").strip() or None
            self._partner = (author_of(others[0]) if len(others) == 1 else None) or IdentityRef(
                PLATFORM, external_id=f"channel:{number}", name=name
            )

    def records(self, message: Message, where: str) -> Iterable[Record]:
        """Return what a message is."""
        author = message.author or Author()
        number, writer = number_of(message.id), number_of(author.id)
        if number is None or writer is None:
            return (Problem(where, "has a message without id or author"),)
        reason = self._why_left(message, author)
        if reason:
            self._left[reason] += 1
            return ()
        act = self._act(message, number)
        sender = author_of(author) or IdentityRef(PLATFORM, external_id=writer)
        is_mine = writer in self._me.numbers
        if not self._is_two:
            records = self._in_group(act, message, number, sender, is_mine)
        elif is_mine:
            records = [act._replace(who=self._partner)]
        else:
            records = [act._replace(who=sender, direction=Direction.IN)]
        if not message.reactions:
            return records
        return [*records, *self._reactions(message, act, sender, is_mine)]

    def _why_left(self, message: Message, author: Author) -> str | None:
        if message.type == "Call":
            return CALLS
        if message.type not in _WORDS:
            return NOTICES
        return BOTS if author.is_bot else None

    def _in_group(
        self, act: InteractionRecord, message: Message, number: str, sender: IdentityRef, is_mine: bool
    ) -> list[InteractionRecord]:
        key = sender.external_id or ""
        answered = None
        if message.type == "Reply" and message.reference:
            answered = self._authors.of(number_of(message.reference.message_id))
        self._authors.note(number, key)
        named = {
            ref.external_id: ref
            for one in message.mentions or ()
            if not one.is_bot and (ref := author_of(one)) and ref.external_id
        }
        if is_mine:
            return self._sent(act, named, answered)
        self._seen[key] = sender
        kind = Kind.MENTION if self._me.numbers & named.keys() else None
        if answered in self._me.numbers:
            kind = Kind.REPLY
        found = chats.received(act, sender, len(self._seen), kind)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
        return [found] if found else []

    def _sent(
        self, act: InteractionRecord, named: dict[str, IdentityRef], answered: str | None
    ) -> list[InteractionRecord]:
        people = {key: who for key, who in named.items() if key not in self._me.numbers}
        addressed = dict.fromkeys(people, Kind.MENTION)
        if answered in self._seen:
            people[answered] = self._seen[answered]
            addressed[answered] = Kind.REPLY
        others = {**self._seen, **people} if self._is_group else people
        return chats.sent(act, others, addressed)

    def _reactions(
        self, message: Message, act: InteractionRecord, sender: IdentityRef, is_mine: bool
    ) -> Iterator[InteractionRecord]:
        """Yield reactions of the user to others, and of others to the user; when is not said."""
        for reaction in message.reactions or ():
            emoji = clean_value((reaction.emoji.name if reaction.emoji else None) or "?")
            for one in reaction.users or ():
                number = number_of(one.id)
                by_me = number in self._me.numbers
                who = sender if by_me else author_of(one)
                if number is None or by_me == is_mine or who is None or one.is_bot:
                    continue
                yield act._replace(
                    external_id=f"discord:reaction:{number_of(message.id)}:{number}:{emoji}",
                    who=who,
                    at=None,
                    precision=Precision.UNKNOWN,
                    zone_assumed=False,
                    direction=Direction.OUT if by_me else Direction.IN,
                    kind=Kind.REACTION,
                    text=emoji,
                )

    def _act(self, message: Message, number: str) -> InteractionRecord:
        moment = moments.of(number, message.timestamp, self._latest)
        files = [one.file_name or words.file_name(one.url or "") for one in message.attachments or ()]
        text = words.whole(message.content or "", files, [one.name or "" for one in message.stickers or ()])
        return InteractionRecord(
            PLATFORM,
            f"discord:msg:{number}",
            None,
            moment.at,
            Direction.OUT,
            Kind.MESSAGE,
            text,
            f"discord:channel:{self._channel}" if self._channel else None,
            f"https://discord.com/channels/{self._guild}/{self._channel}/{number}" if self._channel else None,
            moment.precision,
            moment.assumed,
        )
