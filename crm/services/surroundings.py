"""What `crm doctor` looks at around the database: modes, room, the folder, what was left behind, the clock.

Each function yields findings and changes nothing. What is only worth knowing is well; what is wrong says what
to do.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from crm import paths
from crm.db import copying, opening
from crm.domain.rotation import BEGINNING
from crm.services.views import Finding

LEAST_FREE = 200 * 1024 * 1024
_LONG_LOG = 256 * 1024 * 1024
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud")
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "fuse.sshfs", "fuse.rclone", "fuse.s3fs")
)
_WAL_MENDED = (3, 51, 3)
_DRAFT = re.compile(r"\..+\.(?:part|new|restore|plain|from-server)-(?P<process>\d+)(?:-wal|-shm|-journal)?")
_AGE = timedelta(hours=1)
_CLOCK_ERROR = timedelta(days=1)
_MOUNTS = Path("/proc/self/mounts")
_BLOCK = Path("/sys/dev/block")


def findings(database: Path, now: datetime, newest: datetime | None) -> Iterator[Finding]:
    """Yield everything there is to say about what surrounds a database file.

    Args:
        database: the file.
        now: the moment.
        newest: the latest moment that the database itself has noted, UTC.

    """
    if os.name == "posix":
        yield privacy(database)
    yield room(database)
    yield place(database)
    yield log(database)
    yield left_behind(database, now)
    yield clock_sanity(now, newest)
    yield library()
    hint = encrypted_disk(database)
    if hint is not None:
        yield Finding("disk", True, hint)


def privacy(database: Path) -> Finding:
    """Say whether others on this machine can read something of ours, or exchange it."""
    open_to_others = [path for path in _ours(database) if _mode(path) & 0o077]
    folder = database.parent
    if _mode(folder) & 0o022 and not _mode(folder) & stat.S_ISVTX:
        open_to_others.append(folder)
    if not open_to_others:
        return Finding(
            "privacy", True, f"mode {_mode(database):04o}, and nothing beside it is open to others"
        )
    first = open_to_others[0]
    more = f", and {len(open_to_others) - 1} more" if len(open_to_others) > 1 else ""
    return Finding(
        "privacy",
        False,
        f"mode {_mode(first):04o}: others on this machine can read or change {first}{more}",
        "chmod go= " + shlex.join(str(path) for path in open_to_others[:10]),
    )


def _ours(database: Path) -> Iterator[Path]:
    """Yield what only the user should be able to read."""
    beside = [Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]
    backups = copying.folder(database)
    state = paths.state_dir()
    own = database.parent == paths.data_dir()
    folders = [backups, state, *([database.parent] if own else [])]
    for path in (*beside, *folders, *_inside(backups), *_inside(state)):
        if path.exists():
            yield path
    # written by hand, and perhaps with the usual mode; it matters where others can get into its folder
    config = paths.config_file()
    # no device: CRM_CONFIG=/dev/null means none, and must stay everybody's
    if config.is_file() and _mode(config.parent) & 0o011:
        yield config


def _inside(folder: Path) -> Iterable[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    return ()


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def room(database: Path) -> Finding:
    """Say whether there is room for the database to grow, and for a backup of it."""
    free = shutil.disk_usage(database.parent).free
    size = database.stat().st_size
    needed = max(LEAST_FREE, size + LEAST_FREE)
    said = f"{free // 2**20:,} MiB free; the database has {size / 2**20:,.1f}"
    if free >= needed:
        return Finding("free space", True, said)
    return Finding(
        "free space",
        False,
        f"{said}, and a backup of it needs {needed // 2**20:,}",
        "free some space; until then crm makes no backups by itself, and imports nothing",
    )


def place(database: Path) -> Finding:
    """Say whether the folder is one in which databases are damaged."""
    if others := opening.other_names(database):
        return Finding("folder", False, f"{database} {opening.several(others)}", opening.KEEP_ONE)
    real = str(database.resolve())
    synced = next((name for name in _SYNCED if name in real.casefold()), None)
    kind = _file_system(real)
    if synced is None and kind not in _NETWORK:
        return Finding("folder", True, str(database))
    why = f"looks synchronised by {synced}" if synced else f"lies on another machine ({kind})"
    return Finding(
        "folder",
        False,
        f"{database} {why}",
        "a database can be damaged there while it is in use: move it to a folder of this machine and name it"
        " with --db, or keep backups there instead: crm backup FILE",
    )


def _file_system(path: str) -> str | None:
    """Return the kind of file system that a path is on, where the system tells (Linux)."""
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    best, kind = "", None
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        mount = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), parts[1])
        inside = path == mount or path.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, parts[2]
    return kind


def log(database: Path) -> Finding:
    """Say whether the write-ahead log has grown without end."""
    file = Path(f"{database}-wal")
    size = file.stat().st_size if file.exists() else 0
    if size <= _LONG_LOG:
        return Finding("write-ahead log", True, f"{size / 2**20:,.1f} MiB")
    return Finding(
        "write-ahead log",
        False,
        f"{size // 2**20:,} MiB: another program has read from the database for very long",
        "close every crm, then run crm doctor again; do not delete the file, the newest changes are in it",
    )


def left_behind(database: Path, now: datetime) -> Finding:
    """Say whether something unfinished lies about after a crash or a power cut."""
    found = sorted(drafts(database, now))
    if not found:
        return Finding("leftovers", True, "none")
    size = sum(path.stat().st_size for path in found)
    return Finding(
        "leftovers",
        False,
        f"{len(found)} unfinished files of programs that are gone, {size / 2**20:,.1f} MiB: {found[0]}",
        "crm doctor --repair removes them; there is nothing in them that the database has not",
    )


def drafts(database: Path, now: datetime) -> Iterator[Path]:
    """Yield the unfinished files whose makers are gone."""
    for folder in (database.parent, copying.folder(database)):
        for path in _inside(folder):
            match = _DRAFT.fullmatch(path.name)
            if match is None or database.stem[:BEGINNING] not in path.name or _lives(int(match["process"])):
                continue
            if now.timestamp() - path.stat().st_mtime > _AGE.total_seconds():
                yield path


def _lives(process: int) -> bool:
    if os.name != "posix":
        return False  # there a living one keeps others from deleting its files
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def clock_sanity(now: datetime, newest: datetime | None) -> Finding:
    """Say whether the clock of this machine can be right."""
    if newest is not None and newest > now + _CLOCK_ERROR:
        return Finding(
            "clock",
            False,
            f"it is {now:%Y-%m-%d %H:%M} UTC here, but something was done on {newest:%Y-%m-%d}",
            "set the clock; if it is right now, it was wrong then, and that does no further harm",
        )
    return Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def library() -> Finding:
    """Say which SQLite this is; before 3.51.3 two writers could damage the log (sqlite.org/wal.html)."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _WAL_MENDED:
        return Finding("SQLite", True, version)
    return Finding(
        "SQLite",
        True,
        f"{version}; 3.51.3 mends a rare fault when several programs write at the same moment; take it when"
        " your system or your Python has it",
    )


def encrypted_disk(database: Path) -> str | None:
    """Say whether the disk seems encrypted, where that can be seen without asking anybody (Linux)."""
    with suppress(OSError, ValueError):
        device = database.stat().st_dev
        uuid = _BLOCK / f"{os.major(device)}:{os.minor(device)}" / "dm" / "uuid"
        if uuid.exists():
            crypt = uuid.read_text().startswith("CRYPT-")
            return "encrypted (dm-crypt)" if crypt else "whether it is encrypted cannot be seen from here"
    return None
