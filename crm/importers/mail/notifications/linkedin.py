"""LinkedIn: invitations, accepted ones, messages, comments, reactions, mentions, endorsements.

From experience. People are linked by the address of their profile, or stand there by name, which is then
their identity as in an export of LinkedIn (`name:`); an accepted invitation has the id that it has there
(`connection:<address>`), a conversation its thread. A message has no id of its own in either.
"""

from __future__ import annotations

import re

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.mail.notifications.notice import Act, Notice
from crm.importers.mail.notifications.source import Item, Rule, Source, read_by_rules
from crm.importers.mail.notifications.words import between, first_of

_HOST = r"https?://(?:www\.|[a-z]{2}\.)?linkedin\.com/"
_TALK = re.compile(_HOST + r"messaging/thread/(?P<talk>[\w=:%-]{3,200})")
_COMMENT = re.compile(
    _HOST + r"feed/update/(?P<post>urn:li:\w+:\d+)\S*?comment\w*(?:%3A|:|\()+\S*?(?:%2C|,)(?P<id>\d{6,25})",
    re.IGNORECASE,
)
_END = (
    r"\n\s*\n?(?:-{5,}|_{5,}|={5,}|Reply\b|View\b|Accept\b|See\b|Like\b|Antworten\b|Ansehen"
    r"|Annehmen|Profil|Beitrag ansehen"
    r"|Unsubscribe|You (?:are|were) receiving|This email was|Sie erhalten|You received|\(?https?://)"
)
_SAID = first_of(
    between(r"^{name}(?:[^\n]{0,60})?:\s*", _END),
    between(r"^(?:On \w+ \d\d?, [^\n]{4,30}, )?{name} wrote:\s*", _END),
    between(r"^{name}\s*\n(?:[^\n]{2,120}\n)?\s*\n", _END),
)
_VIA = re.compile(r"\s+(?:via|über|através de|par l'intermédiaire de) LinkedIn$", re.IGNORECASE)
_MEMBERS = frozenset(("inmail-hit-reply", "hit-reply", "member", "inmail"))


def _relayed(notice: Notice) -> Act | None:
    """Read a message that LinkedIn passed on with its writer's name in `From`."""
    if notice.sender.address.partition("@")[0] not in _MEMBERS or not notice.sender.name:
        return None
    anything = Rule(Kind.MESSAGE, ("{any}",), _SAID, (Item(_TALK, None, "linkedin:conv:{talk}"),))
    act = read_by_rules(SOURCE._replace(rules=(anything,), read=None), notice)
    return act if act and act.text else None


def _read(notice: Notice) -> Act | None:
    # "Ada Byron via LinkedIn" writes "Join my network on LinkedIn"
    name = _VIA.sub("", notice.sender.name or "")
    notice.sender = notice.sender._replace(name=None if name.casefold() == "linkedin" else name)
    act = read_by_rules(SOURCE._replace(read=None), notice) or _relayed(notice)
    if act is not None and act.key == "connection":
        return act._replace(key=f"connection:{act.who.handle.lower()}" if act.who.handle else None)
    return act


