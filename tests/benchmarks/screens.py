"""Every view, from the key to its content on the screen: `python tests/benchmarks/screens.py DATABASE`.

A whole process on a pseudo-terminal of 120 by 40. For each step: when the first byte came, when the content
of the new view was complete (a loading sign is none), and the processor time the program used until then,
which is all that can be compared on a busy machine. The first visit stands apart: it makes the screen.
The database is copied first; `big.py` makes one of 10,000 contacts and a million interactions.
"""

from __future__ import annotations

import argparse
import os
import select
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import big
from screen import Terminal
from steps import EXPORT, EXPORTS, MANY, SMALL, STEPS, THOUSAND, Step

from crm.db.store import Store
from crm.services import editing
from crm.services.editing import Edits

_QUIET = 0.3
"""Seconds without output after which a step is over, once its content was seen."""
_PATIENCE = 15.0
PROJECT = Path(__file__).parents[2]


class Taken(NamedTuple):
    """What one step took, seconds."""

    first: float
    """To the first byte of any answer."""
    painted: float
    """To the last byte of the content."""
    spent: float
    """Processor time of the program until the content was there."""
    spent_all: float
    """Processor time until the program rested again."""


def measured(terminal: Terminal, step: Step) -> Taken | None:
    """Press the keys of a step and wait for what it shows; return None, and say so, when it never came."""
    terminal.press(*step.before, seconds=0.8)
    before, begin = terminal.spent(), time.perf_counter()
    os.write(terminal.file, step.keys.encode())
    pieces: list[bytes] = []
    moments: list[tuple[float, float]] = []
    while True:
        if select.select([terminal.file], [], [], _QUIET)[0]:
            pieces.append(os.read(terminal.file, 65536))
            moments.append((time.perf_counter() - begin, terminal.spent() - before))
        elif pieces and step.is_shown(b"".join(pieces)):
            break
        if time.perf_counter() - begin > _PATIENCE:
            seen = "\n".join(line for line in step.text(b"".join(pieces)).splitlines() if line.strip(" ▏"))
            sys.stderr.write(f"{step.what}: the screen never showed {step.shows}, but {seen[-1500:]}\n")
            terminal.press(*step.after)
            return None
    spent_all = terminal.spent() - before
    # the first moment from which on everything was there; whatever comes later is not asked about
    at = next(at for at in range(len(pieces)) if step.is_shown(b"".join(pieces[: at + 1])))
    if not step.shows:
        at = len(pieces) - 1
    terminal.press(*step.after)
    return Taken(moments[0][0], moments[at][0], moments[at][1], spent_all)


def prepare(database: Path, copy: Path) -> None:
    """Copy a database and put into it what the steps look for: three names, and some imports."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    store = Store.open(copy, now=lambda: big.NOW)
    for contact, name, more in ((7001, SMALL, 0), (7002, THOUSAND, 1_000), (7003, MANY, 100_000)):
        store.write(editing.edit, [contact], Edits(name=name))
        if more:
            store.write(big.make_busy, contact, more)
    store.close()
    for export in EXPORTS:
        folder = PROJECT / export
        if folder.exists():
            command = [sys.executable, "-m", "crm", "--db", str(copy), "import", str(folder)]
            subprocess.run(command, check=True, capture_output=True, cwd=PROJECT)


@contextmanager
def started(database: Path) -> Iterator[Terminal]:
    """Start the program, and end it."""
    terminal = Terminal(["-m", "crm", "--db", str(database)], "WAITING")
    try:
        terminal.quiet(1.0)
        yield terminal
        terminal.press("\x1b")
        os.write(terminal.file, b"q")
    finally:
        terminal.end()


def report(taken: dict[str, list[Taken]]) -> None:
    """Print a table, milliseconds: the first visit, and the median of the later ones."""
    print(f"{'':34} {'first visit':>19} | {'later visits':>39}")
    print(f"{'ms from key to':34} {'content':>9} {'processor':>9} |", end="")
    print(f" {'first byte':>10} {'content':>8} {'processor':>9} {'in all':>8}")
    for what, times in taken.items():
        if not times:
            print(f"{what:34} its content never came")
            continue
        first, later = times[0], times[1:] or times
        middle = [statistics.median(column) * 1000 for column in zip(*later, strict=True)]
        print(f"{what:34} {first.painted * 1000:9.0f} {first.spent * 1000:9.0f} |", end="")
        print(f" {middle[0]:10.0f} {middle[1]:8.0f} {middle[2]:9.0f} {middle[3]:8.0f}")


def chosen(steps: Sequence[Step], only: str) -> list[Step]:
    """Return the steps whose names begin with one of some words."""
    beginnings = tuple(word.strip() for word in only.split(","))
    return [step for step in steps if step.what.startswith(beginnings)]


def main() -> None:
    """Measure every step a few times and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="beginnings of the names of steps, with commas between")
    parser.add_argument("--prepared", action="store_true", help="the database is one that --keep made")
    parser.add_argument("--keep", type=Path, help="where to keep the prepared copy, for another time")
    given = parser.parse_args()
    os.environ.setdefault("CRM_NOW", "2026-06-01T09:00:00Z")
    os.environ["CRM_CONFIG"] = os.devnull
    steps = chosen(STEPS, given.only)
    with tempfile.TemporaryDirectory() as folder:
        copy = given.database if given.prepared else given.keep or Path(folder) / "copy.db"
        if not given.prepared:
            prepare(given.database, copy)
        taken: dict[str, list[Taken]] = {step.what: [] for step in steps}
        with started(copy) as terminal:
            for step in map(partial(Step.filled, export=str(PROJECT / EXPORT)), steps * given.rounds):
                if (one := measured(terminal, step)) is not None:
                    taken[step.what].append(one)
                terminal.quiet(0.2)
    report(taken)
    sys.exit(0 if all(taken.values()) else 1)


if __name__ == "__main__":
    main()
