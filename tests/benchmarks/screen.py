"""The terminal UI as its user sees it: a whole process on a pseudo-terminal, timed from key to paint."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Sequence
from typing import NamedTuple

_QUIET = 0.15
"""Seconds without output after which a screen counts as painted."""
_PATIENCE = 60.0


class Screen(NamedTuple):
    """What was measured, seconds."""

    painted: float
    """From the start of the process to the last byte of the first list."""
    key: float
    """From a key to the first byte of its effect, median."""
    key_slow: float
    """The same, 95th percentile."""


class Terminal:
    """A Python program on a pseudo-terminal of 120 by 40, started by `python` with arguments."""

    def __init__(self, arguments: Sequence[str], shows: str) -> None:
        """Start it and wait for its first list.

        Args:
            arguments: what to start.
            shows: a text that the first list shows.

        Raises:
            RuntimeError: the text never appeared.

        """
        begin = time.perf_counter()
        self.child, self.file = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
            os.execv(sys.executable, [sys.executable, *arguments])
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        try:
            self._wait_for(shows.encode(), begin)
        except RuntimeError:
            self.end()
            raise
        self.painted = time.perf_counter() - begin
        """Seconds from the start to the first list."""
        self.painted_spent = self.spent()
        """Seconds of processor time until then."""

    def _wait_for(self, shows: bytes, begin: float) -> None:
        seen = b""
        while time.perf_counter() - begin < _PATIENCE:
            if select.select([self.file], [], [], 1.0)[0]:
                try:
                    seen += os.read(self.file, 65536)
                except OSError:
                    break
                if shows in seen:
                    return
        raise RuntimeError(f"the screen never showed {shows!r}; the end of what it said: {seen[-500:]!r}")

    def spent(self) -> float:
        """Return the seconds of processor time the program has used in all its threads; 0 where unknown."""
        if sys.platform != "linux":
            return 0.0
        # clock_getcpuclockid(3) of another process: /proc counts in hundredths of a second only
        return time.clock_gettime((~self.child << 3) | 2)

    def quiet(self, seconds: float = _QUIET) -> None:
        """Read until nothing comes for a while; a cursor that blinks twice a second never rests."""
        end = time.perf_counter() + max(3 * seconds, 1.0)
        while time.perf_counter() < end and select.select([self.file], [], [], seconds)[0]:
            try:
                os.read(self.file, 65536)
            except OSError:
                return

    def press(self, *keys: str, seconds: float = 0.35) -> None:
        """Press keys one after the other, and wait after each until the screen rests."""
        for key in keys:
            os.write(self.file, key.encode())
            self.quiet(seconds)

    def end(self) -> None:
        """Let the program tidy up; a demo that is killed would leave its database behind."""
        deadline = time.perf_counter() + 5
        while os.waitpid(self.child, os.WNOHANG)[0] == 0:
            self.quiet()
            if time.perf_counter() > deadline:
                os.kill(self.child, signal.SIGKILL)
                os.waitpid(self.child, 0)
                break
        os.close(self.file)


def measure(arguments: Sequence[str], shows: str, go: str = "", keys: int = 40) -> Screen:
    """Start `python` with arguments on a terminal of 120 by 40 and press keys.

    Args:
        arguments: what to start.
        shows: a text that the first list shows.
        go: keys to press before the measured ones, to get to another list.
        keys: how many times to press the Down key.

    Raises:
        RuntimeError: the text never appeared.

    """
    terminal = Terminal(arguments, shows)
    try:
        terminal.quiet()
        terminal.press(*go, seconds=_QUIET)
        times = sorted(taken for _ in range(keys) if (taken := _press(terminal, b"\x1b[B")) is not None)
        os.write(terminal.file, b"q")
    finally:
        terminal.end()
    return Screen(terminal.painted, statistics.median(times), times[int(len(times) * 0.95)])


def _press(terminal: Terminal, key: bytes) -> float | None:
    """Return how long the effect took to show, or None at the end of a list, where there is none."""
    begin = time.perf_counter()
    os.write(terminal.file, key)
    if not select.select([terminal.file], [], [], 2.0)[0]:
        return None
    taken = time.perf_counter() - begin
    terminal.quiet()
    return taken
