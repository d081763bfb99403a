"""Disqus: replies, comments, upvotes, followers. From experience.

A comment has the number that its address ends in, as in an export (`disqus:<number>`).
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_DISQUS_ID = re.compile(r"https?://\S+?#comment-(?P<id>\d+)")
_DISQUS_END = (
    r"\n\s*\n?(?:-{3,}|\d\d?:\d\d [ap]\.m\.|\d\d? (?:min|hour|day)|Link to comment"
    r"|View comment|Reply to|Reply|Moderate|User's website"
    r"|IP address|Email address|Options:)"
)
SOURCE = Source(
    platform="disqus",
    confidence=Confidence.UNCONFIRMED,
    machines=("disqus.net", "disqusmail.com"),
    hosts=("disqus.com",),
    signed=("disqus.net", "disqus.com", "disqusmail.com"),
    senders=frozenset(("notifications", "digests")),
    people=(
        re.compile(
            r"https?://(?:www\.)?disqus\.com/(?:by/|home/profile/)?(?!(?:home|admin|embed|account"
            r"|notifications)[/?#])(?P<handle>\w{2,40})/?(?:[?#]|$)"
        ),
    ),
    rules=(
        Rule(
            Kind.REPLY,
            ("{name} replied to your comment{any}", "{name} replied to you{any}"),
            first_of(
                between(r"^{name} (?:wrote|said|replied)[^\n]*:\s*\n\s*", _DISQUS_END),
                between(r"^{name}\s*\n\s*", _DISQUS_END),
            ),
            (Item(_DISQUS_ID, "disqus:{id}"),),
        ),
        Rule(
            Kind.COMMENT,
            (
                "{name} commented on {any}",
                "New comment posted on {any} by {name}",
                "New comment by {name} on {any}",
            ),
            first_of(
                between(r"^{name} (?:wrote|said)[^\n]*:\s*\n\s*", _DISQUS_END),
                between(r"^{name}\s*\n\s*", _DISQUS_END),
            ),
            (Item(_DISQUS_ID, "disqus:{id}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "{name} upvoted your comment{any}",
                "{name} liked your comment{any}",
                "{name} recommended your {any}",
            ),
        ),
        Rule(Kind.FOLLOW, ("{name} is now following you{any}", "{name} followed you{any}")),
    ),
)
