"""What the HTML of a post tells: whom it was reblogged from, the words that were added, whom it names.

The decision to know: a reblog quotes the whole chain, `name: <blockquote>name: <blockquote>...`; the first
name is the one it was taken from, and what stands behind the outermost quotation is the owner's own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.importers.kit.markup import html_to_text, unescape_once
from crm.importers.kit.text import clean_value
from crm.importers.tumblr.names import blog, blog_in, post_in

_CHAIN = re.compile(
    r"\s*(?:<(?:p|div)\b[^<>]*>\s*)*<a\s([^<>]{1,1000})>\s*([^<>]{1,100}?)\s*</a>\s*:?\s*(?:</?(?:p|div)\b[^<>]*>\s*)*"
    r"<blockquote\b[^<>]*>",
    re.IGNORECASE,
)
_VIA = re.compile(r"\((?:via|from)\s{1,5}<a\s([^<>]{1,1000})>([^<>]{1,100})</a>\)", re.IGNORECASE)
_QUOTATION = re.compile(r"<(/?)blockquote\b", re.IGNORECASE)
_MENTION = re.compile(r"<a\s([^<>]{0,1000})>\s*@([A-Za-z0-9-]{1,64})\s*</a>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]{1,1000})""", re.IGNORECASE)
_ASKER = re.compile(r"\s*(?:<p\b[^<>]*>\s*)?<a\s([^<>]{1,1000})>\s*@?([^<>]{1,100}?)\s*</a>", re.IGNORECASE)
_ASKED = re.compile(r"^(?:asked(?:\s*you)?)?\s*:\s*", re.IGNORECASE)
_ENCODED = re.compile(
    r"&lt;/?(?:p|a|b|i|br|em|div|span|strong|blockquote)\b(?:[^&]|&(?!lt;|gt;)){0,1000}&gt;"
)
_PLAIN_PARAGRAPHS = re.compile(r"(?:<p>[^<>]*</p>\s*)+")
_SPACE = re.compile("[ \t\n\r\f\xa0]+")
_LONGEST_PLAIN = 2000


class Reblog(NamedTuple):
    """Where a post was taken from."""

    name: str | None
    post: str | None
    """The id of the post it was taken from."""
    added: str
    """The HTML of what the owner added."""


def reblogged(markup: str) -> Reblog | None:
    """Return where a post was taken from, if its HTML begins as a reblog does, or says `(via name)`."""
    match = _CHAIN.match(markup) if "blockquote" in markup else None
    if match and ("tumblr_blog" in match[1] or post_in(_href(match[1]))):
        address = _href(match[1])
        end = _end_of_quotation(markup, match.end())
        return Reblog(blog(match[2]) or blog_in(address), post_in(address), markup[end:])
    if "(via " in markup or "(from " in markup:
        for via in _VIA.finditer(markup):
            address = _href(via[1])
            if post_in(address) or "tumblr_blog" in via[1]:
                return Reblog(blog(via[2]) or blog_in(address), post_in(address), "")
    return None


def mentioned(markup: str) -> list[str]:
    """Return the blogs that a text names with a link, each once."""
    if "@" not in markup:
        return []
    found: dict[str, str] = {}
    for match in _MENTION.finditer(markup):
        if "tumblelog" in match[1] or "tumblr.com" in match[1] or "tmblr.co" in match[1]:
            name = blog(match[2])
            if name:
                found.setdefault(name.casefold(), name)
    return list(found.values())


def asker_of(markup: str) -> tuple[str | None, str]:
    """Return who asked, if the question begins with a link to them, and the question without that."""
    match = _ASKER.match(markup)
    if match is None:
        return None, markup
    name = blog(match[2])
    linked = blog_in(_href(match[1]))
    if name is None or not ("tumblr_blog" in match[1] or (linked and linked.casefold() == name.casefold())):
        return None, markup
    return name, _ASKED.sub("", markup[match.end() :].lstrip(), count=1)


def once_decoded(markup: str) -> str:
    """Decode once more what the old pages encode twice: quotations, chats, answers."""
    return unescape_once(markup) if _ENCODED.search(markup) else markup


def words(markup: str) -> str:
    """Return the text of HTML."""
    if not markup:
        return ""
    if "<" not in markup and "&" not in markup:
        return clean_value(markup).strip()
    if len(markup) < _LONGEST_PLAIN and _PLAIN_PARAGRAPHS.fullmatch(markup):
        # most posts are no more than this, and a parser costs ten times as much
        paragraphs = markup.replace("<p>", "").split("</p>")
        lines = (_SPACE.sub(" ", clean_value(unescape_once(line))).strip() for line in paragraphs)
        return "\n".join(line for line in lines if line)
    return html_to_text(markup)


def _href(attributes: str) -> str:
    match = _HREF.search(attributes)
    return unescape_once(match[1]) if match else ""


def _end_of_quotation(markup: str, at: int) -> int:
    """Return where the quotation that was opened before `at` ends; the end of all if it never does."""
    depth = 1
    for match in _QUOTATION.finditer(markup, at):
        depth += -1 if match[1] else 1
        if depth == 0:
            end = markup.find(">", match.end())
            return end + 1 if end >= 0 else len(markup)
    return len(markup)
