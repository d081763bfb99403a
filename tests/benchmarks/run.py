"""Measures the program and prints a table: `python tests/benchmarks/run.py`, with `--small` for a quick look.

`--peers` puts khard, vobject, twitter-to-sqlite and notmuch beside it on the same work, `--grow` asks the
same of databases and exports of several sizes. All data come from a seed; only `--peers` needs a network,
once.

It asserts nothing: how fast is fast enough depends on the machine. The figures of one run can be compared
with each other, and with an earlier run on the same machine.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

os.environ.update(CRM_NOW="2026-06-01T09:00:00Z", CRM_TZ="Europe/Berlin", CRM_CONFIG=os.devnull)

import big
import cards
import floor
import generate_folder
import generate_mail
import generate_x
import grow
import measure
import peers

from crm.db import state
from crm.db.store import Store, Work
from crm.domain.cadence import Rules
from crm.services import contacts, interactions, searching, today
from crm.services.contacts import ContactQuery

_RULES = Rules(zone=UTC)
gc.set_threshold(50_000, 10, 10)  # as the program does


class Sizes(NamedTuple):
    """How much of everything."""

    contacts: int
    interactions: int
    x: int
    """Tweets and messages in the X archive."""
    messages: int
    """In the Facebook export."""
    mails: int
    cards: int
    books: tuple[int, ...]
    """vCards in the address books that a peer reads."""


_FULL = Sizes(10_000, 1_000_000, 100_000, 300_000, 50_000, 20_000, (1_000, 10_000))
_SMALL = Sizes(1_000, 50_000, 10_000, 30_000, 5_000, 2_000, (200, 1_000))


def starting(table: measure.Table, database: Path) -> None:
    """Whole processes, from the shell to the end."""
    table.heading("Whole commands")
    for what, arguments in (
        ("python -c pass", ["-c", "pass"]),
        ("crm --help", ["-m", "crm", "--help"]),
        ("crm today", ["-m", "crm", "--db", str(database), "today"]),
        ("crm contacts --json", ["-m", "crm", "--db", str(database), "contacts", "--json"]),
        ("crm search kiln", ["-m", "crm", "--db", str(database), "search", "kiln"]),
    ):
        run = measure.processes(arguments)
        table.time(what, run.seconds, f"peak {run.peak / 1024 / 1024:,.0f} MB" if run.peak else "")


def screen(table: measure.Table, database: Path) -> None:
    """The terminal UI, on a pseudo-terminal."""
    table.heading("The screen (120 x 40)")
    if os.name != "posix":
        table.line("needs a pseudo-terminal", "-")
        return
    import screen as terminal

    started = terminal.measure(["-m", "crm", "--db", str(database)], "WAITING", go="2")
    table.time("crm: start to painted Today", started.painted)
    table.time("People: key to paint, median", started.key)
    table.time("People: key to paint, slowest of twenty", started.key_slow)
    demo = terminal.measure(["-m", "crm", "demo"], "WAITING")
    table.time("crm demo: start to painted Today", demo.painted)


def asking(table: measure.Table, database: Path, folder: Path) -> None:
    """Questions to the database, and small writes to a copy of it."""
    table.heading("In the database")
    copy = folder / "copy.db"
    shutil.copyfile(database, copy)
    store = Store.open(copy, rules=_RULES)
    person = store.read(contacts.list_ids, ContactQuery())[0]

    def refresh(work: Work) -> None:
        state.refresh(work.connection, work.rules, work.now, [person])

    def recompute(work: Work) -> None:
        state.recompute(work.connection, work.rules, work.now)

    def page() -> None:
        ids = store.read(contacts.list_ids, ContactQuery())
        store.read(contacts.rows, ids[500:540])

    questions: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Today", lambda: store.read(today.today)),
        ("People: order of all, one page of rows", page),
        ("one contact, first page of the timeline", lambda: store.read(contacts.show, person, 40)),
        ("search as you type: k", lambda: store.read(searching.search, "k")),
        ("search as you type: ki", lambda: store.read(searching.search, "ki")),
        ("search as you type: kil", lambda: store.read(searching.search, "kil")),
        ("search: kiln letter", lambda: store.read(searching.search, "kiln letter")),
        ("log one act", lambda: store.write(interactions.log, person, "Hello")),
        ("refresh one relationship", lambda: store.write(refresh)),
    )
    for what, question in questions:
        table.time(what, measure.median(question))
    table.time("recompute every relationship", measure.once(lambda: store.write(recompute)))
    store.close()


def importing(table: measure.Table, sizes: Sizes, folder: Path) -> None:
    """Exports from file to searchable, the whole process; and again; and the floor."""
    archive, mailbox, book = folder / "x.zip", folder / "mail.mbox", folder / "contacts.vcf"
    chats = generate_folder.facebook(folder, random.Random(0), sizes.messages)
    generate_x.write_archive(archive, sizes.x * 7 // 10, sizes.x * 3 // 10)
    generate_mail.generate(mailbox, sizes.mails)
    book.write_text(cards.text(sizes.cards), "utf-8", newline="")
    one = folder / "one.vcf"
    one.write_text(cards.text(1), "utf-8", newline="")
    for what, export, number, more in (
        ("X", archive, sizes.x, []),
        ("Facebook messages", chats, sizes.messages, []),
        ("mail", mailbox, sizes.mails, ["--as", "mira.lund@example.org"]),
        ("vCards", book, sizes.cards, []),
    ):
        table.heading(f"Importing {number:,} {what} ({export.stat().st_size / 1e6:,.0f} MB), whole process")
        database = folder / f"{what}.db"
        arguments = ["-m", "crm", "--new", "--db", str(database), "import", str(export), *more, "--json"]
        first = measure.commands([sys.executable, *arguments], 3, lambda path=database: _forget(path))
        rows = _rows(database)
        table.rate("import", rows, first, f"{rows:,} rows")
        table.rate("the same again", rows, measure.process(arguments), "nothing written")
        small = measure.commands(
            [sys.executable, "-m", "crm", "--new", "--db", str(folder / "one.db"), "import", str(one)],
            3,
            lambda: _forget(folder / "one.db"),
        )
        table.run("of which starting: one vCard", small)
        seconds, busy_floor = floor.seconds(database, folder / f"{what}-floor.db")
        lowest = measure.Run(seconds, 0, busy_floor)
        table.rate("the floor: sqlite3 inserting these rows", rows, lowest)
        busy = f"{lowest.busy / first.busy:.0%} by processor time" if first.busy else ""
        table.line("import, as a share of the floor's speed", f"{lowest.seconds / first.seconds:.0%}", busy)
        rest, rest_busy = first.seconds - small.seconds, first.busy - small.busy
        busy = f"{lowest.busy / rest_busy:.0%} by processor time" if rest_busy > 0 else ""
        if rest > 0:
            table.line("the same without starting", f"{lowest.seconds / rest:.0%}", busy)


def _forget(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def beside_others(table: measure.Table, sizes: Sizes, folder: Path) -> None:
    """The same work done by other programs."""
    table.heading("Peers")
    place = peers.environment(lambda why: table.line("khard, twitter-to-sqlite", "-", why))
    if place is not None:
        for number in sizes.books:
            peers.address_book(table, place, folder, number)
        peers.tweets(table, place, folder, sizes.x)
    peers.mail(table, folder, sizes.mails)
    peers.rows_of_a_table(table, folder, sizes.cards)


def reading_cards(table: measure.Table, sizes: Sizes) -> None:
    """Our vCard reader against vobject."""
    table.heading("Reading vCards")
    text = cards.text(sizes.cards)
    ours, theirs = cards.rate(cards.ours, text), cards.rate(cards.theirs, text)
    table.line("crm", f"{ours:,.0f}/s")
    table.line("vobject", f"{theirs:,.0f}/s", f"crm is {ours / theirs:.1f} times as fast")


def _rows(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("contact", "identity", "interaction", "post")
        )


def main() -> None:
    """Measure everything, or what was asked for."""
    parts = ("starting", "screen", "asking", "importing", "cards")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a twentieth of everything")
    parser.add_argument("--only", choices=parts, action="append", help="only this part (repeatable)")
    parser.add_argument("--peers", action="store_true", help="and other programs on the same work")
    parser.add_argument("--grow", action="store_true", help="and how cost grows with size")
    parser.add_argument(
        "--huge", action="store_true", help="with 10,000,000 interactions too (3 GB, 15 minutes)"
    )
    stated = parser.parse_args()
    wanted = stated.only or (() if stated.peers or stated.grow or stated.huge else parts)
    sizes = _SMALL if stated.small else _FULL
    table = measure.Table()
    _machine(table)
    with tempfile.TemporaryDirectory(prefix="crm-benchmark-") as name:
        folder = Path(name)
        # what the program notes of databases and the backups it makes are none of the user's
        os.environ.update(XDG_STATE_HOME=str(folder / "state"), XDG_DATA_HOME=str(folder / "data"))
        if set(wanted) & {"starting", "screen", "asking"}:
            table.heading(f"{sizes.contacts:,} contacts, {sizes.interactions:,} interactions")
            database = big.database(sizes.contacts, sizes.interactions)
            table.line("database", f"{database.stat().st_size / 1e6:,.0f} MB")
        if "starting" in wanted:
            starting(table, database)
        if "screen" in wanted:
            screen(table, database)
        if "asking" in wanted:
            asking(table, database, folder)
        if "importing" in wanted:
            importing(table, sizes, folder)
        if "cards" in wanted:
            reading_cards(table, sizes)
        if stated.peers:
            beside_others(table, sizes, folder)
            reading_cards(table, sizes)
        if stated.grow or stated.huge:
            _growing(stated.small, stated.huge, folder)


def _machine(table: measure.Table) -> None:
    """Say what it was measured on, and how busy that was with something else."""
    table.line("Python", platform.python_version(), f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} CPUs")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    busy = load != "?" and float(load) > (os.cpu_count() or 1) / 2
    table.line(
        "load before", load, "busy with something else: trust ratios and processor times only" if busy else ""
    )


def _growing(small: bool, huge: bool, folder: Path) -> None:
    sizes = grow.SMALL if small else (*grow.SIZES, grow.HUGE) if huge else grow.SIZES
    exports = (3_000, 10_000, 30_000) if small else (30_000, 100_000, 300_000)
    grow.measure_all(sizes, exports, folder)


if __name__ == "__main__":
    sys.exit(main())
