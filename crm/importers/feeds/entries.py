"""One entry of a feed, whatever kind of feed it stands in: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed.

The names are those of the specifications: rssboard.org (RSS 2.0), purl.org/rss/1.0, RFC 4287 (Atom), RFC
4685 (`thr:in-reply-to`), jsonfeed.org. The decision to know: an entry is a comment when it says what it
answers, or when its address is that of a comment on a page (`#comment-12`), as in WordPress's comment feeds.
"""

from __future__ import annotations

import re
from email.utils import parsedate_tz
from typing import NamedTuple, cast
from urllib.parse import urljoin

import msgspec
from lxml import etree

from crm.domain.records import Precision
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import DAY, HOUR, MINUTE, SECOND, Moment, day_month_year, iso
from crm.importers.kit.xmlstream import local_name, text_of, texts

_ATOM = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}")
_MEDIA = "{http://search.yahoo.com/mrss"
_DATES = ("pubDate", "published", "issued", "created", "date", "updated", "modified", "pubdate")
"""The surest first: when something was published, not when it was last corrected."""
_BODIES = ("encoded", "content", "body", "description", "summary", "subtitle")
_MAIL_THEN_NAME = re.compile(r"\s*([^\s@<>()]+@[^\s@<>()]+)\s*(?:\(([^()]*)\))?\s*")
_NAME_THEN_MAIL = re.compile(r"\s*([^<>()]*?)\s*[<(]\s*([^\s@<>()]+@[^\s@<>()]+)\s*[>)]\s*")
_COMMENT = re.compile(r"#(?:comment|c|cmt|comments?/)[-_]?[0-9a-f-]+$", re.IGNORECASE)
_ZONE = re.compile(
    r"(?:\b(?:UTC?|GMT|Z|[ECMP][SD]T|A[SD]T)|[+-][0-9]{4})\s*(?:\([^()]*\))?\s*$", re.IGNORECASE
)
_LONGEST_NAME = 300
_YEARS = (1970, 2200)


class Author(NamedTuple):
    """Who wrote an entry, as far as the feed says; empty texts where it does not."""

    name: str = ""
    email: str = ""
    uri: str = ""


NOBODY = Author()


class Entry(NamedTuple):
    """One entry, its times and texts still as written."""

    id: str
    url: str
    title: str
    body: str
    author: Author
    date: str
    answers: tuple[str, ...]
    """Id and address of what it answers (RFC 4685)."""
    line: int

    @property
    def is_comment(self) -> bool:
        """Whether it is a comment on a page."""
        return bool(self.answers) or is_comment_address(self.url) or is_comment_address(self.id)


def is_comment_address(address: str) -> bool:
    """Say whether an address is that of a comment on a page: `...#comment-12`."""
    return "#" in address and _COMMENT.search(address) is not None


def rfc822(text: str) -> Moment | None:
    """Read `Thu, 05 Sep 2002 00:00:01 GMT` and what feeds make of it.

    Without a zone, or with one that RFC 822 does not know (`CEST`), UTC is assumed.
    """
    if ":" not in text:
        return day_month_year(text.rpartition(",")[2].strip())
    found = parsedate_tz(text)
    if found is None or not _YEARS[0] <= found[0] < _YEARS[1] or found[3] > 23 or found[4] > 59:
        return None
    day = iso(f"{found[0]:04}-{found[1]:02}-{found[2]:02}")
    offset = (found[9] or 0) * SECOND
    if day is None or day.at is None or abs(offset) > DAY:
        return None
    at = day.at + found[3] * HOUR + found[4] * MINUTE + min(found[5], 59) * SECOND
    return Moment(at - offset, Precision.SECOND, _ZONE.search(text) is None)


def of_element(element: etree._Element, base: str) -> Entry:
    """Return the entry that an `item` or `entry` element is.

    Args:
        element: it must still have its content.
        base: the address of the site, which short links begin at.

    """
    about = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}about")), "")
    found: dict[str, str] = {}
    bodies: dict[str, etree._Element] = {}
    author = source_author = NOBODY
    answers: tuple[str, ...] = ()
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag.startswith(_MEDIA):
            continue
        name = local_name(child)
        if name == "link":
            _link(child, tag, found)
        elif name in ("author", "creator"):
            author = _fuller(author, author_of(child))
        elif name in _BODIES:
            bodies.setdefault(name, child)
        elif name == "in-reply-to":
            answers = tuple(clean_value(str(child.get(key) or "")) for key in ("ref", "href"))
        elif name == "source":
            inner = next((one for one in child if local_name(one) == "author"), None)
            source_author = author_of(inner) if inner is not None else NOBODY
        elif name == "title":
            found.setdefault(name, _words(child, tag))
        elif name not in found:
            found[name] = text_of(child)
    url = found.get("link") or found.get("related") or ""
    return Entry(
        found.get("guid") or found.get("id") or clean_value(about),
        _absolute(url, element, base),
        found.get("title", ""),
        next((text for name in _BODIES if name in bodies and (text := _body(bodies[name]))), ""),
        author if author != NOBODY else source_author,
        next((found[name] for name in _DATES if found.get(name)), ""),
        tuple(each for each in answers if each),
        cast("int | None", element.sourceline) or 0,
    )


