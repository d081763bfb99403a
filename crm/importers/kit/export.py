"""An export as importers see it: named members read as streams, whatever it is on disk.

One file, a folder, a ZIP, a tar(.gz), several of these that belong together, a ZIP inside a ZIP. Nothing
is ever unpacked to a folder, and every limit on hostile archives lies behind this door (`budget`, `zips`,
`tars`, `members`), so that importers need not think of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from copy import copy
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.containers import open_part
from crm.importers.kit.members import Member, fold, is_media
from crm.importers.kit.names import Names, unread_list
from crm.importers.kit.streams import BLOCK, Counted, unreadable
from crm.importers.kit.tree import merge


class Export:
    """One export, open for reading in one thread; use it as a context manager.

    Member names are POSIX paths, NFC, without a common outer folder (`twitter-2024/data/x.js` is
    `data/x.js`). Looking up is case-insensitive, and may name the outer folder. What operating systems
    leave behind (`__MACOSX`, `.DS_Store`, `Thumbs.db`) is not there. The members of a ZIP inside are
    `inner.zip/...`, one level deep.
    """

    path: Path
    """What the user named (the first, if several parts)."""
    kind: str
    """What that is, for messages: `file`, `folder`, `ZIP`, `tar`, `tar.gz`, `gzip file`."""
    outer: str
    """The folder around everything, which `names` leave out; empty where there is none."""
    names: tuple[str, ...]
    """Every readable member, sorted; for a single file its name."""
    problems: list[Problem]
    """Members that were skipped and why: unsafe names, links, odd methods, nested too deep, doubles."""
    bytes_read: int
    """Unpacked bytes read so far; a second reading of the same member counts nothing."""
    bytes_total: int
    """Unpacked bytes of all members but media, as stated: what `bytes_read` goes towards."""

    def __init__(self, paths: Path | Sequence[Path]) -> None:
        """Open an export, or several parts of one.

        Raises:
            ExportError: missing, unreadable, empty, damaged, password-protected, or hostile.

        """
        self._closing = ExitStack()
        with ExitStack() as closing:
            parts = [open_part(path, closing) for path in _as_list(paths)]
            tree = merge(parts)
            self._closing = closing.pop_all()
        self.path, self.kind = parts[0].path, parts[0].kind
        self.problems = tree.problems
        self.outer = tree.outer
        self._hold(tree.members)
        if not self.names:
            self._closing.close()
            raise _nothing_in(self.path, self.problems)

    def _hold(self, members: dict[str, Member]) -> None:
        self._members = members
        self._names = Names((member.name for member in members.values()), self.outer)
        self.names = self._names.names
        self.bytes_read = 0
        self.bytes_total = sum(member.size for member in members.values() if not is_media(member.name))
        self._opened: set[str] = set()
        self._reached: dict[str, int] = {}

    def part(self, *folders: str) -> Export:
        """Return the export as if only these top-level folders were in it; it lives as long as the whole.

        Google's Takeout is one archive with a folder for each product, each an export of its own.
        """
        wanted = tuple(f"{fold(folder)}/" for folder in folders)
        part = copy(self)
        part._closing = ExitStack()  # the whole closes what both read from
        part.problems = [each for each in self.problems if fold(each.where).startswith(wanted)]
        part._hold({key: member for key, member in self._members.items() if key.startswith(wanted)})
        return part

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self.close()

    def close(self) -> None:
        """Close everything; closing twice is fine."""
        self._closing.close()

    def find(self, *patterns: str) -> list[str]:
        """Return the members whose path, or last part, matches one of the patterns (`fnmatch`), sorted."""
        return self._names.find(patterns)

    def open(self, name: str) -> BinaryIO:
        """Open a member as a forward stream that counts against the budgets, and note that it was read.

        Raises:
            ExportError: no such member, or a limit was passed; also from reading the stream.

        """
        member = self._member(name)
        self._opened.add(member.name)
        return self._stream(member, BLOCK)

    def peek(self, name: str, size: int = 4096) -> bytes:
        """Return the first bytes of a member without noting it as read.

        Raises:
            ExportError: no such member, or it cannot be read.

        """
        with self._stream(self._member(name), max(size, 512)) as stream:
            return stream.read(size)

    def size(self, name: str) -> int:
        """Return the unpacked size that the archive states, in bytes; it may lie."""
        return self._member(name).size

    def modified(self, name: str) -> int | None:
        """Return when the member was last changed, microseconds since 1970 (ZIP times: taken as UTC)."""
        return self._member(name).modified

    def unread(self) -> list[str]:
        """Return the members nobody opened; folders of media are one entry (`media/ (214 files)`)."""
        return unread_list(self.names, (name for name in self.names if name not in self._opened))

    def _member(self, name: str) -> Member:
        folded = fold(name)
        member = self._members.get(folded) or self._members.get(self._names.without_outer(folded))
        if member is None:
            raise ExportError(f"{self.path.name} holds no {name}")
        return member

    def _stream(self, member: Member, size: int) -> BinaryIO:
        try:
            raw = member.source.open(member)
        except (OSError, ValueError) as error:
            raise unreadable(member.name, error) from error
        return Counted(member.name, raw, partial(self._charge, member)).buffered(size)

    def _charge(self, member: Member, at: int) -> None:
        """Charge what was read for the first time to the archive it came from."""
        more = at - self._reached.get(member.name, 0)
        if more > 0:
            self._reached[member.name] = at
            self.bytes_read += more
            if member.source.budget is not None:
                member.source.budget.charge(more)


def _as_list(paths: Path | Sequence[Path]) -> list[Path]:
    named = [paths] if isinstance(paths, Path) else list(dict.fromkeys(paths))
    if not named:
        raise ExportError("no file or folder was named")
    return named


def _nothing_in(path: Path, problems: list[Problem]) -> ExportError:
    if not problems:
        return ExportError(f"{path.name} holds no files", "name the export as you downloaded it")
    first = problems[0]
    return ExportError(
        f"nothing in {path.name} can be read; {first.where}: {first.reason}",
        "ask for the export again, and import the file as you downloaded it",
    )
