# ruff: noqa: E402 - what is imported lies in folders that are named first
"""Measures matching on made-up communities: `python measure_matching.py [--people N...] [--seed S...]`.

Prints how right the suggestions are, how long they take and what memory; and, where a Python that has
splink is named (`--splink PYTHON`), what splink finds in the same data. splink is no dependency: give it an
environment of its own. It is handed names, handles and numbers already taken apart by our own code.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).parent),
    str(Path(__file__).parents[1] / "support"),
]  # before what lies there

import community
import measure
from anyascii import anyascii
from rapidfuzz.distance import OSA
from sqlalchemy import select

from crm.db import bulk
from crm.db.store import Store
from crm.db.tables import identity
from crm.domain.cadence import Rules
from crm.domain.matching import Subject, find
from crm.domain.matching.names import Reader
from crm.domain.matching.traits import Traits
from crm.services import importing, matching
from crm.services.spooling import Spool

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
RECALLS = (0.3, 0.4, 0.5, 0.6, 0.72)
Pairs = Sequence[tuple[int, int]]
"""Ids of two contacts, the smaller first; the surest pairs first."""


def fill(path: Path, made: community.Community) -> None:
    """Import a community into a fresh database."""
    store = Store.open(path, rules=Rules(zone=UTC), now=lambda: NOW)
    for importer, records in made.runs.items():
        with Spool() as spool:
            spool.fill(records, lambda _: None, lambda: False)
            store.write(importing.write_run, importer, f"{importer}.zip", spool)
    store.close()


def truth(store: Store, made: community.Community) -> tuple[int, set[tuple[int, int]], int]:
    """Return how many contacts there are, which pairs are one, and how many hold two people."""
    query = select(identity.c.contact_id, identity.c.platform, identity.c.external_id, identity.c.handle)
    people: dict[int, set[int]] = {}
    for contact, platform, external_id, handle in store.read(
        lambda work: bulk.tuples(work.connection, query)
    ):
        owner = made.owners.get((platform, external_id), made.owners.get((platform, handle)))
        if owner is not None:
            people.setdefault(contact, set()).add(owner)
    pairs = community.pairs((contact, owner) for contact, owners in people.items() for owner in owners)
    return len(people), pairs, sum(len(owners) > 1 for owners in people.values())


def precision_at(found: Pairs, right: set[tuple[int, int]]) -> list[str]:
    """Return the precision at which each of `RECALLS` is reached."""
    hits, wanted, said = 0, list(RECALLS), []
    for number, pair in enumerate(found, 1):
        hits += pair in right
        if wanted and hits >= wanted[0] * len(right):
            said.append(f"{hits / number:.3f}")
            wanted.pop(0)
    return said + ["-"] * len(wanted)


def flat(subjects: Sequence[Subject], path: Path) -> None:
    """Write everybody as one row each, for splink."""
    reader = Reader(anyascii)
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(("unique_id", "first", "last", "stem", "phone", "site", "firm", "birthday", "platform"))
        for subject in subjects:
            traits = Traits(subject, reader, anyascii)
            words = [word.text for word in traits.names[0].words] if traits.names else []
            keys = {key.partition(":")[0]: key for key in sorted(traits.owned)}
            rows.writerow(
                (
                    subject.id,
                    words[0] if words else "",
                    words[-1] if len(words) > 1 else "",
                    next(iter(traits.stems), ""),
                    keys.get("phone", ""),
                    keys.get("site", ""),
                    traits.firm or "",
                    subject.birthday or "",
                    subject.accounts[0].platform if subject.accounts else "",
                )
            )


def name_alone(subjects: Sequence[Subject], right: set[tuple[int, int]]) -> str:
    """Return the best precision and recall that comparing whole names gives, every pair of them."""
    from rapidfuzz import fuzz, process, utils

    names = [
        utils.default_process(anyascii(subject.names[0] if subject.names else "")) for subject in subjects
    ]
    best = (0.0, "")
    counts = {score: [0, 0] for score in range(80, 101, 2)}
    for place, name in enumerate(names):
        close = process.extract(
            name, names[place + 1 :], scorer=fuzz.token_sort_ratio, score_cutoff=80, limit=None
        )
        for _, score, at in close:
            pair = subjects[place].id, subjects[place + 1 + at].id
            for least, count in counts.items():
                if score >= least and name:
                    count[0] += 1
                    count[1] += (min(pair), max(pair)) in right
    for found, hits in counts.values():
        if found:
            balanced = 2 * hits / (found + len(right))
            best = max(best, (balanced, f"precision {hits / found:.2f}, recall {hits / len(right):.2f}"))
    return best[1]


def splink(python: str, rows: Path, folder: Path) -> tuple[Pairs, measure.Run]:
    """Return splink's pairs, the surest first."""
    import subprocess
    import time

    out = folder / "splink.csv"
    begin = time.perf_counter()
    script = Path(__file__).with_name("with_splink.py")
    subprocess.run(
        [python, script, rows, out], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - begin
    with out.open(encoding="utf-8") as stream:
        found = [(int(one), int(other)) for one, other in csv.reader(stream)]
    return found, measure.Run(seconds, 0)


def run(table: measure.Table, people: int, seed: int, python: str | None, names: bool) -> None:
    """Measure one community."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = community.make(people, seed)
        fill(folder / "crm.db", made)
        store = Store.open(folder / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW)
        contacts, right, mixed = truth(store, made)
        table.heading(
            f"{contacts:,} contacts of {people:,} people, seed {seed}: {len(right):,} pairs are one"
        )
        table.line("contacts that attaching by exact key mixed up", str(mixed))
        code = (
            "import sys; from crm.db.store import Store; from crm.services import matching; "
            "print(len(Store.open(sys.argv[1]).read(matching.suggest)))"
        )
        whole = measure.process(["-c", code, str(folder / "crm.db")])
        seconds = measure.once(lambda: store.read(matching.suggest))
        table.time("crm matches, the service", seconds, f"whole process {whole.seconds:.1f} s")
        table.line("peak memory of the process", f"{whole.peak / 1024 / 1024:,.0f} MB")
        suggested = {(pair.one, pair.other) for pair in store.read(matching.suggest)}
        hits = len(suggested & right)
        table.line(
            "what is suggested",
            f"{len(suggested):,}",
            f"precision {hits / len(suggested):.3f}, recall {hits / len(right):.3f}",
        )
        subjects = store.read(matching.everybody)
        every = find(subjects, OSA.normalized_similarity, anyascii, least=-10.0)
        reached = precision_at([(pair.one, pair.other) for pair in every], right)
        table.line(f"precision at recall {', '.join(map(str, RECALLS))}", ", ".join(reached))
        if names:
            table.line("names alone, at best", "", name_alone(subjects, right))
        if python:
            flat(subjects, folder / "rows.csv")
            theirs, took = splink(python, folder / "rows.csv", folder)
            table.time("splink, training and predicting", took.seconds)
            table.line("splink's precision at the same recall", ", ".join(precision_at(theirs, right)))
        store.close()


def main() -> None:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, nargs="+", default=[4_500, 45_000], help="how many people")
    options.add_argument("--seed", type=int, nargs="+", default=[101], help="which communities")
    options.add_argument("--splink", metavar="PYTHON", help="a Python that has splink")
    options.add_argument("--names", action="store_true", help="also compare every two names (slow)")
    chosen = options.parse_args()
    table = measure.Table()
    for people in chosen.people:
        for seed in chosen.seed:
            run(table, people, seed, chosen.splink, chosen.names)


if __name__ == "__main__":
    main()
