"""Contacts as cards: which accounts the card lacks, and which it still names though they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from crm.db import bulk
from crm.db.store import Work
from crm.db.tables import identity
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef
from crm.exporters import vcard
from crm.importers.vcard.identities import identities
from crm.services.naming import NameRank
from crm.services.outgoing import CHUNK, Person, made_key, people
from crm.vcard.fields import Fields
from crm.vcard.model import Card

_CHUNK = 900

_Key = tuple[str, str]
"""(platform, handle), or (platform, "#" and the external id)."""


def cards(work: Work, ids: Sequence[int], version: str) -> Iterator[tuple[Person, Card]]:
    """Yield contacts, each with the one card that says all of it, in the order of `ids`.

    Args:
        work: the piece of work.
        ids: which contacts.
        version: for which version of vCard the cards are.

    """
    for start in range(0, len(ids), CHUNK):
        found = list(people(work, ids[start : start + CHUNK]))
        gone = _gone(work, found)
        for person in found:
            yield person, _card(person, gone, version)


def _card(person: Person, gone: set[_Key], version: str) -> Card:
    fields = Fields(
        name=person.name,
        nickname=person.nickname,
        organisation=person.organisation,
        title=person.title,
        birthday=person.birthday,
        anniversary=person.anniversary,
        notes=person.notes.strip() or None,
        tags=person.tags,
    )
    kept = vcard.kept(one.text for one in person.cards if one.text)
    card = vcard.card_of(kept, fields, named_here=not kept or person.name_rank >= NameRank.USER)
    own = _keys(person.identities)
    named = _named(card)
    lost = [ref for ref in named if not _keys([ref]) & own and _keys([ref]) & gone]
    if lost:
        card = vcard.without_identities(card, lambda part: _only(part, _keys(lost)))
        named = _named(card)
    has = _keys(named)
    lacking = [ref for ref in person.identities if not _keys([ref]) & has]
    card = vcard.with_identities(card, lacking, version)
    if kept:
        card = vcard.unrevised(kept[0], card)
    return vcard.with_uid(card, _uid(person))


def _uid(person: Person) -> str:
    """Return what the card is found again by: the key under which it came, also where that is no UID."""
    key = next((one.key for one in person.cards if one.key), None)
    return key or f"urn:uuid:{made_key(person.id, person.created_at)}"


def _named(card: Card) -> tuple[IdentityRef, ...]:
    return identities(card, "")[1:]


def _only(part: Card, lost: set[_Key]) -> bool:
    named = _named(part)
    return bool(named) and all(_keys([ref]) & lost for ref in named)


def _keys(refs: Iterable[IdentityRef]) -> set[_Key]:
    found: set[_Key] = set()
    for ref in refs:
        if ref.handle:
            found.add((ref.platform, normalise(ref.platform, ref.handle)))
        if ref.external_id:
            found.add((ref.platform, f"#{ref.external_id}"))
    return found


def _gone(work: Work, found: Sequence[Person]) -> set[_Key]:
    """Return the accounts that cards named when they last came, and that are nobody's any more.

    The user has taken them away, or they have another handle by now. Those that belong to somebody else (an
    address that a family shares) stay in the card.
    """
    named = {key for person in found for kept in person.cards for key in kept.keys}
    named -= {key for person in found for key in _keys(person.identities)}
    handles = sorted({handle for _, handle in named})
    query = select(identity.c.platform, identity.c.handle)
    for start in range(0, len(handles), _CHUNK):
        chunk = handles[start : start + _CHUNK]
        held = bulk.tuples(work.connection, query.where(identity.c.handle.in_(chunk)))
        named.difference_update((platform, handle) for platform, handle in held)
    return named
