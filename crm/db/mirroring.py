"""What the mirror looks at, read in as few and as large pieces as can be.

Acts are counted by direction and depth from the lowest byte of each packed one, which slices of bytes and
`bytes.count` do at the speed of memory.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from crm.db import bulk
from crm.db.acts import depth
from crm.db.tables import contact, dialogue, identity, interaction, post, relationship, tally
from crm.domain.exchanges import ACT_BITS, DAY_ONLY, Depth, packed
from crm.domain.mirror import Span
from crm.domain.records import Direction

_LOWEST = 0 if sys.byteorder == "little" else 7
"""Which of a packed act's eight bytes."""
_WITHOUT_MOMENT = bytes(number & (1 << ACT_BITS) - 1 & ~DAY_ONLY for number in range(256))
_CODES = {
    packed(0, direction, depth=depth): (direction.value, depth) for direction in Direction for depth in Depth
}


class Bounds(NamedTuple):
    """Where a span of time begins, as a moment and as acts have it that are known to the day."""

    moment: int
    """Microseconds since 1970, UTC."""
    day: int

    def passed(self, act: int) -> bool:
        """Say whether a packed act lies behind it."""
        return act >> ACT_BITS >= (self.day if act & DAY_ONLY else self.moment)


class Acts(NamedTuple):
    """Some acts of known time that have a platform, a span, a direction and a depth in common."""

    platform: str
    span: Span
    direction: str
    depth: int
    number: int


def platforms(connection: Connection) -> set[str]:
    """Return every platform of an act, a post or an identity."""
    found: set[str] = set()
    for table in (interaction, post):
        # from one to the next by the index: the table may have a million rows of five platforms
        after: str | None = None
        while True:
            query = select(func.min(table.c.platform))
            after = connection.scalar(query if after is None else query.where(table.c.platform > after))
            if after is None:
                break
            found.add(after)
    found.update(connection.scalars(select(identity.c.platform).distinct()))
    return found


def contacts(connection: Connection) -> list[tuple[int, int, bytes | None]]:
    """Return every contact: its id, when it was added here, and the days of its exchanges."""
    query = select(contact.c.id, contact.c.created_at, relationship.c.days).join_from(
        contact, relationship, relationship.c.contact_id == contact.c.id, isouter=True
    )
    return [(who, added, days) for who, added, days in bulk.tuples(connection, query)]


def places(connection: Connection) -> list[tuple[int, str]]:
    """Return the contact and the platform of every identity that is not the user's own."""
    query = select(identity.c.contact_id, identity.c.platform).where(identity.c.contact_id.is_not(None))
    return [(who, platform) for who, platform in bulk.tuples(connection, query)]


def dialogues(connection: Connection) -> list[tuple[Any, ...]]:
    """Return every row of `dialogue`, its columns in order, platform by platform."""
    return sorted(bulk.tuples(connection, select(dialogue)), key=itemgetter(1))


def acts(connection: Connection, bounds: Sequence[Bounds]) -> Iterator[Acts]:
    """Yield how many acts of known time there are of each sort, but for those before the first bound.

    Args:
        connection: where to read.
        bounds: where the spans of time begin after the first one, in order.

    """
    query = (
        select(tally.c.platform, tally.c.acts)
        .join_from(identity, tally, tally.c.identity_id == identity.c.id)
        .where(identity.c.contact_id.is_not(None))
    )
    found: defaultdict[tuple[str, Span], list[bytes]] = defaultdict(list)
    spans = (Span.BEFORE, Span.NOW)
    edges = [(min(bound) << ACT_BITS, max(bound) << ACT_BITS) for bound in bounds]
    for platform, blob in bulk.tuples(connection, query):
        for span, codes in zip(spans, _codes(blob, bounds, edges), strict=True):
            if codes:
                found[platform, span].append(codes)
    for (platform, span), parts in found.items():
        joined = b"".join(parts).translate(_WITHOUT_MOMENT)
        for code, (direction, depth_of_it) in _CODES.items():
            if number := joined.count(code):
                yield Acts(platform, span, direction, depth_of_it, number)
    yield from _acts_with_nobody(connection, bounds)


