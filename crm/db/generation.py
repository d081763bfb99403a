"""Which life of the database this is: a restore begins a new one, and who was there before must look again.

A restore replaces what is in the file under the hands of a running screen. What that shows is then of another
time, and a key pressed there could change somebody else; so a write compares first.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from crm.db.tables import setting
from crm.domain.errors import DatabaseError

NAME = "generation"
"""Of the setting that a restore writes; absent before the first one."""


def of(connection: Connection) -> str | None:
    """Return the mark of the last restore."""
    found: str | None = connection.scalar(select(setting.c.value).where(setting.c.name == NAME))
    return found


def insist(connection: Connection, known: str | None) -> None:
    """Make sure that nobody has restored the database since it was opened.

    Raises:
        DatabaseError: somebody has.

    """
    if of(connection) != known:
        raise DatabaseError(
            "the database was restored from a backup since it was opened here",
            "nothing was saved; leave crm and start it again, to see what is in it now",
        )
