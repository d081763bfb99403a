"""An export as importers see it: named members read as streams, whatever it is on disk.

One file, a folder, a ZIP, a tar(.gz), several of these that belong together, a ZIP inside a ZIP. Nothing
is ever unpacked to disk, and every limit on hostile archives lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from crm.domain.records import Problem


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
        raise NotImplementedError

    def __enter__(self) -> Export:
        """Return itself."""
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        raise NotImplementedError

    def find(self, *patterns: str) -> list[str]:
        """Return the members whose path, or last part, matches one of the patterns (`fnmatch`), sorted."""
        raise NotImplementedError

    def open(self, name: str) -> BinaryIO:
        """Open a member as a stream that counts against the budgets, and note that it was read.

        Raises:
            ExportError: no such member, or a limit was passed; also from reading the stream.

        """
        raise NotImplementedError

    def peek(self, name: str, size: int = 4096) -> bytes:
        """Return the first bytes of a member without noting it as read."""
        raise NotImplementedError

    def size(self, name: str) -> int:
        """Return the unpacked size that the archive states, in bytes; it may lie."""
        raise NotImplementedError

    def modified(self, name: str) -> int | None:
        """Return when the member was last changed, microseconds since 1970 (ZIP times: taken as UTC)."""
        raise NotImplementedError

    def unread(self) -> list[str]:
        """Return the members nobody opened; folders of media are one entry (`media/ (214 files)`)."""
        raise NotImplementedError
