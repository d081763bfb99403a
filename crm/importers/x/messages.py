"""Direct messages, of two and in groups, with their reactions, to records.

The decision to know: what the owner says in a group is said to everybody who was there at that time; what
others say there is said to the owner; what others do to each other is none of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Left, Problem, Record
from crm.importers.kit.jsonstream import decode_each
from crm.importers.x import moments, shapes
from crm.importers.x.index import Group, Index, pair_of
from crm.importers.x.layout import Holds, Layout
from crm.importers.x.people import PLATFORM, People
from crm.importers.x.shapes import id_of
from crm.importers.x.tweets import plain

WELCOMES = "automatic welcome messages"
TO_SELF = "messages to yourself"
UNKNOWN = "events in conversations that are no messages or reactions we know"


class Place(NamedTuple):
    """The conversation that an act belongs to."""

    thread: str
    url: str | None
    other: str | None
    """The other side of a conversation of two, if its id tells it."""
    group: Group | None


class Messages:
    """Reads the direct messages of one archive."""

    def __init__(self, index: Index, my_id: str) -> None:
        self._people: People = index.people
        self._groups = index.groups
        self._me = my_id
        self._left: Counter[str] = Counter()

    def read(self, layout: Layout, what: Holds) -> Iterator[Record]:
        """Yield the records of the conversations of two, or of groups."""
        for item in layout.rows(what, shapes.ConversationRow, _size):
            if isinstance(item, Problem):
                yield item
                continue
            row, name, number = item
            yield from self._conversation(row.conversation or row, f"{name}[{number}]")

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, count in sorted(self._left.items()):
            yield Left(what, count)

    def _conversation(self, conversation: shapes.Conversation, where: str) -> Iterator[Record]:
        identifier = conversation.conversation_id
        pair = pair_of(identifier)
        other = None
        if pair:
            if self._me not in pair:
                yield Problem(
                    where, f"is a conversation between {pair[0]} and {pair[1]}, neither of which is you"
                )
                return
            other = pair[1] if pair[0] == self._me else pair[0]
        events = list(decode_each(conversation.messages, shapes.Event, f"{where}.messages"))
        group = None if pair else self._groups.get(str(identifier)) or _group_of(events)
        place = Place(f"x:dm:{identifier}", f"https://x.com/messages/{identifier}", other, group)
        for event in events:
            if isinstance(event, Problem):
                yield event
            elif event.reaction:
                yield from self._loose_reaction(event.reaction, events, place)
            else:
                yield from self._event(event, place, where)

    def _event(self, event: shapes.Event, place: Place, where: str) -> Iterable[Record]:
        message = event.message or event
        if event.welcome:
            self._left[WELCOMES] += 1
        elif message.sender is not None or event.message:
            return self._message(message, place, where)
        elif not (event.joined or event.came or event.left or event.renamed):
            self._left[UNKNOWN] += 1
        return ()

    def _message(self, message: shapes.Message, place: Place, where: str) -> Iterable[Record]:
        identifier, sender = id_of(message.id), id_of(message.sender)
        if identifier is None or sender is None:
            return (Problem(where, "has a message without id or sender"),)
        at, precision = moments.of(message.created_at, identifier)
        text = message.text or None
        if text and ("&" in text or "://" in text):
            text = plain(text, ((link.url, link.expanded) for link in message.urls)) or None
        is_theirs = sender != self._me
        act = InteractionRecord(
            PLATFORM,
            f"x:dm:{identifier}",
            self._people.by_id(sender) if is_theirs else None,
            at,
            Direction.IN if is_theirs else Direction.OUT,
            Kind.MESSAGE,
            text,
            place.thread,
            place.url,
            precision,
        )
        if is_theirs and place.group is None:  # most are
            records: Iterable[InteractionRecord] = (act,)
        else:
            records = self.acts(act, sender, id_of(message.recipient), place)
        if not message.reactions:
            return records
        reactions = (self._reaction(reaction, identifier, sender, place) for reaction in message.reactions)
        return [*records, *(record for record in reactions if record)]

    def acts(
        self, act: InteractionRecord, sender: str, recipient: str | None, place: Place
    ) -> list[InteractionRecord]:
        """Return a message as acts between the owner and each of those it concerns."""
        if place.group and (in_group := self._in_group(act, sender, place.group)) is not None:
            return in_group
        if sender != self._me:
            return [act._replace(who=self._people.by_id(sender), direction=Direction.IN)]
        other = recipient if recipient and recipient != self._me else self._other(place) or recipient
        if other == self._me:
            self._left[TO_SELF] += 1
            return []
        return [act._replace(who=self._people.by_id(other))] if other else [act]

    def _other(self, place: Place) -> str | None:
        """Return the one person a message of the owner can be for."""
        if place.group:
            return next((person for person in place.group.came_and_went if person != self._me), None)
        return place.other

    def _in_group(self, act: InteractionRecord, sender: str, group: Group) -> list[InteractionRecord] | None:
        """Return the acts of a message among more than two; None if there are only two."""
        others = [person for person in group.came_and_went if person != self._me]
        if len(others) < 2:
            return None
        if sender != self._me:
            who = self._people.by_id(sender)
            return [act._replace(who=who, direction=Direction.IN, kind=Kind.GROUP_MESSAGE)]
        key = act.external_id
        return [
            act._replace(
                external_id=f"{key}:{person}", who=self._people.by_id(person), kind=Kind.GROUP_MESSAGE
            )
            for person in group.present(act.at)
            if person != self._me
        ]

    def _reaction(
        self, reaction: shapes.Reaction, message: str, author: str | None, place: Place
    ) -> InteractionRecord | None:
        """Return a reaction by or to the owner; None for one between others, or to one's own message."""
        sender = id_of(reaction.sender)
        who: IdentityRef | None
        if sender is None or sender == author or self._me not in (sender, author):
            return None
        if sender == self._me:
            direction, who = Direction.OUT, self._people.by_id(author) if author else None
        else:
            direction, who = Direction.IN, self._people.by_id(sender)
        at, precision = moments.of(reaction.created_at, "")
        key = f"x:dmreact:{message}:{sender}:{reaction.key}"
        return InteractionRecord(
            PLATFORM, key, who, at, direction, Kind.REACTION, reaction.key, place.thread, place.url, precision
        )

    def _loose_reaction(
        self, reaction: shapes.Reaction, events: list[shapes.Event | Problem], place: Place
    ) -> Iterator[Record]:
        """Yield a reaction that older archives have as an event of its own, naming the message."""
        message = id_of(reaction.event)
        if message is None:
            self._left[UNKNOWN] += 1
            return
        author = _authors(events).get(message)
        if author is None and place.other:
            # In a conversation of two, whoever did not react wrote the message.
            author = place.other if id_of(reaction.sender) == self._me else self._me
        record = self._reaction(reaction, message, author, place)
        if record:
            yield record


def _size(row: shapes.ConversationRow) -> int:
    """Count for how much a conversation stands in X's index: for itself or for its events, whatever is more.

    Which of the two X counts is nowhere written.
    """
    return max(1, len((row.conversation or row).messages))


def _group_of(events: list[shapes.Event | Problem]) -> Group:
    """Return who takes part in a conversation that the first pass did not see as a group's."""
    group = Group()
    for event in events:
        if isinstance(event, shapes.Event):
            group.learn(event)
    return group


def _authors(events: list[shapes.Event | Problem]) -> Mapping[str | None, str | None]:
    messages = (event.message or event for event in events if isinstance(event, shapes.Event))
    return {id_of(message.id): id_of(message.sender) for message in messages}
