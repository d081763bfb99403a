"""The acts of every identity as packed integers, kept beside the interactions they are made from.

The decision to know: a million rows take a second to read, eight bytes for each of them a fiftieth of that.
So what the rules and the mirror look at (`exchanges.packed`) is kept in `tally`, a row for each identity and
platform, and renewed, always from the interactions themselves, in the transaction that changes them. Merges,
splits and other rules move no act, and read only what is kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BindParameter, Connection, Delete, String, bindparam, case, cast, delete, func, select
from sqlalchemy.sql import Select
from sqlalchemy.sql.elements import ColumnElement

from crm.db import bulk
from crm.db.tables import identity, interaction, tally
from crm.domain.exchanges import ACT_BITS, DIRECTION_MASK, Depth, depth_of, packed
from crm.domain.records import Kind

_numbers = msgspec.json.Decoder(list[int]).decode


class Pack(NamedTuple):
    """An identity's interactions on one platform."""

    interactions: int
    """All of them, also those of unknown time."""
    acts: array[int]
    """Those of known time, each `exchanges.packed`, ascending."""


class Deeds(NamedTuple):
    """What one identity's interactions come to."""

    identity: int
    contact: int
    platform: str
    """The identity's own; acts of another may come through it."""
    packs: Mapping[str, Pack]
    """By the platform of the acts."""

    @property
    def interactions(self) -> int:
        """How many there are, also of unknown time."""
        return sum(pack.interactions for pack in self.packs.values())

    @property
    def last_at(self) -> int | None:
        """The moment of the latest of known time."""
        return max((pack.acts[-1] >> ACT_BITS for pack in self.packs.values() if pack.acts), default=None)

    @property
    def own_at(self) -> int | None:
        """The moment of the user's latest act, of any kind."""
        latest = (_own(pack.acts) for pack in self.packs.values())
        return max((at for at in latest if at is not None), default=None)

    def has(self, at: int) -> bool:
        """Say whether any act lies at a moment."""
        for pack in self.packs.values():
            number = bisect_left(pack.acts, at << ACT_BITS)
            if number < len(pack.acts) and pack.acts[number] >> ACT_BITS == at:
                return True
        return False


def _own(acts: Sequence[int]) -> int | None:
    theirs = packed(0, "in", depth=Depth.NOD)
    return next((act >> ACT_BITS for act in reversed(acts) if act & DIRECTION_MASK != theirs), None)


def load(connection: Connection, contacts: Sequence[int]) -> list[Deeds]:
    """Return the interactions of some contacts, by identity (of all), in the order of their ids."""
    owned = _owned(connection, contacts)
    packs = _read(connection, contacts)
    return [Deeds(key, who, platform, packs.get(key, {})) for key, who, platform in owned]


def kept(connection: Connection, contacts: Sequence[int]) -> list[Deeds]:
    """Return the same from what is kept; right where no act changed since it was looked at last."""
    owned = _owned(connection, contacts)
    packs = stored(connection, contacts)
    return [Deeds(key, who, platform, packs.get(key, {})) for key, who, platform in owned]


def keep(connection: Connection, contacts: Sequence[int], loaded: Iterable[Deeds]) -> None:
    """Keep what was read of some contacts, instead of what was kept of them before."""
    connection.execute(_forgetting(), {"keys": contacts})
    rows = [
        (deeds.identity, platform, pack.interactions, pack.acts.tobytes())
        for deeds in loaded
        for platform, pack in deeds.packs.items()
    ]
    bulk.insert(connection, tally, tuple(tally.c.keys()), rows)


def drop_own(connection: Connection) -> None:
    """Forget what was kept of identities that have become the user's own: nothing would renew it."""
    connection.execute(_dropping())


def stored(connection: Connection, contacts: Sequence[int]) -> dict[int, dict[str, Pack]]:
    """Return what is kept of these contacts' identities, by identity and platform."""
    found: dict[int, dict[str, Pack]] = {}
    for key, platform, number, blob in connection.execute(_keeping(), {"keys": contacts}):
        acts = array("q")
        acts.frombytes(blob)
        found.setdefault(key, {})[platform] = Pack(number, acts)
    return found


def _owned(connection: Connection, contacts: Sequence[int]) -> list[tuple[int, int, str]]:
    rows = connection.execute(_owning(), {"keys": contacts}).all()
    return [(key, who, platform) for key, who, platform in rows]


def _read(connection: Connection, contacts: Sequence[int]) -> dict[int, dict[str, Pack]]:
    """Read interactions, from their index alone.

    A million numbers as rows take twice as long as the same in a text that the database joins and a JSON
    decoder takes apart, so they come like that.
    """
    found: dict[int, dict[str, Pack]] = {}
    for key, platform, number, moments in connection.execute(_packing(), {"keys": contacts}):
        acts = sorted(_numbers(f"[{moments or ''}]"))
        found.setdefault(key, {})[platform] = Pack(number, array("q", acts))
    return found


# Each question is put together once: that, and finding that it was asked before, costs more than asking it.
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)


@cache
def _owning() -> Select[Any]:
    query = select(identity.c.id, identity.c.contact_id, identity.c.platform)
    return query.where(identity.c.contact_id.in_(_KEYS)).order_by(identity.c.id)


@cache
def _keeping() -> Select[Any]:
    return (
        select(tally.c.identity_id, tally.c.platform, tally.c.interactions, tally.c.acts)
        .join_from(identity, tally, tally.c.identity_id == identity.c.id)
        .where(identity.c.contact_id.in_(_KEYS))
    )


@cache
def _forgetting() -> Delete:
    return delete(tally).where(tally.c.identity_id.in_(_of_contacts()))


def _of_contacts() -> Select[Any]:
    return select(identity.c.id).where(identity.c.contact_id.in_(_KEYS))


@cache
def _dropping() -> Delete:
    own = select(identity.c.id).where(identity.c.contact_id.is_(None))
    return delete(tally).where(tally.c.identity_id.in_(own))


@cache
def _packing() -> Select[Any]:
    whole = interaction.c.at * (1 << ACT_BITS) + _direction() + _day_only() + depth()
    return (
        select(
            interaction.c.identity_id,
            interaction.c.platform,
            func.count(),
            func.aggregate_strings(cast(whole, String), ","),
        )
        .where(interaction.c.identity_id.in_(_of_contacts()))
        .group_by(interaction.c.identity_id, interaction.c.platform)
    )


def _direction() -> ColumnElement[int]:
    return case(
        *((interaction.c.direction == word, packed(0, word, depth=Depth.NOD)) for word in ("in", "out")),
        else_=packed(0, "mutual", depth=Depth.NOD),
    )


def _day_only() -> ColumnElement[int]:
    return case((interaction.c.precision == "day", packed(0, "in", True, Depth.NOD)), else_=0)


def depth() -> ColumnElement[int]:
    """Return what gives the depth of an interaction in a query."""
    usual = [kind for kind in Kind if depth_of(kind) is Depth.WORDS]
    rare = [kind for kind in Kind if kind not in usual]
    # the usual kinds first: each costs a comparison
    return case(
        *((interaction.c.kind == kind.value, int(depth_of(kind))) for kind in [*usual, *rare]), else_=0
    )
