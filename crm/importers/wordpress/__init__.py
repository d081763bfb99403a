"""WordPress: the WXR files of Tools > Export, of every version, and what Squarespace writes in that format.

The format is that of WordPress's own `wp-admin/includes/export.php`. The decision to know: every number in it
is unique on its site only, so the site's address is part of every id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from crm.domain.handles import normalise
from crm.domain.records import Owner, Record, SelfRecord
from crm.domain.text import folded
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import person_at
from crm.importers.kit.xmlstream import root_of, stream_elements, text_of, texts
from crm.importers.wordpress.authors import PLATFORM, Author, Me, decide
from crm.importers.wordpress.items import Items, Site
from crm.importers.wordpress.people import People, address_of, clean_name

_NAMESPACE = "wordpress.org/export/"
_HEAD = 16_384
_MOST_FILES = 500
_LINK = re.compile(r"<link>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")


class Importer:
    """Reads exports of WordPress.org, WordPress.com and Squarespace."""

    name = "wordpress"
    title = "WordPress"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "In the site's dashboard: Tools > Export > All content. WordPress.com sends a ZIP by mail. "
        "Squarespace: Settings > Import & Export > Export, choose WordPress"
    )
    page = ""
    reads = (
        "comments, replies, pingbacks, mentions and likes from other sites, reviews, your replies, "
        "your posts and pages and the people they link to"
    )
    cannot_show = "spam, comments you wrote on other people's sites, and who reads or subscribes"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether a file of it is WXR: RSS that names the namespace of WordPress's exports."""
        return any(_is_wxr(export, name) for name in _candidates(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, site by site.

        Raises:
            QuestionError: several people write on a site and nothing tells which of them is the user.
            ExportError: nobody is called what the user stated, or a file is damaged.

        """
        heads = [_head(export, name) for name in _candidates(export) if _is_wxr(export, name)]
        heads.sort(key=lambda head: head.key)
        for key, parts in groupby(heads, key=lambda head: head.key):
            yield from _site(export, owner, key, list(parts))


class _Head:
    """What stands before the items of one file."""

    def __init__(self, name: str, url: str, authors: dict[str, Author]) -> None:
        self.name, self.url, self.authors = name, url, authors
        self.key = normalise("web", url) if url else "?"


def _site(export: Export, owner: Owner, key: str, parts: list[_Head]) -> Iterator[Record]:
    """Yield the records of one site from the files it was cut into."""
    authors = {login: author for part in parts for login, author in part.authors.items()}
    mine = decide(authors, None, owner, key)
    if mine is None:
        mine = decide(authors, _published(export, parts), owner, key)
    assert mine is not None  # everything that could be counted was
    me = _me(mine, owner)
    logins = frozenset((mine.login,)) if mine.login else frozenset()
    site = Site(key, parts[0].url, authors, me, logins)
    identities = mine.identities(key) if mine.login else ()
    alone = len(authors) <= 1
    if alone and parts[0].url and (home := person_at(parts[0].url)) is not None:
        identities = (*identities, home)
    if identities:
        yield SelfRecord(identities, mine.name or None)
    people = People(key)
    for author in authors.values():
        if author.login != mine.login:
            people.know(author.identities(key))
    items = Items(site, owner, people)
    for part in parts:
        with export.open(part.name) as stream:
            for _, element in stream_elements(stream, ("item",), part.name):
                yield from items.records(element, part.name)
    yield from people.records()
    yield from items.rest(parts[0].name)


def _me(author: Author, owner: Owner) -> Me:
    emails = {handle for platform, handle in owner.identities if platform == "email"}
    names = {folded(name) for name in (author.login, author.name) if name} | set(owner.names)
    return Me(
        frozenset((author.login,)),
        frozenset((author.id,)) if author.id else frozenset(),
        frozenset(emails | ({author.email} if author.email else set())),
        frozenset(names),
    )


def _published(export: Export, parts: list[_Head]) -> Counter[str]:
    """Return how many posts and pages each login has published, 0 for whoever has none."""
    counted: Counter[str] = Counter()
    for part in parts:
        with export.open(part.name) as stream:
            for _, element in stream_elements(stream, ("item",), part.name):
                fields = texts(element)
                creator = fields.get("creator", "")
                live = fields.get("status", "publish") == "publish"
                if creator:
                    counted[creator] += live and fields.get("post_type") in ("post", "page")
    return counted


def _head(export: Export, name: str) -> _Head:
    """Read what stands before the first item of a file."""
    url = ""
    authors: dict[str, Author] = {}
    root = root_of(export.peek(name, _HEAD))
    if root is not None and (link := _LINK.search(root.rest.partition("<item>")[0])):
        url = link[1]
    with export.open(name) as stream:
        for tag, element in stream_elements(stream, ("author", "base_blog_url", "item"), name):
            if tag == "item":
                break
            if tag == "base_blog_url":
                url = text_of(element) or url
                continue
            fields = texts(element)
            if login := fields.get("author_login"):
                authors[login] = _author(login, fields)
    return _Head(name, url, authors)


def _author(login: str, fields: dict[str, str]) -> Author:
    names = (fields.get("author_first_name", ""), fields.get("author_last_name", ""))
    name = clean_name(fields.get("author_display_name", "")) or clean_name(" ".join(names))
    return Author(login, fields.get("author_id", ""), address_of(fields.get("author_email", "")) or "", name)


def _candidates(export: Export) -> list[str]:
    if len(export.names) == 1:
        return list(export.names)
    return export.find("*.xml", "*.wxr")[:_MOST_FILES]


def _is_wxr(export: Export, name: str) -> bool:
    root = root_of(export.peek(name, _HEAD))
    return root is not None and root.name == "rss" and _NAMESPACE in root.attributes
