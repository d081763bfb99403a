"""An entry of a Blogger feed, in either notation: the old backup's and Google Takeout's.

The old one marks what an entry is with a category (`...blogger/2008/kind#comment`) and what a comment answers
with `thr:in-reply-to` (RFC 4685); Takeout has elements of its own (`blogger:type`, `blogger:parent`). Both
are Atom.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from crm.importers.kit.markup import unescape_once
from crm.importers.kit.xmlstream import local_name, text_of, texts

_KIND = "/kind#"
_NUMBER = re.compile(r"(?:post|page|comment)-([0-9]{10,})$")
_ENTRY = re.compile(r"/(?:comments|posts|pages)/default/([0-9]{10,})")
_LONGEST_NAME = 300
_OLD_KINDS = ("post", "page", "comment")


class Author(NamedTuple):
    """Who wrote an entry, as stated there."""

    name: str = ""
    uri: str = ""
    email: str = ""


NOBODY = Author()


class Entry(NamedTuple):
    """One entry; texts and times still as written."""

    id: str
    """The number that Blogger gave it; in files that other programs made, the whole id."""
    blog: str
    """The number of its blog; "" in files that other programs made."""
    kind: str
    """`post`, `page` or `comment`; what else there is (`settings`, `template`) is not ours."""
    live: bool
    author: Author
    title: str
    content: str
    published: str
    page: str
    """The id of the post or page that a comment stands under."""
    answers: str
    """The id of the comment that a comment answers."""
    url: str
    filename: str
    """The path of a page on its blog (Takeout only)."""
    line: int


def read_entry(element: etree._Element) -> Entry:
    """Return the entry that an `entry` element is."""
    fields: dict[str, str] = {}
    author = NOBODY
    for child in element:
        name = local_name(child)
        if name == "author":
            author = read_author(child)
        elif name == "category":
            _, kind, term = str(child.get("term") or "").partition(_KIND)
            if kind:
                fields["type"] = term
        elif name == "link":
            _link(child, fields)
        elif name == "in-reply-to":
            fields["parent"] = str(child.get("ref") or "")
            fields.setdefault("page url", str(child.get("href") or ""))
        elif name == "control":
            fields["draft"] = texts(child).get("draft", "")
        elif name not in fields:
            fields[name] = text_of(child)
    identifier = fields.get("id", "")
    line: object = element.sourceline
    return Entry(
        number_of(identifier),
        blog_of(identifier),
        fields.get("type", "").lower(),
        _is_live(fields),
        author,
        " ".join(unescape_once(fields.get("title", "")).split()),
        fields.get("content") or fields.get("summary") or "",
        fields.get("published") or fields.get("created") or fields.get("updated") or "",
        number_of(fields.get("parent", "")),
        number_of(fields.get("inReplyTo", "")) or fields.get("related", ""),
        fields.get("alternate") or fields.get("page url") or "",
        fields.get("filename", ""),
        line if isinstance(line, int) else 0,
    )


def read_author(element: etree._Element) -> Author:
    """Return what an `author` element says; the address that Blogger writes for everybody is none."""
    fields = texts(element)
    name = " ".join(unescape_once(fields.get("name", "")).split())[:_LONGEST_NAME]
    email = fields.get("email", "").lower()
    return Author(name, fields.get("uri", ""), "" if email.startswith(("noreply@", "no-reply@")) else email)


def number_of(identifier: str) -> str:
    """Return the number in `tag:blogger.com,1999:blog-1.post-2`, which is unique in all of Blogger."""
    match = _NUMBER.search(identifier)
    return match[1] if match else identifier


def blog_of(identifier: str) -> str:
    """Return the number of the blog in an id, or ""."""
    rest = identifier.partition("blog-")[2]
    number = rest.partition(".")[0]
    return number if number.isascii() and number.isdecimal() else ""


def _link(element: etree._Element, fields: dict[str, str]) -> None:
    relation, href = str(element.get("rel") or "alternate"), str(element.get("href") or "").strip()
    if relation == "related":
        match = _ENTRY.search(href)
        if match:
            fields["related"] = match[1]
    elif relation == "alternate" and href:
        fields.setdefault("alternate", href)


def _is_live(fields: dict[str, str]) -> bool:
    if fields.get("draft") == "yes" or fields.get("trashed"):
        return False
    return fields.get("status", "LIVE").upper() in ("", "LIVE")
