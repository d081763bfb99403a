"""YouTube: comments, replies, mentions, subscribers. From experience.

A comment has the id in its address, as in an export (`youtube:comment:<id>`).
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_YT = r"https?://(?:www\.|m\.)?youtube\.com/"
_YT_COMMENT = re.compile(
    r"https?://(?:www\.|m\.)?youtube\.com/watch\?(?=\S*?v=(?P<video>[\w-]{11}))\S*?lc=(?P<id>[\w.-]{10,120})"
)
_YT_END = (
    r"\n\s*\n?(?:Reply|View|See|Antworten|Ansehen|Manage|Help center|You can reply"
    r"|Kommentar ansehen|To (?:view|reply))|\n\s*https?://"
)
_YT_SAID = first_of(
    between(
        r"{name} (?:commented|replied|has (?:made|posted|replied)|hat)[^\n]{0,200}\n(?:\s*\n)*[\"“]?", _YT_END
    ),
    between(r"^@?{name}\s*\n(?:\s*\n)*[\"“]?", _YT_END),
)
SOURCE = Source(
    platform="youtube",
    confidence=Confidence.UNCONFIRMED,
    machines=(),
    hosts=("youtube.com",),
    signed=("youtube.com", "google.com"),
    senders=frozenset(("service",)),
    people=(
        re.compile(_YT + r"channel/(?P<id>UC[\w-]{22})"),
        re.compile(_YT + r"@(?P<handle>[\w.-]{2,60})/?(?:[?#]|$)"),
        re.compile(_YT + r"(?:user|profile)/(?P<handle>[\w.-]{2,60})/?(?:[?#]|$)"),
    ),
    rules=(
        Rule(
            Kind.REPLY,
            (
                "{name} replied to your comment{any}",
                "{name} has replied to your comment{any}",
                "{name} hat auf deinen Kommentar geantwortet{any}",
            ),
            _YT_SAID,
            (Item(_YT_COMMENT, "youtube:comment:{id}", "youtube:video:{video}"),),
        ),
        Rule(
            Kind.COMMENT,
            (
                "{name} commented on {any}",
                "{name} has made a comment on {any}",
                "{name} posted a comment on {any}",
                "New comment from {name} on {any}",
                "{name} hat {any} kommentiert",
            ),
            _YT_SAID,
            (Item(_YT_COMMENT, "youtube:comment:{id}", "youtube:video:{video}"),),
        ),
        Rule(
            Kind.MENTION,
            ("{name} mentioned you in a comment{any}", "{name} hat dich in einem Kommentar erwähnt{any}"),
            _YT_SAID,
            (Item(_YT_COMMENT, "youtube:comment:{id}", "youtube:video:{video}"),),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} has subscribed to you{any}",
                "{name} subscribed to you{any}",
                "{name} subscribed to your channel{any}",
                "{name} hat dich abonniert{any}",
                "{name} hat deinen Kanal abonniert{any}",
            ),
        ),
    ),
)
