"""The first pass over an archive: whom it mentions under which id, who its owner is, which posts are theirs.

The decision to know: it keeps what grows with the number of people. Only where the ids of posts do not begin
with their author's (Pleroma), or posts do not name their conversation, something is kept of each such post.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crm.domain.records import Problem
from crm.importers.mastodon import addresses
from crm.importers.mastodon.layout import Holds, Layout
from crm.importers.mastodon.people import Me, People
from crm.importers.mastodon.shapes import Glance, Named, first_uri, tags_of, text_of

_LONGEST_CHAIN = 1000


@dataclass
class Index:
    """What the first pass has found."""

    people: People = field(default_factory=People)
    me: Me = field(default_factory=Me)
    own: set[int] = field(default_factory=set)
    """Hashes of the ids of the owner's posts that do not begin with the owner's id."""
    answers: dict[str, str] = field(default_factory=dict)
    """What a post answers, for posts that do not name their conversation."""

    def is_own(self, uri: str) -> bool:
        """Say whether a post is the owner's."""
        if self.me.wrote(uri) or hash(uri) in self.own:
            return True
        person = addresses.author(uri)
        if person is None:
            return False
        if person.uri:
            return self.me.is_me(person.uri)
        ref = self.people.person(person)
        mine = self.people.by_uri(self.me.uri) if self.me.uri else None
        return mine is not None and (ref.external_id == mine.external_id or ref.handle == mine.handle)

    def thread(self, post: Named, parent: str | None) -> str | None:
        """Return what a post is part of: its conversation, else the first post of the chain it answers."""
        conversation = _conversation(post)
        if conversation is None and parent is not None:
            conversation = parent
            for _ in range(_LONGEST_CHAIN):
                if conversation not in self.answers:
                    break
                conversation = self.answers[conversation]
        return f"mastodon:{conversation}" if conversation else None


def build(layout: Layout, me: Me) -> Index:
    """Read the outbox for the first time; what cannot be read is reported by the second pass."""
    index = Index(me=me)
    homes: Counter[str | None] = Counter()
    for item in layout.items(Holds.OUTBOX, Glance):
        if isinstance(item, Problem):
            continue
        glance = item[0]
        post = glance.object if isinstance(glance.object, Named) else glance
        if me.uri is None:
            me.uri = first_uri(glance.actor) or first_uri(post.attributed_to)
        for tag in tags_of(post):
            if tag.type == "Mention" and isinstance(tag.href, str) and isinstance(tag.name, str):
                index.people.learn(tag.href, tag.name)
        if glance.type != "Announce":
            homes[_home(post)] += 1
            _note(index, post)
    del homes[None]
    index.people.settle(_domain(me, index.people, homes.most_common(1)[0][0] if homes else None))
    return index


def _note(index: Index, post: Named) -> None:
    identifier, parent = first_uri(post.id), first_uri(post.in_reply_to)
    if identifier is None:
        return
    if not index.me.wrote(identifier):
        index.own.add(hash(identifier))
    if parent and _conversation(post) is None:
        index.answers[identifier] = parent


def _conversation(post: Named) -> str | None:
    return text_of(post.conversation) or text_of(post.context) or None


def _home(post: Named) -> str | None:
    """Return the domain with which the owner's server tags a conversation that it opened.

    A post without a parent may still be an answer: the parent may have been deleted. One that also mentions
    nobody is not.
    """
    conversation = text_of(post.conversation)
    opened = conversation.startswith("tag:") and "objectType=Conversation" in conversation
    if not opened or post.in_reply_to is not None or any(tag.type == "Mention" for tag in tags_of(post)):
        return None
    return conversation[len("tag:") :].partition(",")[0] or None


def _domain(me: Me, people: People, home: str | None) -> str | None:
    if me.webfinger:
        return me.webfinger.rpartition("@")[2]
    host = addresses.host_of(me.uri) if me.uri else None
    return home or (people.domain_of(host) if host else None)
