"""Posts of an export to records.

The decision to know: a post that answers one further down waits for it; posts stand by number, so that
is rare.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.disqus.people import PLATFORM, Author, Me, address_of, identify, identities_of, read_author
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.kit.xmlstream import local_name, stream_elements, texts

_DSQ_ID = "{http://disqus.com/disqus-internals}id"
_LEFT = {
    ("isSpam", "true"): "comments marked as spam",
    ("isDeleted", "true"): "deleted comments",
    ("isApproved", "false"): "comments that wait for approval",
}
_PARAGRAPH = re.compile(r"<p>([^<]*+)</p>\s*+")
_PARAGRAPHS = re.compile(r"(?:<p>[^<]*+</p>\s*+)++")
_MOST_WAITING = 100_000
"""Posts that wait for the one they answer; those beyond are taken as answering nobody we know."""


class Thread(NamedTuple):
    """A page with comments."""

    link: str
    forum: str


class Post(NamedTuple):
    """One comment, still without direction."""

    id: str
    parent: str
    thread: str
    author: Author
    created: str
    message: str
    line: int
    left: str
    """Why it is left out; "" when it is not."""


class Comments:
    """Reads the posts of one site."""

    def __init__(self, me: Me, told: Iterable[Author]) -> None:
        self._me = me
        self._threads: dict[str, Thread] = {}
        self._authors: dict[str, IdentityRef | None] = {}
        """By post; None for the user and for nobody in particular. About 100 bytes a post."""
        self._mine: set[str] = set()
        self._told: set[Author] = set(told)
        self._is_user: dict[Author, bool] = {}
        self._refs: dict[tuple[str, Author], IdentityRef | None] = {}
        self._carded: set[str] = set()
        self._waiting: list[Post] = []
        self._left: Counter[str] = Counter()
        self._keys = Keys()

    @property
    def met_user(self) -> bool:
        """Whether any post was the user's."""
        return bool(self._mine)

    def read(self, export: Export, name: str) -> Iterator[Record]:
        """Yield the records of one file."""
        times = TimeColumn(name, iso)
        with export.open(name) as stream:
            for tag, element in stream_elements(stream, ("thread", "post"), name):
                if tag == "thread":
                    self._note_thread(element)
                    continue
                post = _post(element)
                yield from self._note(post)
                if post.left:
                    self._left[post.left] += 1
                    continue
                yield from self._card(post)
                if post.parent and post.parent not in self._authors and len(self._waiting) < _MOST_WAITING:
                    self._waiting.append(post)
                    continue
                yield from self._act(post, times, name)
        for post in self._waiting:
            yield from self._act(post, times, name)
        self._waiting.clear()
        for what, number in self._left.items():
            yield Left(what, number)
        self._left.clear()
        if problem := times.problem():
            yield problem

    def _note_thread(self, element: etree._Element) -> None:
        number = _id(element)
        if not len(element) or not number:
            return  # within a post it only points at one
        fields = texts(element)
        self._threads[number] = Thread(fields.get("link", ""), fields.get("forum", ""))

    def _note(self, post: Post) -> Iterator[SelfRecord]:
        """Remember whose a post is, for the answers to it; yield accounts of the user not met before."""
        who = self._authors[post.id] = self._who(post)
        if who is None and self._wrote(post.author):
            self._mine.add(post.id)
            if post.author.username and post.author not in self._told:
                self._told.add(post.author)
                yield SelfRecord(tuple(identities_of(post.author)), post.author.name or None)

    def _wrote(self, author: Author) -> bool:
        known = self._is_user.get(author)
        if known is None:
            known = self._is_user[author] = self._me.wrote(author)
        return known

    def _who(self, post: Post) -> IdentityRef | None:
        """Return who wrote a post; None for the user, and for those whom nothing tells from others."""
        if self._wrote(post.author):
            return None
        thread = self._threads.get(post.thread)
        key = (thread.forum if thread else "", post.author)
        if key not in self._refs:
            self._refs[key] = identify(post.author, key[0])
        return self._refs[key]

    def _card(self, post: Post) -> Iterator[ContactRecord]:
        """Yield the account and the address of whoever is met the first time: Disqus has checked both."""
        who, email = self._authors[post.id], address_of(post.author)
        if who is None or who.platform != PLATFORM or not who.handle or not email:
            return
        if who.handle not in self._carded:
            self._carded.add(who.handle)
            yield ContactRecord((who, IdentityRef("email", email)))

    def _act(self, post: Post, times: TimeColumn, where: str) -> Iterator[Record]:
        mine = self._wrote(post.author)
        to_me = post.parent != "" and post.parent in self._mine
        who = self._authors.get(post.parent) if mine else self._who(post)
        if who is None and not mine:
            self._left["comments by nobody in particular"] += 1
            return
        kind = Kind.REPLY if to_me or (mine and post.parent) else Kind.COMMENT
        direction = Direction.OUT if mine else Direction.IN
        moment = times.read(post.created, post.line)
        text = _words(post.message) or None
        if not post.id and text is None:
            yield Problem(f"{where} line {post.line}", "is a comment without number and words")
            return
        thread = f"disqus:thread:{post.thread}" if post.thread else None
        key = f"disqus:{post.id}"
        if not post.id:
            sender = "me" if who is None or mine else f"{who.handle or who.external_id}"
            key = self._keys.make("disqus", thread or "", moment.at, sender, text)
        page = self._threads.get(post.thread)
        url = f"{page.link}#comment-{post.id}" if page and page.link else None
        yield InteractionRecord(
            PLATFORM,
            key,
            who,
            moment.at,
            direction,
            kind,
            text,
            thread,
            url,
            moment.precision,
            moment.assumed,
        )


def _words(message: str) -> str:
    """Return the words of a message; paragraphs of plain text, which most are, need no parser of HTML."""
    if _PARAGRAPHS.fullmatch(message):
        return "\n".join(filter(None, map(html_to_text, _PARAGRAPH.findall(message))))
    return html_to_text(message)


def _id(element: etree._Element) -> str:
    """Return the `dsq:id` of an element, with whatever prefix, or none."""
    if exact := element.get(_DSQ_ID):
        return str(exact).strip()
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == "id":
            return str(value).strip()
    return ""


def _post(element: etree._Element) -> Post:
    author = Author()
    thread = parent = left = ""
    fields: dict[str, str] = {}
    for child in element:
        name = local_name(child)
        if name == "author":
            author = read_author(child)
        elif name == "thread":
            thread = _id(child)
        elif name == "parent":
            parent = _id(child)
        else:
            fields[name] = (child.text or "").strip()
    left = next((why for (name, value), why in _LEFT.items() if fields.get(name) == value), "")
    line: object = element.sourceline
    return Post(
        _id(element), parent, thread, author, fields.get("createdAt", ""), fields.get("message", ""),
        line if isinstance(line, int) else 0, left,
    )  # fmt: skip
