"""Where things lie in a data package, whose folders Discord has renamed and translates (`Nachrichten`).

The decision to know: a channel is a folder named after its number, `c` or not in front; everything else is
known by what a file begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.tables import header_in

_CHANNEL_FOLDER = re.compile(r"(?:^|/)c?(\d{3,20})$", re.IGNORECASE)
_HEAD = 1 << 12
_MOST_PEEKED = 200
_CHANNEL = re.compile(
    rb'^\s*\{\s*"id"\s*:\s*"?\d{3,20}"?\s*,\s*"type"\s*:|^\s*\{.*"recipients"\s*:', re.DOTALL
)
_PLAIN_CHANNEL = re.compile(
    rb'^\s*\{\s*"id"\s*:\s*"?\d{3,20}"?\s*,\s*"name"\s*:\s*"[^"]*"\s*,\s*"type"\s*:\s*\d'
)
_MESSAGES = re.compile(rb'^\s*\[\s*\{\s*"ID"\s*:\s*"?\d+"?\s*,\s*"Timestamp"\s*:')
_USER = re.compile(rb'^\s*\{\s*"id"\s*:\s*"?\d{15,20}"?\s*,.{0,600}"discriminator"\s*:', re.DOTALL)
_INDEX = re.compile(rb'^\s*\{\s*"\d{15,20}"\s*:\s*(?:"|null)')
_EXPORTED = re.compile(rb'^\s*\{\s*"guild"\s*:\s*\{.{1,4000}"channel"\s*:\s*\{\s*"id"\s*:\s*"\d+"', re.DOTALL)
_PAGE = re.compile(rb"DiscordChatExporter|class=\"?(?:chatlog|preamble__guild-name)", re.IGNORECASE)

COLUMNS = ("id", "timestamp", "contents", "attachments")
"""Of `messages.csv`."""
_EXPORTER_COLUMNS = ("authorid", "author", "date", "content", "attachments", "reactions")


@dataclass
class Folder:
    """One channel of a package."""

    number: str | None
    """The channel's id, as the folder is called."""
    about: str | None = None
    """Its `channel.json`."""
    messages: list[str] = field(default_factory=list)
    """Members with messages, of either era."""


@dataclass
class Layout:
    """The members of an export by what they are."""

    user: list[str] = field(default_factory=list)
    index: list[str] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    """Files of DiscordChatExporter."""
    wrong_format: list[str] = field(default_factory=list)

    @property
    def has_package(self) -> bool:
        """Say whether there is anything of a data package."""
        return bool(self.user or self.folders)

    @property
    def is_ours(self) -> bool:
        """Say whether there is anything of Discord's."""
        return bool(self.user or self.folders or self.channels or self.wrong_format)


def find_layout(export: Export) -> Layout:
    """Return what is where."""
    layout = Layout()
    folders: dict[str, Folder] = {}
    peeked = 0
    for name in export.find("*.json", "*.csv"):
        place, _, last = name.rpartition("/")
        last = last.casefold()
        match = _CHANNEL_FOLDER.search(place or export.outer)
        if match and last.startswith(("channel", "messages")) and last.endswith((".json", ".csv")):
            folder = folders.setdefault(place, Folder(match[1]))
            if last.startswith("channel"):
                folder.about = name
            else:
                folder.messages.append(name)
        elif peeked < _MOST_PEEKED or last in ("user.json", "index.json"):
            peeked += 1
            _sort(layout, folders, export, name)
    layout.folders = [
        folders[place] for place in sorted(folders) if _is_folder(export, folders[place], len(folders))
    ]
    if not layout.has_package:
        layout.index = []
    layout.wrong_format += [name for name in _pages(export) if _PAGE.search(export.peek(name, 1 << 13))]
    return layout


def _pages(export: Export) -> list[str]:
    return export.find("*.html", "*.htm")[: _MOST_PEEKED // 10]


def _sort(layout: Layout, folders: dict[str, Folder], export: Export, name: str) -> None:
    place, _, last = name.rpartition("/")
    if last.casefold().endswith(".csv"):
        head = export.peek(name, 512)
        columns = header_in(head, COLUMNS)
        if len(columns) == len(COLUMNS):
            folders.setdefault(place, Folder(None)).messages.append(name)
        elif header_in(head, _EXPORTER_COLUMNS):
            layout.wrong_format.append(name)
        return
    head = as_utf8(export.peek(name, _HEAD))
    if _MESSAGES.match(head):
        folders.setdefault(place, Folder(None)).messages.append(name)
    elif _EXPORTED.match(head):
        layout.channels.append(name)
    elif _INDEX.match(head):
        layout.index.append(name)
    elif _USER.match(head) and last.casefold().startswith("user"):
        layout.user.append(name)
    elif last.casefold().startswith("channel") and (_CHANNEL.match(head) or _PLAIN_CHANNEL.match(head)):
        folders.setdefault(place, Folder(None)).about = name


def _is_folder(export: Export, folder: Folder, count: int) -> bool:
    """Say whether a folder really is a channel's; among many the first ones' word is enough."""
    if folder.about is None and not folder.messages:
        return False
    if folder.number is None or count > _MOST_PEEKED:
        return bool(folder.messages)
    if folder.messages:
        head = export.peek(folder.messages[0], 512)
        if folder.messages[0].casefold().endswith(".csv"):
            return bool(header_in(head, COLUMNS))
        return bool(_MESSAGES.match(as_utf8(head))) or as_utf8(head).strip() == b"[]"
    head = as_utf8(export.peek(folder.about or "", 512))
    return bool(_CHANNEL.match(head) or _PLAIN_CHANNEL.match(head))
