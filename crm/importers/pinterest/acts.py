"""The entries of the document to records.

The decision to know: only what is certain becomes a record. A pin is known by its keys. Of the other sections
no file was ever seen, so an entry of one counts only when it has a date and a user name and its heading says
comments, messages, followers or following; everything else is counted under the name of its section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.kit.keys import Keys
from crm.importers.kit.times import UNKNOWN, Moment, is_believable, iso
from crm.importers.pinterest.entries import Entry, Heading

PLATFORM = "pinterest"

_ONLY_PINS = frozenset(("Is a repin", "Is Native", "Canonical Link", "Story Pin Media"))
_NAME = re.compile(r"@?([A-Za-z0-9_]{3,30})", re.ASCII)
_PROFILE = re.compile(r"pinterest\.[a-z.]{2,7}/([A-Za-z0-9_]{3,30})/?(?:[?#].*)?$", re.IGNORECASE)
_AUTHOR = frozenset(("username", "user name", "user", "from", "sender", "author", "commenter"))
_ADDRESSEE = frozenset(("to", "recipient", "receiver"))
_FOLLOWED = frozenset(("follower", "following", "followed", "followed user", "follower username"))
_WHEN = re.compile(r"\b(?:date|time|created|sent|timestamp|at)\b", re.IGNORECASE)
_WORDS = frozenset(("text", "comment", "message", "body", "content", "details"))
_NUMBER = frozenset(("id", "comment id", "message id"))
_NO_PERSON = re.compile(r"\b(?:boards?|topics?|interests?|pins?|searche?s?)\b", re.IGNORECASE)
_LONGEST_TITLE = 60
ACCOUNT = re.compile(r"\b(?:account|profile)\b", re.IGNORECASE)
"""The heading of the section about the owner."""


def name_in(value: str | None, link: str | None = None) -> str | None:
    """Return the user name that a value is, or that its address shows."""
    match = _PROFILE.search(link or "") or _NAME.fullmatch(value or "")
    return match[1] if match and match[1].casefold() != "pin" else None


def is_pin(entry: Entry) -> bool:
    """Say whether an entry is a pin."""
    keys = entry.keys
    return bool(_ONLY_PINS & keys) or (entry.pin is not None and ("Board Id" in keys or "Board Name" in keys))


class Acts:
    """Reads the entries of one export."""

    def __init__(self, me: str | None) -> None:
        self._me = me.casefold() if me else None
        self._keys = Keys()
        self._private = 0
        self._unknown: Counter[str] = Counter()
        self._incomplete: Counter[str] = Counter()

    def records(self, item: Heading | Entry, name: str) -> Iterator[Record]:
        """Yield what an entry is; nothing for what is counted."""
        if isinstance(item, Heading):
            return
        if is_pin(item):
            yield from self._pin(item, name)
        elif item.section:
            yield from self._other(item)

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        if self._private:
            yield Left("private pins", self._private)
        for section, number in self._incomplete.items():
            yield Left(f'entries of "{section}" without a date or a user name that crm understands', number)
        for section, number in (+self._unknown).items():
            yield Left(f'entries of "{section}", a section that crm does not read', number)

    def _pin(self, entry: Entry, name: str) -> Iterator[Record]:
        if entry.first_line("Private").casefold() == "true":
            self._private += 1
            return
        if entry.pin is None:
            title = entry.value("Title", "Board Name") or entry.link or "no title"
            yield Problem(
                f"{name}: {entry.section[:_LONGEST_TITLE]}[{entry.number}]",
                f"is a pin without its address ({title[:_LONGEST_TITLE]})",
            )
            return
        moment = _moment(entry.first_line("Created at"))
        text = "\n\n".join(words for key in ("Title", "Details") if (words := entry.value(key))) or None
        post = PostRecord(
            PLATFORM, f"pinterest:pin:{entry.pin}", moment.at, text, None, entry.link, moment.precision,
            moment.assumed,
        )  # fmt: skip
        if entry.first_line("Is a repin").casefold() != "true":
            yield post
            return
        yield InteractionRecord(
            PLATFORM, post.external_id, None, post.at, Direction.OUT, Kind.RESHARE, text, None, post.url,
            post.precision, post.zone_assumed,
        )  # fmt: skip

    def _other(self, entry: Entry) -> Iterator[Record]:
        title = entry.section[:_LONGEST_TITLE]
        kind, direction = _meaning(entry.section)
        if kind is None:
            self._unknown[title] += not ACCOUNT.search(title)  # of which the user name was read
            return
        moment = next((_moment(value) for key, value in entry.fields.items() if _WHEN.search(key)), UNKNOWN)
        act = self._act(entry, kind, direction, moment) if moment.at is not None else None
        if act is None:
            self._incomplete[title] += 1
        else:
            yield act

    def _act(
        self, entry: Entry, kind: Kind, direction: Direction | None, moment: Moment
    ) -> InteractionRecord | None:
        """Return a comment, a message or a follow; None where it is not certain who acted."""
        author, addressee = _named(entry, _AUTHOR), _named(entry, _ADDRESSEE)
        other: str | None
        if kind is Kind.FOLLOW:
            other = _named(entry, _FOLLOWED) or author or name_in(None, entry.link)
            if other is None or direction is None or other.casefold() == self._me:
                return None
        else:
            if author is None or self._me is None:
                return None
            mine = author.casefold() == self._me
            direction, other = (Direction.OUT, addressee) if mine else (Direction.IN, author)
        text = next((value for key, value in entry.fields.items() if key.casefold() in _WORDS), None)
        text = text or "\n".join(entry.words) or None
        number = next((value for key, value in entry.fields.items() if key.casefold() in _NUMBER), None)
        sender = "me" if direction is Direction.OUT else str(other).casefold()
        thread = (other or "").casefold()
        key = f"{kind.value}:{number}"
        if not number:
            key = self._keys.make(kind.value, thread, moment.at, sender, text)
        return InteractionRecord(
            PLATFORM, f"pinterest:{key}", IdentityRef(PLATFORM, other) if other else None, moment.at,
            direction, kind, text, f"pinterest:with:{thread}" if kind is Kind.MESSAGE and other else None,
            entry.link, moment.precision, moment.assumed,
        )  # fmt: skip


def _meaning(section: str) -> tuple[Kind | None, Direction | None]:
    """Return what the entries of a section are, by the words of its heading."""
    folded = section.casefold()
    if _NO_PERSON.search(section) and "comment" not in folded:
        return None, None
    if "follower" in folded:
        return Kind.FOLLOW, Direction.IN
    if "following" in folded or "followed" in folded or "you follow" in folded:
        return Kind.FOLLOW, Direction.OUT
    if "comment" in folded:
        return Kind.COMMENT, None
    return (Kind.MESSAGE, None) if "message" in folded else (None, None)


def _named(entry: Entry, keys: frozenset[str]) -> str | None:
    for key, value in entry.fields.items():
        if key.casefold() in keys and (name := name_in(value, entry.links.get(key))):
            return name
    return None


def _moment(text: str | None) -> Moment:
    """Return the time that `2017/02/13 15:35:01` says, taken as UTC and marked so."""
    moment = iso(text) if text else None
    if moment is None or moment.at is None or not is_believable(moment.at):
        return UNKNOWN
    return moment
