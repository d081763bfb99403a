"""Pinterest: followers, saved Pins, comments, messages. From experience.

Most links of its mail hide where they lead behind a number; without a readable profile a notice stays out.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import said

_PIN = r"https?://(?:[a-z]{2,3}\.)?pinterest\.(?:com|de|co\.uk|fr|at|ch|es|it)/"
_PIN_ID = re.compile(_PIN + r"pin/(?P<id>\d+)")
SOURCE = Source(
    platform="pinterest",
    confidence=Confidence.UNCONFIRMED,
    machines=(
        "inspire.pinterest.com",
        "explore.pinterest.com",
        "discover.pinterest.com",
        "account.pinterest.com",
        "mail.pinterest.com",
    ),
    hosts=("pinterest.com",),
    signed=("pinterest.com",),
    senders=frozenset(("pinbot", "confirm", "social")),
    people=(
        re.compile(
            _PIN + r"(?!(?:pin|settings|secure|_|about|business|ideas|search|today|news_hub"
            r"|email)[/?#])(?P<handle>\w{3,30})/?(?:[?#]|$)"
        ),
    ),
    rules=(
        Rule(
            Kind.FOLLOW,
            (
                "{name} is now following you{any}",
                "{name} started following you{any}",
                "{name} is following you{any}",
                "{name} folgt dir jetzt{any}",
                "{name} is now following your {any}",
            ),
        ),
        Rule(
            Kind.RESHARE,
            (
                "{name} repinned your {any}",
                "{name} saved your Pin{any}",
                "{name} hat deinen Pin gemerkt{any}",
                "{name} hat deinen Pin gepinnt{any}",
            ),
            None,
            (Item(_PIN_ID, None, "pinterest:pin:{id}"),),
        ),
        Rule(
            Kind.REACTION,
            ("{name} liked your Pin{any}", "{name} reacted to your Pin{any}", "{name} gefällt dein Pin{any}"),
            None,
            (Item(_PIN_ID, None, "pinterest:pin:{id}"),),
        ),
        Rule(
            Kind.COMMENT,
            ("{name} commented on your Pin{any}", "{name} hat deinen Pin kommentiert{any}"),
            said,
            (Item(_PIN_ID, None, "pinterest:pin:{id}"),),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{name} sent you a message{any}",
                "{name} sent you a Pin{any}",
                "New message from {name}",
                "{name} hat dir eine Nachricht gesendet{any}",
            ),
            said,
        ),
    ),
)
