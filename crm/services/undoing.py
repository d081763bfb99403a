"""Taking back what the user did, newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import change
from crm.domain.errors import ConflictError, NotFoundError
from crm.services import journal, runs
from crm.services.views import ChangeView


def changes(work: Work, limit: int = 50) -> list[ChangeView]:
    """Return what can be taken back, newest first."""
    query = (
        select(change.c.id, change.c.at, change.c.what)
        .where(change.c.undone_at.is_(None))
        .order_by(change.c.id.desc())
        .limit(limit)
    )
    return [ChangeView(row.id, moment(row.at), row.what) for row in work.connection.execute(query)]


def undo(work: Work) -> ChangeView:
    """Take back the newest change that stands; return it.

    Raises:
        NotFoundError: there is nothing to take back.
        ConflictError: an import has changed the same things since.

    """
    query = select(change).where(change.c.undone_at.is_(None)).order_by(change.c.id.desc()).limit(1)
    row = work.connection.execute(query).first()
    if row is None:
        raise NotFoundError("there is nothing to undo")
    if row.run_id is not None:
        runs.undo_run(work, row.run_id)
    elif not _put_back(work, row.rows):
        raise ConflictError(
            f"cannot take back: {row.what}",
            "what it touched has been changed since by an import; undo that import first (crm import --runs)",
        )
    work.connection.execute(update(change).where(change.c.id == row.id).values(undone_at=stored(work.now)))
    return ChangeView(row.id, moment(row.at), row.what)


def _put_back(work: Work, rows: list[list[Any]]) -> bool:
    try:
        return journal.put_back(work, rows)
    except IntegrityError:  # an import has hung something on a row that would have to go
        return False
