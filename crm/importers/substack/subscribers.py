"""Lists of subscribers: each follows the publication since they subscribed.

Three headers are known: `email_list.<publication>.csv` (`email, active_subscription, expiry, plan,
email_disabled, created_at`), the lists of paying ones before 2021 (no date of subscribing), and the table of
the Subscribers page (`Email, Name, Stripe plan, Start date`, with everything that Substack watches). The
decision to know: of the last, only name, address and start are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.handles import normalise
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import digest
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import ANY_NOTATION, UNKNOWN, TimeColumn
from crm.importers.substack.posts import PLATFORM

SUBSCRIBERS = (
    ("email", "active subscription", "email disabled"),
    ("email", "email disabled", "prefer digests"),
    ("email", "email disabled", "digest enabled"),
    ("email", "stripe plan", "start date"),
)
"""The ways its header may look."""
_AUTHORS = frozenset(("author", "admin"))


def read_subscribers(export: Export, names: list[str]) -> Iterator[Record]:
    """Yield a contact and a follow for each subscriber; one of several lists once.

    Lists with a date come before those without, so that a paying subscriber keeps the date of subscribing.
    """
    seen: set[str] = set()
    left: Counter[str] = Counter()
    dated = [Table(export.open(name), name, *SUBSCRIBERS) for name in names]
    for table in sorted(dated, key=lambda one: not {"created at", "start date"} & set(one.columns)):
        times = TimeColumn(table.where, *ANY_NOTATION)
        for row in table:
            if isinstance(row, Problem):
                yield row
            else:
                yield from _subscriber(row, table.where, times, seen, left)
        if (problem := times.problem()) is not None:
            yield problem
    yield from (Left(what, number) for what, number in sorted(left.items()))


def _subscriber(
    row: Row, where: str, times: TimeColumn, seen: set[str], left: Counter[str]
) -> Iterator[Record]:
    address = clean_value(row["email"]).strip()
    if "@" not in address:
        yield Problem(f"{where}, line {row.line}", "has no e-mail address")
        return
    if row["type"].strip().casefold() in _AUTHORS:
        left["authors of the publication"] += 1
        return
    key = f"follow:{digest(normalise('email', address))}"
    if key in seen:
        return
    seen.add(key)
    name = " ".join(clean_value(row["name"]).split()) or None
    who = IdentityRef("email", address, name=name)
    if name:
        yield ContactRecord((who,), name)
    written = (row["created at"] or row["start date"]).strip()
    moment = times.read(written, row.line) if written else UNKNOWN
    yield InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        Direction.IN,
        Kind.FOLLOW,
        precision=moment.precision,
        zone_assumed=moment.assumed,
    )
