"""Message threads and encrypted chats: which of them are one conversation, and with whom.

The decision to know: an encrypted chat is the same conversation as a thread only where exactly one thread and
one encrypted chat are with somebody of that name, and no two friends have it. That both exports hold the same
messages needs no joining: a message has the same id in both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.domain.errors import ExportError
from crm.domain.records import IdentityRef, Problem, Record
from crm.importers.facebook import shapes
from crm.importers.facebook.layout import Layout
from crm.importers.facebook.people import PLATFORM, People, is_nobody
from crm.importers.kit.export import Export
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.keys import digest
from crm.importers.kit.meta.owner import fold_name
from crm.importers.kit.meta.talk import Conversation, Talk
from crm.importers.kit.meta.text import repair
from crm.importers.kit.meta.threads import (
    Head,
    Message,
    Reaction,
    Thread,
    What,
    base_name,
    moment,
    read_head,
    read_messages,
)

_COUNTER = re.compile(r"_\d+$")
_URL = "https://www.facebook.com/messages/t/{}"
_ON_SITE = re.compile(r"\d{6,20}")


class Chat(NamedTuple):
    """One source of messages: a thread's folder, or a file of the encrypted export."""

    head: Head
    thread: Thread | None
    encrypted: str | None
    """The name of the file."""


def survey(export: Export, layout: Layout) -> Iterator[Chat | Problem]:
    """Yield every source with those who take part in it; a file that is none is a `Problem`."""
    for thread in layout.threads:
        try:
            yield Chat(read_head(export, thread), thread, None)
        except ExportError as error:
            yield Problem(thread.files[0], f"could not be read: {error.message}")
    for name in layout.encrypted:
        try:
            with export.open(name) as stream:
                chat = ListIn(stream, shapes.EncryptedRow, name, ("messages",))
                if (around := chat.around(shapes.EncryptedHead)) is None or not around.participants:
                    for _ in chat:  # they stand behind the messages
                        pass
                    around = chat.around(shapes.EncryptedHead) or shapes.EncryptedHead()
            yield Chat(_encrypted_head(around), None, name)
        except ExportError as error:
            yield Problem(name, f"could not be read: {error.message}")


def _encrypted_head(around: shapes.EncryptedHead) -> Head:
    written = (one if isinstance(one, str) else one.name for one in around.participants or ())
    people = tuple(dict.fromkeys(repair(name) for name in written if name))
    title = _COUNTER.sub("", repair(around.thread_name or "")) or None
    return Head(None, "", people, title, False)


