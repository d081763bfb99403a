"""An export that has been imported before, byte for byte: known without being read once more.

The decision to know: all that can make a second reading come out differently is compared, and whatever is in
doubt is read: the bytes and names of the files, the program that reads and writes them, what the importer
asked about the user, whether every row of the first run is still there and still that run's, whether people
and cards are as it left them, and whether an export imported since may have put other words into its acts.
Only acts that two runs see are everybody's, so the second run is a run like any other, with its own
sightings: either of the two can be taken back.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Table, and_, delete, exists, func, insert, or_, select

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import (
    card,
    contact,
    coverage,
    identity,
    import_problem,
    import_run,
    interaction,
    post,
    setting,
    sighting,
)
from crm.domain.records import Owner
from crm.domain.text import storable
from crm.importers.kit.members import is_media
from crm.services.coverage import newest_of
from crm.services.views import Recognised
from crm.services.writing import Counts, stretches

OWN = "between your own identities"
FORGOTTEN = "about contacts you have forgotten"
"""Left out because of what the user said here, which can change: such a run vouches for no other."""

_NAME = "export:"
_MOST = 1 << 30
"""Bytes; reading more than that only to compare it is not worth it."""
_BLOCK = 1 << 20
_IDENTITY = ("id", "contact_id", "platform", "external_id", "handle", "name", "url", "home_id")
_PROBLEM = ("place", "reason", "raw")


class Content(NamedTuple):
    """What an export is, in bytes."""

    digest: str
    files: tuple[tuple[str, int, int], ...]
    """Each with its size and the time of its last change."""


class Asking(Owner):
    """What is known about the user, and a note of what of it an importer has asked for."""

    asked: set[str]

    @classmethod
    def of(cls, owner: Owner) -> Asking:
        """Return the same, with nothing asked for yet."""
        made = cls._make(owner)
        made.asked = set()
        return made

    def __getattribute__(self, name: str) -> Any:
        if name in _FIELDS:
            self.asked.add(name)
        return super().__getattribute__(name)

    def __iter__(self) -> Iterator[Any]:
        self.asked.update(_FIELDS)
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        self.asked.update(_FIELDS)
        return super().__getitem__(place)

    def __eq__(self, other: object) -> bool:
        self.asked.update(_FIELDS)
        return super().__eq__(other)

    def __hash__(self) -> int:
        self.asked.update(_FIELDS)
        return super().__hash__()

    def _replace(self, **said: Any) -> Owner:  # type: ignore[override]
        return Owner(*self)._replace(**said)


_FIELDS = frozenset(Owner._fields)


class Noted(msgspec.Struct):
    """What is kept of a run: the value of a `setting`."""

    run: int
    at: int
    asked: dict[str, str]
    people: str
    """The identities it saw, whose they are, and what the cards say that came with them."""
    newest: bool = False
    """No export of this kind that reached further had been imported: its names and words counted."""


def look_at(recognised: Recognised) -> Content | None:
    """Return what an export is; None where comparing it is not worth it, or it cannot be read."""
    hashed = blake2b(digest_size=24)
    files: list[tuple[str, int, int]] = []
    room = _MOST
    try:
        for path in recognised.paths:
            for name, file in _files(Path(path)):
                found = file.stat()
                files.append((str(file), found.st_size, found.st_mtime_ns))
                hashed.update(msgspec.msgpack.encode([name, found.st_size]))
                room -= found.st_size
                if room < 0:
                    return None
                if not is_media(name):
                    with file.open("rb") as stream:
                        while block := stream.read(_BLOCK):
                            hashed.update(block)
        about = [recognised.importer, recognised.folders, recognised.beside, _program(recognised.importer)]
    except (OSError, UnicodeError):  # the importer will say what is wrong with it
        return None
    hashed.update(msgspec.msgpack.encode(about))
    return Content(hashed.hexdigest(), tuple(files))


def is_still(content: Content) -> bool:
    """Say whether nobody has changed the files since."""
    try:
        return all(
            (found.st_size, found.st_mtime_ns) == (size, at)
            for file, size, at in content.files
            for found in (Path(file).stat(),)
        )
    except OSError:
        return False


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file of a path with its name in it, in the order of the names."""
    if not path.is_dir():
        yield path.name, path
        return
    for file in sorted(path.rglob("*")):
        if stat.S_ISREG(file.lstat().st_mode):
            yield file.relative_to(path.parent).as_posix(), file


