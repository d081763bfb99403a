"""What a path is: exactly one importer must claim it; a folder of downloads is several exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from crm.domain.errors import ExportError
from crm.importers import load_all
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Importer
from crm.services import restoring
from crm.services.views import Recognised

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2")
_PART = re.compile(
    r"[-_ .(]*(?:(?:part|pt)[-_ .]*\d{1,3}|[-_.]\d{3})\)?$"
    r"|(?<=data-download)[-_]\d{1,3}$"  # Flickr
    r"|(?<=-\d{4}-\d\d-\d\d)-[A-Za-z0-9]{6,10}$",  # Meta: something random behind the day
    re.IGNORECASE,
)
"""`-part1`, `_pt2`, `-001`: how platforms name the parts of one export. A date's day is no part."""
_INNER = frozenset(("posts.zip", "tweet_media.zip", "direct_message_media.zip", "profile_media.zip"))
"""Archives that lie inside of exports (Tumblr, X in 2019), and are none of their own in an unpacked one."""
_TAKEOUT = re.compile(r"(takeout-.{4,60})-\d{3}(?:\.zip|\.tgz|\.tar\.gz)", re.IGNORECASE)
"""`takeout-20240501T120000Z-001.zip`, and since 2024 `takeout-20240501T120000Z-1-001.zip`."""
_DEEPEST = 3
"""Folders inside folders that are looked into: a downloads folder, not a whole disk."""


_UNKNOWN_HINT = "the README and the Import screen list what can be read, and how to get it"


def recognise(paths: Sequence[Path]) -> list[Recognised]:
    """Say what each path is; several parts of one export become one entry, a folder may become several."""
    importers = load_all()
    found: list[Recognised] = []
    for parts in _with_their_parts(paths):
        found.extend(_look(parts, importers, _DEEPEST))
    return _joined(found)


