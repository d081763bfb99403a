"""What only the API gives: stars, followers, events.

The decision to know: events tell again what lists of comments tell, with the same addresses and so the same
keys; each is read once. A notification does not say who caused it, and is only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.records import Direction, InteractionRecord, Kind, Left, Precision, Problem, Record
from crm.importers.github.layout import Holds, Layout
from crm.importers.github.people import PLATFORM, People
from crm.importers.github.shapes import Account, Item, account, address, owner_of, text_of
from crm.importers.github.talk import Talk
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.kit.text import clean_value

_EVENTS = {
    "IssueCommentEvent": ("comment", Holds.COMMENTS),
    "IssuesEvent": ("issue", Holds.ISSUES),
    "PullRequestEvent": ("pull_request", Holds.PULLS),
    "PullRequestReviewEvent": ("review", Holds.REVIEWS),
    "PullRequestReviewCommentEvent": ("comment", Holds.REVIEW_COMMENTS),
    "CommitCommentEvent": ("comment", Holds.COMMIT_COMMENTS),
}
_NEW = (None, "created", "opened", "submitted")


def told(event: Item) -> tuple[Item, Holds] | None:
    """Return what was written in an event, and what that is; None for an event of another kind."""
    key, what = _EVENTS.get(event.type if isinstance(event.type, str) else "", ("", Holds.EVENTS))
    payload = event.payload
    if not key or not isinstance(payload, dict) or payload.get("action") not in _NEW:
        return None
    inner = payload.get(key)
    if not isinstance(inner, dict):
        return None
    try:
        # the API only counts reactions
        return msgspec.convert(
            {name: value for name, value in inner.items() if name != "reactions"}, Item
        ), what
    except UNREADABLE:
        return None


def accounts_in(event: Item) -> Iterator[Account]:
    """Yield everybody whom an event names."""
    payload = event.payload if isinstance(event.payload, dict) else {}
    inner = (value.get("user") for value in payload.values() if isinstance(value, dict))
    for value in (event.actor, *inner):
        found = account(value)
        if found:
            yield found


def opened_by(event: Item) -> Account | None:
    """Return who opened the issue or pull request that an event is about."""
    payload = event.payload if isinstance(event.payload, dict) else {}
    opened = payload.get("issue") or payload.get("pull_request")
    return account(opened.get("user")) if isinstance(opened, dict) else None


class Api:
    """Reads the lists of one export; every act once."""

    def __init__(self, layout: Layout, people: People, talk: Talk, me: str | None) -> None:
        self._layout = layout
        self._people = people
        self._talk = talk
        self._me = (me or "").lower()
        self._seen: set[str] = set()

    def records(self) -> Iterator[Record]:
        """Yield the records of everything that only the API gives."""
        yield from self._events()
        for item in self._layout.items(Holds.STARRED):
            if isinstance(item, Problem):
                yield item
            else:
                repo = item[0].repo if isinstance(item[0].repo, dict) else item[0]
                yield from self._star(repo, item[0].starred_at, item[1])
        yield from self._follows(Holds.FOLLOWERS, Direction.IN)
        yield from self._follows(Holds.FOLLOWING, Direction.OUT)
        number = sum(1 for _ in self._layout.readable(Holds.NOTIFICATIONS))
        if number:
            yield Left("notifications, which do not say who caused them", number)

    def _events(self) -> Iterator[Record]:
        others = 0
        for item in self._layout.items(Holds.EVENTS):
            if isinstance(item, Problem):
                yield item
                continue
            event, where = item
            written, by = told(event), account(event.actor)
            if written:
                yield from self._talk.records(*written, where, in_order=False)  # the newest comes first
            elif event.type == "WatchEvent" and by and by.login.lower() == self._me:
                yield from self._star(event.repo, event.created_at, where)
            else:
                others += 1
        if others:
            yield Left("events in which nothing was said (pushes, forks, closed issues)", others)

    def _follows(self, what: Holds, direction: Direction) -> Iterator[Record]:
        for item in self._layout.items(what):
            if isinstance(item, Problem):
                yield item
                continue
            known = self._people.describe(item[0])
            if known is None:
                yield Problem(item[1], "is an account without a login")
            elif self._people.is_somebody(known.login):
                key = f"github:follow:{direction.value}:{known.id or known.login.lower()}"
                who = self._people.ref(known.login)
                yield from self._once(
                    InteractionRecord(
                        PLATFORM, key, who, None, direction, Kind.FOLLOW, precision=Precision.UNKNOWN
                    )
                )

    def _star(self, repo: Any, when: Any, where: str) -> Iterator[Record]:
        """Yield a star as a reaction to whose repository it is."""
        if isinstance(repo, Item):
            name, by, url = repo.full_name, account(repo.owner), address(repo)
        elif isinstance(repo, dict):
            name, url = repo.get("full_name") or repo.get("name"), repo.get("html_url")
            by = account(repo.get("owner"))
        else:
            name = by = url = None
        name = clean_value(text_of(name))
        by = by or account(name.partition("/")[0]) if "/" in name else None
        if by is None:
            yield Problem(where, "is a star that does not say of which repository")
        elif by.login.lower() != self._me:
            self._people.see(by)
            at, precision = self._talk.moment(when)
            page = (
                clean_value(url) if isinstance(url, str) and owner_of(url) else f"https://github.com/{name}"
            )
            key = f"github:star:{name.lower()}"
            who = self._people.ref(by.login)
            yield from self._once(
                InteractionRecord(
                    PLATFORM, key, who, at, Direction.OUT, Kind.REACTION, name, None, page, precision
                )
            )

    def _once(self, act: InteractionRecord) -> Iterator[Record]:
        if act.external_id not in self._seen:
            self._seen.add(act.external_id)
            yield act
