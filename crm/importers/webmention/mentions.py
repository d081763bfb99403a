"""What webmention.io gives out: everybody's likes, replies, reposts and mentions of your pages, as JSON.

Both its formats: JF2 (`/api/mentions.jf2`: `children` with `wm-` keys) and the older one (`/api/mentions`:
`links`), as aaronpk/webmention.io writes and documents them. The decision to know: all of it was done towards
the user; the pages it was done to tell which sites are theirs.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from crm.domain.records import Kind
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value

KINDS = {
    "in-reply-to": Kind.REPLY,
    "like-of": Kind.REACTION,
    "repost-of": Kind.RESHARE,
    "bookmark-of": Kind.REACTION,
    "rsvp": Kind.REACTION,
    "quotation-of": Kind.QUOTE,
    "follow-of": Kind.FOLLOW,
    "mention-of": Kind.MENTION,
}
"""By the property of microformats2 that a page responds with."""
_OLD_TYPES = {
    "reply": "in-reply-to",
    "like": "like-of",
    "repost": "repost-of",
    "bookmark": "bookmark-of",
    "rsvp": "rsvp",
    "link": "mention-of",
}
_SHOWN = {"bookmark-of": "bookmarked", "rsvp": "RSVP"}


class Card(msgspec.Struct):
    """Who mentions."""

    name: str | None = None
    url: str | None = None


class Content(msgspec.Struct):
    """What they say."""

    text: str | None = None
    html: str | None = None
    value: str | None = None


class _Data(msgspec.Struct):
    author: Card | str | None = None
    url: str | None = None
    name: str | None = None
    content: str | None = None
    published: str | None = None


class _Activity(msgspec.Struct):
    type: str | None = None


class Item(msgspec.Struct, rename=lambda name: name.replace("_", "-") if name.startswith("wm_") else name):
    """One mention in either format."""

    author: Card | str | None = None
    url: str | None = None
    published: str | None = None
    name: str | None = None
    summary: str | None = None
    content: Content | str | None = None
    rsvp: str | None = None
    wm_id: int | str | None = None
    wm_source: str | None = None
    wm_target: str | None = None
    wm_property: str | None = None
    wm_received: str | None = None
    # of the older format
    id: int | str | None = None
    source: str | None = None
    target: str | None = None
    verified_date: str | None = None
    data: _Data | None = None
    activity: _Activity | None = None


class Mention(NamedTuple):
    """One mention, cleaned; empty texts where nothing is said."""

    number: str
    source: str
    target: str
    how: str
    """A key of `KINDS`, or something newer."""
    name: str
    home: str
    """The address of who mentions."""
    url: str
    """Where they do: the page on their own site, or the post on a platform."""
    text: str
    published: str
    received: str


def mention_of(item: Item) -> Mention:
    """Return the mention that an element of either format is."""
    data, activity = item.data or _Data(), item.activity or _Activity()
    author = item.author or data.author
    card = Card(url=author) if isinstance(author, str) else author or Card()
    how = item.wm_property or _OLD_TYPES.get(activity.type or "", "mention-of")
    number = item.wm_id if item.wm_id is not None else item.id
    return Mention(
        "" if number is None else _plain(str(number)),
        _plain(item.wm_source or item.source),
        _plain(item.wm_target or item.target),
        _plain(how),
        " ".join(_plain(card.name).split()),
        _plain(card.url),
        _plain(item.url or data.url),
        _text(item, data, how),
        _plain(item.published or data.published),
        _plain(item.wm_received or item.verified_date),
    )


def _text(item: Item, data: _Data, how: str) -> str:
    if how == "repost-of":
        return ""  # the user's own words
    content = item.content if item.content is not None else data.content
    if isinstance(content, Content):
        said = _plain(content.text or content.value) or html_to_text(content.html or "")
    else:
        said = html_to_text(content or "")
    said = said or _plain(item.summary)
    if how == "mention-of":
        said = said or _plain(item.name or data.name)
    shown = _SHOWN.get(how, "")
    if how == "rsvp" and item.rsvp:
        shown = f"{shown}: {_plain(item.rsvp)}"
    return "\n\n".join(part for part in (shown, said) if part)


def _plain(text: str | None) -> str:
    return clean_value(text).strip() if text else ""