SOURCE = Source(
    platform="linkedin",
    confidence=Confidence.UNCONFIRMED,
    machines=("reply.linkedin.com", "e.linkedin.com", "el.linkedin.com", "bounce.linkedin.com"),
    hosts=("linkedin.com",),
    signed=("linkedin.com",),
    senders=frozenset(
        (
            "invitations",
            "messages-noreply",
            "messaging-digest-noreply",
            "notifications-noreply",
            "connections",
            "updates-noreply",
            "hit-reply",
            "inmail-hit-reply",
            "inmail",
            "member",
            "endorsements-noreply",
            "linkedin",
        )
    ),
    people=(re.compile(_HOST + r"in/(?P<handle>[^/?#\s]{2,120})"),),
    named=True,
    read=_read,
    rules=(
        Rule(
            Kind.FOLLOW,
            (
                "{name} accepted your invitation{any}",
                "{name} has accepted your invitation{any}",
                "{name} has accepted your LinkedIn invitation",
                "{name} accepted your LinkedIn invitation",
                "{name} is now a connection",
                "{name} is now part of your network{any}",
                "{name} hat Ihre Einladung angenommen{any}",
                "{name} hat Ihre LinkedIn Einladung angenommen{any}",
                "{name} hat Ihre Kontaktanfrage angenommen{any}",
                "{name} hat deine Einladung angenommen{any}",
            ),
            None,
            (Item(re.compile(_HOST + r"in/[^/?#\s]+"), "connection"),),
        ),
        Rule(
            Kind.FOLLOW,
            (
                "{name} wants to connect on LinkedIn",
                "{name} wants to connect",
                "{name} wants to connect with you{any}",
                "Invitation from {name}{any}",
                "{name} sent you an invitation to connect{any}",
                "Join my network on LinkedIn",
                "Invitation to connect on LinkedIn",
                "{any}, please add me to your LinkedIn network",
                "I want to connect",
                "I'd like to add you to my professional network on LinkedIn",
                "{name} is now following you",
                "{name} started following you{any}",
                "{name} möchte sich mit Ihnen vernetzen{any}",
                "{name} möchte sich mit dir vernetzen{any}",
                "{name} möchte Sie zu seinem Netzwerk hinzufügen",
            ),
        ),
        Rule(
            Kind.MESSAGE,
            (
                "{name} sent you a message",
                "{name} sent you a new message",
                "{name} just messaged you",
                "New message from {name}",
                "{name} hat Ihnen eine Nachricht gesendet",
                "{name} hat Ihnen eine neue Nachricht gesendet",
                "{name} hat dir eine Nachricht gesendet",
                "Neue Nachricht von {name}",
            ),
            _SAID,
            (Item(_TALK, None, "linkedin:conv:{talk}"),),
        ),
        Rule(
            Kind.COMMENT,
            (
                "{name} commented on your {post}",
                "{name} commented on your {post}: {any}",
                "{name} hat Ihren {beitrag} kommentiert",
                "{name} hat deinen {beitrag} kommentiert",
                "{name} hat einen Kommentar zu Ihrem {beitrag} hinterlassen",
            ),
            _SAID,
            (Item(_COMMENT, "linkedin:comment:{id}", None, "https://www.linkedin.com/feed/update/{post}"),),
        ),
        Rule(
            Kind.REPLY,
            (
                "{name} replied to your comment{any}",
                "{name} hat auf Ihren Kommentar geantwortet{any}",
                "{name} hat auf deinen Kommentar geantwortet{any}",
            ),
            _SAID,
            (Item(_COMMENT, "linkedin:comment:{id}", None, "https://www.linkedin.com/feed/update/{post}"),),
        ),
        Rule(
            Kind.MENTION,
            (
                "{name} mentioned you in a {post}",
                "{name} mentioned you in a comment{any}",
                "{name} hat Sie in einem Beitrag erwähnt",
                "{name} hat Sie in einem Kommentar erwähnt",
                "{name} hat dich in einem Beitrag erwähnt",
                "{name} hat dich in einem Kommentar erwähnt",
            ),
            _SAID,
            (Item(_COMMENT, "linkedin:comment:{id}", None, "https://www.linkedin.com/feed/update/{post}"),),
        ),
        Rule(
            Kind.REACTION,
            (
                "{name} liked your {post}",
                "{name} likes your {post}",
                "{name} reacted to your {post}",
                "{name} loves your {post}",
                "{name} celebrated your {post}",
                "{name} liked your comment{any}",
                "{name} reacted to your comment{any}",
                "{name} endorsed you{any}",
                "{name} has endorsed you{any}",
                "{name} gefällt Ihr {beitrag}",
                "{name} gefällt dein {beitrag}",
                "{name} hat auf Ihren {beitrag} reagiert",
                "{name} hat Ihre Kenntnisse bestätigt{any}",
            ),
        ),
        Rule(
            Kind.RESHARE,
            (
                "{name} shared your {post}",
                "{name} reposted your {post}",
                "{name} hat Ihren {beitrag} geteilt",
            ),
        ),
        Rule(
            Kind.REVIEW,
            (
                "{name} recommended you{any}",
                "{name} has recommended you{any}",
                "{name} wrote you a recommendation{any}",
                "{name} hat Sie empfohlen{any}",
            ),
            _SAID,
        ),
    ),
)
