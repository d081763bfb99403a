"""Records of a repository to acts: posts, likes, reposts, follows.

The decision to know: an address (`at://did/collection/key`) says whose the record is, so a reply, quote, like
or repost is an act towards that DID; one of the owner's own records is none. Likes of feeds and lists are
likes of things, and only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.bluesky.moments import Moments
from crm.importers.bluesky.people import PLATFORM, People, split_uri
from crm.importers.bluesky.richtext import facets, plain
from crm.importers.kit.text import clean_value

POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
VERIFICATION = "app.bsky.graph.verification"

_LIST = "app.bsky.graph.list"
_ON_LIST = "app.bsky.graph.listitem"
_MODERATION = "app.bsky.graph.defs#modlist"
_COUNTED = {
    "app.bsky.graph.block": "accounts you blocked",
    "app.bsky.graph.listblock": "lists you blocked",
}
_SETTINGS = frozenset(
    (
        PROFILE,
        VERIFICATION,
        "app.bsky.actor.status",
        "app.bsky.feed.threadgate",
        "app.bsky.feed.postgate",
        "chat.bsky.actor.declaration",
    )
)


class Acts:
    """Reads the records of one repository."""

    def __init__(self, did: str, people: People, where: str) -> None:
        self._me = did
        self._people = people
        self._where = where
        self._moments = Moments()
        self._left: Counter[str] = Counter()
        self._others: set[str] = set()
        self._lists: dict[str, tuple[str, bool]] = {}
        self._on: dict[str, list[str]] = {}
        self._readers = {
            POST: self._post,
            "app.bsky.feed.like": self._like,
            "app.bsky.feed.repost": self._repost,
            "app.bsky.graph.follow": self._follow,
        }

    def records(self, collection: str, key: str, record: dict[str, Any]) -> Iterator[Record]:
        """Yield what one record is."""
        reader = self._readers.get(collection)
        if reader is not None:
            yield from reader(key, f"at://{self._me}/{collection}/{key}", record)
        elif collection == _LIST:
            name = record.get("name")
            if isinstance(name, str):
                mine = f"at://{self._me}/{collection}/{key}"
                self._lists[mine] = (clean_value(name).strip(), record.get("purpose") == _MODERATION)
        elif collection == _ON_LIST:
            subject, on = record.get("subject"), record.get("list")
            if isinstance(subject, str) and isinstance(on, str):
                self._on.setdefault(subject, []).append(on)
        elif collection in _COUNTED:
            self._left[_COUNTED[collection]] += 1
        elif collection not in _SETTINGS:
            self._left[""] += 1
            self._others.add(clean_value(collection))

    def rest(self) -> Iterator[Record]:
        """Yield the people on lists, and what was left out on purpose."""
        for subject, lists in self._on.items():
            who = None if subject == self._me else self._people.find(subject)
            named = [self._lists[one] for one in dict.fromkeys(lists) if one in self._lists]
            tags = tuple(dict.fromkeys(name for name, moderation in named if name and not moderation))
            if who is not None and tags:
                yield ContactRecord((who,), tags=tags)
        for what, number in self._left.items():
            yield Left(what or f"records of other kinds ({', '.join(sorted(self._others))})", number)

    def _post(self, key: str, uri: str, record: dict[str, Any]) -> Iterator[Record]:
        moment = self._moments.of(record.get("createdAt"), key)
        found = facets(record)
        reply = record.get("reply")
        root = _uri_in(reply, "root") or _uri_in(reply, "parent")
        post = PostRecord(
            PLATFORM,
            clean_value(f"bluesky:{uri}"),
            moment.at,
            _text(record, plain(record, found)) or None,
            clean_value(f"bluesky:root:{root}") if root else None,
            _page(uri),
            moment.precision,
            moment.assumed,
        )
        done: list[IdentityRef | None] = []
        for who, kind, subject in self._answers(record, reply):
            if kind is Kind.QUOTE and who in done:
                continue
            again = f"bluesky:quote:{uri}" if done else post.external_id
            done.append(who)
            thread = post.thread or clean_value(f"bluesky:root:{subject}")
            yield _act(post, who, kind, again)._replace(thread=thread)
        for facet in found:
            who = self._people.find(facet.did) if facet.did and facet.did != self._me else None
            if who is not None and who not in done:
                done.append(who)
                yield _act(post, who, Kind.MENTION, f"bluesky:mention:{uri}:{facet.did}")
        if not done:
            yield post

    def _answers(self, record: dict[str, Any], reply: Any) -> Iterator[tuple[IdentityRef | None, Kind, str]]:
        """Yield whose post is answered and whose is quoted, unless it is the owner's own."""
        embed = record.get("embed")
        inner = embed.get("record") if isinstance(embed, dict) else None
        # with media, the quote is one level further down
        quoted = _uri_in(embed, "record") or _uri_in(inner, "record")
        for uri, kind in ((_uri_in(reply, "parent"), Kind.REPLY), (quoted, Kind.QUOTE)):
            parts = split_uri(uri)
            if uri is None or (kind is Kind.QUOTE and (parts is None or parts[1] != POST)):
                continue
            if parts is None or parts[0] != self._me:
                yield self._people.find(parts[0]) if parts else None, kind, uri

    def _subject(
        self, record: dict[str, Any], own: str, others: str
    ) -> tuple[str, IdentityRef | None] | None:
        """Return which post a like or repost is of, and whose; None, and counted, where that is no act."""
        subject = record.get("subject")
        uri = subject.get("uri") if isinstance(subject, dict) else subject
        parts = split_uri(uri)
        if parts is None or not isinstance(uri, str):
            return ("", None)
        if parts[1] != POST or parts[0] == self._me:
            self._left[own if parts[1] == POST else others] += 1
            return None
        return uri, self._people.find(parts[0])

    def _like(self, key: str, uri: str, record: dict[str, Any]) -> Iterator[Record]:
        found = self._subject(record, "likes of your own posts", "likes of feeds and lists")
        yield from self._towards(found, Kind.REACTION, key, uri, record)

    def _repost(self, key: str, uri: str, record: dict[str, Any]) -> Iterator[Record]:
        found = self._subject(record, "reposts of your own posts", "reposts of feeds and lists")
        yield from self._towards(found, Kind.RESHARE, key, uri, record)

    def _towards(
        self,
        found: tuple[str, IdentityRef | None] | None,
        kind: Kind,
        key: str,
        uri: str,
        record: dict[str, Any],
    ) -> Iterator[Record]:
        if found is None:
            return
        subject, who = found
        if not subject:
            yield Problem(f"{self._where}, {clean_value(uri)}", "does not say of which post it is")
            return
        moment = self._moments.of(record.get("createdAt"), key)
        yield InteractionRecord(
            PLATFORM,
            clean_value(f"bluesky:{uri}"),
            who,
            moment.at,
            Direction.OUT,
            kind,
            None,
            clean_value(f"bluesky:root:{subject}"),
            _page(subject),
            moment.precision,
            moment.assumed,
        )

    def _follow(self, key: str, uri: str, record: dict[str, Any]) -> Iterator[Record]:
        subject = record.get("subject")
        who = self._people.find(subject)
        if who is None:
            yield Problem(f"{self._where}, {clean_value(uri)}", "does not say who is followed")
        elif subject != self._me:
            moment = self._moments.of(record.get("createdAt"), key)
            yield InteractionRecord(
                PLATFORM,
                clean_value(f"bluesky:{uri}"),
                who,
                moment.at,
                Direction.OUT,
                Kind.FOLLOW,
                precision=moment.precision,
                zone_assumed=moment.assumed,
            )


