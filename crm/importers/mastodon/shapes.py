"""What the files of an ActivityPub archive look like: ActivityStreams 2.0, read as servers differ.

The decision to know: a property that one server writes as text, another as a list and a third as an object
is `Any` here and read by `uris`, `first_uri` and `tags_of`; what is large and seldom needed stays undecoded.
Sources: the W3C's ActivityStreams vocabulary, Mastodon's serializers, Pleroma's `User.Backup`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crm.importers.kit.jsondecode import UNREADABLE

_NOTHING = msgspec.Raw(b"null")


class Tag(msgspec.Struct, kw_only=True, gc=False):
    """A mention (`name` is `@user@host`, `href` the actor), a hashtag or an emoji."""

    type: Any = None
    href: Any = None
    name: Any = None


class Named(msgspec.Struct, kw_only=True, gc=False):
    """What the first pass needs of an object: whom it mentions, and what it answers."""

    id: Any = None
    conversation: Any = None
    context: Any = None
    in_reply_to: Any = msgspec.field(default=None, name="inReplyTo")
    attributed_to: Any = msgspec.field(default=None, name="attributedTo")
    tag: list[Tag] | Tag | str | None = None


class Glance(Named, kw_only=True, gc=False):
    """What the first pass needs of an activity, or of an object that stands in its place."""

    type: Any = None
    actor: Any = None
    object: Named | list[Any] | str | None = None


class Object(Named, kw_only=True, gc=False):
    """A note, question, article ..."""

    type: Any = None
    url: Any = None
    published: Any = None
    name: Any = None
    summary: Any = None
    content: Any = None
    content_map: msgspec.Raw = msgspec.field(default=_NOTHING, name="contentMap")
    to: Any = None
    cc: Any = None
    attachment: msgspec.Raw = _NOTHING
    one_of: msgspec.Raw = msgspec.field(default=_NOTHING, name="oneOf")
    any_of: msgspec.Raw = msgspec.field(default=_NOTHING, name="anyOf")
    quote: Any = None
    quote_uri: Any = msgspec.field(default=None, name="quoteUri")
    quote_url: Any = msgspec.field(default=None, name="quoteUrl")
    misskey_quote: Any = msgspec.field(default=None, name="_misskey_quote")


class Activity(Object, kw_only=True, gc=False):
    """Something done with an object; or the object alone, as some servers write it."""

    actor: Any = None
    object: Object | list[Any] | str | None = None


class Actor(msgspec.Struct, kw_only=True, gc=False):
    """Who an archive is of."""

    id: Any = None
    type: Any = None
    user: Any = msgspec.field(default=None, name="preferredUsername")
    name: Any = None
    webfinger: Any = None
    url: Any = None
    outbox: Any = None
    followers: Any = None
    moved_to: Any = msgspec.field(default=None, name="movedTo")
    also_known_as: Any = msgspec.field(default=None, name="alsoKnownAs")


def uris(value: Any) -> Iterator[str]:
    """Yield the addresses in a property: text, a list of them, or objects with an id or a link."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, str | dict):
                yield from uris(item)
    elif isinstance(value, dict):
        found = value.get("id") or value.get("href")
        if isinstance(found, str):
            yield found


def first_uri(value: Any) -> str | None:
    """Return the first address in a property, or None."""
    if isinstance(value, str):
        return value or None
    return next(uris(value), None)


def tags_of(tagged: Named) -> list[Tag]:
    """Return the tags of an object as a list."""
    tag = tagged.tag
    if isinstance(tag, list):
        return tag
    return [tag] if isinstance(tag, Tag) else []


def text_of(value: Any) -> str:
    """Return a property that should be text as text, "" where it is something else."""
    return value if isinstance(value, str) else ""


def names_in(raw: msgspec.Raw) -> list[str]:
    """Return the names of what a property holds: options of a poll, descriptions of pictures."""
    if raw in (b"null", b"[]"):
        return []
    try:
        found = msgspec.json.decode(raw)
    except UNREADABLE:
        return []
    items = found if isinstance(found, list) else [found]
    names = (item.get("name") for item in items if isinstance(item, dict))
    return [name for name in names if isinstance(name, str) and name.strip()]


def first_text_in(raw: msgspec.Raw) -> str:
    """Return the first text of an object of texts by language."""
    if raw == b"null":
        return ""
    try:
        found = msgspec.json.decode(raw)
    except UNREADABLE:
        return ""
    return next(filter(None, map(text_of, found.values())), "") if isinstance(found, dict) else ""
