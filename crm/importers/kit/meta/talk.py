"""Messages of Meta's threads to records: who said what to whom, calls and reactions.

The decision to know: what the apps write by themselves is not said by anybody. A reaction's echo in the chat
is dropped where the reaction itself is listed, and is the reaction where it is not.

    talk = Talk("facebook", frozenset({"ann smith"}), person_of)      # person_of(name, thread id)
    talk.begin(Conversation(...))
    for item in read_messages(export, thread):
        yield item if isinstance(item, Problem) else from talk.records(item)
    yield from talk.end()
    ...
    yield from talk.left()
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Left, Precision, Record
from crm.importers.kit import chats
from crm.importers.kit.keys import digest
from crm.importers.kit.meta.echoes import Waiting, echo_of, is_notice, plain_emoji
from crm.importers.kit.meta.once import Once
from crm.importers.kit.meta.owner import fold_name
from crm.importers.kit.meta.threads import Message, Reaction, What
from crm.importers.kit.times import SECOND

UNSENT = "messages that were unsent"
MISSED = "missed calls without a word about them"
GROUP_CALLS = "calls in groups, which do not say who took part"
SERVICE = "lines that the app wrote by itself"
TO_SELF = "messages to yourself"
AMONG_OTHERS = "reactions that were not between you and somebody"
NAMELESS = "messages and reactions in groups by closed accounts"
AGAIN = "messages that are in another part of the export too"
ECHOES = "lines about reactions, which are listed as such"

_NEAR = 2 * SECOND
"""How far the time of an echo may be from that of its reaction, which is written in whole seconds."""


class Conversation(NamedTuple):
    """One thread, as its messages need it."""

    key: str
    """What tells it from all others."""
    thread: str
    """As records have it: `facebook:thread:ABC123`."""
    partner: IdentityRef | None
    """The other one of a conversation of two; None where nobody can be named."""
    others: Mapping[str, IdentityRef]
    """Everybody but the user in a group, by folded name."""
    is_group: bool
    url: str | None = None
    names: frozenset[str] = frozenset()
    """The partner's names, folded. Whoever else speaks between two has left a group that was larger once;
    with no names here, that is not asked."""
    to_self: bool = False
    several: bool = False
    """It has more than one source, in which the same messages may stand (`next_source`)."""
    by_thread: bool = False
    """Ids of messages rest on `key` too, because every export has the same `key`."""


class _Echo(NamedTuple):
    message: Message
    emoji: str
    act: InteractionRecord


class Talk:
    """Makes the records of one export's messages, a conversation after the other."""

    def __init__(
        self, platform: str, me: frozenset[str], person: Callable[[str, str], IdentityRef | None]
    ) -> None:
        """Take who the user is and how somebody is found who is not in the list of participants.

        Args:
            platform: the slug.
            me: the user's names, folded (`owner.fold_name`).
            person: makes an identity from a display name and the key of the conversation.

        """
        self._platform = platform
        self._me = me
        self._person = person
        self._once = Once()
        self._left: Counter[str] = Counter()
        self._echoes = Waiting[_Echo]()
        self._unmatched = Waiting[Reaction]()
        self._place = Conversation("", "", None, {}, False)

    def begin(self, place: Conversation) -> None:
        """Begin a conversation (and end the last one with `end`)."""
        self._place = place
        self._once.conversation(place.key, place.several)
        self._once.source()

    def next_source(self) -> None:
        """Go on with another source of the same conversation."""
        self._once.source()

    def records(self, message: Message) -> Sequence[Record]:
        """Return what a message is, and the reactions to it."""
        sender = fold_name(message.sender)
        mine = sender in self._me
        left = self._passed_over(message)
        key = None if left else self._key(message, mine)
        if key is None:
            self._left[left or AGAIN] += 1
            return ()
        act = self._act(message, key, Direction.OUT if mine else Direction.IN)
        found = self._said(message, act, sender, mine)
        if not message.reactions:
            return found
        reactions = (self._reaction(one, key, sender, message.sender) for one in message.reactions)
        return [*found, *(record for each in reactions for record in each)]

    def _passed_over(self, message: Message) -> str | None:
        """Return why a message is left out, or None."""
        if message.what is not What.WORDS and (left := self._no_words(message)):
            return left
        if message.text and is_notice(message.text):
            return SERVICE
        return TO_SELF if self._place.to_self else None

    def _said(
        self, message: Message, act: InteractionRecord, sender: str, mine: bool
    ) -> Sequence[InteractionRecord]:
        """Return the acts that a message is, without the reactions to it."""
        if message.what is What.CALL:
            return (act._replace(direction=Direction.MUTUAL, kind=Kind.CALL),)
        if message.text and message.what is What.WORDS and (emoji := echo_of(message.text)) is not None:
            return self._echo(_Echo(message, emoji, act), sender)
        return self._sent(act) if mine else self._received(act, sender, message.sender)

    def end(self) -> Iterator[Record]:
        """Yield what was held back until the conversation was read to its end."""
        self._unmatched.take_all()
        for echo in self._echoes.take_all():
            yield from self._told_by(echo)

    def left(self) -> Iterator[Left]:
        """Yield what was left out of all conversations."""
        for what, count in sorted(self._left.items()):
            yield Left(what, count)

    def _no_words(self, message: Message) -> str | None:
        """Return why a message is left out, or None."""
        if message.what is What.UNSENT:
            return UNSENT
        if message.what is What.SERVICE:
            return SERVICE
        if message.what is What.CALL:
            return GROUP_CALLS if self._place.is_group else None
        return None if self._names_somebody(message) else MISSED

    def _names_somebody(self, message: Message) -> bool:
        """Say whether the line about a missed call says who called ("You missed a call from Bo.")."""
        if not message.text or self._place.is_group or self._place.partner is None:
            return False
        said = set(fold_name(message.text.replace(".", " ")).split())
        return not said.isdisjoint(fold_name(self._place.partner.name or "").split())

    def _key(self, message: Message, mine: bool) -> str | None:
        place = self._place
        thread = place.key if place.by_thread else "group" if place.is_group else None
        # the line about a call is in the language of the account
        said = message.said if message.what is What.WORDS else f"call {message.seconds}"
        return self._once.make(thread, message.at, "me" if mine else "other", said)

    def _act(self, message: Message, key: str, direction: Direction) -> InteractionRecord:
        place = self._place
        return InteractionRecord(
            self._platform, key, place.partner, message.at, direction, Kind.MESSAGE, _text(message),
            place.thread, place.url, Precision.UNKNOWN if message.at is None else Precision.SECOND,
        )  # fmt: skip

    def _sent(self, act: InteractionRecord) -> Sequence[InteractionRecord]:
        if not self._place.is_group:
            return (act,)
        others = self._place.others
        named: dict[str, Kind] = {}
        if act.text and "@" in act.text:
            folded = fold_name(act.text)
            named = {name: Kind.MENTION for name in others if f"@{name}" in folded}
        return chats.sent(act, others, named)

    def _received(self, act: InteractionRecord, sender: str, name: str) -> Sequence[InteractionRecord]:
        place = self._place
        if not place.is_group and (not sender or not place.names or sender in place.names):
            return (act,)
        who = self._other(sender, name)
        if who is None:
            self._left[NAMELESS] += 1
            return ()
        folded = fold_name(act.text) if act.text and "@" in act.text else ""
        addressed = Kind.MENTION if any(f"@{mine}" in folded for mine in self._me) else None
        each = chats.received(act, who, len(place.others.keys() | {sender}), addressed)
        if each is None:
            self._left[chats.NOT_TO_YOU] += 1
            return ()
        return (each,)

    def _other(self, folded: str, name: str) -> IdentityRef | None:
        return self._place.others.get(folded) or self._person(name, self._place.key)

    def _reaction(self, reaction: Reaction, message: str, author: str, name: str) -> Iterator[Record]:
        actor = fold_name(reaction.actor)
        mine, written_by_me = actor in self._me, author in self._me
        at = self._match(actor, reaction)
        if mine == written_by_me:
            self._left[AMONG_OTHERS] += 1
            return
        if not self._place.is_group:
            who, key = self._place.partner, "me" if mine else "other"
        elif mine:
            who, key = self._other(author, name), "me"
        else:
            who, key = self._other(actor, reaction.actor), actor
            if who is None:
                self._left[NAMELESS] += 1
                return
        yield InteractionRecord(
            self._platform, f"reaction:{digest(message, key, reaction.emoji)}", who, at,
            Direction.OUT if mine else Direction.IN, Kind.REACTION, reaction.emoji or None,
            self._place.thread, self._place.url, Precision.UNKNOWN if at is None else Precision.SECOND,
        )  # fmt: skip

    def _echo(self, echo: _Echo, actor: str) -> Sequence[InteractionRecord]:
        """Hold an echo back until its reaction comes, or drop it where it came already."""
        who = (actor, plain_emoji(echo.emoji))
        if self._unmatched.take(who, lambda reaction: _is_near(echo, reaction)) is not None:
            self._left[ECHOES] += 1
        elif (pushed := self._echoes.put(who, echo)) is not None:
            return self._told_by(pushed)
        return ()

    def _match(self, actor: str, reaction: Reaction) -> int | None:
        """Return when a reaction was given; drop the echo of it, which may be what says so."""
        who = (actor, plain_emoji(reaction.emoji))
        echo = self._echoes.take(who, lambda one: _is_near(one, reaction))
        if echo is None:
            self._unmatched.put(who, reaction)
            return reaction.at
        self._left[ECHOES] += 1
        return reaction.at or echo.message.at

    def _told_by(self, echo: _Echo) -> Sequence[InteractionRecord]:
        """Return the reaction that only an echo tells of."""
        act = echo.act._replace(kind=Kind.REACTION, text=echo.emoji)
        if not self._place.is_group or act.direction is Direction.OUT:
            return (act,)
        who = self._other(fold_name(echo.message.sender), echo.message.sender)
        if who is None:
            self._left[NAMELESS] += 1
            return ()
        return (act._replace(who=who),)


def _is_near(echo: _Echo, reaction: Reaction) -> bool:
    at = echo.message.at
    return reaction.at is None or at is None or abs(reaction.at - at) <= _NEAR


def _text(message: Message) -> str | None:
    if message.what is not What.CALL or message.seconds is None:
        return message.text
    minutes, seconds = divmod(message.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    length = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{message.text} ({length})" if message.text else f"({length})"
