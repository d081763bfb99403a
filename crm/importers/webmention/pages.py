"""Saved pages with microformats2: somebody's answer, like or repost, as their own site shows it.

A small reader of `h-entry` (microformats.org/wiki/h-entry) and of the `h-card` in it. The decision to know:
properties of a nested microformat belong to that one, so that a quoted post is not taken for the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HTMLParser

from crm.importers.kit.htmltags import is_overloaded
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value

RESPONSES = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of", "follow-of")
_ENTRY = re.compile(rb"""class\s*=\s*["'][^"']{0,200}?(?<![\w-])h-entry(?![\w-])""")
_RESPONSE = re.compile(
    rb"""(?<![\w-])u-(?:in-reply-to|like-of|repost-of|bookmark-of|quotation-of)(?![\w-])"""
)
_AUTHOR = re.compile(rb"""(?<![\w-])(?:p|u)-author(?![\w-])""")
_DATE = re.compile(rb"""(?<![\w-])dt-published(?![\w-])""")
# Medium's own export is made of such pages as well.
_MEDIUM = re.compile(rb"""data-field=|p-canonical|u-like-of"\s+href="https://medium\.com|markup--highlight""")
_ROOT = re.compile(r"h-[a-z]+(?:-[a-z]+)*")
_MOST_NESTED = 200


class Page(NamedTuple):
    """One entry of a saved page; empty texts where it does not say."""

    url: str
    name: str
    """Of its author."""
    home: str
    """The author's address."""
    published: str
    text: str
    responses: tuple[tuple[str, str], ...]
    """What it answers, likes ...: (property, address)."""
    links: tuple[str, ...]
    """Every other address in its text."""


def is_page(head: bytes) -> bool:
    """Say whether a saved page is an entry that answers something, or at least says who wrote it when."""
    if not _ENTRY.search(head) or _MEDIUM.search(head):
        return False
    return _RESPONSE.search(head) is not None or (
        _AUTHOR.search(head) is not None and _DATE.search(head) is not None
    )


def read_pages(data: bytes) -> list[Page]:
    """Return the entries of a saved page, in their order; never raises for what it holds."""
    if is_overloaded(data):
        return []
    parser = HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding=_encoding(data))
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, LookupError):
        return []
    if root is None:
        return []
    base = _canonical(root)
    author = next((_card(card, base) for card in root.iter() if "h-card" in _classes(card)), ("", ""))
    return [_page(entry, base, author) for entry in root.iter() if _is_outer(entry)]


def _encoding(data: bytes) -> str | None:
    """Return UTF-8 where the page is that, whatever it says; else what it says counts."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _canonical(root: etree._Element) -> str:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return clean_value(str(link.get("href")))
    return ""


def _is_outer(element: etree._Element) -> bool:
    return "h-entry" in _classes(element) and not any(
        {"h-entry", "h-cite"} & set(_classes(around)) for around in element.iterancestors()
    )


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def _page(entry: etree._Element, base: str, page_author: tuple[str, str]) -> Page:
    found: dict[str, list[etree._Element]] = {}
    for name, element in _properties(entry):
        found.setdefault(name, []).append(element)
    url = next((_address(one, base) for one in found.get("u-url", ())), base)
    name, home = next(
        (_card(one, url) for key in ("p-author", "u-author") for one in found.get(key, ())), page_author
    )
    responses = tuple(
        (response, address)
        for response in RESPONSES
        for one in found.get(f"u-{response}", ())
        if (address := _address(one, url))
    )
    body = next((one for key in ("e-content", "p-content", "p-summary") for one in found.get(key, ())), None)
    text = _words(body) if body is not None else " ".join(_text(one) for one in found.get("p-name", ())[:1])
    answered = {address for _, address in responses}
    links = dict.fromkeys(_address(link, url) for link in (entry if body is None else body).iter("a"))
    published = next((_time(one) for one in found.get("dt-published", ())), "")
    own = tuple(link for link in links if link and link not in answered and link != url)
    return Page(url, name, home, published, text, responses, own)


def _properties(element: etree._Element, depth: int = 0) -> Iterator[tuple[str, etree._Element]]:
    """Yield (class, element) for the properties of a microformat, not those of the ones inside it."""
    for child in element:
        classes = _classes(child)
        properties = [name for name in classes if name[:2] in ("p-", "u-", "e-") or name[:3] == "dt-"]
        yield from ((name, child) for name in properties)
        if not any(_ROOT.fullmatch(name) for name in classes) and depth < _MOST_NESTED:
            yield from _properties(child, depth + 1)


def _card(element: etree._Element, base: str) -> tuple[str, str]:
    """Return name and address of an author."""
    inner = dict(reversed([*_properties(element)]))  # the first of each name
    named, home = inner.get("p-name"), inner.get("u-url")
    name = _text(named if named is not None else element)
    return name[:300], _address(home if home is not None else element, base)


def _address(element: etree._Element, base: str) -> str:
    """Return the address an element has, or the nested citation in it."""
    written = element.get("href") or element.get("src") or element.get("value")
    if written is None:
        inner = next((one for name, one in _properties(element) if name == "u-url"), None)
        if inner is not None:
            return _address(inner, base)
        text = _text(element)
        written = text if text.startswith(("http://", "https://")) else ""
    written = clean_value(str(written)).strip()
    try:
        address = urljoin(base, written) if written else ""
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""


def _time(element: etree._Element) -> str:
    return clean_value(str(element.get("datetime") or element.get("value") or _text(element))).strip()


def _text(element: etree._Element) -> str:
    return " ".join(clean_value("".join(str(piece) for piece in element.itertext())).split())


def _words(element: etree._Element) -> str:
    return html_to_text(str(etree.tostring(element, encoding="unicode", method="html", with_tail=False)))
