"""The program as a whole process on a pseudo-terminal: what really goes out, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PYTHONPATH = os.pathsep.join((str(PROJECT), str(PROJECT / "tests" / "support")))
_PATIENCE = 120.0
"""Seconds without anything new after which nothing more is expected; only what fails waits for it."""


class Terminal:
    """A child process with a terminal of its own; everything it wrote is kept."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ):
        self.output = bytearray()  # grows in place: adding to bytes copies all of them each time
        self._code = 0
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.chdir("/")
            settings = {"TERM": "xterm-256color", "PYTHONPATH": PYTHONPATH, **environment}
            # readline, loaded by pytest, sets LINES and COLUMNS; workers inherit them
            usual = {name: value for name, value in os.environ.items() if name not in ("LINES", "COLUMNS")}
            os.execve(sys.executable, [sys.executable, *arguments], {**usual, **settings})
        self.resize(*size)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def modes(self) -> list[object]:
        """Return how the terminal treats what is typed and printed: raw, echoing, whatever."""
        return termios.tcgetattr(self._master)[:4]

    def read(self, seconds: float = 0.3) -> None:
        """Take what is written until nothing comes for a while."""
        while select.select([self._master], [], [], seconds)[0]:
            try:
                piece = os.read(self._master, 65536)
            except OSError:  # the other side is closed
                return
            if not piece:
                return
            self.output += piece

    def wait_for(self, text: str, since: int = 0) -> None:
        """Read until a text was written."""

        def come() -> bool:
            return text.encode() in self.output[since:]

        self.wait_while(lambda: len(self.output), come, still=_PATIENCE)

    def send(self, keys: str) -> None:
        """Type, and read what comes of it."""
        os.write(self._master, keys.encode())
        self.read()

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def wait_until_stopped(self) -> None:
        """Read until the child is stopped."""
        end = time.monotonic() + _PATIENCE
        while True:
            self.read(0.05)
            done, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if done:
                assert os.WIFSTOPPED(status), status
                return
            assert time.monotonic() < end, "it never stopped"

    def close_window(self) -> None:
        """Close the terminal as when its window is closed."""
        os.close(self._master)
        self._master = -1

    def wait_while(
        self, moves: Callable[[], object], until: Callable[[], bool], still: float = 300.0
    ) -> None:
        """Read as long as the child makes progress, however slow the machine is.

        Args:
            moves: returns what changes with each step of the child.
            until: whether it has come to where it was to come.
            still: seconds without a step after which nothing more is expected.

        """
        before, since = moves(), time.monotonic()
        while not until():
            self.read(0.1)
            if (now := moves()) != before:
                before, since = now, time.monotonic()
            if self.ended:
                assert until(), f"it ended with {self._code} before that; the end was {self.output[-3000:]!r}"
            assert time.monotonic() - since < still, f"no step since {before!r}; {self.output[-1500:]!r}"

    @property
    def ended(self) -> bool:
        """Whether the child is gone."""
        if self.pid:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.pid, self._code = 0, os.waitstatus_to_exitcode(status)
                if self._master >= 0:
                    self.read(0.1)
        return not self.pid

    def exit_code(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        end = time.monotonic() + _PATIENCE
        while not self.ended:
            if self._master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.05)
            assert time.monotonic() < end, f"it never ended; the end was {self.output[-1500:]!r}"
        return self._code

    def end(self) -> None:
        """End the child if it still lives."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._master >= 0:
            os.close(self._master)
