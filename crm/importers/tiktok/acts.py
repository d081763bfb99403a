"""TikTok's lists to records: comments, follows, likes, reposts and the user's own videos.

The decision to know: TikTok does not say whose video was liked or commented on (its share links carry a
number only), so these acts go to nobody known. Ids are made of what every generation of the export has:
comments and own videos of their time, likes of the number of the video.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.kit.keys import Keys
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.tiktok.layout import Section
from crm.importers.tiktok.people import PLATFORM, People, folded
from crm.importers.tiktok.shapes import Holds, Row

_VIDEO = re.compile(r"/(?:video|photo|live)/(\d+)")
_AUTHOR = re.compile(
    r"https?://(?:www\.|m\.)?tiktok\.com/@([\w.]{2,40})/(?:video|photo|live)/", re.IGNORECASE
)
_SHARED = re.compile(r"https?://(?:[a-z]+\.)?tiktokv?\.com/", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_](?:[\w.]{0,22}[A-Za-z0-9_])?)")

_LEFT = {
    Holds.SHARES: "videos you passed on (to whom is not said)",
    Holds.BLOCKS: "accounts you blocked",
}
_NAMELESS = "follows by or of accounts that have no name any more"


class Acts:
    """Makes records of the lists of one export; each act once, however often it is in there."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._keys = Keys()
        self._seen: set[str] = set()
        self._left: dict[str, int] = {}

    def read(self, section: Section) -> Iterator[Record]:
        """Yield the records of one list."""
        times = TimeColumn(section.where, iso)
        for number, row in enumerate(section.rows, start=1):
            if isinstance(row, Problem):
                yield row
            else:
                yield from self._records(row, section, times, number)
        problem = times.problem()
        if problem:
            yield problem

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, number in sorted(self._left.items()):
            yield Left(what, number)

    def _records(self, row: Row, section: Section, times: TimeColumn, number: int) -> Iterator[Record]:
        holds = section.holds
        if holds in _LEFT:
            self._count(_LEFT[holds])
        elif holds in (Holds.FOLLOWERS, Holds.FOLLOWING):
            yield from self._follow(row, holds, times, number)
        elif not row.date and not row.link and not row.comment:
            yield Problem(
                f"{section.where}[{number - 1}]", "has none of the fields that this list should have"
            )
        elif holds is Holds.POSTS:
            yield from self._post(row, times, number)
        elif holds in (Holds.LIKES, Holds.REPOSTS):
            yield from self._like(row, holds, times, number)
        else:
            yield self._comment(row, holds, times, number)

    def _count(self, what: str) -> None:
        self._left[what] = self._left.get(what, 0) + 1

    def _follow(self, row: Row, holds: Holds, times: TimeColumn, number: int) -> Iterator[Record]:
        handle = row.user
        if handle is None:
            self._count(_NAMELESS)
            return
        direction = Direction.IN if holds is Holds.FOLLOWERS else Direction.OUT
        key = f"follow:{direction.value}:{folded(handle)}"
        if self._people.is_me(handle) or key in self._seen:
            return
        self._seen.add(key)
        at, precision, assumed = times.read(row.date, number)
        yield InteractionRecord(
            PLATFORM,
            key,
            IdentityRef(PLATFORM, handle),
            at,
            direction,
            Kind.FOLLOW,
            precision=precision,
            zone_assumed=assumed,
        )

    def _like(self, row: Row, holds: Holds, times: TimeColumn, number: int) -> Iterator[Record]:
        record, kind = ("like", Kind.REACTION) if holds is Holds.LIKES else ("repost", Kind.RESHARE)
        at, precision, assumed = times.read(row.date, number)
        link = row.link
        video = _VIDEO.search(link) if link else None
        key = f"{record}:{video[1]}" if video else self._keys.make(record, "", at, "me", link)
        if key in self._seen:
            return
        self._seen.add(key)
        yield InteractionRecord(
            PLATFORM,
            key,
            self._author(link),
            at,
            Direction.OUT,
            kind,
            thread=f"tiktok:video:{video[1]}" if video else None,
            url=link,
            precision=precision,
            zone_assumed=assumed,
        )

    def _comment(self, row: Row, holds: Holds, times: TimeColumn, number: int) -> Record:
        at, precision, assumed = times.read(row.date, number)
        text, link = row.comment, row.link
        record = "livecomment" if holds is Holds.LIVE else "comment"
        video = _VIDEO.search(link) if link else None
        return InteractionRecord(
            PLATFORM,
            self._keys.make(record, "", at, "me", text),
            self._author(link),
            at,
            Direction.OUT,
            Kind.COMMENT,
            text,
            f"tiktok:video:{video[1]}" if video else None,
            link,
            precision,
            assumed,
        )

    def _author(self, link: str | None) -> IdentityRef | None:
        """Return whose video a link leads to, where it says so; a number there is no handle."""
        match = _AUTHOR.match(link) if link else None
        if match is None or match[1].isdecimal() or self._people.is_me(match[1]):
            return None
        return IdentityRef(PLATFORM, match[1])

    def _post(self, row: Row, times: TimeColumn, number: int) -> Iterator[Record]:
        """Yield a video of the user's: to those its caption names, else to nobody in particular."""
        at, precision, assumed = times.read(row.date, number)
        key = self._keys.make("post", "", at, "me")
        # The others are addresses of the file itself and work for some days.
        link = row.link if row.link and _SHARED.match(row.link) else None
        post = PostRecord(PLATFORM, key, at, row.title, url=link, precision=precision, zone_assumed=assumed)
        named = {folded(handle): handle for handle in _MENTION.findall(row.title or "")}
        others = {handle: name for handle, name in named.items() if handle not in self._people.mine}
        if not others:
            yield post
        for handle, name in others.items():
            yield InteractionRecord(
                PLATFORM,
                f"mention:{key.removeprefix('post:')}:{handle}",
                IdentityRef(PLATFORM, name),
                at,
                Direction.OUT,
                Kind.MENTION,
                row.title,
                url=link,
                precision=precision,
                zone_assumed=assumed,
            )