@cache
def _program(importer: str | None) -> list[tuple[str, int, int]]:
    """Return what tells one program that reads and writes exports from another: a newer one may read more."""
    crm = Path(sys.modules["crm"].__file__ or "").parent
    single = crm / "importers" / f"{importer}.py"
    folders = [crm / "domain", crm / "vcard", crm / "importers" / "kit", crm / "importers" / str(importer)]
    files = [*(file for folder in folders for file in folder.rglob("*.py")), *(crm / "services").glob("*.py")]
    return [
        (file.relative_to(crm).as_posix(), found.st_size, found.st_mtime_ns)
        for file in sorted([*files, *([single] if single.exists() else [])])
        for found in (file.stat(),)
    ]


def find(work: Work, content: Content, owner: Owner) -> Noted | None:
    """Return the run that has imported the same, if reading it again could bring nothing."""
    value = work.connection.scalar(select(setting.c.value).where(setting.c.name == _NAME + content.digest))
    if value is None:
        return None
    noted = msgspec.json.decode(value, type=Noted)
    stands = select(import_run.c.id).where(
        import_run.c.id == noted.run, import_run.c.at == noted.at, import_run.c.undone_at.is_(None)
    )
    if work.connection.scalar(stands) is None or noted.asked != _answers(owner, noted.asked):
        return None
    if any(not _is_whole(work, table, noted.run) for table in (interaction, post)):
        return None
    if _is_newest(work, noted.run) and (not noted.newest or _may_say_otherwise(work, noted.run)):
        return None
    return noted if _people(work, noted.run) == noted.people else None


def note(work: Work, content: Content, owner: Asking, run: int, left: Iterable[str]) -> None:
    """Note what a run has imported, so that it is known again."""
    if not {OWN, FORGOTTEN}.isdisjoint(left):
        return
    asked = frozenset(owner.asked)  # before the next line asks for all
    answers = _answers(Owner._make(owner), asked)
    newest = _is_newest(work, run)
    _keep(work, content, Noted(run, stored(work.now), answers, _people(work, run), newest))


def _keep(work: Work, content: Content, noted: Noted) -> None:
    name = _NAME + content.digest
    work.connection.execute(delete(setting).where(setting.c.name == name))
    value = msgspec.json.encode(noted).decode()
    work.connection.execute(insert(setting).values(name=name, value=value))


def repeat(work: Work, content: Content, before: Noted, path: str) -> int:
    """Make a run that has seen what another one saw, and return it."""
    connection = work.connection
    had = connection.execute(select(import_run).where(import_run.c.id == before.run)).mappings().one()
    seen = _sightings(work, before.run)
    contacts = _contacts(work, before.run)
    acts, posts = (sum(b - a + 1 for kind, a, b in seen if kind == each) for each in ("interaction", "post"))
    counts = Counts(contacts_known=len(contacts), interactions_known=acts, posts_known=posts)
    made = connection.execute(
        insert(import_run).values(
            **{name: had[name] for name in ("importer", "since", "until", "left", "unread")},
            path=storable(path),
            at=stored(work.now),
            counts=asdict(counts),
        )
    )
    assert made.inserted_primary_key is not None
    run = int(made.inserted_primary_key[0])
    for table, names in ((coverage, ("platform", "since", "until")), (import_problem, _PROBLEM)):
        found = select(*(table.c[name] for name in names)).where(table.c.run_id == before.run)
        rows = [{**row, "run_id": run} for row in connection.execute(found).mappings()]
        if rows:
            connection.execute(insert(table), rows)
    ranges = [*seen, *(("contact", first, last) for first, last in stretches(contacts))]
    if ranges:
        told = [{"run_id": run, "kind": kind, "first_id": a, "last_id": b} for kind, a, b in ranges]
        connection.execute(insert(sighting), told)
    _keep(work, content, Noted(run, stored(work.now), before.asked, before.people, before.newest))
    return run


