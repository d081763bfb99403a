"""X Chat (since 2025): who wrote to whom and when; the words are encrypted.

The decision to know: an event whose `detail` says that it is something else (read, typing, keys, members) is
no message; one whose `detail` is a message or unreadable is kept without text, because whose turn it is
depends on the act and not on the words. The names are those of X's Thrift definition of `MessageEventDetail`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.records import Direction, InteractionRecord, Kind, Left, Problem, Record
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.x import moments, shapes
from crm.importers.x.index import Index, pair_of
from crm.importers.x.layout import Holds, Layout
from crm.importers.x.messages import Messages, Place
from crm.importers.x.people import PLATFORM
from crm.importers.x.shapes import id_of

_MESSAGE = "messageCreateEvent"
_TEXTS = ("text", "messageText", "message_text")
_DEEPEST = 6


class Chat:
    """Reads the X Chat events of one archive."""

    def __init__(self, index: Index, messages: Messages, my_id: str) -> None:
        self._groups = index.groups
        self._messages = messages
        self._me = my_id
        self._encrypted = 0
        self._others = 0

    def read(self, layout: Layout) -> Iterator[Record]:
        """Yield the records of all events."""
        for item in layout.rows(Holds.CHAT, shapes.ChatRow):
            if isinstance(item, Problem):
                yield item
                continue
            row, name, number = item
            yield from self._event(row.event or row, f"{name}[{number}]")

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        if self._encrypted:
            yield Left(
                "texts of X Chat messages, which are encrypted (who and when was kept)", self._encrypted
            )
        if self._others:
            yield Left("X Chat events that are no messages (read, typing, members, keys)", self._others)

    def _event(self, event: shapes.ChatEvent, where: str) -> Iterator[Record]:
        detail = _decoded(event.detail)
        if isinstance(detail, dict) and detail and _MESSAGE not in detail and _only_events(detail):
            self._others += 1
            return
        identifier, sender = id_of(event.message_id) or id_of(event.sequence_id), id_of(event.sender)
        conversation = str(event.conversation_id or "")
        pair = pair_of(conversation, ":") or pair_of(conversation)
        if identifier is None or sender is None or not conversation:
            yield Problem(where, "is an X Chat event without id, sender or conversation")
            return
        if pair and self._me not in pair:
            yield Problem(where, f"is between {pair[0]} and {pair[1]}, neither of which is you")
            return
        text = _text(detail, 0)
        self._encrypted += text is None
        at, precision = moments.of_millis(event.created)
        other = next((side for side in pair if side != self._me), self._me) if pair else None
        # The same two people have one thread, before X Chat ("1-2") and since ("1:2").
        thread = f"x:dm:{conversation.replace(':', '-')}"
        place = Place(thread, None, other, None if pair else self._groups.get(conversation))
        act = InteractionRecord(
            PLATFORM, f"x:dm:{identifier}", None, at, Direction.OUT, Kind.MESSAGE, text, place.thread,
            precision=precision,
        )  # fmt: skip
        yield from self._messages.acts(act, sender, None, place)


def _decoded(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except UNREADABLE:
        return None


def _only_events(detail: dict[str, Any]) -> bool:
    return all(key.endswith("Event") for key in detail)


def _text(value: Any, depth: int) -> str | None:
    """Return the words of a message that is not encrypted, wherever in its detail they are."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    for key in _TEXTS:
        if isinstance(value.get(key), str):
            return str(value[key])
    found = (_text(inner, depth + 1) for inner in value.values())
    return next((text for text in found if text is not None), None)
