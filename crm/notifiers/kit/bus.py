"""The user's session bus (D-Bus), also for a program that a timer started."""

from __future__ import annotations

import os
from pathlib import Path

_ADDRESS = "DBUS_SESSION_BUS_ADDRESS"


def find_session_bus() -> str | None:
    """Return the address of the session's bus, or None where there is none.

    A program that cron started knows none (its environment is HOME, LOGNAME, PATH, SHELL and PWD); the bus
    of a systemd session lies at a known place, and knowing its address is enough. It is put into the
    environment, where the libraries look for it.
    """
    if found := os.environ.get(_ADDRESS):
        return found
    if os.name != "posix":
        return None
    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    bus = Path(folder) / "bus"
    try:
        ours = bus.is_socket() and bus.stat().st_uid == os.getuid()
    except OSError:
        return None
    if not ours:
        return None
    os.environ[_ADDRESS] = f"unix:path={bus}"
    return os.environ[_ADDRESS]
