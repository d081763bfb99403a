"""Issues, pull requests, comments and reviews to acts between the user and others.

The decision to know: what is written on a repository of the user's, or on an issue or pull request they
opened, is written to them; anywhere else only what names them, or comes right after something they wrote.
What the user writes goes to whom it names, else to whoever wrote before them there, else to who opened it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.github.layout import Holds
from crm.importers.github.people import PLATFORM, People
from crm.importers.github.shapes import Item, account, address, key_of, owner_of, text_of, thread_of
from crm.importers.kit import times
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.kit.text import clean_value

OPENED = (Holds.ISSUES, Holds.PULLS)
# Beginning with the plain `@`, because that is searched for at the speed of memory.
_MENTION = re.compile(r"@(?<![\w`/@.-]@)([A-Za-z\d](?:[A-Za-z\d]|-(?=[A-Za-z\d])){0,38})(?![\w/-])")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|^ {0,3}>[^\n]*", re.DOTALL | re.MULTILINE)
_PENDING = frozenset(("PENDING", 0))
_VERDICTS = {
    30: "changes requested",
    40: "approved",
    "CHANGES_REQUESTED": "changes requested",
    "APPROVED": "approved",
}


class Talk:
    """Reads everything that was written, by the user and to them."""

    def __init__(self, me: str, people: People, authors: dict[str, str], twice: bool) -> None:
        """Take the user's login, everybody, who opened what, and whether things may be told twice."""
        self._twice = twice
        self._me = me.lower()
        self._people = people
        self._authors = authors
        self._last: dict[tuple[Holds, str], str] = {}
        self._seen: set[int] = set()
        self._left: Counter[str] = Counter()
        self._latest = times.latest()

    def records(self, item: Item, what: Holds, where: str, in_order: bool = True) -> Iterator[Record]:
        """Yield what one record is, and the reactions to it; `in_order` if those before it are older."""
        url, by = address(item), account(item.user if item.user is not None else item.author)
        if url is None:
            yield Problem(where, "is a record without an address")
            return
        key = key_of(clean_value(url))
        if self._twice:  # by the events and by a list of comments
            if hash(key) in self._seen:
                return
            self._seen.add(hash(key))
        if isinstance(item.state, str | int) and item.state in _PENDING and what is Holds.REVIEWS:
            self._left["reviews that were never sent"] += 1
            return
        thread = thread_of(item) or url
        login = by.login.lower() if by else "ghost"
        base = self._base(item, what, key, url, thread)
        place = (what, text_of(item.thread) or thread)
        before = self._last.get(place) if in_order else None
        if in_order and what is not Holds.RELEASES:
            self._last[place] = login
        if what is Holds.REVIEWS and not base.text:
            self._left["reviews without words, whose comments are read"] += 1
        elif login == self._me:
            yield from self._mine(base, what, thread, before)
        elif not self._people.is_somebody(login):
            self._left["what bots and deleted accounts wrote"] += 1
        elif what is not Holds.RELEASES:
            yield from self._theirs(base, what, thread, before, login)
        yield from self._reactions(item, login, key, thread)

    def left(self) -> Iterator[Left]:
        """Yield what was left out on purpose."""
        for name, number in self._left.items():
            yield Left(name, number)

    def moment(self, value: Any) -> tuple[int | None, Precision]:
        """Return when something happened."""
        moment = times.iso(value.strip()) if isinstance(value, str) else None
        if moment is None or moment.at is None or not times.EARLIEST <= moment.at <= self._latest:
            return None, Precision.UNKNOWN
        return moment.at, moment.precision

    def _base(self, item: Item, what: Holds, key: str, url: str, thread: str) -> PostRecord:
        at, precision = self.moment(item.submitted_at or item.published_at or item.created_at)
        title = (
            text_of(item.title) if what in OPENED else text_of(item.name) if what is Holds.RELEASES else ""
        )
        verdict = (
            _VERDICTS.get(item.state) if what is Holds.REVIEWS and isinstance(item.state, int | str) else None
        )
        text = "\n\n".join(filter(None, (title, f"({verdict})" if verdict else "", text_of(item.body))))
        return PostRecord(
            PLATFORM, f"github:{key}", at, clean_value(text) or None, clean_value(f"github:{thread}"),
            clean_value(url), precision,
        )  # fmt: skip

    def _mine(self, base: PostRecord, what: Holds, thread: str, before: str | None) -> Iterator[Record]:
        if what is Holds.RELEASES:
            yield base
            return
        author, named = self._authors.get(thread), self._named(base.text)
        repository = (owner_of(thread) or "").lower()
        kind = Kind.REVIEW if what is Holds.REVIEWS else Kind.COMMENT
        to = next((one for one in (before, author) if one and one != self._me), None)
        if what in OPENED:
            to = repository if repository != self._me else None
        elif what is Holds.REVIEWS:
            to = author if author != self._me else None
        elif named and to not in named:  # it says itself whom it answers
            took_part = named[0] in (before, author)
            kind, to = (Kind.REPLY if took_part else Kind.MENTION), named[0]
        elif to is not None and to == before:
            kind = Kind.REPLY
        elif to is None and author is None and repository != self._me and not named:
            yield _act(
                base, None, Direction.OUT, kind, base.external_id
            )  # nobody can tell whose issue it was
            return
        done: set[str] = set()
        if to is not None and self._people.is_somebody(to):
            done.add(to)
            yield _act(base, self._people.ref(to), Direction.OUT, kind, base.external_id)
        for login in named:
            if login not in done:
                done.add(login)
                key = f"{base.external_id}:mention:{login}"
                yield _act(base, self._people.ref(login), Direction.OUT, Kind.MENTION, key)
        if not done:
            yield base

    def _theirs(
        self, base: PostRecord, what: Holds, thread: str, before: str | None, login: str
    ) -> Iterator[Record]:
        author, is_mine = self._authors.get(thread), (owner_of(thread) or "").lower() == self._me
        names_me = self._me in self._named(base.text, with_me=True)
        kind: Kind | None = None
        if what is Holds.REVIEWS:
            kind = Kind.REVIEW if author == self._me else None
        elif what not in OPENED and before == self._me:
            kind = Kind.REPLY
        elif is_mine or (author == self._me and what not in OPENED):
            kind = Kind.COMMENT
        if kind is None and names_me:
            kind = Kind.MENTION
        if kind is None:
            self._left["what others wrote to each other"] += 1
        else:
            yield _act(base, self._people.ref(login), Direction.IN, kind, base.external_id)

    def _named(self, text: str | None, with_me: bool = False) -> list[str]:
        """Return the logins a text mentions outside of code and quotations, in its order."""
        if not text or "@" not in text:
            return []
        found = dict.fromkeys(
            match[1].lower()
            for match in _MENTION.finditer(_CODE.sub(" ", text) if "`" in text or ">" in text else text)
        )
        return [one for one in found if self._people.is_somebody(one) and (with_me or one != self._me)]

    def _reactions(self, item: Item, author: str, key: str, thread: str) -> Iterator[Record]:
        """Yield the reactions that an archive keeps with what they are to."""
        if not bytes(item.reactions).startswith(b"["):
            return
        try:
            reactions = msgspec.json.decode(item.reactions)
        except UNREADABLE:
            return
        for reaction in reactions:
            by = account(reaction.get("user")) if isinstance(reaction, dict) else None
            login = by.login.lower() if by else "ghost"
            if login == author or self._me not in (login, author):
                continue
            other, direction = (author, Direction.OUT) if login == self._me else (login, Direction.IN)
            if not self._people.is_somebody(other):
                continue
            at, precision = self.moment(reaction.get("created_at"))
            content = clean_value(text_of(reaction.get("content")))
            yield InteractionRecord(
                PLATFORM, f"github:reaction:{key}:{login}:{content}", self._people.ref(other), at, direction,
                Kind.REACTION, content or None, clean_value(f"github:{thread}"), precision=precision,
            )  # fmt: skip


def _act(base: PostRecord, who: Any, direction: Direction, kind: Kind, key: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, key, who, base.at, direction, kind, base.text, base.thread, base.url, base.precision
    )
