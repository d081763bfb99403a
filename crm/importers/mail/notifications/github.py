"""GitHub: comments, reviews and mentions on issues and pull requests.

Every notice says in header fields who acted and why it was sent (`X-GitHub-Sender`, `X-GitHub-Reason`; GitHub
Docs, "Email notification headers"). Towards you is what is said on what you opened, are assigned to or asked
to review, or where you are named; in a talk you only take part in it is a message to a group; what merely
happens in a repository that you watch is left. The id is the comment's address.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.notice import Act, Notice, Person, clean_actor
from crm.importers.mail.notifications.source import Source
from crm.importers.mail.notifications.words import tidy

_KINDS = {
    "mention": Kind.MENTION, "author": Kind.COMMENT, "assign": Kind.COMMENT,
    "review_requested": Kind.COMMENT, "comment": Kind.GROUP_MESSAGE,
}  # fmt: skip
_ID = re.compile(
    r"<?(?P<repo>[\w.-]+/[\w.-]+)/(?P<part>issues?|pull|repo-discussions|discussions)/(?P<number>\d+)"
    r"(?:/(?:(?P<review>review/)|comments?/|c)?(?P<id>\d+))?@github\.com>?"
)
_TALK = re.compile(
    r"https://github\.com/(?P<repo>[\w.-]+/[\w.-]+)/(?:issues|pull"
    r"|discussions)/(?P<number>\d+)(?P<part>#[\w-]+)?"
)
_LOGIN = re.compile(r"[A-Za-z\d](?:[A-Za-z\d-]{0,38})")
_FOOTER = re.compile(
    r"^(?:-- ?|—|---)\s*\n(?:Reply to this email directly|You are receiving this"
    r"|View it on GitHub|Antworten)",
    re.MULTILINE,
)
_REVIEWED = re.compile(
    r"^@[\w-]+ (?:commented on|approved|requested changes on) this pull request\.\s*$", re.MULTILINE
)
_SUMMARY = re.compile(r"^You can view, comment on, or merge this pull request", re.MULTILINE)
_EVENT = re.compile(r"^(?:Closed|Reopened|Merged|Assigned|Unassigned) #\d+[^\n]{0,200}\.?$")
_DIFF = re.compile(r"^> .*\n?", re.MULTILINE)


def _read(notice: Notice) -> Act | None:
    login = notice.field(b"x-github-sender")
    kind = _KINDS.get(notice.field(b"x-github-reason"))
    message = _ID.fullmatch(notice.field(b"message-id"))
    if kind is None or message is None or not _LOGIN.fullmatch(login):
        return None
    footer = _FOOTER.search(notice.plain)
    words = tidy(_SUMMARY.split(notice.plain[: footer.start()], maxsplit=1)[0]) if footer else None
    if words and message["review"]:
        words = tidy(_DIFF.sub("", _REVIEWED.sub("", words)))
    if not words or _EVENT.fullmatch(words):
        return None
    links = [found for link in notice.links if (found := _TALK.match(link.url))]
    here = [
        found for found in links if (found["repo"], found["number"]) == (message["repo"], message["number"])
    ]
    if not here:
        return None
    url = next((found[0] for found in here if found["part"]), here[0][0])
    name = clean_actor(notice.sender.name)
    who = Person(name if name and name.casefold() != login.casefold() else None, login)
    return Act(kind, who, f"github:{url}", words, f"github:{url.partition('#')[0]}", url)


SOURCE = Source(
    platform="github",
    confidence=Confidence.CONFIRMED,
    machines=("reply.github.com", "noreply.github.com"),
    hosts=("github.com",),
    signed=("github.com",),
    fields=frozenset((b"x-github-sender", b"x-github-reason", b"message-id")),
    read=_read,
)
