"""Which members of an export are Signal's, and of which kind.

The app writes `main.jsonl`, `metadata.json` and `files/`; signal-export a folder for each chat with `chat.md`
and `data.json` (`index.md` before version 1); other tools texts of the same form. Encrypted are
`signal-DATE.backup` and `SignalBackups/` of Android, and `sql/db.sqlite` of Signal Desktop.
"""

from __future__ import annotations

import re

from crm.importers.kit.export import Export

_FRAME = re.compile(rb'\{\s*"(?:account|recipient|chat|chatItem)"\s*:\s*\{')
_INFO = re.compile(rb'\{[^{}]*"backupTimeMs"')
_LINE = re.compile(rb"\[\d{4}-\d{2}-\d{2},? \d{2}:\d{2}(?::\d{2})?\] [^:\n]{1,200}:")
_MINUTES = re.compile(rb"\s*\[\d{4}-\d{2}-\d{2},? \d{2}:\d{2}\] [^:\n]{1,200}:")
_MARKDOWN = ("chat.md", "index.md")
_ENCRYPTED = re.compile(
    r"(?:^|/)(?:signal-\d{4}-\d{2}-\d{2}[^/]*\.backup$|signal-backup-\d{4}-\d{2}-\d{2}[^/]*/(?:main|metadata)$"
    r"|sql/db\.sqlite$)",
    re.IGNORECASE,
)
_SQLITE = b"SQLite format 3\0"
_HEAD = 4096
_MOST_TEXTS = 60


def plain_exports(export: Export) -> list[str]:
    """Return the `main.jsonl` of the app's plaintext exports."""
    found = []
    for name in export.find("*.jsonl"):
        head = export.peek(name, _HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
        if _INFO.match(head) or _FRAME.match(head):
            found.append(name)
    return found


def text_chats(export: Export) -> list[str]:
    """Return the chats of signal-export and of its relatives, each once."""
    found = [name for name in export.find("data.json") if _is_data(export.peek(name, _HEAD))]
    folders = {_folder(name) for name in found}
    found += [
        name
        for name in export.find(*_MARKDOWN)
        if _folder(name) not in folders and _LINE.match(export.peek(name, _HEAD).lstrip())
    ]
    texts = export.find("*.txt")
    if len(texts) <= _MOST_TEXTS:
        found += [
            name for name in texts if _MINUTES.match(export.peek(name, _HEAD).removeprefix(b"\xef\xbb\xbf"))
        ]
    return found


def is_encrypted(export: Export) -> bool:
    """Say whether this is data that only Signal can read."""
    for name in (*export.names, export.path.name):
        if _ENCRYPTED.search(name):
            return name not in export.names or export.peek(name, len(_SQLITE)) != _SQLITE
    return False


def title_of(name: str) -> str | None:
    """Return the name of a chat: the folder that signal-export makes for it; None for a loose file."""
    folder = _folder(name)
    return folder.rpartition("/")[2] or None


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _is_data(head: bytes) -> bool:
    first = head.lstrip(b"\xef\xbb\xbf[ \r\n")
    return first.startswith(b"{") and all(mark in first for mark in (b'"date"', b'"sender"', b'"body"'))
