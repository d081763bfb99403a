"""Cuts the power at random moments of what was recorded: what was not yet on the disk is lost or torn.

A process edits a database under strace, which writes down every write, sync and removal. A cut takes a moment
of that record; of what each file was told since its last sync any part may be missing, in sectors of 512
bytes. The result is opened: it must be whole, with everything that was acknowledged before the cut.
`python tests/safety/powercuts.py --cuts 2000` cuts more often than the tests do.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2])]

from crm.db.store import Store
from crm.services import editing

PROJECT = Path(__file__).resolve().parents[2]
SECTOR = 512
EDITS = 40

_CHILD = """
import os, sys
from crm.db import engine
from crm.db.store import Store
from crm.services import editing
how = sys.argv[2]
if how != "FULL":
    prepare = engine._prepare
    def weaker(connection, record):
        prepare(connection, record)
        connection.execute(f"PRAGMA synchronous = {how}")
    engine._prepare = weaker
store = Store.open(sys.argv[1])
for number in range(EDITS):
    store.write(editing.note, 1, f"note{number} " + "x" * (number * 97 % 5000))
    os.write(1, f"kept {number}\\n".encode())
    if number % 15 == 14:  # another start of the program: the log is worked in and made anew
        store.close()
        store = Store.open(sys.argv[1])
store.close()
""".replace("EDITS", str(EDITS))

_CALL = re.compile(
    r"(?:\[pid +\d+\] |\d+ +)?(pwrite64|write|fsync|fdatasync|ftruncate|unlink|openat)\((.*)\) += (-?\d+)"
)
_HANDLE = re.compile(r"\d+<(.*?)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Event(NamedTuple):
    """One thing that a process told the system."""

    what: str
    """write, sync, cut, remove, make or kept."""
    file: str
    at: int = 0
    data: bytes = b""


@dataclass
class File:
    """A file: what is on the disk for sure, and what was written since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        for event in self.pending:
            _apply(self.durable, event)
        self.pending.clear()


class Told(NamedTuple):
    """What many cuts have shown."""

    cuts: int
    corrupt: int
    lost: int
    """Cuts after which something acknowledged was missing."""


def available() -> bool:
    """Say whether processes can be recorded here."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0
    )


def record(folder: Path, synchronous: str = "FULL") -> list[Event]:
    """Let a process edit a database, and return what it told the system."""
    trace = folder / "trace"
    database = folder / "place" / "crm.db"
    with closing(Store.open(database)) as store:
        store.write(editing.add, "Ada")
    whole = Event("write", str(database), 0, database.read_bytes())
    calls = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,openat"
    subprocess.run(
        [
            *("strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={calls}", "-o", trace),
            *(sys.executable, "-c", _CHILD, database, synchronous),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "CRM_TZ": "UTC"},
    )
    edits = _events(trace.read_text(), str(database))
    return [whole, Event("sync", str(database)), *edits]


def _events(trace: str, database: str) -> Iterator[Event]:
    for line in trace.splitlines():
        if (found := _CALL.match(line)) is None or int(found[3]) < 0:
            continue
        call, given = found[1], found[2]
        handle = _HANDLE.match(given)
        # strace -xx writes names as numbers too
        name = _named(handle[1]) if handle else ""
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(given)]
        if call == "write" and given.startswith("1<") and texts and texts[0].startswith(b"kept "):
            yield Event("kept", "", int(texts[0].split()[1]))
        elif call == "unlink" and texts and texts[0].decode().startswith(database):
            yield Event("remove", texts[0].decode())
        elif call == "openat" and "O_CREAT" in given and texts and texts[-1].decode().startswith(database):
            yield Event("make", texts[-1].decode())
        elif not name.startswith(database) or name.endswith("-shm"):
            continue
        elif call == "pwrite64":
            yield Event("write", name, int(given.rpartition(", ")[2]), texts[-1])
        elif call in ("fsync", "fdatasync"):
            yield Event("sync", name)
        elif call == "ftruncate":
            yield Event("cut", name, int(given.rpartition(", ")[2]))


def _named(raw: str) -> str:
    return bytes.fromhex(raw.replace("\\x", "")).decode() if raw.startswith("\\x") else raw


def _apply(content: bytearray, event: Event) -> None:
    if event.what == "cut":
        del content[event.at :]
        content.extend(b"\0" * (event.at - len(content)))
        return
    content.extend(b"\0" * (event.at + len(event.data) - len(content)))
    content[event.at : event.at + len(event.data)] = event.data


def _survivors(event: Event, dice: random.Random) -> Iterator[Event]:
    """Yield what is left of an unsynced write: all, nothing, or some sectors."""
    fate = dice.random()
    if fate < 0.35:
        return
    if fate < 0.7 or event.what == "cut":
        yield event
        return
    for start in range(0, len(event.data), SECTOR):
        if dice.random() < 0.5:
            yield Event("write", event.file, event.at + start, event.data[start : start + SECTOR])


def left_after(events: list[Event], moment: int, dice: random.Random) -> tuple[dict[str, bytes], int]:
    """Return the files as the disk has them after a cut, and how many edits were acknowledged before it."""
    files: dict[str, File] = {}
    kept = 0
    for event in events[:moment]:
        if event.what == "kept":
            kept = event.at + 1
        elif event.what == "make":
            files.setdefault(event.file, File())
        elif event.what == "remove":
            files.pop(event.file, None)
        elif event.what == "sync":
            files.setdefault(event.file, File()).sync()
        else:
            files.setdefault(event.file, File()).pending.append(event)
    left = {}
    for name, file in files.items():
        content = bytearray(file.durable)
        for event in file.pending:
            for part in _survivors(event, dice):
                _apply(content, part)
        left[name] = bytes(content)
    return left, kept


def cut_again_and_again(events: list[Event], cuts: int, place: Path, seed: int = 75) -> Told:
    """Cut the power at random moments after the database was made, and look at what is left."""
    dice = random.Random(seed)
    corrupt = lost = 0
    for number in range(cuts):
        left, kept = left_after(events, dice.randrange(2, len(events) + 1), dice)
        folder = place / f"cut{number}"
        folder.mkdir()
        for name, content in left.items():
            (folder / Path(name).name).write_bytes(content)
        found = _notes(folder / "crm.db")
        corrupt += found is None
        lost += found is not None and found < kept
        shutil.rmtree(folder)
    return Told(cuts, corrupt, lost)


def _notes(database: Path) -> int | None:
    """Return how many edits are in a database, or None if it is damaged."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return None
            notes = connection.execute("SELECT notes FROM contact").fetchone()[0]
    except sqlite3.DatabaseError:
        return None
    found = [int(number) for number in re.findall(r"note(\d+)", notes)]
    return len(found) if found == list(range(len(found))) else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=2000)
    parser.add_argument(
        "--synchronous", default="FULL", help="FULL is the program's; NORMAL and OFF show what it saves"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        events = record(Path(place), chosen.synchronous)
        told = cut_again_and_again(events, chosen.cuts, Path(place))
    print(f"{told.cuts} power cuts in {len(events)} calls: {told.corrupt} corrupt, {told.lost} lost an edit")
    return 0 if not (told.corrupt or told.lost) else 1


if __name__ == "__main__":
    sys.exit(main())
