"""The CSV of a Ghost site's members: each follows the site since they signed up.

Columns as TryGhost/Ghost's members exporter writes them; `tiers` was `products` in version 4. The decision to
know: members who chose to get no mail are members all the same, deleted ones are left out.
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

PLATFORM = "ghost"
MEMBERS = (
    ("email", "subscribed to emails", "complimentary plan"),
    ("email", "subscribed to emails", "stripe customer id"),
    ("email", "name", "subscribed to emails", "created at"),
)
"""The ways its header may look."""


def read_members(export: Export, names: list[str]) -> Iterator[Record]:
    """Yield a contact and a follow for each member; a member of two tables once."""
    seen: set[str] = set()
    left: Counter[str] = Counter()
    for name in names:
        times = TimeColumn(name, *ANY_NOTATION)
        for row in Table(export.open(name), name, *MEMBERS):
            if isinstance(row, Problem):
                yield row
            else:
                yield from _member(row, name, times, seen, left)
        if (problem := times.problem()) is not None:
            yield problem
    yield from (Left(what, number) for what, number in sorted(left.items()))


def _member(row: Row, where: str, times: TimeColumn, seen: set[str], left: Counter[str]) -> Iterator[Record]:
    address = clean_value(row["email"]).strip()
    if "@" not in address:
        yield Problem(f"{where}, line {row.line}", "has no e-mail address")
        return
    if row["deleted at"].strip():
        left["deleted members"] += 1
        return
    number = clean_value(row["id"]).strip()
    key = f"follow:{number or digest(normalise('email', address))}"
    if key in seen:
        return
    seen.add(key)
    name = " ".join(clean_value(row["name"]).split()) or None
    who = IdentityRef("email", address, name=name)
    identities = (who, IdentityRef(PLATFORM, external_id=number, name=name)) if number else (who,)
    labels = (clean_value(label).strip() for label in row["labels"].split(","))
    yield ContactRecord(
        identities,
        name,
        notes=clean_value(row["note"]).strip() or None,
        tags=tuple(dict.fromkeys(label for label in labels if label)),
    )
    moment = times.read(row["created at"], row.line) if row["created at"].strip() else UNKNOWN
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
