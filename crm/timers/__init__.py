"""What systems have to start a program by the clock, by module name: one module each, best first.

They are loaded on demand. cron is the last: it runs nothing that was slept through, and knows no session.
"""

from __future__ import annotations

from importlib import import_module

from crm.timers.protocol import Timer

TIMERS = ("systemd", "launchd", "windows", "cron")


def load(kind: str) -> type[Timer]:
    """Return the timer class of the module `kind`, one of `TIMERS`."""
    found: type[Timer] = import_module(f"crm.timers.{kind}").Timer
    return found
