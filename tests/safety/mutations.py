"""Ways to spoil an export: bytes, words, JSON values, table cells, headers, archives, databases.

The decision to know: every choice comes from the `random.Random` that is handed in, and from nothing else, so
that one number brings back one spoiled export.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import Any

from extremes import BYTES, NUMBERS, RAW, RAW_JSON, TEXTS, TIMES
from repositories import swap_in_repository

_TOKEN = re.compile(rb'-?\d+(?:\.\d+)?|"[^"\n]{0,200}"|>[^<]{1,200}<|[A-Za-z0-9_.@:/+-]+')
_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,300}>")
_INNER = re.compile(rb'(?<=[>"])([^<>"]{1,300})(?=[<"])')
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_JS = re.compile(rb"\s*(?:window\.[\w.]+|(?:var|const|let)\s+\w+)\s*=\s*")
_MOST_TOKENS = 1 << 18
_MOST = 4 << 20
"""Bytes of a spoiled file; size alone is not what is tried here."""

Mutator = Callable[[bytes, random.Random], bytes]


def text_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def extreme(dice: random.Random) -> str:
    way = dice.randrange(4)
    if way == 0:
        return dice.choice(TIMES)
    if way == 1:
        return str(dice.choice(NUMBERS))
    return dice.choice(TEXTS)


def extreme_value(dice: random.Random) -> Any:
    """Return something that JSON can carry where something else is expected."""
    way = dice.randrange(8)
    if way < 2:
        return dice.choice(TEXTS)
    if way == 2:
        return dice.choice(NUMBERS)
    if way == 3:
        return dice.choice(TIMES)
    if way == 4:
        return RAW % dice.randrange(len(RAW_JSON))
    plain: tuple[Any, ...] = (
        None,
        True,
        False,
        1.5,
        -0.0,
        1e308,
        1e18,
        [],
        {},
        [[]],
        [None],
        {"": None},
        [1],
    )
    return dice.choice(plain)


def flip(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(dice.randrange(1, 8)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def remove(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice((1, 2, 5, 40, 400)) :]


def repeat(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    stretch = data[at : at + dice.choice((1, 20, 200, 4000))]
    return data[:at] + stretch * dice.choice((2, 3, 50)) + data[at:]


def insert(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(BYTES) + data[at:]


def insert_text(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + text_bytes(extreme(dice)) + data[at:]


def swap_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    if dice.randrange(3) == 0:
        del lines[dice.randrange(len(lines))]
    return b"".join(lines)


def swap_word(data: bytes, dice: random.Random) -> bytes:
    """Replace one word, number, quoted text or text between tags by something extreme."""
    start = dice.randrange(max(1, len(data) - _MOST_TOKENS))
    found = [match.span() for match in _TOKEN.finditer(data, start, start + _MOST_TOKENS)]
    for begin, end in sorted(dice.sample(found, min(len(found), dice.choice((1, 1, 1, 3)))), reverse=True):
        old, new = data[begin:end], text_bytes(extreme(dice))
        if old[:1] in b'">' and len(old) > 1:
            new = old[:1] + new + old[-1:]
        data = data[:begin] + new + data[end:]
    return data


def swap_markup(data: bytes, dice: random.Random) -> bytes:
    """Replace a text between tags or in an attribute by something extreme, so that the rest stays sound."""
    found = [match.span(1) for match in _INNER.finditer(data, 0, _MOST_TOKENS)]
    for begin, end in sorted(dice.sample(found, min(len(found), dice.choice((1, 1, 2, 5)))), reverse=True):
        new = _CONTROL.sub("?", escape(extreme(dice)))
        data = data[:begin] + new.encode("utf-8", "replace") + data[end:]
    return data


def swap_tags(data: bytes, dice: random.Random) -> bytes:
    """Move, repeat, nest or drop tags."""
    found = [match.span() for match in _TAG.finditer(data, 0, _MOST_TOKENS)]
    if len(found) < 2:
        return flip(data, dice)
    (a, b), (c, d) = sorted(dice.sample(found, 2))
    way = dice.randrange(4)
    if way == 0:
        return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]
    if way == 1:
        return data[:a] + data[b:]
    if way == 2:
        return data[:b] + data[a:b] * dice.choice((1, 300, 5000)) + data[b:]
    return data[:d] + data[a:d] + data[d:]


def encoded_otherwise(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(
        dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "utf-7", "cp1252", "utf-32")), "replace"
    )


def swap_json(data: bytes, dice: random.Random) -> bytes:
    """Replace one to three values of a JSON document by others, or move them."""
    match = _JS.match(data)
    prefix, body = (data[: match.end()], data[match.end() :]) if match else (b"", data)
    lines = body.splitlines() if not match else [body]
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        number = dice.randrange(max(1, len(lines)))  # perhaps JSON Lines
        try:
            document = json.loads(lines[number])
        except (ValueError, IndexError, RecursionError):
            return swap_word(data, dice)
        lines[number] = _dumped(_spoiled(document, dice), dice)
        return prefix + b"\n".join(lines)
    return prefix + _dumped(_spoiled(document, dice), dice)


def _spoiled(document: Any, dice: random.Random) -> Any:
    for _ in range(dice.choice((1, 1, 2, 3))):
        places = list(_places(document))
        if not places:
            return extreme_value(dice)
        holder, key = dice.choice(places)
        way = dice.randrange(6)
        if way == 0 and isinstance(holder, dict):
            del holder[key]
        elif way == 1:
            other, other_key = dice.choice(places)
            holder[key] = deepcopy(other[other_key])
        elif way == 2 and isinstance(holder, dict):
            holder[extreme(dice)] = holder.pop(key)
        elif way == 3 and isinstance(holder, list):
            holder[key:key] = [holder[key]] * dice.choice((1, 2, 30))
        else:
            holder[key] = extreme_value(dice)
    return document


def _places(value: Any) -> Any:
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = (
            list(holder)
            if isinstance(holder, dict)
            else range(len(holder))
            if isinstance(holder, list)
            else ()
        )
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


def _dumped(document: Any, dice: random.Random) -> bytes:
    plain = dice.randrange(2) == 0
    text = json.dumps(document, ensure_ascii=plain, indent=dice.choice((None, None, 1)))
    for number, raw in enumerate(RAW_JSON):
        text = text.replace(json.dumps(RAW % number), raw)
    return text_bytes(text)


def swap_cells(data: bytes, dice: random.Random) -> bytes:
    """Change cells, columns and rows of a table."""
    text = data.decode("utf-8", "replace")
    delimiter = max(",;\t", key=text[:2000].count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter))
    except csv.Error:
        return flip(data, dice)
    rows = [row for row in rows if row] or [[""]]
    for _ in range(dice.choice((1, 2, 4))):
        row = dice.choice(rows)
        way = dice.randrange(7)
        place = dice.randrange(len(row)) if row else 0
        if way == 0 and row:
            del row[place]
        elif way == 1:
            row.extend([extreme(dice)] * dice.choice((1, 3, 40)))
        elif way == 2:
            rows[0].insert(0, dice.choice(rows[0] or [""]))
        elif way == 3:
            rows.insert(dice.randrange(len(rows)), list(rows[0]))
        elif row:
            row[place] = extreme(dice)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=dice.choice(("\r\n", "\n"))).writerows(rows)
    return text_bytes(out.getvalue())


def swap_header(data: bytes, dice: random.Random) -> bytes:
    """Change one `Name: value` line of a message, a card or a chat, or add one."""
    lines = data.splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if b":" in line[:80]]
    if not at:
        return flip(data, dice)
    number = dice.choice(at)
    name, _, value = lines[number].partition(b":")
    new = text_bytes(extreme(dice))
    way = dice.randrange(6)
    if way == 0:
        lines[number] = name + b": " + new + b"\n"
    elif way == 1:
        lines[number] = new + b":" + value
    elif way == 2:
        lines.insert(number, lines[dice.choice(at)])
    elif way == 3:
        lines[number] = name + b";" + new + b":" + value
    elif way == 4:
        lines[number] = name + b": " + value.strip() * 200 + b"\n " + new + b"\n"
    else:
        lines[number] = name + b":" + lines[dice.choice(at)].partition(b":")[2]
    return b"".join(lines)


def swap_in_database(data: bytes, dice: random.Random, folder: Path) -> bytes:
    """Change a value of a SQLite database by SQL, so that the file itself stays sound."""
    path = folder / "fuzzed.db"
    path.write_bytes(data)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            tables = [
                str(row[0]) for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            for _ in range(dice.choice((1, 3))):
                table = dice.choice(sorted(tables))
                columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
                column, value = dice.choice(columns), _sql_value(dice)
                where = "" if dice.randrange(4) == 0 else "WHERE rowid % 3 = 0"
                database.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? {where}', (value,))
        return path.read_bytes()
    except (sqlite3.Error, OverflowError):
        return flip(data, dice)
    finally:
        path.unlink(missing_ok=True)


def _sql_value(dice: random.Random) -> Any:
    way = dice.randrange(5)
    if way == 0:
        return None
    if way == 1:
        return dice.choice((0, -1, 2**63 - 1, -(2**63), 10**12, 1e300, float("inf"), -1.5))
    if way == 2:
        return dice.choice(BYTES) * 3
    return extreme(dice).encode("utf-8", "replace").decode()


PLAIN: Sequence[Mutator] = (flip, cut, remove, repeat, insert, insert_text, swap_word, swap_word, swap_lines)
BY_KIND: dict[str, Sequence[Mutator]] = {
    "json": (swap_json,) * 20,
    "jsonl": (swap_json,) * 20,
    "js": (swap_json,) * 20,
    "csv": (swap_cells,) * 6,
    "tsv": (swap_cells,) * 6,
    "html": (*(swap_tags,) * 4, *(swap_markup,) * 4),
    "xml": (swap_tags, swap_tags, *(swap_markup,) * 20),
    "atom": (swap_tags, swap_tags, *(swap_markup,) * 20),
    "rss": (swap_tags, swap_tags, *(swap_markup,) * 20),
    "opml": (swap_tags, swap_tags, *(swap_markup,) * 20),
    "mbox": (swap_header,) * 9,
    "eml": (swap_header,) * 9,
    "vcf": (swap_header,) * 6,
    "txt": (swap_header,) * 3,
}


def spoil(name: str, data: bytes, others: Sequence[Path], dice: random.Random, folder: Path) -> bytes:
    """Return a file's bytes, spoiled in one to three ways.

    Args:
        name: of the file; its ending says what can be done to it.
        data: what is in it.
        others: files to take pieces from.
        dice: decides.
        folder: for a database, which cannot be changed in memory.

    """
    if data.startswith(b"SQLite format 3\0") and dice.randrange(4):
        return swap_in_database(data, dice, folder)
    if data.startswith(b"\x1f\x8b") and dice.randrange(2):
        return gzip.compress(spoil(name[:-3], gzip.decompress(data), others, dice, folder), 1, mtime=0)
    if name.endswith(".car") and dice.randrange(4):
        return swap_in_repository(data, dice, _spoiled)
    ways = (*PLAIN, encoded_otherwise, *BY_KIND.get(name.rpartition(".")[2].casefold(), ()))
    for _ in range(dice.choice((1, 1, 2, 3))):
        if not data:
            return text_bytes(extreme(dice))
        if dice.randrange(25) == 0:
            other = dice.choice(others).read_bytes()
            at, begin = dice.randrange(len(data)), dice.randrange(len(other) + 1)
            data = data[:at] + other[begin : begin + dice.choice((50, 500, 50_000))] + data[at:]
        else:
            data = dice.choice(ways)(data, dice)[:_MOST]
    return data
