"""Activities to records: replies, mentions, boosts, quotes, direct messages, posts to nobody in particular.

The decision to know: one post is one act towards whoever it answers or quotes, and one mention of each of the
others it names; only a post that does none of these is a post. Whom a post goes to (`to`, `cc`) decides only
whether it is a direct message: one that neither the public nor the followers get.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit import times
from crm.importers.kit.text import clean_value
from crm.importers.mastodon import addresses
from crm.importers.mastodon.index import Index
from crm.importers.mastodon.people import PLATFORM
from crm.importers.mastodon.shapes import (
    Activity,
    Object,
    first_text_in,
    first_uri,
    names_in,
    tags_of,
    text_of,
    uris,
)
from crm.importers.mastodon.words import words

_POSTS = frozenset(("Note", "Question", "Article", "Page", "Image", "Video", "Audio", "Event", "ChatMessage"))
_TITLED = frozenset(("Article", "Page", "Video", "Audio", "Event"))
# What Mastodon puts in front for servers that know no quotes: "RE: https://..."
_QUOTE_LINK = re.compile(r'<(p|span) class="quote-inline">.{0,2000}?</\1>', re.DOTALL)
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_LIKES = frozenset(("Like", "Dislike", "EmojiReact"))


class Activities:
    """Reads the activities of one archive."""

    def __init__(self, index: Index, followers: str | None = None) -> None:
        """Take the first pass; `followers` is the address of the owner's followers, if the actor gives it."""
        self._index = index
        self._people = index.people
        self._me = index.me
        self._followers = followers
        self._latest = times.latest()
        self._left: Counter[str] = Counter()
        self._others: set[str] = set()
        self.liked: set[str] = set()
        """What was liked in the outbox, where a server keeps likes there, with their time."""

    def records(self, item: Activity, where: str) -> Iterable[Record]:
        """Return what one activity is."""
        kind = text_of(item.type)
        by = first_uri(item.actor) or first_uri(item.attributed_to)
        if by and self._me.uri and not self._me.is_me(by):
            return (Problem(where, f"was done by {clean_value(by)}, which is not you"),)
        if kind == "Create" and isinstance(item.object, Object):
            return self._post(item.object, item, where)
        if kind in _POSTS:
            return self._post(item, item, where)
        if kind == "Announce":
            return self._boost(item, where)
        if kind in _LIKES:
            return self.like(first_uri(item.object) or _id(item.object), item.published)
        if kind == "Follow":
            return self._follow(first_uri(item.object) or _id(item.object), item.published)
        self._left["other"] += 1
        self._others.add(clean_value(kind) or "without a type")
        return ()

    def like(self, uri: str | None, published: object = None) -> Iterable[Record]:
        """Return the reaction to a post, once."""
        if uri is None or uri in self.liked:
            return ()
        if self._index.is_own(uri):
            self._left["likes of your own posts"] += 1
            return ()
        if published is not None:
            self.liked.add(uri)
        person = addresses.author(uri)
        at, precision = self._moment(published)
        return (
            InteractionRecord(
                PLATFORM,
                clean_value(f"mastodon:favourite:{uri}"),
                self._people.person(person) if person else None,
                at,
                Direction.OUT,
                Kind.REACTION,
                url=clean_value(uri),
                precision=precision,
            ),
        )

    def left(self) -> Iterator[Left]:
        """Yield what was left out on purpose."""
        for what, number in self._left.items():
            name = (
                f"activities of other kinds ({', '.join(sorted(self._others))})" if what == "other" else what
            )
            yield Left(name, number)

    def _moment(self, published: object) -> tuple[int | None, Precision]:
        moment = times.iso(published.strip()) if isinstance(published, str) else None
        if moment is None or moment.at is None or not times.EARLIEST <= moment.at <= self._latest:
            return None, Precision.UNKNOWN
        return moment.at, moment.precision

    def _post(self, post: Object, item: Activity, where: str) -> Iterable[Record]:
        identifier = first_uri(post.id) or first_uri(item.id)
        if identifier is None:
            return (Problem(where, "is a post without an id"),)
        parent, quoted = first_uri(post.in_reply_to), _quoted(post)
        at, precision = self._moment(post.published or item.published)
        base = PostRecord(
            PLATFORM,
            clean_value(f"mastodon:status:{identifier}"),
            at,
            _text(post, bool(quoted)) or None,
            self._index.thread(post, parent),
            clean_value(_page(post) or identifier),
            precision,
        )
        named = self._named(post)
        if self._is_direct(post, item):
            return self._messages(base, identifier, named, post, item)
        acts = list(self._acts(base, identifier, parent, quoted, named))
        return acts or (base,)

    def _acts(
        self,
        base: PostRecord,
        identifier: str,
        parent: str | None,
        quoted: str | None,
        named: dict[str, IdentityRef],
    ) -> Iterator[InteractionRecord]:
        """Yield whom a post answers, quotes and names, each person once."""
        done: list[IdentityRef | None] = []
        if parent and not self._index.is_own(parent):
            who = self._answered(parent, named)
            done.append(who)
            yield _act(base, who, Kind.REPLY, base.external_id)
        if quoted and not self._index.is_own(quoted):
            person = addresses.author(quoted)
            who = self._people.person(person) if person else _at_host(quoted, named)
            if not (done and (who is None or who in done)):
                key = f"mastodon:quote:{identifier}" if done else base.external_id
                done.append(who)
                yield _act(base, who, Kind.QUOTE, key)
        for key, who in named.items():
            if who not in done:
                yield _act(base, who, Kind.MENTION, f"mastodon:mention:{identifier}:{key}")

    def _named(self, post: Object) -> dict[str, IdentityRef]:
        """Return whom a post mentions, by what tells them apart; never the owner."""
        found: dict[str, IdentityRef] = {}
        for tag in tags_of(post):
            if tag.type != "Mention":
                continue
            uri, name = text_of(tag.href), text_of(tag.name)
            handle = addresses.split_handle(name)
            if uri:
                ref = None if self._me.is_me(uri) else self._people.by_uri(uri)
            elif handle:
                domain = handle[1] or self._people.home
                ref = self._people.by_handle(f"{handle[0]}@{domain}") if domain else None
            else:
                ref = None
            if ref is not None and ref not in found.values():
                found[uri or name.removeprefix("@").lower()] = ref
        return found

    def _answered(self, parent: str, named: dict[str, IdentityRef]) -> IdentityRef | None:
        """Return whom a post answers: the author of its parent, else the mention that may be."""
        person = addresses.author(parent)
        if person is None:
            return _at_host(parent, named) or next(iter(named.values()), None)
        who = self._people.person(person)
        for ref in named.values():
            if ref.handle and who.handle and ref.handle.casefold() == who.handle.casefold():
                return ref
        return who

    def _is_direct(self, post: Object, item: Activity) -> bool:
        if _PUBLIC in (post.to if isinstance(post.to, list) else ()):
            return False
        goes_to = {*uris(post.to), *uris(post.cc)} or {*uris(item.to), *uris(item.cc)}
        return bool(goes_to) and not any(map(self._is_many, goes_to))

    def _is_many(self, uri: str) -> bool:
        """Say whether an addressee is the public, or somebody's followers."""
        return uri.endswith(("#Public", "/followers")) or uri in ("as:Public", "Public", self._followers)

    def _messages(
        self, base: PostRecord, identifier: str, named: dict[str, IdentityRef], post: Object, item: Activity
    ) -> Iterable[Record]:
        if not named:
            goes_to = [*uris(post.to), *uris(post.cc)] or [*uris(item.to), *uris(item.cc)]
            refs = {uri: self._people.by_uri(uri) for uri in goes_to if not self._me.is_me(uri)}
            named = {uri: ref for uri, ref in refs.items() if ref is not None}
        if not named:
            self._left["direct messages to nobody but yourself"] += 1
        return [
            _act(base, who, Kind.MESSAGE, f"mastodon:message:{identifier}:{key}")
            for key, who in named.items()
        ]

    def _boost(self, item: Activity, where: str) -> Iterable[Record]:
        identifier = first_uri(item.id)
        boosted = item.object if isinstance(item.object, Object) else None
        uri = first_uri(boosted.id if boosted else item.object)
        if identifier is None or uri is None:
            return (Problem(where, "is a boost that does not say of what"),)
        author = first_uri(boosted.attributed_to) if boosted else None
        if self._me.is_me(author) or self._index.is_own(uri):
            self._left["boosts of your own posts"] += 1
            return ()
        at, precision = self._moment(item.published)
        post = PostRecord(
            PLATFORM,
            clean_value(f"mastodon:boost:{identifier}"),
            at,
            (_text(boosted) if boosted else None) or None,
            clean_value(f"mastodon:{uri}"),
            clean_value(uri),
            precision,
        )
        return (_act(post, self._boosted(uri, author, item), Kind.RESHARE, post.external_id),)

    def _boosted(self, uri: str, author: str | None, item: Activity) -> IdentityRef | None:
        """Return whose post was boosted: the boost is addressed to them, beside the followers."""
        told = [author] if author else [*uris(item.cc), *uris(item.to)]
        people = [one for one in told if not self._is_many(one) and not self._me.is_me(one)]
        host = addresses.host_of(uri)
        people.sort(key=lambda one: addresses.host_of(one) != host)
        for one in people:
            ref = self._people.by_uri(one)
            if ref is not None:
                return ref
        person = addresses.author(uri)
        return self._people.person(person) if person else None

    def _follow(self, uri: str | None, published: object) -> Iterable[Record]:
        who = self._people.by_uri(uri) if uri else None
        if who is None or uri is None:
            return ()
        at, precision = self._moment(published)
        return (follow(who, Direction.OUT, key_of(uri), at, precision),)


