"""Friends, awards, and what the export says of the account itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.domain.records import (
    ContactRecord,
    Direction,
    InteractionRecord,
    Kind,
    Precision,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.tables import Row
from crm.importers.kit.times import EARLIEST, iso, latest
from crm.importers.reddit.names import PLATFORM, account, address, person, post_of
from crm.importers.reddit.tables import Reader, Reading, Table, read_rows, rows


class Facts(NamedTuple):
    """What `statistics.csv` says."""

    name: str | None = None
    address: str | None = None
    exported: int | None = None
    """Microseconds since 1970 UTC."""


def facts_of(export: Export, names: list[str]) -> Facts:
    """Return what the export says of the account."""
    found: dict[str, str] = {}
    for name in names:
        for row in rows(export, name):
            if isinstance(row, Row):
                found[" ".join(row["statistic"].casefold().replace("_", " ").split())] = row["value"].strip()
    moment = iso(found.get("export time", ""))
    exported = moment.at if moment and moment.at is not None and EARLIEST <= moment.at <= latest() else None
    name = found.get("account name") or found.get("username") or ""
    return Facts(account(name), found.get("email address") or found.get("email"), exported)


def read(export: Export, tables: dict[Table, list[str]]) -> Iterator[Record]:
    """Yield friends and awards, and count what is nobody else's business."""
    yield from read_rows(export, tables[Table.FRIENDS], _friend)
    yield from read_rows(export, tables[Table.GOLD_RECEIVED], _Awards(Direction.IN).award)
    yield from read_rows(export, tables[Table.GILDED], _Awards(Direction.OUT).award)
    yield from read_rows(export, tables[Table.DRAFTS], _counted("drafts"))
    yield from read_rows(export, tables[Table.SAVED], _counted("saved and hidden posts and comments"))


def _counted(what: str) -> Reader:
    def count(_row: Row, reading: Reading) -> Iterable[Record]:
        reading.left[what] += 1
        return ()

    return count


def _friend(row: Row, reading: Reading) -> Iterable[Record]:
    name = account(row["username"])
    if name is None:
        reading.left["friends who deleted their account"] += 1
        return
    note = row["note"].strip()
    if note:
        yield ContactRecord((person(name),), notes=note)
    yield InteractionRecord(
        PLATFORM,
        f"reddit:follow:out:{name.lower()}",
        person(name),
        None,
        Direction.OUT,
        Kind.FOLLOW,
        precision=Precision.UNKNOWN,
    )


class _Awards:
    """Awards have no ids."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._keys = Keys()

    def award(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Yield an award: a click that cost something."""
        link = row["content link"].strip()
        giver = account(row["gilder username"])
        if self._direction is Direction.IN and giver is None:
            reading.left["awards of people who are not named"] += 1
            return
        moment = reading.times.read(row["gold received date"] or row["date"], row.line)
        post = post_of(link)
        key = self._keys.make(f"reddit:award:{self._direction}", link, moment.at, giver or "me", row["award"])
        yield InteractionRecord(
            PLATFORM,
            key,
            person(giver) if giver else None,
            moment.at,
            self._direction,
            Kind.REACTION,
            row["award"].strip() or None,
            f"reddit:post:{post}" if post else None,
            address(link),
            moment.precision,
            moment.assumed,
        )
