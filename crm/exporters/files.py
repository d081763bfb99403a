"""Files that exports are written to: complete under their name, or not there at all.

An export is written beside its place under a temporary name, private from its first byte, brought to the disk
and only then renamed; so the file that was there before stays whole until then, whatever happens. Errors of
the disk become `ExportError` here, because what reads the database while it writes would take them for its.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from crm import paths
from crm.domain.errors import ExportError, UsageError

_BUFFER = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CANNOT_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What file systems say that know no fsync."""
_DATABASE = b"SQLite format 3\0"
_LONGEST_STEM = 120
_LONGEST_STEM_BYTES = 200
"""File systems take names of 255 bytes; this leaves room for a number and the ending."""
_NOT_IN_NAMES = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]+'
)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""


class Draft:
    """An export that is being written."""

    def __init__(self, stream: BinaryIO, target: Path | None) -> None:
        self._stream = stream
        self._target = target
        self.size = 0
        """Bytes so far."""

    def write(self, data: bytes) -> None:
        """Write more.

        Raises:
            ExportError: the disk is full, or does not take it for another reason.

        """
        try:
            self._stream.write(data)
        except OSError as error:
            raise unwritten(error, self._target) from error
        self.size += len(data)

    def finish(self) -> None:
        """Bring everything to the disk.

        Raises:
            ExportError: the disk does not take it.

        """
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:
                raise unwritten(error, self._target) from error

    def hand_over(self, take: Callable[[BinaryIO], None]) -> None:
        """Let somebody read what was drafted, from its beginning; what that raises is its own."""
        self.finish()
        self._stream.seek(0)
        take(self._stream)


def unwritten(error: OSError, target: Path | None) -> ExportError:
    """Say that an export could not be written, and why."""
    what = str(target) if target is not None else "the export"
    if error.errno in _FULL:
        return ExportError(
            f"the disk is full: {what} was not written",
            "free some space, then try again; a file that was there before is as it was",
        )
    return ExportError(
        f"cannot write {what}: {error.strerror or error}",
        "check that the folder exists and is yours, or choose another place",
    )


