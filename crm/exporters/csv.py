"""Contacts as a table: one line each, several values of a cell set apart by ` ::: ` as Google does.

Every cell is quoted and guarded, so that no spreadsheet takes what somebody calls themselves for a formula;
a semicolon in a cell ends nothing where that is the separator. Lines end in CRLF (RFC 4180), UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.domain.csvsafe import guarded

SEPARATOR = " ::: "
"""Between several values of one cell."""
_BOM = "\ufeff"


class Row(NamedTuple):
    """One line; the names of the fields are the header."""

    name: str
    nickname: str = ""
    organisation: str = ""
    title: str = ""
    birthday: str = ""
    """YYYY-MM-DD, or --MM-DD where the year is unknown."""
    anniversary: str = ""
    circle: str = ""
    tags: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    """Addresses of profiles, or platform:handle where there is none."""
    websites: tuple[str, ...] = ()
    notes: str = ""
    cadence_days: str = ""
    """The contact's own; 0 is never."""
    last_exchange: str = ""
    """ISO 8601 in UTC, as the following."""
    due: str = ""
    turn: str = ""
    archived: str = ""
    """`yes`, or nothing."""


def table(rows: Iterable[Row], *, excel: bool = False) -> Iterator[bytes]:
    """Yield the header and the lines.

    Args:
        rows: the contacts.
        excel: begin with a byte order mark, without which Excel takes UTF-8 for its own code page.

    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    if excel:
        text.write(_BOM)
    writer.writerow(Row._fields)
    for row in rows:
        writer.writerow([guarded(_cell(value)) for value in row])
        yield text.getvalue().encode("utf-8", "replace")
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue().encode("utf-8", "replace")


def _cell(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else SEPARATOR.join(value)
