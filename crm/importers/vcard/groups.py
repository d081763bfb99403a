"""Groups: cards that list other cards by UID (RFC 6350 `KIND:group`, Apple's X-ADDRESSBOOKSERVER-KIND).

A group is no contact: its name becomes a tag of its members. It may stand anywhere in the file, so files
with groups are read twice; most have none, and finding that out costs a search for one word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO

from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.vcard import details, points
from crm.vcard.model import Card
from crm.vcard.names import display_name
from crm.vcard.reader import read_cards, where

_WORDS = (b":group", b":\0g\0r\0o\0u\0p")
_CHUNK = 1 << 18
_OVERLAP = 16
_MAILTO = "mailto:"


class Groups:
    """The groups of an export, by member."""

    def __init__(self) -> None:
        self.count = 0
        self._names: dict[str, list[str]] = defaultdict(list)
        self._places: dict[str, str] = {}
        self._found: set[str] = set()

    def add(self, card: Card, file: str) -> None:
        """Take one group card."""
        self.count += 1
        name = display_name(card)
        if name is None:
            return
        for member in details.members(card):
            key = member.casefold() if member.casefold().startswith(_MAILTO) else member
            if name not in self._names[key]:
                self._names[key].append(name)
            self._places.setdefault(key, f"{file} {where(card, name)}")

    def of(self, card: Card) -> list[str]:
        """Return the names of the groups a card is in, and note that it was there."""
        if not self._names:
            return []
        uid = details.uid(card)
        keys = [] if uid is None else [uid]
        keys += [_MAILTO + point.value.casefold() for point in points.emails(card)]
        names: dict[str, None] = {}
        for key in keys:
            if key in self._names:
                self._found.add(key)
                names.update(dict.fromkeys(self._names[key]))
        return list(names)

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each group with members that are not in the export."""
        missing: dict[str, int] = defaultdict(int)
        for key, place in self._places.items():
            missing[place] += key not in self._found
        for place, count in missing.items():
            if count:
                members = (
                    "one member of this group is" if count == 1 else f"{count} members of this group are"
                )
                yield Problem(place, f"{members} not in this export")


def find_groups(export: Export, files: list[str]) -> Groups:
    """Read the group cards of an export."""
    groups = Groups()
    for name in files:
        with export.open(name) as stream:
            if not _mentions_groups(stream):
                continue
        with export.open(name) as stream:
            for card in read_cards(stream):
                if isinstance(card, Card) and details.kind(card) == "group":
                    groups.add(card, name)
    return groups


def _mentions_groups(stream: BinaryIO) -> bool:
    tail = b""
    while data := stream.read(_CHUNK):
        data = tail + data.lower()
        if any(word in data for word in _WORDS):
            return True
        tail = data[-_OVERLAP:]
    return False
