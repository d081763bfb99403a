"""Which program of this system opens an address or a file: that of the user's choice, never one of ours."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

_OPENERS = ("xdg-open", "gio", "wslview", "termux-open-url")


def opener() -> Sequence[str] | None:
    """Return the command that opens an address on this system, or None.

    Python's `webbrowser` is not used: without a desktop it starts a text browser inside our screen.
    """
    if sys.platform == "darwin":
        return ("open",)
    if sys.platform == "win32":
        return ("rundll32", "url.dll,FileProtocolHandler")
    if not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERMUX_VERSION")
    ):
        return None
    for name in _OPENERS:
        if found := shutil.which(name):
            return (found, "open") if name == "gio" else (found,)
    return None
