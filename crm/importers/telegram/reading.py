r"""The parts of `result.json`, one after the other, in flat memory; it may have a gigabyte.

The decision to know: Telegram indents what it writes, so the end of a message is a line of its own with one
depth of indentation, and no line end can stand inside a JSON string. Messages are cut there and decoded a
thousand at a time. In a file that somebody has written anew without indentation, what stands between the
first two messages of a chat tells where to cut; where that is wrong they are found by their brackets, at a
fifth of the speed.

Telegram writes control characters as `\x1F`, which is no JSON; that is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias, TypeVar

import msgspec

from crm.domain.records import Problem
from crm.importers.kit.jsondecode import UNREADABLE, decode_patiently, decoders, is_json
from crm.importers.telegram.shapes import Chat, Contact, Message, Personal
from crm.importers.telegram.walking import CHUNK, Walker

T = TypeVar("T")
Found: TypeAlias = Personal | Contact | Chat | Message | Problem

_HEAD_FIELDS = ("name", "type", "id")
_SHOWN = 80
_LISTS_OF_CHATS = ("chats", "left_chats")
_INDENTED = re.compile(rb"\[\s*?(\r?\n[ \t]+)\{")
_BETWEEN = re.compile(rb'\s*,\s*\{\s*"[^"\\]{1,40}"\s*:')
# Behind the messages of a chat another chat begins, or the list of chats ends. A reaction may end alike.
_END_OF_LIST = re.compile(rb'\]\s*+\}\s*+(?:,\s*+\{\s*+"(?:name|type)"\s*+:|\]\s*+\}\s*+(?:\}|,\s*+"))')
_BAD_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")


def read(stream: BinaryIO, where: str) -> Iterator[Found]:
    """Yield what an export holds: the user, the contact list, and each chat followed by its messages.

    Raises:
        ExportError: the file is cut off or damaged; the message says how many messages it was read for.

    """
    return _Reading(stream, where).document()


class _Reading:
    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._walker = Walker(stream, where)
        self._where = where
        self._chat = ""

    def document(self) -> Iterator[Found]:
        """Yield everything; the document is an export of the account, or of one chat."""
        head: dict[str, bytes] = {}
        if self._walker.peek() != b"{":
            yield Problem(self._where, "is no export of Telegram")
            return
        for key in self._walker.fields():
            if key == "personal_information":
                yield self._decode(Personal, self._walker.value(), f"{self._where}: {key}")
            elif key == "contacts":
                yield from self._contacts()
            elif key in _LISTS_OF_CHATS:
                yield from self._chats()
            else:
                yield from self._in_chat(key, head)

    def _contacts(self) -> Iterator[Found]:
        yield from self._unless(b"{", f"{self._where}: contacts")
        for key in self._walker.fields():
            if key != "list":
                self._walker.skip()
                continue
            yield from self._unless(b"[", f"{self._where}: contacts")
            for number in self._walker.elements():
                yield self._decode(Contact, self._walker.value(), f"{self._where}: contact {number + 1}")

    def _chats(self) -> Iterator[Found]:
        yield from self._unless(b"{", f"{self._where}: chats")
        for key in self._walker.fields():
            if key != "list":
                self._walker.skip()
                continue
            yield from self._unless(b"[", f"{self._where}: chats")
            for number in self._walker.elements():
                yield from self._unless(b"{", f"{self._where}: chat {number + 1}")
                head: dict[str, bytes] = {}
                for field in self._walker.fields():
                    yield from self._in_chat(field, head)

    def _in_chat(self, key: str, head: dict[str, bytes]) -> Iterator[Found]:
        if key == "messages":
            joined = b",".join(b'"%s":%s' % (name.encode(), raw) for name, raw in head.items())
            chat = self._decode(Chat, b"{" + joined + b"}", self._where)
            yield chat
            if not isinstance(chat, Chat):  # nor are its messages those of the chat before
                chat = Chat()
                yield chat
            self._chat = chat.name or ""
            yield from self._messages()
        elif key in _HEAD_FIELDS:
            head[key] = self._walker.value()
        else:
            self._walker.skip()

    def _messages(self) -> Iterator[Found]:
        walker = self._walker
        if walker.peek() != b"[":
            yield from self._unless(b"[", f"{self._where}: {self._chat[:_SHOWN] or 'chat'}")
            walker.skip()
            return
        while len(walker.buffer) - walker.at < CHUNK and walker.fill():
            pass
        match = _INDENTED.match(walker.buffer, walker.at)
        yield from self._indented(match[1] + b"}") if match else self._compact()

    def _compact(self) -> Iterator[Found]:
        """Yield the messages of a list that is not indented, or has nothing in it."""
        walker = self._walker
        walker.at += 1
        border = None
        number = 0
        while (byte := walker.peek()) != b"]":
            if not byte:
                raise walker.damaged()
            if border is None:
                raw = walker.value()
                walker.count += 1
                yield self._decode(Message, raw, self._place(number))
                number += 1
                following = _BETWEEN.match(walker.buffer, walker.at)
                border = b"}" + following[0] if following and raw.endswith(b"}") else None
                continue
            if len(walker.buffer) - walker.at < CHUNK:
                walker.fill()
            found = self._until(self._end_of_whole(border))
            for item in self._one_by_one(number) if found is None else found:
                yield item
                number += 1
        walker.at += 1

    def _end_of_whole(self, border: bytes) -> int:
        """Return where, in the next chunk, the last whole message seems to end; -1 where none does."""
        walker = self._walker
        limit = walker.at + CHUNK
        last = _END_OF_LIST.search(walker.buffer, walker.at, limit)
        return last.start() if last else walker.buffer.rfind(border, walker.at, limit) + 1 or -1

    def _until(self, end: int) -> list[Message] | None:
        """Return the messages up to a place, and move there; None where it is the wrong one."""
        walker = self._walker
        if end < 0:
            return None
        try:
            found = decoders(Message)[1].decode(b"[" + walker.buffer[walker.at : end] + b"]")
        except UNREADABLE:
            return None
        walker.at = end
        walker.count += len(found)
        return found

    def _indented(self, ending: bytes) -> Iterator[Found]:
        """Yield the messages of a list whose elements end in a line that is `ending`."""
        walker = self._walker
        walker.at += 1
        last = re.compile(re.escape(ending) + rb"\s*+\]")
        number = 0
        while True:
            if walker.peek() == b"]":
                walker.at += 1
                return
            if len(walker.buffer) - walker.at < CHUNK:
                walker.fill()
            limit = walker.at + CHUNK
            found = last.search(walker.buffer, walker.at, limit)
            cut = found.start() if found else walker.buffer.rfind(ending + b",", walker.at, limit)
            if cut < 0:
                for item in self._one_by_one(number):
                    yield item
                    number += 1
                continue
            end = cut + len(ending)
            count, items = self._decode_all(walker.buffer[walker.at : end], ending, number)
            walker.at = end
            number += count
            walker.count += count
            yield from items

    def _one_by_one(self, number: int) -> Iterator[Message | Problem]:
        """Yield as many values as a chunk holds, whatever they are: messages longer than any, or none."""
        walker = self._walker
        left = CHUNK
        while left > 0 and walker.peek() != b"]":
            raw = walker.value()
            left -= len(raw) + 1
            walker.count += 1
            yield self._decode(Message, raw, self._place(number))
            number += 1

    def _unless(self, opening: bytes, place: str) -> Iterator[Problem]:
        """Report a value that begins with something else, unless it is null, which is as good as empty."""
        if self._walker.peek() not in (opening, b"n"):
            kind = "a list" if opening == b"[" else "an object"
            yield Problem(place, f"something else stands where {kind} should be; it was not read")

    def _decode_all(
        self, chunk: bytes, ending: bytes, number: int
    ) -> tuple[int, Iterable[Message | Problem]]:
        one, many = decoders(Message)
        try:
            found = many.decode(b"[" + chunk + b"]")
        except UNREADABLE:
            pass
        else:
            return len(found), found
        chunk = _mended(chunk)
        raws: list[bytes]
        if is_json(b"[" + chunk + b"]"):
            listed = msgspec.json.decode(b"[" + chunk + b"]", type=list[msgspec.Raw])
            raws = [bytes(raw) for raw in listed]
        else:
            raws = [piece.lstrip(b", \t\r\n") + b"}" for piece in chunk.split(ending)[:-1]]
        return len(raws), (_decoded(one, raw, self._place(number + i)) for i, raw in enumerate(raws))

    def _decode(self, kind: type[T], raw: bytes, place: str) -> T | Problem:
        one, _ = decoders(kind)
        return decode_patiently(one, _mended(raw), place, None)

    def _place(self, number: int) -> str:
        return f"{self._where}: {self._chat[:_SHOWN] or 'chat'}, message {number + 1}"


def _decoded(decoder: msgspec.json.Decoder[Message], raw: bytes, place: str) -> Message | Problem:
    return decode_patiently(decoder, raw, place, None)


def _mended(raw: bytes) -> bytes:
    return _BAD_ESCAPE.sub(rb"\1\\u00\2", raw) if b"\\x" in raw else raw
