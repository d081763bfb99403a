"""Mastodon: mentions, follows, favourites, boosts and quotes, from whatever server.

Known by structure, since every server has its own address: the open-source mailer
(`app/mailers/notification_mailer.rb`) writes the kind into `List-ID` (`<mention.mira.example.social>`, since
2023), the account's address into the subject, a link to the server's own pages and one to the settings into
the body, and the words as quoted lines. Older servers are known by the subjects, in English, German,
French and Spanish. The id is that of the post on the user's own server.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.mail.notifications.notice import Act, Notice, Person
from crm.importers.mail.notifications.phrases import match_any
from crm.importers.mail.notifications.words import LONGEST, quoted_lines, tidy

FIELDS = frozenset((b"list-id", b"message-id"))
"""The header fields that its reading looks at."""
_KINDS = {
    "mention": Kind.MENTION, "follow": Kind.FOLLOW, "follow_request": Kind.FOLLOW, "favourite": Kind.REACTION,
    "reblog": Kind.RESHARE, "quote": Kind.QUOTE,
}  # fmt: skip
_LIST_ID = re.compile(
    r"<?(?P<type>mention|follow|follow_request|favourite|reblog|quote)\.\w+\.(?P<host>[\w.-]+)>?"
)
_ACCOUNT = re.compile(r"(?<![\w@.])@?(?P<acct>\w(?:[\w.-]*\w)?(?:@[\w-]+(?:\.[\w-]+)+)?)(?![\w@])")
_SUBJECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mention", ("You were mentioned by {name}", "{name} hat dich erwähnt", "{name} erwähnte dich",
                 "Du wurdest von {name} erwähnt", "{name} vous a mentionné·e", "{name} vous a mentionné",
                 "{name} te ha mencionado", "Fuiste mencionado por {name}")),
    ("follow", ("{name} is now following you", "{name} folgt dir jetzt", "{name} folgt dir nun",
                "{name} vous suit", "{name} te está siguiendo", "{name} ahora te está siguiendo")),
    ("follow_request", ("Pending follower: {name}", "Ausstehende Folgeanfrage: {name}",
                        "{name} möchte dir folgen", "Ausstehender Follower: {name}",
                        "Seguidor pendiente: {name}", "Abonné·e en attente : {name}")),
    ("favourite", ("{name} favourited your status", "{name} favourited your post",
                   "{name} favorited your post",
                   "{name} hat deinen Beitrag favorisiert", "{name} favorisierte deinen Beitrag",
                   "{name} hat deinen Status favorisiert", "{name} a ajouté votre message à ses favoris",
                   "A {name} le gustó tu estado", "{name} marcó como favorita tu publicación")),
    ("reblog", ("{name} boosted your status", "{name} boosted your post", "{name} reblogged your status",
                "{name} hat deinen Beitrag geteilt", "{name} teilte deinen Beitrag",
                "{name} a partagé votre message", "{name} ha retooteado tu estado",
                "{name} impulsó tu publicación")),
    ("quote", ("{name} quoted your post", "{name} hat deinen Beitrag zitiert")),
)  # fmt: skip
_OWN_WORDS = frozenset((Kind.MENTION, Kind.QUOTE))
_PATH = r"/(?:web/)?(?:statuses/|@[\w.@-]+/)(?P<id>\d+)"
_VIEW = re.compile(r"^\S[^\n]{0,80}https?://\S+$", re.MULTILINE)


def might_be(subject: str, list_id: str) -> bool:
    """Say whether a message that a robot sent looks like a notice of Mastodon, from header fields alone.

    Servers that write no `List-ID` write no other list field either, so that only few subjects are asked.
    """
    return _LIST_ID.fullmatch(list_id.strip()) is not None if list_id else _type_of(subject) is not None


def host_of(notice: Notice) -> str | None:
    """Return the server that a notice must come from: the body links to it and to its settings, or None."""
    stated = _LIST_ID.fullmatch(notice.field(b"list-id").strip())
    sender = notice.sender.address.rpartition("@")[2]
    for link in notice.links:
        match = re.match(r"https?://([\w.-]+)/(?:settings/|unsubscribe)", link.url)
        # the mail of `example.social` may come from `mail.example.social`, its pages lie at either
        if match and (stated is None or _related(match[1], stated["host"])) and _related(match[1], sender):
            return stated["host"] if stated else match[1]
    return None


def read(notice: Notice, host: str) -> Act | None:
    """Return the act that a notice of the server `host` tells, or None."""
    stated = _LIST_ID.fullmatch(notice.field(b"list-id").strip())
    kind = stated["type"] if stated else _type_of(notice.subject)
    account = _account(notice, host)
    if kind is None or account is None:
        return None
    act = Act(_KINDS[kind], Person(None, account if "@" in account else f"{account}@{host}"))
    if kind in ("follow", "follow_request"):
        return act
    for link in notice.links:
        match = re.match(rf"https?://(?:[\w-]+\.)*{re.escape(host)}{_PATH}", link.url)
        if match and act.kind in _OWN_WORDS:
            words = quoted_lines(notice, act.who) or _unquoted(notice, account)
            return act._replace(key=f"mastodon:status:{host}:{match['id']}", text=words, url=match[0])
        if match:
            return act._replace(thread=f"mastodon:status:{host}:{match['id']}", url=match[0])
    return None


def _type_of(subject: str) -> str | None:
    return next((kind for kind, forms in _SUBJECTS if (found := match_any(forms, subject)) and
                 _ACCOUNT.fullmatch(found["name"])), None)  # fmt: skip


def _account(notice: Notice, host: str) -> str | None:
    """Return the account's address: what the subject's form says, or the one word of it that is linked."""
    for _, forms in _SUBJECTS:
        found = match_any(forms, notice.subject)
        account = _ACCOUNT.fullmatch(found["name"]) if found else None
        if account:
            return account["acct"] if account["acct"] in notice.plain + notice.html else None
    full = [match["acct"] for match in _ACCOUNT.finditer(notice.subject) if "@" in match["acct"]]
    if len(full) == 1:
        return full[0]
    words = {match["acct"] for match in _ACCOUNT.finditer(notice.subject)}
    linked = {
        match[1]
        for link in notice.links
        if (match := re.match(rf"https?://{re.escape(host)}/@(\w+)/?(?:\d+)?$", link.url))
    }
    both = words & linked
    return both.pop() if len(both) == 1 else None


def _unquoted(notice: Notice, account: str) -> str | None:
    """Return the words of a server before 2018, which stand between the line with the name and the link."""
    _, _, rest = notice.plain.partition(account)
    _, _, rest = rest.partition("\n\n")
    view = _VIEW.search(rest)
    return tidy(rest[: view.start()][:LONGEST]) if view else None


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
