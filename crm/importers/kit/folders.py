"""Files and folders on disk as sources of an export.

The decision to know: links inside a folder are never followed. What they point to is either in the folder
anyway, or none of the export's business.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from io import FileIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from crm.domain.errors import ExportError
from crm.importers.kit.budget import Budget
from crm.importers.kit.members import Member, Skipped, is_junk, normal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_FILES = 1_000_000
"""Files of a folder; more is a home directory named by mistake, not an export."""

_LINK = "a link; links are not followed"
_IN_CLOUD = "it is still in iCloud; download it in the Finder first"


class FolderSource:
    """The files below a folder, or one file alone."""

    budget: Budget | None = None

    def __init__(self, path: Path) -> None:
        """List what is there.

        Raises:
            ExportError: it cannot be read, or holds far too much.

        """
        self._path = path
        self._skipped = Skipped(path.name)
        try:
            if path.is_dir():
                self.kind = "folder"
                self.members = list(self._walk())
            else:
                self.kind = "file"
                found = path.stat()
                name = normal(_text(path.name))
                self.members = [Member(name, found.st_size, found.st_mtime_ns // 1000, self, str(path))]
        except OSError as error:
            raise unreadable(path, error) from error
        self.problems = self._skipped.problems()

    def open(self, member: Member) -> RawIOBase:
        """Open a file."""
        return _Watched(member, _open_plain if self.kind == "folder" else None)

    def _walk(self) -> Iterator[Member]:
        folders = deque([(str(self._path), "")])
        count = 0
        while folders:
            folder, prefix = folders.popleft()
            for entry in self._entries(folder, prefix):
                name = prefix + _text(entry.name)
                if is_junk(name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{name}/"))
                elif reason := _why_not(entry):
                    self._skipped.add(normal(name), reason)
                else:
                    count += 1
                    if count > MAX_FILES:
                        raise ExportError(
                            f"{self._path} holds more than {MAX_FILES:,} files",
                            "name the folder of the export itself",
                        )
                    found = entry.stat(follow_symlinks=False)
                    moment = found.st_mtime_ns // 1000
                    yield Member(normal(name), found.st_size, moment, self, entry.path)

    def _entries(self, folder: str, prefix: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not prefix:
                raise
            self._skipped.add(normal(prefix), f"this folder cannot be opened: {error.strerror}")
            return []


class _Watched(FileIO):
    """A file that nobody may write to while it is read: half of the old and half of the new is neither."""

    def __init__(self, member: Member, opener: Callable[[str, int], int] | None) -> None:
        super().__init__(str(member.key), opener=opener)
        self._member = member
        self._watch()

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Fill `buffer`; return how much, 0 at the end.

        Raises:
            ExportError: it has changed since it was listed.

        """
        count = super().readinto(buffer)
        if (not count and len(memoryview(buffer))) or self.tell() > self._member.size:
            self._watch()
        return count

    def _watch(self) -> None:
        found = os.fstat(self.fileno())
        if (found.st_size, found.st_mtime_ns // 1000) != (self._member.size, self._member.modified):
            raise ExportError(
                f"{self._member.name} was changed while it was read",
                "close the program that writes to it, and import it again",
            )


def unreadable(path: Path, error: OSError) -> ExportError:
    """Return the error for a path that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return ExportError(f"there is no file or folder {path}", "check the name, or drag the file here")
    if isinstance(error, PermissionError):
        return ExportError(f"{path} may not be read", "check who owns it and its permissions")
    return ExportError(f"{path} cannot be read: {error.strerror or error}", "check the disk that it is on")


def _text(name: str) -> str:
    """Return a file name as text: UTF-8 also where the locale says otherwise, U+FFFD for what is not."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _why_not(entry: os.DirEntry[str]) -> str | None:
    if entry.is_symlink():
        return _LINK
    if not entry.is_file(follow_symlinks=False):
        return "not a plain file"
    if entry.name.endswith(".icloud") and entry.name.startswith("."):
        return _IN_CLOUD
    return None if os.access(entry.path, os.R_OK) else "its permissions do not let it be read"


def _open_plain(path: str, flags: int) -> int:
    """Open a file that was plain when listed, and still is: no link, and no pipe that would wait forever."""
    extra = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | extra)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no longer a plain file")
    return descriptor
