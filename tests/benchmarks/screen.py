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
    begin = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.execv(sys.executable, [sys.executable, *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    try:
        painted = _wait_for(terminal, shows.encode(), begin)
        _settle(terminal)
        for key in go:
            os.write(terminal, key.encode())
            _settle(terminal)
        times = sorted(taken for _ in range(keys) if (taken := _press(terminal, b"\x1b[B")) is not None)
        os.write(terminal, b"q")
    finally:
        _end(child, terminal)
    return Screen(painted, statistics.median(times), times[int(len(times) * 0.95)])


def _end(child: int, terminal: int) -> None:
    """Let the program tidy up; a demo that is killed would leave its database behind."""
    deadline = time.perf_counter() + 5
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        _settle(terminal)
        if time.perf_counter() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
    os.close(terminal)


def _wait_for(terminal: int, shows: bytes, begin: float) -> float:
    seen = b""
    while time.perf_counter() - begin < _PATIENCE:
        ready, _, _ = select.select([terminal], [], [], 1.0)
        if ready:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
            if shows in seen:
                return time.perf_counter() - begin
    raise RuntimeError(f"the screen never showed {shows!r}; the end of what it said: {seen[-500:]!r}")


def _settle(terminal: int) -> None:
    while select.select([terminal], [], [], _QUIET)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:
            return


def _press(terminal: int, key: bytes) -> float | None:
    """Return how long the effect took to show, or None at the end of a list, where there is none."""
    begin = time.perf_counter()
    os.write(terminal, key)
    if not select.select([terminal], [], [], 2.0)[0]:
        return None
    taken = time.perf_counter() - begin
    _settle(terminal)
    return taken
