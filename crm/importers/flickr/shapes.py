"""The records of a Flickr export, only the fields that matter.

The decision to know: every field has alternatives. Flickr renamed several over the years (`created`, `date`,
`date_create`; `comment`, `message`, `body`), and readers of the export describe it with different ones, so
each is taken under any of its names. Numbers come as text, and as numbers.

Sources: Flickr's own files as read by the open-source tools offlickr, Flashbulb and flickr-archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from crm.domain.records import Precision, Problem
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.kit.jsonstream import decode_each
from crm.importers.kit.text import clean_id
from crm.importers.kit.times import UNKNOWN, Moment, is_believable, iso

T = TypeVar("T")

Id = str | int | None
Text = str | int | None

_LIST = msgspec.Raw(b"[]")
_COMMENT = re.compile(r"#comment([A-Za-z0-9_-]+)")
_OLD_COMMENT_ID = re.compile(r"\d+-\d+-(\d+)")
_NSID = re.compile(r"\d{1,15}@N\d{2}", re.IGNORECASE)
_MICROSECONDS = 1_000_000


class Profile(msgspec.Struct, kw_only=True, gc=False):
    """`account_profile.json`: whose export it is."""

    nsid: str | None = None
    path_alias: str | None = None
    screen_name: str | None = None
    real_name: str | None = None
    profile_url: str | None = None
    email: str | None = None


class Comment(msgspec.Struct, kw_only=True, gc=False):
    """A comment on a photo, album, gallery or app, or a note on a photo."""

    id: Id = None
    comment_id: Id = None
    user: str | None = None
    author: str | None = None
    comment: Text = None
    message: Text = None
    body: Text = None
    text: Text = None
    note: Text = None
    created: Id = None
    date: Id = None
    date_create: Id = None
    url: str | None = None
    comment_url: str | None = None
    photo_url: str | None = None
    photo_id: Id = None
    photoset_id: Id = None
    set_id: Id = None
    gallery_id: Id = None
    app_id: Id = None

    def number(self) -> str | None:
        """Return what the comment has as its number everywhere: that of its address, else its id."""
        for address in (self.comment_url, self.url):
            match = _COMMENT.search(address or "")
            if match:
                return match[1]
        own = clean_id(self.comment_id) or clean_id(self.id)
        match = _OLD_COMMENT_ID.fullmatch(own or "")
        return match[1] if match else own

    def words(self) -> str:
        """Return the text as exported, HTML and all."""
        return first_text(self.comment, self.message, self.body, self.text, self.note)

    def moment(self) -> Moment:
        """Return when it was written."""
        return moment_of(self.created or self.date or self.date_create)

    def who(self) -> str | None:
        """Return the id of who wrote it, where that is said."""
        return self.user or self.author


class Tag(msgspec.Struct, kw_only=True, gc=False):
    """A keyword on a photo, and who put it there."""

    tag: Text = None
    user: str | None = None
    date_create: Id = None


class Person(msgspec.Struct, kw_only=True, gc=False):
    """Somebody shown in a photo."""

    id: Id = None
    nsid: str | None = None
    name: Text = None
    username: Text = None
    userurl: str | None = None
    date_added: Id = None
    added_by: str | None = None


class Photo(msgspec.Struct, kw_only=True, gc=False):
    """`photo_<id>.json`: one of the owner's photos; its lists stay undecoded until they are asked for."""

    id: Id = None
    name: Text = None
    description: Text = None
    photopage: str | None = None
    privacy: Text = None
    count_faves: Id = None
    date_taken: Id = None
    date_imported: Id = None
    tags: msgspec.Raw = _LIST
    people: msgspec.Raw = _LIST
    notes: msgspec.Raw = _LIST
    comments: msgspec.Raw = _LIST


class Fave(msgspec.Struct, kw_only=True, gc=False):
    """A photo that the owner liked."""

    photo_id: Id = None
    photo_url: str | None = None


class Mail(msgspec.Struct, kw_only=True, gc=False, rename={"from_": "from"}):
    """A FlickrMail."""

    id: Id = None
    from_user_id: str | None = None
    from_: str | None = None
    from_user_name: Text = None
    from_username: Text = None
    to_user_id: str | None = None
    to: str | None = None
    to_user_name: Text = None
    to_username: Text = None
    subject: Text = None
    message: Text = None
    body: Text = None
    date_sent: Id = None
    created: Id = None


class Discussion(msgspec.Struct, kw_only=True, gc=False):
    """What the owner wrote in a group."""

    type: Text = None
    subject: Text = None
    topic_title: Text = None
    topic_id: Id = None
    reply_id: Id = None
    url: str | None = None
    message: Text = None
    body: Text = None
    created: Id = None
    date: Id = None
    date_create: Id = None


class Testimonial(msgspec.Struct, kw_only=True, gc=False):
    """What one member said of another on their profile."""

    author_or_subject_screen_name: Text = None
    user: Text = None
    profile_url: str | None = None
    url: str | None = None
    body: Text = None
    comment: Text = None
    created: Id = None
    date: Id = None
    date_create: Id = None


class Testimonials(msgspec.Struct, kw_only=True, gc=False):
    """`account_testimonials.json`, in its two forms."""

    testimonials: msgspec.Raw = _LIST
    testimonials_given: msgspec.Raw = _LIST
    testimonials_received: msgspec.Raw = _LIST


class GivenAndReceived(msgspec.Struct, kw_only=True, gc=False):
    """The two lists in `testimonials`."""

    given: msgspec.Raw = _LIST
    received: msgspec.Raw = _LIST


class Named(msgspec.Struct, kw_only=True, gc=False):
    """A contact, in case Flickr ever writes a list instead of an object of names and addresses."""

    name: Text = None
    username: Text = None
    url: str | None = None
    profile_url: str | None = None
    nsid: str | None = None


def items(raw: msgspec.Raw, kind: type[T], where: str) -> Iterator[T | Problem]:
    """Yield the elements of a list inside a document as `kind`, a `Problem` for each that cannot be read.

    What is no list (`null`, `{}`, `""`) is an empty one: Flickr's exporter writes PHP's arrays.
    """
    data = bytes(raw)
    if not data.startswith(b"["):
        return iter(())
    elements = msgspec.json.decode(data, type=list[msgspec.Raw])
    return decode_each(elements, kind, where) if elements else iter(())


def first_text(*values: Text) -> str:
    """Return the first text that is not empty, as text."""
    return next((str(value) for value in values if value not in (None, "")), "")


def moment_of(value: Id) -> Moment:
    """Return what `YYYY-MM-DD HH:MM:SS` says, taken as UTC and marked so; also seconds since 1970."""
    text = str(value or "").strip()
    if text.isdecimal() and len(text) <= 11:
        at = int(text) * _MICROSECONDS
        moment: Moment | None = Moment(at, Precision.SECOND)
    else:
        moment = iso(text)
    if moment is None or moment.at is None or not is_believable(moment.at):
        return UNKNOWN
    return moment


def is_nsid(text: str | None) -> bool:
    """Say whether this is one of Flickr's ids (`12345678@N00`) and not an alias."""
    return bool(text) and _NSID.fullmatch(text or "") is not None


def given_and_received(raw: msgspec.Raw) -> GivenAndReceived:
    """Return the two lists of testimonials; empty ones where they are something else."""
    try:
        return msgspec.json.decode(raw, type=GivenAndReceived)
    except UNREADABLE:
        return GivenAndReceived()
