"""Contacts out of the program: as vCards, a table, a calendar, or everything at once.

Whatever the form, an export is written to its end first and only then takes the place of an older one, or
goes to where it is read; and all of it is of one moment, whatever others write to the database meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from crm.db import migrate, whole
from crm.db.store import Store, Work
from crm.domain.errors import NotFoundError
from crm.exporters import FORMS, csv, ics, json, vcard
from crm.exporters.files import Draft, Folder, drafted, replacing
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.services.outgoing import Person
from crm.services.outgoing_cards import cards
from crm.services.outgoing_dates import events
from crm.services.outgoing_rows import rows
from crm.services.spooling import Cancelled
from crm.services.views import Progress

Tell = Callable[[Progress], None]
Only = ContactQuery | Sequence[int] | None
"""Which contacts: those that fit, these, or all, archived ones too."""

_Thing = TypeVar("_Thing")

_EVERY = 100
"""Contacts between two words about progress."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an export is to look; each form looks at what concerns it."""

    version: str = "3.0"
    """Of vCards: 3.0 or 4.0."""
    fold: bool = True
    """Break long lines of vCards, as the standards say; some Android importers cannot join them."""
    excel: bool = False
    """Begin a table with the mark by which Excel knows UTF-8."""
    dates: bool = True
    """Birthdays and anniversaries in a calendar."""
    due: bool = True
    """Due contacts in a calendar."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported."""

    form: str
    path: Path | None
    """The file or folder; None where it went elsewhere."""
    size: int
    """Bytes."""
    counts: dict[str, int]
    """How many contacts, events, or rows of each table."""


class _Run:
    """One export while it is made."""

    def __init__(self, work: Work, form: str, only: Only, options: Options, tell: Tell | None) -> None:
        self.work = work
        self.form = form
        self.options = options
        self.counts: dict[str, int] = {}
        self._tell = tell
        self.ids = [] if form == "json" else _ids(work, only)

    def count(self, what: str, number: int = 1) -> None:
        """Note how many there are, and say so now and then."""
        before = self.counts.get(what, 0)
        self.counts[what] = before + number
        if self._tell is not None and before // _EVERY != (before + number) // _EVERY:
            self._tell(Progress("writing", self.counts[what]))

    def counted(self, what: str, things: Iterable[_Thing]) -> Iterator[_Thing]:
        """Yield things, and count them."""
        for thing in things:
            yield thing
            self.count(what)

    def blocks(self) -> Iterator[bytes]:
        """Yield the export."""
        return _BLOCKS[self.form](self)


def _never() -> bool:
    return False


def to_file(
    store: Store,
    form: str,
    target: Path,
    *,
    only: Only = None,
    options: Options = Options(),
    progress: Tell | None = None,
    cancelled: Callable[[], bool] = _never,
) -> Exported:
    """Export into a file, which replaces an older one of that name when it is complete.

    Args:
        store: the database.
        form: one of `FORMS`.
        target: the file.
        only: which contacts; everything is everything.
        options: how it is to look.
        progress: is told how far it has come.
        cancelled: says whether the user wants to stop.

    Raises:
        NotFoundError: there is nobody to export.
        UsageError: the target is a folder, or a database.
        ExportError: it cannot be written, or a card would not be read as it is meant.
        Cancelled: the user stopped it.

    """
    with replacing(target) as draft:
        counts = store.read(_draft, draft, form, only, options, progress, cancelled)
    return Exported(form, target, draft.size, counts)


def to_reader(
    store: Store,
    form: str,
    take: Callable[[BinaryIO], None],
    *,
    only: Only = None,
    options: Options = Options(),
    progress: Tell | None = None,
    cancelled: Callable[[], bool] = _never,
) -> Exported:
    """Export, and hand over the whole when it is complete; what `take` raises is its own.

    Otherwise as `to_file`.
    """
    with drafted(store.path.parent if store.path else None) as draft:
        counts = store.read(_draft, draft, form, only, options, progress, cancelled)
        draft.hand_over(take)
    return Exported(form, None, draft.size, counts)


def to_folder(
    store: Store,
    target: Path,
    *,
    only: Only = None,
    options: Options = Options(),
    progress: Tell | None = None,
    cancelled: Callable[[], bool] = _never,
) -> Exported:
    """Export vCards into a folder, one file per contact, named after it; else as `to_file`.

    Files of these names are replaced when all of them are complete; other files in the folder stay.
    """
    with Folder(target) as folder:
        counts = store.read(_fill, folder, only, options, progress, cancelled)
    return Exported("vcard", target, folder.size, counts)


def _draft(
    work: Work,
    draft: Draft,
    form: str,
    only: Only,
    options: Options,
    progress: Tell | None,
    cancelled: Callable[[], bool],
) -> dict[str, int]:
    whole.freeze(work.connection)
    run = _Run(work, form, only, options, progress)
    for block in run.blocks():
        if cancelled():
            raise Cancelled("stopped; nothing was exported")
        draft.write(block)
    return run.counts


def _fill(
    work: Work,
    folder: Folder,
    only: Only,
    options: Options,
    progress: Tell | None,
    cancelled: Callable[[], bool],
) -> dict[str, int]:
    whole.freeze(work.connection)
    run = _Run(work, "vcard", only, options, progress)
    for person, block in _written(run):
        if cancelled():
            raise Cancelled("stopped; nothing was exported")
        folder.add(person.name, FORMS["vcard"].ending, block)
    return run.counts


def _ids(work: Work, only: Only) -> Sequence[int]:
    """Return the contacts that are meant, in order.

    Raises:
        NotFoundError: nobody; an older export must not be replaced by an empty one.

    """
    if only is not None and not isinstance(only, ContactQuery):
        return only
    found = contacts.list_ids(work, only or ContactQuery(archived=None))
    if not found:
        if only is None:
            raise NotFoundError("there is nobody to export yet", "crm import and crm add bring contacts")
        raise NotFoundError("no contact matches, so there is nothing to export", "crm contacts lists them")
    return found


def _written(run: _Run) -> Iterator[tuple[Person, bytes]]:
    version, fold = run.options.version, run.options.fold
    for person, card in cards(run.work, run.ids, version):
        yield person, vcard.written(card, version, fold=fold)
        run.count("contacts")


def _vcard(run: _Run) -> Iterator[bytes]:
    for _, block in _written(run):
        yield block


def _csv(run: _Run) -> Iterator[bytes]:
    return csv.table(run.counted("contacts", rows(run.work, run.ids)), excel=run.options.excel)


def _ics(run: _Run) -> Iterator[bytes]:
    found = events(run.work, run.ids, dates=run.options.dates, due=run.options.due)
    return ics.calendar(run.counted("events", found), run.work.now, "crm")


def _everything(run: _Run) -> Iterator[bytes]:
    connection = run.work.connection
    tables = whole.shapes(json.KIND).values()
    first = json.header(
        migrate.head(), f"{run.work.now:%Y-%m-%dT%H:%M:%SZ}", whole.counts(connection, tables)
    )
    return json.array(first, _batches(run, tables))


def _batches(run: _Run, tables: Iterable[whole.Shape]) -> Iterator[list[Any]]:
    for shape in tables:
        for batch in whole.batches(run.work.connection, shape):
            yield batch
            run.count(shape.name, len(batch))


_BLOCKS: dict[str, Callable[[_Run], Iterator[bytes]]] = {
    "vcard": _vcard,
    "csv": _csv,
    "json": _everything,
    "ics": _ics,
}
