"""All acts and posts as the mirror looks at them: integers, as few objects as can be.

A million rows as tuples take twice as long as the same numbers in one text that the database joins and a JSON
decoder takes apart, so they come like that, a stretch of the table at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, String, Table, case, cast, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from crm.db import bulk
from crm.db.tables import identity, interaction, post
from crm.domain.exchanges import Depth, depth_of
from crm.domain.mirror import DIRECTION_CODES, Layout, Span
from crm.domain.records import Kind

_STRETCH = 200_000
"""Rows per question: some megabytes of text."""
_numbers = msgspec.json.Decoder(list[int]).decode


class Bounds(NamedTuple):
    """Where a span of time begins, as a moment and as acts have it that are known to the day."""

    moment: int
    """Microseconds since 1970, UTC."""
    day: int


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


def acts(
    connection: Connection, layout: Layout, bounds: Sequence[Bounds]
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield stretches of all acts of known time: their moments, and the rest of each.

    The rest is the identity (0: none), above `layout.bits` bits that hold what `Layout.code` says.

    Args:
        connection: where to read.
        layout: how the acts are packed.
        bounds: where the spans of time begin after the first one, in order.

    """
    rest = (
        func.coalesce(interaction.c.identity_id, 0) * (1 << layout.bits)
        + _direction() * (1 << layout.direction_shift)
        + case((interaction.c.precision == "day", 1 << layout.day_shift), else_=0)
        + _depth() * (1 << layout.depth_shift)
        + _span(interaction, bounds) * (1 << layout.span_shift)
        + _platform(interaction, layout)
    )
    last = connection.scalar(select(func.max(interaction.c.id))) or 0
    for start in range(0, last + 1, _STRETCH):
        columns: tuple[Any, ...] = (_joined(interaction.c.at), _joined(rest))
        query: Select[Any] = select(*columns).where(
            interaction.c.id >= start, interaction.c.id < start + _STRETCH, interaction.c.at.is_not(None)
        )
        for moments, others in bulk.tuples(connection, query):
            if moments is not None:
                yield _numbers(f"[{moments}]"), _numbers(f"[{others}]")


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


def _joined(number: ColumnElement[int]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(number, String), ",")


def _direction() -> ColumnElement[int]:
    words = {
        interaction.c.direction == word: code for word, code in DIRECTION_CODES.items() if word != "mutual"
    }
    return case(*words.items(), else_=DIRECTION_CODES["mutual"])


def _depth() -> ColumnElement[int]:
    usual = [kind for kind in Kind if depth_of(kind) is Depth.WORDS]
    rare = [kind for kind in Kind if kind not in usual]
    # the usual kinds first: each costs a comparison
    return case(
        *((interaction.c.kind == kind.value, int(depth_of(kind))) for kind in [*usual, *rare]), else_=0
    )


def _span(table: Table, bounds: Sequence[Bounds]) -> ColumnElement[int]:
    def passed(limits: Sequence[int]) -> ColumnElement[int]:
        later = list(enumerate(limits, start=1))[::-1]
        return case(*((table.c.at >= limit, number) for number, limit in later), else_=0)

    return case(
        (table.c.precision == "day", passed([bound.day for bound in bounds])),
        else_=passed([bound.moment for bound in bounds]),
    )


def _platform(table: Table, layout: Layout) -> ColumnElement[Any]:
    if not layout.platforms:
        return literal(0)
    return case(
        {name: number for number, name in enumerate(layout.platforms)}, value=table.c.platform, else_=0
    )
