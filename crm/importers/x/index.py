"""The first pass over an archive: who the people are, who the owner is, who was in which group and when.

The decision to know: it keeps what grows with the number of people and groups, nothing that grows with the
number of tweets and messages. The one exception is an archive without `account.js` (single files taken out):
there the ids of all tweets are held, because a reply to one of one's own tweets gives the owner away.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from crm.domain.records import Owner
from crm.importers.kit.jsonstream import decode_each
from crm.importers.x import moments, people, shapes
from crm.importers.x.layout import Holds, Layout
from crm.importers.x.shapes import id_of

_OWN_MEDIA = re.compile(r"https?://(?:twitter|x)\.com/(\w+)/status/(\d+)/")


class _Named(msgspec.Struct, gc=False):
    """Whom a tweet mentions, and its own pictures."""

    user_mentions: list[shapes.Mention] = []
    media: list[shapes.Media] = []


class _TweetIndex(msgspec.Struct, kw_only=True, gc=False):
    """What the first pass needs of a tweet."""

    id_str: shapes.Id = None
    in_reply_to_status_id_str: shapes.Id = None
    in_reply_to_user_id_str: shapes.Id = None
    in_reply_to_user_id: shapes.Id = None
    in_reply_to_screen_name: str | None = None
    entities: _Named | None = None
    retweeted_status: shapes.Reshared | None = None
    edit_info: shapes.EditInfo | None = None
    user: shapes.User | None = None


class _TweetIndexRow(_TweetIndex, kw_only=True, gc=False):
    tweet: _TweetIndex | None = None


@dataclass
class Group:
    """One conversation of several people: who was there, as far as the archive shows."""

    came_and_went: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)
    """By id: when somebody came (True) or left, microseconds since 1970 UTC; empty if neither is known."""

    def saw(self, identifier: str | None) -> None:
        """Note that somebody takes part."""
        if identifier:
            self.came_and_went.setdefault(identifier, [])

    def learn(self, event: shapes.Event) -> None:
        """Note whom an event shows."""
        self.saw(id_of((event.message or event).sender))
        if event.joined:
            self.saw(id_of(event.joined.initiator))
            for value in event.joined.snapshot:
                self.saw(id_of(value))
        if event.came:
            self.saw(id_of(event.came.initiator))
            self._moved(event.came, came=True)
        if event.left:
            self._moved(event.left, came=False)

    def _moved(self, joining: shapes.Joining, came: bool) -> None:
        """Note that some came or left."""
        at = moments.read(joining.created_at)
        for value in joining.users:
            identifier = id_of(value)
            if identifier:
                steps = self.came_and_went.setdefault(identifier, [])
                if at is not None:
                    steps.append((at, came))

    def present(self, at: int | None) -> list[str]:
        """Return who was there at a time; everybody who ever was, if it is unknown."""
        return [person for person, steps in self.came_and_went.items() if at is None or _was_there(steps, at)]


def _was_there(steps: list[tuple[int, bool]], at: int) -> bool:
    """Say whether somebody was there: by the last step before, else by the opposite of the first after."""
    if not steps:
        return True
    steps.sort()
    before = bisect_right(steps, (at, True))
    return steps[before - 1][1] if before else not steps[0][1]


@dataclass
class Edits:
    """The versions of edited tweets: each occurs in the archive, only the last one counts."""

    first_of: dict[str, str] = field(default_factory=dict)
    last_of: dict[str, str] = field(default_factory=dict)

    def learn(self, identifier: str, versions: list[str]) -> None:
        """Note the versions that one tweet lists."""
        first = min(versions, key=_age)
        for version in (*versions, identifier):
            self.first_of[version] = first
        self.last_of[first] = max(self.last_of.get(first, first), identifier, key=_age)

    def is_outdated(self, identifier: str) -> bool:
        """Say whether the archive has a later version of this tweet."""
        first = self.first_of.get(identifier)
        return first is not None and self.last_of[first] != identifier


def _age(identifier: str) -> int:
    return int(identifier) if identifier.isdecimal() and len(identifier) < 20 else 0


@dataclass
class Index:
    """What the first pass found."""

    people: people.People = field(default_factory=people.People)
    edits: Edits = field(default_factory=Edits)
    groups: dict[str, Group] = field(default_factory=dict)
    pairs: set[frozenset[str]] = field(default_factory=set)
    """Both ids of each conversation of two; only where the owner is not known."""


def pair_of(conversation: shapes.Id, between: str = "-") -> tuple[str, str] | None:
    """Return the two ids that make the id of a conversation of two; None for a group's."""
    first, found, second = str(conversation or "").partition(between)
    return (first, second) if found and first.isdecimal() and second.isdecimal() else None


