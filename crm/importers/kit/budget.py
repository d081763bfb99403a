"""How much an archive may unpack to: the numbers, and the errors that name them.

The decision to know: what is refused is a ratio, not a size. A file that really fills ten gigabytes of disk
may give some gigabytes of mail; one megabyte may not. Plain files and folders have no limit at all, since
everything is read as a stream.
"""

from __future__ import annotations

from crm.domain.errors import ExportError

MIB = 1 << 20
GIB = 1 << 30

MAX_MEMBERS = 300_000
"""Members of one archive; listing more costs memory before anything is known about them."""
MAX_NAME = 1024
"""Characters of a member's path."""
MAX_DEPTH = 100
"""Folders in such a path; each is looked at with all those around it."""
MEMBER_LIMIT = 2 * GIB
ARCHIVE_LIMIT = 2 * GIB
ARCHIVE_CEILING = 16 * GIB
ARCHIVE_RATIO = 200
HONEST_RATIO = 10
"""Text packs three to ten times; what packs no better may be as large as its file earns."""
BOMB_RATIO = 200
BOMB_SIZE = 64 * MIB
"""Below this a high ratio is harmless, and common: deflate reaches 1,000 on a page of spaces."""

CUT_OFF = "the download was probably cut off; download it again"
UNPACK_HINT = "if you trust it, unpack it yourself and import the folder"


def human(size: int) -> str:
    """Return a size for people: `1.5 GiB`."""
    value = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def check_size(name: str, unpacked: int, packed: int) -> None:
    """Refuse a member that is a decompression bomb or beyond every honest size.

    Raises:
        ExportError: with both sizes.

    """
    if unpacked > BOMB_SIZE and unpacked > BOMB_RATIO * packed:
        raise ExportError(
            f"{name} unpacks to {human(unpacked)} from {human(packed)}, as only a decompression bomb does",
            UNPACK_HINT,
        )
    if unpacked > max(MEMBER_LIMIT, HONEST_RATIO * packed):
        raise ExportError(f"{name} is too large to read inside an archive: {human(unpacked)}", UNPACK_HINT)


class Budget:
    """What may still be unpacked from one archive, however many members it comes from."""

    def __init__(self, archive: str, packed: int) -> None:
        """Take the archive's name, for the error, and its size on disk in bytes."""
        self._archive = archive
        self._limit = min(
            max(ARCHIVE_LIMIT, ARCHIVE_RATIO * packed), max(ARCHIVE_CEILING, HONEST_RATIO * packed)
        )
        self._spent = 0

    def charge(self, count: int) -> None:
        """Note that `count` more bytes were unpacked.

        Raises:
            ExportError: this archive has given all it may.

        """
        self._spent += count
        if self._spent > self._limit:
            raise ExportError(
                f"{self._archive} unpacks to more than {human(self._limit)}; reading stopped there",
                UNPACK_HINT,
            )
