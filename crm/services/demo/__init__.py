"""A made-up community to look around in: in a temporary database of its own, gone when it is closed.

It goes through the same writer as every import, so that what the demo shows is what the program does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crm import clock
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.services.demo import community, filling, posts


class DemoStore(Store):
    """A store whose database is thrown away with it."""

    banner = "demo"
    folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close every connection and remove the database."""
        super().close()
        if self.folder is not None:
            self.folder.cleanup()


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
    folder = TemporaryDirectory(prefix="crm-demo-", ignore_cleanup_errors=True)
    try:
        store = DemoStore.open(Path(folder.name) / "demo.db", rules=rules, now=now)
        assert isinstance(store, DemoStore)
        store.folder = folder
        store.write(filling.fill, community.make(now(), rules.zone))
    except BaseException:
        folder.cleanup()
        raise
    return store