def _answers(owner: Owner, asked: Iterable[str]) -> dict[str, str]:
    """Return what of the user was asked for, as something that can be compared."""
    found = {}
    for name in asked:
        value = getattr(owner, name)
        ordered = sorted(value) if isinstance(value, frozenset) else value
        found[name] = blake2b(f"{ordered}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return found


def _sightings(work: Work, run: int) -> list[tuple[str, int, int]]:
    query = select(sighting.c.kind, sighting.c.first_id, sighting.c.last_id).where(
        sighting.c.run_id == run, sighting.c.kind != "contact"
    )
    return [(kind, first, last) for kind, first, last in work.connection.execute(query)]


def _seen(table: Table, run: int) -> Any:
    return and_(
        sighting.c.run_id == run,
        sighting.c.kind == table.name,
        table.c.id.between(sighting.c.first_id, sighting.c.last_id),
    )


def _is_whole(work: Work, table: Table, run: int) -> bool:
    """Say whether every row that a run saw is still there; the id of one that is gone may be another's."""
    ours = and_(sighting.c.run_id == run, sighting.c.kind == table.name)
    told = select(func.coalesce(func.sum(sighting.c.last_id - sighting.c.first_id + 1), 0)).where(ours)
    there = select(func.count()).select_from(sighting).join(table, _seen(table, run))
    return bool(work.connection.scalar(told) == work.connection.scalar(there.where(table.c.run_id <= run)))


def _is_newest(work: Work, run: int) -> bool:
    """Say whether no standing export of the kind reaches further, so that reading it would correct others."""
    importer, until = work.connection.execute(
        select(import_run.c.importer, import_run.c.until).where(import_run.c.id == run)
    ).one()
    newest = newest_of(work, importer)
    return until is None or newest is None or until >= newest


def _may_say_otherwise(work: Work, run: int) -> bool:
    """Say whether a later run, taken back or not, may have put other words into what this one saw."""
    later, later_run, ours = sighting.alias(), import_run.alias(), import_run.alias()
    return bool(
        work.connection.scalar(
            select(
                exists()
                .where(sighting.c.run_id == run, ours.c.id == run, later_run.c.id == later.c.run_id)
                .where(later.c.run_id > run, later.c.kind == sighting.c.kind)
                .where(sighting.c.kind.in_((interaction.name, post.name)))
                .where(later.c.first_id <= sighting.c.last_id, later.c.last_id >= sighting.c.first_id)
                .where(
                    # one that reaches less far leaves the words alone
                    or_(
                        later_run.c.importer != ours.c.importer,
                        later_run.c.until.is_(None),
                        ours.c.until.is_(None),
                        later_run.c.until >= ours.c.until,
                    )
                )
            )
        )
    )


def _people(work: Work, run: int) -> str:
    """Return what a reader looks at of the people that a run saw and their cards, to be compared."""
    columns = (identity.c[name] for name in _IDENTITY)
    people = (
        select(*columns, contact.c.name_rank, card.c.said, card.c.text)
        .join_from(sighting, identity, _seen(identity, run))
        .outerjoin(contact, contact.c.id == identity.c.contact_id)
        .outerjoin(card, card.c.identity_id == identity.c.id)
    )
    rows = sorted(work.connection.execute(people), key=lambda row: row[0])
    hashed = blake2b(digest_size=12)
    for row in rows:
        hashed.update(msgspec.msgpack.encode(tuple(row), order="deterministic"))
    return hashed.hexdigest()


def _contacts(work: Work, run: int) -> list[int]:
    """Return whose the identities are that a run saw: they may have been merged since."""
    query = select(identity.c.contact_id).join_from(sighting, identity, _seen(identity, run))
    return sorted(set(work.connection.scalars(query.where(identity.c.contact_id.is_not(None)))))
