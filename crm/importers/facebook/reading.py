"""Reading the lists of an export, one file after the other, and the moments in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Precision, Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import UNREADABLE, decode_patiently, decoders
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.jsonstream import decode_each, read_document
from crm.importers.kit.meta.threads import moment
from crm.importers.kit.times import Moment

T = TypeVar("T")

_INNER = ("activity_log_data", "data", "events_joined", "events_declined", "events_interested")


def rows(export: Export, name: str, kind: type[T]) -> Iterator[T | Problem]:
    """Yield the records of a file that is a list, or has one under its first key.

    A record that cannot be read is a `Problem`, a file that is damaged or cut off one more, behind what
    could be read of it.
    """
    try:
        with export.open(name) as stream:
            found = ListIn(stream, kind, name)
            yield from found
            rest = found.around(dict[str, msgspec.Raw]) if found.key is None else None
        if rest:
            yield from _inner(rest, kind, name)
    except ExportError as error:
        yield Problem(name, f"could not be read to its end: {error.message}")


def _inner(document: dict[str, msgspec.Raw], kind: type[T], name: str) -> Iterator[T | Problem]:
    """Yield the records of a list one level further inside: `{"pokes_v2": {"data": [...]}}`."""
    one, _ = decoders(dict[str, msgspec.Raw])
    many, _ = decoders(list[msgspec.Raw])
    for key, raw in document.items():
        try:
            lists = one.decode(raw)
        except UNREADABLE:
            continue  # a list without records, or null
        for inner in _INNER:
            if inner in lists and lists[inner] != b"null":
                found = decode_patiently(many, bytes(lists[inner]), f"{name}: {key}.{inner}", None)
                if isinstance(found, Problem):
                    yield found
                else:
                    yield from decode_each(found, kind, name)


def readable(export: Export, name: str, kind: type[T]) -> Iterator[T]:
    """Yield the records that can be read, for a first pass that reports nothing."""
    for row in rows(export, name, kind):
        if not isinstance(row, Problem):
            yield row


def document(export: Export, name: str, kind: type[T]) -> T | Problem:
    """Return a small file as a whole, or the `Problem` with it."""
    try:
        with export.open(name) as stream:
            return read_document(stream, kind, name)
    except ExportError as error:
        return Problem(name, f"could not be read: {error.message}")


def when(seconds: float | None) -> Moment:
    """Return seconds since 1970 UTC as a moment."""
    at = moment(seconds)
    return Moment(at, Precision.UNKNOWN if at is None else Precision.SECOND)