def build(layout: Layout, me: people.Me, owner: Owner) -> Index:
    """Read tweets and group conversations once; complete `me` where the archive does not say who it is."""
    index = Index()
    clues = None if me.id and me.handle else _Clues()
    for tweet in layout.readable(Holds.TWEETS, _TweetIndexRow):
        _learn_tweet(tweet.tweet or tweet, index, clues)
    for group in layout.readable(Holds.GROUPS, shapes.ConversationRow):
        _learn_group(group.conversation or group, index)
    for event in layout.readable(Holds.CHAT, shapes.ChatRow):
        _learn_chat(event.event or event, index)
    if clues:
        if not me.id:
            for row in layout.readable(Holds.MESSAGES, shapes.ConversationRow):
                pair = pair_of((row.conversation or row).conversation_id)
                if pair:
                    index.pairs.add(frozenset(pair))
        clues.settle(me, index, owner)
    return index


def _learn_tweet(tweet: _TweetIndex, index: Index, clues: _Clues | None) -> None:
    identifier = id_of(tweet.id_str) or ""
    told = _people_in(tweet)
    if told:
        seen = _age(identifier)
        for person, handle, name in told:
            index.people.learn(person, handle, name, seen)
    if tweet.edit_info:
        versions = tweet.edit_info.ids()
        if len(versions) > 1:
            index.edits.learn(identifier, versions)
    if clues:
        clues.look_at(tweet, identifier)


def _people_in(tweet: _TweetIndex) -> list[tuple[str, str | None, str | None]]:
    """Return id, handle and name of everybody whose id a tweet has."""
    told: list[tuple[str, str | None, str | None]] = []
    if tweet.entities:
        for mention in tweet.entities.user_mentions:
            person = id_of(mention.id_str)
            if person:
                told.append((person, mention.screen_name, mention.name))
    if tweet.in_reply_to_user_id_str is not None or tweet.in_reply_to_user_id is not None:
        person = id_of(tweet.in_reply_to_user_id_str) or id_of(tweet.in_reply_to_user_id)
        if person:
            told.append((person, tweet.in_reply_to_screen_name, None))
    if tweet.retweeted_status and (author := tweet.retweeted_status.user):
        person = id_of(author.id_str) or id_of(author.id)
        if person:
            told.append((person, author.screen_name, author.name))
    return told


def _learn_group(conversation: shapes.Conversation, index: Index) -> None:
    group = index.groups.setdefault(str(conversation.conversation_id), Group())
    for event in decode_each(conversation.messages, shapes.Event, ""):
        if isinstance(event, shapes.Event):
            group.learn(event)


def _learn_chat(event: shapes.ChatEvent, index: Index) -> None:
    conversation = str(event.conversation_id or "")
    if conversation.startswith("g"):
        index.groups.setdefault(conversation, Group()).saw(id_of(event.sender))
    else:
        pair = pair_of(conversation, ":")
        if pair:
            index.pairs.add(frozenset(pair))


class _Clues:
    """What gives the owner away where no `account.js` does."""

    def __init__(self) -> None:
        self._tweets: set[str] = set()
        self._replies: dict[str, set[str]] = {}
        self._handles: Counter[str] = Counter()
        self._author: shapes.User | None = None

    def look_at(self, tweet: _TweetIndex, identifier: str) -> None:
        """Keep the author (until 2018), whom it answers, and whose picture it says it shows."""
        if tweet.user and tweet.user.screen_name:
            self._author = tweet.user
        self._tweets.add(identifier)
        to_tweet = id_of(tweet.in_reply_to_status_id_str)
        to_person = id_of(tweet.in_reply_to_user_id_str) or id_of(tweet.in_reply_to_user_id)
        if to_tweet and to_person:
            self._replies.setdefault(to_person, set()).add(to_tweet)
        for media in tweet.entities.media if tweet.entities else ():
            match = _OWN_MEDIA.match(media.expanded_url or "")
            if match and match[2] == identifier:
                self._handles[match[1]] += 1

    def settle(self, me: people.Me, index: Index, owner: Owner) -> None:
        """Complete `me`: by what the user said, by what is known, by what the archive gives away."""
        identifier, handle = people.stated(owner)
        if self._author:
            me.id = me.id or id_of(self._author.id_str) or id_of(self._author.id)
            me.name = me.name or self._author.name
        handle = handle or (self._author and self._author.screen_name) or self._own_handle(owner)
        if not me.handle and handle:
            me.name_handle(handle)
        by_handle = index.people.by_handle(me.handle).external_id if me.handle else None
        known = people.known_ids(owner)
        me.id = (
            me.id
            or identifier
            or by_handle
            or people.common_id(index.pairs, known)
            or self._answered_self()
            or (next(iter(known)) if len(known) == 1 else None)
        )
        if me.id and not me.handle:
            me.name_handle(index.people.by_id(me.id).handle)

    def _own_handle(self, owner: Owner) -> str | None:
        for handle, _ in self._handles.most_common(1):
            return handle
        known = people.known_handles(owner)
        return next(iter(known)) if len(known) == 1 else None

    def _answered_self(self) -> str | None:
        found = [person for person, tweets in self._replies.items() if not tweets.isdisjoint(self._tweets)]
        return found[0] if len(found) == 1 else None
