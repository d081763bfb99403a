"""The records of a TikTok export, only the fields that matter, and what their lists are called.

TikTok writes the same field in upper and lower case, even within one file, so each stands here twice, and
`Row` is the union of all lists: which of them a row comes from is told by the path to it. Names are those of
real exports as the parsers of `d3i-infra/data-donation-task`, `abrignoni/RLEAPP` and
`humandataincome/hudi-packages-connectors` know them.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crm.importers.kit.text import clean_value

Text = str | int | float | None

_NOTHING = frozenset(("", "n/a", "none", "null"))


class Holds(StrEnum):
    """What a list holds."""

    PROFILE = "profile"
    CHAT = "chat"
    GROUP = "group"
    COMMENTS = "comments"
    LIVE = "live comments"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    LIKES = "likes"
    POSTS = "posts"
    REPOSTS = "reposts"
    SHARES = "shares"
    BLOCKS = "blocks"


class Row(msgspec.Struct, kw_only=True, gc=False):
    """One entry of any list."""

    date_1: Text = msgspec.field(default=None, name="Date")
    date_2: Text = msgspec.field(default=None, name="date")
    comment_time: Text = msgspec.field(default=None, name="CommentTime")
    question_time: Text = msgspec.field(default=None, name="QuestionTime")
    sender_1: Text = msgspec.field(default=None, name="From")
    sender_2: Text = msgspec.field(default=None, name="from")
    content_1: Text = msgspec.field(default=None, name="Content")
    content_2: Text = msgspec.field(default=None, name="content")
    comment_1: Text = msgspec.field(default=None, name="Comment")
    comment_2: Text = msgspec.field(default=None, name="comment")
    live_comment: Text = msgspec.field(default=None, name="CommentContent")
    question: Text = msgspec.field(default=None, name="QuestionContent")
    user_1: Text = msgspec.field(default=None, name="UserName")
    user_2: Text = msgspec.field(default=None, name="userName")
    link_1: Text = msgspec.field(default=None, name="Link")
    link_2: Text = msgspec.field(default=None, name="link")
    link_3: Text = msgspec.field(default=None, name="VideoLink")
    link_4: Text = msgspec.field(default=None, name="Url")
    link_5: Text = msgspec.field(default=None, name="url")
    title_1: Text = msgspec.field(default=None, name="Title")
    title_2: Text = msgspec.field(default=None, name="title")

    @property
    def date(self) -> str:
        """When, as written."""
        return str(self.date_1 or self.date_2 or self.comment_time or self.question_time or "")

    @property
    def sender(self) -> str | None:
        """Who wrote a message."""
        return said(self.sender_1 or self.sender_2)

    @property
    def content(self) -> str | None:
        """What a message says; people do write "none", so only nothing is nothing."""
        value = self.content_1 if self.content_1 is not None else self.content_2
        return (clean_value(str(value)) or None) if value is not None else None

    @property
    def comment(self) -> str | None:
        """What a comment says."""
        return said(self.comment_1 or self.comment_2 or self.live_comment or self.question)

    @property
    def user(self) -> str | None:
        """Who follows or is followed."""
        return said(self.user_1 or self.user_2)

    @property
    def link(self) -> str | None:
        """The address of a video."""
        return said(self.link_1 or self.link_2 or self.link_3 or self.link_4 or self.link_5)

    @property
    def title(self) -> str | None:
        """The caption of a video."""
        return said(self.title_1 or self.title_2)


class Sender(msgspec.Struct, kw_only=True, gc=False):
    """Who wrote a message: all that a first pass asks of one."""

    sender_1: Text = msgspec.field(default=None, name="From")
    sender_2: Text = msgspec.field(default=None, name="from")

    @property
    def sender(self) -> str | None:
        """Who wrote it."""
        return said(self.sender_1 or self.sender_2)


class Profile(msgspec.Struct, kw_only=True):
    """The account whose export it is."""

    user: Text = msgspec.field(default=None, name="userName")
    name_1: Text = msgspec.field(default=None, name="displayName")
    name_2: Text = msgspec.field(default=None, name="nickName")
    email: Text = msgspec.field(default=None, name="emailAddress")
    phone: Text = msgspec.field(default=None, name="telephoneNumber")


def said(value: Text) -> str | None:
    """Return a value as text; None for what TikTok writes where there is none (`N/A`, `None`)."""
    if value is None:
        return None
    text = clean_value(str(value)).strip()
    return None if text.casefold() in _NOTHING else text
