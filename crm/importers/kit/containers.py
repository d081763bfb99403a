"""Opens one part of an export, whatever it is: a file, a folder, a ZIP, a tar, with the ZIPs inside.

The decision to know: what a file is, its first bytes say, not its name. A ZIP inside is opened one level
deep; where it is compressed itself, it is copied to memory or an anonymous temporary file (readable by
nobody else), since a ZIP cannot be read as a stream.
"""

from __future__ import annotations

import stat
import tempfile
from contextlib import ExitStack
from io import BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.budget import GIB, MAX_MEMBERS, MIB, Budget, human
from crm.importers.kit.folders import FolderSource, unreadable
from crm.importers.kit.gzips import SIGNATURE as GZIP
from crm.importers.kit.gzips import GzipReader
from crm.importers.kit.members import Member, Skipped, is_media, normal
from crm.importers.kit.streams import BLOCK, Counted
from crm.importers.kit.tars import TarSource, is_tar
from crm.importers.kit.zipends import SIGNATURES
from crm.importers.kit.zips import ZipSource

MOST_NESTED = 100
"""ZIPs inside one export that are opened."""
NESTED_LIMIT = GIB
_NESTED_IN_MEMORY = 8 * MIB
_START = 512

_FOREIGN = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"BZh91AY&SY": "bzip2",
}


class Part(NamedTuple):
    """One of the paths that make up an export."""

    path: Path
    kind: str
    members: list[Member]
    problems: list[Problem]


def open_part(path: Path, closing: ExitStack) -> Part:
    """Open a part; whatever has to be closed is pushed on `closing`.

    Raises:
        ExportError: missing, unreadable, empty, damaged, of a kind that is not read, or hostile.

    """
    try:
        source = _source(path, closing)
    except OSError as error:
        raise unreadable(path, error) from error
    nested = _Nested(path.name, closing)
    members = [inner for member in source.members for inner in nested.opened(member)]
    return Part(path, source.kind, members, source.problems + nested.problems())


def _source(path: Path, closing: ExitStack) -> FolderSource | ZipSource | TarSource | _GzipSource:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return FolderSource(path)
    if not stat.S_ISREG(mode):
        raise ExportError(f"{path} is neither a file nor a folder", "save it as a file first")
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise ExportError(f"{path.name} is empty", "download the export again")
    for signature, kind in _FOREIGN.items():
        if start.startswith(signature):
            raise ExportError(f"{path.name} is a {kind} archive", "unpack it and import the folder")
    if start.startswith(SIGNATURES) or path.suffix.casefold() == ".zip":
        return ZipSource(closing.enter_context(path.open("rb")), path.name, MAX_MEMBERS)
    if start.startswith(GZIP):
        return _gzip(path, closing)
    if is_tar(start):
        raw = closing.enter_context(FileIO(path))
        return TarSource(raw, path.name, "tar", None, path.stat().st_size)
    return FolderSource(path)


def _gzip(path: Path, closing: ExitStack) -> TarSource | _GzipSource:
    raw = closing.enter_context(GzipReader(path.open("rb"), path.name))
    start = raw.read(_START)
    raw.seek(0)
    if is_tar(start):
        return TarSource(raw, path.name, "tar.gz", Budget(path.name, path.stat().st_size), None)
    return _GzipSource(path)


class _GzipSource:
    """One file packed with gzip."""

    kind = "gzip file"

    def __init__(self, path: Path) -> None:
        found = path.stat()
        self._path = path
        self.budget: Budget | None = Budget(path.name, found.st_size)
        self.problems: list[Problem] = []
        with path.open("rb") as file:
            file.seek(-4, 2)
            size = int.from_bytes(file.read(4), "little")  # modulo 4 GiB, as RFC 1952 has it
        name = normal(path.stem if path.suffix.casefold() == ".gz" else path.name)
        self.members = [Member(name, size, found.st_mtime_ns // 1000, self, 0)]

    def open(self, member: Member) -> RawIOBase:
        """Open it; the reader itself watches for bombs."""
        return GzipReader(self._path.open("rb"), member.name)


class _Nested:
    """Replaces every ZIP among the members by what it holds, or reports why not."""

    def __init__(self, title: str, closing: ExitStack) -> None:
        self._closing = closing
        self._skipped = Skipped(title)
        self._opened = 0
        self._most = MAX_MEMBERS  # of all ZIPs inside together
        self._copied = 0

    def problems(self) -> list[Problem]:
        return self._skipped.problems()

    def opened(self, member: Member) -> list[Member]:
        if not member.name.casefold().endswith(".zip") or is_media(member.name):
            return [member]
        if self._opened >= MOST_NESTED:
            self._skipped.add(member.name, f"only the first {MOST_NESTED} ZIP files inside are opened")
            return [member]
        if self._most <= 0:
            self._skipped.add(
                member.name, f"the ZIP files before it hold {MAX_MEMBERS:,} members; not opened"
            )
            return [member]
        self._opened += 1
        try:
            inner = ZipSource(self._seekable(member), member.name, self._most, member.source.budget)
        except (ExportError, OSError) as error:
            self._skipped.add(member.name, str(error))
            return [member]
        self._most -= inner.listed
        for problem in inner.problems:
            self._skipped.add(f"{member.name}/{problem.where}", problem.reason)
        for found in inner.members:
            if found.name.casefold().endswith(".zip") and not is_media(found.name):
                self._skipped.add(f"{member.name}/{found.name}", "a ZIP file nested too deep; not opened")
        return [found._replace(name=f"{member.name}/{found.name}") for found in inner.members]

    def _seekable(self, member: Member) -> BinaryIO:
        source = member.source
        if isinstance(source, FolderSource):
            return self._closing.enter_context(BufferedReader(source.open(member)))
        if isinstance(source, ZipSource):
            view = source.stored(member)
            if view is not None:
                return self._closing.enter_context(view.buffered())
        return self._copy(member)

    def _copy(self, member: Member) -> BinaryIO:
        """Copy a compressed ZIP to where it can be read from any place, charged to its archive."""
        copy = tempfile.SpooledTemporaryFile(_NESTED_IN_MEMORY)  # noqa: SIM115 - `closing` closes it
        self._closing.callback(copy.close)
        budget = member.source.budget
        with Counted(member.name, member.source.open(member)).buffered() as stream:
            while block := stream.read(BLOCK):
                self._copied += len(block)
                if self._copied > NESTED_LIMIT:
                    raise ExportError(
                        f"it is compressed twice and larger than {human(NESTED_LIMIT)}; unpack it first"
                    )
                if budget is not None:
                    budget.charge(len(block))
                self._write(copy, block)
        return cast("BinaryIO", copy)

    @staticmethod
    def _write(copy: tempfile.SpooledTemporaryFile[bytes], block: bytes) -> None:
        try:
            copy.write(block)
        except OSError as error:
            raise ExportError(f"it does not fit into the temporary folder: {error.strerror}") from error
