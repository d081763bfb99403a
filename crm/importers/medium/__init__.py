"""Medium: the ZIP of "Download your information", a folder of web pages.

The decision to know: what you wrote under the stories of others is in it like posts of your own (`pages`),
and whom you answered is not. Such responses are kept as comments towards nobody known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys, digest
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import author_of
from crm.importers.kit.times import UNKNOWN, TimeColumn, iso
from crm.importers.medium.pages import (
    Line,
    Post,
    claps,
    handle_of,
    list_time,
    parse,
    post_id,
    read_lines,
    read_post,
    read_profile,
)

PLATFORM = "medium"
_LARGEST = 8 << 20
_PEEK = 16384
_POST = re.compile(
    rb"""class="h-entry".{0,2000}data-field=["'](?:subtitle|body)|data-field="body" class="e-content""",
    re.DOTALL,
)
_PROFILE = re.compile(rb"""class="h-card".{0,4000}medium\.com/@.{0,4000}Medium user ID""", re.DOTALL)
_LIST = re.compile(rb"""<li[^>]*>.{0,200}?href="https://medium\.com/""", re.DOTALL)
_FOLDERS = ("claps", "users-following", "posts", "profile")
_DRAFT = re.compile(r"(?:^|/)draft_")


class Importer:
    """Reads the pages of Medium's export."""

    name = "medium"
    title = "Medium"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Medium: Settings > Security and apps > Download your information > Export. Medium mails a link, "
        "usually within a day"
    )
    page = "https://medium.com/me/export"
    reads = (
        "your stories; claps and whom you follow (probable); your responses (uncertain: they are told from "
        "stories by their form, and not to whom they are)"
    )
    cannot_show = "responses and claps you received, who follows you, and whom your responses answered"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether one of the folders has a page of Medium's in it, or this is such a page alone."""
        return any(_kind_of(export, name) for name in _candidates(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the export says it)
        """Yield who you are, then stories, responses, claps and follows.

        Raises:
            ExportError: there is no page of Medium's in it.

        """
        pages = {name: kind for name in export.find("*.html", "*.htm") if (kind := _kind_of(export, name))}
        if not pages:
            raise ExportError(f"{export.path.name} has no page of Medium's in it", self.how_to_get)
        reading = _Reading(export)
        of = {kind: [name for name, its in pages.items() if its == kind] for kind in set(pages.values())}
        yield from reading.owner(of.get("profile", []), of.get("posts", []))
        for name in of.get("posts", []):
            yield from reading.post(name)
        for name in of.get("claps", []):
            yield from reading.lines(name, reading.clap)
        for name in of.get("users-following", []):
            yield from reading.lines(name, reading.follow)
        yield from reading.ending()


def _candidates(export: Export) -> list[str]:
    """Return a few pages to look at: those of Medium's folders, or the only file there is."""
    named = [name for name in export.names if export.size(name)]
    if len(named) == 1:
        return named
    found: list[str] = []
    for folder in _FOLDERS:
        found += export.find(f"{folder}/*.html", f"*/{folder}/*.html")[:5]
    return found or export.find("*.html")[:5]


def _kind_of(export: Export, name: str) -> str | None:
    """Return what a page is: `posts`, `profile`, `claps` or `users-following`; None for all others."""
    if not name.casefold().endswith((".html", ".htm")):
        return None
    folder = name.casefold().rpartition("/")[0].rpartition("/")[2]
    if folder and folder not in _FOLDERS:
        return None
    head = export.peek(name, _PEEK)
    if folder in ("", "posts") and _POST.search(head) and b'data-field="lists"' not in head:
        return "posts"
    if folder in ("", "profile") and _PROFILE.search(head):
        return "profile"
    if not _LIST.search(head):
        return None
    if folder == "claps" or (not folder and b"claps, page" in head):
        return "claps"
    if folder == "users-following" or (not folder and b"followed users, page" in head):
        return "users-following"
    return None


class _Reading:
    def __init__(self, export: Export) -> None:
        self._export = export
        self._handle = ""
        self._keys = Keys()
        self._seen: set[str] = set()
        self._left: Counter[str] = Counter()
        self._times: dict[str, TimeColumn] = {}

    def owner(self, profiles: list[str], posts: list[str]) -> Iterator[Record]:
        """Yield who the owner is: as the profile says, else as the first story does."""
        for name in profiles:
            root = self._root(name)
            if root is None:
                continue
            profile = read_profile(root)
            if not profile.handle:
                continue
            self._handle = profile.handle.casefold()
            found = [IdentityRef(PLATFORM, profile.handle, profile.id or None, profile.name or None)]
            if "@" in profile.email:
                found.append(IdentityRef("email", profile.email))
            if profile.twitter:
                found.append(IdentityRef("x", profile.twitter))
            yield SelfRecord(tuple(found), profile.name or None)
            return
        for name in posts:
            root = None if _DRAFT.search(name) else self._root(name)
            if root is not None and (post := read_post(root, name)).handle:
                self._handle = post.handle.casefold()
                yield SelfRecord(
                    (IdentityRef(PLATFORM, post.handle, name=post.author or None),), post.author or None
                )
                return

    def post(self, name: str) -> Iterator[Record]:
        """Yield a story, or what looks like a response."""
        root = self._root(name)
        if root is None:
            yield Problem(name, "is no web page that can be read")
            return
        post = read_post(root, name)
        if _DRAFT.search(name) or not (post.published or post.url):
            self._left["drafts"] += 1
        elif post.handle and self._handle and post.handle.casefold() != self._handle:
            self._left["stories by others"] += 1
        elif not post.id:
            yield Problem(name, "has no id in its address")
        elif post.id not in self._seen:
            self._seen.add(post.id)
            yield self._record(post, name)

    def _record(self, post: Post, name: str) -> Record:
        moment = self._column(name).read(post.published, 1) if post.published else UNKNOWN
        url = post.url or None
        if post.is_response:
            return InteractionRecord(
                PLATFORM,
                f"post:{post.id}",
                None,
                moment.at,
                Direction.OUT,
                Kind.COMMENT,
                post.text or None,
                None,
                url,
                moment.precision,
                moment.assumed,
            )
        text = "\n\n".join(part for part in (post.title, post.subtitle, post.text) if part)
        return PostRecord(
            PLATFORM, f"post:{post.id}", moment.at, text or None, None, url, moment.precision, moment.assumed
        )

    def lines(self, name: str, record: Callable[[Line, str], Record | None]) -> Iterator[Record]:
        """Yield what each line of a list says."""
        root = self._root(name)
        if root is None:
            yield Problem(name, "is no web page that can be read")
            return
        for line in read_lines(root):
            found = record(line, name)
            if found is None:
                yield Problem(name, f"a line is not understood: {line.text[:80]!r}")
            elif not isinstance(found, InteractionRecord) or found.external_id not in self._seen:
                self._seen.add(found.external_id if isinstance(found, InteractionRecord) else "")
                yield found

    def clap(self, line: Line, name: str) -> Record | None:
        """Return the reaction that a line of `claps/` is; the story's address may tell towards whom."""
        if not line.url:
            return None
        count = claps(line.text)
        who = author_of(line.url)
        if who is not None and (who.platform != PLATFORM or (who.handle or "").casefold() == self._handle):
            who = None
        moment = self._column(name).read(line.time, 1) if line.time else UNKNOWN
        story = post_id(line.url)
        return InteractionRecord(
            PLATFORM,
            f"clap:{story or digest(line.url)}",
            who,
            moment.at,
            Direction.OUT,
            Kind.REACTION,
            f"{line.title or line.url} ({count} {'clap' if count == 1 else 'claps'})",
            f"{PLATFORM}:{story}" if story else None,
            line.url,
            moment.precision,
            moment.assumed,
        )

    def follow(self, line: Line, name: str) -> Record | None:  # noqa: ARG002 (as `clap`)
        """Return the follow that a line of `users-following/` is."""
        handle = handle_of(line.url)
        if handle is None:
            return None
        who = IdentityRef(PLATFORM, handle, name=line.title if not line.title.startswith("@") else None)
        key = f"follow:{handle.casefold()}"
        return InteractionRecord(
            PLATFORM, key, who, None, Direction.OUT, Kind.FOLLOW, url=line.url, precision=Precision.UNKNOWN
        )

    def ending(self) -> Iterator[Record]:
        """Yield what could not be read, and what was left out."""
        for times in self._times.values():
            if (problem := times.problem()) is not None:
                yield problem
        yield from (Left(what, number) for what, number in sorted(self._left.items()))

    def _column(self, name: str) -> TimeColumn:
        return self._times.setdefault(name, TimeColumn(name, iso, list_time))

    def _root(self, name: str) -> etree._Element | None:
        with self._export.open(name) as stream:
            return parse(stream.read(_LARGEST))
