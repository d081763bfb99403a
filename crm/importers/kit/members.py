"""Members of an export: what they are called, where they come from, which names are refused or ignored.

The decision to know: an unsafe name is never repaired. It is skipped and reported, since nobody can say
what was meant by `..\\x` or `C:\\x`, and no platform writes such names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from io import RawIOBase
from typing import NamedTuple, Protocol

from crm.domain.records import Problem
from crm.importers.kit.budget import MAX_DEPTH, MAX_NAME, Budget
from crm.importers.kit.text import clean_value

_JUNK = frozenset((".ds_store", "thumbs.db", "desktop.ini", ".localized", "icon\r"))
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile("[A-Za-z]:")
_MEDIA = frozenset(
    "jpg jpeg jfif png gif webp heic heif avif bmp tif tiff svg ico psd raw dng cr2 nef arw mp4 m4v mov avi "  # noqa: SIM905
    "mkv webm mpg mpeg 3gp wmv flv ts m3u8 mp3 m4a aac ogg oga opus wav flac amr caf wma thumb".split()
)
_DATA = frozenset(("csv", "html", "js", "json", "jsonl", "mbox", "txt", "vcf", "xml"))
_MEDIA_FOLDER = re.compile("(?:^|_)media(?:_attachments)?$")
_SHOWN = 20
_SHOWN_NAME = 200


class Source(Protocol):
    """Something with members: a file, a folder, an archive."""

    kind: str
    """For messages: `file`, `folder`, `ZIP`, `tar`."""
    budget: Budget | None
    """What its members are charged to; None where nothing is unpacked."""

    def open(self, member: Member) -> RawIOBase:
        """Open a member, forward only; reading may raise `ExportError`, `OSError` or `ValueError`."""


class Member(NamedTuple):
    """One readable thing in an export."""

    name: str
    """POSIX path, NFC, safe."""
    size: int
    """Unpacked, as stated, in bytes."""
    modified: int | None
    """Microseconds since 1970-01-01 UTC."""
    source: Source
    key: int | str
    """Where the source finds it."""


def fold(name: str) -> str:
    """Return what two names have in common when a file system that ignores case takes them for one."""
    return unicodedata.normalize("NFC", name.casefold())


def normal(name: str) -> str:
    """Return a name in NFC, without `./` and doubled slashes, fit to be stored."""
    if "//" in name or name.startswith("./") or "/./" in name:
        absolute = name.startswith("/")
        name = "/" * absolute + "/".join(part for part in name.split("/") if part not in ("", "."))
    return name if name.isascii() else unicodedata.normalize("NFC", clean_value(name))


def why_unsafe(name: str) -> str | None:
    """Return why a name inside an archive must not be used, or None."""
    if len(name) > MAX_NAME:
        return f"its name is longer than {MAX_NAME:,} characters"
    if name.count("/") > MAX_DEPTH:
        return f"more than {MAX_DEPTH} folders in its name"
    if _CONTROL.search(name):
        return "control characters in its name"
    if "\\" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "an unsafe name that points outside the archive"
    return None


def is_junk(name: str) -> bool:
    """Say whether it is what operating systems leave behind."""
    last = name.rpartition("/")[2].casefold()
    return last.startswith("._") or last in _JUNK or "__MACOSX" in name.split("/")


def is_media(name: str) -> bool:
    """Say whether it is a picture, a film or sound, by its extension or its folder (`tweets_media/`)."""
    folded = name.casefold()
    extension = folded.rpartition(".")[2]
    if extension in _MEDIA:
        return True
    return extension not in _DATA and any(_MEDIA_FOLDER.search(folder) for folder in folded.split("/")[:-1])


class Skipped:
    """Collects the members that were left out; many with the same reason become one problem."""

    def __init__(self, archive: str, many: str = "more members skipped") -> None:
        """Take what stands for those that are not named one by one, and what to call them there."""
        self._archive = archive
        self._many = many
        self._problems: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def add(self, where: str, reason: str, kind: str | None = None) -> None:
        """Note one member and why it was skipped; `kind` is what the reason has in common with others."""
        kind = reason if kind is None else kind
        self._counts[kind] += 1
        if self._counts[kind] <= _SHOWN:
            shown = _CONTROL.sub("\ufffd", clean_value(where[:_SHOWN_NAME])) or "(no name)"
            self._problems.append(Problem(shown, reason))

    def problems(self) -> list[Problem]:
        """Return one problem for each, or for the many beyond the first twenty."""
        more = [
            Problem(self._archive, f"{count - _SHOWN:,} {self._many}: {reason}")
            for reason, count in self._counts.items()
            if count > _SHOWN
        ]
        return self._problems + more
