"""A made-up community to look around in: in a temporary database of its own, gone when it is closed.

It goes through the same writer as every import, so that what the demo shows is what the program does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crm import clock
from crm.db.store import PassingStore, Store
from crm.domain.cadence import Rules
from crm.services.demo import community, filling, posts


class DemoStore(PassingStore):
    """The demo's database, which goes away with it."""

    banner = "demo"


def open_demo(now: Callable[[], datetime] = clock.now) -> Store:
    """Make the demo in a fresh folder that only the user can enter, and open it.

    Closing the store removes the folder, and so does the end of the program. Nothing of the user's is read
    but the clock and the time zone; the same moment gives the same community.

    Args:
        now: what gives the moment, aware. Everything is dated from it, so that Today is always lively.

    Raises:
        ConfigError: `CRM_NOW` or `CRM_TZ` says something that cannot be used.
        DatabaseError: the temporary folder cannot be written.

    """
    rules = Rules(zone=clock.zone(), own_sites=(posts.SITE.removeprefix("https://"),))
    store = DemoStore.open_empty(rules, now)
    try:
        store.write(filling.fill, community.make(now(), rules.zone))
    except BaseException:
        store.close()
        raise
    return store
