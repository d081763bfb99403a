"""The CSV lists of Mastodon, GoToSocial, Pleroma and Misskey, and Pleroma's collections of the same people.

The decision to know: no list says when anybody was followed, and whom you muted or blocked is no act towards
them: it is counted, not kept. Lists of people that you made become tags.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import ContactRecord, Direction, IdentityRef, Left, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row, Table, header_in
from crm.importers.kit.text import clean_value
from crm.importers.mastodon.activities import follow, key_of
from crm.importers.mastodon.addresses import split_handle
from crm.importers.mastodon.layout import Holds, Layout
from crm.importers.mastodon.people import People

_COUNTED = (
    (Holds.MUTED_CSV, "accounts you muted"),
    (Holds.BLOCKED_CSV, "accounts you blocked"),
    (Holds.DOMAINS_CSV, "servers you blocked"),
    (Holds.BOOKMARKS_CSV, "bookmarks"),
)


def read(layout: Layout, people: People) -> Iterator[Record]:
    """Yield the records of every list of an export."""
    seen: set[str] = set()
    for what, direction in ((Holds.FOLLOWING, Direction.OUT), (Holds.FOLLOWERS, Direction.IN)):
        for item in layout.items(what, str):
            if isinstance(item, Problem):
                yield item
                continue
            who = people.by_uri(item[0])
            if who is None:
                yield Problem(item[1], f"{clean_value(item[0])[:100]} is no address of an account")
            else:
                yield from _once(follow(who, direction, key_of(item[0])), seen)
    for what, direction in ((Holds.FOLLOWING_CSV, Direction.OUT), (Holds.FOLLOWERS_CSV, Direction.IN)):
        for name in layout.of(what):
            for row in rows(layout.export, name):
                found = row if isinstance(row, Problem) else _account(row, name, "column 1", people)
                if isinstance(found, Problem):
                    yield found
                else:
                    yield from _once(follow(found, direction, (found.handle or "").lower()), seen)
    yield from _tags(layout, people)
    for what, title in _COUNTED:
        yield from _count(layout, what, title)


def _once(record: Record, seen: set[str]) -> Iterator[Record]:
    key = getattr(record, "external_id", "")
    if key not in seen:
        seen.add(key)
        yield record


def rows(export: Export, name: str) -> Iterator[Row | Problem]:
    """Yield the rows of a table, whose columns are always called `column 1`, `column 2` ..."""
    has_header = bool(header_in(export.peek(name, 1024), ("account address",)))
    with export.open(name) as stream:
        table = Table(stream, name, headless=True, notes=("#",))
        for row in table:
            if has_header and isinstance(row, Row):
                has_header = False  # that was it
                continue
            yield row


def _account(row: Row, name: str, column: str, people: People) -> IdentityRef | Problem:
    text = clean_value(row[column]).strip()
    found = split_handle(text if "@" in text else f"@{text}")
    domain = found[1] or people.home if found else None
    if found is None or domain is None:
        return Problem(f"{name}, line {row.line}", f"{text[:100]!r} is no address of an account")
    return people.by_handle(f"{found[0]}@{domain}")


def _tags(layout: Layout, people: People) -> Iterator[Record]:
    """Yield each person on a list once, with all lists they are on."""
    tags: dict[IdentityRef, list[str]] = {}
    for name in layout.of(Holds.LISTS_CSV):
        for row in rows(layout.export, name):
            if isinstance(row, Problem):
                yield row
                continue
            found = _account(row, name, "column 2", people)
            if isinstance(found, Problem):
                yield found
                continue
            title = clean_value(row["column 1"]).strip()
            on = tags.setdefault(found, [])
            if title and title not in on:
                on.append(title)
    for who, titles in tags.items():
        yield ContactRecord((who,), tags=tuple(titles))


def _count(layout: Layout, what: Holds, title: str) -> Iterator[Record]:
    number = 0
    for name in layout.of(what):
        for row in rows(layout.export, name):
            if isinstance(row, Problem):
                yield row
            else:
                number += 1
    if number:
        yield Left(title, number)
