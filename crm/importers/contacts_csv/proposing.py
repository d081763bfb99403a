"""What the columns of a plain table are taken to hold: by their titles first, then by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from crm.domain import handles
from crm.domain.columns import PROFILE, Field
from crm.domain.csvsafe import unguarded
from crm.domain.platforms import PLATFORMS
from crm.domain.text import folded
from crm.importers.contacts_csv.words import field_of, plain
from crm.importers.kit.people import keys
from crm.importers.kit.people.formats import Head

_NAME, _GIVEN, _FAMILY = Field("name"), Field("given name"), Field("family name")
_POINTS = frozenset({"email", "phone", PROFILE})
_ENOUGH = 0.6
"""The share of a column's cells that must look like addresses for it to be a column of them."""
_INTERNATIONAL = re.compile(r"(?:\+|00)[0-9][0-9 ()./-]{6,}")
_NAMELIKE = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,5}")
_BETWEEN = re.compile(r":::|[;,\n]")


class Column(NamedTuple):
    """One column and what it is taken to hold."""

    name: str
    """Normalised, as rows know it."""
    title: str
    """As written; its normalised name where it has none."""
    field: Field | None


def columns_of(head: Head) -> list[Column]:
    """Return every column of a table with what it is taken to hold."""
    named = [
        Column(name, title or name, field_of(title))
        for name, title in zip(head.columns, head.titles, strict=True)
    ]
    found = [
        column._replace(field=_by_values(head, column.name)) if column.field is None else column
        for column in named
    ]
    return _without_doubt(found, head) if any(head.titles) else _with_name(found, head)


def names_people(columns: Sequence[Column], head: Head) -> bool:
    """Say whether a table is one of people: a name and a way to reach them, or e-mail addresses at least."""
    reaches = {column.field.name for column in columns if column.field and _is_point(column.field)}
    if not reaches:
        return False
    named = any(
        column.field and column.field.name in ("name", "given name", "family name") for column in columns
    )
    addresses = [column for column in columns if column.field and column.field.name == "email"]
    shares = [_share(head, column.name, is_address) for column in addresses]
    if addresses and not any(share is None or share >= _ENOUGH for share in shares):
        return False
    return named or any(shares)


def _is_point(field: Field) -> bool:
    return field.name in _POINTS or field.name in PLATFORMS


def is_address(cell: str) -> bool:
    """Say whether a cell holds e-mail addresses, and nothing else."""
    return all(keys.address(part.strip()) is not None for part in _BETWEEN.split(cell.rstrip(" ;,")))


def _is_number(cell: str) -> bool:
    return _INTERNATIONAL.fullmatch(cell) is not None


def _is_profile(cell: str) -> bool:
    return "://" in cell and handles.from_url(cell) is not None


def _share(head: Head, column: str, looks: Callable[[str], bool]) -> float | None:
    """Return which share of a column's cells looks so; None when all are empty."""
    cells = [unguarded(cell).strip() for row in head.rows if (cell := row[column]).strip()]
    return sum(map(looks, cells)) / len(cells) if cells else None


def _by_values(head: Head, column: str) -> Field | None:
    kinds: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("email", is_address),
        ("phone", _is_number),
        (PROFILE, _is_profile),
    )
    return next((Field(name) for name, looks in kinds if (_share(head, column, looks) or 0) >= _ENOUGH), None)


def _with_name(columns: list[Column], head: Head) -> list[Column]:
    """Take the first column that looks like names for the names, in a table without a header."""
    for position, column in enumerate(columns):
        looks = _share(head, column.name, lambda cell: _NAMELIKE.fullmatch(cell) is not None)
        if column.field is None and (looks or 0) >= _ENOUGH:
            columns[position] = column._replace(field=_NAME)
            break
    return columns


def _without_doubt(columns: list[Column], head: Head) -> list[Column]:
    """Settle what a title means beside the others: `Name, Vorname`, `Nombre, Apellidos`, `Title, Job`."""
    fields = [column.field for column in columns]
    for position, column in enumerate(columns):
        if column.field == _NAME:
            columns[position] = column._replace(field=_name_beside(column, columns, head))
        elif plain(column.title) in ("title", "titre") and _has_other(fields, position, "title"):
            columns[position] = column._replace(field=Field("name prefix"))
        elif plain(column.title) == "apelido" and _has_other(fields, position, "family name"):
            columns[position] = column._replace(field=Field("nickname"))  # so in Brazil
    return columns


def _has_other(fields: Iterable[Field | None], position: int, name: str) -> bool:
    return any(field and field.name == name for i, field in enumerate(fields) if i != position)


def _name_beside(column: Column, columns: Sequence[Column], head: Head) -> Field:
    """Return whether a `Name` is the whole name, or the half that the other columns lack."""
    given = next((one.name for one in columns if one.field == _GIVEN), None)
    family = next((one.name for one in columns if one.field == _FAMILY), None)
    if (given is None) == (family is None):
        return _NAME
    half = given or family or ""
    rows = [row for row in head.rows if row[column.name].strip() and row[half].strip()]
    whole = sum(folded(row[half]) in folded(row[column.name]) for row in rows)
    if rows and whole > len(rows) / 2:
        return _NAME
    return _FAMILY if given is not None else _GIVEN
