"""Desktop notices on macOS, with osascript: the notification centre itself talks to signed programs only.

The script goes to standard input, not into an argument, so that no other account sees what it says.
"""

from __future__ import annotations

import subprocess

from crm.domain.errors import NotifierError

_PROGRAM = "osascript"
_PATIENCE = 15


def show(title: str, body: str) -> None:
    """Show a notice.

    Raises:
        NotifierError: osascript does not do it.

    """
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, found as everywhere
            [_PROGRAM, "-"],
            input=script(title, body).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotifierError(
            f"osascript cannot show a notice ({type(error).__name__})", "see whether it runs in a terminal"
        ) from None
    if done.returncode != 0:
        raise NotifierError(
            f"osascript cannot show a notice (code {done.returncode})",
            "allow notices of Script Editor in System Settings > Notifications",
        )


def script(title: str, body: str) -> str:
    """Return the AppleScript that shows a notice."""
    return f"display notification {_quoted(body)} with title {_quoted(title)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
