"""Salvaging a damaged database: what can still be read of it, in a new file that can be used."""

from __future__ import annotations

from pathlib import Path

from crm import clock
from crm.db import copying, engine, salvage, search
from crm.db.moments import stored
from crm.db.salvage import Salvaged as Salvaged
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import DatabaseError


def salvaged(file: Path, to: Path, rules: Rules | None = None) -> tuple[Salvaged, ...]:
    """Put everything that can be read of a database into a new one; the damaged file is left as it is.

    Args:
        file: the damaged one.
        to: a new file, readable by the user only.
        rules: what the user configured.

    Returns:
        What became of each table.

    Raises:
        DatabaseError: the new file exists or cannot be written, the old one cannot be read or holds nothing.

    """
    copying.refuse_existing(to)
    draft = copying.draft_of(to)
    try:
        told = salvage.salvage(file, draft, stored(clock.now()))
        if not any(table.read for table in told if table.table in ("contact", "identity", "interaction")):
            raise DatabaseError(
                f"nothing of crm could be read in {file}", "restore a backup: crm backup --list shows them"
            )
        store = Store.open(draft, rules=rules)
        try:
            store.write(lambda work: search.rebuild(work.connection))
        finally:
            store.close()
        copying.put(draft, to)
    except salvage.Unreadable as error:
        raise DatabaseError(f"{file} cannot be salvaged: {error}", "restore a backup") from error
    except OSError as error:
        raise DatabaseError(
            f"cannot salvage {file}: {error.strerror or error}", "check both paths"
        ) from error
    finally:
        engine.remove(draft)
    return told
