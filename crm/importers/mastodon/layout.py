"""Which member of a fediverse export holds what: archives, CSV lists, and the files of Misskey and Pixelfed.

The decision to know: what a JSON file is, its first kilobytes say and not its name, since other platforms
have a `following.json` as well. Of a CSV file the header decides; those that servers write without one are
known by the name the server gives them, and only if their first row looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.jsonfield import stream_field
from crm.importers.kit.jsonstream import read_document, stream_array
from crm.importers.kit.tables import header_in
from crm.importers.kit.text import decode
from crm.importers.mastodon.addresses import split_handle

T = TypeVar("T")


class Holds(StrEnum):
    """What a file holds."""

    ACTOR = "actor"
    OUTBOX = "outbox"
    LIKES = "likes"
    BOOKMARKS = "bookmarks"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    FOLLOWERS_CSV = "followers csv"
    FOLLOWING_CSV = "following csv"
    LISTS_CSV = "lists csv"
    MUTED_CSV = "muted csv"
    BLOCKED_CSV = "blocked csv"
    DOMAINS_CSV = "domains csv"
    BOOKMARKS_CSV = "bookmarks csv"
    MISSKEY_NOTES = "misskey notes"
    PIXELFED_FOLLOWERS = "pixelfed followers"
    PIXELFED_FOLLOWING = "pixelfed following"
    PIXELFED_STATUSES = "pixelfed statuses"


_PEEK = 8192  # Mastodon's `@context` alone can take two thousand bytes
_MOST_PEEKS = 200
_JSON = ("*outbox*.json", "*likes*.json", "*bookmarks*.json", "*followers*.json", "*following*.json",
         "*actor*.json", "account.json", "notes-*.json", "pixelfed-*.json")  # fmt: skip
_COLLECTION = re.compile(rb'"type"\s*:\s*"(?:Ordered)?Collection(?:Page)?"')
_ACTOR = re.compile(rb'"type"\s*:\s*"(?:Person|Service|Application|Group|Organization)"')
_CONTEXT = b"://www.w3.org/ns/activitystreams"
_WHAT = re.compile(r"(outbox|likes|bookmarks|followers|following)(?:\W[^/]*)?\.json$")
_ID = re.compile(rb'"id"\s*:\s*"[^"]*?(outbox|likes|bookmarks|followers|following)(?:\.json)?"')
_NOTE = re.compile(rb'\[\s*\{(?=.{0,4000}"renoteId")(?=.{0,4000}"(?:localOnly|visibleUserIds)")', re.DOTALL)
_URL_LIST = re.compile(rb'\s*\[\s*(?:"https?:|\])')
_STATUS = re.compile(rb"\s*\[\s*\{")

_BY_HEADER = (
    ({"account address", "show boosts"}, Holds.FOLLOWING_CSV),
    ({"account address", "hide notifications"}, Holds.MUTED_CSV),
)
_STAMP = r"(?:-[0-9-]{10,19})?"
_BY_NAME = (
    (re.compile(rf"(?:following_accounts|follow(?:s|ing)|friends){_STAMP}"), Holds.FOLLOWING_CSV),
    (re.compile(rf"followers{_STAMP}"), Holds.FOLLOWERS_CSV),
    (re.compile(rf"(?:user-)?lists{_STAMP}"), Holds.LISTS_CSV),
    (re.compile(rf"(?:muted_accounts|mutes|muting){_STAMP}"), Holds.MUTED_CSV),
    (re.compile(rf"(?:blocked_accounts|blocks|blocking){_STAMP}"), Holds.BLOCKED_CSV),
    (re.compile(r"blocked_domains|domain_blocks"), Holds.DOMAINS_CSV),
    (re.compile(r"bookmarks"), Holds.BOOKMARKS_CSV),
)
_COPY = re.compile(r"(?:~\d+| ?\(\d+\))?\.csv$")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


def is_ours(export: Export) -> bool:
    """Say whether an export is of Mastodon or another server of the fediverse."""
    return next(_kinds(export), None) is not None


def _kinds(export: Export) -> Iterator[tuple[str, Holds]]:
    for name in export.find(*_JSON)[:_MOST_PEEKS]:
        what = _of_json(name.rpartition("/")[2].casefold(), as_utf8(export.peek(name, _PEEK)))
        if what:
            yield name, what
    for name in export.find("*.csv")[:_MOST_PEEKS]:
        what = _of_csv(name.rpartition("/")[2].casefold(), export.peek(name, 1024))
        if what:
            yield name, what


def _of_json(last: str, head: bytes) -> Holds | None:
    if _CONTEXT in head:
        if _COLLECTION.search(head):
            found = _WHAT.search(last) or _ID.search(head)
            what = found[1] if found else "outbox"
            return Holds(what.decode() if isinstance(what, bytes) else what)
        return Holds.ACTOR if _ACTOR.search(head) and b'"inbox"' in head else None
    if last.startswith("notes-"):
        return Holds.MISSKEY_NOTES if _NOTE.match(head.lstrip()) else None
    if last.startswith("pixelfed-statuses"):
        return Holds.PIXELFED_STATUSES if _STATUS.match(head) else None
    if last.startswith(("pixelfed-followers", "pixelfed-following")) and _URL_LIST.match(head):
        return Holds.PIXELFED_FOLLOWERS if "followers" in last else Holds.PIXELFED_FOLLOWING
    return None


def _of_csv(last: str, head: bytes) -> Holds | None:
    header = header_in(head, ("account address",))
    for columns, what in _BY_HEADER:
        if columns <= set(header):
            return what
    if header and header[0] == "account address":
        return Holds.FOLLOWERS_CSV if len(header) == 1 else Holds.FOLLOWING_CSV
    stem = _COPY.sub("", last)
    named = next((what for pattern, what in _BY_NAME if pattern.fullmatch(stem)), None)
    return named if named and _looks_like(named, decode(head)[0]) else None


def _looks_like(what: Holds, head: str) -> bool:
    """Say whether a table without header begins as the server writes it."""
    first = head.lstrip("\ufeff\r\n").partition("\n")[0].strip()
    cells = [cell.strip().strip('"') for cell in first.split(",")]
    if what is Holds.BOOKMARKS_CSV:
        return cells[0].startswith("https://") and len(cells) == 1
    if what is Holds.DOMAINS_CSV:
        return cells[0].startswith("#domain") or _DOMAIN.fullmatch(cells[0]) is not None
    return any("@" in cell and split_handle(cell) for cell in cells[what is Holds.LISTS_CSV :])


@dataclass
class Layout:
    """What was found in an export."""

    export: Export
    files: dict[Holds, list[str]] = field(default_factory=dict)

    def of(self, what: Holds) -> list[str]:
        """Return the files that hold `what`."""
        return self.files.get(what, [])

    def items(self, what: Holds, kind: type[T]) -> Iterator[tuple[T, str] | Problem]:
        """Yield the elements of the collections of `what`, each with its place."""
        for name in self.of(what):
            with self.export.open(name) as stream:
                for number, item in enumerate(stream_field(stream, "orderedItems", kind, name)):
                    yield item if isinstance(item, Problem) else (item, f"{name}[{number}]")

    def rows(self, what: Holds, kind: type[T]) -> Iterator[tuple[T, str] | Problem]:
        """Yield the elements of the lists of `what`, each with its place."""
        for name in self.of(what):
            with self.export.open(name) as stream:
                for number, item in enumerate(stream_array(stream, kind, name)):
                    yield item if isinstance(item, Problem) else (item, f"{name}[{number}]")

    def documents(self, what: Holds, kind: type[T]) -> Iterator[tuple[T, str] | Problem]:
        """Yield the files of `what`, which hold one object each; a damaged one is a `Problem`."""
        for name in self.of(what):
            with self.export.open(name) as stream:
                try:
                    yield read_document(stream, kind, name), name
                except ExportError as error:
                    yield Problem(name, f"could not be used: {error}")


def scan(export: Export) -> Layout:
    """Find the files of an export."""
    layout = Layout(export)
    for name, what in _kinds(export):
        layout.files.setdefault(what, []).append(name)
    return layout
