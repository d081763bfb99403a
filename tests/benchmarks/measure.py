"""How things are measured: medians of several runs, whole processes with their peak memory, and a table."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_GLANCE = 0.002
"""Seconds between two looks at a running process: the error of its time, at most."""


class Run(NamedTuple):
    """One whole process."""

    seconds: float
    peak: int
    """The most memory it held at once, bytes; 0 where the system does not say."""
    busy: float = 0.0
    """Seconds that it kept a processor busy, which others on the machine disturb less; 0 where not said."""


def median(work: Callable[[], object], times: int = 7) -> float:
    """Return the median seconds of some work, after one run that does not count."""
    work()
    return statistics.median(once(work) for _ in range(times))


def once(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def process(arguments: Sequence[str]) -> Run:
    """Run `python` with arguments to its end.

    Raises:
        RuntimeError: it failed.

    """
    return command([sys.executable, *arguments])


def command(words: Sequence[str]) -> Run:
    """Run a program to its end.

    Raises:
        RuntimeError: it failed.

    """
    before = _busy()
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=said)
        peak = 0
        while child.poll() is None:
            peak = max(peak, _high_water(child.pid))
            time.sleep(_GLANCE)
        seconds = time.perf_counter() - begin
        said.seek(0)
        if child.returncode:
            told = said.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}: {told}")
    return Run(seconds, peak, _busy() - before)


def _busy() -> float:
    """Return the seconds that all ended children kept a processor busy."""
    if resource is None:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _high_water(pid: int) -> int:
    """Return the most memory a process held since it began, bytes; 0 where the system does not say.

    `ru_maxrss` will not do: on Linux a child begins with its parent's.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def processes(arguments: Sequence[str], times: int = 5) -> Run:
    """Return the median time and the highest peak of several runs, after one that does not count."""
    process(arguments)
    return commands([sys.executable, *arguments], times)


def commands(words: Sequence[str], times: int, before: Callable[[], object] = int) -> Run:
    """Return the medians and the highest peak of several runs of a program, `before` called before each."""
    runs = []
    for _ in range(times):
        before()
        runs.append(command(words))
    return Run(
        statistics.median(run.seconds for run in runs),
        max(run.peak for run in runs),
        statistics.median(run.busy for run in runs),
    )


class Table:
    """What was measured, printed line by line as it becomes known."""

    def heading(self, text: str) -> None:
        """Begin a group."""
        print(f"\n{text}", flush=True)

    def time(self, what: str, seconds: float, note: str = "") -> None:
        """Print a duration."""
        shown = f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds:,.2f} s"
        self.line(what, shown, note)

    def rate(self, what: str, number: int, run: Run, note: str = "") -> None:
        """Print how many things were done in a second, and the memory it took."""
        memory = f"peak {run.peak / 1024 / 1024:,.0f} MB" if run.peak else ""
        self.line(
            what,
            f"{run.seconds:,.2f} s",
            ", ".join(filter(None, (f"{number / run.seconds:,.0f}/s", memory, note))),
        )

    def against(self, theirs: str, slow: Run, ours: str, quick: Run) -> None:
        """Print a peer's run, ours, and how many times as fast ours is."""
        self.run(theirs, slow)
        self.run(ours, quick)
        busy = f"{slow.busy / quick.busy:,.1f} by processor time" if quick.busy and slow.busy else ""
        self.line("  times as fast", f"{slow.seconds / quick.seconds:,.1f}", busy)

    def run(self, what: str, run: Run) -> None:
        """Print a whole process."""
        notes = (
            f"processor {run.busy:,.2f} s" if run.busy else "",
            f"peak {run.peak / 1024 / 1024:,.0f} MB" if run.peak else "",
        )
        self.time(what, run.seconds, ", ".join(filter(None, notes)))

    def line(self, what: str, value: str, note: str = "") -> None:
        """Print one line."""
        print(f"  {what:<52} {value:>14}  {note}".rstrip(), flush=True)
