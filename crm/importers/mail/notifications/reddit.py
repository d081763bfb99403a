"""Reddit: replies, comments, mentions, followers, messages. From experience.

A comment has the id that it has in an export (`reddit:t1:<id>`), a talk its thread (`reddit:post:<id>`).
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import said

_REDDIT = r"https?://(?:www\.|old\.|new\.)?reddit\.com/"
_REDDIT_COMMENT = re.compile(_REDDIT + r"r/\w+/comments/(?P<post>\w+)/[^/\s?#]*/(?P<id>\w+)")
SOURCE = Source(
    platform="reddit",
    confidence=Confidence.UNCONFIRMED,
    machines=("redditmail.com",),
    hosts=("reddit.com",),
    signed=("redditmail.com", "reddit.com"),
    people=(re.compile(_REDDIT + r"(?:u|user)/(?P<handle>[\w-]{3,20})/?(?:[?#]|$)"),),
    rules=(
        Rule(
            Kind.REPLY,
            (
                "u/{handle} replied to your comment{any}",
                "{handle} replied to your comment{any}",
                "u/{handle} hat auf deinen Kommentar geantwortet{any}",
            ),
            said,
            (Item(_REDDIT_COMMENT, "reddit:t1:{id}", "reddit:post:{post}"),),
        ),
        Rule(
            Kind.COMMENT,
            (
                "u/{handle} replied to your post{any}",
                "u/{handle} commented on your post{any}",
                "{handle} replied to your post{any}",
                "u/{handle} hat auf deinen Beitrag geantwortet{any}",
            ),
            said,
            (Item(_REDDIT_COMMENT, "reddit:t1:{id}", "reddit:post:{post}"),),
        ),
        Rule(
            Kind.MENTION,
            ("u/{handle} mentioned you in {any}", "{handle} mentioned you in {any}"),
            said,
            (Item(_REDDIT_COMMENT, "reddit:t1:{id}", "reddit:post:{post}"),),
        ),
        Rule(Kind.FOLLOW, ("u/{handle} is now following you{any}", "u/{handle} followed you{any}")),
        Rule(
            Kind.MESSAGE,
            (
                "u/{handle} sent you a message{any}",
                "New message from u/{handle}",
                "u/{handle} sent you a private message{any}",
            ),
            said,
        ),
    ),
)