def author_of(element: etree._Element) -> Author:
    """Return whom an `author`, `creator` or `managingEditor` element names."""
    if len(element):
        parts = texts(element)
        name, uri = parts.get("name", ""), parts.get("uri") or parts.get("url") or ""
        return Author(" ".join(name.split())[:_LONGEST_NAME], parts.get("email", ""), uri)
    return _named(" ".join(text_of(element).split()))


def _named(text: str) -> Author:
    """Read `mark@example.org (Mark)`, `Mark <mark@example.org>`, an address or a name alone."""
    if match := _MAIL_THEN_NAME.fullmatch(text):
        return Author((match[2] or "").strip()[:_LONGEST_NAME], match[1])
    if match := _NAME_THEN_MAIL.fullmatch(text):
        return Author(match[1][:_LONGEST_NAME], match[2])
    return Author(text[:_LONGEST_NAME])


def _fuller(one: Author, other: Author) -> Author:
    """Join what `author` (an address, in RSS) and `dc:creator` (a name) say of one entry."""
    if one == NOBODY or (one.name and other.name):
        return other if one == NOBODY else one
    return Author(one.name or other.name, one.email or other.email, one.uri or other.uri)


def _link(element: etree._Element, tag: str, found: dict[str, str]) -> None:
    href = element.get("href")
    if href is None:
        if not tag.startswith(_ATOM):
            found.setdefault("link", text_of(element))
        return
    relation = element.get("rel") or "alternate"
    if relation in ("alternate", "related"):
        found.setdefault("link" if relation == "alternate" else relation, clean_value(str(href)).strip())


def _absolute(url: str, element: etree._Element, base: str) -> str:
    if not url or "://" in url:
        return url
    try:
        return urljoin(element.base or base, url)
    except ValueError:
        return url


def _words(element: etree._Element, tag: str) -> str:
    """Return the text of a title: plain in Atom unless it says otherwise, HTML in RSS."""
    return " ".join(
        (_body(element) if len(element) or not _is_plain(element, tag) else text_of(element)).split()
    )


def _is_plain(element: etree._Element, tag: str) -> bool:
    return tag.startswith(_ATOM) and (element.get("type") or "text") in ("text", "text/plain")


def _body(element: etree._Element) -> str:
    """Return the text of what may be plain, HTML or XHTML."""
    if len(element):
        return html_to_text(str(etree.tostring(element, encoding="unicode", with_tail=False)))
    text = text_of(element)
    if "<" not in text and "&" not in text and "\n" not in text:
        return text
    return text if _is_plain(element, str(element.tag)) else html_to_text(text)


class JsonAuthor(msgspec.Struct):
    """An author of a JSON feed."""

    name: str | None = None
    url: str | None = None


class JsonItem(msgspec.Struct):
    """An item of a JSON feed, version 1 or 1.1 (jsonfeed.org)."""

    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: JsonAuthor | None = None
    authors: list[JsonAuthor] | None = None


class JsonHead(msgspec.Struct):
    """A JSON feed without its items."""

    title: str | None = None
    home_page_url: str | None = None
    feed_url: str | None = None
    author: JsonAuthor | None = None
    authors: list[JsonAuthor] | None = None


def of_json(item: JsonItem, number: int) -> Entry:
    """Return the entry that an item of a JSON feed is."""
    identifier = "" if item.id is None else str(item.id)
    html = html_to_text(item.content_html) if item.content_html else ""
    return Entry(
        clean_value(identifier).strip(),
        clean_value(item.url or item.external_url or "").strip(),
        " ".join(clean_value(item.title or "").split()),
        html or clean_value(item.content_text or item.summary or ""),
        of_authors(item.author, item.authors),
        (item.date_published or item.date_modified or "").strip(),
        (),
        number,
    )


def of_authors(one: JsonAuthor | None, several: list[JsonAuthor] | None) -> Author:
    """Return the (first) author of a JSON feed or item."""
    first = several[0] if several else one
    if first is None:
        return NOBODY
    return Author(
        clean_value(first.name or "").strip()[:_LONGEST_NAME], "", clean_value(first.url or "").strip()
    )