def _with_their_parts(paths: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Return the paths, those together that are the parts of one Takeout, in the order of their numbers.

    Google fills ZIP after ZIP, so a part may hold a piece of a product by which nobody would know it.
    """
    together: dict[tuple[Path, str], list[Path]] = {}
    for path in paths:
        match = _TAKEOUT.fullmatch(path.name)
        together.setdefault((path.parent, match[1] if match else path.name), []).append(path)
    return [tuple(dict.fromkeys(sorted(parts))) for parts in together.values()]


def _look(parts: tuple[Path, ...], importers: Sequence[Importer], depth: int) -> list[Recognised]:
    path = parts[0]
    try:
        return _claimed(parts, importers) if len(parts) > 1 else _look_closely(path, importers, depth)
    except OSError as error:
        said = error.strerror or type(error).__name__
        hint = "mend its permissions" if isinstance(error, PermissionError) else "check the name"
        return [Recognised((str(path),), None, "", f"cannot read {path}: {said}", hint)]


def _look_closely(path: Path, importers: Sequence[Importer], depth: int) -> list[Recognised]:
    claimed = _claimed((path,), importers)
    if len(claimed) > 1 or not path.is_dir() or depth == 0:
        return claimed
    [whole] = claimed
    if whole.importer is not None and not _archives(path):
        return [whole]
    inside = _inside(path, importers, depth)
    known = [one for one in inside if one.importer]
    if not known or (whole.importer is not None and len(known) == 1):
        return [whole]
    return inside


def _inside(folder: Path, importers: Sequence[Importer], depth: int) -> list[Recognised]:
    """Look at what a folder holds, one by one.

    Files of one importer belong together, and where all files are one importer's or unknown, the unknown
    ones belong to it as well: the report then lists them as unread.
    """
    found: list[Recognised] = []
    ours: list[Recognised] = []
    loose: dict[str, Recognised] = {}
    children = [
        child
        for child in sorted(folder.iterdir())
        if not child.name.startswith((".", "__MACOSX")) and not child.is_symlink()
    ]
    for parts in _with_their_parts(children):
        child = parts[0]
        for one in _look(parts, importers, depth - 1):
            if one.importer == restoring.NAME:
                ours.append(_not_by_the_way(one))
                continue
            together = one.importer is not None and child.is_file() and not _is_archive(child)
            if not together or one.importer is None:
                found.append(one)
            elif one.importer in loose:
                first = loose[one.importer]
                loose[one.importer] = Recognised(first.paths + one.paths, first.importer, first.title)
            else:
                loose[one.importer] = one
    unknown = [one for one in found if one.importer is None and Path(one.paths[0]).is_file()]
    if len(loose) == 1 and unknown:
        [(name, first)] = loose.items()
        paths = first.paths + tuple(
            path for one in unknown for path in one.paths if not _is_archive(Path(path))
        )
        if _is_one_export(name, paths, importers):
            loose[name] = Recognised(paths, first.importer, first.title)
            found = [one for one in found if one.importer is not None or not set(one.paths) <= set(paths)]
    return [*loose.values(), *found, *ours]


def _is_one_export(name: str, paths: Sequence[str], importers: Sequence[Importer]) -> bool:
    """Say whether an importer takes these files for one export; some know no strangers among theirs."""
    try:
        with Export([Path(path) for path in paths]) as export:
            return any(importer.identify(export) for importer in importers if importer.name == name)
    except ExportError:
        return False


def _not_by_the_way(found: Recognised) -> Recognised:
    """Leave an export of crm's own alone that lies among downloads: restoring is done on purpose."""
    reason = f"{found.paths[0]} holds everything of a crm database"
    return Recognised(found.paths, None, "", reason, "name the file itself to restore it")


def _claimed(parts: tuple[Path, ...], importers: Sequence[Importer]) -> list[Recognised]:
    """Ask every importer about one export; an archive of several exports gives several answers."""
    path, name = parts[0], tuple(map(str, parts))
    try:
        with Export(parts) as export:
            if restoring.is_ours(export):
                return [Recognised(name, restoring.NAME, restoring.TITLE)]
            claims = [importer for importer in importers if importer.identify(export)]
            takeout = _is_takeout(export)
            if takeout or (len(claims) > 1 and not path.is_dir()):
                services = _services(name, export, importers)
                if len(services) > (0 if takeout else 1):
                    return services
            names = export.names
    except ExportError as error:
        return [Recognised(name, None, "", error.message, error.hint)]
    if len(claims) == 1:
        return [Recognised(name, claims[0].name, claims[0].title)]
    if claims:
        both = " and ".join(importer.title for importer in claims)
        reason = f"{path} could be {both}"
        return [Recognised(name, None, "", reason, "import the files of each on their own")]
    looked = f"looked at {len(names):,} files in it" if len(names) > 1 else "looked at its name and beginning"
    return [Recognised(name, None, "", f"{path} is no export that crm knows ({looked})", _UNKNOWN_HINT)]


def _is_takeout(export: Export) -> bool:
    """Say whether it is Google's Takeout, in which every product has its folder."""
    return "takeout" in export.outer.casefold().split("/") or bool(export.find("archive_browser.html"))


def _services(name: tuple[str, ...], export: Export, importers: Sequence[Importer]) -> list[Recognised]:
    """Return the exports in the folders of an archive; folders of one importer are one export."""
    folders: dict[str, list[str]] = {}
    beside: list[str] = []
    titles = {importer.name: importer.title for importer in importers}
    for folder in sorted({member.partition("/")[0] for member in export.names if "/" in member}):
        part = export.part(folder)
        claims = [importer.name for importer in importers if importer.identify(part)]
        if len(claims) == 1:
            folders.setdefault(claims[0], []).append(folder)
        else:
            beside.append(folder)
    services = [
        Recognised(name, importer, titles[importer], folders=tuple(found))
        for importer, found in sorted(folders.items())
    ]
    return [replace(service, beside=() if at else tuple(beside)) for at, service in enumerate(services)]


def _joined(found: Sequence[Recognised]) -> list[Recognised]:
    """Join the parts of one export: `x-part1.zip` and `x-part2.zip`, side by side, of one importer."""
    joined: dict[tuple[str | None, str], Recognised] = {}
    for one in found:
        path = Path(one.paths[0])
        stem = path.name.removesuffix(path.suffix)
        part = one.importer is not None and len(one.paths) == 1 and _is_archive(path) and _PART.search(stem)
        key = (one.importer, str(path.with_name(_PART.sub("", stem))) if part else "\0".join(one.paths))
        if key in joined and one.importer is not None:
            first = joined[key]
            if set(one.paths) - set(first.paths):
                joined[key] = replace(
                    first,
                    paths=first.paths + one.paths,
                    folders=tuple(dict.fromkeys(first.folders + one.folders)),
                    beside=tuple(dict.fromkeys(first.beside + one.beside)),
                )
        else:
            joined[key] = one
    return list(joined.values())


def _archives(folder: Path) -> bool:
    return any(_is_archive(child) and child.name.casefold() not in _INNER for child in folder.iterdir())


def _is_archive(path: Path) -> bool:
    return path.name.casefold().endswith(_ARCHIVES)
