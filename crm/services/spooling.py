"""Reading an export to its end before anything is written, in memory that does not grow with it.

Parsing takes longer than writing, and nobody else may write while a transaction is open; so records wait in
a nameless temporary file, which nobody else can open and which is gone with the process. They wait as plain
tuples that name whom they are with by a number: reading them back as records would take three times as long,
and a driver takes twice as long over members of an enumeration as over plain text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self, TypeAlias

import msgspec

from crm.domain.errors import CrmError
from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    IdentityRef,
    InteractionRecord,
    Left,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.text import cleaned, may_hold_nul

_BATCH = 5000
_IN_MEMORY = 16 * 1024 * 1024
_LENGTH = 8
_SHORT = 100
_MOST_REPEATED = 1_000_000
"""Characters: a text said to many at once is kept with each of them up to here, beyond with the first ones
only. A post that names 40,000 people would be eleven gigabytes in the database."""
_MOST_PROBLEMS = 10_000
"""Problems kept one by one; a file of nothing but bad rows need not fill the database."""


class Cancelled(CrmError):  # noqa: N818 - not an error: the user asked for it
    """The user stopped it; nothing was written."""


Act: TypeAlias = tuple[
    str, str, int | None, int | None, str, str, str | None, str | None, str | None, str, bool
]
"""An `InteractionRecord` whose `who` is a place in `Batch.people`."""
Post: TypeAlias = tuple[str, str, int | None, str | None, str | None, str | None, str, bool]
"""A `PostRecord`."""


class Batch(msgspec.Struct):
    """Some records in the order of the export, by their kind."""

    contacts: list[ContactRecord]
    people: list[IdentityRef]
    """Whom the acts are with, each once."""
    acts: list[Act]
    posts: list[Post]

    def __len__(self) -> int:
        return len(self.contacts) + len(self.acts) + len(self.posts)


class Spool:
    """All records of one export. Use it as a context manager."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed in __exit__
            _IN_MEMORY, dir=str(folder) if folder else None
        )
        self._contacts: list[ContactRecord] = []
        self._acts: list[InteractionRecord] = []
        self._posts: list[PostRecord] = []
        self.selves: list[SelfRecord] = []
        self.problems: list[Problem] = []
        self.more_problems = 0
        """Problems beyond the ones that are kept one by one."""
        self.left: dict[str, int] = {}
        self.coverage: list[CoverageRecord] = []
        self.records = 0
        """Contacts, interactions and posts."""
        self._said: str | None = None
        self._repeated = 0
        self._times: dict[str, list[int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def fill(
        self, records: Iterable[Record], told: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> None:
        """Take every record.

        Args:
            records: as the importer yields them.
            told: is called with the number of records so far, now and then.
            cancelled: says whether the user wants to stop.

        Raises:
            Cancelled: it did; and what the importer raises.

        """
        for record in records:
            if isinstance(record, InteractionRecord):
                if record.text is not self._said:
                    self._said, self._repeated = record.text, 0
                elif record.text is not None and len(record.text) > _SHORT:
                    record = self._repeating(record, record.text)
                self._acts.append(record)
            elif isinstance(record, PostRecord):
                self._posts.append(record)
            elif isinstance(record, ContactRecord):
                self._contacts.append(record)
            else:
                self._take_rare(record)
                continue
            self.records += 1
            if self.records % _BATCH == 0:
                self._flush()
                told(self.records)
                if cancelled():
                    raise Cancelled("stopped; nothing was imported")
        self._flush()
        told(self.records)

    def batches(self) -> Iterator[Batch]:
        """Yield the records again, in order."""
        decoder = msgspec.msgpack.Decoder(Batch)
        self._file.seek(0)
        while head := self._file.read(_LENGTH):
            yield decoder.decode(self._file.read(int.from_bytes(head, "big")))

    def periods(self) -> dict[str, tuple[int | None, int | None]]:
        """Return what is covered on each platform: what the export says, else its first and last act.

        Where it says that it covers nothing (notices by mail are single acts), the platform is left out.
        """
        found: dict[str, tuple[int | None, int | None]] = {
            platform: (span[0], span[1]) for platform, span in self._times.items()
        }
        for stated in self.coverage:
            if stated.since is None and stated.until is None:
                found.pop(stated.platform, None)
                continue
            first, last = found.get(stated.platform, (None, None))
            since = stated.since if stated.since is not None else first
            found[stated.platform] = (since, stated.until if stated.until is not None else last)
        return found

    def _repeating(self, record: InteractionRecord, text: str) -> InteractionRecord:
        """Return an act that says what the one before it said, without its words where they are too many."""
        self._repeated += len(text)
        return record._replace(text=None) if self._repeated > _MOST_REPEATED else record

    def _note_times(self, acts: Iterable[InteractionRecord | PostRecord]) -> None:
        times: dict[str, list[int]] = {}
        for act in acts:
            if act.at is not None:
                times.setdefault(act.platform, []).append(act.at)
        for platform, found in times.items():
            first, last = min(found), max(found)
            span = self._times.setdefault(platform, [first, last])
            span[:] = min(span[0], first), max(span[1], last)

    def _take_rare(self, record: SelfRecord | CoverageRecord | Left | Problem) -> None:
        record = cleaned(record)
        if isinstance(record, SelfRecord):
            self.selves.append(record)
        elif isinstance(record, CoverageRecord):
            self.coverage.append(record)
        elif isinstance(record, Left):
            self.left[record.what] = self.left.get(record.what, 0) + record.number
        elif len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(record)
        else:
            self.more_problems += 1

    def _flush(self) -> None:
        if not (self._contacts or self._acts or self._posts):
            return
        self._note_times(self._acts)
        self._note_times(self._posts)
        batch = _batch(self._contacts, self._acts, self._posts)
        try:
            encoded = msgspec.msgpack.encode(_storable(batch) if _holds_nul(batch) else batch)
        except UnicodeEncodeError:  # lone surrogates, which no file can hold
            encoded = msgspec.msgpack.encode(_storable(batch))
        self._file.write(len(encoded).to_bytes(_LENGTH, "big") + encoded)
        self._contacts, self._acts, self._posts = [], [], []


def _batch(
    contacts: list[ContactRecord], acts: Iterable[InteractionRecord], posts: Iterable[PostRecord]
) -> Batch:
    places: dict[IdentityRef, int] = {}
    place = places.setdefault
    rows: list[Any] = [
        (act[0], act[1], None if act[2] is None else place(act[2], len(places)), *act[3:]) for act in acts
    ]
    plain: list[Any] = [tuple(post) for post in posts]
    return Batch(contacts, list(places), rows, plain)


def _holds_nul(batch: Batch) -> bool:
    """Say whether a NUL, which a server takes in no text, may be anywhere: in ids and addresses too.

    Looked for here and nowhere later, so that what is found again is what was kept: 0.1 microseconds an act.

    Raises:
        UnicodeEncodeError: there are lone surrogates.

    """
    for _, key, _, _, _, _, text, thread, url, _, _ in batch.acts:
        if "\0" in key or (text and "\0" in text) or (thread and "\0" in thread) or (url and "\0" in url):
            return True
    for _, key, _, text, thread, url, _, _ in batch.posts:
        if "\0" in key or (text and "\0" in text) or (thread and "\0" in thread) or (url and "\0" in url):
            return True
    return may_hold_nul((batch.contacts, batch.people))


def _storable(batch: Batch) -> Batch:
    return Batch(
        contacts=[cleaned(record) for record in batch.contacts],
        people=[cleaned(record) for record in batch.people],
        acts=[cleaned(record) for record in batch.acts],
        posts=[cleaned(record) for record in batch.posts],
    )
