"""Substack: comments, replies, likes, restacks, followers. From experience."""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import said

_SUBSTACK = r"https?://(?:www\.)?substack\.com/"
_SUBSTACK_COMMENT = re.compile(r"https?://[\w.-]+/(?:p/[\w-]+/comment/|@[\w.-]+/note/c-|note/c-)(?P<id>\d+)")
SOURCE = Source(
    platform="substack",
    confidence=Confidence.UNCONFIRMED,
    machines=("mg1.substack.com", "mg2.substack.com", "mg.substack.com"),
    hosts=("substack.com",),
    signed=("substack.com",),
    senders=frozenset(("forum", "reaction", "reactions", "follows")),
    people=(
        re.compile(_SUBSTACK + r"@(?P<handle>[\w.-]{1,60})/?(?:[?#]|$)"),
        re.compile(_SUBSTACK + r"profile/(?P<id>\d+)(?:-[\w-]*)?/?(?:[?#]|$)"),
    ),
    rules=(
        Rule(
            Kind.COMMENT,
            ("{name} commented on your {any}", "{name} commented on {any}"),
            said,
            (Item(_SUBSTACK_COMMENT, "substack:comment:{id}"),),
        ),
        Rule(
            Kind.REPLY,
            ("{name} replied to your {any}", "{name} replied to you{any}"),
            said,
            (Item(_SUBSTACK_COMMENT, "substack:comment:{id}"),),
        ),
        Rule(Kind.REACTION, ("{name} liked your {any}",)),
        Rule(Kind.RESHARE, ("{name} restacked your {any}", "{name} shared your {any}")),
        Rule(
            Kind.FOLLOW,
            ("{name} followed you{any}", "{name} is now following you{any}", "{name} subscribed to {any}"),
        ),
        Rule(
            Kind.MENTION,
            ("{name} mentioned you in {any}", "{name} mentioned {any}"),
            said,
            (Item(_SUBSTACK_COMMENT, "substack:comment:{id}"),),
        ),
        Rule(Kind.MESSAGE, ("{name} sent you a message{any}", "New message from {name}"), said),
    ),
)
