"""What address books say about contacts, and what becomes of it when they say something else later.

The last thing a card said is kept beside the contact. So when the card comes again it can be told what has
changed in the file and what the user has changed here: the file's changes are taken, the user's are kept, and
where both changed, the user's stays and `differences` shows both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from crm.db import bulk
from crm.db.tables import card, contact, contact_tag, identity
from crm.domain.dates import is_day, iso
from crm.domain.records import ContactRecord, PartialDate
from crm.domain.text import storable
from crm.services.views import Difference

FIELDS = ("nickname", "organisation", "title", "birthday", "anniversary", "notes")
"""Columns of a contact that a card can fill; `notes` is empty rather than null."""
_CHUNK = 900

Said = dict[str, Any]
"""What a card said: `FIELDS`, `name`, `tags`, and `keys`, the (platform, handle) of its identities."""


class Offer(NamedTuple):
    """A card and the contact it was attached to."""

    owner: int
    identity: int
    """The identity by which the card is found again."""
    record: ContactRecord
    keys: tuple[tuple[str, str], ...]
    fresh: bool
    """The contact was made from this very card."""


@dataclass(slots=True)
class Outcome:
    """What taking cards over has changed."""

    changed: set[int] = field(default_factory=set)
    """Contacts that were there before and now say something else."""
    dropped: set[int] = field(default_factory=set)
    """Identities that left a card and that nothing else holds."""
    rows: list[list[Any]] = field(default_factory=list)
    """Every row touched, as it was and as it became, so that undoing can put it back."""


def fields(record: ContactRecord) -> tuple[str | None, ...]:
    """Return what a record says, in the order of `FIELDS`."""
    return (
        _text(record.nickname),
        _text(record.organisation),
        _text(record.title),
        _date(record.birthday),
        _date(record.anniversary),
        _text(record.notes) or "",
    )


def tags(record: ContactRecord) -> list[str]:
    """Return a record's tags, each once."""
    return list(dict.fromkeys(storable(tag).strip() for tag in record.tags if tag.strip()))


def take(connection: Connection, offers: Sequence[Offer], outcome: Outcome) -> None:
    """Take cards over: their contacts and identities are in the database already."""
    for start in range(0, len(offers), _CHUNK):
        _take(connection, offers[start : start + _CHUNK], outcome)


