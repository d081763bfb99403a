"""What reading any of LinkedIn's tables has in common: its rows, ids, times, and what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.times import Moment, TimeColumn
from crm.importers.linkedin.members import Member, needed_by
from crm.importers.linkedin.people import PLATFORM

_NOTES = ("Notes:", "When exporting your connection data")


class Reading:
    """One table while it is read."""

    def __init__(self, name: str) -> None:
        self.times = TimeColumn(name)
        self.keys = Keys()
        self.left: Counter[str] = Counter()
        """What is left out on purpose, counted."""


def table_rows(export: Export, member: Member) -> Iterator[Row | Problem]:
    """Yield the rows of a table, and a `Problem` for each broken one."""
    return iter(Table(export.open(member.name), member.name, *needed_by(member.table), notes=_NOTES))


Reader: TypeAlias = Callable[[Row, Reading], Iterable[Record]]
"""What makes records of one row."""


def read_rows(export: Export, member: Member, records: Reader) -> Iterator[Record]:
    """Yield what `records` makes of each row, then what could not be read and what was left out."""
    reading = Reading(member.name)
    for row in table_rows(export, member):
        if isinstance(row, Problem):
            yield row
        else:
            yield from records(row, reading)
    problem = reading.times.problem()
    if problem is not None:
        yield problem
    for what, count in sorted(reading.left.items()):
        yield Left(what, count)


def act(
    key: str,
    who: IdentityRef | None,
    moment: Moment,
    direction: Direction,
    kind: Kind,
    text: str | None = None,
    thread: str | None = None,
    url: str | None = None,
) -> InteractionRecord:
    """Return an interaction on LinkedIn; empty texts are none."""
    return InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        direction,
        kind,
        text or None,
        thread,
        url or None,
        moment.precision,
        moment.assumed,
    )
