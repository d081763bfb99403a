"""Stops a test's server when whoever started it is gone, however it went: also by SIGKILL.

Run as a process of its own with the server's folder; its standard input is a pipe whose other end only the
starter holds. When that ends, the server is stopped and its folder removed, unless that has been done.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE = 10.0


def main(folder: Path) -> None:
    """Wait for the end of the starter, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are meant for the starter
    while sys.stdin.buffer.read(1024):
        pass
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and (server := _running(folder / "data" / "postmaster.pid")):
        # first as `pg_ctl stop -m fast`, at the end as `-m immediate`
        late = time.monotonic() > until - PATIENCE / 2
        os.kill(server, signal.SIGQUIT if late else signal.SIGINT)
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def _running(noted: Path) -> int | None:
    """Return the process that a server has noted while it runs."""
    try:
        process = int(noted.read_text().splitlines()[0])
        os.kill(process, 0)
    except (OSError, ValueError, IndexError):
        return None
    return process


if __name__ == "__main__":
    main(Path(sys.argv[1]))
