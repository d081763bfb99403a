"""CSV tables as rows by column name, streaming, with one `Problem` for each row that makes no sense.

The decision to know: `csv.reader` and not `DictReader`, and a broken row of several lines is read again
from its second line on. One quotation mark too many would otherwise swallow everything after it.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter, deque
from collections.abc import Collection, Generator, Iterator
from itertools import islice
from typing import BinaryIO

from crm.domain.records import Problem
from crm.importers.kit.text import TextLines, decode

FIELD_LIMIT = 10_000_000
"""Characters. The library's own limit of 131,072 refuses long notes; none would let a row eat the memory."""

_LINE_COST = 200
"""What one line more weighs in memory and time, in characters, with which the limits below are counted."""
_ROW_LIMIT = 40_000_000
_REREAD_LIMIT = 10 * _ROW_LIMIT
_DELIMITERS = (",", ";", "\t")
_PREAMBLE_LINES = 60
_LONGEST_RAW = 100_000
"""Characters of a broken row that a problem carries; nobody mends a longer one by hand."""


class Row(dict[str, str]):
    """One row by normalised column name; a column the table does not have is empty text."""

    __slots__ = ("line",)
    line: int
    """Where it begins, counting from 1."""

    def __missing__(self, column: str) -> str:
        return ""


def normal_name(header: str) -> str:
    """Return a column name as rows know it: `CONVERSATION_ID ` is `conversation id`."""
    name = unicodedata.normalize("NFKC", header).replace("_", " ").replace("\ufeff", "")
    return " ".join(name.lower().split())


