"""Comments on WordPress blogs: on one's own server (known by structure), and on WordPress.com.

WordPress writes them itself (`wp_notify_postauthor` in `wp-includes/pluggable.php`), in the language of the
site: a subject `[Blog] Comment: "Title"`, lines for author, address and URL, the words, and links to
`comment.php?action=trash&c=ID` of the very site. Addresses and ids are those of a WordPress export
(`wp:<site>:comment:<id>`). Comments that await moderation are left: they are mostly advertising.
The mail of WordPress.com (likes, follows, reblogs) is from experience.
"""

from __future__ import annotations

import re

from crm.domain.handles import normalise
from crm.domain.records import Kind
from crm.domain.text import folded
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.addresses import clean_name
from crm.importers.mail.notifications.notice import Act, Notice, Person, clean_actor
from crm.importers.mail.notifications.source import Item, Rule, Source
from crm.importers.mail.notifications.words import between, tidy

_SUBJECT = re.compile(r"\[(?P<blog>.{1,200}?)\]\s+(?P<rest>.{1,300})")
_ACTION = re.compile(
    r"(?P<site>https?://\S{1,300}?)/wp-admin/comment\.php\?action=(?P<what>\w+)&(?:amp;)?c=(?P<id>\d+)"
)
_SETTLED = frozenset(("trash", "delete", "spam"))
_PERMALINK = re.compile(r"https?://\S{1,500}?#comment-(?P<id>\d+)")
# `Author: Ada (IP address: 192.0.2.1, host)`, before 2013 `Author : Ada (IP: 192.0.2.1 , host)`
_AUTHOR = re.compile(
    r"^[^\n:]{2,30}?\s?:\s*(?P<name>[^\n]{1,200}?)\s*"
    r"\((?:[^\n:(]{0,30}:\s*)?[\da-fA-F.:]{3,45}\s?,[^\n]*\)[ \t]*$",
    re.MULTILINE,
)
_LABEL = r"[^\n:]{2,30}?\s?:"
# the address, the URL, perhaps other lines with a URL (`Whois`, `In reply to`), then the label of the words
_LINES = re.compile(
    rf"\n{_LABEL}(?P<address>[^\n]*)\n{_LABEL}[^\n]*\n(?:{_LABEL}[ \t]*https?://[^\n]*\n)*{_LABEL}[ \t]*\n"
)
_ADDRESS = re.compile(r"(?P<address>[^\s@<>\"]{1,64}@[^\s@<>\"]{1,255}\.[^\s@<>\".]+)")
_AFTER_WORDS = re.compile(r"\n\s*\n[^\n]{5,200}:\s*\nhttps?://\S+#comments", re.MULTILINE)
_FEEDBACK = frozenset(("pingback", "trackback"))


def might_be(subject: str) -> bool:
    """Say whether the subject of a message that a robot or a site sent is one of WordPress."""
    return _SUBJECT.fullmatch(subject) is not None


def read_own_site(notice: Notice) -> tuple[Act | None, str] | None:
    """Return (act, host of the site) of a notice that WordPress itself sent, or None if it is none.

    The act is None for what is a notice but nobody's words: pingbacks, comments awaiting moderation.
    """
    actions = list(_ACTION.finditer(notice.plain))
    if (
        not actions
        or len({action["id"] for action in actions}) != 1
        or not _SUBJECT.fullmatch(notice.subject)
    ):
        return None
    site, number = actions[0]["site"], actions[0]["id"]
    host = re.sub(r"^https?://(?:www\.)?|[:/].*$", "", site)
    if not {action["what"] for action in actions} <= _SETTLED or _is_feedback(notice):
        return None, host
    author = _AUTHOR.search(notice.plain)
    lines = _LINES.match(notice.plain, author.end()) if author else None
    words = _words(notice, lines.end()) if lines else None
    if author is None or lines is None or words is None:
        return None, host
    stated = _ADDRESS.fullmatch(lines["address"].strip())
    name, key = clean_actor(author["name"]), normalise("web", site)
    permalink = next((link for link in _PERMALINK.finditer(notice.plain) if link["id"] == number), None)
    if stated:
        who = Person(clean_name(name or "", stated["address"]), stated["address"], None, "email")
    elif name:
        who = Person(name, None, f"{key}:name:{folded(name)}")
    else:
        return None, host
    return Act(
        Kind.COMMENT, who, f"wp:{key}:comment:{number}", words, None, permalink[0] if permalink else None
    ), host


def _is_feedback(notice: Notice) -> bool:
    found = _SUBJECT.fullmatch(notice.subject)
    return found is not None and found["rest"].partition(":")[0].strip().casefold() in _FEEDBACK


def _words(notice: Notice, at: int) -> str | None:
    """Return what stands before the blog's own sentence that begins the links."""
    end = _AFTER_WORDS.search(notice.plain, at)
    return tidy(notice.plain[at : end.start()]) if end else None


_BLOG = r"https?://(?P<handle>[\w-]+)\.wordpress\.com/?(?:[?#]|$)"
_COMMENT = re.compile(r"https?://(?P<site>[\w.-]+)/[^\s#]*#comment-(?P<id>\d+)")
_END = r"\n\s*(?:Reply|Like|Approve|Trash|Antworten|Gefällt mir|Genehmigen|You can reply|View|See all)\b"

SOURCE = Source(
    platform="wordpress",
    confidence=Confidence.UNCONFIRMED,
    machines=("reply.wordpress.com",),
    hosts=("wordpress.com", "jetpack.com"),
    signed=("wordpress.com", "jetpack.com", "automattic.com"),
    senders=frozenset(("comment-reply", "comment", "donotreply", "subscribe", "follow")),
    people=(
        re.compile(_BLOG),
        re.compile(r"https?://(?:[a-z]+\.)?gravatar\.com/(?P<handle>\w+)/?(?:[?#]|$)"),
    ),
    rules=(
        Rule(
            Kind.COMMENT,
            (
                "[{any}] {name} commented on {any}",
                "{name} commented on {any}",
                "{name} left a comment on {any}",
                "[{any}] {name} hat {any} kommentiert",
                "{name} hat {any} kommentiert",
            ),
            between(r"{name} (?:commented|said|wrote|hat)[^\n]*\n(?:\s*\n)*", _END),
            (Item(_COMMENT, "wp:https://{site}:comment:{id}"),),
        ),
        Rule(
            Kind.REPLY,
            (
                "[{any}] {name} replied to your comment{any}",
                "{name} replied to your comment{any}",
                "{name} hat auf deinen Kommentar geantwortet{any}",
            ),
            between(r"{name} (?:replied|said|wrote|hat)[^\n]*\n(?:\s*\n)*", _END),
            (Item(_COMMENT, "wp:https://{site}:comment:{id}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "[{any}] {name} liked your {any}",
                "{name} liked your {any}",
                "{name} likes your {any}",
                "{name} gefällt dein {any}",
            ),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "[{any}] {name} is now following {any}",
                "{name} is now following {any}",
                "{name} started following {any}",
                "{name} folgt jetzt {any}",
            ),
        ),
        Rule(Kind.RESHARE, ("[{any}] {name} reblogged {any}", "{name} reblogged {any}")),
    ),
)