def follow(
    who: IdentityRef,
    direction: Direction,
    key: str,
    at: int | None = None,
    precision: Precision = Precision.UNKNOWN,
) -> InteractionRecord:
    """Return a follow; `key` tells the account, by what the list itself says (`key_of`)."""
    external = clean_value(f"mastodon:follow:{direction.value}:{key}")
    return InteractionRecord(PLATFORM, external, who, at, direction, Kind.FOLLOW, precision=precision)


def key_of(uri: str) -> str:
    """Return the key of an actor's id: `user@host` where it says so, as in a list of handles.

    Not what mentions tell of it, which another export may not hold.
    """
    person = addresses.actor(uri)
    if person is None or person.user is None:
        return uri
    return (person.user if "@" in person.user else f"{person.user}@{person.host}").lower()


def _act(post: PostRecord, who: IdentityRef | None, kind: Kind, key: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM,
        clean_value(key),
        who,
        post.at,
        Direction.OUT,
        kind,
        post.text,
        post.thread,
        post.url,
        post.precision,
    )


def _id(value: object) -> str | None:
    return first_uri(value.id) if isinstance(value, Object) else None


def _at_host(uri: str, named: dict[str, IdentityRef]) -> IdentityRef | None:
    """Return the one mentioned who lives where a post does."""
    host = addresses.host_of(uri)
    for ref in named.values():
        domain = ref.handle.rpartition("@")[2].lower() if ref.handle else None
        if host is not None and host in (domain, addresses.host_of(ref.external_id or "")):
            return ref
    return None


def _quoted(post: Object) -> str | None:
    """Return the id of what a post quotes, under whichever name a server gives it."""
    quotes = (post.quote, post.quote_uri, post.quote_url, post.misskey_quote)
    return next(filter(None, map(first_uri, quotes)), None) if any(quotes) else None


def _page(post: Object) -> str | None:
    """Return the address of a post's page."""
    return next((uri for uri in uris(post.url) if uri.startswith(("https://", "http://"))), None)


def _text(post: Object, quotes: bool = False) -> str:
    """Return the words of a post: title, warning, text, options of a poll; else what its pictures show."""
    kind = text_of(post.type)
    head = post.name if kind in _TITLED else post.summary
    content = text_of(post.content) or first_text_in(post.content_map)
    if quotes:
        content = _QUOTE_LINK.sub("", content)
    parts = [clean_value(text_of(head)).strip(), words(content) if content else ""]
    if kind == "Question":
        parts.append(
            "\n".join(f"- {clean_value(name)}" for name in names_in(post.one_of) + names_in(post.any_of))
        )
    text = "\n\n".join(filter(None, parts))
    return text or "\n".join(f"[{clean_value(name)}]" for name in names_in(post.attachment))
