"""Tumblr: followers, reblogs, likes, replies, mentions, messages. From experience."""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_NOT_BLOGS = r"(?!(?:www|assets|static|support|help|staff|mail|email|px|t|href)\.)"
_POST = re.compile(
    r"https?://(?:(?P<handle>[\w-]{1,32})\.tumblr\.com/post"
    r"|(?:www\.)?tumblr\.com/(?:blog/view/)?[\w-]{1,32})/(?P<id>\d{6,25})"
)
_END = (
    r"\n\s*\n?(?:Reply|View|See|Follow|Like|Reblog|Antworten|Ansehen|Folgen|Unsubscribe"
    r"|You(?:'re| are) (?:getting|receiving))|\n\s*https?://"
)
_SAID = first_of(
    between(
        r"{handle} (?:replied to your post|mentioned you|sent you a message|hat dir)[^\n]{0,120}\n(?:\s*\n)*",
        _END,
    ),
    between(r"^{handle}(?: said| replied| wrote|:)[^\n]{0,80}?:?\s*[\"“]?", _END),
)

SOURCE = Source(
    platform="tumblr",
    confidence=Confidence.UNCONFIRMED,
    machines=("mail.tumblr.com", "email.tumblr.com"),
    hosts=("tumblr.com",),
    signed=("tumblr.com",),
    people=(
        re.compile(
            r"https?://" + _NOT_BLOGS + r"(?P<handle>[\w-]{1,32})\.tumblr\.com(?:/post/\S*)?/?(?:[?#]|$)"
        ),
        re.compile(r"https?://(?:www\.)?tumblr\.com/blog/view/(?P<handle>[\w-]{1,32})(?:/\d+)?/?(?:[?#]|$)"),
        re.compile(
            r"https?://(?:www\.)?tumblr\.com/(?!(?:dashboard|settings|inbox|login|help|docs|policy"
            r"|messaging|unsubscribe|blog|follow)(?:[/?#]|$))"
            r"(?P<handle>[\w-]{1,32})(?:/\d+\S*)?/?(?:[?#]|$)"
        ),
    ),
    rules=(
        Rule(
            Kind.FOLLOW,
            (
                "{handle} is now following you",
                "{handle} started following you",
                "{handle} is now following {any}",
                "{handle} started following {any}",
                "{handle} folgt dir jetzt",
                "{handle} folgt jetzt {any}",
            ),
        ),
        Rule(
            Kind.RESHARE, ("{handle} reblogged your post{any}", "{handle} hat deinen Eintrag gerebloggt{any}")
        ),
        Rule(
            Kind.REACTION,
            (
                "{handle} liked your post{any}",
                "{handle} likes your post{any}",
                "{handle} gefällt dein Eintrag{any}",
                "{handle} gefällt dein Beitrag{any}",
            ),
        ),
        Rule(
            Kind.REPLY,
            (
                "{handle} replied to your post{any}",
                "{handle} hat auf deinen Eintrag geantwortet{any}",
                "{handle} hat auf deinen Beitrag geantwortet{any}",
            ),
            _SAID,
        ),
        Rule(
            Kind.MENTION,
            (
                "{handle} mentioned you in a post{any}",
                "{handle} mentioned you on Tumblr",
                "{handle} mentioned you{any}",
                "{handle} hat dich in einem Eintrag erwähnt{any}",
            ),
            _SAID,
            (Item(_POST, "tumblr:post:{id}"),),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{handle} sent you a message{any}",
                "New message from {handle}",
                "{handle} messaged you{any}",
                "{handle} asked you a question{any}",
                "{handle} hat dir eine Nachricht geschickt{any}",
                "Neue Nachricht von {handle}",
            ),
            _SAID,
        ),
    ),
)
