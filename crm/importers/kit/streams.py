"""Binary streams over parts of files, and the one that counts what is read.

The decision to know: counting happens per block (128 KiB), under a buffer written in C, so that reading line
by line costs nothing extra.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, BinaryIO

from crm.domain.errors import ExportError
from crm.importers.kit.budget import CUT_OFF

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1 << 17
_WHOLE = 1 << 20


def unreadable(name: str, error: Exception) -> ExportError:
    """Return the error for a member that cannot be opened, or read to its end."""
    if isinstance(error, FileNotFoundError):
        return ExportError(f"{name} is no longer there", "import it again when nothing moves its files")
    if isinstance(error, PermissionError):
        return ExportError(f"{name} may not be read", "check who owns it and its permissions")
    if isinstance(error, OSError):
        said = error.strerror or error
        return ExportError(f"{name} cannot be read: {said}", "check the disk that it is on, and try again")
    return ExportError(f"{name} cannot be read: {error}", CUT_OFF)


class Slice(RawIOBase):
    """A seekable view of a part of a file."""

    def __init__(self, file: BinaryIO, offset: int, size: int) -> None:
        self._file = file
        self._offset = offset
        self.size = size
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset from the start, here, or the end of this part."""
        self._at = max(0, (0, self._at, self.size)[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` from this part of the file; return how much."""
        view = memoryview(buffer)
        self._file.seek(self._offset + self._at)
        data = self._file.read(max(0, min(len(view), self.size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def buffered(self) -> BufferedReader:
        """Return it as the binary file that readers expect."""
        return BufferedReader(self, BLOCK)


class Counted(RawIOBase):
    """A forward stream that reports how far it was read, and whose only exception is `ExportError`."""

    def __init__(self, name: str, raw: RawIOBase, charge: Callable[[int], None] | None = None) -> None:
        """Wrap `raw`; `charge` is called with the position after each block, in bytes."""
        self._name = name
        self._raw = raw
        self._charge = charge
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer`; return how much, 0 at the end."""
        try:
            count = self._raw.readinto(buffer) or 0
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise unreadable(self._name, error) from error
        self._at += count
        if self._charge is not None:
            self._charge(self._at)
        return count

    def readall(self) -> bytes:
        """Return the rest, in large steps (the inherited one takes 8 KiB at a time)."""
        blocks = []
        while block := self.read(_WHOLE):
            blocks.append(block)
        return b"".join(blocks)

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def close(self) -> None:
        """Close this and what it wraps."""
        if not self.closed:
            self._raw.close()
        super().close()

    def buffered(self, size: int = BLOCK) -> BufferedReader:
        """Return it as the binary file that readers expect."""
        return BufferedReader(self, size)
