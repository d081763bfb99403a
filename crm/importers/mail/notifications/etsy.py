"""Etsy: sales, messages, favourites, reviews.

The mail of a sale (`transaction@etsy.com`) is read by public scripts of sellers, which agree on its subject
(`You made a sale on Etsy - ... [$18.32, Order #3941425315]`) and on the lines `Item:` and `Shipping
Address:`; its id is the order's, as in the shop's tables (`etsy:order:<number>`). The rest is from
experience. Postal addresses and amounts are not kept.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.notice import Act, Notice, Person, clean_actor
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, first_of, tidy

_SALES = (
    re.compile(r"You made a sale on Etsy\b.*\bOrder #(?P<id>\d{4,20})\]?", re.IGNORECASE),
    re.compile(
        r"Etsy Order confirmation for:.*\bfrom:\s*(?P<buyer>\S{1,100})\s*\((?P<id>\d{4,20})\)", re.IGNORECASE
    ),
    re.compile(
        r"Du hast (?:einen Artikel|etwas) (?:auf|bei) Etsy verkauft\b.*#(?P<id>\d{4,20})\)?\]?", re.IGNORECASE
    ),
)
_ITEM = re.compile(r"^[ \t]*(?:Item|Artikel):[ \t]*(?P<title>\S[^\n]{0,300})", re.MULTILINE)
_PROFILE = re.compile(
    r"https?://(?:www\.)?etsy\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?people/(?P<handle>[A-Za-z\d]{2,40})"
)
_NOTE_FROM = re.compile(
    r"^[ \t]*(?:Note from|Nachricht von)[ \t]+(?P<buyer>[A-Za-z\d]{2,40}):?[ \t]*$", re.MULTILINE
)
_SHIPPED_TO = re.compile(
    r"^[ \t]*(?:Shipping Address|Ship(?:ping)? to|Delivery Address|Lieferadresse"
    r"|Versandadresse):?[ \t]*\n\s*(?P<name>\S[^\n]{1,99})",
    re.IGNORECASE | re.MULTILINE,
)
_USERNAME = re.compile(r"[A-Za-z\d]{2,40}")
_ORDER = "https://www.etsy.com/your/orders/sold?order_id={}"


def _sale(notice: Notice) -> Act | None:
    found = next((match for form in _SALES if (match := form.fullmatch(notice.subject))), None)
    if found is None:
        return None
    titles = [
        match["title"].strip() for text in (notice.plain, notice.shown) for match in _ITEM.finditer(text)
    ]
    shipped = _SHIPPED_TO.search(notice.plain) or _SHIPPED_TO.search(notice.shown)
    name = clean_actor(shipped["name"]) if shipped else None
    who = _buyer(found.groupdict().get("buyer") or "", notice, name)
    if who is None or not titles:
        return None
    return Act(
        Kind.PURCHASE, who, f"etsy:order:{found['id']}", tidy("\n".join(dict.fromkeys(titles))),
        url=_ORDER.format(found["id"]),
    )  # fmt: skip


def _buyer(stated: str, notice: Notice, name: str | None) -> Person | None:
    """Return who bought: a user name where one is told, else the address, which guests have too."""
    linked = {match["handle"] for link in notice.links if (match := _PROFILE.match(link.url))}
    note = _NOTE_FROM.search(notice.plain)
    if _USERNAME.fullmatch(stated):
        return Person(name, stated)
    if len(linked) == 1:
        return Person(name, linked.pop())
    if note:
        return Person(name, note["buyer"])
    return Person(name, stated.lower(), None, "email") if "@" in stated else None


_TALK = re.compile(r"https?://(?:www\.)?etsy\.com/(?:your/)?(?:conversations|messages)/(?P<talk>\d+)")
_REVIEW = re.compile(r"https?://(?:www\.)?etsy\.com/\S*?(?:order_id|receipt_id)=(?P<id>\d+)")
_END = (
    r"\n\s*\n?(?:-{5,}|Reply|View|See|Go to|Antworten|Ansehen|Nachricht ansehen|Etsy,"
    r"|Only reply|Copyright|If you)|\n\s*https?://"
)
_SAID = first_of(
    between(
        r"{name} (?:wrote|said|sent you[^\n]{0,40}|schrieb|hat geschrieben|left[^\n]{0,60})[:.]?\s*[\"“]?",
        _END,
    ),
    between(r"^{name}:?\s*\n(?:\s*\n)*", _END),
)

SOURCE = Source(
    platform="etsy",
    confidence=Confidence.PROBABLE,
    machines=("mail.etsy.com", "email.etsy.com", "account.etsy.com", "convos.etsy.com"),
    hosts=("etsy.com",),
    signed=("etsy.com",),
    senders=frozenset(("transaction", "convo", "conversations", "conversation", "emails", "reviews")),
    people=(_PROFILE,),
    read=_sale,
    rules=(
        Rule(
            Kind.MESSAGE,
            (
                "{name} sent you a message{any}",
                "New message from {name}",
                "Etsy Conversation with {name}{any}",
                "You have a new message from {name}",
                "You received a message from {name}",
                "Etsy message from {name}{any}",
                "Neue Nachricht von {name}",
                "{name} hat dir eine Nachricht gesendet{any}",
            ),
            _SAID,
            (Item(_TALK, None, "etsy:conversation:{talk}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "{name} favorited your {any}",
                "{name} favourited your {any}",
                "{name} loves your {any}",
                "{name} added your {any} to their favorites",
                "{name} hat deinen Artikel favorisiert{any}",
            ),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} is now following you{any}",
                "{name} started following you{any}",
                "{name} added you to their circle{any}",
                "{name} folgt dir jetzt{any}",
            ),
        ),
        Rule(
            Kind.REVIEW,
            (
                "{name} left you a {any}review{any}",
                "{name} reviewed your {any}",
                "{name} left a review{any}",
                "{name} hat eine Bewertung hinterlassen{any}",
            ),
            _SAID,
            (Item(_REVIEW, "etsy:review:{id}"),),
        ),
    ),
)
