"""Which members of an export are chats, and what the names of files say about them.

WhatsApp names a chat's file after the chat in the phone's language: `WhatsApp Chat with Zoë.txt`,
`WhatsApp-Chat mit Zoë.txt`, `Chat de WhatsApp con Zoë.txt`; iPhones a ZIP, `WhatsApp Chat - Zoë.zip`, with
`_chat.txt` in it.
"""

from __future__ import annotations

import re
import unicodedata

from crm.importers.kit.export import Export
from crm.importers.kit.text import decode
from crm.importers.whatsapp.lines import header_of, is_signals

_TITLE = re.compile(
    r"whats\s?app.{0,20}?(?:\s(?:with|mit|con|com|avec|met|med|z|с|dengan|cu|s|se|amb|مع)\s+|\s?[-–:：]\s+)(.+)\Z",
    re.IGNORECASE,
)
_TITLE_BETWEEN = re.compile(
    r"(?:与|和|與)(.+?)的\s?whats\s?app|(.+?)\s?(?:との|님과(?:의)?)\s?whats\s?app", re.IGNORECASE
)
_COPY = re.compile(r"\s*\(\d{1,3}\)\Z")
_NAMED = re.compile(r"(?:^|/)_chat[^/]*\.txt$|whats\s?app[^/]*\.txt$", re.IGNORECASE)
_ENDINGS = (".zip", ".txt")
_HEAD = 4096
_MOST_UNNAMED = 60


def find_chats(export: Export) -> list[str]:
    """Return the members that are WhatsApp chats, by name and beginning."""
    texts = export.find("*.txt")
    unnamed = [name for name in texts if not _NAMED.search(name)]
    if len(unnamed) > _MOST_UNNAMED:
        texts = [name for name in texts if _NAMED.search(name)]
    return [name for name in texts if _begins_chat(export.peek(name, _HEAD), bool(_NAMED.search(name)))]


def _begins_chat(head: bytes, is_named: bool) -> bool:
    text, _ = decode(head)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or is_signals(lines[0]):
        return False
    first = header_of(lines[0])
    if first is None:
        return False
    if is_named:
        return True
    if not first.date.bracket and first.has_seconds:
        return False  # the log of some program
    headers = (header_of(line) for line in lines[1:])
    others = [header for header in headers if header and header.date.bracket == first.date.bracket]
    return first.author is not None or any(header.author is not None for header in others)


def title_of(export: Export, name: str) -> str | None:
    """Return the name of a chat, as the names of its file, its folder or its ZIP tell it."""
    for part in (*reversed(name.split("/")), export.path.name):
        stem = unicodedata.normalize("NFC", part)
        for ending in _ENDINGS:
            stem = stem[: -len(ending)] if stem.casefold().endswith(ending) else stem
        stem = _COPY.sub("", stem)
        match = _TITLE.search(stem)
        if match:
            return match[1].strip()
        between = _TITLE_BETWEEN.search(stem)
        if between:
            return (between[1] or between[2]).strip()
    return None


def same(title: str, label: str) -> bool:
    """Say whether a title of a file is a sender's label; file systems take emoji and marks away."""
    return bool(_letters(title)) and _letters(title) == _letters(label)


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", text).casefold() if char.isalnum())
