"""Where things lie: lists of people and conversations, and a folder of days for each conversation.

The decision to know: the folders of channels are called by name, those of direct messages by id, and in an
Enterprise Grid each team has lists and folders of its own; so a folder belongs to the lists beside it.
Slack's help describes the files in "How to read Slack data exports".
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.jsonstream import stream_array
from crm.importers.kit.members import fold
from crm.importers.slack.shapes import Channel

_DAY = re.compile(r"(?:^|/)\d{4}-\d{2}-\d{2}(?:~\d+)?\.json$")
_USERS = re.compile(rb'^\s*\[\s*\{[^{}]{0,400}?"id"\s*:\s*"[UW][A-Z0-9]{5,20}"')
_SIGNS = re.compile(rb'"(?:team_id|profile|real_name|is_bot|deleted)"\s*:')
_MESSAGES = re.compile(rb'"ts"\s*:\s*"\d{10}\.\d{6}"')
_CONVERSATIONS = ("channels.json", "groups.json", "dms.json", "mpims.json")
_HEAD = 4096
_MOST_PEEKED = 20


class Place(NamedTuple):
    """A conversation."""

    id: str
    """Its id, or `name:` and its name where no list has it."""
    kind: str
    """The list it stands in: `channels`, `groups`, `dms`, `mpims`; empty for none."""
    members: frozenset[str]
    days: tuple[str, ...]
    """Members with its messages, in their order."""

    @property
    def is_private(self) -> bool:
        """Say whether only those who take part in it know it, and the list says who they are."""
        return self.kind in ("dms", "mpims") and bool(self.members)


class Layout:
    """The members of an export by what they are."""

    def __init__(self, users: list[str], lists: list[str], days: dict[str, list[str]]) -> None:
        self.users = users
        self._lists = lists
        self._days = days
        """By folder."""
        self.is_part = False

    def places(self, export: Export) -> tuple[list[Place], list[Problem]]:
        """Return the conversations that have messages, and what in the lists could not be read."""
        found: dict[str, tuple[str, Channel]] = {}
        problems: list[Problem] = []
        for name in self._lists:
            base, _, last = name.rpartition("/")
            for channel in stream_array(export.open(name), Channel, name):
                if isinstance(channel, Problem):
                    problems.append(channel)
                    continue
                for called in (channel.name, channel.id):
                    if called:
                        folder = fold(f"{base}/{called}" if base else called)
                        found.setdefault(folder, (last.casefold().removesuffix(".json"), channel))
        places = []
        for folder, days in sorted(self._days.items()):
            kind, channel = found.get(fold(folder), ("", Channel()))
            number = channel.id or f"name:{fold(folder.rpartition('/')[2])}"
            places.append(Place(number, kind, frozenset(channel.members or ()), tuple(sorted(days))))
        return places, problems


def find_layout(export: Export) -> Layout:
    """Return what is where."""
    users = [
        name
        for name in export.find("users.json", "org_users.json")
        if _USERS.match(head := as_utf8(export.peek(name, _HEAD))) and _SIGNS.search(head)
    ]
    days: dict[str, list[str]] = defaultdict(list)
    dated = [name for name in export.find("[0-9][0-9][0-9][0-9]-*.json") if _DAY.search(name)]
    for name in dated:
        days[name.rpartition("/")[0]].append(name)
    lists = [
        name
        for name in (export.find(*_CONVERSATIONS) if users else [])
        if export.peek(name).strip() not in (b"", b"null")
    ]
    layout = Layout(users, lists, dict(days))
    if not users:
        layout.is_part = any(_is_day(as_utf8(export.peek(name, _HEAD))) for name in dated[:_MOST_PEEKED])
    return layout


def _is_day(head: bytes) -> bool:
    return head.lstrip().startswith(b"[") and _MESSAGES.search(head) is not None
