"""Blogger: the old backup (one Atom file) and the folder `Blogger` of Google Takeout.

The decision to know: an export is read twice. Comments stand before what they answer, and no file says
whose it is, so the first pass learns who wrote which entry, and the second one makes records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.domain.text import folded
from crm.importers.blogger.entries import Author, Entry, read_author, read_entry
from crm.importers.blogger.people import PLATFORM, Me, decide, identify, identities_of, profile_of
from crm.importers.kit.export import Export
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.mentions import people_linked
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import author_of, host_of
from crm.importers.kit.text import decode
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.kit.xmlstream import local_name, root_of, stream_elements

_HEAD = 32_768
_SETTINGS = 1 << 20
_MOST_FILES = 500
_OURS = ("schemas.google.com/blogger/2018", "schemas.google.com/blogger/2008/kind#", ".archive</id>")
_PAGES = ("post", "page")
_ELSEWHERE = re.compile(r"(?:^|/)comments/[^/]+/feed\.atom$", re.IGNORECASE)
_BLOGSPOT = re.compile(r"\b([a-z0-9-]{1,63}\.blogspot\.(?:com|[a-z]{2}|com?\.[a-z]{2}))\b", re.IGNORECASE)
_REMOVED = (
    "this comment has been removed by the author.",
    "this comment has been removed by a blog administrator.",
    "this post has been removed by the author.",
    "this post has been removed by a blog administrator.",
)


class Importer:
    """Reads blogs of Blogger (blogspot.com)."""

    name = "blogger"
    title = "Blogger"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "takeout.google.com: deselect all, choose Blogger, download. Until 2024 also Blogger: Settings > "
        "Manage blog > Back up content"
    )
    page = "https://takeout.google.com/settings/takeout/custom/blogger"
    reads = (
        "comments on your blogs, your answers, your posts and pages and the people they link to; "
        "unconfirmed: Takeout's list of your comments on other blogs"
    )
    cannot_show = "whose blog you commented on elsewhere, followers, and the e-mail addresses of commenters"
    directions = Directions.BOTH
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether a file of it is a Blogger feed with everything in it, not one for feed readers."""
        return any(_is_ours(export, name) for name in _candidates(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record.

        Raises:
            QuestionError: several people write on a blog and nothing tells which of them is the user.
            ExportError: nobody is called what the user stated, or a file is damaged.

        """
        names = [name for name in _candidates(export) if _is_ours(export, name)]
        index = _Index()
        for name in names:
            index.learn(export, name)
        mine = decide(index.writers, index.heads, owner)
        if identities := (*identities_of(mine), *index.homes(mine)):
            yield SelfRecord(identities, mine[0].name or None)
        reader = _Reader(index, _me(mine, owner), owner)
        for name in names:
            yield from reader.read(export, name)


def _me(mine: list[Author], owner: Owner) -> Me:
    known = {number for platform, number in owner.external_ids if platform == PLATFORM}
    emails = {handle for platform, handle in owner.identities if platform == "email"}
    return Me(
        frozenset(known | {key for author in mine if (key := profile_of(author))}),
        frozenset(emails | {author.email for author in mine if author.email}),
        frozenset({folded(author.name) for author in mine if author.name}),
    )


class _Index:
    """Who wrote which entry, and where pages are; about 200 bytes an entry."""

    def __init__(self) -> None:
        self.writers: Counter[Author] = Counter()
        self.heads: list[Author] = []
        self.authors: dict[str, Author] = {}
        """By entry, each author once in memory."""
        self.urls: dict[str, str] = {}
        """Of posts and pages."""
        self._known: dict[Author, Author] = {}

    def homes(self, mine: list[Author]) -> tuple[IdentityRef, ...]:
        """Return the blogs on which nobody but the user writes."""
        found: dict[IdentityRef, bool] = {}
        for number, url in self.urls.items():
            home = author_of(url) if url else None
            if home is not None:
                found[home] = found.get(home, True) and self.authors.get(number) in mine
        return tuple(home for home, alone in found.items() if alone)

    def learn(self, export: Export, name: str) -> None:
        base = _blog_address(export, name)
        elsewhere = _ELSEWHERE.search(name) is not None
        with export.open(name) as stream:
            for tag, element in stream_elements(stream, ("entry", "author"), name):
                if tag == "author":
                    parent = element.getparent()
                    if parent is not None and local_name(parent) == "feed":
                        self.heads.append(read_author(element))
                    continue
                entry = read_entry(element)
                author = self._known.setdefault(entry.author, entry.author)
                self.authors[entry.id] = author
                if entry.kind in _PAGES or elsewhere:
                    self.writers[author] += 1
                if entry.kind in _PAGES:
                    self.urls[entry.id] = entry.url or (
                        base + entry.filename if base and entry.filename else ""
                    )


class _Reader:
    def __init__(self, index: _Index, me: Me, owner: Owner) -> None:
        self._index = index
        self._me = me
        self._mine = owner.identities
        self._refs: dict[tuple[str, Author], IdentityRef | None] = {}
        self._left: Counter[str] = Counter()

    def read(self, export: Export, name: str) -> Iterator[Record]:
        times = TimeColumn(name, iso)
        elsewhere = _ELSEWHERE.search(name) is not None
        with export.open(name) as stream:
            for _, element in stream_elements(stream, ("entry",), name):
                entry = read_entry(element)
                if entry.kind in _PAGES:
                    yield from self._page(entry, times)
                elif entry.kind == "comment":
                    yield from self._comment(entry, times, elsewhere, name)
        for what, number in self._left.items():
            yield Left(what, number)
        self._left.clear()
        if problem := times.problem():
            yield problem

    def _page(self, entry: Entry, times: TimeColumn) -> Iterator[Record]:
        if not entry.live:
            self._left["drafts, planned and deleted posts"] += 1
            return
        if not self._me.wrote(entry.author):
            self._left["posts by other authors"] += 1
            return
        moment = times.read(entry.published, entry.line)
        words = html_to_text(entry.content)
        text = "\n\n".join(part for part in (entry.title, words) if part) or None
        url = self._index.urls.get(entry.id) or None
        key = f"blogger:post:{_unique(entry.id, entry)}"
        yield PostRecord(PLATFORM, key, moment.at, text, None, url, moment.precision, moment.assumed)
        for ref in people_linked(entry.content):
            if (ref.platform, ref.handle) in self._mine or (url and f"//{ref.handle}.blogspot." in url):
                continue
            yield InteractionRecord(
                PLATFORM, f"{key}:mention:{ref.platform}:{ref.handle}", ref, moment.at, Direction.OUT,
                Kind.MENTION, text, key, url, moment.precision, moment.assumed,
            )  # fmt: skip

    def _comment(self, entry: Entry, times: TimeColumn, elsewhere: bool, where: str) -> Iterator[Record]:
        text = html_to_text(entry.content)
        if not entry.live or text.casefold() in _REMOVED:
            self._left["comments that wait for approval, were rejected or removed"] += 1
            return
        if not entry.id:
            yield Problem(f"{where} line {entry.line}", "is a comment without an id")
            return
        found = self._towards(entry, elsewhere)
        if found is None:
            return
        who, direction, kind = found
        moment = times.read(entry.published, entry.line)
        thread = f"blogger:post:{_unique(entry.page, entry)}" if entry.page else None
        page = self._index.urls.get(entry.page)
        url = entry.url or (f"{page}#c{entry.id}" if page and entry.id.isdecimal() else page or None)
        key = f"blogger:comment:{_unique(entry.id, entry)}"
        yield InteractionRecord(
            PLATFORM, key, who, moment.at, direction, kind, text or None, thread, url, moment.precision,
            moment.assumed,
        )  # fmt: skip

    def _towards(self, entry: Entry, elsewhere: bool) -> tuple[IdentityRef | None, Direction, Kind] | None:
        """Return whom a comment is towards or from, and what it is; None for what is left."""
        answered = self._index.authors.get(entry.answers) if entry.answers else None
        writer = self._index.authors.get(entry.page)
        foreign = writer is not None and not self._me.wrote(writer)
        if elsewhere or self._me.wrote(entry.author):
            if entry.answers:
                return (self._who(answered, entry.blog) if answered else None), Direction.OUT, Kind.REPLY
            return (
                (self._who(writer, entry.blog) if foreign and writer else None),
                Direction.OUT,
                Kind.COMMENT,
            )
        to_me = answered is not None and self._me.wrote(answered)
        if foreign and not to_me:
            self._left["comments on the posts of other authors"] += 1
            return None
        who = self._who(entry.author, entry.blog)
        if who is None:
            self._left["comments by nobody in particular"] += 1
            return None
        return who, Direction.IN, Kind.REPLY if to_me else Kind.COMMENT

    def _who(self, author: Author, blog: str) -> IdentityRef | None:
        if self._me.wrote(author):
            return None
        key = (blog, author)
        if key not in self._refs:
            self._refs[key] = identify(author, blog)
        return self._refs[key]


def _unique(identifier: str, entry: Entry) -> str:
    """Return an id that no other blog has: Blogger's own numbers are, those of converters are not."""
    return identifier if identifier.isdecimal() else f"{host_of(entry.url)}:{identifier}"


def _blog_address(export: Export, name: str) -> str:
    """Return the address of a Takeout blog from the settings beside it, or ""; its own file has none."""
    beside = f"{name.rpartition('/')[0]}/settings.csv".lstrip("/")
    for settings in export.find("settings.csv"):
        if settings.casefold() != beside.casefold():
            continue
        with export.open(settings) as stream:
            text, _ = decode(stream.read(_SETTINGS))
        found = {match.lower() for match in _BLOGSPOT.findall(text)}
        if len(found) == 1:
            return f"https://{found.pop()}"
    return ""


def _candidates(export: Export) -> list[str]:
    return list(export.names) if len(export.names) == 1 else export.find("*.atom", "*.xml")[:_MOST_FILES]


def _is_ours(export: Export, name: str) -> bool:
    root = root_of(export.peek(name, _HEAD))
    if root is None or root.name != "feed":
        return False
    return any(mark in root.attributes or mark in root.rest for mark in _OURS)
