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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_PATIENCE = 40.0


class Terminal:
    """A child process with a terminal of its own; everything it wrote is kept."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ):
        self.output = b""
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.chdir("/")
            os.environ.update({"TERM": "xterm-256color", "PYTHONPATH": str(PROJECT), **environment})
            os.execv(sys.executable, [sys.executable, *arguments])
        self.resize(*size)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

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
        end = time.monotonic() + _PATIENCE
        while text.encode() not in self.output[since:]:
            self.read(0.1)
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} never came; the end was {self.output[-1500:]!r}")

    def send(self, keys: str) -> None:
        """Type, and read what comes of it."""
        os.write(self._master, keys.encode())
        self.read()

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def close_window(self) -> None:
        """Close the terminal as when its window is closed."""
        os.close(self._master)
        self._master = -1

    def exit_code(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.pid = 0
                if self._master >= 0:
                    self.read(0.1)
                return os.waitstatus_to_exitcode(status)
            if self._master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.05)
        raise AssertionError(f"it never ended; the end was {self.output[-1500:]!r}")

    def end(self) -> None:
        """End the child if it still lives."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._master >= 0:
            os.close(self._master)
