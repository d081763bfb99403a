"""The chat data of an account (`chat.jsonl`): direct messages, one object a line. Unconfirmed.

The decision to know: nobody has published what a line looks like, so a line is taken for a message when it
has a text and a time, wherever in it they are, under the names of Bluesky's own message view; who is in a
conversation is collected from all lines first. Lines that are no messages are counted, never guessed at.
Source: the lexicons `chat.bsky.actor.exportAccountData` and `chat.bsky.convo.defs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from crm.domain.errors import QuestionError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Problem,
    Record,
)
from crm.importers.bluesky.moments import Moments
from crm.importers.bluesky.people import PLATFORM, People, handle_in, is_did
from crm.importers.bluesky.richtext import facets, plain
from crm.importers.kit import chats
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.kit.text import TextLines, clean_id, clean_value

_TIMES = ("sentAt", "createdAt", "sent_at", "created_at")
_CONVERSATIONS = ("convoId", "conversationId", "convo_id", "conversation_id")
_IDS = ("id", "messageId", "message_id")
_MEMBERS = ("members", "memberDids", "participants", "recipients")
_SENDERS = ("sender", "senderDid", "did", "author")
_INSIDE = ("message", "data", "record", "value", "view")
_DEEPEST = 3


class _Message(NamedTuple):
    where: str
    id: str | None
    conversation: str | None
    sender: str | None
    sent: Any
    text: str


class Chat:
    """Reads the messages of one or more files."""

    def __init__(self, export: Export, names: list[str], people: People) -> None:
        """Look through the files for who is in which conversation."""
        self._export = export
        self._names = names
        self._people = people
        self._members: dict[str, dict[str, None]] = {}
        self._senders: dict[str, None] = {}
        self._moments = Moments()
        for line in self._lines():
            if isinstance(line, Problem):
                continue
            self._note_members(line[0])
            message = _message(*line)
            if message and message.sender:
                self._senders[message.sender] = None
                if message.conversation:
                    self._members.setdefault(message.conversation, {})[message.sender] = None

    def owner(self, owner: Owner) -> str | None:
        """Return the owner's DID: the one the user said, or is known by, or the only one that sent anything.

        Raises:
            QuestionError: several people have written, and none of them is known to be the user.

        """
        known = {known for platform, known in owner.external_ids if platform == PLATFORM}
        stated = (owner.stated or "").strip().removeprefix(f"{PLATFORM}:")
        for sender in self._senders:
            if stated and stated in (sender, self._people.handle(sender), f"@{self._people.handle(sender)}"):
                return sender
        ours = [sender for sender in self._senders if sender in known]
        candidates = ours or list(self._senders)
        if len(candidates) <= 1:
            return candidates[0] if candidates else None
        raise QuestionError(
            "these messages do not say which of the accounts in them is yours",
            "say which: --as did:plc:...",
            "as",
            tuple((one, self._people.handle(one) or "an account that wrote") for one in candidates),
        )

    def records(self, me: str | None) -> Iterator[Record]:
        """Yield the messages; without a sender they are the owner's, because only those are exported."""
        others = 0
        for line in self._lines():
            if isinstance(line, Problem):
                yield line
                continue
            message = _message(*line)
            if message is None:
                others += 1
            elif message.id is None:
                yield Problem(message.where, "is a message without an id")
            else:
                yield from self._acts(message, message.id, me)
        if others:
            yield Left("lines of chat data that are no messages", others)

    def _acts(self, message: _Message, identifier: str, me: str | None) -> Iterator[Record]:
        moment = self._moments.of(message.sent)
        act = InteractionRecord(
            PLATFORM,
            clean_value(f"bluesky:chat:{identifier}"),
            None,
            moment.at,
            Direction.OUT,
            Kind.MESSAGE,
            message.text or None,
            clean_value(f"bluesky:chat:{message.conversation}") if message.conversation else None,
            precision=moment.precision,
            zone_assumed=moment.assumed,
        )
        members = self._members.get(message.conversation or "", {})
        others = {did: who for did in members if did != me and (who := self._people.find(did)) is not None}
        if message.sender is None or message.sender == me:
            if len(others) > 1:
                yield from chats.sent(act, others)
            else:
                yield act._replace(who=next(iter(others.values()), None))
            return
        sender = self._people.find(message.sender) or IdentityRef(PLATFORM, None, message.sender)
        if len(others) > 1:
            received = chats.received(act, sender, len(others))
            if received is not None:
                yield received
        else:
            yield act._replace(who=sender, direction=Direction.IN)

    def _lines(self) -> Iterator[tuple[dict[str, Any], str] | Problem]:
        for name in self._names:
            with self._export.open(name) as stream, TextLines(stream) as lines:
                for line in lines:
                    where = f"{name}, line {lines.line}"
                    if not line.strip():
                        continue
                    try:
                        found = msgspec.json.decode(line)
                    except UNREADABLE as error:
                        yield Problem(where, f"cannot be read: {error}")
                        continue
                    yield (found, where) if isinstance(found, dict) else Problem(where, "is no JSON object")

    def _note_members(self, line: dict[str, Any], depth: int = 0) -> None:
        convo = line.get("convo") if isinstance(line.get("convo"), dict) else None
        conversation = _first(line, _CONVERSATIONS) or _first(convo or {}, _IDS)
        for holder in (line, convo or {}):
            for key in _MEMBERS:
                members = holder.get(key)
                if not isinstance(members, list):
                    continue
                place = conversation or _first(holder, _IDS)
                for member in members:
                    did = member.get("did") if isinstance(member, dict) else member
                    if not is_did(did) or place is None:
                        continue
                    self._members.setdefault(place, {})[str(did)] = None
                    if isinstance(member, dict):
                        name = member.get("displayName")
                        name = name if isinstance(name, str) else None
                        self._people.learn(did, handle_in(member.get("handle")), None, name)
        for key in _INSIDE:
            inner = line.get(key)
            if isinstance(inner, dict) and depth < _DEEPEST:
                self._note_members(inner, depth + 1)


def _message(line: dict[str, Any], where: str, depth: int = 0) -> _Message | None:
    """Return the message in a line: the innermost object with a text and a time."""
    sent = next((line[key] for key in _TIMES if isinstance(line.get(key), str)), None)
    if isinstance(line.get("text"), str) and sent is not None:
        conversation = _first(line, _CONVERSATIONS)
        convo = line.get("convo")
        if conversation is None and isinstance(convo, dict):
            conversation = _first(convo, _IDS)
        text = plain(line, facets(line))
        return _Message(where, _first(line, _IDS), conversation, _sender(line), sent, text)
    for key in _INSIDE:
        inner = line.get(key)
        if isinstance(inner, dict) and depth < _DEEPEST:
            found = _message(inner, where, depth + 1)
            if found is not None:
                outer = _first(line, _CONVERSATIONS)
                return found._replace(
                    conversation=found.conversation or outer, sender=found.sender or _sender(line)
                )
    return None


def _first(line: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = line.get(key)
        if isinstance(value, str | int):
            found = clean_id(value)
            if found:
                return found
    return None


def _sender(line: dict[str, Any]) -> str | None:
    for key in _SENDERS:
        value = line.get(key)
        did = value.get("did") if isinstance(value, dict) else value
        if is_did(did):
            return str(did)
    return None
