"""Everything as one JSON array that can be read back: a header, then one object per row and line.

Each element says in `crm` what it is: `export` for the header, else the name of the row's table. What is null
is left out. The file can be written and read as a stream, and a row can be looked up with `grep`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

VERSION = 1
"""Of this form; raised when an older program could no longer read it."""
KIND = "crm"
"""The key under which an element says what it is."""
HEADER = "export"


def header(schema: str, made_at: str, rows: Mapping[str, int]) -> dict[str, Any]:
    """Return the first element.

    Args:
        schema: the revision of the database, which says what columns there are.
        made_at: ISO 8601.
        rows: how many there are of each table, so that a file that lost some is noticed.

    """
    return {KIND: HEADER, "version": VERSION, "schema": schema, "made_at": made_at, "rows": dict(rows)}


def array(first: Mapping[str, Any], batches: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield the file: the header, then the rows (anything that msgspec encodes), batch by batch."""
    encode = msgspec.json.Encoder().encode
    yield b"[\n" + json.dumps(dict(first)).encode("ascii")
    for batch in batches:
        lines = [encode(row) for row in batch]
        if lines:
            yield b",\n" + b",\n".join(lines)
    yield b"\n]\n"
