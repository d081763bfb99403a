"""What cards say about contacts besides their identities: filled in where nothing is there yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from crm.db import bulk
from crm.db.tables import contact, contact_tag
from crm.domain.dates import is_day, iso
from crm.domain.records import ContactRecord, PartialDate
from crm.domain.text import storable

FIELDS = ("nickname", "organisation", "title", "birthday", "anniversary", "vcard", "notes")
"""Columns of a contact that a card can fill; `notes` is empty rather than null."""
_CHUNK = 900


def fields(record: ContactRecord) -> tuple[str | None, ...]:
    """Return what a record says, in the order of `FIELDS`."""
    return (
        _text(record.nickname),
        _text(record.organisation),
        _text(record.title),
        _date(record.birthday),
        _date(record.anniversary),
        _text(record.vcard),
        _text(record.notes) or "",
    )


def tags(record: ContactRecord) -> list[str]:
    """Return a record's tags, each once."""
    return list(dict.fromkeys(storable(tag).strip() for tag in record.tags if tag.strip()))


def add_tags(connection: Connection, pairs: Iterable[tuple[int, str]]) -> None:
    """Give new tags to contacts that do not have them yet."""
    bulk.insert(connection, contact_tag, ("contact_id", "tag"), list(dict.fromkeys(pairs)))


def fill(connection: Connection, offered: Sequence[tuple[int, ContactRecord]]) -> None:
    """Fill in what cards know of contacts; what is there already stays."""
    for start in range(0, len(offered), _CHUNK):
        _fill(connection, offered[start : start + _CHUNK])


def _fill(connection: Connection, offered: Sequence[tuple[int, ContactRecord]]) -> None:
    owners = [owner for owner, _ in offered]
    query = select(contact.c.id, *(contact.c[name] for name in FIELDS)).where(contact.c.id.in_(owners))
    kept = {row[0]: list(row[1:]) for row in connection.execute(query)}
    held = select(contact_tag).where(contact_tag.c.contact_id.in_(owners))
    had = {(row[0], row[1]) for row in connection.execute(held)}
    changed: set[int] = set()
    wanted: list[tuple[int, str]] = []
    for owner, record in offered:
        values = kept.get(owner)
        if values is None:  # made by this very import, and filled when it was made
            continue
        for place, value in enumerate(fields(record)):
            if value and not values[place]:
                values[place] = value
                changed.add(owner)
        wanted.extend((owner, tag) for tag in tags(record) if (owner, tag) not in had)
    rows: list[dict[str, Any]] = [
        {"key": owner, **{f"to_{name}": v for name, v in zip(FIELDS, kept[owner], strict=True)}}
        for owner in sorted(changed)
    ]
    if rows:
        columns: dict[str, Any] = {name: bindparam(f"to_{name}") for name in FIELDS}
        statement = update(contact).where(contact.c.id == bindparam("key")).values(columns)
        connection.execute(statement, rows)
    add_tags(connection, wanted)


def _text(value: str | None) -> str | None:
    return storable(value) if value else None


def _date(partial: PartialDate | None) -> str | None:
    return iso(partial) if partial is not None and is_day(partial) else None
