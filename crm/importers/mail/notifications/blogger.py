"""Blogger: comments on one's own posts.

The mail says who "has left a new comment on your post" and ends the words with "Posted by". Names without a
profile are names; the id is the number behind `#c` in the address of the comment.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_BLOGGER_ID = re.compile(r"https?://[\w.-]+/\S*?(?:#c|[?&]commentID=|/comment/)(?P<id>\d{6,25})")
_LEFT = r"{name} (?:has )?left a new comment on (?:your post|the post)\s[^\n]*?(?:\n[^\n]*?){0,2}:\s*\n\s*"
_HINTERLIESS = (
    r"{name} hat einen neuen Kommentar zu (?:Ihrem"
    r"|deinem) Post\s[^\n]*?(?:\n[^\n]*?){0,2}hinterlassen:\s*\n\s*"
)
SOURCE = Source(
    platform="blogger",
    confidence=Confidence.PROBABLE,
    machines=(),
    hosts=("blogger.com",),
    signed=("blogger.com", "google.com", "googlemail.com"),
    senders=frozenset(("noreply-comment",)),
    people=(re.compile(r"https?://(?:www\.|draft\.)?blogger\.com/profile/(?P<id>\d{5,25})"),),
    named=True,
    rules=(
        Rule(
            Kind.COMMENT,
            (
                "[{any}] New comment on {any}",
                "[{any}] {name} has left a new comment on {any}",
                "[{any}] Neuer Kommentar zu {any}",
                "New comment on {any}",
            ),
            first_of(
                between(_LEFT, r"\n\s*\n?\s*(?:Posted by|Publish this comment|Gepostet von)"),
                between(_HINTERLIESS, r"\n\s*\n?\s*(?:Gepostet von|Posted by|Diesen Kommentar)"),
            ),
            (Item(_BLOGGER_ID, "blogger:comment:{id}"),),
        ),
    ),
)
