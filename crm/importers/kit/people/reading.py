"""Reading tables of people to their end: contacts, and a word about every row and value that is none."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from crm.domain.records import Left, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.people import days
from crm.importers.kit.people.contacts import Maker
from crm.importers.kit.people.points import Habits, Oddity
from crm.importers.kit.people.steps import Plan
from crm.importers.kit.tables import Row, Table

_MOST_ALIKE = 20
_LONGEST_SHOWN = 60
_LONGEST_RAW = 100_000
_MOST_UNREAD = 30
_DATES = frozenset({"birthday", "anniversary", "event"})


class How(NamedTuple):
    """How the tables of an export are to be read."""

    plan: Callable[[Table], Plan]
    """Says what the columns hold."""
    habits: Habits = Habits()
    usual_order: Callable[[Table], days.Order | None] | None = None
    """What order of day and month to expect where no date shows it; None: dates are ISO 8601."""
    headless: bool = False
    code_page: bool = False
    """Text in the code page of the machine is usual, and no word of the report worth."""


def read_people(export: Export, files: list[str], how: How) -> Iterator[Record]:
    """Yield a contact for each row, and a problem for whatever could not be read."""
    seen: set[int] = set()
    several = len(files) > 1
    again = 0
    for file in files:
        table = _open(export, file, how)
        plan = how.plan(table)
        maker = Maker(table.columns, plan, how.habits, _order(export, file, how, plan))
        oddities = _Oddities(file)
        broken = _Broken(table, how.headless)
        for row in table:
            if isinstance(row, Problem):
                if row.where != file or not (how.code_page and table.columns):
                    yield row._replace(raw=broken.with_header(row.raw))
                continue
            if broken.is_header(row):
                continue
            # Takeout has everybody once for each label, in tables with more or fewer empty columns
            said = hash(frozenset([c for c in row.items() if c[1]]) if several else tuple(row.values()))
            if said in seen:
                again += 1
                continue
            seen.add(said)
            contact, odd = maker.contact(row)
            if contact is None:
                reason = "no name, address, number or account in this row"
                raw = broken.with_header(_as_csv(row.values(), table.delimiter))
                yield Problem(f"{file}, line {row.line}", reason, raw)
                continue
            yield contact
            if odd:
                yield from oddities.of(row.line, odd)
        yield from oddities.rest()
        yield from _left(maker, table)
    if again:
        yield Left("rows that are in it more than once", again)


def _open(export: Export, file: str, how: How) -> Table:
    return Table(export.open(file), file, headless=how.headless, mendable=True)


def _order(export: Export, file: str, how: How, plan: Plan) -> days.Order | None:
    """Read the dates of a file to learn which of day and month it writes first."""
    dates = [column for column, step in plan.items() if step.kind in _DATES and not step.part]
    if how.usual_order is None or not dates:
        return None
    table = _open(export, file, how)
    usual = how.usual_order(table)
    texts = {row[column] for row in table if isinstance(row, Row) for column in dates}
    return days.order_of(texts, usual)


def _left(maker: Maker, table: Table) -> Iterator[Left]:
    """Yield how many values nobody read, for each column."""
    titles = dict(zip(table.columns, table.titles, strict=True))
    counts = maker.unread.most_common()
    for column, count in counts[:_MOST_UNREAD]:
        if count:
            yield Left(f'values of the column "{titles.get(column) or column}"', count)
    rest = sum(count for _, count in counts[_MOST_UNREAD:])
    if rest:
        yield Left("values of other columns", rest)


def _as_csv(cells: Iterable[str], delimiter: str) -> str | None:
    """Return a row as it would stand in the file, so that it can be mended there."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(cells)
    text = line.getvalue().removesuffix("\n")
    return text if len(text) <= _LONGEST_RAW else None


class _Broken:
    """Rows that are given back: under the header, so that they make a table again when they are mended.

    Only the first one carries it. Where the broken rows of several tables were put into one file, it stands
    there again between them, and is no row.
    """

    def __init__(self, table: Table, headless: bool) -> None:
        self._titles = () if headless else table.titles
        self._first = table.columns[0] if table.columns else ""
        self._header = _as_csv(self._titles, table.delimiter) if self._titles else None

    def with_header(self, raw: str | None) -> str | None:
        """Return a broken row as it is given back."""
        if raw is None or self._header is None:
            return raw
        header, self._header = self._header, None
        return f"{header}\n{raw}"

    def is_header(self, row: Row) -> bool:
        """Say whether a row is the header again."""
        if not self._titles or row[self._first].strip() != self._titles[0]:
            return False
        return tuple(" ".join(cell.split()) for cell in row.values()) == self._titles


class _Oddities:
    """What is said about values that could not be used: the first of each kind, then how many more."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._counts: Counter[str] = Counter()

    def of(self, line: int, odd: list[Oddity]) -> Iterator[Problem]:
        """Yield what is worth a line of its own."""
        for reason, value in odd:
            self._counts[reason] += 1
            if self._counts[reason] <= _MOST_ALIKE:
                shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
                yield Problem(f"{self._file}, line {line}", f"{reason}: {shown!r}")

    def rest(self) -> Iterator[Problem]:
        """Yield how many there were beyond those."""
        for reason, count in self._counts.items():
            if count > _MOST_ALIKE:
                yield Problem(self._file, f"and {count - _MOST_ALIKE} more values: {reason}")