class Conversations:
    """The conversations of one export."""

    def __init__(self, export: Export, chats: Iterable[Chat], people: People) -> None:
        """Sort the sources; notes in `people` who the partners are."""
        self._export = export
        self._people = people
        self._threads: defaultdict[str, list[Chat]] = defaultdict(list)
        self._encrypted: defaultdict[str, list[Chat]] = defaultdict(list)
        for chat in chats:
            if chat.thread is not None and chat.head.id:
                self._threads[chat.head.id].append(chat)
            elif chat.thread is not None:
                self._threads[f"with:{digest(*self._others(chat.head))}"].append(chat)
            else:
                self._encrypted[self._name_of(chat.head)].append(chat)
        self._by_people: defaultdict[str, list[str]] = defaultdict(list)
        for key, sources in self._threads.items():
            self._by_people[self._name_of(sources[0].head)].append(key)
            for chat in sources:
                self._meet(key, chat.head)
        for sources in self._encrypted.values():
            for chat in sources:
                self._meet(None, chat.head)

    def records(self) -> Iterator[Record]:
        """Yield the records of all messages."""
        talk = Talk(PLATFORM, self._people.me, self._people.named)
        joined = {key: name for name in self._encrypted if (key := self._thread_with(name))}
        for key in sorted(self._threads):
            encrypted = self._encrypted[joined[key]] if key in joined else []
            yield from self._conversation(talk, key, [*self._threads[key], *encrypted])
        for name in sorted(self._encrypted.keys() - joined.values()):
            for number, chat in enumerate(self._encrypted[name]):
                key = f"encrypted:{digest(name, number or None)[:16]}"
                yield from self._conversation(talk, key, [chat])
        yield from talk.left()

    def _conversation(self, talk: Talk, key: str, sources: list[Chat]) -> Iterator[Record]:
        talk.begin(self._place(key, sources))
        for number, chat in enumerate(sources):
            if number:
                talk.next_source()
            messages = (
                read_messages(self._export, chat.thread)
                if chat.thread is not None
                else read_encrypted(self._export, chat.encrypted or "")
            )
            for item in messages:
                if isinstance(item, Problem):
                    yield item
                else:
                    yield from talk.records(item)
        yield from talk.end()

    def _place(self, key: str, sources: list[Chat]) -> Conversation:
        head, thread = sources[0].head, sources[0].thread
        several = len(sources) > 1
        name = f"{PLATFORM}:thread:{key}"
        url = _URL.format(key) if thread is not None and _ON_SITE.fullmatch(key) else None
        others = self._others(head)
        if head.is_group or len(others) > 1:
            members = {one: self._people.named(written, key) for one, written in others.items()}
            known = {one: who for one, who in members.items() if who is not None}
            return Conversation(key, name, None, known, True, url, several=several)
        to_self = not others and head.title is not None and self._people.is_me(head.title)
        partner = self._partner(key, head, thread)
        names = frozenset(others) if not any(map(is_nobody, others)) else frozenset[str]()
        return Conversation(key, name, partner, {}, False, url, names, to_self=to_self, several=several)

    def _partner(self, key: str, head: Head, thread: Thread | None) -> IdentityRef | None:
        others = list(self._others(head).values())
        name = others[0] if others else head.title or ""
        if thread is not None and head.id:
            return self._people.partner(head.id, name)
        return self._people.named(name, key)

    def _others(self, head: Head) -> dict[str, str]:
        """Return everybody but the user by folded name."""
        named = {fold_name(name): name for name in head.participants}
        return {folded: name for folded, name in named.items() if folded not in self._people.me}

    def _name_of(self, head: Head) -> str:
        """Return by what an encrypted chat and a thread can be known to be one: who is in it."""
        others = sorted(self._others(head))
        return others[0] if len(others) == 1 else "\x1f".join((*others, fold_name(head.title or "")))

    def _thread_with(self, name: str) -> str | None:
        """Return the thread that is one conversation with the encrypted chat with these people, if any."""
        threads = self._by_people.get(name, [])
        alone = len(threads) == 1 and len(self._encrypted[name]) == 1 and not is_nobody(name)
        return threads[0] if alone and self._people.friends.get(name, 0) <= 1 else None

    def _meet(self, key: str | None, head: Head) -> None:
        others = self._others(head)
        for name in others.values():
            self._people.meet(name)
        if key and head.id and len(others) == 1 and not head.is_group:
            folded, name = next(iter(others.items()))
            if not is_nobody(name):
                self._people.partners[folded].add(head.id)


def read_encrypted(export: Export, name: str) -> Iterator[Message | Problem]:
    """Yield the messages of an encrypted chat."""
    try:
        with export.open(name) as stream:
            for row in ListIn(stream, shapes.EncryptedRow, name, ("messages",)):
                yield row if isinstance(row, Problem) else _message(row)
    except ExportError as error:
        yield Problem(name, f"could not be read to its end: {error.message}")


def _message(row: shapes.EncryptedRow) -> Message:
    text = repair(row.text).strip() or None if row.text else None
    media = next((base_name(one.uri) for one in row.media or () if one.uri), None)
    what = What.WORDS
    if row.is_unsent:
        what = What.UNSENT
    elif "call" in (row.type or "").casefold():
        what = What.MISSED_CALL  # how long it was, or whether anybody answered, is not said
    reactions = tuple(
        Reaction(repair(one.actor or ""), repair(one.reaction or ""), None) for one in row.reactions or ()
    )
    return Message(repair(row.sender_name or ""), moment(row.timestamp), what, text, text or media, reactions)
