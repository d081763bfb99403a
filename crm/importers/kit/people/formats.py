"""Whose table a table of people is: that of Google, Outlook or Thunderbird, told by its header.

They are told apart here rather than in their importers because the importer of plain tables, which reads
everybody else's, has to know what is none of its business, and importers do not know each other.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.people.steps import Plan, outlook, thunderbird
from crm.importers.kit.tables import Row, Table

_ENDINGS = (".csv", ".tsv", ".tab")
_COMPANIONS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".md", "archive_browser.html")
_MOST_FILES = 200
_PEEK = 1 << 15
"""Bytes: a header of Outlook has 3,000, one of Google 4,000 and more."""
_FEW_ROWS = 50
_MOST_COLUMNS = 1000
_NUMBERED = re.compile(r"(?:e-mail|phone) \d{1,3} - (?:value|type|label)")
_GOOGLE = ({"phonetic first name", "file as", "labels"}, {"yomi name", "group membership"})
_NAMES_BESIDE = {"first name", "given name", "name", "last name"}
_TELLING = 10
"""So many of its columns make a table that of a program which writes forty to a hundred."""


class Head(NamedTuple):
    """The beginning of a table."""

    columns: tuple[str, ...]
    """Normalised."""
    titles: tuple[str, ...]
    """As written."""
    rows: tuple[Row, ...]


def find_tables(export: Export) -> list[str]:
    """Return every table of an export by its ending; `.txt` where there is nothing else."""
    names = [name for name in export.names if export.size(name)]
    if len(names) == 1 and names[0].casefold().endswith(".txt"):  # what Outlook calls tab separated values
        return names
    return [name for name in names if name.casefold().endswith(_ENDINGS)]


def consists_of(export: Export, is_ours: Callable[[str], bool]) -> bool:
    """Say whether an export has nothing but tables that are ours, and pictures perhaps."""
    if len(export.names) > _MOST_FILES:
        return False
    tables = find_tables(export)
    others = set(export.names) - set(tables)
    if not tables or not all(name.casefold().endswith(_COMPANIONS) for name in others if export.size(name)):
        return False
    return all(map(is_ours, tables))


def tables_of(export: Export, is_ours: Callable[[Head], bool]) -> list[str]:
    """Return the tables of an export that are ours, whatever lies beside them."""
    return [name for name in find_tables(export) if is_ours(head_of(export, name))]


def is_all(export: Export, is_ours: Callable[[Head], bool]) -> bool:
    """Say whether an export has nothing but tables whose header is ours, and pictures perhaps."""
    return consists_of(export, lambda name: is_ours(head_of(export, name)))


def head_of(export: Export, name: str, headless: bool = False) -> Head:
    """Return the header and the first rows of a table; the first line that is not empty is the header."""
    return _head(export.peek(name, _PEEK), headless)


@lru_cache(maxsize=8)  # every importer asks for the same few
def _head(data: bytes, headless: bool) -> Head:
    table = Table(io.BytesIO(data), "", headless=headless, mendable=True)
    if len(table.columns) > _MOST_COLUMNS:
        return Head((), (), ())
    rows: list[Row] = []
    for row in table:
        if isinstance(row, Row):
            rows.append(row)
        if len(rows) > _FEW_ROWS:
            break
    if len(data) == _PEEK:  # the last row may be cut off
        rows = rows[:-1]
    return Head(table.columns, table.titles, tuple(rows[:_FEW_ROWS]))


def is_google(head: Head) -> bool:
    """Say whether a table is of Google Contacts, of any year."""
    columns = set(head.columns)
    if any(columns >= needed for needed in _GOOGLE):
        return True
    return bool(columns & _NAMES_BESIDE) and any(_NUMBERED.fullmatch(column) for column in columns)


def outlook_language(columns: Sequence[str]) -> str | None:
    """Return the language of Outlook whose columns these are, or None when they are not Outlook's."""
    return _language(columns, outlook()) if thunderbird_language(columns) is None else None


def is_outlook(head: Head) -> bool:
    """Say whether a table is of Outlook in a language that is known."""
    return outlook_language(head.columns) is not None and not is_google(head)


def thunderbird_language(columns: Sequence[str]) -> str | None:
    """Return the language of Thunderbird whose columns these are, or None when they are not its own."""
    return _language(columns, thunderbird())


def is_thunderbird(head: Head) -> bool:
    """Say whether a table is of Thunderbird in a language that is known."""
    return thunderbird_language(head.columns) is not None and not is_google(head)


def _language(columns: Sequence[str], languages: Mapping[str, Plan]) -> str | None:
    """Return the language most of the columns are written in, if these are a program's own at all."""
    found = set(columns)
    language = max(languages, key=lambda one: len(found & languages[one].keys()))
    kinds = {(step.kind, step.slot) for column, step in languages[language].items() if column in found}
    is_address_book = ("email", "1") in kinds and ("given", "") in kinds
    return language if is_address_book and len(kinds) >= _TELLING else None
