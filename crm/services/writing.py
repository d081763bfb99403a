"""Writing the records of one export into the database, inside one transaction.

What is known already is left alone (unless a newer export has another text); every row that was seen is noted
as ranges of ids, so that undoing a run can tell what it alone brought.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, update

from crm.db import bulk, search
from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, import_problem, import_run, interaction, post, sighting
from crm.db.tables import coverage as coverage_table
from crm.domain.records import IdentityRef, Precision, Problem
from crm.domain.text import storable
from crm.services import merged_parts
from crm.services.attaching import Attacher
from crm.services.journal import settle
from crm.services.spooling import Act, Batch, Post, Spool

_EARLIEST = stored(datetime.fromisoformat("1990-01-01T00:00:00+00:00"))
_FUTURE = timedelta(days=2)
"""A clock may be wrong, a zone assumed; anything later is no time of an act."""

_UNTOLD, _OWN, _FORGOTTEN = -1, -2, -3
"""Instead of an identity: nobody can tell whose, the user's own, somebody the user has forgotten."""
_INTERACTION = (
    "id", "identity_id", "platform", "external_id", "at", "precision", "zone_assumed", "direction", "kind",
    "text", "thread", "url", "run_id",
)  # fmt: skip
_POST = (
    "id", "platform", "external_id", "at", "precision", "zone_assumed", "text", "thread", "url", "run_id",
)  # fmt: skip


@dataclass(slots=True)
class Counts:
    """What a run brought."""

    contacts_new: int = 0
    contacts_known: int = 0
    contacts_changed: int = 0
    """Of the known ones: those about whom an address book says something else now."""
    identities_new: int = 0
    interactions_new: int = 0
    interactions_known: int = 0
    posts_new: int = 0
    posts_known: int = 0


