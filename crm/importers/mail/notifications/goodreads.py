"""Goodreads: comments and likes on reviews, friends, followers, messages. From experience.

People are known by the number in the address of their profile.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import said

_GR = r"https?://(?:www\.)?goodreads\.com/"
_GR_REVIEW = re.compile(_GR + r"review/show/(?P<id>\d+)")
SOURCE = Source(
    platform="goodreads",
    confidence=Confidence.UNCONFIRMED,
    machines=("mail.goodreads.com",),
    hosts=("goodreads.com",),
    signed=("goodreads.com",),
    people=(re.compile(_GR + r"user/show/(?P<id>\d+)(?:-[^/?#\s]*)?/?(?:[?#]|$)"),),
    rules=(
        Rule(
            Kind.COMMENT,
            ("{name} commented on your {any}", "{name} made a comment on your {any}"),
            said,
            (Item(_GR_REVIEW, None, "goodreads:review:{id}"),),
        ),
        Rule(
            Kind.REACTION,
            ("{name} liked your {any}", "{name} likes your {any}"),
            None,
            (Item(_GR_REVIEW, None, "goodreads:review:{id}"),),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} wants to be friends on Goodreads",
                "{name} wants to be your friend on Goodreads",
                "{name} sent you a friend request{any}",
                "{name} accepted your friend request{any}",
                "{name} added you as a friend{any}",
                "{name} is now following you{any}",
                "{name} is following your reviews{any}",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{name} sent you a message{any}",
                "New message from {name}{any}",
                "Message from {name}{any}",
                "{name} recommended {any} to you",
                "{name} recommends {any}",
            ),
            said,
        ),
    ),
)
