"""The import runs: listing them, and taking one back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, exists, func, select, update

from crm.db import search
from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import (
    change,
    contact,
    identity,
    import_problem,
    import_run,
    interaction,
    post,
    sighting,
)
from crm.domain.errors import ConflictError, NotFoundError
from crm.domain.platforms import title_of
from crm.domain.records import Problem
from crm.importers import IMPORTERS, load
from crm.services import merged_parts
from crm.services.journal import put_back_what_stands, settle
from crm.services.views import RunView, Undone


def runs(work: Work) -> list[RunView]:
    """Return every import run, newest first."""
    query = select(import_run).order_by(import_run.c.id.desc())
    return [_view(work, row) for row in work.connection.execute(query)]


def run_view(work: Work, run: int) -> RunView:
    """Return a run as it was reported.

    Raises:
        NotFoundError: there is no such run.

    """
    return _view(work, _row(work, run))


def _row(work: Work, run: int) -> Row[Any]:
    row = work.connection.execute(select(import_run).where(import_run.c.id == run)).first()
    if row is None:
        raise NotFoundError(f"there is no import run {run}", "crm import --runs lists them")
    return row


def _view(work: Work, row: Row[Any]) -> RunView:
    problems = select(import_problem.c.place, import_problem.c.reason, import_problem.c.raw).where(
        import_problem.c.run_id == row.id
    )
    return RunView(
        run=row.id,
        importer=row.importer,
        title=_title(row.importer),
        path=row.path,
        at=moment(row.at),
        problems=tuple(
            Problem(place, reason, raw)
            for place, reason, raw in work.connection.execute(problems.order_by(import_problem.c.id))
        ),
        left=tuple((what, number) for what, number in row.left),
        unread=tuple(row.unread),
        since=moment(row.since),
        until=moment(row.until),
        undone=row.undone_at is not None,
        **row.counts,
    )


def _title(importer: str) -> str:
    """Return an importer's title; one that this version does not have is called by its name."""
    return load(importer).title if importer in IMPORTERS else title_of(importer)


def failed(work: Work, run: int) -> list[str]:
    """Return what a run could not read at all, as it stood in the export, to be mended and tried again.

    Raises:
        NotFoundError: there is no such run, or it lost nothing.

    """
    _row(work, run)
    query = select(import_problem.c.raw).where(
        import_problem.c.run_id == run, import_problem.c.raw.is_not(None)
    )
    found = list(work.connection.scalars(query.order_by(import_problem.c.id)))
    if not found:
        raise NotFoundError(f"import run {run} has read every record, at least in part")
    return found


def title_of_importer(name: str) -> str:
    """Return an importer's title for people."""
    return load(name).title if name in IMPORTERS else name


def undo_run(work: Work, run: int) -> Undone:
    """Take an import back: what it alone brought goes.

    What another run has seen too stays, and so do contacts that the user has edited here.

    Raises:
        NotFoundError: there is no such run.
        ConflictError: it was undone already.

    """
    connection = work.connection
    if _row(work, run).undone_at is not None:
        raise ConflictError(f"import run {run} was undone already")
    statement = update(import_run).where(import_run.c.id == run)
    connection.execute(statement.values(undone_at=stored(work.now)))
    connection.execute(
        update(change)
        .where(change.c.run_id == run, change.c.undone_at.is_(None))
        .values(undone_at=stored(work.now))
    )
    touched = _touched(connection, run) | _put_back(work, run)
    interactions, kept_interactions = _remove_acts(connection, run)
    posts, kept_posts = _remove(connection, post, run)
    identities = _remove_identities(connection, run)
    contacts = _remove_contacts(connection, run)
    settle(work, touched)
    return Undone(
        run=run,
        contacts=contacts,
        identities=identities,
        interactions=interactions,
        posts=posts,
        kept=kept_interactions + kept_posts,
    )


def _put_back(work: Work, run: int) -> set[int]:
    """Take back what the run's cards changed about contacts that were there before."""
    query = select(change.c.rows, change.c.contacts).where(change.c.run_id == run)
    touched: set[int] = set()
    for row in work.connection.execute(query):
        put_back_what_stands(work, row.rows)
        touched.update(row.contacts)
    return touched


def _touched(connection: Connection, run: int) -> set[int]:
    """Return the contacts whose relationship the run's rows belong to, or that it saw."""
    met = (
        select(identity.c.contact_id)
        .join_from(interaction, identity, interaction.c.identity_id == identity.c.id)
        .where(interaction.c.run_id == run, identity.c.contact_id.is_not(None))
        .distinct()
    )
    saw = select(contact.c.id).where(_seen_by(contact, "contact", run))
    return set(connection.scalars(met)) | set(connection.scalars(saw))


def _seen_by(table: Table, kind: str, run: int) -> Any:
    return exists().where(sighting.c.run_id == run, sighting.c.kind == kind, _covers(table))


def _seen_by_others(table: Table, kind: str, run: int) -> Any:
    """Say that a run which still stands has seen the row too."""
    return exists().where(
        sighting.c.run_id != run,
        sighting.c.kind == kind,
        _covers(table),
        exists().where(and_(import_run.c.id == sighting.c.run_id, import_run.c.undone_at.is_(None))),
    )


def _covers(table: Table) -> Any:
    return and_(sighting.c.first_id <= table.c.id, table.c.id <= sighting.c.last_id)


def _remove_acts(connection: Connection, run: int) -> tuple[int, int]:
    kept = _seen_by_others(interaction, "interaction", run)
    gone = list(connection.scalars(select(interaction.c.id).where(interaction.c.run_id == run, ~kept)))
    search.remove(connection, gone)
    return _remove(connection, interaction, run)


def _remove(connection: Connection, table: Table, run: int) -> tuple[int, int]:
    """Delete the run's own rows of a table; hand over those that another run has seen to that one."""
    kept = _seen_by_others(table, table.name, run)
    removed = connection.execute(delete(table).where(table.c.run_id == run, ~kept)).rowcount
    heir = (
        select(func.min(sighting.c.run_id))
        .join_from(sighting, import_run, sighting.c.run_id == import_run.c.id)
        .where(
            sighting.c.run_id != run,
            sighting.c.kind == table.name,
            import_run.c.undone_at.is_(None),
            _covers(table),
        )
        .correlate(table)
        .scalar_subquery()
    )
    handed = connection.execute(update(table).where(table.c.run_id == run).values(run_id=heir)).rowcount
    return removed, handed


def _remove_identities(connection: Connection, run: int) -> int:
    """Delete identities that only this run has seen, that nothing came through and nobody touched."""
    used = exists().where(interaction.c.identity_id == identity.c.id)
    edited = exists().where(contact.c.id == identity.c.contact_id, contact.c.by_user)
    return connection.execute(
        delete(identity).where(
            _seen_by(identity, "identity", run),
            ~_seen_by_others(identity, "identity", run),
            ~used,
            ~edited,
            identity.c.by_user.is_(False),
        )
    ).rowcount


def _remove_contacts(connection: Connection, run: int) -> int:
    merged_parts.free_own(connection)
    has_identity = exists().where(identity.c.contact_id == contact.c.id)
    return connection.execute(
        delete(contact).where(
            _seen_by(contact, "contact", run),
            ~_seen_by_others(contact, "contact", run),
            ~has_identity,
            contact.c.by_user.is_(False),
        )
    ).rowcount
