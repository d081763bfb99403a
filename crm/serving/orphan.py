"""A program that is shown in a browser ends when its server is gone, however that ended.

Nobody else would notice: Textual goes on after its input has ended.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

_EVERY = 2.0
"""Seconds between two looks."""


def end_with_parent() -> None:
    """From now on, end this process as if its terminal were closed when its parent process is gone."""
    if sys.platform != "win32":  # where a process keeps the number of its parent for ever
        threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
