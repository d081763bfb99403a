"""What the next keys may need, brought in while nobody waits for it: the modules of screens and of importers.

The first list is painted before. A module takes 5 to 40 ms; loading one after the other in a thread, with a
pause after each, leaves a key that is pressed meanwhile alone. No two screens import each other, so whoever
opens one that is just being loaded waits for that one only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

FIRST_WAIT = 0.3
"""Seconds after the first page was painted: its list and its card come first."""
GAP = 0.01
_LIKELY = ("people", "contact", "log", "search", "help", "snooze", "importing", "mirror", "matches")
"""Screens that are opened first."""


async def warm() -> None:
    """Import what is imported when it is first needed."""
    await asyncio.sleep(FIRST_WAIT)
    for name in await asyncio.to_thread(lambda: list(names())):
        await asyncio.to_thread(import_module, name)
        await asyncio.sleep(GAP)


def names() -> Iterator[str]:
    """Yield the modules in the order in which they may be needed."""
    from crm.importers import IMPORTERS
    from crm.tui import screens, settings

    yield from (f"{screens.__name__}.{name}" for name in _LIKELY)
    yield "crm.tui.palette"
    for package in (screens, settings):
        yield from (f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__))
    yield from (f"crm.importers.{name}" for name in IMPORTERS)