@contextmanager
def replacing(target: Path) -> Iterator[Draft]:
    """Draft a file; it takes its place, and that of an older one, when the block ends well.

    A link is followed: what it points to is replaced. A device or a pipe is written to, when all is there.

    Raises:
        UsageError: the target is a folder, or a database.
        ExportError: it cannot be written.

    """
    place = _place(target)
    if place.exists() and not place.is_file():
        with drafted(None) as draft:
            yield draft
            try:
                with place.open("wb") as device:
                    draft.hand_over(lambda stream: shutil.copyfileobj(stream, device, _BUFFER))
            except OSError as error:
                raise unwritten(error, target) from error
        return
    temporary = _beside(place)
    try:  # from before it is made: a signal may come at any moment
        stream = _opened(temporary, target)
        with _closing(stream, target):
            draft = Draft(stream, target)
            yield draft
            draft.finish()
        _rename(temporary, place, target)
        paths.sync_folder(place.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def drafted(folder: Path | None) -> Iterator[Draft]:
    """Draft something in a nameless file, which nobody else can open and which goes with the process.

    Args:
        folder: where there is room; by default the system's temporary folder.

    """
    try:
        stream: Any = tempfile.TemporaryFile(  # noqa: SIM115 - the caller's block closes it
            dir=str(folder) if folder else None, buffering=_BUFFER
        )
    except OSError as error:
        raise unwritten(error, None) from error
    with stream:
        yield Draft(stream, None)


class Folder:
    """A folder that files are drafted for; all of them take their places when the block ends well.

    Files of other names that are there already stay.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._place = Path(os.path.realpath(target))
        self._drafts = _beside(self._place / "x") if self._place.is_dir() else _beside(self._place)
        self._taken: set[str] = set()
        self.size = 0
        """Bytes so far."""

    def __enter__(self) -> Self:
        """Make the folder of drafts.

        Raises:
            UsageError: there is a file of that name.
            ExportError: nothing can be written there.

        """
        if self._place.exists() and not self._place.is_dir():
            raise UsageError(f"{self._target} is no folder", "name a folder, new or there already")
        try:
            paths.private_folder(self._drafts)
        except OSError as error:
            raise unwritten(error, self._target) from error
        except BaseException:
            shutil.rmtree(self._drafts, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the files in their places, or throw them away."""
        try:
            if kind is None:
                self._settle()
        finally:
            shutil.rmtree(self._drafts, ignore_errors=True)

    def add(self, stem: str, ending: str, data: bytes) -> None:
        """Draft one file, named after a contact.

        Args:
            stem: any name; what no file system takes is left out, and equal names are numbered.
            ending: such as ".vcf".
            data: all of it.

        Raises:
            ExportError: the disk does not take it.

        """
        target = self._target / self._free(file_stem(stem), ending)
        stream = _opened(self._drafts / target.name, target)
        with _closing(stream, target):
            draft = Draft(stream, target)
            draft.write(data)
            draft.finish()
        self.size += len(data)

    def _free(self, stem: str, ending: str) -> str:
        # compared as file systems do that know no capitals
        name, number = stem + ending, 2
        while name.casefold() in self._taken:
            name, number = f"{stem} ({number}){ending}", number + 1
        self._taken.add(name.casefold())
        return os.fsdecode(name.encode("utf-8"))  # UTF-8 on the disk also where the locale is not

    def _settle(self) -> None:
        if not self._place.exists():
            _rename(self._drafts, self._place, self._target)
            paths.sync_folder(self._place.parent)
            return
        places = {draft: self._place / draft.name for draft in sorted(self._drafts.iterdir())}
        for place in places.values():
            _insist_on_file(place, place)
        for draft, place in places.items():
            _rename(draft, place, place)
        paths.sync_folder(self._place)


def file_stem(name: str) -> str:
    """Return a name as every file system takes it, without an ending."""
    stem = " ".join(_NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", name)).split())
    stem = stem[:_LONGEST_STEM].encode("utf-8")[:_LONGEST_STEM_BYTES].decode("utf-8", "ignore").strip(". ")
    if not stem:
        return "contact"
    return f"_{stem}" if _DEVICES.fullmatch(stem) else stem


def _place(target: Path) -> Path:
    """Return the file that a target means, links followed."""
    place = Path(os.path.realpath(target))
    try:
        _insist_on_file(target, place)
    except OSError as error:  # a name that is too long
        raise unwritten(error, target) from error
    return place


def _insist_on_file(target: Path, place: Path) -> None:
    """Make sure that the target may be replaced.

    Raises:
        UsageError: it is a folder, or a database.

    """
    if place.is_dir():
        raise UsageError(f"{target} is a folder", "name a file in it")
    if place.is_file() and _begins(place) == _DATABASE:
        raise UsageError(f"{target} is a database, which no export replaces", "name another file")


def _begins(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(len(_DATABASE))
    except OSError:  # not ours to read, but perhaps to replace
        return b""


def _beside(place: Path) -> Path:
    # short, because the name it stands for may be as long as names can be
    return place.with_name(f".crm-{os.getpid()}-{secrets.token_hex(4)}.part")


def _opened(file: Path, target: Path) -> BinaryIO:
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.fdopen(os.open(file, flags, 0o600), "wb", buffering=_BUFFER)
    except OSError as error:
        raise unwritten(error, target) from error


@contextmanager
def _closing(stream: BinaryIO, target: Path) -> Iterator[None]:
    """Close a stream; when something went wrong before, what its last bytes meet is no news."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            stream.close()
        raise
    try:
        stream.close()
    except OSError as error:
        raise unwritten(error, target) from error


def _rename(temporary: Path, place: Path, target: Path) -> None:
    try:
        temporary.replace(place)
    except OSError as error:
        raise unwritten(error, target) from error