def _uri_in(value: Any, key: str) -> str | None:
    """Return the address in a reference below a key: `{"parent": {"uri": ..., "cid": ...}}`."""
    reference = value.get(key) if isinstance(value, dict) else None
    uri = reference.get("uri") if isinstance(reference, dict) else None
    return uri if isinstance(uri, str) and uri else None


def _page(uri: str) -> str | None:
    """Return the web page of a post."""
    parts = split_uri(uri)
    return clean_value(f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}") if parts else None


def _text(record: dict[str, Any], text: str) -> str:
    """Return the text with the address of its link card; where there are no words, what the pictures show."""
    embed = record.get("embed")
    media = embed.get("media") if isinstance(embed, dict) else None
    for one in (embed, media):
        external = one.get("external") if isinstance(one, dict) else None
        uri = external.get("uri") if isinstance(external, dict) else None
        if isinstance(uri, str) and uri and uri not in text:
            text = f"{text}\n{clean_value(uri)}".strip()
    if text:
        return text
    listed = [one.get("images") for one in (embed, media) if isinstance(one, dict)]
    images = [image for one in listed if isinstance(one, list) for image in one]
    shown = [image.get("alt") for image in images if isinstance(image, dict)]
    return "\n".join(f"[{clean_value(alt).strip()}]" for alt in shown if isinstance(alt, str) and alt.strip())


def _act(post: PostRecord, who: IdentityRef | None, kind: Kind, key: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, clean_value(key), who, post.at, Direction.OUT, kind, post.text, post.thread, post.url,
        post.precision, post.zone_assumed,
    )  # fmt: skip
