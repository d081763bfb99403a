"""Facebook: comments, replies, likes, friends, messages.

From experience, except that comments and likes have been read from mail in this form by an open source
program (granary, `facebook_email.py`, 2018). People are linked by address or number; where only a name
stands there, it is a name. Digests and what people "also commented" are left.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_FB = r"https?://(?:www\.|m\.|[a-z]{2}-[a-z]{2}\.)?facebook\.com/"
_NOT_PEOPLE = (
    r"(?!(?:n|l|help|settings|notifications|photo|photos|permalink|story|groups|events|pages"
    r"|messages|friends|reqs|find-friends"
    r"|login|recover|security|policies|o|email|nd|media|watch|reel|hashtag|privacy"
    r"|confirmemail|profile|home|editaccount)"
    r"(?:\.php)?(?:[/?#]|$))"
)
_COMMENT_ID = re.compile(
    _FB + r"\S*?[?&](?:reply_)?comment_id=(?P<id>\d+)(?!\S*?[?&]reply_comment_id=)", re.IGNORECASE
)
_REPLY_ID = re.compile(_FB + r"\S*?[?&]reply_comment_id=(?P<id>\d+)")
_END = (
    r"\"\s*\n|\n\s*\n?(?:Reply to this email|To (?:see|view|reply|comment)"
    r"|See (?:the )?[Cc]omment|View|Like\b|Comment\b"
    r"|React\b|Reply\b|Open\b|Go to|Auf Facebook|Kommentar ansehen|Antworte|Gefällt mir"
    r"|Ansehen|Kommentieren|Thanks,|Danke)"
)
_SAID = first_of(
    between(r"{name} (?:wrote|commented|replied|said)[^\n:]{0,60}:\s*\"?", _END),
    between(r"{name} (?:schrieb|hat geschrieben|hat geantwortet|kommentierte)[^\n:]{0,60}:\s*[\"„]?", _END),
    between(r"^{name}\s*\n(?:[^\n]{0,40}(?::\d\d|\bat\b|\bum\b)[^\n]{0,20}\n)?(?:\s*\n)*", _END),
)

SOURCE = Source(
    platform="facebook",
    confidence=Confidence.UNCONFIRMED,
    machines=("facebookmail.com", "reply.facebook.com", "support.facebook.com"),
    hosts=("facebook.com",),
    signed=("facebookmail.com", "facebook.com"),
    senders=frozenset(("notification", "update", "invite", "login", "security")),
    people=(
        re.compile(_FB + r"profile\.php\?(?:[^#\s]*&)?id=(?P<id>\d+)"),
        re.compile(_FB + _NOT_PEOPLE + r"(?P<handle>[A-Za-z\d.]{3,60})/?(?:[?#&]|$)"),
    ),
    named=True,
    rules=(
        Rule(
            Kind.COMMENT,
            (
                "{name} commented on your {post}",
                "{name} posted on your Timeline",
                "{name} posted on your Wall",
                "{name} wrote on your Wall",
                "{name} wrote on your Timeline",
                "{name} hat deinen {beitrag} kommentiert",
                "{name} hat dein {beitrag} kommentiert",
                "{name} hat deine {beitrag} kommentiert",
                "{name} hat etwas an deine Pinnwand geschrieben",
                "{name} hat an deine Pinnwand geschrieben",
                "{name} hat etwas in deiner Chronik gepostet",
                "{name} a commenté votre publication",
                "{name} a commenté votre photo",
                "{name} comentó tu publicación",
                "{name} comentó tu foto",
            ),
            _SAID,
            (Item(_COMMENT_ID, "facebook:comment:{id}"),),
        ),
        Rule(
            Kind.REPLY,
            (
                "{name} replied to your comment",
                "{name} replied to your comment on {any}",
                "{name} hat auf deinen Kommentar geantwortet",
                "{name} a répondu à votre commentaire",
                "{name} respondió a tu comentario",
            ),
            _SAID,
            (Item(_REPLY_ID, "facebook:comment:{id}"), Item(_COMMENT_ID, "facebook:comment:{id}")),
        ),
        Rule(
            Kind.MENTION,
            (
                "{name} mentioned you in a comment",
                "{name} mentioned you in a post",
                "{name} mentioned you on Facebook",
                "{name} tagged you in a photo{any}",
                "{name} tagged you in a post{any}",
                "{name} tagged you on Facebook",
                "{name} hat dich in einem Kommentar erwähnt",
                "{name} hat dich in einem Beitrag erwähnt",
                "{name} hat dich auf einem Foto markiert",
                "{name} hat dich in einem Beitrag markiert",
            ),
            _SAID,
            (Item(_COMMENT_ID, "facebook:comment:{id}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "{name} likes your {post}",
                "{name} liked your {post}",
                "{name} reacted to your {post}",
                "{name} likes your comment",
                "{name} liked your comment",
                "{name} reacted to your comment",
                "{name} poked you{any}",
                "{name} gefällt dein {beitrag}",
                "{name} gefällt deine {beitrag}",
                "{name} gefällt dein Kommentar",
                "{name} hat auf deinen {beitrag} reagiert",
                "{name} hat auf dein {beitrag} reagiert",
                "{name} hat dich angestupst",
            ),
        ),
        Rule(
            Kind.RESHARE,
            (
                "{name} shared your {post}",
                "{name} hat deinen {beitrag} geteilt",
                "{name} hat dein {beitrag} geteilt",
            ),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} wants to be friends on Facebook",
                "{name} wants to be friends with you on Facebook",
                "{name} sent you a friend request{any}",
                "{name} added you as a friend on Facebook{any}",
                "{name} confirmed you as a friend on Facebook{any}",
                "{name} accepted your friend request{any}",
                "{name} hat dir eine Freundschaftsanfrage gesendet{any}",
                "{name} möchte mit dir auf Facebook befreundet sein",
                "{name} hat deine Freundschaftsanfrage angenommen{any}",
                "{name} hat dich als Freund bestätigt{any}",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{name} sent you a message on Facebook{any}",
                "{name} sent you a message",
                "New message from {name}",
                "New messages from {name}",
                "{name} hat dir eine Nachricht gesendet",
                "{name} hat dir eine Nachricht geschickt{any}",
                "Neue Nachricht von {name}",
            ),
            _SAID,
        ),
    ),
)
