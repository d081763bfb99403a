"""The pages of Medium's export: posts, responses, lists of claps and people, the profile.

The classes are those in the pages that TryGhost/migrate (mg-medium-export) and valueof/meh read. The decision
to know: a response looks like a post and does not say what it answers. It is told by its form: no title of
its own in the text, no subtitle, no tags, and a name that is nothing but the beginning of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from lxml.html import HTMLParser

from crm.domain.records import Precision
from crm.importers.kit.htmltags import is_overloaded
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import Moment, iso

_POST_ID = re.compile(r"(?:-|/p/|/)([0-9a-f]{8,16})(?:[/?#].*)?$")
_FILE_ID = re.compile(r"[-_]([0-9a-f]{8,16})\.html?$")
_HANDLE = re.compile(r"^https?://(?:www\.)?medium\.com/@([^/?#\s]+)/?(?:[?#].*)?$")
_OWN_DOMAIN = re.compile(r"^https?://([\w-]+)\.medium\.com/?$")
_TWELVE_HOURS = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s+([0-9]{1,2}):([0-9]{2})\s*([ap])m", re.IGNORECASE
)
_CLAPS = re.compile(r"^\s*\+([0-9]{1,3})")
_LONGEST_RESPONSE_TITLE = 3
"""Characters: a title must be longer for its being the beginning of the text to say anything."""


class Post(NamedTuple):
    """One page of `posts/`."""

    id: str
    title: str
    subtitle: str
    text: str
    published: str
    url: str
    author: str
    handle: str
    is_response: bool


class Line(NamedTuple):
    """One line of a list: a clap, a person, a highlight."""

    url: str
    title: str
    text: str
    """The whole line."""
    time: str


class Profile(NamedTuple):
    """Whose export it is."""

    name: str
    handle: str
    email: str
    id: str
    twitter: str


def parse(data: bytes) -> etree._Element | None:
    """Return a page as a tree, or None when nothing can be made of it. Medium writes UTF-8."""
    if is_overloaded(data):
        return None
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.LxmlError:
        return None


def read_post(root: etree._Element, file_name: str) -> Post:
    """Return what a page of `posts/` says."""
    title = _text(_first(root, "p-name"))
    subtitle = _text(_first(root, "p-summary"))
    body = _first(root, "e-content")
    text = _words(body) if body is not None else ""
    author, canonical = _first(root, "p-author"), _first(root, "p-canonical")
    published = _first(root, "dt-published")
    url = _href(canonical)
    own_title = _title_in(body) if body is not None else ""
    plain = " ".join(text.split())
    is_response = (
        not (own_title or subtitle)
        and _first(root, "p-tag") is None
        and len(title) > _LONGEST_RESPONSE_TITLE
        and plain.startswith(title.rstrip("\u2026. "))
    )
    for shown in (own_title, subtitle):  # the text begins with what stands above it
        if shown:
            text = text.removeprefix(shown).lstrip()
    return Post(
        post_id(url) or _file_id(file_name) or "",
        title,
        subtitle,
        text,
        (published.get("datetime") or "") if published is not None else "",
        url,
        _text(author),
        handle_of(_href(author)) or "",
        is_response,
    )


def read_lines(root: etree._Element) -> Iterator[Line]:
    """Yield the lines of a list page."""
    for item in root.iter("li"):
        link = next(item.iter("a"), None)
        when = next(item.iter("time"), None)
        written = "" if when is None else (when.get("datetime") or _text(when))
        yield Line(_href(link), _text(link), _text(item), clean_value(str(written)).strip())


def read_profile(root: etree._Element) -> Profile:
    """Return what `profile/profile.html` says of the owner."""
    link = _first(root, "u-url")
    said: dict[str, str] = {}
    for item in root.iter("li"):
        label, _, value = _text(item).partition(":")
        said.setdefault(label.strip().lower(), value.strip())
    return Profile(
        _text(_first(root, "p-name")) or said.get("display name", ""),
        handle_of(_href(link)) or _text(link).removeprefix("@"),
        said.get("email address", ""),
        said.get("medium user id", ""),
        said.get("twitter", "").removeprefix("@"),
    )


def claps(text: str) -> int:
    """Return how many claps a line tells of; 1 where it does not say."""
    match = _CLAPS.match(text)
    return int(match[1]) if match else 1


def handle_of(url: str) -> str | None:
    """Return the handle in the address of a profile, or None when it is none."""
    match = _HANDLE.match(url)
    if match:
        return match[1]
    own = _OWN_DOMAIN.match(url)
    return own[1] if own and own[1] not in ("www", "help", "policy", "blog") else None


def post_id(url: str) -> str | None:
    """Return the hexadecimal id at the end of a post's address, or None."""
    match = _POST_ID.search(url)
    return match[1] if match else None


def _file_id(name: str) -> str | None:
    match = _FILE_ID.search(name)
    return match[1] if match else None


def list_time(text: str) -> Moment | None:
    """Read `2013-05-5 10:08 pm` of the lists; they name no zone, UTC is assumed."""
    match = _TWELVE_HOURS.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    year, month, day, hour, minute, half = match.groups()
    hours = int(hour) % 12 + (12 if half in "pP" else 0)
    moment = iso(f"{year}-{int(month):02}-{int(day):02} {hours:02}:{minute}")
    return moment and moment._replace(precision=Precision.MINUTE, assumed=True)


def _first(root: etree._Element, name: str) -> etree._Element | None:
    for element in root.iter():
        if isinstance(element.tag, str) and name in (element.get("class") or "").split():
            return element
    return None


def _title_in(body: etree._Element) -> str:
    """Return the title that the text begins with, if its author gave it one."""
    found = _first(body, "graf--title")
    if found is None:
        for element in body.iter("h1", "h2", "h3", "h4"):
            return _text(element)
        return ""
    return _text(found)


def _text(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return " ".join(clean_value("".join(str(piece) for piece in element.itertext())).split())


def _words(element: etree._Element) -> str:
    return html_to_text(str(etree.tostring(element, encoding="unicode", method="html", with_tail=False)))


def _href(element: etree._Element | None) -> str:
    return "" if element is None else clean_value(str(element.get("href") or "")).strip()