@dataclass(slots=True)
class _Seen:
    """Ids of one kind that the run saw."""

    first_new: int
    next_new: int
    known: array[int] = field(default_factory=lambda: array("q"))

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Yield (first, last) of each unbroken stretch."""
        if self.next_new > self.first_new:
            yield self.first_new, self.next_new - 1
        yield from stretches(sorted(set(self.known)))


class Writer:
    """Writes one run; without a run, what the user logged."""

    def __init__(self, work: Work, run_id: int | None, newest: bool) -> None:
        self._work = work
        self._connection = work.connection
        self._run = run_id
        self._newest = newest
        self._latest = stored(work.now + _FUTURE)
        self.attacher = Attacher(work.connection, stored(work.now), newest)
        first, first_post = bulk.next_id(work.connection, interaction), bulk.next_id(work.connection, post)
        self._acts = _Seen(first, first)
        self._posts = _Seen(first_post, first_post)
        self._touched: set[int] = set()
        self._met: dict[int, int] = {}
        """Identities by their place in the batch that is being written."""
        self._aside: dict[Table, list[str]] = {}
        """The indexes of tables that were empty, to be made at the end."""
        self._empty: dict[tuple[str, str], bool] = {}
        """(table, platform): there was nothing of it before this run."""
        self.problems: list[Problem] = []
        self.own_messages = 0
        """Acts between the user's own identities: nobody's."""
        self.counts = Counts()

    def write(self, batch: Batch) -> None:
        """Write a batch of records."""
        for card in batch.contacts:
            self.attacher.contact(card)
        acts = self._by_platform(batch.acts)
        self._met = {}
        prepared = [self._act_rows(platform, found, batch.people) for platform, found in acts.items()]
        self.attacher.flush()
        for found in prepared:
            added = bulk.insert_new(self._connection, interaction, _INTERACTION, found)
            self.counts.interactions_new += added
        for platform, posts in self._by_platform(batch.posts).items():
            rows_of_posts = self._post_rows(platform, posts)
            self.counts.posts_new += bulk.insert_new(self._connection, post, _POST, rows_of_posts)

    def lay_indexes_aside(self) -> None:
        """Write without the indexes of acts and posts where there are none yet, until `put_indexes_back`."""
        self._aside = {
            table: bulk.lay_aside_indexes(self._connection, table) for table in (interaction, post)
        }

    def put_indexes_back(self) -> None:
        """Make the indexes that were laid aside; what the export held twice goes here."""
        self.counts.interactions_new -= self._put_back(interaction)
        self.counts.posts_new -= self._put_back(post)

    def _put_back(self, table: Table) -> int:
        return bulk.put_back(self._connection, table, self._aside.pop(table, ()))

    def finish(self) -> set[int]:
        """Write names, full text, sightings and the state of every relationship touched; return these."""
        touched = self.complete()
        settle(self._work, touched)
        return touched

    def complete(self) -> set[int]:
        """Do what `finish` does but for the relationships; return the contacts whose they are."""
        renamed = self.attacher.finish()
        acts = self._acts
        # ids of records passed over at the very end are free again, and may become somebody else's
        acts.next_new = min(acts.next_new, bulk.next_id(self._connection, interaction))
        self._posts.next_new = min(self._posts.next_new, bulk.next_id(self._connection, post))
        if acts.next_new > acts.first_new:
            search.add_range(self._connection, acts.first_new, acts.next_new - 1)
        self._note_sightings()
        self.counts.contacts_new = self.attacher.contacts_new
        self.counts.contacts_known = self.attacher.contacts_known
        self.counts.contacts_changed = len(self.attacher.taken.changed)
        self.counts.identities_new = self.attacher.identities_new
        return self._touched | renamed | self.attacher.contacts_fresh | self.attacher.taken.changed

    def own(self, spool: Spool) -> None:
        """Note which identities are the user's, and drop contacts that were only these."""
        for record in spool.selves:
            for ref in record.identities:
                lost = self.attacher.own(ref)
                if lost is not None:
                    self._touched.add(lost)
        self.attacher.finish()
        if self._touched:
            merged_parts.free_own(self._connection)
        for key in list(self._touched):
            if self.attacher.is_empty(key):
                self._connection.execute(delete(contact).where(contact.c.id == key))

    @staticmethod
    def _by_platform(records: Iterable[Any]) -> dict[str, dict[str, Any]]:
        """Group acts or posts by platform and external id; the last of equal ids counts."""
        groups: dict[str, dict[str, Any]] = {}
        for record in records:
            groups.setdefault(record[0], {})[record[1]] = record
        return groups

    def _known(
        self, table: Table, columns: Sequence[str], platform: str, records: Mapping[str, Any]
    ) -> dict[str, tuple[Any, ...]]:
        """Return what the database has of these records already.

        On a platform that it has nothing of nothing is known, and asking would cost a tenth of an import;
        records that an export holds twice are then passed over when they are inserted.
        """
        place = (table.name, platform)
        if place not in self._empty:
            self._empty[place] = bulk.has_none(self._connection, table, platform)
        if self._empty[place]:
            return {}
        return bulk.known(self._connection, table, columns, platform, records.keys())

    def _act_rows(
        self, platform: str, acts: dict[str, Act], people: Sequence[IdentityRef]
    ) -> list[tuple[Any, ...]]:
        found = self._known(interaction, ("id", "identity_id", "text"), platform, acts)
        rows: list[tuple[Any, ...]] = []
        met, run, latest = self._met, self._run, self._latest
        for _, key, place, at, direction, kind, text, thread, url, precision, assumed in acts.values():
            who = _UNTOLD if place is None else met.get(place) or self._meets(place, people[place])
            if who == _FORGOTTEN:
                continue
            if who == _OWN:
                self.own_messages += 1
                continue
            identity_id = None if who == _UNTOLD else who
            if found and key in found:
                self._meet(found[key], identity_id, text or None)
                continue
            if at is None or not _EARLIEST <= at <= latest:
                at, precision = self._no_time(at, "interaction", key)
            # a truth value as the number it is stored as: SQLite's driver takes twice as long over the other
            rows.append(
                (
                    self._acts.next_new, identity_id, platform, key, at, precision, int(assumed), direction,
                    kind, text or None, thread, url, run,
                )
            )  # fmt: skip
            self._acts.next_new += 1
        return rows

    def _meets(self, place: int, who: IdentityRef) -> int:
        """Return the identity that acts of this batch are with, or `_UNTOLD`, `_OWN`, `_FORGOTTEN`."""
        if self.attacher.passes_over(who):
            return _FORGOTTEN  # not remembered: each act is counted
        attached = self.attacher.identity(who)
        if attached is None:
            found = _UNTOLD
        elif attached[1] is None:
            found = _OWN
        else:
            self._touched.add(attached[1])
            found = attached[0]
        self._met[place] = found
        return found

    def _meet(self, kept: tuple[Any, ...], identity_id: int | None, text: str | None) -> None:
        """Note a known interaction; fill in whom it was with, and what a newer export says it says."""
        key, had_identity, had_text = kept
        if key >= self._acts.first_new:  # this export holds it twice
            return
        self.counts.interactions_known += 1
        self._acts.known.append(key)
        values: dict[str, Any] = {}
        if had_identity is None and identity_id is not None:
            values["identity_id"] = identity_id
        if text is not None and had_text != text and (self._newest or had_text is None):
            values["text"] = text
        if not values:
            return
        if "text" in values:
            search.remove(self._connection, [key])
        self.attacher.flush()
        self._connection.execute(update(interaction).where(interaction.c.id == key).values(values))
        if "text" in values:
            search.add_range(self._connection, key, key)

    def _post_rows(self, platform: str, posts: dict[str, Post]) -> list[tuple[Any, ...]]:
        found = self._known(post, ("id", "text"), platform, posts)
        rows: list[tuple[Any, ...]] = []
        changed = []
        for _, external_id, at, text, thread, url, precision, assumed in posts.values():
            words = text or None
            if external_id in found:
                key, had = found[external_id]
                if key < self._posts.first_new:
                    self.counts.posts_known += 1
                    self._posts.known.append(key)
                    if self._newest and words and words != had:
                        changed.append({"key": key, "words": words})
                continue
            if at is None or not _EARLIEST <= at <= self._latest:
                at, precision = self._no_time(at, "post", external_id)
            rows.append(
                (
                    self._posts.next_new, platform, external_id, at, precision, int(assumed), words, thread,
                    url, self._run,
                )
            )  # fmt: skip
            self._posts.next_new += 1
        if changed:
            statement = update(post).where(post.c.id == bindparam("key")).values(text=bindparam("words"))
            self._connection.execute(statement, changed)
        return rows

    def _no_time(self, at: int | None, what: str, external_id: str) -> tuple[None, str]:
        """Return that the time of an act is unknown, which is a problem where it has one that cannot be."""
        if at is not None:
            reason = "its date cannot be true, so it is kept without one"
            self.problems.append(Problem(f"{what} {external_id}", reason))
        return None, Precision.UNKNOWN.value

    def _note_sightings(self) -> None:
        if self._run is None:
            return
        kinds: dict[str, Iterable[tuple[int, int]]] = {
            "contact": stretches(sorted(self.attacher.contacts_seen)),
            "identity": stretches(sorted(self.attacher.identities_seen)),
            "interaction": self._acts.ranges(),
            "post": self._posts.ranges(),
        }
        rows = [
            {"run_id": self._run, "kind": kind, "first_id": first, "last_id": last}
            for kind, ranges in kinds.items()
            for first, last in ranges
        ]
        if rows:
            self._connection.execute(insert(sighting), rows)


