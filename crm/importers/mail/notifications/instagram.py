"""Instagram: followers, comments, likes, mentions, messages. From experience."""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_IG = r"https?://(?:www\.)?instagram\.com/"
_IG_PERSON = re.compile(
    _IG + r"(?!(?:p|reel|accounts|explore|direct|stories|n|_n|about|legal"
    r"|emails)[/?#])(?P<handle>[\w.]{1,30})/?(?:[?#]|$)"
)
_IG_NAMED = re.compile(_IG + r"_n/(?:userprofile|mainfeed)\S*?[?&]username=(?P<handle>[\w.]{1,30})")
_IG_END = (
    r"\n\s*\n?(?:Reply|View|See|Like|Antworten|Ansehen|Beitrag ansehen|Gefällt mir"
    r"|Open Instagram|©|from\s*\n)"
)
_IG_SAID = first_of(
    between(r"{handle}(?::| commented:| mentioned you in a comment:| hat kommentiert:)\s*\"?", _IG_END),
    between(
        r"(?:commented on your [^\n]{2,20}|mentioned you in a [^\n]{2,20}"
        r"|hat deinen [^\n]{2,20} kommentiert): \"?",
        _IG_END,
    ),
)

SOURCE = Source(
    platform="instagram",
    confidence=Confidence.UNCONFIRMED,
    machines=("mail.instagram.com",),
    hosts=("instagram.com",),
    signed=("instagram.com", "facebookmail.com"),
    people=(_IG_PERSON, _IG_NAMED),
    rules=(
        Rule(
            Kind.FOLLOW,
            (
                "{handle} started following you",
                "{handle} is now following you",
                "{handle} started following you on Instagram",
                "{name} (@{handle}) started following you",
                "{handle} folgt dir jetzt",
                "{handle} folgt dir jetzt auf Instagram",
            ),
        ),
        Rule(
            Kind.COMMENT,
            (
                "{handle} commented on your {post}",
                "{name} (@{handle}) commented on your {post}",
                "{handle} hat deinen {beitrag} kommentiert",
                "{handle} hat dein {beitrag} kommentiert",
            ),
            _IG_SAID,
        ),
        Rule(
            Kind.REPLY,
            ("{handle} replied to your comment", "{handle} hat auf deinen Kommentar geantwortet"),
            _IG_SAID,
        ),
        Rule(
            Kind.MENTION,
            (
                "{handle} mentioned you in a comment",
                "{handle} mentioned you in a post",
                "{handle} tagged you in a {post}",
                "{handle} hat dich in einem Kommentar erwähnt",
                "{handle} hat dich in einem {beitrag} markiert",
            ),
            _IG_SAID,
        ),
        Rule(
            Kind.REACTION,
            (
                "{handle} liked your {post}",
                "{name} (@{handle}) liked your {post}",
                "{handle} liked your comment",
                "{handle} gefällt dein {beitrag}",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{handle} sent you a message",
                "New message from {handle}",
                "{handle} hat dir eine Nachricht gesendet",
            ),
            _IG_SAID,
        ),
    ),
)
