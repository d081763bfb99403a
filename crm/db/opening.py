"""What is settled before a database file is opened: should it be there, is it whole, may it be written.

The decision to know: a database that was there once is never made anew in silence. An empty one in its place
looks as if everything were lost, and the next import would make two of it; the disk may just not be mounted.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from crm import paths
from crm.db import copying, engine, inspecting, server
from crm.domain.errors import DatabaseError
from crm.domain.rotation import short

KEEP_ONE = (
    "find the other name (find FOLDER -samefile FILE) and delete it, or work on a copy: crm backup FILE. "
    "A symbolic link is no such name"
)
_MOST_KNOWN = 500
"""Databases remembered; the oldest are dropped first."""


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """How a file is opened that cannot be written."""

    why: str
    """For people: "its folder cannot be written"."""
    uri: str
    still: bool
    """It is read as a file that nobody changes: there was no log beside it."""


def is_yet_to_be_made(target: str | Path | None, *, anew: bool = False) -> bool:
    """Say whether there is no database, and nothing shows that there ever was.

    Args:
        target: a path or URL as the user gave it; None is the default place.
        anew: the user has said that a new one is to be made, whatever was there.

    Raises:
        DatabaseError: it is missing, and must not be made.

    """
    url = engine.url_of(target or paths.database_file())
    if server.is_server(url) or not url.database or url.get_backend_name() != "sqlite":
        return False
    file = Path(url.database)
    if file.exists():
        return False
    if not anew and (seen := _trace_of(file)):
        raise DatabaseError(
            f"the database {file} is missing, though {seen}",
            "is its disk mounted, and the path right? crm restore puts the newest backup in its place; "
            "crm --new begins with an empty one",
        )
    if target is not None and not file.parent.is_dir():
        raise DatabaseError(
            f"there is no folder {file.parent} for the database {file.name}",
            "check the path (is the disk mounted?), or make the folder first",
        )
    return True


def _trace_of(file: Path) -> str | None:
    """Say what shows that a missing database was there once."""
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size:
        return f"its newest changes are in {log.name} beside it"
    if next(copying.backups_of(file), None) is not None:
        return f"there are backups of it in {copying.folder(file)}"
    if str(file) in _known():
        return "crm has used it before"
    return None


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def remember(file: Path) -> None:
    """Note that a database exists, so that it is missed when it does not."""
    known = _known()
    if str(file) in known:
        return
    with suppress(OSError):  # it is a help, not a condition
        # a name may hold a line feed, and none can hold NUL
        names = [path.replace("\n", "\0") for path in [*known, str(file)][-_MOST_KNOWN:]]
        lines = "".join(f"{name}\n" for name in names)
        paths.replace_file(_list(), lines.encode("utf-8", "surrogateescape"))


def _known() -> list[str]:
    try:
        lines = _list().read_bytes().decode("utf-8", "surrogateescape").split("\n")[:-1]
    except OSError:
        return []
    return [line.replace("\0", "\n") for line in lines]


def _list() -> Path:
    return paths.state_dir() / "databases"


def read_only(file: Path, *, asked: bool = False) -> ReadOnly | None:
    """Return how to open a database that cannot be written, or must not be; None if it can.

    A log beside it holds the newest changes: without it the file is only half of the truth. SQLite reads both
    if it may write to the folder, or finds the log's index there as well.

    Args:
        file: the database.
        asked: the user wants to look only.

    Raises:
        DatabaseError: it can only be read together with its log, and that cannot be done here.

    """
    why = "as you asked" if asked else _obstacle(file)
    if why is None:
        return None
    log = Path(f"{file}-wal")
    name = "file:" + quote(os.fsencode(file))
    if not log.exists():
        return ReadOnly(why, f"{name}?mode=ro&immutable=1", still=True)
    together = ReadOnly(why, f"{name}?mode=ro", still=False)
    try:
        with closing(sqlite3.connect(together.uri, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        if "malformed" in str(error) or "not a database" in str(error):
            return together  # damage is explained where it is read
        if log.stat().st_size:
            raise DatabaseError(
                f"{file} cannot be read here: {why}, and its newest changes are still in {log.name}",
                f"copy both files into a folder of yours and open that copy: cp '{file}' '{log}' FOLDER/ "
                f"&& crm --db FOLDER/{file.name}",
            ) from error
        return ReadOnly(why, f"{name}?mode=ro&immutable=1", still=True)
    return together


def _obstacle(file: Path) -> str | None:
    if not os.access(file, os.W_OK):
        return "the file cannot be written"
    if not os.access(file.parent, os.W_OK):
        return "its folder cannot be written"
    if others := other_names(file):
        return f"it {several(others)}"
    return None


def other_names(file: Path) -> int:
    """Return how many more names a file has (hard links), without those that crm itself gives it in passing.

    The log of a database lies beside the name under which it was opened. Programs that open it under two
    names do not see each other, and what one of them writes, the other one destroys.
    """
    try:
        links = file.stat().st_nlink
    except OSError:  # which is explained where it is opened
        return 0
    if links == 1:
        return 0
    own = [
        *file.parent.glob(f".{_escaped(short(file.name))}.*-[0-9]*"),  # being made, or left by a kill
        *copying.folder(file).glob(f"{_escaped(short(file.stem))}-[0-9]*-before-restore*"),
    ]
    same = [path for path in own if not path.is_symlink() and path.exists() and path.samefile(file)]
    return links - 1 - len(same)


def several(others: int) -> str:
    """Say that a file has other names."""
    return f"has {others + 1} names (hard links), and changes made under one would be lost under the other"


def refusal(file: Path, access: ReadOnly) -> DatabaseError:
    """Return what is said to somebody who wants to change what is open for reading only."""
    return DatabaseError(
        f"{file} is open for reading only ({access.why}); nothing was changed",
        "start crm without --read-only"
        if access.why == "as you asked"
        else KEEP_ONE
        if "hard links" in access.why
        else "mend the permissions of the file and its folder, or work on a copy: crm backup FILE",
    )


def check_length(file: Path) -> None:
    """Make sure that the file was not cut off.

    Raises:
        DatabaseError: it was.

    """
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size:
        return  # the rest may be there
    with file.open("rb") as stream:
        header = stream.read(100)
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    size = file.stat().st_size
    if header[24:28] == header[92:96] and size < pages * (65536 if page == 1 else page):
        raise DatabaseError(
            f"the database {file} is damaged: it is cut off after {size:,} bytes; nothing was deleted",
            ways_out(file),
        )


def ways_out(file: Path) -> str:
    """Say what can be done about a damaged database, with the newest backup that is whole."""
    good = newest_good(file)
    restore = (
        f"the newest good backup is {good[0].name}: {good[1].contacts:,} contacts, "
        f"{good[1].interactions:,} interactions (crm restore {good[0].name})"
        if good
        else "there is no good backup beside it"
    )
    return (
        f"{restore}\ncrm doctor --salvage NEW.db copies what can still be read into a new file\n"
        "crm --read-only shows what can still be read"
    )


def newest_good(file: Path) -> tuple[Path, inspecting.Contents] | None:
    """Return the newest backup of a database that is whole, and what is in it; each is read to be sure."""
    plain = [
        (name.at, name.number, backup) for backup, name in copying.backups_of(file) if backup.suffix == ".db"
    ]
    for _, _, backup in sorted(plain, reverse=True):
        with suppress(DatabaseError):
            contents = inspecting.inspect(backup)
            if contents.damage is None:
                return backup, contents
    return None
