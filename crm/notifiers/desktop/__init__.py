"""A notice on the desktop: over D-Bus where there is D-Bus, with osascript on macOS, as a toast on Windows.

Notices on a lock screen are seen by others, so they are short: the title, and a few lines.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from crm.domain.errors import ConfigError
from crm.notifiers.kit.settings import checked
from crm.notifiers.protocol import Notice, Sent, Setting

_LINES = 8
_LONGEST = 600
_LONGEST_TITLE = 120
_LONGEST_WAIT = 300


@dataclass(frozen=True, slots=True)
class Notifier:
    """Shows a notice on the desktop."""

    kind: ClassVar = "desktop"
    title: ClassVar = "Desktop notice"
    about: ClassVar = "Shows a notice on this computer's desktop. Nothing leaves it."
    leaves: ClassVar = False
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting("wait", "stay for some minutes, so that Open, Snooze and Done work (D-Bus)", "true", of=bool),
        Setting("wait_seconds", "how long to stay, at most 300", "120", of=int),
    )

    wait: float = 0

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        values = checked(cls.settings, settings)
        seconds = values.get("wait_seconds", _LONGEST_WAIT)
        if not 1 <= seconds <= _LONGEST_WAIT:
            raise ConfigError(
                f"wait_seconds must be from 1 to {_LONGEST_WAIT}", "such as: wait_seconds = 120"
            )
        return cls(seconds if values.get("wait") else 0)

    def send(self, notice: Notice) -> Sent | None:
        """Show it."""
        title, body = notice.title[:_LONGEST_TITLE], _short(notice.text)
        if sys.platform == "darwin":
            from crm.notifiers.desktop import mac

            return mac.show(title, body)
        if sys.platform == "win32":
            from crm.notifiers.desktop import windows

            return windows.show(title, body)
        from crm.notifiers.desktop import bus

        return bus.show(title, body, notice, self.wait)


def _short(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], "…"]
    body = "\n".join(lines)
    return body if len(body) <= _LONGEST else body[: _LONGEST - 1] + "…"
