"""`messages.xml`: the conversations of one blog, and which of the two sides is the owner.

The decision to know: the file names the two blogs of a conversation, and gives each message the opaque id of
its writer, but nothing links the two. So it is read twice: the owner's blog is the name in the most
conversations, the owner's id the one in several; what then remains of a conversation is the partner. Where
that decides nothing (one conversation, or no id in two of them), the user is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.text import clean_id
from crm.importers.kit.xmlstream import local_name, stream_elements, text_of
from crm.importers.tumblr import moments
from crm.importers.tumblr.names import PLATFORM, Blogs, blog

_MARK = "crm"
_SNIPPET = 60


@dataclass
class Talk:
    """One conversation, as the first reading shows it."""

    names: list[str | None] = field(default_factory=list)
    """Its blogs; None for one without a name (deleted)."""
    ids: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Who wrote in it: when first (microseconds since 1970 UTC, 0 for unknown) and what."""
    last: int = 0
    """When the last message was written."""
    stamp: str | None = None
    """The time read last, as written."""
    others: dict[str, IdentityRef | None] = field(default_factory=dict)
    """The other side, by who writes ("" for the owner)."""
    thread: str | None = None

    def has(self, name: str) -> bool:
        """Say whether a blog takes part."""
        return any(one is not None and one.casefold() == name for one in self.names)


@dataclass
class Conversations:
    """One `messages.xml` after the first reading."""

    member: str
    talks: list[Talk] = field(default_factory=list)
    own_name: str | None = None
    own_ids: frozenset[str] | None = None
    """None while it is not known which of the ids is the owner's; empty if none is."""

    def ids(self) -> Counter[str]:
        """Return in how many conversations each id writes."""
        return Counter(identifier for talk in self.talks for identifier in talk.ids)

    def names(self) -> Counter[str]:
        """Return in how many conversations each folded name takes part."""
        return Counter(
            name for talk in self.talks for name in {one.casefold() for one in talk.names if one is not None}
        )

    def partner(self, talk: Talk) -> tuple[str | None, str | None]:
        """Return the id and the name of the other side, each if there is exactly one that it can be."""
        own = self.own_ids or frozenset()
        ids = [identifier for identifier in talk.ids if identifier not in own]
        mine = self.own_name.casefold() if self.own_name else ""
        names = [name for name in talk.names if name is None or name.casefold() != mine]
        name = names[0] if len(names) == 1 and len(names) < len(talk.names) else None
        return (ids[0] if len(ids) == 1 else None), (name if len(ids) < 2 else None)


def survey(export: Export, member: str) -> Conversations:
    """Read a file once, for its names and ids.

    Raises:
        ExportError: it is damaged or cut off.

    """
    found = Conversations(member)
    with export.open(member) as stream:
        for name, element in stream_elements(stream, ("participants", "message"), member):
            number = _conversation(element, len(found.talks))
            if number == len(found.talks):
                found.talks.append(Talk())
            talk = found.talks[number]
            if name == "participants":
                talk.names += [blog(text_of(one)) for one in element if local_name(one) == "participant"]
                continue
            identifier, stamp = element.get("participant"), element.get("ts")
            if stamp != talk.stamp:
                talk.stamp = stamp
                talk.last = max(talk.last, moments.seconds(stamp).at or 0)
            if identifier in talk.ids:
                continue
            if known := clean_id(identifier):
                said = " ".join(text_of(element).split())[:_SNIPPET]
                talk.ids.setdefault(known, (moments.seconds(stamp).at or 0, said))
    return found


def learn(found: Conversations, blogs: Blogs) -> None:
    """Note which name belongs to which id, once the owner's are known."""
    for talk in found.talks:
        identifier, name = found.partner(talk)
        if identifier:
            blogs.learn(identifier, name, talk.last)


def read(export: Export, found: Conversations, blogs: Blogs) -> Iterator[Record]:
    """Yield every message.

    Raises:
        ExportError: the file is damaged or cut off.

    """
    own = found.own_ids or frozenset()
    keys = Keys()
    talks = 0
    with export.open(found.member) as stream:
        for number, (name, element) in enumerate(
            stream_elements(stream, ("participants", "message"), found.member)
        ):
            place = _conversation(element, talks)
            talks = max(talks, place + 1)
            if name == "participants":
                continue
            sender = clean_id(element.get("participant"))
            if sender is None:
                where = f"{found.member}: conversation {place + 1}, element {number + 1}"
                yield Problem(where, "is a message that does not say who wrote it")
                continue
            yield _message(element, found.talks[place], found, own, keys, blogs)


def _message(
    element: etree._Element, talk: Talk, found: Conversations, own: frozenset[str], keys: Keys, blogs: Blogs
) -> Record:
    sender = clean_id(element.get("participant")) or ""
    mine = sender in own
    writer = "" if mine else sender
    if writer not in talk.others:
        _introduce(talk, found, writer, blogs)
    moment = moments.seconds(element.get("ts"))
    text = text_of(element)
    # Not by the conversation: that has no id of its own, and its key changes when the partner first writes.
    key = keys.make("message", element.get("type") or "TEXT", moment.at, writer or "me", text)
    return InteractionRecord(
        PLATFORM, f"tumblr:{key}", talk.others[writer], moment.at, Direction.OUT if mine else Direction.IN,
        Kind.MESSAGE, text or None, talk.thread, None, moment.precision,
    )  # fmt: skip


def _introduce(talk: Talk, found: Conversations, writer: str, blogs: Blogs) -> None:
    """Note with whom a message of a writer is, and the thread of the conversation."""
    partner, name = found.partner(talk)
    if writer:
        talk.others[writer] = _partner(blogs, writer, name if writer == partner else None)
    else:
        talk.others[writer] = _partner(blogs, partner, name)
    thread = partner or (f"name:{name.casefold()}" if name else None)
    talk.thread = f"tumblr:conv:{thread}" if thread else None


def _partner(blogs: Blogs, identifier: str | None, name: str | None) -> IdentityRef | None:
    if identifier and name and identifier.casefold() == name.casefold():
        return IdentityRef(PLATFORM, name)  # early exports name the writer instead of giving an id
    if identifier:
        return blogs.by_id(identifier)
    return blogs.by_name(name) if name else None


def _conversation(element: etree._Element, following: int) -> int:
    """Return the number of the conversation around an element; `following` for one not met before."""
    around = element.getparent()
    while around is not None and local_name(around) != "conversation":
        around = around.getparent()
    if around is None:
        return max(following - 1, 0)
    mark = around.get(_MARK)
    if mark is None:
        around.set(_MARK, str(following))
        return following
    return int(mark)