def posts(connection: Connection, bounds: Sequence[Bounds]) -> Iterator[tuple[str, Span, int]]:
    """Yield how many posts of known time there are on each platform in each span of time."""
    span = _span(post, bounds)
    query = (
        select(post.c.platform, span, func.count())
        .where(post.c.at.is_not(None))
        .group_by(post.c.platform, span)
    )
    for platform, passed, number in bulk.tuples(connection, query):
        yield platform, Span(passed), number


def promoting(
    connection: Connection, bounds: Sequence[Bounds], sites: Sequence[str], links: Callable[[str], bool]
) -> Iterator[tuple[str, Span]]:
    """Yield the platform and the span of every post of known time that links to one of these sites."""
    query = select(post.c.platform, _span(post, bounds), post.c.text).where(
        post.c.at.is_not(None), or_(*(post.c.text.icontains(site, autoescape=True) for site in sites))
    )
    for platform, passed, text in bulk.tuples(connection, query):
        if links(text):
            yield platform, Span(passed)


def _codes(blob: bytes, bounds: Sequence[Bounds], edges: Sequence[tuple[int, int]]) -> tuple[bytes, bytes]:
    """Return the lowest bytes of the packed acts between the first two bounds, and between the last two.

    Args:
        blob: packed acts, ascending.
        bounds: three of them.
        edges: of each, the packed moments from which some acts and from which all have passed it.

    """
    packs = memoryview(blob).cast("q")
    number = len(packs)
    # most acts are older than any period, or newer than the beginning of it
    if not number or packs[-1] < edges[0][0]:
        return b"", b""
    starts = []
    start = 0
    for some, every in edges:
        if packs[-1] < some:
            start = number
        elif packs[start] < some:
            start = bisect_left(packs, some, start)
        if start < number and packs[start] < every:
            return _codes_at_edges(blob, bounds)
        starts.append(start)
    first, second, third = starts
    return blob[first * 8 + _LOWEST : second * 8 : 8], blob[second * 8 + _LOWEST : third * 8 : 8]


def _codes_at_edges(blob: bytes, bounds: Sequence[Bounds]) -> tuple[bytes, bytes]:
    """Do the same where an act lies so near to a bound that it matters whether only its date is known."""
    packs = memoryview(blob).cast("q")
    cuts = []
    edges: list[list[int]] = []
    for bound in bounds:
        start = bisect_left(packs, min(bound) << ACT_BITS)
        end = start
        # here a date alone and a time lie on different sides of the bound
        while end < len(packs) and packs[end] < max(bound) << ACT_BITS:
            end += 1
        cuts.append((start, end))
        edges.append([packs[number] for number in range(start, end)])
    parts = []
    for number in (0, 1):
        first, last = cuts[number][1], cuts[number + 1][0]
        inside = [act for act in edges[number] if bounds[number].passed(act)]
        inside += [act for act in edges[number + 1] if not bounds[number + 1].passed(act)]
        parts.append(
            blob[first * 8 + _LOWEST : last * 8 : 8] + bytes(act & 0xFF for act in inside)
            if inside
            else blob[first * 8 + _LOWEST : last * 8 : 8]
        )
    return parts[0], parts[1]


def _acts_with_nobody(connection: Connection, bounds: Sequence[Bounds]) -> Iterator[Acts]:
    """Yield those without a contact: nobody's, and of identities that are the user's own."""
    own = select(identity.c.id).where(identity.c.contact_id.is_(None))
    found: Counter[tuple[str, int, str, int]] = Counter()
    kind, span = depth(), _span(interaction, bounds)
    columns = (interaction.c.platform, span, interaction.c.direction, kind)
    for whose in (interaction.c.identity_id.is_(None), interaction.c.identity_id.in_(own)):
        query = select(*columns, func.count()).where(whose, interaction.c.at.is_not(None)).group_by(*columns)
        for *sort, number in bulk.tuples(connection, query):
            found[tuple(sort)] += number
    for (platform, passed, direction, depth_of_it), number in found.items():
        if passed in (Span.BEFORE, Span.NOW):
            yield Acts(platform, Span(passed), direction, depth_of_it, number)


def _span(table: Table, bounds: Sequence[Bounds]) -> ColumnElement[int]:
    def passed(limits: Sequence[int]) -> ColumnElement[int]:
        later = list(enumerate(limits, start=1))[::-1]
        return case(*((table.c.at >= limit, number) for number, limit in later), else_=0)

    return case(
        (table.c.precision == "day", passed([bound.day for bound in bounds])),
        else_=passed([bound.moment for bound in bounds]),
    )
