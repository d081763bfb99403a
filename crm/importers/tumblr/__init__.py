"""Tumblr: the export of a blog in every form it has had, the privacy data, and what backup tools save.

The decision to know: posts and messages are one community with the API's and the privacy data's traces of it,
so all of them are read by one importer, with the same ids for the same posts. A page of a post is only read
where `posts.xml` does not have the post.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import decode
from crm.importers.kit.wallclock import WallClock
from crm.importers.tumblr import api, pages, payload, talks, xmlposts
from crm.importers.tumblr.acts import Posts
from crm.importers.tumblr.bodies import words
from crm.importers.tumblr.layout import Layout, is_ours, scan
from crm.importers.tumblr.names import PLATFORM, Blogs, Me, blog, known_before
from crm.importers.tumblr.owner import decide_all

_PUBLISHED = frozenset(("published", ""))


class Importer:
    """Reads downloads from Tumblr; see `crm.importers.kit.protocol`."""

    name = "tumblr"
    title = "Tumblr"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "tumblr.com: Settings, your blog, Export (one for each blog; it has posts and messages). Besides, "
        "Settings, Privacy, Request privacy data."
    )
    page = "https://www.tumblr.com/settings"
    reads = (
        "messages, reblogs, answered questions, submissions, mentions, posts; from the privacy data the "
        "names of your blogs and notifications; from saved API posts also likes, reblogs and replies you got"
    )
    cannot_show = (
        "likes given and received, replies on notes, followers and whom you follow, when you were asked "
        "something"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is a download from Tumblr, or files out of one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of a download, of one blog or several.

        Raises:
            ExportError: a file is cut off, or the posts lie in a ZIP inside that could not be opened.
            QuestionError: nothing says which side of the conversations is the owner.

        """
        layout = scan(export)
        reading = _Reading(export, layout, owner)
        yield from reading.records()


class _Reading:
    """One import: what is known of the blogs, and the files in their order."""

    def __init__(self, export: Export, layout: Layout, owner: Owner) -> None:
        self._export = export
        self._layout = layout
        self._owner = owner
        self._me = Me(before=known_before(owner))
        self._blogs = Blogs()
        self._posts = Posts(self._me, self._blogs)
        self._clock = WallClock(owner.zone)

    def records(self) -> Iterator[Record]:
        if self._layout.closed and not (self._layout.posts or self._layout.messages):
            raise ExportError(
                f"{self._layout.closed[0]} could not be opened, and it holds the posts",
                "unpack posts.zip beside the rest and import the folder",
            )
        self._learn_blogs()
        conversations = [talks.survey(self._export, name) for name in self._layout.messages]
        decide_all(conversations, self._me, self._blogs, self._owner)
        if self._me.identities():
            yield SelfRecord(self._me.identities())
        for found in conversations:
            yield from talks.read(self._export, found, self._blogs)
        yield from self._xml_posts()
        yield from self._saved_posts()
        yield from self._pages()
        yield from self._submissions()
        yield from self._privacy_data()
        yield from self._posts.left()
        yield from self._old_conversations()

    def _learn_blogs(self) -> None:
        """Find out which blogs are the owner's, from everything that names them."""
        for name in self._layout.payloads:
            for data in payload.documents(self._export, name):
                if not isinstance(data, Problem):
                    payload.learn(data, self._me, name)
        for name in self._layout.posts:
            self._me.add(xmlposts.blogs_of(self._export, name))
        folders: set[str] = set()
        for name in self._layout.saved:
            folder = name.rpartition("/")[0]
            if folder in folders:
                continue
            folders.add(folder)
            for post in api.posts_in(self._export, name):
                if not isinstance(post, Problem):
                    own = blog(post.blog_name or (post.blog.name if post.blog else None))
                    self._me.add(own, post.blog.uuid if post.blog else None)
                    break

    def _xml_posts(self) -> Iterator[Record]:
        for name in self._layout.posts:
            for item in xmlposts.read(self._export, name, self._clock):
                if isinstance(item, Problem):
                    yield item
                    continue
                post, state = item
                self._seen(post.id)
                if state in _PUBLISHED:
                    yield from self._posts.records(post)
                else:
                    self._posts.skip()

    def _saved_posts(self) -> Iterator[Record]:
        notes = api.Notes(self._me, self._blogs)
        for name in self._layout.saved:
            for item in api.posts_in(self._export, name):
                if isinstance(item, Problem):
                    yield item
                    continue
                try:
                    post = api.as_post(item)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    yield Problem(name, f"is a post whose content cannot be read: {error}")
                    continue
                if post is None:
                    yield Problem(name, "is a post without an id")
                    continue
                for identifier, linked in api.named_in(item):
                    self._blogs.learn(identifier, linked, post.moment.at or 0)
                self._seen(post.id)
                if (item.state or "").casefold() not in _PUBLISHED:
                    self._posts.skip()
                    continue
                yield from self._posts.records(post)
                yield from notes.records(item, post.is_reblog and not self._me.is_me(post.source), name)
        if notes.of_others:
            yield Left("notes on posts of others that you reblogged", notes.of_others)
        if notes.unknown:
            yield Left("notes of kinds that are no acts towards you", notes.unknown)

    def _seen(self, number: str) -> None:
        """Pass over the page of a post that is known from elsewhere; opening it says it was dealt with."""
        for name in self._layout.pages.pop(number, ()):
            self._export.open(name).close()

    def _pages(self) -> Iterator[Record]:
        own = next(iter(self._me.names.values())) if len(self._me.names) == 1 else None
        for number, names in self._layout.pages.items():
            for name in names[:1]:
                with self._export.open(name) as stream:
                    post = pages.read(stream.read(pages.LARGEST), number, own, self._clock)
                if post is None:
                    yield Problem(name, "is no page of a post: it has no footer with a date")
                else:
                    yield from self._posts.records(post)

    def _submissions(self) -> Iterator[Record]:
        unknown = 0
        for number, names in self._layout.submissions.items():
            with self._export.open(names[0]) as stream:
                data = stream.read(pages.LARGEST)
            post = pages.read(data, number, None, self._clock)
            sender = pages.sender_of(decode(data)[0])
            if sender is None or post is None or self._me.is_me(sender):
                unknown += 1
                continue
            body = words(pages.without_sender(post.body))
            text = "\n\n".join(part for part in (post.title, body) if part) or None
            yield InteractionRecord(
                PLATFORM, f"tumblr:submission:{number}", self._blogs.by_name(sender), post.moment.at,
                Direction.IN, Kind.COMMENT, text, f"tumblr:post:{number}", None, post.moment.precision,
                post.moment.assumed,
            )  # fmt: skip
        if unknown:
            yield Left("submissions whose page does not say who sent them", unknown)

    def _privacy_data(self) -> Iterator[Record]:
        traces = payload.Traces(self._me, self._blogs)
        for name in self._layout.payloads:
            for data in payload.documents(self._export, name):
                if isinstance(data, Problem):
                    yield data
                else:
                    yield from traces.records(data, name)
        yield from traces.left()

    def _old_conversations(self) -> Iterator[Record]:
        """Answer for the pages of conversations in older exports, of which no description exists."""
        if not self._layout.talks:
            return
        for name in self._layout.talks:
            self._export.open(name).close()
        number = len(self._layout.talks)
        if self._layout.messages:
            yield Left("pages of conversations, which messages.xml has too", number)
            return
        yield Problem(
            self._layout.talks[0].rpartition("/")[0] or "conversations",
            f"has {number:,} pages of conversations in an old form that crm cannot read; a new export of the "
            "blog has them as messages.xml",
        )
