"""The small file from which a shell prompt learns how many people wait, without opening the database.

It holds counts and moments, never a name: how many there are now, and how many there will be from which
moment of the next days on. So a prompt is right for days, and says nothing when nobody has looked for longer.
Only what starts fast may be imported here: the whole process of a prompt has 60 milliseconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from crm import paths

SPAN = 3 * 86_400
"""Seconds after which the counts are too old to be shown, and so how far ahead they are reckoned."""
_VERSION = 1
_CLOCK_ERROR = 86_400
"""Seconds that the file may come from the future before the clock is not to be believed."""


class Counts(NamedTuple):
    """How many there are from a moment on."""

    since: int
    """Seconds since 1970, UTC."""
    waiting: int
    drifting: int
    """Shown on that day; never more than the people of a day."""
    dates: int
    """Birthdays and anniversaries of that very day."""

    @property
    def words(self) -> str:
        """What a prompt shows: "3 waiting, 2 drifting"; nothing when there is nothing."""
        found = (
            (self.waiting, "waiting"),
            (self.drifting, "drifting"),
            (self.dates, "date today" if self.dates == 1 else "dates today"),
        )
        return ", ".join(f"{number:,} {word}" for number, word in found if number)


def place() -> Path:
    """Return the file."""
    return paths.state_dir() / "prompt.json"


def read(database: str | Path | None, now: float) -> Counts | None:
    """Return the counts of a moment; None when nothing is known of it.

    Args:
        database: a path or URL, as the user gives it; None is the default place.
        now: seconds since 1970.

    """
    entry = _entries().get(key_of(database))
    if entry is None:
        return None
    try:
        written, lines = entry["written"], [Counts(*line) for line in entry["lines"]]
        if not -_CLOCK_ERROR <= now - written <= SPAN:
            return None
        past = [line for line in lines if line.since <= now]
        return past[-1] if past else lines[0]
    except (KeyError, TypeError, IndexError):  # damaged: as good as none
        return None


def write(database: str | Path | None, now: float, lines: Sequence[Counts]) -> None:
    """Note the counts of a database; those of others that are too old go.

    Raises:
        OSError: it cannot be written.

    """
    kept = {
        key: entry
        for key, entry in _entries().items()
        if isinstance(entry, dict)
        and isinstance(entry.get("written"), int)
        and abs(now - entry["written"]) <= SPAN
    }
    kept[key_of(database)] = {"written": int(now), "lines": [list(line) for line in lines]}
    text = json.dumps({"version": _VERSION, "databases": kept}, separators=(",", ":"))
    paths.replace_file(place(), text.encode())


def key_of(database: str | Path | None) -> str:
    """Return under what a database is noted: a number, because a path may hold a name."""
    if database is None:
        database = paths.database_file()
    if isinstance(database, str) and "://" in database:
        scheme, rest = database.split("://", 1)
        if scheme.split("+")[0] == "sqlite":
            database = Path(rest[1:])
        else:
            from crm.domain.database_names import without_password

            return f"{crc32(without_password(database).encode()):08x}"
    return f"{crc32(os.fsencode(os.path.realpath(os.path.expanduser(database)))):08x}"  # noqa: PTH111


def _entries() -> dict[str, Any]:
    try:
        held = json.loads(place().read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict) or held.get("version") != _VERSION:
        return {}
    entries = held.get("databases")
    return entries if isinstance(entries, dict) else {}
