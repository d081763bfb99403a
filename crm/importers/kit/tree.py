"""Makes one tree of members of the parts of an export.

The decision to know: nothing is dropped in silence. Where two members have one name, a rule decides and a
problem names it: inside one part the later one counts, as after unpacking; from two parts both are kept,
the second under a numbered name, unless they are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.containers import Part
from crm.importers.kit.members import Member, Skipped, fold
from crm.importers.kit.streams import Counted
from crm.importers.kit.zips import ZipSource

# Folders that belong to an export itself, and are not the wrapping of one, even if all its files are in them.
_OWN = frozenset(
    ("cur", "data", "inbox", "messages", "new", "posts", "your_facebook_activity", "your_instagram_activity")
)
_COMPARED = 1 << 20
_MOST_WRAPPINGS = 8  # each looks at every name; a ZIP in a folder in a folder in `Takeout` has four


class Tree(NamedTuple):
    """All members under their final names."""

    members: dict[str, Member]
    """By folded name."""
    outer: str
    """The folder around everything, which the names no longer show; also the folder the user named."""
    problems: list[Problem]


def merge(parts: Sequence[Part]) -> Tree:
    """Return the members of all parts as one tree without the folders around it."""
    problems = [problem for part in parts for problem in part.problems]
    members: dict[str, Member] = {}
    for part in parts:
        twice = Skipped(part.path.name, "more members")
        own = _of_one_part(_unwrapped(part) if len(parts) > 1 else part.members, twice)
        problems += twice.problems()
        if not members:
            members = own
            continue
        for member in own.values():
            _add(members, member, part.path, problems)
    outer, stripped = _strip(list(members.values()))
    if not outer and parts[0].kind == "folder":
        outer = parts[0].path.name
    return Tree({fold(member.name): member for member in stripped}, outer, problems)


def _of_one_part(found: Iterable[Member], twice: Skipped) -> dict[str, Member]:
    members: dict[str, Member] = {}
    for member in found:
        before = members.get(fold(member.name))
        members[fold(member.name)] = member
        if before is not None and before.name == member.name:
            twice.add(member.name, "it is there twice; the later one counts")
        elif before is not None:
            reason = f'only upper and lower case tell it from "{before.name}"; the one named here counts'
            twice.add(member.name, reason, "only upper and lower case tell them apart; the last one counts")
    return members


def _add(members: dict[str, Member], member: Member, part: Path, problems: list[Problem]) -> None:
    before = members.setdefault(fold(member.name), member)
    if before is member or _same(before, member):
        return
    number = 2
    while fold(name := _numbered(member.name, number)) in members:
        if _same(members[fold(name)], member):
            return
        number += 1
    members[fold(name)] = member._replace(name=name)
    reason = f"{part.name} holds another one with other content, which is read as {name}"
    problems.append(Problem(member.name, reason))


def _numbered(name: str, number: int) -> str:
    """Return `a/b~2.json` for `a/b.json`, which the same patterns match."""
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    return f"{folder}{slash}{stem or last}~{number}{dot}{extension if stem else ''}"


def _same(one: Member, other: Member) -> bool:
    if one.size != other.size:
        return False
    if isinstance(one.source, ZipSource) and isinstance(other.source, ZipSource):
        return one.source.checksum(one) == other.source.checksum(other)
    try:
        with (
            Counted(one.name, one.source.open(one)).buffered() as left,
            Counted(other.name, other.source.open(other)).buffered() as right,
        ):
            while (block := left.read(_COMPARED)) == right.read(_COMPARED):
                if not block:
                    return True
    except (ExportError, OSError):
        return False
    return False


def _unwrapped(part: Part) -> list[Member]:
    """Remove a folder that has the archive's own name: each part may have its own."""
    common = _common(part.members)
    stem = part.path.name.casefold().removesuffix(".gz").removesuffix(".tar").removesuffix(".tgz")
    if part.kind == "folder" or not common or common.casefold() != stem.removesuffix(".zip"):
        return part.members
    return _without(common, part.members)


def _strip(members: list[Member]) -> tuple[str, list[Member]]:
    """Remove one folder around everything.

    A ZIP inside, a folder in a folder of its name, and the `Takeout` that Google puts around all of its
    exports do not count as one.
    """
    outer = ""
    for _ in range(_MOST_WRAPPINGS):
        if not (common := _common(members)):
            break
        folded = common.casefold()
        if folded in _OWN or (outer and folded not in (outer.casefold(), "takeout")):
            break
        members = _without(common, members)
        outer = "" if folded.endswith(".zip") else common
    return outer, members


def _common(members: list[Member]) -> str:
    """Return the folder that holds everything, or nothing."""
    first = members[0].name.partition("/")[0] if members else ""
    prefix = f"{first}/"
    return first if all(member.name.startswith(prefix) for member in members) else ""


def _without(folder: str, members: list[Member]) -> list[Member]:
    return [member._replace(name=member.name[len(folder) + 1 :]) for member in members]
