"""Where the program keeps things on this machine, and how private files are made.

Nothing is created until somebody asks for it; folders are 0700 and files 0600 from the first byte.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import platformdirs

_APP = "crm"


def data_dir() -> Path:
    """Return the folder of the database and its backups."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def config_file() -> Path:
    """Return the configuration file; `CRM_CONFIG` names another."""
    stated = os.environ.get("CRM_CONFIG")
    return (
        Path(stated) if stated else Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "config.toml"
    )


def state_dir() -> Path:
    """Return the folder of what is neither data nor settings: counts for a prompt, which timer is set."""
    return Path(platformdirs.user_state_dir(_APP, appauthor=False))


def database_file() -> Path:
    """Return the file of the default database."""
    return data_dir() / "crm.db"


def expanded(path: str | Path) -> Path:
    """Return a path with its "~" replaced; where nobody is called so, "~nobody" is a name like any other."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def private_folder(folder: Path) -> Path:
    """Make a folder, and those above it, that only the user can enter; return it."""
    missing = [folder, *folder.parents]
    for part in reversed([path for path in missing if not path.exists()]):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def private_file(file: Path) -> None:
    """Make an empty file that only the user can read; it must not exist.

    Raises:
        FileExistsError: it does.

    """
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(file, flags, 0o600))


def sync_folder(folder: Path) -> None:
    """Bring the new names in a folder to the disk, where the system can do that for a folder."""
    with suppress(OSError, AttributeError):  # some network file systems know no such thing, nor does Windows
        entries = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(entries)
        finally:
            os.close(entries)


def replace_file(file: Path, data: bytes) -> None:
    """Write a small file whole, readable by the user only; until then the one that was there stays.

    Links are followed: what they point to is replaced. Missing folders are made.

    Raises:
        OSError: it cannot be written.

    """
    place = Path(os.path.realpath(file))
    private_folder(place.parent)
    draft = place.with_name(f".crm-{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        private_file(draft)
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
