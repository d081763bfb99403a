"""What the user clicked and wrote on the pages of others, what others wrote about the user, and own posts.

The decision to know: LinkedIn does not say whose post was commented on or liked. Only an address of the
form `/posts/<profile>_...` names its author; all other acts are kept without a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from crm.domain.records import Direction, IdentityRef, Kind, PostRecord, Record
from crm.importers.kit.tables import Row
from crm.importers.kit.text import clean_value
from crm.importers.linkedin.owner import Me
from crm.importers.linkedin.people import PLATFORM, full_name, named, profile, slug_of
from crm.importers.linkedin.reading import Reader, Reading, act

_URN = re.compile(r"urn:li:(activity|ugcPost|share|groupPost|linkedInArticle|article):([0-9]+(?:-[0-9]+)?)")
_AUTHOR = re.compile(r"linkedin\.com/posts/([^/?#_\s]+)_")
_POST = re.compile(r"[-_](activity|ugcPost|share)-([0-9]+)")
_LONGEST_LINK = 2000
_SHOWN_AS = {
    "LIKE": "like",
    "PRAISE": "celebrate",
    "APPRECIATION": "support",
    "EMPATHY": "love",
    "INTEREST": "insightful",
    "ENTERTAINMENT": "funny",
    "MAYBE": "curious",
}
"""LinkedIn's words for reactions, as people see them on the site."""


class Link:
    """The address of a post, as far as it says anything."""

    def __init__(self, address: str) -> None:
        decoded = clean_value(unquote(address)) if len(address) < _LONGEST_LINK else ""
        path = decoded.partition("?")[0]
        author = _AUTHOR.search(path)
        self.author = slug_of(f"linkedin.com/in/{author[1]}") if author else None
        post = _URN.search(path) or _POST.search(path) or _URN.search(decoded)
        self.post = f"{post[1]}:{post[2]}" if post else ""

    @property
    def thread(self) -> str | None:
        """The post as a thread, or None."""
        return f"{PLATFORM}:{self.post}" if self.post else None


class Acts:
    """The tables whose rows are acts towards the author of a post: comments, reactions, reposts, votes."""

    def __init__(self, me: Me) -> None:
        self._me = me

    def comment(self, row: Row, reading: Reading) -> Iterator[Record]:
        """Yield a comment."""
        return self._act(row, reading, "comment", Kind.COMMENT, row["message"])

    def reaction(self, row: Row, reading: Reading) -> Iterator[Record]:
        """Yield a like or another reaction; its text is what the site calls it."""
        kind = row["type"].strip()
        return self._act(row, reading, "reaction", Kind.REACTION, _SHOWN_AS.get(kind.upper(), kind.lower()))

    def repost(self, row: Row, reading: Reading) -> Iterator[Record]:
        """Yield a repost without words."""
        return self._act(row, reading, "repost", Kind.RESHARE, "")

    def vote(self, row: Row, reading: Reading) -> Iterator[Record]:
        """Yield a vote in a poll; its text is the choice."""
        return self._act(row, reading, "vote", Kind.REACTION, row["optiontext"])

    def _act(self, row: Row, reading: Reading, record: str, kind: Kind, text: str) -> Iterator[Record]:
        link = Link(row["link"])
        moment = reading.times.read(row["date"], row.line)
        key = reading.keys.make(record, link.post or row["link"], moment.at, "me", text)
        who = None
        if link.author and link.author not in self._me.slugs:
            who = profile(link.author, "")
        yield act(key, who, moment, Direction.OUT, kind, text, link.thread, row["link"])


def endorsements(received: bool) -> Reader:
    """Return what reads endorsements the user received, or gave: reactions whose text is the skill."""
    side = "endorser" if received else "endorsee"
    direction, sender = (Direction.IN, "other") if received else (Direction.OUT, "me")

    def endorsement(row: Row, reading: Reading) -> Iterator[Record]:
        name = full_name(row[f"{side} first name"], row[f"{side} last name"])
        slug = slug_of(row[f"{side} public url"])
        skill = row["skill name"]
        moment = reading.times.read(row["endorsement date"], row.line)
        # One person endorses a skill once: without the time the key outlives its changes of notation.
        key = reading.keys.make("endorsement", slug or name, None, sender, skill)
        if slug:
            yield act(key, profile(slug, name), moment, direction, Kind.REACTION, skill)
        else:
            yield act(key, None, moment, direction, Kind.REACTION, f"{skill} ({name})" if name else skill)

    return endorsement


def recommendations(received: bool) -> Reader:
    """Return what reads recommendations the user received, or gave: reviews, by people known by name."""
    direction, sender = (Direction.IN, "other") if received else (Direction.OUT, "me")

    def recommendation(row: Row, reading: Reading) -> Iterator[Record]:
        name = full_name(row["first name"], row["last name"])
        who: IdentityRef | None = named(name)
        moment = reading.times.read(row["creation date"], row.line)
        key = reading.keys.make("recommendation", name, moment.at, sender, row["text"])
        yield act(key, who, moment, direction, Kind.REVIEW, row["text"])

    return recommendation


def share(row: Row, reading: Reading) -> Iterator[Record]:
    """Yield an own post; the address it shares stands at the end of its text."""
    link = Link(row["sharelink"])
    moment = reading.times.read(row["date"], row.line)
    text = commentary(row["sharecommentary"])
    shared = row["sharedurl"].strip()
    if shared and shared not in text:
        text = f"{text}\n\n{shared}" if text else shared
    key = f"post:{link.post}" if link.post else reading.keys.make("post", "", moment.at, "me", text)
    yield PostRecord(
        PLATFORM,
        key,
        moment.at,
        text or None,
        link.thread,
        row["sharelink"] or None,
        moment.precision,
        moment.assumed,
    )


def commentary(text: str) -> str:
    """Undo what LinkedIn does to a post: each line in quotation marks of its own, and those doubled."""
    return text.replace('"\n"', "\n").replace('""', '"').strip()
