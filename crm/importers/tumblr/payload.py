"""The privacy data, `payload-0.json`: the owner's blogs, and the few dated traces of what others did.

The decision to know: `push_notification_opens` has a notification that the owner tapped, with its time; that
of the act itself is nowhere. Messages are left out of it, since the blog export has them with their words.
Nothing is written as the text `\\N`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import decode_each, stream_array
from crm.importers.kit.keys import Keys
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import Moment
from crm.importers.tumblr import moments
from crm.importers.tumblr.names import PLATFORM, Blogs, Me, blog

T = TypeVar("T")

_NONE = msgspec.Raw(b"null")
_NOTHING = "\\N"
# By a word in `notification_type`; the first that fits.
_KINDS = (
    ("reblog", Kind.RESHARE),
    ("like", Kind.REACTION),
    ("reply", Kind.COMMENT),
    ("mention", Kind.MENTION),
    ("follow", Kind.FOLLOW),
    ("ask", Kind.COMMENT),
    ("answer", Kind.REPLY),
    ("submission", Kind.COMMENT),
)
_MESSAGES = ("message", "messaging", "conversation", "chat", "im_")


class BlogNames(msgspec.Struct, kw_only=True, gc=False):
    """A blog of the owner's, with the names it had before."""

    current_blog_name: str | None = None
    prev_used_blog_name: list[str] | str | None = None


class Opened(msgspec.Struct, kw_only=True, gc=False):
    """A notification that was opened."""

    from_blog: str | None = None
    to_blog: str | None = None
    timestamp: str | int | None = None
    notification_type: str | None = None


class Unfollowed(msgspec.Struct, kw_only=True, gc=False):
    """A blog that the owner stopped following."""

    blog_name: str | None = None
    timestamp: str | int | None = None


class Data(msgspec.Struct, kw_only=True, gc=False):
    """What is read of the privacy data."""

    email: str | None = None
    blog_names: msgspec.Raw = _NONE
    push_notification_opens: msgspec.Raw = _NONE
    unfollows: msgspec.Raw = _NONE
    crushes: msgspec.Raw = _NONE
    crushers: msgspec.Raw = _NONE


class Payload(msgspec.Struct, gc=False):
    """One element of the file."""

    data: Data | None = None


def documents(export: Export, name: str) -> Iterator[Data | Problem]:
    """Yield the parts of a file.

    Raises:
        ExportError: it is damaged or cut off, or a part has more than 64 MB.

    """
    with export.open(name) as stream:
        for item in stream_array(stream, Payload, name):
            if isinstance(item, Problem):
                yield item
            elif item.data is not None:
                yield item.data


def learn(data: Data, me: Me, name: str) -> None:
    """Note the owner's blogs and address."""
    if data.email and "@" in data.email:
        me.emails.setdefault(clean_value(data.email))
    for row in _rows(data.blog_names, BlogNames, f"{name}: blog_names"):
        if isinstance(row, Problem):
            continue  # the second reading reports it
        me.add(blog(row.current_blog_name))
        before = row.prev_used_blog_name
        for former in [before] if isinstance(before, str) else before or []:
            if former != _NOTHING and (written := blog(former)):
                me.former.setdefault(written.casefold(), written)


class Traces:
    """Makes the records of privacy data."""

    def __init__(self, me: Me, blogs: Blogs) -> None:
        self._me = me
        self._blogs = blogs
        self._keys = Keys()
        self._left: Counter[str] = Counter()

    def records(self, data: Data, name: str) -> Iterator[Record]:
        """Yield what the data tells about others."""
        for row in _rows(data.blog_names, BlogNames, f"{name}: blog_names"):
            if isinstance(row, Problem):
                yield row
        for opened in _rows(data.push_notification_opens, Opened, f"{name}: push_notification_opens"):
            found = opened if isinstance(opened, Problem) else self._opened(opened)
            if found is not None:
                yield found
        for gone in _rows(data.unfollows, Unfollowed, f"{name}: unfollows"):
            found = gone if isinstance(gone, Problem) else self._unfollowed(gone)
            if found is not None:
                yield found
        for raw in (data.crushes, data.crushers):
            data_bytes = bytes(raw)
            if data_bytes.startswith(b"["):
                number = data_bytes.count(b'"blog_name"')
                self._left["blogs that Tumblr says have most to do with yours, without any act"] += number

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, number in (+self._left).items():
            yield Left(what, number)

    def _opened(self, row: Opened) -> Record | None:
        who = blog(row.from_blog)
        label = (row.notification_type or "").casefold()
        if who is None or self._me.is_me(who):
            self._left["notifications that name no other blog"] += 1
            return None
        if any(word in label for word in _MESSAGES):
            self._left["notifications of messages, which the blog export has"] += 1
            return None
        kind = next((kind for word, kind in _KINDS if word in label), None)
        if kind is None:
            shown = " ".join(clean_value(label).split())[:40] or "no type"
            self._left[f"notifications of another kind ({shown})"] += 1
            return None
        moment = _moment(row.timestamp)
        key = self._keys.make(
            "notification", (row.to_blog or "").casefold(), moment.at, f"{who.casefold()}:{label}"
        )
        return InteractionRecord(
            PLATFORM, f"tumblr:{key}", self._blogs.by_name(who), moment.at, Direction.IN, kind, None, None,
            None, moment.precision, moment.assumed,
        )  # fmt: skip

    def _unfollowed(self, row: Unfollowed) -> Record | None:
        """Return that a blog was followed, some time before; when it ended stands in the text."""
        who = blog(row.blog_name)
        if who is None or self._me.is_me(who):
            return None
        moment = _moment(row.timestamp)
        day = str(row.timestamp or "")[:10] if moment.at is not None else None
        key = self._keys.make("unfollow", who.casefold(), moment.at, "me")
        return InteractionRecord(
            PLATFORM, f"tumblr:{key}", self._blogs.by_name(who), None, Direction.OUT, Kind.FOLLOW,
            f"unfollowed on {day}" if day else "unfollowed", precision=Precision.UNKNOWN,
        )  # fmt: skip


def _moment(value: str | int | None) -> Moment:
    text = str(value or "").strip()
    return moments.seconds(text) if text.isdecimal() else moments.written(text)


def _rows(raw: msgspec.Raw, kind: type[T], where: str) -> Iterator[T | Problem]:
    data = bytes(raw)
    if not data.startswith(b"["):
        return iter(())
    return decode_each(msgspec.json.decode(data, type=list[msgspec.Raw]), kind, where)
