"""Tweets to records: replies, mentions, retweets, quotes, and posts to nobody in particular.

The decision to know: one tweet is one act towards whoever it answers, retweets or quotes, and one mention to
each of the others it names; only a tweet that does none of these is a post. A retweet is somebody else's
words, so those it names are not addressed.

The archives since 2018 do not say what is a retweet (the text begins `RT @handle:`, as in the web viewer's
own code) nor what is a quote (a link to somebody else's tweet).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.x import moments, shapes
from crm.importers.x.index import Index
from crm.importers.x.notes import Notes
from crm.importers.x.people import PLATFORM, Me
from crm.importers.x.shapes import Entities, Tweet, id_of

_RETWEET = re.compile(r"RT @(\w{1,20}):")
_QUOTED = re.compile(r"https?://(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/(\d+)")


def plain(text: str | None, links: Iterable[tuple[str | None, str | None]]) -> str:
    """Return a text with its HTML entities decoded, once, and shortened links written out.

    By value, because X counts the places of links now in the escaped text, now in the plain one.
    """
    if not text:
        return ""
    if "&" in text:
        text = html.unescape(text)
    if "://" in text:
        pairs = [(short, full) for short, full in links if short and full]
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: -len(pair[0]))
        for short, full in pairs:
            text = text.replace(short, full)
    return text


class Tweets:
    """Reads the tweets of one archive."""

    def __init__(self, index: Index, me: Me, notes: Notes) -> None:
        self._people = index.people
        self._edits = index.edits
        self._me = me
        self._notes = notes

    def records(self, row: shapes.TweetRow, name: str, number: int) -> Iterable[Record]:
        """Return what one tweet is; nothing for an earlier version of an edited one."""
        tweet = row.tweet or row
        identifier = id_of(tweet.id_str) or id_of(tweet.id)
        if identifier is None:
            return (Problem(f"{name}[{number}]", "is a tweet without an id"),)
        if self._edits.first_of and self._edits.is_outdated(identifier):
            return ()
        at, precision = moments.of(tweet.created_at, identifier)
        written = tweet.full_text or tweet.text or ""
        text = self._notes.whole(at, written) if self._notes else None
        if not text:
            # most texts have neither entities nor links
            text = plain(written, _links(tweet)) if "&" in written or "://" in written else written
        post = PostRecord(
            PLATFORM, f"x:tweet:{identifier}", at, text, None, self._me.url(identifier), precision
        )
        reshared = _RETWEET.match(written) if written.startswith("RT @") else None
        if reshared or (tweet.retweeted_status and tweet.retweeted_status.user):
            return (self._retweet(tweet, post, reshared[1] if reshared else None),)
        thread = _thread(tweet)
        acts = self._acts(tweet, post, identifier, thread)
        if acts:
            return acts
        return (post._replace(thread=thread) if thread else post,)

    def _retweet(self, tweet: Tweet, post: PostRecord, handle: str | None) -> Record:
        """Return the reshare; retweeting oneself is a post like any other."""
        author, thread = self._author(tweet, handle)
        if self._me.is_me(author.external_id if author else None, author.handle if author else handle):
            return post
        return _act(post, author, Kind.RESHARE, thread, post.external_id)

    def _author(self, tweet: Tweet, handle: str | None) -> tuple[IdentityRef | None, str | None]:
        """Return who wrote a retweeted tweet, and that tweet as a thread, where media or 2017 tell it."""
        source = tweet.retweeted_status
        if source and source.user:
            user = source.user
            author = self._people.find(id_of(user.id_str) or id_of(user.id), user.screen_name, user.name)
        else:
            author = self._named(tweet, handle) if handle else None
        original = id_of(source.id_str) if source else None
        for media in tweet.entities.media if tweet.entities else ():
            person = id_of(media.source_user_id_str)
            if author and author.external_id is None and person:
                author = author._replace(external_id=person)
            if author and author.external_id == person:
                original = original or id_of(media.source_status_id_str)
        return author, f"x:status:{original}" if original else None

    def _named(self, tweet: Tweet, handle: str) -> IdentityRef:
        """Return the account with a handle, with the id that the tweet's own mention of it gives."""
        folded = handle.casefold()
        for mention in tweet.entities.user_mentions if tweet.entities else ():
            if (mention.screen_name or "").casefold() == folded:
                identifier = id_of(mention.id_str)
                return (
                    self._people.by_id(identifier)
                    if identifier
                    else self._people.by_handle(handle, mention.name)
                )
        return self._people.by_handle(handle)

    def _acts(
        self, tweet: Tweet, post: PostRecord, identifier: str, thread: str | None
    ) -> list[InteractionRecord]:
        """Return whom the tweet answers, quotes and names, each person once."""
        acts: list[InteractionRecord] = []
        done: set[str] = set()
        for ref in self._answered(tweet, thread):
            acts.append(_act(post, ref, Kind.REPLY, thread, post.external_id))
            done.update(_keys(ref))
        entities = tweet.entities
        if entities is None or not (entities.urls or entities.user_mentions):
            return acts
        key = f"x:quote:{identifier}" if done else post.external_id
        for handle, status in self._quoted(entities):
            ref = self._named(tweet, handle)
            keys = _keys(ref)
            if done.isdisjoint(keys):
                acts.append(_act(post, ref, Kind.QUOTE, f"x:status:{status}", key))
                key = f"x:quote:{identifier}:{status}"
                done.update(keys)
        for mention in entities.user_mentions:
            person = id_of(mention.id_str)
            if person is not None and person in done:
                continue
            named = self._people.find(person, mention.screen_name, mention.name)
            if named is None or self._me.is_me(person, mention.screen_name):
                continue
            keys = _keys(named)
            if done.isdisjoint(keys):
                key = f"x:mention:{identifier}:{person or mention.screen_name}"
                acts.append(_act(post, named, Kind.MENTION, None, key))
                done.update(keys)
        return acts

    def _answered(self, tweet: Tweet, thread: str | None) -> tuple[IdentityRef | None, ...]:
        """Return the one whom a tweet answers; None in it for nobody knows whom, empty for oneself."""
        handle = tweet.in_reply_to_screen_name
        person = None
        if tweet.in_reply_to_user_id_str is not None or tweet.in_reply_to_user_id is not None:
            person = id_of(tweet.in_reply_to_user_id_str) or id_of(tweet.in_reply_to_user_id)
        if person is None and not handle:
            return (None,) if thread else ()
        if self._me.is_me(person, handle):
            return ()
        if person is None and handle:
            return (self._named(tweet, handle),)
        return (self._people.find(person, handle),)

    def _quoted(self, entities: Entities) -> Iterator[tuple[str, str]]:
        for link in entities.urls:
            match = _QUOTED.match(link.expanded_url) if link.expanded_url else None
            # `x.com/i/status/1` names nobody.
            if match and match[1].casefold() != "i" and not self._me.is_me(None, match[1]):
                yield match[1], match[2]


def _links(tweet: Tweet) -> Iterator[tuple[str | None, str | None]]:
    if tweet.entities:
        for link in tweet.entities.urls:
            yield link.url, link.expanded_url
        for media in tweet.entities.media:
            yield media.url, media.expanded_url


def _thread(tweet: Tweet) -> str | None:
    """Return the thread of what a tweet answers."""
    status = tweet.in_reply_to_status_id_str or tweet.in_reply_to_status_id
    if status is None:
        return None
    status = id_of(tweet.in_reply_to_status_id_str) or id_of(tweet.in_reply_to_status_id)
    return f"x:status:{status}" if status else None


def _keys(ref: IdentityRef | None) -> list[str]:
    """Return by what two mentions of one account are known to be the same."""
    keys = [ref.external_id] if ref and ref.external_id else []
    if ref and ref.handle:
        keys.append(f"@{ref.handle.casefold()}")
    return keys


def _act(
    post: PostRecord, who: IdentityRef | None, kind: Kind, thread: str | None, key: str
) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, key, who, post.at, Direction.OUT, kind, post.text, thread, post.url, post.precision
    )
