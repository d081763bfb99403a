"""Whether a database is sound: what tests ask after they have done much to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from crm.db import state
from crm.db.store import Store, Work


def intact(store: Store) -> bool:
    """Say whether every stored state is what its acts say, and no row points at nothing."""
    return store.read(_unlike) == [] and store.read(_dangling) == []


def _unlike(work: Work) -> list[int]:
    return state.differences(work.connection, work.rules, work.now)


def _dangling(work: Work) -> list[Any]:
    """Return rows that point at nothing; a server does not let them in."""
    if work.connection.dialect.name != "sqlite":
        return []
    return list(work.connection.execute(text("PRAGMA foreign_key_check")).all())
