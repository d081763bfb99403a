"""How cost grows: the same questions to databases of several sizes, one column each.

What somebody waits for at the screen should stay flat; importing should take as long per record and as much
memory whatever the size of the export.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

import big
import generate_x
import measure

from crm.db import state
from crm.db.store import Store, Work
from crm.domain.cadence import Rules
from crm.services import contacts, interactions, searching, today
from crm.services.contacts import ContactQuery

_RULES = Rules(zone=UTC)
_TYPED = ("ki", "kil", "th", "tha", "menka", "kiln letter", "mo")
"""What is typed; beginnings of words that are common, rare and absent."""
_BUSY = 100_000


class Size(NamedTuple):
    """One column."""

    contacts: int
    interactions: int


SIZES = (Size(1_000, 100_000), Size(10_000, 1_000_000))
HUGE = Size(100_000, 10_000_000)
SMALL = (Size(100, 10_000), Size(1_000, 100_000))


class _Columns:
    """Figures by what they are of, a column for each size."""

    def __init__(self, heads: list[str]) -> None:
        self._heads = heads
        self._rows: dict[str, list[str]] = {}

    def note(self, what: str, figure: str) -> None:
        """Take the next figure of a row."""
        self._rows.setdefault(what, []).append(figure)

    def time(self, what: str, seconds: float) -> None:
        """Take a duration."""
        self.note(what, f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s")

    def print(self) -> None:
        """Print the table."""
        for what, figures in (("", self._heads), *self._rows.items()):
            print(f"  {what:<52}" + "".join(f"{figure:>20}" for figure in figures), flush=True)


def measure_all(sizes: tuple[Size, ...], exports: tuple[int, ...], folder: Path) -> None:
    """Print both tables: databases of several sizes, and exports of several sizes.

    Args:
        sizes: of databases.
        exports: how many tweets and messages.
        folder: an empty one, for copies.

    """
    print("\nHow cost grows with the database", flush=True)
    columns = _Columns([f"{size.contacts:,} / {size.interactions:,}" for size in sizes])
    for size in sizes:
        _database(size, columns, folder)
    columns.print()
    print("\nHow cost grows with the export (X, whole process, into an empty database)", flush=True)
    columns = _Columns([f"{number:,}" for number in exports])
    for number in exports:
        _export(number, columns, folder)
    columns.print()


def _database(size: Size, columns: _Columns, folder: Path) -> None:
    path = big.database(*size)
    columns.note("contacts / interactions", f"{path.stat().st_size / 1e6:,.0f} MB")
    copy = folder / "grown.db"
    shutil.copyfile(path, copy)
    store = Store.open(copy, rules=_RULES, now=lambda: big.NOW)
    somebody, busy = store.read(contacts.list_ids, ContactQuery())[:2]

    def people() -> None:
        store.read(contacts.rows, store.read(contacts.list_ids, ContactQuery())[40:80])

    def recompute(work: Work) -> None:
        state.recompute(work.connection, work.rules, work.now)

    def ask(what: str, question: Callable[[], object]) -> None:
        columns.time(what, measure.median(question))

    ask("Today", lambda: store.read(today.today))
    ask("People: order of all, one page of rows", people)
    typed = [measure.median(lambda words=words: store.read(searching.search, words)) for words in _TYPED]
    columns.time("search as you type, median of seven", statistics.median(typed))
    columns.time("search as you type, slowest of seven", max(typed))
    ask("one contact, first page of the timeline", lambda: store.read(contacts.show, somebody, 40))
    ask("log one act", lambda: store.write(interactions.log, somebody, "Hello"))
    columns.time("recompute every relationship", measure.once(lambda: store.write(recompute)))
    store.write(big.make_busy, busy, _BUSY)
    ask(f"contact with {_BUSY:,} acts: first page", lambda: store.read(contacts.show, busy, 40))
    ask(f"contact with {_BUSY:,} acts: log one", lambda: store.write(interactions.log, busy, "Hello"))
    store.close()
    for suffix in ("", "-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    for what, words in (("crm today", ["today"]), ("crm contacts --json", ["contacts", "--json"])):
        run = measure.processes(["-m", "crm", "--db", str(path), *words], times=3)
        columns.time(f"{what}, whole process", run.seconds)
        columns.note(f"{what}, peak memory", f"{run.peak / 1024 / 1024:,.0f} MB" if run.peak else "-")


def _export(number: int, columns: _Columns, folder: Path) -> None:
    archive, database = folder / f"x-{number}.zip", folder / f"x-{number}.db"
    generate_x.write_archive(archive, number * 7 // 10, number * 3 // 10)
    crm = [sys.executable, "-m", "crm", "--db", str(database)]
    run = measure.command([*crm, "import", str(archive)])
    columns.time("tweets and messages", run.seconds)
    columns.note("each, processor time", f"{run.busy / number * 1e6:,.0f} us" if run.busy else "-")
    columns.note("peak memory", f"{run.peak / 1024 / 1024:,.0f} MB" if run.peak else "-")
    database.unlink()
    archive.unlink()