def header_in(head: bytes, *needed: Collection[str]) -> tuple[str, ...]:
    """Return the normalised header within the first bytes of a table, or () when it is not there.

    For recognising a table from `Export.peek`. `needed` is as in `Table`, with several alternatives.
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2]
    lines = decode(head)[0].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = _find_header([f"{line}\n".replace("\0", "") for line in lines[:_PREAMBLE_LINES]], needed)
    return found.columns if found else ()


class _Header:
    def __init__(self, delimiter: str, titles: list[str], lines: int) -> None:
        self.delimiter = delimiter
        self.titles = tuple(" ".join(title.replace("\ufeff", "").split()) for title in titles)
        self.columns = _unique([normal_name(title) for title in titles])
        self.lines = lines


def _unique(names: list[str]) -> tuple[str, ...]:
    """Name the second `date` of a header `date 2`, so that neither is lost, and a nameless one `column 3`."""
    taken = set(names)
    numbers: Counter[str] = Counter()
    columns: dict[str, None] = {}
    for position, name in enumerate(names, start=1):
        name = column = name or f"column {position}"
        numbers[name] += 1
        while column in columns or (column != name and column in taken):
            numbers[name] += column != name
            column = f"{name} {numbers[name]}"
        columns[column] = None
    return tuple(columns)


def _find_header(lines: list[str], needed: tuple[Collection[str], ...]) -> _Header | None:
    """Find the header among the first lines, and with it the delimiter.

    Without `needed` it is the first line that is not empty, by the delimiter it has most of.
    """
    csv.field_size_limit(FIELD_LIMIT)
    best: _Header | None = None
    for delimiter in _DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for fields in reader:
                names = [normal_name(field) for field in fields]
                if not any(names) or (len(names) < 3 and names[0].startswith("sep=")):
                    continue
                if not needed:
                    if best is None or len(names) > len(best.columns):
                        best = _Header(delimiter, fields, reader.line_num)
                    break
                if any(set(names).issuperset(one) for one in needed):
                    return _Header(delimiter, fields, reader.line_num)
        except csv.Error:
            continue
    return best


class Table:
    """One CSV member: iterate for `Row`s, and a `Problem` for each row that could not be read.

    Lines before the header are skipped, the delimiter (comma, semicolon, tab) is that of the header line.
    Reading goes on after a broken row. Memory stays flat. The stream is closed at the end.

    Args:
        stream: as `Export.open` gives it.
        where: the name for problems, usually the member's.
        needed: column names (normalised) that the header must have, one collection for each way it may
            look; without any the first line that is not empty is the header.
        notes: how lines begin that are remarks and not rows, wherever they stand.
        headless: the first line is a row already, and the columns are called `column 1`, `column 2` ...
        mendable: for tables that people keep in a spreadsheet. Empty fields may be missing at the end of
            a row, where Excel leaves them out, and problems carry the row (`Problem.raw`).

    Raises:
        ExportError: while iterating, whatever reading the stream raises.

    """

    columns: tuple[str, ...]
    """The normalised header; () when there is none, and then iterating yields one `Problem`."""
    titles: tuple[str, ...]
    """The header as written, on one line each; "" for a nameless column."""
    delimiter: str

    def __init__(
        self,
        stream: BinaryIO,
        where: str,
        *needed: Collection[str],
        notes: tuple[str, ...] = (),
        headless: bool = False,
        mendable: bool = False,
    ) -> None:
        self.where = where
        self._notes = notes
        self._mendable = mendable
        self._text = TextLines(stream)
        self._nul_line = 0
        head = [self._without_nul(line) for line in islice(self._text, _PREAMBLE_LINES)]
        header = _find_header(head, needed)
        if header and headless:
            header = _Header(header.delimiter, [""] * len(header.titles), 0)
        self.columns = header.columns if header else ()
        self.titles = header.titles if header else ()
        self.delimiter = header.delimiter if header else ","
        self._before = header.lines if header else 0
        self._is_page = "".join(head[:3]).lstrip().startswith("<")
        self._again = deque(head[self._before :])
        self._reread = 0
        self._held: list[str] = []

    def __iter__(self) -> Iterator[Row | Problem]:
        with self._text:
            if not self.columns:
                page = "a web page, not a table"
                yield Problem(self.where, page if self._is_page else "no line with the expected column names")
                return
            yield from self._rows()
            if self._nul_line:
                yield self._problem(self._nul_line, "NUL characters were removed, here and perhaps below")
            if self._text.note and "UTF-16" not in self._text.note:  # which loses nothing
                yield Problem(self.where, self._text.note)

    def _lines(self) -> Iterator[str]:
        """Hand on lines, holding those of the row being read, so that a broken one can be read again."""
        held, again = self._held, self._again
        while again:
            held.append(again.popleft())
            yield held[-1]
        size = 0
        for line in self._text:
            size = size + len(line) + _LINE_COST if held else 0
            if "\0" in line:
                line = self._without_nul(line)
            held.append(line)
            if size > _ROW_LIMIT:
                raise csv.Error
            yield line

    def _without_nul(self, line: str) -> str:
        if "\0" not in line:
            return line
        self._nul_line = self._nul_line or self._text.line
        return line.replace("\0", "")

    def _rows(self) -> Iterator[Row | Problem]:
        """Read to the end, beginning anew behind the first line of each row that cannot be right."""
        before = self._before
        excused = 0
        while True:
            broken, reason = yield from self._until_broken(before, excused)
            if not reason:
                return
            before = broken
            fields = self._leniently()
            if fields:
                yield self._row(fields, broken)
                continue
            if broken > excused:
                yield self._problem(broken, reason, self._held[:1])
                excused = broken + len(self._held) - 1
            self._again.extendleft(reversed(self._held[1:]))
            self._reread += sum(map(len, self._held)) + _LINE_COST * len(self._held)
            if self._reread > _REREAD_LIMIT:
                yield self._problem(broken, "too many broken rows; nothing behind this one was read")
                return

    def _until_broken(self, before: int, excused: int) -> Generator[Row | Problem, None, tuple[int, str]]:
        """Yield rows up to one that may have swallowed its successors; return its line and what it has.

        Lines up to `excused` are remains of a broken row: what is wrong with them is not told again, and
        not every one that looks like a row is taken for one.
        """
        held, width = self._held, len(self.columns)
        held.clear()
        start = before + 1
        try:
            reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
            for fields in reader:
                if len(fields) == width and start > excused:
                    if any(fields):
                        row = Row(zip(self.columns, fields))  # noqa: B905 - strict= takes twice the time
                        row.line = start
                        yield row
                elif reason := self._why_broken(fields, start <= excused):
                    if len(held) > 1:
                        return start, reason
                    if start > excused:
                        yield self._problem(start, reason, held)
                elif any(fields):
                    yield self._row([*fields[:width], *[""] * (width - len(fields))], start)
                held.clear()
                start = before + reader.line_num + 1
        except csv.Error as error:
            return start, _in_words(error)
        return start, ""

    def _why_broken(self, fields: list[str], is_remains: bool) -> str | None:
        """Say what is wrong with a row. Remarks are emptied; empty fields at its end do not count."""
        width = len(self.columns)
        if fields and self._notes and fields[0].startswith(self._notes):
            fields.clear()
        if is_remains and sum(line.count('"') for line in self._held) % 2:
            return "half a row"
        if len(fields) == width or not any(fields):
            return None
        if len(self._held) == 1 and len(fields) > width and not any(fields[width:]):
            return None
        if self._mendable and len(self._held) == 1 and 1 < len(fields) < width and not is_remains:
            return None
        return f"{len(fields)} fields where the header has {width}"

    def _leniently(self) -> list[str]:
        """Return the fields of a row of one line with misplaced quotation marks, [] if they make no row."""
        if len(self._held) != 1:
            return []
        try:
            read = list(csv.reader([*self._held, "\0"], delimiter=self.delimiter))
        except csv.Error:
            return []
        return read[0] if len(read) == 2 and len(read[0]) == len(self.columns) else []

    def _row(self, fields: list[str], line: int) -> Row:
        row = Row(zip(self.columns, fields, strict=True))
        row.line = line
        return row

    def _problem(self, line: int, reason: str, row: list[str] | None = None) -> Problem:
        raw = "".join(row).rstrip("\n") if row and self._mendable else ""
        return Problem(f"{self.where}, line {line}", reason, raw if 0 < len(raw) <= _LONGEST_RAW else None)


def _in_words(error: csv.Error) -> str:
    """Say what the library has found, whose words are for programmers."""
    if "expected after" in str(error):
        return "a quotation mark in the wrong place"
    if "unexpected end" in str(error):
        return "a quotation mark is not closed"
    return f"a quotation mark is not closed, or a text is longer than {FIELD_LIMIT:,} characters"
