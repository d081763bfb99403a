"""A `wp:comment` as it stands in the file, before it is known whom it is towards.

The meta fields are those of the plugins that receive comments from elsewhere: Jetpack (`hc_post_as`),
Webmention and ActivityPub. The address of the commenter's computer, which every comment has, is never read.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from crm.domain.handles import normalise
from crm.importers.kit.xmlstream import local_name, texts
from crm.importers.wordpress.authors import Me
from crm.importers.wordpress.people import Stated

FROM_SITES = ("pingback", "trackback", "webmention", "mention")
"""Types whose author may be a page rather than a person."""
_META = {
    "hc_post_as": "login",
    "protocol": "protocol",
    "semantic_linkbacks_type": "type",
    "semantic_linkbacks_author_url": "url",
    "semantic_linkbacks_source": "source",
    "source_url": "source",
    "webmention_source_url": "source",
}
"""Keys of `wp:commentmeta` that say more than the comment's own fields, and what we call them."""
_VALUE_LIMIT = 1000


class Comment(NamedTuple):
    """One comment."""

    id: str
    fields: dict[str, str]
    """By local name, as written."""
    meta: dict[str, str]
    type: str
    stated: Stated
    """What it says of its author."""
    mine: bool
    line: int

    @property
    def from_site(self) -> bool:
        """Whether its author is a page: then the name is that page's title."""
        return self.type in FROM_SITES and "url" not in self.meta


def read_comment(element: etree._Element, me: Me) -> Comment:
    """Return the comment that an element is."""
    fields = texts(element)
    meta = _meta(element) if "commentmeta" in fields else {}
    email = fields.get("comment_author_email", "")
    name, user = fields.get("comment_author", ""), fields.get("comment_user_id")
    url = meta.get("url") or fields.get("comment_author_url", "")
    return Comment(
        fields.get("comment_id", ""),
        fields,
        meta,
        meta.get("type") or fields.get("comment_type", ""),
        Stated(name, email, url, user, meta.get("login", ""), meta.get("protocol", "")),
        me.commented(user, normalise("email", email) if email else "", name),
        line_of(element),
    )


def line_of(element: etree._Element) -> int:
    """Return the line of a file that an element begins in."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _meta(element: etree._Element) -> dict[str, str]:
    """Return what a comment's meta fields say that concerns us."""
    meta: dict[str, str] = {}
    for child in element:
        if local_name(child) == "commentmeta":
            pair = texts(child)
            value = pair.get("meta_value")
            if value and (name := _META.get(pair.get("meta_key", ""))):
                meta.setdefault(name, value[:_VALUE_LIMIT])
    return meta
