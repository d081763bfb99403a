"""Which member of a Flickr export holds what.

The decision to know: the last part of a name decides. Flickr cuts its lists into `..._part001.json`, spreads
them over several ZIPs, and tools keep them flat beside the pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.flickr import shapes
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document, stream_array

T = TypeVar("T")


class Holds(StrEnum):
    """What a file holds."""

    PROFILE = "account_profile"
    TESTIMONIALS = "account_testimonials"
    CONTACTS = "contacts"
    FOLLOWERS = "followers"
    FAVES = "faves"
    PHOTO = "photo"
    ON_PHOTOS = "photos_comments"
    ON_SETS = "sets_comments"
    ON_GALLERIES = "galleries_comments"
    ON_APPS = "apps_comments"
    RECEIVED = "received_flickrmail"
    SENT = "sent_flickrmail"
    DISCUSSIONS = "group_discussions"


# `~2` is what we call the second of two members of one name, from two parts.
_PART = re.compile(r"([a-z]+(?:_[a-z]+)?)(?:_part_?\d+)?(?:~\d+)?\.json")
_PHOTO = re.compile(r"photo_\d+(?:~\d+)?\.json")
_PICTURES = re.compile(r"data-download-\d+", re.IGNORECASE)
_PICTURE = re.compile(r"_\d{5,}(?:_o)?\.[A-Za-z0-9]{3,4}")
_HEAD = 16384
_MOST_PEEKS = 30
# What tells Flickr's files from others of the same name: the first is in the photos' own files.
_SIGNS = (b'"photopage"', b"flickr.com", b"flic.kr")
_MAIL = frozenset((Holds.RECEIVED, Holds.SENT))
_BY_NAME = {what.value: what for what in Holds if what is not Holds.PHOTO}


class _Wrapped(msgspec.Struct, kw_only=True, gc=False):
    """A list under its name, which is not always the file's."""

    comments: msgspec.Raw = msgspec.Raw()
    faves: msgspec.Raw = msgspec.Raw()
    favorites: msgspec.Raw = msgspec.Raw()
    flickrmail: msgspec.Raw = msgspec.Raw()
    discussions: msgspec.Raw = msgspec.Raw()
    group_discussions: msgspec.Raw = msgspec.Raw()

    def any(self) -> msgspec.Raw | None:
        """Return the list there is."""
        lists = (
            self.comments,
            self.faves,
            self.favorites,
            self.flickrmail,
            self.discussions,
            self.group_discussions,
        )
        return next((found for found in lists if bytes(found)), None)


def holds(name: str) -> Holds | None:
    """Return what a member holds, by the last part of its name."""
    last = name.rpartition("/")[2].casefold()
    if _PHOTO.fullmatch(last):
        return Holds.PHOTO
    match = _PART.fullmatch(last)
    return _BY_NAME.get(match[1]) if match else None


def is_ours(export: Export) -> bool:
    """Say whether this is an export of Flickr, or files out of one."""
    peeks = 0
    for name in export.find("*.json"):
        what = holds(name)
        if what is None:
            continue
        if _is_flickrs(export.peek(name, _HEAD), what):
            return True
        peeks += 1
        if peeks == _MOST_PEEKS:
            return False
    return is_pictures(export)


def _is_flickrs(head: bytes, what: Holds) -> bool:
    if what is Holds.PROFILE:
        return b'"nsid"' in head
    if what in _MAIL:
        return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    return any(sign in head for sign in _SIGNS)


def is_pictures(export: Export) -> bool:
    """Say whether this is one of the ZIPs of an export that have the pictures and nothing else."""
    if not _PICTURES.match(export.path.name) or export.find("*.json"):
        return False
    return all(_PICTURE.search(name) for name in export.names)


@dataclass
class Layout:
    """The files of an export by what they hold, in the order of their names."""

    export: Export
    files: dict[Holds, list[str]] = field(default_factory=dict)

    def of(self, *what: Holds) -> list[str]:
        """Return the files that hold one of these."""
        return [name for kind in what for name in self.files.get(kind, ())]

    def rows(self, name: str, kind: type[T]) -> Iterator[tuple[T, str] | Problem]:
        """Yield the elements of a list, bare or under a name, with their place."""
        if self.export.peek(name, 512).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            with self.export.open(name) as stream:
                yield from _placed(stream_array(stream, kind, name), name)
            return
        wrapped = self.document(name, _Wrapped)
        if isinstance(wrapped, Problem):
            yield wrapped
            return
        raw = wrapped.any()
        if raw is None:
            yield Problem(name, "holds no list that crm knows")
            return
        yield from _placed(shapes.items(raw, kind, name), name)

    def document(self, name: str, kind: type[T]) -> T | Problem:
        """Return a file that holds one object; one that is damaged is a `Problem`."""
        with self.export.open(name) as stream:
            try:
                return read_document(stream, kind, name)
            except ExportError as error:
                return Problem(name, f"could not be used: {error.message.removeprefix(name).strip()}")


def _placed(found: Iterator[T | Problem], name: str) -> Iterator[tuple[T, str] | Problem]:
    for number, row in enumerate(found):
        yield row if isinstance(row, Problem) else (row, f"{name}[{number}]")


def scan(export: Export) -> Layout:
    """Find the files of an export; none where it is one of the ZIPs with pictures."""
    layout = Layout(export)
    for name in export.find("*.json"):
        what = holds(name)
        if what is not None:
            layout.files.setdefault(what, []).append(name)
    return layout
