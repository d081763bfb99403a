"""Importing exports: recognising what a path is, and bringing all of it in, or nothing.

An export is read to its end first (`spooling`), then written in one short transaction (`writing`): whatever
happens in between, a kill, a full disk, a second program, the database holds all of it or none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy import insert, select

from crm.db import bulk
from crm.db.moments import stored
from crm.db.store import Store, Work
from crm.db.tables import change, identity
from crm.domain.errors import CrmError, ExportError, UsageError
from crm.domain.handles import normalise, parse_reference
from crm.domain.records import IdentityRef, Owner, Problem
from crm.domain.text import folded
from crm.exporters.files import replacing
from crm.importers import load
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Importer
from crm.services import again, backups, restoring, tables
from crm.services.collecting import rarely_collecting
from crm.services.coverage import newest_of
from crm.services.recognising import recognise as recognise
from crm.services.runs import failed as failed
from crm.services.runs import run_view as run_view
from crm.services.runs import runs as runs
from crm.services.runs import title_of_importer
from crm.services.runs import undo_run as undo_run
from crm.services.spooling import Cancelled as Cancelled
from crm.services.spooling import Spool
from crm.services.views import Progress, Recognised, RunView, Undone
from crm.services.writing import Writer, close_run, open_run, period

Tell = Callable[[Progress], None]

_MANY = 20_000
"""Records from which on laying indexes aside is worth it."""


def _never() -> bool:
    return False


def _quiet(_progress: Progress) -> None:
    return None


@rarely_collecting()
def run_import(
    store: Store,
    recognised: Recognised,
    *,
    stated: str | None = None,
    dry_run: bool = False,
    columns: Mapping[str, str] | None = None,
    dates: str | None = None,
    progress: Tell | None = None,
    cancelled: Callable[[], bool] = _never,
) -> RunView:
    """Import one export: all of it, or nothing.

    Args:
        store: where to.
        recognised: what `recognise` said of the path.
        stated: who the user is in this export, where it does not say (`--as`).
        dry_run: do everything, then take it back.
        columns: what columns of a plain table hold, as the user says it (`domain.columns`).
        dates: `day-first` or `month-first`, where an export's dates can be read both ways.
        progress: is told how far it has come.
        cancelled: says whether the user wants to stop.

    Raises:
        QuestionError: it can be read once the user has said who they are in it, or how its dates are meant.
        ExportError: it cannot be read, or nothing in it could be.
        UsageError: there is no such column or field, or this is no plain table.
        DatabaseError: it cannot be written.
        Cancelled: the user stopped it.

    """
    if recognised.importer is None:
        raise ExportError(recognised.error or "unknown export", recognised.hint)
    if recognised.importer == restoring.NAME:
        paths = [Path(path) for path in recognised.paths]
        return restoring.restore(store, paths, dry_run=dry_run, tell=progress or _quiet, cancelled=cancelled)
    importer = load(recognised.importer)
    tell = progress or _quiet
    owner = store.read(_owner, stated)._replace(columns=tables.said(recognised, columns), dates=dates)
    content = again.look_at(recognised)
    if content is not None:
        known = _import_again(store, recognised, content, owner, dry_run)
        if known is not None:
            return known
    asking = again.Asking.of(owner)
    folder = store.path.parent if store.path else None
    with Export([Path(path) for path in recognised.paths]) as whole, Spool(folder) as spool:
        export = whole.part(*recognised.folders) if recognised.folders else whole
        with _contained(importer, export):
            spool.fill(importer.extract(export, asking), lambda n: tell(Progress("reading", n)), cancelled)
        spool.problems[:0] = export.problems
        _insist_on_something(importer, export, spool, owner)
        unread = (*export.unread(), *(f"{folder}/" for folder in recognised.beside))

        def write(work: Work) -> RunView:
            path = ", ".join(recognised.paths)
            view, _ = write_run(
                work, importer.name, path, spool, unread=unread, tell=tell, cancelled=cancelled
            )
            if content is not None and view.run is not None and again.is_still(content):
                again.note(work, content, asking, view.run, dict(view.left))
            return view

        if dry_run:
            return replace(store.rehearse(write), run=None)
        backups.before_import(store)
        return store.write(write)


def take_back(store: Store, run: int) -> Undone:
    """Take an import run back, after a backup; otherwise as `undo_run`."""
    backups.before_changes(store)
    return store.write(undo_run, run)


def save_failed(store: Store, run: int, path: Path) -> int:
    """Write what a run could not read at all to a file, to be mended and imported again.

    Returns:
        How many records.

    Raises:
        NotFoundError: there is no such run, or it lost nothing.
        UsageError: the path is a folder, or a database.
        ExportError: it cannot be written.

    """
    records = store.read(failed, run)
    with replacing(path) as draft:
        for record in records:
            draft.write(f"{record.rstrip()}\n".encode())
    return len(records)


def write_run(
    work: Work,
    importer: str,
    path: str,
    spool: Spool,
    *,
    unread: Sequence[str] = (),
    tell: Tell = _quiet,
    cancelled: Callable[[], bool] = _never,
) -> tuple[RunView, set[int]]:
    """Write what was read from an export as one import run; return it and the contacts it touched.

    It becomes one change, so that undo takes it back.

    Args:
        work: the transaction to write in.
        importer: the importer's name.
        path: what the user named.
        spool: every record.
        unread: members of the export that nobody read.
        tell: is told how far it has come.
        cancelled: says whether the user wants to stop.

    Raises:
        Cancelled: the user stopped it; the caller must roll back.

    """
    newest = newest_of(work, importer)
    _, until = period(spool)
    bulk.hurry(work.connection)
    try:
        run_id = open_run(work, importer, path, spool)
        writer = Writer(work, run_id, newest is None or until is None or until >= newest)
        writer.own(spool)
        many = spool.records >= _MANY
        if many:
            writer.lay_indexes_aside()
        written = 0
        for batch in spool.batches():
            if cancelled():
                raise Cancelled("stopped; nothing was imported")
            writer.write(batch)
            written += len(batch)
            tell(Progress("writing", written))
        writer.put_indexes_back()
        tell(Progress("relationships", written))
        if many:
            bulk.take_stock(work.connection)
        touched = writer.finish()
        if many:
            bulk.take_stock(work.connection)
    finally:
        bulk.hurry(work.connection, on=False)
    problems = [*spool.problems, *writer.problems]
    if spool.more_problems:
        problems.append(Problem(path, f"and {spool.more_problems} more problems like these"))
    left = dict(spool.left)
    if writer.own_messages:
        left[again.OWN] = writer.own_messages
    if writer.attacher.forgotten:
        left[again.FORGOTTEN] = writer.attacher.forgotten
    close_run(work, run_id, asdict(writer.counts), left, problems, unread)
    taken = writer.attacher.taken
    _note_change(work, run_id, importer, path, taken.rows, sorted(taken.changed))
    return run_view(work, run_id), touched


def _import_again(
    store: Store, recognised: Recognised, content: again.Content, owner: Owner, dry_run: bool
) -> RunView | None:
    """Import what is known to the last byte: a run that has seen it all; None if it must be read."""
    if store.read(again.find, content, owner) is None:
        return None
    path = ", ".join(recognised.paths)

    def write(work: Work) -> RunView | None:
        before = again.find(work, content, owner)
        if before is None or recognised.importer is None:
            return None
        run = again.repeat(work, content, before, path)
        _note_change(work, run, recognised.importer, path, [], [])
        return run_view(work, run)

    if not dry_run:
        return store.write(write)
    view = store.rehearse(write)
    return view and replace(view, run=None)


def _note_change(
    work: Work, run: int, importer: str, path: str, rows: Sequence[object], contacts: Sequence[int]
) -> None:
    """Make a run one change, so that undo takes it back."""
    work.connection.execute(
        insert(change).values(
            at=stored(work.now),
            what=f"imported {Path(path.partition(', ')[0]).name} ({title_of_importer(importer)})",
            rows=rows,
            contacts=contacts,
            run_id=run,
        )
    )


def _insist_on_something(importer: Importer, export: Export, spool: Spool, owner: Owner) -> None:
    """Make sure that a recognised export from which nothing could be read is no silent success."""
    told = any(not _is_said(ref, owner) for record in spool.selves for ref in record.identities)
    if spool.records or spool.left or told:
        return
    if spool.problems:
        first = spool.problems[0]
        raise ExportError(
            f"nothing in {export.path.name} could be read as {importer.title}: {first.where}: {first.reason}",
            importer.how_to_get,
        )
    raise ExportError(
        f"there is nothing in {export.path.name}, though it looks like {importer.title}", importer.how_to_get
    )


def _is_said(ref: IdentityRef, owner: Owner) -> bool:
    """Say whether the user, not the export, has told us of an identity of theirs."""
    handle = normalise(ref.platform, ref.handle or "")
    stated = normalise(ref.platform, owner.stated or "")
    return not ref.external_id and ((ref.platform, handle) in owner.identities or handle == stated)


@contextmanager
def _contained(importer: Importer, export: Export) -> Iterator[None]:
    """Turn whatever goes wrong in an importer into one error that names it."""
    try:
        yield
    except CrmError:
        raise
    except MemoryError:
        raise ExportError(
            f"{export.path.name} needs more memory than there is",
            "nothing was imported; end other programs, or import its files one by one",
        ) from None
    except Exception as error:
        raise ExportError(
            f"the {importer.title} importer stumbled over {export.path.name}: {type(error).__name__}",
            "nothing was imported; please report this with the name of the file inside the export",
        ) from error


def _owner(work: Work, stated: str | None) -> Owner:
    """Return what is known about the user, with what they stated for this import."""
    if stated is not None and not stated.strip():
        raise UsageError("--as needs a name, handle or address", "such as: --as ada@example.org")
    query = select(identity.c.platform, identity.c.handle, identity.c.external_id, identity.c.name)
    found = work.connection.execute(query.where(identity.c.contact_id.is_(None))).all()
    handles = {(row.platform, row.handle) for row in found if row.handle}
    names = {folded(row.name) for row in found if row.name}
    if stated:
        ref = parse_reference(stated)
        if ref is not None and ref.handle:
            handles.add((ref.platform, normalise(ref.platform, ref.handle)))
        else:
            names.add(folded(stated))
    return Owner(
        identities=frozenset(handles),
        external_ids=frozenset((row.platform, row.external_id) for row in found if row.external_id),
        names=frozenset(names),
        stated=stated,
        zone=work.rules.zone,
    )
