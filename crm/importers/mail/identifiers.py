"""Message-IDs, threads, and a compact memory of which messages have been read.

The decision to know: the same message lies in several label files and folders, and is the same by its
Message-ID; a message without one is the same by its date, sender, subject and beginning.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Iterable

from crm.domain.text import folded
from crm.importers.kit.keys import digest, normal_text
from crm.importers.mail.headers import Fields

_IN_BRACKETS = re.compile(rb"<([^<>]{1,998})>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST_ID = 200
"""Longer ones are hashed: an index key must stay small."""
_BODY_START = 1_000
_REPLY = re.compile(
    r"\s*(?:(?:re|aw|antw|antwort|sv|vs|r|rif|odp|ynt|res|ref|回复|回覆|答复|fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|转发|轉寄)"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:：])",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|转发|轉寄)\s?[:：]", re.IGNORECASE)
_NONE: list[bytes] = []
_REMEMBERED = 20_000
"""Openings of threads by subject that are remembered: enough for years of one person's mail."""


def first_id(value: bytes) -> str | None:
    """Return the first Message-ID in a header value, without brackets, or None."""
    match = _IN_BRACKETS.search(value)
    if match:
        data = match[1]
    else:
        data = value.split(None, 1)[0] if value.strip() else b""
        if b"@" not in data:
            return None
    text = " ".join(_CONTROL.sub(" ", data.decode("utf-8", "replace")).split())
    if not text:
        return None
    return text if len(text) <= _LONGEST_ID else digest(text)


def message_id(fields: Fields, body: bytes) -> str:
    """Return what identifies a message: its Message-ID, else a hash that every later export repeats."""
    stated = fields.get(b"message-id", _NONE)
    found = first_id(stated[0]) if stated else None
    if found:
        return found
    parts = [fields.get(name, [b""])[0].decode("utf-8", "replace") for name in (b"date", b"from", b"subject")]
    start = body[:_BODY_START].decode("utf-8", "replace")
    return digest("mail", *map(normal_text, parts), normal_text(start)[: _BODY_START // 2])


def split_subject(subject: str) -> tuple[str, str]:
    """Return the prefix that all reply and forward marks come down to, and the subject without them.

    `AW: Re: [3]: Lunch` is ("Re: ", "Lunch"), a forwarded one ("Fwd: ", ...), anything else ("", ...).
    """
    match = _REPLY.match(subject)
    if match is None:
        return "", subject.strip()
    prefix = "Fwd: " if _FORWARD.match(subject) else "Re: "
    at = 0
    while match:
        at = match.end()
        match = _REPLY.match(subject, at)
    return prefix, subject[at:].strip()


class Threads:
    """Which thread a message belongs to: Gmail's, else that of its references, else of its subject."""

    def __init__(self) -> None:
        self._openings: OrderedDict[int, str] = OrderedDict()

    def thread_of(self, fields: Fields, own_id: str, subject: tuple[str, str], people: Iterable[str]) -> str:
        """Return the thread of a message.

        Args:
            fields: of its header.
            own_id: what `message_id` returned for it; it begins a thread with it.
            subject: prefix and rest, of `split_subject`.
            people: the addresses of everybody in it, which messages with the same subject must share.

        """
        stated = fields.get(b"x-gm-thrid", _NONE)
        if stated and stated[0].isdigit():
            return f"mail:gm:{stated[0].decode()[:20]}"
        for name in (b"references", b"in-reply-to"):
            for value in fields.get(name, _NONE):
                root = first_id(value)
                if root:
                    return f"mail:{root}"
        prefix, rest = subject
        if not rest:
            return f"mail:{own_id}"
        key = digest(folded(rest), *sorted(people))
        if prefix:
            return self._openings.get(hash(key)) or f"mail:subject:{key}"
        self._openings[hash(key)] = f"mail:{own_id}"
        if len(self._openings) > _REMEMBERED:
            self._openings.popitem(last=False)
        return f"mail:{own_id}"


class SeenIds:
    """A set of texts that only answers whether one was added before, in 8 bytes and some air for each.

    A Python set would take 100 bytes; with ten million messages that is a gigabyte. Two texts with the same
    64-bit hash would count as one: with ten million, once in 300,000 mailboxes.
    """

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * 1024))
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def add(self, text: str) -> bool:
        """Add `text` and return whether it is new."""
        slots = self._slots
        mask = len(slots) - 1
        value = hash(text) or 1
        at = value & mask
        while slots[at]:
            if slots[at] == value:
                return False
            at = (at + 1) & mask
        slots[at] = value
        self._used += 1
        if self._used * 3 > len(slots) * 2:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._slots
        self._slots = slots = array("q", bytes(16 * len(old)))
        mask = len(slots) - 1
        for value in old:
            if value:
                at = value & mask
                while slots[at]:
                    at = (at + 1) & mask
                slots[at] = value
