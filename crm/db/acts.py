"""What the rules look at of each contact's interactions, read for many contacts at once.

The decision to know: what a busy identity (thousands of acts) comes to is kept in `tally`, packed, so that a
merge or a split, which moves identities but changes no act, need not read a hundred thousand rows again.
Whatever changes acts reads them anew, and thereby renews what is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.sql import Select

from crm.db import bulk
from crm.db.tables import identity, interaction, tally
from crm.domain.exchanges import MARK_BITS, Depth, kinds_at_or_above, packed

BUSY = 2_000
"""Counting acts from which on an identity's are kept packed (8 bytes each)."""


class Deeds(NamedTuple):
    """What one identity's interactions come to."""

    identity: int
    contact: int
    platform: str
    floor: Depth
    interactions: int
    last_at: int | None
    own_at: int | None
    """The user's latest act, of any kind."""
    marks: array[int]
    """The counting acts of known time (`exchanges.packed`), in no order."""
    kept: bool = False
    """Taken from `tally`."""


def load(connection: Connection, floors: Mapping[int, Depth], *, unchanged: bool = False) -> list[Deeds]:
    """Return what the interactions of some contacts come to, by identity (of all), in the order of their ids.

    Args:
        connection: where to read.
        floors: the contacts, with the depth from which an act counts for each.
        unchanged: no act of theirs has changed since it was looked at last, so what is kept may be used.

    """
    of = select(identity.c.id, identity.c.contact_id, identity.c.platform)
    owned = bulk.tuples(connection, of.where(identity.c.contact_id.in_(list(floors))).order_by(identity.c.id))
    kept = _kept(connection, owned, floors) if unchanged else {}
    fresh = {key: array("q") for key, _, _ in owned if key not in kept}
    for floor in set(floors.values()):
        members = [who for who, own in floors.items() if own == floor]
        for key, mark in bulk.tuples(connection, _marks(floor, members, kept)):
            fresh[key].append(mark)
    totals = {row[0]: row[1:] for row in bulk.tuples(connection, _totals(floors, kept))}
    found = []
    for key, who, platform in owned:
        if key in kept:
            found.append(kept[key])
            continue
        number, last_at, own_at = totals.get(key, (0, None, None))
        found.append(Deeds(key, who, platform, floors[who], number, last_at, own_at, fresh[key]))
    return found


def keep(connection: Connection, loaded: Iterable[Deeds]) -> None:
    """Keep what was read of busy identities."""
    fresh = [deeds for deeds in loaded if not deeds.kept]
    rows = [
        (deeds.identity, deeds.floor.word, deeds.interactions, deeds.last_at, deeds.own_at, marks.tobytes())
        for deeds in fresh
        if len(marks := deeds.marks) >= BUSY
    ]
    if rows or connection.scalar(select(tally.c.identity_id).limit(1)) is not None:
        keys = [deeds.identity for deeds in fresh]
        connection.execute(delete(tally).where(tally.c.identity_id.in_(keys)))
    bulk.insert(connection, tally, tuple(tally.c.keys()), rows)


def _kept(
    connection: Connection, owned: Iterable[tuple[Any, ...]], floors: Mapping[int, Depth]
) -> dict[int, Deeds]:
    wanted = {key: (who, platform) for key, who, platform in owned}
    found: dict[int, Deeds] = {}
    query = select(tally).where(tally.c.identity_id.in_(list(wanted)))
    for row in connection.execute(query):
        who, platform = wanted[row.identity_id]
        if row.floor == floors[who].word:
            marks = array("q")
            marks.frombytes(row.marks)
            found[row.identity_id] = Deeds(
                row.identity_id, who, platform, floors[who], row.interactions, row.last_at, row.own_at,
                marks, kept=True,
            )  # fmt: skip
    return found


def _marks(floor: Depth, contacts: list[int], kept: Mapping[int, Deeds]) -> Select[Any]:
    code = case(
        *((interaction.c.direction == word, packed(0, word)) for word in ("in", "out")),
        else_=packed(0, "mutual"),
    )
    day_only = case((interaction.c.precision == "day", 1), else_=0)
    query = (
        select(identity.c.id, interaction.c.at * (1 << MARK_BITS) + code + day_only)
        .join_from(identity, interaction, interaction.c.identity_id == identity.c.id)
        .where(
            identity.c.contact_id.in_(contacts),
            interaction.c.at.is_not(None),
            interaction.c.kind.in_(kinds_at_or_above(floor)),
        )
    )
    return query.where(identity.c.id.not_in(list(kept))) if kept else query


def _totals(floors: Mapping[int, Depth], kept: Mapping[int, Deeds]) -> Select[Any]:
    own = case((interaction.c.direction.in_(("out", "mutual")), interaction.c.at))
    query = (
        select(identity.c.id, func.count(), func.max(interaction.c.at), func.max(own))
        .join_from(identity, interaction, interaction.c.identity_id == identity.c.id)
        .where(identity.c.contact_id.in_(list(floors)))
        .group_by(identity.c.id)
    )
    return query.where(identity.c.id.not_in(list(kept))) if kept else query
