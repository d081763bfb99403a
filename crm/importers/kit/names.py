"""Finding members by name and pattern, and listing those nobody read.

The decision to know: patterns are tried only on the names with their extension, so that twenty importers
asking for `*.json` cost nothing in a mail folder of a hundred thousand files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from fnmatch import translate
from itertools import groupby

from crm.importers.kit.members import fold, is_media

_WILD = re.compile(r"[*?\[\]]")
_ALIKE = 3


class Names:
    """The names of an export, sorted, with an index."""

    def __init__(self, names: Iterable[str], outer: str) -> None:
        """Take the names, and the folder around them that patterns may mention."""
        self.names = tuple(sorted(names))
        self._folded = [fold(name) for name in self.names]
        self._outer = f"{fold(outer)}/" if outer else ""
        self._by_extension: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._folded):
            self._by_extension[name.rpartition(".")[2]].append(number)
        self._found: dict[str, tuple[int, ...]] = {}

    def find(self, patterns: Iterable[str]) -> list[str]:
        """Return the names that match any of the patterns, sorted."""
        numbers = {number for pattern in patterns for number in self._matches(fold(pattern))}
        return [self.names[number] for number in sorted(numbers)]

    def without_outer(self, folded: str) -> str:
        """Return a folded name without the folder around everything."""
        return folded.removeprefix(self._outer)

    def _matches(self, pattern: str) -> tuple[int, ...]:
        found = self._found.get(pattern)
        if found is None:
            matches = re.compile(translate(pattern)).match
            found = tuple(
                number
                for number in self._candidates(pattern)
                if matches(name := self._folded[number])
                or matches(name.rpartition("/")[2])
                or (self._outer and matches(self._outer + name))
            )
            self._found[pattern] = found
        return found

    def _candidates(self, pattern: str) -> Iterable[int]:
        literal = _WILD.split(pattern)[-1]
        if "." in literal:
            return self._by_extension.get(literal.rpartition(".")[2], ())
        return range(len(self.names))


def unread_list(names: Iterable[str], unread: Iterable[str]) -> list[str]:
    """Return the unread names, sorted, with one entry for each folder of nothing but unread media.

    `names` are all of the export. Folders that differ in one place only (the photos of each chat) share
    an entry: `messages/*/photos/ (812 files)`.
    """
    left = list(unread)
    media = [name for name in left if is_media(name)]
    mixed = {folder for name in set(names).difference(media) for folder in _folders(name)}
    listed = [name for name in left if not is_media(name)]
    counts: dict[str, int] = defaultdict(int)
    for name in media:
        own = [folder for folder in _folders(name) if folder not in mixed]
        counts[own[0] if own else name.rpartition("/")[0]] += 1
    pure = {folder: count for folder, count in counts.items() if folder not in mixed and folder}
    for folder in counts.keys() - pure.keys():
        listed += _beside_others(folder, counts[folder], media)
    return sorted(listed + _grouped(pure))


def _folders(name: str) -> list[str]:
    """Return the folders around a name, the outermost first."""
    parts = name.split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _beside_others(folder: str, count: int, media: list[str]) -> list[str]:
    """Return the entry for media that lie beside other files in one folder."""
    if count == 1:
        return [name for name in media if name.rpartition("/")[0] == folder]
    return [f"{folder}/ ({count:,} media files)" if folder else f"{count:,} media files"]


def _grouped(counts: dict[str, int]) -> list[str]:
    def pattern(folder: str) -> str:
        parts = folder.split("/")
        return "/".join((*parts[:-2], "*", parts[-1])) if len(parts) > 2 else folder

    lines = []
    for place, group in groupby(sorted(counts, key=pattern), key=pattern):
        folders = list(group)
        if len(folders) > _ALIKE:
            lines.append(_line(place, sum(counts[folder] for folder in folders)))
        else:
            lines += [_line(folder, counts[folder]) for folder in folders]
    return lines


def _line(folder: str, count: int) -> str:
    return f"{folder}/ ({count:,} file{'s' if count > 1 else ''})"
