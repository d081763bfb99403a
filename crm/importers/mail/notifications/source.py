"""One platform's notices: who sends them, and the rules by which they are read.

The decision to know: a rule matches a whole subject, and the body must agree with it: the person's profile is
linked (by name where the subject tells a name), or their handle stands in it. Where a platform gives names
only, its `named` says so. What does not match is left, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from crm.domain.records import Kind
from crm.importers.kit.protocol import Confidence
from crm.importers.kit.text import clean_value
from crm.importers.mail.filters import is_robot
from crm.importers.mail.notifications.links import Link
from crm.importers.mail.notifications.notice import Act, Notice, Person, clean_actor, same_name
from crm.importers.mail.notifications.phrases import group, match_any, names_several

_NOBODY = frozenset(
    (
        "anonymous",
        "anonym",
        "anonyme",
        "anónimo",
        "unknown",
        "unbekannt",
        "someone",
        "jemand",
        "facebook user",
        "facebook-nutzer",
        "linkedin member",
        "linkedin",
        "facebook",
        "youtube",
        "medium",
        "etsy",
        "flickr",
        "substack",
    )
)
"""Names that name nobody."""

Words: TypeAlias = Callable[[Notice, Person], str | None]
"""What finds the words somebody wrote in a notice."""


class Item(NamedTuple):
    """An address by which an act is known: `key` and `thread` are filled from the groups of `pattern`."""

    pattern: re.Pattern[str]
    key: str | None = None
    thread: str | None = None
    url: str | None = None
    """None: what the pattern matched."""


class Rule(NamedTuple):
    """The subjects of one kind of act, and where the act's own words and address are."""

    kind: Kind
    subjects: tuple[str, ...]
    """See `phrases`."""
    words: Words | None = None
    items: tuple[Item, ...] = ()


class Source(NamedTuple):
    """What sends the notices of one platform."""

    platform: str
    confidence: Confidence
    machines: tuple[str, ...]
    """Hosts on which every address is the platform's, with those below them."""
    hosts: tuple[str, ...]
    """Hosts where people have addresses too: only no-reply addresses and `senders` are the platform's."""
    signed: tuple[str, ...]
    """Domains that sign or send for it."""
    people: tuple[re.Pattern[str], ...] = ()
    """Addresses of profiles, with a group `handle` or `id`."""
    rules: tuple[Rule, ...] = ()
    senders: frozenset[str] = frozenset()
    """Local parts on `hosts` that are no no-reply addresses by their look."""
    named: bool = False
    """Whether people are taken by their names where no profile is linked."""
    fields: frozenset[bytes] = frozenset()
    """Header fields that its own reading looks at."""
    read: Callable[[Notice], Act | None] | None = None
    """What is tried before the rules."""

    def sends_from(self, local: str, host: str) -> bool:
        """Say whether an address, on one of its hosts, is the platform's own."""
        if any(host == machine or host.endswith("." + machine) for machine in self.machines):
            return True
        return local.partition("+")[0] in self.senders or is_robot(f"{local}@{host}")


def read_by_rules(source: Source, notice: Notice) -> Act | None:
    """Return the act that a notice tells by the rules of its platform, or None."""
    for rule in source.rules:
        match = match_any(rule.subjects, notice.subject)
        if match is None:
            continue
        who = _actor(source, notice, match)
        if who is None:
            return None
        act = Act(rule.kind, who, text=rule.words(notice, who) if rule.words else None)
        return _with_item(act, rule.items, notice)
    return None


def _actor(source: Source, notice: Notice, match: re.Match[str]) -> Person | None:
    name, handle = clean_actor(group(match, "name")), group(match, "handle")
    if name is not None and names_several(name):
        return None
    found = list(profiles(source, notice.links))
    if handle:
        for person, link in found:
            if (person.handle or "").casefold() == handle.casefold():
                return person._replace(handle=handle, name=name or _label_of(link, handle))
        mentioned = f"@{handle}".casefold() in f"{notice.plain}\n{notice.shown}".casefold()
        return Person(name, handle) if mentioned else None
    if name is None:
        name = clean_actor(notice.sender.name)
    if name is None or name.casefold() in _NOBODY:
        return None
    linked = {person for person, link in found if same_name(name, link.label)}
    linked = linked or {person for person, link in found if link.label.casefold().endswith(name.casefold())}
    if len(linked) == 1:
        return linked.pop()._replace(name=name)
    if linked:  # two people of one name
        return None
    for person, _ in found:  # some platforms write the handle where others write the name
        if person.handle and person.handle.casefold() == name.lstrip("@").casefold():
            return person
    return Person(name) if source.named and name.casefold() in notice.shown.casefold() else None


def _label_of(link: Link, handle: str) -> str | None:
    label = link.label.strip()
    usable = label and not link.in_text and len(label) < 60 and handle.casefold() not in label.casefold()
    return label if usable and "://" not in label and not label.endswith((":", ".", "!")) else None


def profiles(source: Source, links: list[Link]) -> Iterator[tuple[Person, Link]]:
    """Yield the people whose profiles are linked, each with its link."""
    for link in links:
        for pattern in source.people:
            match = pattern.match(link.url)
            if match:
                handle, number = group(match, "handle"), group(match, "id")
                yield Person(None, clean_value(unquote(handle)) if handle else None, number), link
                break


def _with_item(act: Act, items: tuple[Item, ...], notice: Notice) -> Act:
    for item in items:
        for link in notice.links:
            match = item.pattern.match(link.url)
            if match is None:
                continue
            parts = {name: clean_value(unquote(value)) for name, value in match.groupdict().items() if value}
            if "handle" in parts and (act.who.handle or "").casefold() != parts["handle"].casefold():
                continue
            key = item.key.format_map(parts) if item.key else None
            thread = item.thread.format_map(parts) if item.thread else None
            url = item.url.format_map(parts) if item.url else match[0]
            return act._replace(key=key, thread=thread, url=url)
    return act
