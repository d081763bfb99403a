"""Suggestions that two contacts are one: reading the community, asking the domain, showing what it found.

RapidFuzz and AnyAscii are loaded here and only when matches are asked for; the rules themselves
(`crm.domain.matching`) know neither. What is stored is read anew each time, and so is what the user refused.
Only the weighing of pairs, a second for 10,000 contacts, is kept for as long as all it looked at is the same.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from crm.db import bulk
from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import card, contact, identity, refusal, relationship, sighting
from crm.domain.errors import NotFoundError
from crm.domain.matching import Account, Pair, Subject, Weighing, weigh
from crm.services.collecting import rarely_collecting
from crm.services.identities import view_of
from crm.services.naming import NameRank
from crm.services.views import MatchSide, MatchView

_CHUNK = 900
_LONGEST_NOTES = 5000
"""Characters of notes in which links and addresses are looked for."""
_ADDRESS_BOOK = "addressbook"
_MOST_KEPT = 50_000
"""Pairs; those of 10,000 contacts are some thousand, a megabyte of them."""
_latest: list[tuple[int, Weighing]] = []
"""The hash of the community that was looked at last, and what its pairs came to."""


def matches(work: Work, limit: int | None = None, contact_id: int | None = None) -> list[MatchView]:
    """Return pairs of contacts that are probably one, the surest first.

    Left out: what the user refused (for good, or until later), the user's own identities, and pairs of which
    both are archived.

    Args:
        work: the piece of work.
        limit: the most pairs to return; None for all.
        contact_id: only pairs of this contact.

    Raises:
        NotFoundError: there is no such contact.

    """
    pairs = suggest(work, contact_id)
    return _views(work, pairs if limit is None else pairs[:limit])


def count(work: Work) -> int:
    """Return how many matches there are. As costly as `matches`."""
    return len(suggest(work))


def suggest(work: Work, contact_id: int | None = None) -> list[Pair]:
    """Return the same as bare pairs of ids."""
    subjects, archived = _subjects(work)
    if contact_id is not None and all(subject.id != contact_id for subject in subjects):
        raise NotFoundError(f"there is no contact {contact_id}")
    with rarely_collecting():
        pairs = _weighed(subjects, contact_id).pairs(_refused(work))
    return [pair for pair in pairs if not (pair.one in archived and pair.other in archived)]


def _weighed(subjects: Sequence[Subject], contact_id: int | None) -> Weighing:
    """Return what the pairs came to; known already where the same community was looked at last."""
    mark = hash(tuple(subjects)) if contact_id is None else None
    for known, weighing in _latest:
        if known == mark:
            return weighing
    from anyascii import anyascii
    from rapidfuzz.distance import OSA

    weighing = weigh(subjects, OSA.normalized_similarity, anyascii, contact_id)
    if mark is not None and len(weighing) <= _MOST_KEPT:
        _latest[:] = [(mark, weighing)]
    return weighing


def everybody(work: Work) -> list[Subject]:
    """Return all contacts as matching sees them."""
    return _subjects(work)[0]


def _refused(work: Work) -> set[tuple[int, int]]:
    standing = or_(refusal.c.until.is_(None), refusal.c.until > stored(work.now))
    query = select(refusal.c.first_id, refusal.c.second_id).where(standing)
    return {(first, second) for first, second in bulk.tuples(work.connection, query)}


def _subjects(work: Work) -> tuple[list[Subject], set[int]]:
    """Return everybody as matching sees them, and who of them is archived."""
    accounts: dict[int, list[Account]] = {}
    books: dict[int, set[int]] = {}
    runs = _Books(work)
    query = select(
        identity.c.contact_id, identity.c.id, identity.c.platform, identity.c.handle, identity.c.external_id,
        identity.c.name, identity.c.url,
    ).where(identity.c.contact_id.is_not(None))  # fmt: skip
    for owner, key, *fields in bulk.tuples(work.connection, query.order_by(identity.c.id)):
        accounts.setdefault(owner, []).append(Account(*fields))
        if fields[0] == _ADDRESS_BOOK:
            books.setdefault(owner, set()).update(runs.of(key))
    claims = _claims(work)
    found, archived = [], set()
    people = select(
        contact.c.id, contact.c.name, contact.c.name_rank, contact.c.nickname, contact.c.organisation,
        contact.c.birthday, func.substr(contact.c.notes, 1, _LONGEST_NOTES), contact.c.archived,
    )  # fmt: skip
    for key, name, rank, nickname, organisation, birthday, notes, away in bulk.tuples(
        work.connection, people.order_by(contact.c.id)
    ):
        own = tuple(accounts.get(key, ()))
        found.append(
            Subject(
                id=key,
                names=_names(name if rank >= NameRank.DISPLAY else None, nickname, own),
                accounts=own,
                organisation=organisation,
                birthday=birthday,
                text=notes or "",
                claims=tuple(claims.get(key, ())),
                books=frozenset(books.get(key, ())),
            )
        )
        if away:
            archived.add(key)
    return found, archived


def _names(name: str | None, nickname: str | None, accounts: Iterable[Account]) -> tuple[str, ...]:
    names = [] if name is None else [name]
    if nickname and name is not None:
        names.append(f"{nickname} {name}")
    elif nickname:
        names.append(nickname)
    names.extend(account.name for account in accounts if account.name)
    return tuple(names)


def _claims(work: Work) -> dict[int, list[tuple[str, str]]]:
    """Return the addresses and numbers that cards name: an identity is one contact's, a family's is not."""
    query = select(identity.c.contact_id, card.c.said).join_from(
        card, identity, card.c.identity_id == identity.c.id
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for owner, said in bulk.tuples(work.connection, query.where(identity.c.contact_id.is_not(None))):
        keys = (json.loads(said) if isinstance(said, str) else said).get("keys", ())
        found.setdefault(owner, []).extend((platform, handle) for platform, handle in keys)
    return found


class _Books:
    """Which import runs saw a card: two cards that one run saw stand in one address book."""

    def __init__(self, work: Work) -> None:
        cards = select(identity.c.id).where(identity.c.platform == _ADDRESS_BOOK).order_by(identity.c.id)
        keys = [row[0] for row in bulk.tuples(work.connection, cards)]
        self._runs: dict[int, set[int]] = {}
        ranges = select(sighting.c.run_id, sighting.c.first_id, sighting.c.last_id)
        if not keys:
            return
        for run, first, last in bulk.tuples(work.connection, ranges.where(sighting.c.kind == "identity")):
            for key in keys[bisect_left(keys, first) : bisect_right(keys, last)]:
                self._runs.setdefault(key, set()).add(run)

    def of(self, identity_id: int) -> Iterable[int]:
        """Return the runs that saw a card."""
        return self._runs.get(identity_id, ())


def _views(work: Work, pairs: Sequence[Pair]) -> list[MatchView]:
    ids = sorted({key for pair in pairs for key in (pair.one, pair.other)})
    sides: dict[int, MatchSide] = {}
    orders: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(ids), _CHUNK):
        _read_sides(work, ids[start : start + _CHUNK], sides, orders)
    result = []
    for pair in pairs:
        keep, other = sorted((pair.one, pair.other), key=lambda key: orders[key])
        result.append(MatchView(sides[keep], sides[other], pair.reasons, pair.against, pair.strength))
    return result


def _read_sides(
    work: Work, ids: Sequence[int], sides: dict[int, MatchSide], orders: dict[int, tuple[Any, ...]]
) -> None:
    identities: dict[int, list[Any]] = {}
    query = (
        select(identity).where(identity.c.contact_id.in_(ids)).order_by(identity.c.platform, identity.c.id)
    )
    for row in work.connection.execute(query):
        if row.platform != _ADDRESS_BOOK:
            identities.setdefault(row.contact_id, []).append(view_of(row))
    people = (
        select(contact, relationship.c.interactions, relationship.c.last_interaction_at)
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(contact.c.id.in_(ids))
    )
    for row in work.connection.execute(people):
        sides[row.id] = MatchSide(
            id=row.id,
            name=row.name,
            identities=tuple(identities.get(row.id, ())),
            organisation=row.organisation,
            title=row.title,
            birthday=row.birthday,
            interactions=row.interactions,
            last_interaction_at=None if row.last_interaction_at is None else moment(row.last_interaction_at),
            archived=row.archived,
        )
        # whom the user wrote about stays, then who has the longer history, the better name, the older id
        known = len(identities.get(row.id, ()))
        orders[row.id] = (
            row.archived, not row.by_user, -row.interactions, -row.name_rank, -known, row.id,
        )  # fmt: skip
