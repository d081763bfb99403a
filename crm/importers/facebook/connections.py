"""Friends, requests, follows: who is connected with the user, and since when.

The decision to know: Facebook does not say who asked whom once a request is accepted, so a friend counts as
somebody who came to the user. Those the user follows may be pages: only people known elsewhere are named.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import ContactRecord, Direction, IdentityRef, InteractionRecord, Kind, Problem, Record
from crm.importers.facebook.layout import Holds, Layout
from crm.importers.facebook.people import PLATFORM, People, by_name, is_nobody
from crm.importers.facebook.reading import readable, rows, when
from crm.importers.facebook.shapes import Named
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.meta.owner import fold_name
from crm.importers.kit.meta.text import repair

_LISTS = (
    (Holds.RECEIVED_REQUESTS, "request", Direction.IN),
    (Holds.SENT_REQUESTS, "request", Direction.OUT),
    (Holds.FOLLOWERS, "follow", Direction.IN),
    (Holds.FOLLOWING, "follow", Direction.OUT),
)


def meet(export: Export, layout: Layout, people: People) -> None:
    """Take note of everybody connected, and of pages and groups, before anything is made of names."""
    for name in layout.of(Holds.FRIENDS):
        seen: set[tuple[str, float | None]] = set()
        for row in readable(export, name, Named):
            friend = fold_name(repair(row.name or ""))
            if friend and not is_nobody(friend) and (friend, row.timestamp) not in seen:
                seen.add((friend, row.timestamp))
                people.friends[friend] += 1
    removed = (Holds.REJECTED_REQUESTS, Holds.REMOVED_FRIENDS)
    for what in (Holds.RECEIVED_REQUESTS, Holds.SENT_REQUESTS, Holds.FOLLOWERS, *removed):
        for name in layout.of(what):
            for row in readable(export, name, Named):
                people.meet(repair(row.name or ""))
    for what in (Holds.PAGES, Holds.GROUPS):
        for name in layout.of(what):
            people.pages.update(
                fold_name(repair(row.name)) for row in readable(export, name, Named) if row.name
            )


def read_connections(export: Export, layout: Layout, people: People) -> Iterator[Record]:
    """Yield a contact and a follow for each friend, then the requests and follows."""
    keys = Keys()
    done: set[IdentityRef] = set()
    for name in layout.of(Holds.FRIENDS):
        for row in rows(export, name, Named):
            if isinstance(row, Problem):
                yield row
            else:
                yield from _friend(row, people, keys, done)
    for what, record, direction in _LISTS:
        for name in layout.of(what):
            for row in rows(export, name, Named):
                if isinstance(row, Problem):
                    yield row
                else:
                    yield from _connection(row, people, keys, record, direction)


def _friend(row: Named, people: People, keys: Keys, done: set[IdentityRef]) -> Iterator[Record]:
    name = repair(row.name or "").strip()
    moment = when(row.timestamp)
    who = people.friend(name, moment.at)
    if who is None or who in done:
        return
    done.add(who)
    identities = [who]
    if people.is_joined(name):
        identities.append(by_name(name))
    identities += _addresses(repair(row.contact_info or ""))
    yield ContactRecord(tuple(identities), name)
    key = keys.make("friend", "", moment.at, "other", None if moment.at else name)
    yield InteractionRecord(
        PLATFORM, key, who, moment.at, Direction.IN, Kind.FOLLOW, precision=moment.precision
    )


def _connection(
    row: Named, people: People, keys: Keys, record: str, direction: Direction
) -> Iterator[Record]:
    name = repair(row.name or "").strip()
    moment = when(row.timestamp)
    page = direction is Direction.OUT and record == "follow" and not people.is_known(name)
    who = None if page else people.named(name)
    if who is None and (direction is Direction.IN or not name or is_nobody(name)):
        return
    side = "me" if direction is Direction.OUT else "other"
    key = keys.make(record, "", moment.at, side, None if moment.at else name)
    yield InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        direction,
        Kind.FOLLOW,
        None if who else name,
        precision=moment.precision,
    )


def _addresses(info: str) -> list[IdentityRef]:
    """Return what somebody is reached by: Facebook writes an e-mail address or a number."""
    info = info.strip()
    if "@" in info and " " not in info:
        return [IdentityRef("email", info)]
    digits = sum(character.isdigit() for character in info)
    return [IdentityRef("phone", info)] if digits >= 6 and not any(map(str.isalpha, info)) else []
