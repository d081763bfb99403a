"""A real database in a temporary folder, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clocks import START, Clock

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision, Record
from crm.services import importing
from crm.services.spooling import Spool
from crm.services.views import RunView

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC), now=clock)
    yield opened
    opened.close()


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


@pytest.fixture
def act() -> Callable[..., InteractionRecord]:
    """Make an interaction record: `act("ada", "in", days_ago=3)`."""

    def make(
        who: str,
        direction: str = "in",
        *,
        days_ago: float = 0,
        kind: str = "message",
        platform: str = "x",
        key: str | None = None,
        text: str | None = None,
    ) -> InteractionRecord:
        at = micros(START - timedelta(days=days_ago))
        return InteractionRecord(
            platform=platform,
            external_id=key or f"{who}:{direction}:{kind}:{at}",
            who=IdentityRef(platform, who, name=who.capitalize()),
            at=at,
            direction=Direction(direction),
            kind=Kind(kind),
            text=text or f"{who} {direction} {days_ago} days ago",
            precision=Precision.SECOND,
        )

    return make


@pytest.fixture
def bring(store: Store) -> Callable[[Sequence[Record]], RunView]:
    """Import records as if an importer had yielded them."""

    def run(records: Sequence[Record], importer: str = "x", path: str = "export.zip") -> RunView:
        with Spool() as spool:
            spool.fill(records, lambda _: None, lambda: False)
            view, _ = store.write(importing.write_run, importer, path, spool)
        return view

    return run
