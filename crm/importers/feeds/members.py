"""Which files are feeds, what a feed says of itself, and its entries as a stream.

The decision to know: WordPress's and Blogger's exports look like feeds and are none of them; they have
importers of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.feeds.entries import (
    NOBODY,
    Author,
    Entry,
    JsonHead,
    JsonItem,
    author_of,
    is_comment_address,
    of_authors,
    of_element,
    of_json,
)
from crm.importers.kit.export import Export
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.members import is_media
from crm.importers.kit.xmlstream import local_name, root_of, stream_elements, text_of

_ENDINGS = (".xml", ".rss", ".atom", ".rdf", ".json", ".rss2", ".feed")
_COMPANIONS = (".md", ".txt", ".html", ".htm", ".css", ".js", ".xsl", ".xslt")
_MOST_FILES = 200
_PEEK = 8192
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_RDF = ("purl.org/rss/1.0", "netscape.com/rdf/simple/0.9", "purl.org/net/rss1.1")
_BLOGGER = (b"tag:blogger.com", b"schemas.google.com/blogger")
_HEAD = ("title", "link", "author", "creator", "managingEditor", "guid", "id", "in-reply-to")
_ROOTS = frozenset(("channel", "feed", "Channel"))
_ENTRIES = frozenset(("item", "entry"))
_MOST_AUTHORS = 10_000


@dataclass
class Feed:
    """One feed: what it says of itself and whose names are in it."""

    name: str
    """The member."""
    title: str = ""
    site: str = ""
    """The address of the site, or of the feed where it does not say."""
    address: str = ""
    """The feed's own address."""
    author: Author = NOBODY
    writers: Counter[Author] = field(default_factory=Counter)
    """Who wrote how many entries; commenters as well, in a feed of comments."""
    titles: int = 0
    ids: int = 0
    marked: int = 0
    """How many entries have the address of a comment."""
    answers: int = 0
    """How many say what they answer."""

    @property
    def entries(self) -> int:
        """How many entries it has, or a few less where they have neither title nor id."""
        return max(self.titles, self.ids)

    @property
    def people(self) -> list[Author]:
        """Everybody who writes in it; its own author writes what has none."""
        known = [writer for writer in self.writers if writer != NOBODY]
        if self.author != NOBODY and self.writers.total() < self.entries:
            known.append(self.author)
        return known

    @property
    def is_comments(self) -> bool:
        """Whether it is a feed of comments."""
        return max(self.marked, self.answers) * 2 > self.entries


def find_feeds(export: Export) -> list[str]:
    """Return the members that are feeds; [] where others lie among them that are none."""
    names = [name for name in export.names if export.size(name) and not is_media(name)]
    if len(names) > _MOST_FILES:
        return []
    if len(names) > 1:
        names = [name for name in names if not name.casefold().endswith(_COMPANIONS)]
        if not all(name.casefold().endswith(_ENDINGS) for name in names):
            return []
    return names if names and all(is_feed(export, name) for name in names) else []


def is_feed(export: Export, name: str) -> bool:
    """Say whether a member is a feed of any kind, and no blog's export."""
    try:
        head = export.peek(name, _PEEK)
    except ExportError:
        return False
    if is_json(head):
        return b"jsonfeed.org/version/" in head
    root = root_of(head)
    if root is None or any(sign in head for sign in _BLOGGER):
        return False
    if root.name == "rss":
        return "wordpress.org/export" not in root.attributes
    if root.name == "feed":
        return any(sign in root.attributes for sign in _ATOM)
    return root.name == "RDF" and any(sign in root.attributes for sign in _RDF)


def is_json(head: bytes) -> bool:
    """Say whether a member begins like JSON."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def entries(export: Export, name: str, base: str) -> Iterator[Entry | Problem]:
    """Yield the entries of a feed, in its order; a broken one of a JSON feed is a problem.

    Raises:
        ExportError: the feed is damaged; the message says where.

    """
    if is_json(export.peek(name, _PEEK)):
        items = ListIn(export.open(name), JsonItem, name, keys=("items",))
        for number, item in enumerate(items, start=1):
            yield item if isinstance(item, Problem) else of_json(item, number)
        return
    for _, element in stream_elements(export.open(name), _ENTRIES, name):
        yield of_element(element, base)


def survey(export: Export, name: str) -> Feed:
    """Read a feed once for what it says of itself and who writes in it.

    Raises:
        ExportError: the feed is damaged; the message says where.

    """
    feed = Feed(name)
    if is_json(export.peek(name, _PEEK)):
        _survey_json(export, feed)
    else:
        for kind, element in stream_elements(export.open(name), _HEAD, name):
            parent = element.getparent()
            if parent is not None:
                _note(feed, kind, element, local_name(parent))
    feed.site = feed.site or feed.address
    return feed


def _note(feed: Feed, kind: str, element: etree._Element, parent: str) -> None:
    if parent in _ENTRIES:
        if kind in ("author", "creator"):
            _count(feed, author_of(element))
        elif kind == "title":
            feed.titles += 1
        elif kind == "in-reply-to":
            feed.answers += 1
        elif kind in ("guid", "id"):
            feed.ids += 1
            feed.marked += is_comment_address(text_of(element))
    elif parent in _ROOTS:
        _note_head(feed, kind, element)


def _note_head(feed: Feed, kind: str, element: etree._Element) -> None:
    if kind == "title":
        feed.title = feed.title or " ".join(text_of(element).split())
    elif kind == "link":
        _note_link(feed, element)
    elif kind in ("author", "creator", "managingEditor"):
        author = author_of(element)
        if feed.author == NOBODY or (author.name and not feed.author.name):
            feed.author = author


def _note_link(feed: Feed, element: etree._Element) -> None:
    href = element.get("href")
    if href is None:
        feed.site = text_of(element) or feed.site
        return
    relation = element.get("rel") or "alternate"
    address = str(href).strip()
    if "://" not in address and element.base:
        address = urljoin(element.base, address)
    if relation == "self":
        feed.address = feed.address or address
    elif relation == "alternate":
        feed.site = feed.site or address


def _count(feed: Feed, author: Author) -> None:
    if author in feed.writers or len(feed.writers) < _MOST_AUTHORS:
        feed.writers[author] += 1


def _survey_json(export: Export, feed: Feed) -> None:
    items = ListIn(export.open(feed.name), JsonItem, feed.name, keys=("items",))
    for item in items:
        feed.titles += 1
        author = NOBODY if isinstance(item, Problem) else of_authors(item.author, item.authors)
        if author != NOBODY:
            _count(feed, author)
    head = items.around(JsonHead)
    if head is not None:
        feed.title, feed.site = head.title or "", head.home_page_url or ""
        feed.address, feed.author = head.feed_url or "", of_authors(head.author, head.authors)
