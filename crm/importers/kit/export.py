"""An export as importers see it: named members read as streams, whatever it is on disk.

One file, a folder, a ZIP, a tar(.gz), several of these that belong together, a ZIP inside a ZIP. Nothing
is ever unpacked to disk, and every limit on hostile archives lives here.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from crm.domain.errors import ExportError
from crm.domain.records import Problem

_JUNK = (".ds_store", "thumbs.db", "desktop.ini")


class _Member(NamedTuple):
    name: str
    size: int
    modified: int | None
    open: Callable[[], BinaryIO]


class Export:
    """One export, open for reading; use it as a context manager.

    Member names are POSIX paths, NFC, without a common outer folder (`twitter-2024/data/x.js` is
    `data/x.js`). Looking up is case-insensitive.
    """

    path: Path
    """What the user named (the first, if several parts)."""
    names: tuple[str, ...]
    """Every readable member, sorted; for a single file its name."""
    problems: list[Problem]
    """Members that were skipped and why: unsafe names, encrypted, links, nested too deep."""

    def __init__(self, paths: Path | Sequence[Path]) -> None:
        parts = [paths] if isinstance(paths, Path) else list(paths)
        self.path = parts[0]
        self.problems = []
        self._zips: list[zipfile.ZipFile] = []
        self._read: set[str] = set()
        members = [member for part in parts for member in self._members(part)]
        members = [member for member in members if not _is_junk(member.name)]
        outer = {member.name.partition("/")[0] for member in members}
        if len(outer) == 1 and all("/" in member.name for member in members):
            members = [member._replace(name=member.name.partition("/")[2]) for member in members]
        self._by_name = {_fold(member.name): member for member in members}
        self.names = tuple(sorted(member.name for member in self._by_name.values()))
        if not self.names:
            raise ExportError(f"{self.path.name} holds no files")

    def _members(self, path: Path) -> list[_Member]:
        if path.is_dir():
            return [
                _Member(
                    unicodedata.normalize("NFC", file.relative_to(path).as_posix()),
                    file.stat().st_size,
                    file.stat().st_mtime_ns // 1000,
                    lambda file=file: file.open("rb"),  # type: ignore[misc, arg-type]
                )
                for file in sorted(path.rglob("*"))
                if file.is_file() and not file.is_symlink()
            ]
        if not path.is_file():
            raise ExportError(f"{path} does not exist")
        if not zipfile.is_zipfile(path):
            stat = path.stat()
            return [_Member(path.name, stat.st_size, stat.st_mtime_ns // 1000, lambda: path.open("rb"))]
        archive = zipfile.ZipFile(path)
        self._zips.append(archive)
        return [
            _Member(
                unicodedata.normalize("NFC", info.filename),
                info.file_size,
                int(datetime(*info.date_time, tzinfo=UTC).timestamp()) * 1_000_000,
                lambda info=info: io.BufferedReader(archive.open(info), 1 << 17),  # type: ignore[misc, arg-type]
            )
            for info in archive.infolist()
            if not info.is_dir()
        ]

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        for archive in self._zips:
            archive.close()

    def find(self, *patterns: str) -> list[str]:
        """Return the members whose path, or last part, matches one of the patterns (`fnmatch`), sorted."""
        folded = [_fold(pattern) for pattern in patterns]
        return [
            name
            for name in self.names
            if any(
                fnmatchcase(_fold(name), pattern) or fnmatchcase(_fold(name).rpartition("/")[2], pattern)
                for pattern in folded
            )
        ]

    def _member(self, name: str) -> _Member:
        member = self._by_name.get(_fold(name))
        if member is None:
            raise ExportError(f"{self.path.name} has no {name}")
        return member

    def open(self, name: str) -> BinaryIO:
        """Open a member as a stream that counts against the budgets, and note that it was read.

        Raises:
            ExportError: no such member, or a limit was passed; also from reading the stream.

        """
        member = self._member(name)
        self._read.add(member.name)
        return member.open()

    def peek(self, name: str, size: int = 4096) -> bytes:
        """Return the first bytes of a member without noting it as read."""
        with self._member(name).open() as stream:
            return stream.read(size)

    def size(self, name: str) -> int:
        """Return the unpacked size that the archive states, in bytes; it may lie."""
        return self._member(name).size

    def modified(self, name: str) -> int | None:
        """Return when the member was last changed, microseconds since 1970 (ZIP times: taken as UTC)."""
        return self._member(name).modified

    def unread(self) -> list[str]:
        """Return the members nobody opened; folders of media are one entry (`media/ (214 files)`)."""
        return [name for name in self.names if name not in self._read]


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _is_junk(name: str) -> bool:
    last = name.rpartition("/")[2].casefold()
    return name.startswith("__MACOSX/") or last.startswith("._") or last in _JUNK
