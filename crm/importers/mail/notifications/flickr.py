"""Flickr: comments, faves, contacts, FlickrMail. From experience.

A comment has the number that its address ends in, as in an export (`flickr:comment:<number>`).
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of

_HOST = r"https?://(?:www\.|m\.)?flickr\.com/"
_COMMENT = re.compile(_HOST + r"photos/[^/\s]+/(?P<photo>\d+)/?\S*?#comment(?P<id>\d+)")
_PHOTO = re.compile(_HOST + r"photos/[^/\s]+/(?P<photo>\d+)")
_END = (
    r"\n\s*\n?(?:-{5,}|Reply|View|See|You can|Antworten|Ansehen|Add a comment|Kommentieren"
    r"|Want to)|\n\s*(?:You can [^\n]*)?https?://"
)
_SAID = first_of(
    between(r"^{name} (?:says|said|wrote|sagt|schrieb)[^\n:]{0,60}:?\s*[\"“]?", _END),
    between(r"{name}[^\n]{0,60}(?:commented on|comments on|kommentiert)[^\n]{0,120}:?\n(?:\s*\n)*", _END),
    between(r"{name}[^\n]{0,60}(?:FlickrMail|message|Nachricht)[^\n]{0,120}:?\n(?:\s*\n)*", _END),
)

SOURCE = Source(
    platform="flickr",
    confidence=Confidence.UNCONFIRMED,
    machines=("email.flickr.com", "mail.flickr.com"),
    hosts=("flickr.com",),
    signed=("flickr.com", "yahoo-inc.com", "yahoo.com"),
    people=(
        re.compile(_HOST + r"(?:people|photos)/(?P<id>\d+@N\d\d)/?(?:[?#]|$)"),
        re.compile(_HOST + r"(?:people|photos)/(?P<handle>[\w-]{2,60})/?(?:[?#]|$)"),
    ),
    rules=(
        Rule(
            Kind.COMMENT,
            (
                "[Flickr] {name} commented on your {post}{any}",
                "{name} commented on your {post}{any}",
                "[Flickr] {name} hat dein {beitrag} kommentiert{any}",
                "{name} hat dein {beitrag} kommentiert{any}",
            ),
            _SAID,
            (
                Item(_COMMENT, "flickr:comment:{id}", "flickr:photo:{photo}"),
                Item(_PHOTO, None, "flickr:photo:{photo}"),
            ),
        ),
        Rule(
            Kind.REPLY,
            ("[Flickr] {name} replied to your comment{any}", "{name} replied to your comment{any}"),
            _SAID,
            (Item(_COMMENT, "flickr:comment:{id}", "flickr:photo:{photo}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "[Flickr] {name} faved your {post}{any}",
                "{name} faved your {post}{any}",
                "{name} favorited your {post}{any}",
                "{name} hat dein {beitrag} als Favorit markiert{any}",
                "{name} liked your {post}{any}",
            ),
            None,
            (Item(_PHOTO, None, "flickr:photo:{photo}"),),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "[Flickr] You are {name}'s newest contact",
                "You are {name}'s newest contact",
                "[Flickr] {name} is now following you",
                "{name} is now following you{any}",
                "{name} started following you{any}",
                "{name} added you as a contact{any}",
                "{name} folgt dir jetzt{any}",
                "{name} hat dich als Kontakt hinzugefügt{any}",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "[Flickr] {name} sent you a FlickrMail{any}",
                "{name} sent you a FlickrMail{any}",
                "New FlickrMail from {name}",
                "[FlickrMail] {any}",
                "{name} hat dir eine FlickrMail geschickt{any}",
            ),
            _SAID,
        ),
    ),
)
