"""Bluesky: follows, replies, mentions, quotes, reposts, likes.

Bluesky is not known to send such mail today; should it, a notice must name handle, act and profile at once.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import said

_BSKY = r"https?://bsky\.app/profile/"
_BSKY_POST = re.compile(_BSKY + r"(?P<handle>[\w.-]+)/post/(?P<post>\w+)")
SOURCE = Source(
    platform="bluesky",
    confidence=Confidence.UNCONFIRMED,
    machines=("mail.bsky.app",),
    hosts=("bsky.app", "bsky.social", "blueskyweb.xyz"),
    signed=("bsky.app", "bsky.social", "blueskyweb.xyz"),
    senders=frozenset(("moderation", "hello", "updates")),
    people=(
        re.compile(_BSKY + r"(?P<id>did:[a-z]+:[\w.:-]+)/?(?:[?#]|$)"),
        re.compile(_BSKY + r"(?P<handle>[\w-]+(?:\.[\w-]+)+)/?(?:[?#]|$)"),
        _BSKY_POST,
    ),
    rules=tuple(
        Rule(
            kind,
            tuple(f"{form} {verb}{{any}}" for form in ("{name} (@{handle})", "@{handle}") for verb in verbs),
            words,
            items,
        )
        for kind, verbs, words, items in (
            (Kind.FOLLOW, ("followed you", "is now following you", "folgt dir jetzt"), None, ()),
            (
                Kind.REPLY,
                ("replied to your post", "replied to you", "hat auf deinen Beitrag geantwortet"),
                said,
                (Item(_BSKY_POST, "bluesky:post:{handle}/{post}"),),
            ),
            (
                Kind.MENTION,
                ("mentioned you", "hat dich erwähnt"),
                said,
                (Item(_BSKY_POST, "bluesky:post:{handle}/{post}"),),
            ),
            (
                Kind.QUOTE,
                ("quoted your post", "hat deinen Beitrag zitiert"),
                said,
                (Item(_BSKY_POST, "bluesky:post:{handle}/{post}"),),
            ),
            (Kind.RESHARE, ("reposted your post", "hat deinen Beitrag geteilt"), None, ()),
            (Kind.REACTION, ("liked your post", "gefällt dein Beitrag"), None, ()),
        )
    ),
)
