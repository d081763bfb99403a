"""Posts to records, whichever of Tumblr's formats they come from.

The decision to know: a post is one act towards whoever it was taken from or whose question it answers, and
one mention to each other blog that the owner's own words name; only a post that does none of these is a post.
When a question was asked is nowhere in an export, so it has no time: the answer's is not its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Precision,
    Record,
)
from crm.importers.kit.times import UNKNOWN, Moment
from crm.importers.tumblr.bodies import asker_of, mentioned, reblogged, words
from crm.importers.tumblr.names import PLATFORM, Blogs, Me

_UNPUBLISHED = "drafts, queued and private posts"


class Post(NamedTuple):
    """One post of a blog, as far as its source tells."""

    id: str
    moment: Moment = UNKNOWN
    url: str | None = None
    kind: str = "regular"
    """Tumblr's type, lower case."""
    title: str = ""
    """Plain text that stands above the body."""
    body: str = ""
    """HTML."""
    is_reblog: bool = False
    source: str | None = None
    """The blog it was taken from."""
    source_id: str | None = None
    """The opaque id of that blog."""
    thread_post: str | None = None
    """The post at the root of the chain, or the one it was taken from."""
    added: str | None = None
    """HTML of what the owner added to a reblog, where the source tells it apart."""
    question: str = ""
    """HTML."""
    asker: str | None = None
    asker_id: str | None = None


class Posts:
    """Makes the records of posts."""

    def __init__(self, me: Me, blogs: Blogs) -> None:
        self._me = me
        self._blogs = blogs
        self._anonymous = 0
        self.left_out: Counter[str] = Counter()
        """What was not read on purpose, by what it is."""

    def skip(self) -> None:
        """Count a post that was not published."""
        self.left_out[_UNPUBLISHED] += 1

    def records(self, post: Post) -> Iterator[Record]:
        """Yield what one post is."""
        chain = reblogged(post.body)
        if post.is_reblog or post.source or chain:
            source = post.source or (chain.name if chain else None)
            added = post.added if post.added is not None else (chain.added if chain else "")
            thread = post.thread_post or (chain.post if chain else None)
            yield from self._reblog(post, source, added, thread)
        elif post.kind == "answer":
            yield from self._answer(post)
        else:
            yield from self._own(post)

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        if self._anonymous:
            yield Left("anonymous questions (your answers were read)", self._anonymous)
        for what, number in self.left_out.items():
            yield Left(what, number)

    def _own(self, post: Post) -> Iterator[Record]:
        acts = list(self._mentions(post, post.body, None))
        if acts:
            yield from acts
        else:
            yield _as_post(post, _text(post, words(post.body)))

    def _reblog(self, post: Post, source: str | None, added: str, thread: str | None) -> Iterator[Record]:
        own_words = words(added)
        if post.question:
            post = post._replace(
                title="\n\n".join(part for part in (post.title, words(post.question)) if part)
            )
        if self._me.is_me(source, post.source_id):
            yield _as_post(post, own_words or _text(post, words(post.body)))
            return
        yield InteractionRecord(
            PLATFORM, f"tumblr:post:{post.id}",
            self._blogs.by_name(source, post.source_id) if source else None,
            post.moment.at, Direction.OUT, Kind.QUOTE if own_words else Kind.RESHARE,
            own_words or _text(post, words(post.body)), f"tumblr:post:{thread}" if thread else None, post.url,
            post.moment.precision, post.moment.assumed,
        )  # fmt: skip
        yield from self._mentions(post, added, source)

    def _answer(self, post: Post) -> Iterator[Record]:
        asker, question = (post.asker, post.question) if post.asker else asker_of(post.question)
        who = self._blogs.by_name(asker, post.asker_id) if asker else None
        if self._me.is_me(asker, post.asker_id):
            yield _as_post(post, _text(post, words(post.body)))
            return
        thread = f"tumblr:post:{post.id}"
        if who is None:
            self._anonymous += 1
        else:
            yield InteractionRecord(
                PLATFORM, f"tumblr:ask:{post.id}", who, None, Direction.IN, Kind.COMMENT,
                words(question) or None, thread, post.url, Precision.UNKNOWN,
            )  # fmt: skip
        yield InteractionRecord(
            PLATFORM, thread, who, post.moment.at, Direction.OUT, Kind.REPLY, words(post.body) or None,
            thread, post.url, post.moment.precision, post.moment.assumed,
        )  # fmt: skip
        yield from self._mentions(post, post.body, asker)

    def _mentions(self, post: Post, markup: str, besides: str | None) -> Iterator[InteractionRecord]:
        names = [
            name
            for name in mentioned(markup)
            if not self._me.is_me(name) and name.casefold() != (besides or "").casefold()
        ]
        text = _text(post, words(markup)) if names else None
        for name in names:
            who: IdentityRef = self._blogs.by_name(name)
            yield InteractionRecord(
                PLATFORM, f"tumblr:mention:{post.id}:{name.casefold()}", who, post.moment.at, Direction.OUT,
                Kind.MENTION, text, None, post.url, post.moment.precision, post.moment.assumed,
            )  # fmt: skip


def _text(post: Post, body: str) -> str | None:
    return "\n\n".join(part for part in (post.title, body) if part) or None


def _as_post(post: Post, text: str | None) -> PostRecord:
    return PostRecord(
        PLATFORM, f"tumblr:post:{post.id}", post.moment.at, text, None, post.url, post.moment.precision,
        post.moment.assumed,
    )  # fmt: skip
