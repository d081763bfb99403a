"""The HTML pages of a blog export: one for each post, and the only form there is in the oldest exports.

The decision to know: a reblog's page holds the footer of the post it quotes as well, so the last one counts.
Its time is the wall clock of the blog. Which type a post has, its page does not say.
"""

from __future__ import annotations

import re

from crm.importers.kit.markup import HTML_LIMIT
from crm.importers.kit.text import decode
from crm.importers.kit.wallclock import WallClock
from crm.importers.tumblr import moments
from crm.importers.tumblr.acts import Post
from crm.importers.tumblr.bodies import once_decoded, words
from crm.importers.tumblr.names import blog, blog_in

LARGEST = HTML_LIMIT
"""Bytes of a page that are looked at."""

_FOOTER = re.compile(r"""<div\b[^<>]{0,200}\bid\s*=\s*["']?footer\b""", re.IGNORECASE)
_TIMESTAMP = re.compile(r"""\bid\s*=\s*["']?timestamp\b[^<>]{0,200}>([^<]{1,200})""", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^<>]{0,1000}>", re.IGNORECASE)
_TITLE = re.compile(r"<h1\b[^<>]{0,500}>((?:[^<]|<(?!/?h1\b)){0,5000})</h1\s*>", re.IGNORECASE)
_SENDER = re.compile(
    r"submitted\s{1,5}by\s{0,5}:?\s{0,5}(?:<(?!a\s)[^<>]{0,200}>\s{0,5}){0,5}<a\s([^<>]{1,1000})>\s*@?([^<>]{1,100}?)\s*</a>",
    re.IGNORECASE,
)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]{1,1000})""", re.IGNORECASE)


def read(data: bytes, number: str, own_blog: str | None, clock: WallClock) -> Post | None:
    """Return the post of a page; None where it has no footer, and so is no page of a post.

    Args:
        data: the page.
        number: the post's id, from the page's name.
        own_blog: the blog, if the export names just one.
        clock: of the user's zone.

    """
    text = decode(data)[0]
    footers = list(_FOOTER.finditer(text))
    if not footers:
        return None
    stamp = _TIMESTAMP.search(text, footers[-1].start())
    begin = _BODY.search(text)
    region = text[begin.end() if begin else 0 : footers[-1].start()]
    title = _TITLE.search(region)
    if title:
        region = region[: title.start()] + region[title.end() :]
    return Post(
        id=number,
        moment=moments.wall(stamp[1] if stamp else None, clock),
        url=f"https://{own_blog}.tumblr.com/post/{number}" if own_blog else None,
        title=words(once_decoded(title[1])) if title else "",
        body=once_decoded(region.strip()),
    )


def without_sender(markup: str) -> str:
    """Return the HTML of a submission without the line that says who sent it."""
    return _SENDER.sub("", markup)


def sender_of(markup: str) -> str | None:
    """Return who sent a submission in, where its page says so."""
    match = _SENDER.search(markup)
    if match is None:
        return None
    href = _HREF.search(match[1])
    return blog(match[2]) or blog_in(href[1] if href else None)
