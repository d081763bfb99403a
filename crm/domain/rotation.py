"""Which backups are kept, and what their names say: the time, and why they were made.

The decision to know: only what crm made by itself is ever given up. A backup that somebody asked for, a
database that was put aside by a restore, and every name that is not understood stay for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zlib import crc32

DAYS = 7
"""So many of the newest days with a backup keep their last one."""
WEEKS = 4
"""So many of the newest weeks with a backup (Monday to Sunday) keep their last one."""
BEFORE_EACH = 3
"""So many of the newest before an import are kept, and as many before much was changed at once."""
BEFORE_UPGRADES = 5
"""So many of the newest before an upgrade of the schema."""
_LONGEST_STEM = 160
"""Bytes; of a longer one only the beginning is in names."""
BEGINNING = _LONGEST_STEM // 4
"""Letters, each of which may have four bytes."""
_CLOCK_ERROR = timedelta(days=1)
_NAME = re.compile(
    r"(?P<stem>.+)-(?P<at>\d{8}T\d{6}Z)-(?P<why>[a-z]+(?:-[a-z]+)*)(?:-(?P<number>\d+))?\.db(?:\.age)?",
    re.DOTALL,
)
_AT = "%Y%m%dT%H%M%SZ"


class Why(StrEnum):
    """Why a backup was made, as its name says it."""

    ASKED = "backup"
    """Somebody asked for it."""
    DAILY = "daily"
    BEFORE_IMPORT = "before-import"
    BEFORE_CHANGES = "before-changes"
    """Before much was changed at once, such as merging many."""
    BEFORE_UPGRADE = "before-upgrade"
    BEFORE_RESTORE = "before-restore"
    """The database that a restore put aside."""


_GIVEN_UP = frozenset({Why.DAILY, Why.BEFORE_IMPORT, Why.BEFORE_CHANGES, Why.BEFORE_UPGRADE})


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup, as far as deciding about it needs to know it."""

    key: Hashable
    at: datetime
    """When it was made, aware."""
    why: str
    """A `Why`, or a word that is not known here."""
    good: bool = True
    """Whether it looks usable; what does not is kept, and takes nobody's place."""


@dataclass(frozen=True, slots=True)
class BackupName:
    """What the name of a backup's file says."""

    at: datetime
    """UTC."""
    why: str
    number: int = 1
    """Of several in one second."""


def name_of(stem: str, at: datetime, why: str, number: int = 1, *, encrypted: bool = False) -> str:
    """Return the name of a backup's file: `crm-20261122T101500Z-before-import.db`."""
    again = f"-{number}" if number > 1 else ""
    return f"{short(stem)}-{at.astimezone(UTC).strftime(_AT)}-{why}{again}.db{'.age' if encrypted else ''}"


def short(name: str) -> str:
    """Return a name, or the beginning of a very long one with a number that tells it from others.

    The longest name that a file can have (255 bytes on most systems) leaves no room for a backup's time.
    """
    whole = name.encode("utf-8", "surrogateescape")
    if len(whole) <= _LONGEST_STEM:
        return name
    return f"{name[:BEGINNING]}~{crc32(whole):08x}"


def read_name(name: str, stem: str) -> BackupName | None:
    """Return what a file's name says, or None when it is no backup of the database of this stem."""
    found = _NAME.fullmatch(name)
    if found is None or found["stem"] != short(stem):
        return None
    try:
        at = datetime.strptime(found["at"], _AT).replace(tzinfo=UTC)
    except ValueError:  # a thirteenth month
        return None
    return BackupName(at, found["why"], int(found["number"] or 1))


def what_to_keep(backups: Iterable[Kept], now: datetime, zone: tzinfo = UTC) -> frozenset[Hashable]:
    """Return the keys of the backups that stay; what is left out may be deleted.

    Args:
        backups: all of one database.
        now: the moment, aware. What seems to come from later than the next day was dated by a clock that was
            wrong: it stays, and takes nobody's place.
        zone: whose days and weeks count.

    """
    everything = list(backups)
    usual = [one for one in everything if one.why in _GIVEN_UP and one.good and one.at <= now + _CLOCK_ERROR]
    usual.sort(key=lambda one: one.at, reverse=True)
    kept = {one.key for one in everything} - {one.key for one in usual}

    def day_of(one: Kept) -> date:
        return one.at.astimezone(zone).date()

    kept |= _newest_of_each(usual, day_of, DAYS)
    kept |= _newest_of_each(usual, lambda one: day_of(one).isocalendar()[:2], WEEKS)
    for why, most in (
        (Why.BEFORE_IMPORT, BEFORE_EACH),
        (Why.BEFORE_CHANGES, BEFORE_EACH),
        (Why.BEFORE_UPGRADE, BEFORE_UPGRADES),
    ):
        kept |= {one.key for one in [one for one in usual if one.why == why][:most]}
    return frozenset(kept)


def _newest_of_each(newest_first: list[Kept], part: Callable[[Kept], Hashable], most: int) -> set[Hashable]:
    """Return the newest of each day or week, of the newest few of them."""
    first: dict[Hashable, Hashable] = {}
    for one in newest_first:
        if part(one) not in first and len(first) < most:
            first[part(one)] = one.key
    return set(first.values())