def texts(connection: Connection, contact_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the cards of contacts as they came, the first of each contact being its main one."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(contact_ids), _CHUNK):
        query = (
            select(identity.c.contact_id, card.c.text)
            .join_from(card, identity, card.c.identity_id == identity.c.id)
            .where(identity.c.contact_id.in_(contact_ids[start : start + _CHUNK]), card.c.text.is_not(None))
            .order_by(card.c.identity_id)
        )
        for owner, text in bulk.tuples(connection, query):
            found.setdefault(owner, []).append(text)
    return found


def differences(connection: Connection, contact_id: int) -> tuple[Difference, ...]:
    """Return where a contact's cards say something else than the contact does."""
    query = (
        select(card.c.said)
        .join_from(card, identity, card.c.identity_id == identity.c.id)
        .where(identity.c.contact_id == contact_id)
        .order_by(card.c.identity_id)
    )
    kept = connection.execute(select(contact).where(contact.c.id == contact_id)).mappings().one()
    found = [
        Difference(name, kept[name] or None, said[name])
        for said in connection.scalars(query)
        for name in ("name", *FIELDS)
        if said.get(name) and said[name] != kept[name]
    ]
    return tuple(dict.fromkeys(found))


def _take(connection: Connection, offers: Sequence[Offer], outcome: Outcome) -> None:
    had_cards = _cards(connection, [offer.identity for offer in offers])
    old = [offer.owner for offer in offers if not offer.fresh]
    contacts = _contacts(connection, old)
    had_tags = _tags(connection, old)
    new_cards: dict[int, dict[str, Any]] = {}
    new_tags: list[tuple[int, str]] = []
    for offer in offers:
        says = _said(offer)
        text = _text(offer.record.vcard)
        before = had_cards.get(offer.identity)
        if before is not None and before == (says, text):
            continue
        new_cards[offer.identity] = {"identity_id": offer.identity, "said": says, "text": text}
        if offer.fresh:
            new_tags.extend((offer.owner, tag) for tag in says["tags"])
            continue
        base = before[0] if before is not None else None
        _merge(connection, offer, base, says, contacts[offer.owner], outcome)
        new_tags.extend(_merge_tags(connection, offer, base, says, had_tags, outcome))
        if base is not None:
            _drop_keys(connection, offer, base, says, outcome)
            if set(map(tuple, says["keys"])) - set(map(tuple, base["keys"])):
                outcome.changed.add(offer.owner)
    _write_cards(connection, new_cards, had_cards, outcome)
    bulk.insert(connection, contact_tag, ("contact_id", "tag"), list(dict.fromkeys(new_tags)))


def _merge(
    connection: Connection,
    offer: Offer,
    base: Said | None,
    says: Said,
    kept: dict[str, Any],
    outcome: Outcome,
) -> None:
    """Take over what changed in the file and the user has left alone; fill in what nobody has said."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        mine, new = kept[name], says[name]
        untouched = not mine if base is None else (mine or None) == (base.get(name) or None)
        changed_there = base is None or (base.get(name) or None) != (new or None)
        if untouched and changed_there and (mine or None) != (new or None):
            values[name] = new if name != "notes" else new or ""
    if base is not None and says["name"] and says["name"] != base["name"] and kept["name"] == base["name"]:
        values["name"] = says["name"]
    if not values:
        return
    key = {"id": offer.owner}
    outcome.rows.append(["contact", key, {name: kept[name] for name in values}, dict(values)])
    outcome.changed.add(offer.owner)
    connection.execute(update(contact).where(contact.c.id == offer.owner).values(values))
    kept.update(values)


def _merge_tags(
    connection: Connection,
    offer: Offer,
    base: Said | None,
    says: Said,
    had: set[tuple[int, str]],
    outcome: Outcome,
) -> list[tuple[int, str]]:
    """Remove tags that left the card; return the ones to add."""
    known = base["tags"] if base is not None else []
    added = [tag for tag in says["tags"] if tag not in known and (offer.owner, tag) not in had]
    gone = [tag for tag in known if tag not in says["tags"] and (offer.owner, tag) in had]
    for tag in gone:
        row = (contact_tag.c.contact_id == offer.owner) & (contact_tag.c.tag == tag)
        connection.execute(delete(contact_tag).where(row))
        key = {"contact_id": offer.owner, "tag": tag}
        outcome.rows.append(["contact_tag", key, key, None])
    for tag in added:
        key = {"contact_id": offer.owner, "tag": tag}
        outcome.rows.append(["contact_tag", key, None, key])
        had.add((offer.owner, tag))
    if added or gone:
        outcome.changed.add(offer.owner)
    return [(offer.owner, tag) for tag in added]


def _drop_keys(connection: Connection, offer: Offer, base: Said, says: Said, outcome: Outcome) -> None:
    """Note identities that left the card, unless the user or another card holds them."""
    gone = set(map(tuple, base["keys"])) - set(map(tuple, says["keys"]))
    if not gone:
        return
    others = (
        select(card.c.said)
        .join_from(card, identity, card.c.identity_id == identity.c.id)
        .where(identity.c.contact_id == offer.owner, card.c.identity_id != offer.identity)
    )
    held = {tuple(key) for said in connection.scalars(others) for key in said["keys"]}
    for platform, handle in sorted(gone - held):
        query = select(identity.c.id).where(
            identity.c.contact_id == offer.owner,
            identity.c.platform == platform,
            identity.c.handle == handle,
            identity.c.by_user.is_(False),
            identity.c.id != offer.identity,
        )
        found = connection.scalar(query)
        if found is not None:
            outcome.dropped.add(found)
            outcome.changed.add(offer.owner)


def _write_cards(
    connection: Connection,
    new: dict[int, dict[str, Any]],
    had: dict[int, tuple[Said, str | None]],
    outcome: Outcome,
) -> None:
    updates = [row for key, row in new.items() if key in had]
    for row in updates:
        said, text = had[row["identity_id"]]
        key = {"identity_id": row["identity_id"]}
        after = {"said": row["said"], "text": row["text"]}
        outcome.rows.append(["card", key, {"said": said, "text": text}, after])
    if updates:
        statement = update(card).where(card.c.identity_id == bindparam("key"))
        connection.execute(
            statement.values(said=bindparam("to_said"), text=bindparam("to_text")),
            [{"key": r["identity_id"], "to_said": r["said"], "to_text": r["text"]} for r in updates],
        )
    fresh = [row for key, row in new.items() if key not in had]
    if fresh:
        connection.execute(insert(card), fresh)


def _said(offer: Offer) -> Said:
    record = offer.record
    said: Said = dict(zip(FIELDS, fields(record), strict=True))
    said["notes"] = said["notes"] or None
    said["name"] = " ".join(storable(record.name).split()) if record.name else None
    said["tags"] = tags(record)
    said["keys"] = [list(key) for key in offer.keys]
    return said


def _cards(connection: Connection, identities: Iterable[int]) -> dict[int, tuple[Said, str | None]]:
    query = select(card).where(card.c.identity_id.in_(list(identities)))
    return {row.identity_id: (row.said, row.text) for row in connection.execute(query)}


def _contacts(connection: Connection, owners: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = select(contact.c.id, contact.c.name, *(contact.c[name] for name in FIELDS))
    found = connection.execute(query.where(contact.c.id.in_(owners))).mappings()
    return {row["id"]: dict(row) for row in found}


def _tags(connection: Connection, owners: Sequence[int]) -> set[tuple[int, str]]:
    query = select(contact_tag).where(contact_tag.c.contact_id.in_(owners))
    return {(row[0], row[1]) for row in connection.execute(query)}


def _text(value: str | None) -> str | None:
    return storable(value) if value else None


def _date(partial: PartialDate | None) -> str | None:
    return iso(partial) if partial is not None and is_day(partial) else None
