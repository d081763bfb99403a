"""What a contact's acts on each platform come to for the mirror: rows beside those of `relationship`.

The decision to know: nothing in them depends on the moment or on a period, so the mirror only looks where a
period begins and ends in lists of days, and adds up what lies between.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from crm.db import bulk
from crm.db.tables import dialogue
from crm.domain.days import LocalDays
from crm.domain.exchanges import ACT_BITS, DAY_ONLY, Dialogue, Openings

_MICROSECONDS_PER_DAY = 86_400_000_000
_NO_OPENINGS = Openings([], [])
_NOTHING = Dialogue((), _NO_OPENINGS, _NO_OPENINGS)


class Row(NamedTuple):
    """A row of `dialogue`, column for column."""

    contact_id: int
    platform: str
    first_day: int
    days: bytes
    theirs: bytes
    yours: bytes


def row(
    who: int, platform: str, acts: Sequence[Sequence[int]], found: Dialogue | None, days: LocalDays
) -> Row:
    """Return the row of a contact and a platform.

    Args:
        who: the contact.
        platform: of the acts.
        acts: all of known time, of any depth, packed and ascending, by identity; none is empty.
        found: what the counting ones among them say.
        days: the calendar of the user's time zone.

    """
    one = found or _NOTHING
    return Row(
        who,
        platform,
        min(_first_day(part, days) for part in acts),
        array("i", one.days).tobytes(),
        _packed(one.theirs),
        _packed(one.yours),
    )


def stored(connection: Connection, contacts: Sequence[int]) -> Mapping[int, dict[str, Row]]:
    """Return the rows of some contacts as they are in the database, by contact and platform."""
    query = select(*(dialogue.c[name] for name in Row._fields)).where(dialogue.c.contact_id.in_(contacts))
    found: dict[int, dict[str, Row]] = {who: {} for who in contacts}
    for columns in bulk.tuples(connection, query):
        one = Row(*columns)
        found[one.contact_id][one.platform] = one
    return found


def _packed(openings: Openings) -> bytes:
    # `exchanges.OPENING_SIZE` bytes each
    return array("i", openings.days).tobytes() + array("d", openings.waits).tobytes()


def _first_day(acts: Sequence[int], days: LocalDays) -> int:
    """Return the local day of the first act; a date alone may lie on either side of its neighbours."""
    first = acts[0] >> ACT_BITS
    until = bisect_left(acts, first + _MICROSECONDS_PER_DAY + 1 << ACT_BITS)
    around = acts[:until]
    for act in around:
        if act & DAY_ONLY:
            return min(days.ordinal(end >> ACT_BITS, end & DAY_ONLY != 0) for end in _ends(around))
    return days.ordinal(first)


def _ends(acts: Sequence[int]) -> Sequence[int]:
    """Return the first act whose time of day is known, and the first of which only the date is."""
    dated = next((act for act in acts if act & DAY_ONLY), None)
    timed = next((act for act in acts if not act & DAY_ONLY), None)
    return [act for act in (dated, timed) if act is not None]
