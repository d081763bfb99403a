"""Which file of an export is the repository, which the chat data, and which says whose DID is whose.

The decision to know: a repository is known by its first bytes, since people rename it; where a file has an
extension that says something else, it is not opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from crm.importers.bluesky.car import is_car
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8


class Holds(StrEnum):
    """What a file holds."""

    REPOSITORY = "repository"
    CHAT = "chat"
    DID = "did document"


_FEW = 20
"""Files without a telling name that are looked into."""
_MOST_PEEKS = 200
_PEEK = 2048
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,7}$")
_DID_DOCUMENT = re.compile(rb'"id"\s*:\s*"did:[a-z]+:')
_CHAT = re.compile(rb'"(?:convoId|conversationId|sentAt|messageId)"|chat\.bsky\.|"did:(?:plc|web):')


def kinds(export: Export) -> Iterator[tuple[str, Holds]]:
    """Yield the members that are ours, with what they hold."""
    nameless = [name for name in export.names if not _EXTENSION.search(name.rpartition("/")[2].casefold())]
    for name in [*export.find("*.car")[:_MOST_PEEKS], *(nameless if len(nameless) <= _FEW else [])]:
        if is_car(export.peek(name, 16)):
            yield name, Holds.REPOSITORY
    for name in export.find("*chat*.jsonl")[:_MOST_PEEKS]:
        head = as_utf8(export.peek(name, _PEEK)).lstrip()
        if head.startswith(b"{") and _CHAT.search(head):
            yield name, Holds.CHAT
    for name in export.find("*did*.json")[:_MOST_PEEKS]:
        head = as_utf8(export.peek(name, _PEEK))
        if b'"alsoKnownAs"' in head and _DID_DOCUMENT.search(head):
            yield name, Holds.DID
