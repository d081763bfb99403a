"""The lists of Instagram and Threads to records: follows, requests, likes, comments and own posts.

The decision to know: ids are made of what every generation of the export has. A follow is its account, a like
the short code of its post, a comment, a tap on a story and a post are their time (to the second), because
captions, names and addresses change between exports. A post or comment that names people is said to them; a
post that names nobody is a post.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from crm.domain.handles import normalise
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
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.meta import lists
from crm.importers.kit.meta.activity import Part, What, what_of
from crm.importers.kit.meta.lists import Entry, Fact, Post, Published, entries, published

_Acts: TypeAlias = Sequence[InteractionRecord | PostRecord]

_NOT_ACTS = frozenset((What.CLOSE, What.BLOCKED, What.UNFOLLOWED))
_FOLLOWS = {
    What.FOLLOWERS: ("follow", Direction.IN),
    What.FOLLOWING: ("follow", Direction.OUT),
    What.ASKED: ("request", Direction.OUT),
    What.ASKED_ME: ("request", Direction.IN),
}
_SHOWN = 80
_NAMELESS = "follows by or of accounts that exist no more"
_RECORDS = {
    What.COMMENTS: ("comment", Kind.COMMENT),
    What.COMMENT_LIKES: ("commentlike", Kind.REACTION),
    What.STORY_TAPS: ("story", Kind.REACTION),
    What.STORY_ANSWERS: ("storyanswer", Kind.REPLY),
}


class Doings:
    """Makes records of the lists of one platform; each act once, however many files it is in."""

    def __init__(self, platform: str, mine: set[str]) -> None:
        """Take the platform, and the user's handles there, normalised."""
        self._platform = platform
        self._mine = mine
        self._keys = Keys()
        self._seen: set[str] = set()
        self._refs: dict[tuple[str, str | None], IdentityRef] = {}
        self._left: Counter[str] = Counter()
        self.handles: dict[str, str] = {}
        """Every handle met, by its normalised form."""

    def read(self, export: Export, parts: Iterable[Part]) -> Iterator[Record]:
        """Yield the records of files of this platform."""
        for part in parts:
            if part.what not in (What.PROFILE, What.CHANGES):
                yield from self._file(export, part)

    def _file(self, export: Export, part: Part) -> Iterator[Record]:
        kind = Post if part.what is What.POSTS else Entry
        strange: set[str] = set()
        for key, number, entry in entries(export, part.name, kind):
            if isinstance(entry, Problem):
                yield entry
                continue
            what = what_of(part, key)
            if what is None:
                if key not in strange:
                    strange.add(key)
                    yield Problem(
                        f"{part.name}:{key[:_SHOWN]}", "is a list that is not known, and was not read"
                    )
            elif isinstance(entry, Post):
                yield from self.publish(published(entry))
            else:
                yield from self._entry(what, entry, f"{part.name}[{number}]")
        # The same list may come again in another file, but not an act twice in one.
        self._keys = Keys()

    def _entry(self, what: What, entry: Entry, where: str) -> Iterator[Record]:
        if what in _NOT_ACTS:
            self._left[what.value] += len(entry.string_list_data or (entry,))
            return
        facts = lists.relations(entry) if what in _FOLLOWS else lists.acts(entry)
        if not facts:
            yield Problem(where, "says neither when nor what")
        for fact in facts:
            yield from self.note(what, fact)

    def note(self, what: What, fact: Fact, assumed: bool = False) -> Iterable[Record]:
        """Return what one fact is, if it is new; `assumed`: the zone of its time is not known."""
        if what in _FOLLOWS:
            return self._new(self._follow(what, fact, assumed))
        if what is What.LIKES:
            return self._new((self._like(fact, assumed),))
        if what in _RECORDS:
            return self._new(self._done(what, fact, assumed))
        if what in _NOT_ACTS:
            self._left[what.value] += 1
        return ()

    def publish(self, post: Published, assumed: bool = False) -> Iterable[Record]:
        """Return a post: to nobody in particular, to those it names, or in answer to somebody unknown."""
        return self._new(self._post(post, assumed))

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, number in sorted(self._left.items()):
            yield Left(what, number)

    def _follow(self, what: What, fact: Fact, assumed: bool) -> _Acts:
        record, direction = _FOLLOWS[what]
        if fact.handle is None:
            self._left[_NAMELESS] += 1
            return ()
        who = self.person(fact.handle, fact.name)
        if who is None:
            return ()
        key = f"{record}:{direction.value}:{normalise(self._platform, fact.handle)}"
        return (self._act(key, who, fact.at, Kind.FOLLOW, None, None, direction, assumed),)

    def _like(self, fact: Fact, assumed: bool) -> InteractionRecord:
        """Return the like of a post."""
        code = fact.code or fact.number
        owner = normalise(self._platform, fact.handle or "")
        key = f"like:{code}" if code else self._keys.make("like", owner, fact.at, "me")
        who = self.person(fact.handle, fact.name)
        return self._act(key, who, fact.at, Kind.REACTION, None, fact.url, assumed=assumed)

    def _done(self, what: What, fact: Fact, assumed: bool) -> _Acts:
        """Return a comment with whom it names, a tap on a story, or the like of a comment."""
        record, kind = _RECORDS[what]
        is_comment = what is What.COMMENTS
        owner = "" if is_comment else normalise(self._platform, fact.handle or "")
        text = fact.text if is_comment or what is What.STORY_ANSWERS else None
        key = self._keys.make(record, owner, fact.at, "me", text if is_comment else None)
        who = self.person(fact.handle, fact.name)
        named = self._named(text, who) if is_comment and text and "@" in text else {}
        mentions = [
            self._act(
                f"mention:{key}:{folded}", person, fact.at, Kind.MENTION, text, fact.url, assumed=assumed
            )
            for folded, person in named.items()
        ]
        if who is None and mentions:
            return mentions
        return (self._act(key, who, fact.at, kind, text, fact.url, assumed=assumed), *mentions)

    def _post(self, post: Published, assumed: bool) -> _Acts:
        text = post.text if self._platform == "threads" else None
        key = self._keys.make("post", "", post.at, "me", text)
        named = self._named(post.text, None) if post.text and "@" in post.text else {}
        mentions = [
            self._act(
                f"mention:{key}:{folded}", person, post.at, Kind.MENTION, post.text, None, assumed=assumed
            )
            for folded, person in named.items()
        ]
        if post.is_reply:
            return (self._act(key, None, post.at, Kind.REPLY, post.text, None, assumed=assumed), *mentions)
        precision = Precision.UNKNOWN if post.at is None else Precision.SECOND
        return mentions or (
            PostRecord(
                self._platform,
                key,
                post.at,
                post.text,
                precision=precision,
                zone_assumed=assumed and post.at is not None,
            ),
        )

    def person(self, handle: str | None, name: str | None = None) -> IdentityRef | None:
        """Return an account; None for nobody, and for the user."""
        folded = normalise(self._platform, handle) if handle else ""
        if not handle or not folded or folded in self._mine:
            return None
        ref = self._refs.get((folded, name))
        if ref is None:
            self.handles.setdefault(folded, handle)
            ref = self._refs[folded, name] = IdentityRef(self._platform, handle, name=name)
        return ref

    def _named(self, text: str, who: IdentityRef | None) -> dict[str, IdentityRef]:
        """Return whom a text names with `@`, apart from the user and the one it is said to."""
        found = {}
        for handle in lists.MENTION.findall(text):
            person = self.person(handle)
            folded = normalise(self._platform, handle)
            if person is not None and not (who and normalise(self._platform, who.handle or "") == folded):
                found[folded] = person
        return found

    def _act(
        self,
        key: str,
        who: IdentityRef | None,
        at: int | None,
        kind: Kind,
        text: str | None,
        url: str | None,
        direction: Direction = Direction.OUT,
        assumed: bool = False,
    ) -> InteractionRecord:
        precision = Precision.UNKNOWN if at is None else Precision.SECOND
        return InteractionRecord(
            self._platform,
            key,
            who,
            at,
            direction,
            kind,
            text,
            None,
            url,
            precision,
            assumed and at is not None,
        )

    def _new(self, records: _Acts) -> Iterator[Record]:
        for record in records:
            if record.external_id not in self._seen:
                self._seen.add(record.external_id)
                yield record
