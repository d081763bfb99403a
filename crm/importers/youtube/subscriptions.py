"""Whom the user has subscribed to, in the table of today and the list of the years before 2022.

The decision to know: only the old list says since when; both give the same ids, and one channel is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import stream_array
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn, iso
from crm.importers.youtube.comments import PLATFORM
from crm.importers.youtube.tables import CHANNEL, Holds, Known, Layout


class _Resource(Struct, rename="camel"):
    channel_id: str | None = None


class _Snippet(Struct, rename="camel"):
    channel_id: str | None = None
    published_at: str | None = None
    title: str | None = None
    resource_id: _Resource | None = None


class _Subscription(Struct):
    snippet: _Snippet | None = None


def titles(export: Export, layout: Layout) -> dict[str, str | None]:
    """Return the user's channels with their titles."""
    found: dict[str, str | None] = {}
    for table in layout.tables:
        if table.shape.holds is Holds.CHANNELS:
            for row in Table(export.open(table.name), table.name):
                if isinstance(row, Row) and CHANNEL.fullmatch(own := row[table.shape.channel].strip()):
                    found[own] = clean_value(row[table.shape.title]).strip() or None
    return found


def read(export: Export, layout: Layout, met: Callable[[str], None]) -> Iterator[Record]:
    """Yield every subscription once; `met` is told whose they are, where that is said."""
    told: set[str] = set()
    for name in layout.lists:
        yield from _old(export, name, met, told)
    for table in layout.tables:
        if table.shape.holds is Holds.SUBSCRIPTIONS:
            yield from _rows(export, table, told)


def _old(export: Export, name: str, met: Callable[[str], None], told: set[str]) -> Iterator[Record]:
    times = TimeColumn(name, iso)
    for place, item in enumerate(stream_array(export.open(name), _Subscription, name), start=1):
        if isinstance(item, Problem):
            yield item
            continue
        snippet = item.snippet or _Snippet()
        channel = (snippet.resource_id.channel_id if snippet.resource_id else None) or ""
        if not CHANNEL.fullmatch(channel):
            yield Problem(f"{name}[{place - 1}]", "does not say which channel it is")
            continue
        if snippet.channel_id and CHANNEL.fullmatch(snippet.channel_id):
            met(snippet.channel_id)
        if channel not in told:
            told.add(channel)
            moment = times.read(snippet.published_at, place) if snippet.published_at else UNKNOWN
            yield _follow(channel, snippet.title, moment)
    problem = times.problem()
    if problem is not None:
        yield problem


def _rows(export: Export, table: Known, told: set[str]) -> Iterator[Record]:
    shape = table.shape
    for row in Table(export.open(table.name), table.name, (shape.channel,)):
        if isinstance(row, Problem):
            yield row
            continue
        channel = row[shape.channel].strip()
        if not CHANNEL.fullmatch(channel):
            yield Problem(f"{table.name}, line {row.line}", "does not say which channel it is")
        elif channel not in told:
            told.add(channel)
            yield _follow(channel, row[shape.title], UNKNOWN)


def _follow(channel: str, title: str | None, moment: Moment) -> InteractionRecord:
    name = clean_value(title or "").strip() or None
    who = IdentityRef(PLATFORM, None, channel, name, f"https://www.youtube.com/channel/{channel}")
    return InteractionRecord(
        PLATFORM,
        f"youtube:follow:out:{channel}",
        who,
        moment.at,
        Direction.OUT,
        Kind.FOLLOW,
        precision=moment.precision if moment.at is not None else Precision.UNKNOWN,
    )
