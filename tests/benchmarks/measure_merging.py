"""Merging and splitting contacts with 100,000 interactions: `python tests/benchmarks/measure_merging.py`."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from datetime import UTC
from pathlib import Path

from sqlalchemy import insert

from crm.db import bulk, state
from crm.db.store import Store, Work
from crm.db.tables import contact, identity, interaction
from crm.domain.cadence import Rules
from crm.services import editing, interactions, merging

ACTS = 100_000
SPAN = 10 * 365 * 86_400 * 1_000_000
BEGIN = 1_400_000_000_000_000
ROUNDS = 7
_COLUMNS = ("identity_id", "platform", "external_id", "at", "precision", "direction", "kind")


def fill(work: Work) -> None:
    """Write two contacts with a hundred thousand acts each over ten years."""
    chance = random.Random(1)
    for key in (1, 2):
        row = {"id": key, "name": f"Busy {key}", "name_rank": 2, "search": f"busy {key}", "created_at": BEGIN}
        work.connection.execute(insert(contact).values(**row))
        account = {"id": key, "contact_id": key, "platform": "x", "handle": f"busy{key}"}
        work.connection.execute(insert(identity).values(**account))
        rows = [
            (key, "x", f"{key}:{number}", BEGIN + chance.randrange(SPAN), "second",
             chance.choice(("in", "out")), chance.choice(("message", "reply", "reaction")))
            for number in range(ACTS)
        ]  # fmt: skip
        bulk.insert(work.connection, interaction, _COLUMNS, rows)
    state.refresh(work.connection, work.rules, work.now, (1, 2))


def measure(store: Store, other: int) -> tuple[float, float]:
    """Return the medians of merging into the first contact and of splitting again, in milliseconds."""
    merged, split = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        done = store.write(merging.merge, 1, other)
        merged.append(time.perf_counter() - start)
        start = time.perf_counter()
        other = store.write(merging.split, done.part)
        split.append(time.perf_counter() - start)
    return statistics.median(merged) * 1000, statistics.median(split) * 1000


def main() -> None:
    """Measure, and print a line for each pair."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "crm.db", rules=Rules(zone=UTC))
        store.write(fill)
        small = store.write(editing.add, "Small One", ["x:small"])
        store.write(interactions.log, small, "hello")
        for what, other in (("100,000 acts and one", small), ("100,000 acts and 100,000", 2)):
            merged, split = measure(store, other)
            print(f"{what:26}  merge {merged:6.1f} ms   split {split:6.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
