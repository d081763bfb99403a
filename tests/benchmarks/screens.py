"""Every place and dialog, from the key to the painted answer: `python tests/benchmarks/screens.py DATABASE`.

A whole process on a pseudo-terminal of 120 by 40. For each key: when the first byte came, when the last one
before the terminal was quiet and the expected text was there, and the processor time of the program, which is
all that can be compared on a busy machine. A first round loads each screen's module; further ones do not.
The database is copied first; `big.py` makes one of 10,000 contacts and a million interactions.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import NamedTuple

from screen import _end, _wait_for

_QUIET = 0.25
_PATIENCE = 5.0
_ANSI = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>()][0-9A-B]?")


class Step(NamedTuple):
    """One key, and what must then be on the screen."""

    what: str
    keys: str
    shows: str
    back: str = "\x1b"
    """Keys that lead back; not measured."""


STEPS = (
    Step("People", "2", "STANDING", ""),
    Step("People: down", "\x1b[B", "", ""),
    Step("People: last row", "\x1b[F", "", ""),
    Step("People: first row", "\x1b[H", "", ""),
    Step("People: sort", "t", "", ""),
    Step("People: filters", "f", "Show only"),
    Step("People: saved filters", "F", "Saved filters"),
    Step("People: columns", "C", "Columns"),
    Step("People: change", "e", "Change "),
    Step("People: export", "E", "Export "),
    Step("People: a contact", "\r", "TIMELINE"),
    Step("People: type a letter of a filter", "/e", "", "\x1b\x1b"),
    Step("Today again", "1", "WAITING", ""),
    Step("Today: down", "\x1b[B", "", ""),
    Step("log", "l", "Log with"),
    Step("snooze", "s", "rest"),
    Step("cadence", "c", "How often"),
    Step("open", "o", "", "\x1b"),
    Step("go through", "g", "One at a time"),
    Step("help", "?", "WITH THE CONTACT"),
    Step("add", "a", "Add a person"),
    Step("a contact", "\r", "TIMELINE", ""),
    Step("contact: end of the timeline", "\x1b[F", "", ""),
    Step("contact: edit", "e", "Edit "),
    Step("contact: who is who", "w", "consists of"),
    Step("contact: merge with", "M", "Who is the same"),
    Step("back to Today", "\x1b", "WAITING", ""),
    Step("search", "/", "", ""),
    Step("search: a letter", "k", "", ""),
    Step("search: a second letter", "i", "", "\x1b\x1b1"),
    Step("history", "H", ""),
    Step("settings", ",", "REMINDERS"),
    Step("palette", "\x10", "Search for commands"),
    Step("Import", "5", "WHAT CAN BE READ", ""),
    Step("coverage", "\x1bc", "", "\x1b"),
    Step("Matches", "3", "", ""),
    Step("Mirror: frame", "4", "", ""),
    Step("Today from Mirror", "1", "WAITING", ""),
)


class Terminal:
    """The program on a pseudo-terminal."""

    def __init__(self, database: Path) -> None:
        self.child, self.file = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40", CRM_CONFIG=os.devnull)
            os.execv(sys.executable, [sys.executable, "-m", "crm", "--db", str(database)])
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        _wait_for(self.file, b"WAITING", time.perf_counter())
        self.quiet()

    def quiet(self, seconds: float = 1.0) -> None:
        """Read until nothing comes any more."""
        while select.select([self.file], [], [], seconds)[0]:
            os.read(self.file, 65536)

    def spent(self) -> float:
        """Return the seconds of processor time the program has used (Linux), or 0."""
        stat = Path(f"/proc/{self.child}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def step(self, step: Step) -> tuple[float, float, float]:
        """Press the keys; return seconds to the first and last byte of the answer, and of the processor."""
        spent = self.spent()
        begin = time.perf_counter()
        os.write(self.file, step.keys.encode())
        first = last = None
        seen = b""
        while time.perf_counter() - begin < _PATIENCE:
            if not select.select([self.file], [], [], _QUIET)[0]:
                if not step.shows or step.shows.encode() in _ANSI.sub(b"", seen):
                    break
                continue
            seen += os.read(self.file, 65536)
            last = time.perf_counter() - begin
            first = last if first is None else first
        else:
            sys.stderr.write(f"{step.what}: the screen never showed {step.shows!r}\n")
        spent = self.spent() - spent
        for key in step.back:
            os.write(self.file, key.encode())
            self.quiet(0.4)
        return first or 0.0, last or 0.0, spent


def main() -> None:
    """Measure every step a few times and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    os.environ.setdefault("CRM_NOW", "2026-06-01T09:00:00Z")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        shutil.copy(given.database, copy)
        terminal = Terminal(copy)
        taken: dict[str, list[tuple[float, float, float]]] = {step.what: [] for step in STEPS}
        try:
            for _ in range(given.rounds):
                for step in STEPS:
                    taken[step.what].append(terminal.step(step))
                    terminal.quiet(0.3)
            os.write(terminal.file, b"q")
        finally:
            _end(terminal.child, terminal.file)
    print(f"{'ms from key to':34} {'first byte':>10} {'all':>8} {'processor':>10}")
    for what, times in taken.items():
        first, full, spent = (sorted(column)[len(column) // 2] * 1000 for column in zip(*times, strict=True))
        print(f"{what:34} {first:10.0f} {full:8.0f} {spent:10.0f}")


if __name__ == "__main__":
    main()
