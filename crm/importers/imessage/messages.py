"""Messages and tapbacks as acts between the user and people.

The decision to know: tapbacks are rows of their own which later rows take back, so they are read first, and
given when all messages are known, whose author tells whom a tapback was for. Numbers of types are those that
`imessage-exporter` documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision, Problem, Record
from crm.importers.imessage.database import Database
from crm.importers.imessage.people import People, Presence, is_robot
from crm.importers.imessage.typedstream import text_in
from crm.importers.kit import chats
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import EARLIEST, SECOND, latest

PLATFORM = "imessage"
ROBOTS = "messages of companies, shops and banks"
EVENTS = "notices of groups: joined, renamed"
TAKEN_BACK = "messages taken back"
EMPTY = "messages without content"
TO_SELF = "messages to yourself"

_COLUMNS = (
    "ROWID", "guid", "text", "attributedBody", "handle_id", "service", "date", "is_from_me", "item_type",
    "group_action_type", "other_handle", "associated_message_type", "thread_originator_guid",
    "date_retracted", "balloon_bundle_id", "cache_has_attachments",
)  # fmt: skip
_EVENT_COLUMNS = ("item_type", "group_action_type", "other_handle", "handle_id")
_TAPBACK_COLUMNS = (
    "guid", "handle_id", "is_from_me", "date", "service", "associated_message_type",
    "associated_message_guid", "associated_message_emoji",
)  # fmt: skip
_JOIN = "LEFT JOIN chat_message_join AS joined ON joined.message_id = message.ROWID"
_TAPBACKS = range(2000, 2008)
_REMOVALS = range(3000, 3008)
_REMOVED_BY = 1000
_EMOJI = {0: "❤️", 1: "👍", 2: "👎", 3: "😂", 4: "‼️", 5: "❓"}
_ATTACHMENT = "\ufffc"
_APPLE_EPOCH = 978_307_200 * SECOND
"""2001-01-01, from which Apple counts, in microseconds since 1970."""
_SECONDS_BELOW = 10**12
_MEDIA = {"image": "[photo]", "video": "[video]", "audio": "[audio]"}
_VOICE = "audio/amr"


class _Tapback(NamedTuple):
    guid: str
    who: str
    """Key of whoever tapped; `me` for the user."""
    at: int | None
    service: Any
    target: str
    emoji: str


class Reader:
    """Reads one database."""

    def __init__(self, database: Database, people: People, name: str, left: Counter[str]) -> None:
        self._database = database
        self._people = people
        self._name = name
        self._left = left
        self._latest = latest()
        self._kinds = _Attachments(database)
        self._has_joins = database.has("chat_message_join")
        self._presence = Presence(people, list(self._events()))
        self._tapbacks = self._read_tapbacks()
        self._wanted = {tapback.target for tapback in self._tapbacks} | self._originators()
        self._authors: dict[str, tuple[str, int | None]] = {}
        """Author and chat of the messages that others refer to."""
        self.unknown_times = 0

    def records(self) -> Iterator[Record]:
        """Yield everything."""
        before = None
        for row, *values, chat in self._joined(_COLUMNS):
            if row == before:  # in two chats
                continue
            before = row
            message = _Message._make((row, *values, chat if isinstance(chat, int) else None))
            yield from self._message(message)
        for tapback in self._tapbacks:
            yield from self._tapback(tapback)

    def _joined(self, columns: tuple[str, ...], condition: str = "") -> Iterator[tuple[Any, ...]]:
        """Yield rows of messages in their order, the number of their chat behind them."""
        rest = f"{_JOIN if self._has_joins else ''} {condition} ORDER BY message.ROWID"
        if not self._has_joins:
            yield from ((*row, None) for row in self._database.rows("message", columns, rest))
            return
        yield from self._database.rows("message", (*columns, "joined.chat_id"), rest)

    def _events(self) -> Iterator[tuple[Any, ...]]:
        if self._database.has_column("message", "item_type"):
            for item, action, other, sender, chat in self._joined(
                _EVENT_COLUMNS, "WHERE message.item_type <> 0"
            ):
                yield chat, item, action, other, sender

    def _read_tapbacks(self) -> list[_Tapback]:
        """Return the tapbacks that nobody has taken back."""
        kept: dict[tuple[str, str, str], _Tapback] = {}
        if not self._database.has_column("message", "associated_message_type"):
            return []
        rest = "WHERE message.associated_message_type >= 2000 ORDER BY message.ROWID"
        for guid, handle, mine, date, service, kind, target, emoji in self._database.rows(
            "message", _TAPBACK_COLUMNS, rest
        ):
            who = "me" if mine == 1 else self._people.key(handle)
            if who is None or not isinstance(guid, str) or not isinstance(target, str):
                continue
            about = target.rpartition("/")[2].removeprefix("bp:")
            if kind in _TAPBACKS:
                shown = _emoji(kind, emoji)
                kept[about, who, shown] = _Tapback(guid, who, self._time(date), service, about, shown)
            elif kind in _REMOVALS:
                kept.pop((about, who, _emoji(kind - _REMOVED_BY, emoji)), None)
        return list(kept.values())

    def _originators(self) -> set[str]:
        if not self._database.has_column("message", "thread_originator_guid"):
            return set()
        rows = self._database.rows("message", ("thread_originator_guid",), "GROUP BY 1")
        return {guid for (guid,) in rows if isinstance(guid, str)}

    def _message(self, message: _Message) -> Iterable[Record]:
        if message.item_type not in (0, None):
            self._presence.note(
                message.chat, message.item_type, message.action, message.other, message.handle
            )
            self._left[EVENTS] += 1
            return ()
        if isinstance(message.associated, int) and message.associated >= _TAPBACKS.start:
            return ()
        if not isinstance(message.guid, str) or not message.guid:
            return (Problem(f"{self._name}, message {message.row}", "has no id"),)
        key = self._people.key(message.handle)
        if message.guid in self._wanted:
            self._authors[message.guid] = ("me" if message.is_mine else key or "", message.chat)
        if message.retracted:
            self._left[TAKEN_BACK] += 1
            return ()
        text = self._words(message)
        if text is None:
            self._left[EMPTY] += 1
            return ()
        return self._acts(message, self._act(message, text), key)

    def _acts(self, message: _Message, act: InteractionRecord, key: str | None) -> Iterable[Record]:
        chat = self._people.chats.get(message.chat) if message.chat is not None else None
        if chat is not None and chat.is_group:
            return self._in_group(message, act._replace(thread=f"imessage:{chat.guid}"), key)
        if chat is not None and (message.is_mine or key is None):
            key = next(iter(chat.members), key)
        if key is None:
            if message.is_mine:
                return (act,)
            return (Problem(f"{self._name}, message {message.row}", "does not say with whom it was"),)
        if is_robot(key):
            self._left[ROBOTS] += 1
            return ()
        if self._people.is_own(key):
            self._left[TO_SELF] += 1
            return ()
        direction = Direction.OUT if message.is_mine else Direction.IN
        who = self._people.person(key)
        return (act._replace(who=who, direction=direction, thread=f"imessage:{key}"),)

    def _in_group(self, message: _Message, act: InteractionRecord, key: str | None) -> Iterable[Record]:
        answered = self._authors.get(message.originator, ("", None))[0] if message.originator else ""
        present = self._presence.of(message.chat or 0)
        if message.is_mine:
            return chats.sent(act, present, {answered: Kind.REPLY} if answered in present else None)
        if key is None or self._people.is_own(key):
            return (Problem(f"{self._name}, message {message.row}", "does not say who wrote it"),)
        kind = Kind.REPLY if answered == "me" else None
        found = chats.received(act, self._people.person(key), len(present), kind)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
            return ()
        return (found,)

    def _tapback(self, tapback: _Tapback) -> Iterator[Record]:
        """Yield a tapback by the user or on the user's message."""
        author, number = self._authors.get(tapback.target, ("", None))
        chat = self._people.chats.get(number) if number is not None else None
        by_me = tapback.who == "me"
        if by_me and author != "me" and author:
            who: IdentityRef | None = self._people.person(author)
        elif not by_me and author == "me":
            who, author = self._people.person(tapback.who), tapback.who
        else:
            return
        if is_robot(author) or self._people.is_own(author):
            return
        thread = f"imessage:{chat.guid}" if chat is not None and chat.is_group else f"imessage:{author}"
        yield InteractionRecord(
            _platform(tapback.service),
            f"imessage:{tapback.guid}",
            who,
            tapback.at,
            Direction.OUT if by_me else Direction.IN,
            Kind.REACTION,
            tapback.emoji,
            thread,
            None,
            Precision.UNKNOWN if tapback.at is None else Precision.SECOND,
        )

    def _act(self, message: _Message, text: str) -> InteractionRecord:
        at = self._time(message.date)
        if at is None:
            self.unknown_times += 1
        return InteractionRecord(
            _platform(message.service),
            f"imessage:{clean_value(str(message.guid))}",
            None,
            at,
            Direction.OUT,
            Kind.MESSAGE,
            text,
            None,
            None,
            Precision.UNKNOWN if at is None else Precision.SECOND,
        )

    def _words(self, message: _Message) -> str | None:
        """Return what a message says, and what else it holds: "[photo]"."""
        text = message.text if isinstance(message.text, str) else None
        if not text and isinstance(message.body, bytes):
            text = text_in(message.body)
        words = clean_value((text or "").replace(_ATTACHMENT, "")).strip()
        media = self._kinds.of(message.row) if message.has_attachments else []
        if not media and (message.has_attachments or _ATTACHMENT in (text or "")):
            media = ["[attachment]"]
        if not words and not media and message.balloon:
            media = ["[app message]"]
        return "\n".join(piece for piece in (words, *media) if piece) or None

    def _time(self, date: Any) -> int | None:
        """Return a time of Apple's: nanoseconds since 2001, seconds before macOS 10.13."""
        if not isinstance(date, int) or date <= 0:  # Messages is younger than its epoch
            return None
        at = _APPLE_EPOCH + (date * SECOND if date < _SECONDS_BELOW else date // 1000)
        return at if EARLIEST <= at <= self._latest else None


class _Message(NamedTuple):
    """A row of `message`; anything may be in it."""

    row: int
    guid: Any
    text: Any
    body: Any
    handle: Any
    service: Any
    date: Any
    from_me: Any
    item_type: Any
    action: Any
    other: Any
    associated: Any
    originator: Any
    retracted: Any
    balloon: Any
    has_attachments: Any
    chat: int | None

    @property
    def is_mine(self) -> bool:
        """Whether the user wrote it."""
        return bool(self.from_me == 1)


class _Attachments:
    """The kinds of attachments of messages that are asked for in their order."""

    def __init__(self, database: Database) -> None:
        self._rows = _attachments(database)
        self._next: tuple[int, str] | None = next(self._rows, None)

    def of(self, row: int) -> list[str]:
        """Return what is attached to a message, each kind once."""
        while self._next is not None and self._next[0] < row:
            self._next = next(self._rows, None)
        found: dict[str, None] = {}
        while self._next is not None and self._next[0] == row:
            found[self._next[1]] = None
            self._next = next(self._rows, None)
        return list(found)


def _attachments(database: Database) -> Iterator[tuple[int, str]]:
    if not database.has_column("attachment", "mime_type"):
        return
    rest = "JOIN attachment ON attachment.ROWID = attachment_id ORDER BY message_id"
    for message, mime in database.rows(
        "message_attachment_join", ("message_id", "attachment.mime_type"), rest
    ):
        if isinstance(message, int):
            yield message, _kind_of(mime)


def _kind_of(mime: Any) -> str:
    if not isinstance(mime, str):
        return "[attachment]"
    if mime.startswith(_VOICE):
        return "[voice message]"
    return _MEDIA.get(mime.partition("/")[0], "[file]")


def _emoji(kind: int, written: Any) -> str:
    known = _EMOJI.get(kind - _TAPBACKS.start)
    if known:
        return known
    return clean_value(written) if isinstance(written, str) and written else "[sticker]"


def _platform(service: Any) -> str:
    return "sms" if service in ("SMS", "MMS", "RCS") else PLATFORM
