"""Medium: responses, claps, followers, mentions. From experience."""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Rule, Source
from crm.importers.mail.notifications.words import said

SOURCE = Source(
    platform="medium",
    confidence=Confidence.UNCONFIRMED,
    machines=(),
    hosts=("medium.com",),
    signed=("medium.com",),
    people=(
        re.compile(r"https?://(?:www\.)?medium\.com/@(?P<handle>[\w.]{1,60})/?(?:[?#]|$)"),
        re.compile(r"https?://(?!(?:www|help|policy|blog)\.)(?P<handle>[\w-]+)\.medium\.com/?(?:[?#]|$)"),
    ),
    rules=(
        Rule(
            Kind.COMMENT,
            (
                "{name} responded to {any}",
                "{name} left a response {any}",
                "{name} replied to your story{any}",
                "{name} commented on {any}",
            ),
            said,
        ),
        Rule(
            Kind.REPLY, ("{name} replied to your response{any}", "{name} replied to your comment{any}"), said
        ),
        Rule(
            Kind.REACTION,
            ("{name} clapped for {any}", "{name} recommended {any}", "{name} highlighted {any}"),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} followed you on Medium",
                "{name} is now following you{any}",
                "{name} started following you{any}",
                "{name} followed you",
            ),
        ),
        Rule(Kind.MENTION, ("{name} mentioned you in {any}",), said),
    ),
)
