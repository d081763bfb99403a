"""X (Twitter): follows, replies, mentions, likes, retweets, quotes and messages.

Until about 2012 Twitter wrote who did what into header fields (`X-TwitterEmailType` and its like, which many
public scripts read): these are exact, and messages and follows get the same ids as in an archive of X. Later
notices name the handle in the subject; replies and mentions get the id of their tweet. Subjects after 2012
are from experience.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.notice import Act, Notice, Person, clean_actor
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of, tidy

_HOST = r"https?://(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com"
_HANDLE = r"(?!(?:i|intent|settings|account|messages|home|search|share|login|similar_to|notifications)[/?#])"
_STATUS = re.compile(_HOST + r"/(?P<handle>\w{1,20})/status(?:es)?/(?P<post>\d+)")
_TALK = re.compile(_HOST + r"/(?:i/)?messages/(?P<talk>\d+-\d+)")
_NUMBER = re.compile(r"\d{1,20}")
_END = r"\n\s*\n|https?://|\n\s*(?:Reply|Retweet|View|Antworten|Ansehen)\b"
_TWEET = first_of(
    between(r"^@{handle}:\s*", _END),
    between(r"@{handle}\s*\n(?:\s*\n)*(?!\s*(?:Reply|View|Follow|Antworten|Folgen|https?:))", _END),
)
_ITEMS = (Item(_STATUS, "x:tweet:{post}"),)


def _direct_words(notice: Notice, who: Person) -> str | None:
    """Return a direct message: everything before the line `Ada Byron / ada`."""
    return tidy(notice.plain.partition(f"{who.name} / {who.handle}")[0])


def _by_fields(notice: Notice) -> Act | None:
    kind, handle = notice.field(b"x-twitteremailtype"), notice.field(b"x-twittersenderscreenname")
    if not kind or not re.fullmatch(r"\w{1,20}", handle):
        return None
    number = _NUMBER.fullmatch(notice.field(b"x-twittersenderid"))
    who = Person(clean_actor(notice.field(b"x-twittersendername")), handle, number[0] if number else None)
    if kind == "is_following":
        return Act(Kind.FOLLOW, who, f"x:follow:in:{number[0]}" if number else None)
    message = _NUMBER.fullmatch(notice.field(b"x-twitterdirectmessageid"))
    if kind != "direct_message" or message is None:
        return None
    pair = (notice.field(b"x-twittersenderid"), notice.field(b"x-twitterrecipientid"))
    known = all(_NUMBER.fullmatch(one) for one in pair)
    thread = "x:dm:{}-{}".format(*sorted(pair, key=lambda one: (len(one), one))) if known else None
    return Act(Kind.MESSAGE, who, f"x:dm:{message[0]}", _direct_words(notice, who), thread)


SOURCE = Source(
    platform="x",
    confidence=Confidence.PROBABLE,
    machines=("postmaster.twitter.com", "bounce.twitter.com"),
    hosts=("twitter.com", "x.com"),
    signed=("twitter.com", "x.com"),
    senders=frozenset(("notify", "info", "verify", "account", "recommendations", "ads")),
    people=(re.compile(_HOST + "/" + _HANDLE + r"(?P<handle>\w{1,20})/?(?:[?#]|$)"), _STATUS),
    fields=frozenset(
        (
            b"x-twitteremailtype",
            b"x-twittersenderscreenname",
            b"x-twittersendername",
            b"x-twittersenderid",
            b"x-twitterrecipientid",
            b"x-twitterdirectmessageid",
        )
    ),
    read=_by_fields,
    rules=(
        Rule(
            Kind.FOLLOW,
            (
                "{name} (@{handle}) is now following you on Twitter",
                "{name} (@{handle}) followed you on Twitter",
                "{name} (@{handle}) is now following you on X",
                "{name} (@{handle}) followed you on X",
                "{name} (@{handle}) followed you",
                "{name} (@{handle}) is now following you",
                "{name} (@{handle}) folgt Dir jetzt auf Twitter",
                "{name} (@{handle}) folgt Dir jetzt",
                "{name} (@{handle}) te sigue ahora en Twitter",
                "{name} (@{handle}) vous suit maintenant sur Twitter",
                "{name} is now following you on Twitter",
            ),
        ),
        Rule(
            Kind.REPLY,
            (
                "{name} (@{handle}) replied to your Tweet",
                "{name} (@{handle}) replied to one of your Tweets",
                "{name} (@{handle}) replied to your post",
                "{name} (@{handle}) replied to you",
                "{name} (@{handle}) hat auf Deinen Tweet geantwortet",
                "{name} (@{handle}) hat auf einen Deiner Tweets geantwortet",
                "{name} (@{handle}) hat auf Deinen Post geantwortet",
            ),
            _TWEET,
            _ITEMS,
        ),
        Rule(
            Kind.MENTION,
            (
                "{name} (@{handle}) mentioned you on Twitter",
                "{name} (@{handle}) mentioned you in a Tweet",
                "{name} (@{handle}) mentioned you on X",
                "{name} (@{handle}) mentioned you in a post",
                "{name} (@{handle}) mentioned you",
                "{name} (@{handle}) hat Dich auf Twitter erwähnt",
                "{name} (@{handle}) hat Dich in einem Tweet erwähnt",
                "{name} (@{handle}) hat Dich erwähnt",
            ),
            _TWEET,
            _ITEMS,
        ),
        Rule(
            Kind.QUOTE,
            (
                "{name} (@{handle}) quoted your Tweet",
                "{name} (@{handle}) quoted one of your Tweets",
                "{name} (@{handle}) quoted your post",
                "{name} (@{handle}) hat Deinen Tweet zitiert",
            ),
            _TWEET,
            _ITEMS,
        ),
        Rule(
            Kind.RESHARE,
            (
                "{name} (@{handle}) retweeted one of your Tweets",
                "{name} (@{handle}) retweeted your Tweet",
                "{name} (@{handle}) retweeted you",
                "{name} (@{handle}) reposted your post",
                "{name} (@{handle}) hat einen Deiner Tweets retweetet",
                "{name} (@{handle}) hat Deinen Tweet retweetet",
            ),
        ),
        Rule(
            Kind.REACTION,
            (
                "{name} (@{handle}) favorited one of your Tweets",
                "{name} (@{handle}) favorited your Tweet",
                "{name} (@{handle}) liked one of your Tweets",
                "{name} (@{handle}) liked your Tweet",
                "{name} (@{handle}) liked your post",
                "{name} (@{handle}) hat einen Deiner Tweets favorisiert",
                "{name} (@{handle}) gefällt Dein Tweet",
                "{name} (@{handle}) gefällt einer Deiner Tweets",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{name} (@{handle}) sent you a direct message on Twitter",
                "{name} (@{handle}) has sent you a Direct Message on Twitter",
                "{name} (@{handle}) sent you a Direct Message",
                "{name} (@{handle}) sent you a message",
                "{name} (@{handle}) hat Dir eine Direktnachricht auf Twitter geschickt",
                "{name} (@{handle}) hat Dir eine Direktnachricht gesendet",
            ),
            between(r"^@?{handle}:?\s*\n(?:\s*\n)*|^@{handle}:\s*", _END),
            (Item(_TALK, None, "x:dm:{talk}"),),
        ),
    ),
)