def open_run(work: Work, importer: str, path: str, spool: Spool) -> int:
    """Make the row of a run; `close_run` completes it."""
    since, until = period(spool)
    result = work.connection.execute(
        insert(import_run).values(
            importer=importer,
            path=storable(path),
            at=stored(work.now),
            since=since,
            until=until,
            counts={},
            left=[],
            unread=[],
        )
    )
    assert result.inserted_primary_key is not None
    run_id = int(result.inserted_primary_key[0])
    rows = [
        {"run_id": run_id, "platform": platform, "since": first, "until": last}
        for platform, (first, last) in spool.periods().items()
    ]
    if rows:
        work.connection.execute(insert(coverage_table), rows)
    return run_id


def close_run(
    work: Work,
    run_id: int,
    counts: dict[str, int],
    left: dict[str, int],
    problems: Sequence[Problem],
    unread: Sequence[str],
) -> None:
    """Complete the row of a run."""
    values = {"counts": counts, "left": sorted(left.items()), "unread": [storable(name) for name in unread]}
    work.connection.execute(update(import_run).where(import_run.c.id == run_id).values(values))
    rows = [
        {
            "run_id": run_id,
            "place": storable(problem.where),
            "reason": storable(problem.reason),
            "raw": storable(problem.raw) if problem.raw else None,
        }
        for problem in problems
    ]
    if rows:
        work.connection.execute(insert(import_problem), rows)


def period(spool: Spool) -> tuple[int | None, int | None]:
    """Return the period that all platforms of an export cover together."""
    periods = spool.periods().values()
    since = min((first for first, _ in periods if first is not None), default=None)
    until = max((last for _, last in periods if last is not None), default=None)
    return since, until


def stretches(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each unbroken stretch of ascending ids."""
    start = previous = None
    for key in ids:
        if previous is not None and key == previous + 1:
            previous = key
            continue
        if start is not None and previous is not None:
            yield start, previous
        start = previous = key
    if start is not None and previous is not None:
        yield start, previous
