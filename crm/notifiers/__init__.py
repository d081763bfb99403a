"""The ways of being told, by module name: adding one is one module here and one line.

They are loaded on demand: a command that sends nothing pays nothing.
"""

from __future__ import annotations

from importlib import import_module

from crm.notifiers.protocol import Notifier

NOTIFIERS: tuple[str, ...] = (
    "apprise",
    "desktop",
    "email",
    "ical",
    "ntfy",
    "webhook",
)


def load(kind: str) -> type[Notifier]:
    """Return the notifier class of the module `kind`, one of `NOTIFIERS`."""
    found: type[Notifier] = import_module(f"crm.notifiers.{kind}").Notifier
    return found
