"""Contacts whole, for what leaves the program: everything about each, some hundred at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from crm.db import bulk
from crm.db.store import Work
from crm.db.tables import card, contact, contact_tag, identity
from crm.domain.dates import parse_birthday
from crm.domain.handles import normalise
from crm.domain.platforms import PLATFORMS
from crm.domain.records import IdentityRef, PartialDate

CHUNK = 500
_NAMESPACE = UUID("6b5b1ca3-7a0f-4f53-9d5e-2f1a3c0c8f10")
"""Made once for this program, so that what it names is named like this by no other."""

_NAMES = (
    "id", "name", "name_rank", "nickname", "organisation", "title", "birthday", "anniversary", "notes",
    "circle", "cadence_days", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """One card that a contact came from."""

    key: str | None
    """What it is found again by: its UID, or a fingerprint; None where it is from no address book."""
    text: str | None
    keys: frozenset[tuple[str, str]]
    """(platform, handle) of the accounts it named when it last came."""


@dataclass(frozen=True, slots=True)
class Person:
    """One contact whole, but for what was said."""

    id: int
    name: str
    name_rank: int
    nickname: str | None
    organisation: str | None
    title: str | None
    birthday: PartialDate | None
    anniversary: PartialDate | None
    notes: str
    circle: str | None
    cadence_days: int | None
    """Their own; 0 is never."""
    created_at: int
    tags: tuple[str, ...]
    identities: tuple[IdentityRef, ...]
    """Handles as written; without those of address books."""
    cards: tuple[Kept, ...]
    """The main one first."""


def people(work: Work, ids: Sequence[int]) -> Iterator[Person]:
    """Yield contacts whole, in the order of `ids`; ids of contacts that are gone are left out."""
    for start in range(0, len(ids), CHUNK):
        yield from _chunk(work, ids[start : start + CHUNK])


def made_key(contact_id: int, created_at: int, what: str = "") -> str:
    """Return a UID for something about a contact; the same for ever, and in no other database.

    Args:
        contact_id: whose.
        created_at: microseconds; without it the first contacts of all databases would be one.
        what: of the contact's, such as "birthday"; by default the contact itself.

    """
    return str(uuid5(_NAMESPACE, f"{contact_id}:{created_at}:{what}"))


def _chunk(work: Work, ids: Sequence[int]) -> Iterator[Person]:
    tags: dict[int, list[str]] = {}
    held = select(contact_tag.c.contact_id, contact_tag.c.tag).where(contact_tag.c.contact_id.in_(ids))
    for who, tag in bulk.tuples(work.connection, held.order_by(contact_tag.c.tag)):
        tags.setdefault(who, []).append(tag)
    identities = _identities(work, ids)
    cards = _cards(work, ids)
    query = select(*(contact.c[name] for name in _NAMES)).where(contact.c.id.in_(ids))
    found: dict[int, tuple[Any, ...]] = {row[0]: row for row in bulk.tuples(work.connection, query)}
    for key in ids:
        if key in found:
            kept = dict(zip(_NAMES, found[key], strict=True))
            yield Person(
                **kept
                | {name: parse_birthday(kept[name]) for name in ("birthday", "anniversary") if kept[name]},
                tags=tuple(tags.get(key, ())),
                identities=tuple(identities.get(key, ())),
                cards=tuple(cards.get(key, ())),
            )


def _identities(work: Work, ids: Sequence[int]) -> dict[int, list[IdentityRef]]:
    names = (
        "contact_id", "platform", "handle", "handle_written", "external_id", "name", "url", "label",
    )  # fmt: skip
    query = select(*(identity.c[name] for name in names)).where(identity.c.contact_id.in_(ids))
    found: dict[int, list[IdentityRef]] = {}
    for who, platform, handle, as_written, external_id, name, url, label in bulk.tuples(
        work.connection, query.order_by(identity.c.id)
    ):
        if platform not in PLATFORMS or not PLATFORMS[platform].hidden:
            # a newer export may have brought another handle, of which nobody knows how it is written
            if as_written and normalise(platform, as_written) == handle:
                handle = as_written
            found.setdefault(who, []).append(IdentityRef(platform, handle, external_id, name, url, label))
    return found


def _cards(work: Work, ids: Sequence[int]) -> dict[int, list[Kept]]:
    query = (
        select(identity.c.contact_id, identity.c.platform, identity.c.external_id, card.c.text, card.c.said)
        .join_from(card, identity, card.c.identity_id == identity.c.id)
        .where(identity.c.contact_id.in_(ids))
        .order_by(card.c.identity_id)
    )
    found: dict[int, list[Kept]] = {}
    for who, place, key, text, said in work.connection.execute(query):
        keys = frozenset((platform, handle) for platform, handle in said.get("keys", ()))
        found.setdefault(who, []).append(Kept(key if place == "addressbook" else None, text, keys))
    return found
