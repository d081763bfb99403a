"""Everything back from what `crm export json` wrote: every row as it was, into a database that is empty.

It is no import run: nothing is matched or merged, the runs, the changes that can be undone and all ids are
those of the database that was exported. What is computed from them is computed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from crm.db import bulk, migrate, search, state, whole
from crm.db.store import Store, Work
from crm.db.tables import contact, setting
from crm.domain.dates import parse_birthday
from crm.domain.errors import ConflictError, ExportError, UsageError
from crm.domain.records import Problem
from crm.exporters.json import HEADER, KIND, VERSION
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import stream_array
from crm.services.naming import refresh_search
from crm.services.spooling import Cancelled
from crm.services.views import Progress, RunView

NAME = "crm"
TITLE = "crm export"
_BATCH = 5000
_HEAD = 64 * 1024
_BEGINNING = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"crm"\s*:\s*"export"')
_WORDS = {"contact": "contacts", "identity": "identities", "interaction": "interactions", "post": "posts"}


class _Header(msgspec.Struct, tag_field=KIND, tag=HEADER):
    """The first element; a newer program may have put more into it."""

    version: int
    schema: str
    rows: dict[str, int]


def is_ours(export: Export) -> bool:
    """Say whether an export is a file that `crm export json` wrote."""
    return len(export.names) == 1 and _BEGINNING.match(export.peek(export.names[0], 512)) is not None


def restore(
    store: Store,
    paths: Sequence[Path],
    *,
    dry_run: bool,
    tell: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> RunView:
    """Bring everything back: all of it, or nothing.

    Args:
        store: an empty database.
        paths: the file.
        dry_run: do everything, then take it back.
        tell: is told how far it has come.
        cancelled: says whether the user wants to stop.

    Raises:
        ConflictError: the database holds something already.
        ExportError: the file is damaged, or a newer program wrote it.
        Cancelled: the user stopped it.

    """
    folder = store.path.parent if store.path else None
    with Export(paths) as export:
        header = _header(export)

        def write(work: Work) -> None:
            _insist_on_nothing(work)
            bulk.hurry(work.connection)
            try:
                _Restoring(work, export, header, tell, cancelled).run(folder)
            except whole.Refused as refused:
                raise _damaged(export, str(refused)) from refused
            finally:
                bulk.hurry(work.connection, on=False)

        if dry_run:
            store.rehearse(write)
        else:
            store.write(write)
        return _view(store, export, header, dry_run)


class _Restoring:
    """One restoration within its transaction."""

    def __init__(
        self,
        work: Work,
        export: Export,
        header: _Header,
        tell: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._work = work
        self._export = export
        self._header = header
        self._tell = tell
        self._cancelled = cancelled
        self._counts: dict[str, int] = {}

    def run(self, folder: Path | None) -> None:
        """Write the rows, and everything that follows from them.

        Args:
            folder: where there is room for a database of an older schema.

        """
        connection = self._work.connection
        whole.wait_with_references(connection)
        if self._header.schema == migrate.head():
            self._write(connection, whole.shapes(KIND))
        else:
            self._write_older(connection, folder)
        whole.insist_on_references(connection)
        self._say("indexing")
        refresh_search(connection, list(connection.scalars(select(contact.c.id))))
        search.rebuild(connection)
        bulk.take_stock(connection)
        self._say("relationships")
        state.recompute(connection, self._work.rules, self._work.now)
        bulk.take_stock(connection)

    def _write_older(self, connection: Connection, folder: Path | None) -> None:
        """Write rows of an older schema, as the migrations make them."""
        with TemporaryDirectory(dir=folder, prefix=".crm-") as place:
            older = whole.Older(Path(place), self._header.schema, KIND)
            try:
                with older.filling() as old:
                    self._write(old, older.shapes)
                with older.reading() as old:
                    for shape in whole.shapes(KIND).values():
                        for batch in whole.batches(old, shape):
                            whole.insert(connection, shape, batch)
            finally:
                older.close()

    def _write(self, connection: Connection, shapes: Mapping[str, whole.Shape]) -> None:
        by_kind = {shape.struct: shape for shape in shapes.values()}
        batch: list[Any] = []
        current: Any = None
        for row in _elements(self._export, shapes):
            if type(row) is not current or len(batch) >= _BATCH:
                self._flush(connection, by_kind, batch)
                batch, current = [], type(row)
            batch.append(row)
        self._flush(connection, by_kind, batch)
        for name, expected in self._header.rows.items():
            if (number := self._counts.get(name, 0)) != expected:
                raise whole.Refused(f"it holds {number:,} rows of {name} instead of {expected:,}")

    def _flush(self, connection: Connection, shapes: Mapping[Any, whole.Shape], batch: list[Any]) -> None:
        if not batch:
            return
        if self._cancelled():
            raise Cancelled("stopped; nothing was imported")
        shape = shapes[type(batch[0])]
        if shape.name == contact.name:
            for row in batch:
                _insist_on_days(row)
        rows = batch
        if shape.name == setting.name:  # an older crm also wrote what is only about its own database
            rows = [row for row in batch if row.name not in whole.DERIVED_SETTINGS]
        whole.insert(connection, shape, rows)
        self._counts[shape.name] = self._counts.get(shape.name, 0) + len(batch)
        self._say("writing")

    def _say(self, stage: str) -> None:
        self._tell(Progress(stage, sum(self._counts.values())))


def _insist_on_days(row: Any) -> None:
    for text in (row.birthday, row.anniversary):
        try:
            _ = text and parse_birthday(text)
        except UsageError as error:
            raise whole.Refused(f"contact {row.id}: {error.message}") from error


def _header(export: Export) -> _Header:
    """Read the first element, and make sure that this program understands what follows.

    Raises:
        ExportError: it does not.

    """
    head = export.peek(export.names[0], _HEAD).decode("utf-8-sig", "replace").lstrip()
    try:
        first, _ = json.JSONDecoder().raw_decode(head[1:].lstrip())
    except (ValueError, RecursionError) as error:
        raise _damaged(export, "its first line cannot be read") from error
    version, schema = first.get("version"), first.get("schema")
    newest = migrate.head()
    if not isinstance(version, int) or not isinstance(schema, str):
        raise _damaged(export, "its first line does not say of which version it is")
    if version > VERSION or schema > newest:
        raise ExportError(
            f"{export.path.name} was written by a newer crm (form {version}, schema {schema}; this one knows "
            f"{VERSION} and {newest})",
            "install the newest crm; nothing was changed",
        )
    if not migrate.is_known(schema):
        raise _damaged(export, f"there never was a schema {schema!r}")
    try:
        return msgspec.convert(first, _Header)
    except msgspec.ValidationError as error:
        raise _damaged(export, f"its first line is not what was expected: {error}") from error


def _elements(export: Export, shapes: Mapping[str, whole.Shape]) -> Iterator[Any]:
    """Yield the rows as structs of these shapes.

    Raises:
        ExportError: one of them is not what was expected.

    """
    name = export.names[0]
    kinds: Any = reduce(or_, (shape.struct for shape in shapes.values()), _Header)
    with export.open(name) as stream:
        for index, element in enumerate(stream_array(stream, kinds, name)):
            if isinstance(element, Problem):
                raise _damaged(export, f"element {index + 1:,} {element.reason}")
            if isinstance(element, _Header):
                if index:
                    raise _damaged(export, "a second export begins in it")
                continue
            yield element


def _damaged(export: Export, why: str) -> ExportError:
    return ExportError(
        f"{export.path.name} cannot be read as an export of crm: {why}",
        "nothing was imported; export it again, or restore a backup",
    )


def _insist_on_nothing(work: Work) -> None:
    """Make sure that the database is empty.

    Raises:
        ConflictError: it is not.

    """
    held = whole.counts(work.connection, whole.shapes(KIND).values())
    if any(held.values()):
        named = [f"{held[name]:,} {word}" for name, word in _WORDS.items() if held.get(name)]
        raise ConflictError(
            f"this database is not empty ({', '.join(named) or 'there were imports and changes'}), and an "
            "export of everything can only be brought into an empty one",
            "name a new database: crm --db NEW_FILE import ...",
        )


def _view(store: Store, export: Export, header: _Header, dry_run: bool) -> RunView:
    rows = header.rows
    return RunView(
        run=None,
        importer=NAME,
        title=TITLE,
        path=str(export.path),
        at=store.now(),
        contacts_new=rows.get("contact", 0),
        contacts_known=0,
        identities_new=rows.get("identity", 0),
        interactions_new=rows.get("interaction", 0),
        interactions_known=0,
        posts_new=rows.get("post", 0),
        posts_known=0,
        problems=(),
        left=(),
        unread=(),
        since=None,
        until=None,
        restored=not dry_run,
    )
