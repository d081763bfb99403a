"""Which table of an export is which, and what reading any of them has in common.

The decision to know: a table is known by its header, because people rename files and Reddit numbers them
(`post_votes_1.csv`); its name tells only what the header cannot, and that `*_headers.csv` are excerpts of
other tables. The columns are those that reddit-gdpr-export-viewer and potluck read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import TypeAlias

from crm.domain.records import Left, Problem, Record
from crm.importers.kit import tables as csv_tables
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row, header_in
from crm.importers.kit.times import TimeColumn, iso

_HEAD = 2048
_MOST_PEEKED = 300
_HEADERS = re.compile(r"_headers(?:[ _~(]*\d+\)?)?\.csv$", re.IGNORECASE)
_PERMALINK = re.compile(rb"reddit\.com/|[,\"\n]/?(?:r|u|user)/", re.IGNORECASE)


class Table(Enum):
    """A table that is read."""

    COMMENTS = auto()
    POSTS = auto()
    MESSAGES = auto()
    CHAT = auto()
    VOTES = auto()
    FRIENDS = auto()
    GOLD_RECEIVED = auto()
    GILDED = auto()
    STATISTICS = auto()
    DRAFTS = auto()
    SAVED = auto()
    EXCERPT = auto()
    """The headers of comments, posts or messages: everything but what was said."""


_CERTAIN: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (Table.CHAT, ("message id", "created at", "username", "message", "channel url")),
    (Table.MESSAGES, ("id", "permalink", "date", "from", "to", "subject", "body")),
    (Table.COMMENTS, ("id", "permalink", "date", "subreddit", "parent", "body")),
    (Table.POSTS, ("id", "permalink", "date", "subreddit", "title", "body")),
    (Table.GOLD_RECEIVED, ("content link", "gilder username")),
)
"""Headers that nobody else has."""
_EXCERPTS: tuple[tuple[str, ...], ...] = (
    ("id", "permalink", "date", "subreddit", "parent"),
    ("id", "permalink", "date", "subreddit", "title", "url"),
    ("id", "permalink", "date", "from", "to"),
)
_ONLY_BESIDE_OTHERS: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (Table.FRIENDS, "friends", ("username", "note")),
    (Table.GILDED, "gilded_content", ("content link",)),
    (Table.STATISTICS, "statistics", ("statistic", "value")),
    (Table.DRAFTS, "drafts", ("id", "title", "body")),
    (Table.SAVED, "saved_", ("id", "permalink")),
    (Table.SAVED, "hidden_", ("id", "permalink")),
)
"""Tables whose header could be anybody's: by their names too, and never the only sign of Reddit."""

_VOTES = ("id", "permalink", "direction")


def find_tables(export: Export) -> dict[Table, list[str]]:
    """Return the names of the members that are each table."""
    found: dict[Table, list[str]] = {table: [] for table in Table}
    for name in export.find("*.csv")[:_MOST_PEEKED]:
        table = _table_of(export, name)
        if table is not None:
            found[table].append(name)
    if len(found[Table.EXCERPT]) and any(found[table] for table in Table if table is not Table.EXCERPT):
        found[Table.EXCERPT] = []
    return found


def is_ours(export: Export) -> bool:
    """Say whether at least one table is Reddit's for certain."""
    found = find_tables(export)
    return any(found[table] for table, _ in _CERTAIN) or bool(found[Table.VOTES] or found[Table.EXCERPT])


def _table_of(export: Export, name: str) -> Table | None:
    head = export.peek(name, _HEAD)
    last = name.rpartition("/")[2].casefold()
    if _HEADERS.search(last):
        return Table.EXCERPT if _is_excerpt(head) else None
    for table, columns in _CERTAIN:
        if header_in(head, columns):
            return table
    votes = header_in(head, _VOTES)
    if len(votes) == len(_VOTES):
        return Table.VOTES if _PERMALINK.search(head) or last.startswith(("post_", "comment_")) else None
    if _is_excerpt(head) and _PERMALINK.search(head):
        return Table.EXCERPT
    for table, beginning, columns in _ONLY_BESIDE_OTHERS:
        if last.startswith(beginning) and header_in(head, columns):
            return table
    return None


def _is_excerpt(head: bytes) -> bool:
    return any(header_in(head, columns) for columns in _EXCERPTS)


class Reading:
    """One table while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.times = TimeColumn(name, iso)
        self.left: Counter[str] = Counter()
        """What is left out on purpose, counted."""

    def problem(self, row: Row, reason: str) -> Problem:
        """Return what is to be said of a row that cannot be used."""
        return Problem(f"{self.name}, line {row.line}", reason)


Reader: TypeAlias = Callable[[Row, Reading], Iterable[Record]]
"""What makes records of one row."""


def rows(export: Export, name: str) -> Iterator[Row | Problem]:
    """Yield the rows of a table, and a `Problem` for each broken one."""
    return iter(csv_tables.Table(export.open(name), name))


def read_rows(export: Export, names: Iterable[str], records: Reader) -> Iterator[Record]:
    """Yield what `records` makes of each row, then what could not be read and what was left out."""
    left: Counter[str] = Counter()
    for name in names:
        reading = Reading(name)
        for row in rows(export, name):
            if isinstance(row, Problem):
                yield row
            else:
                yield from records(row, reading)
        problem = reading.times.problem()
        if problem is not None:
            yield problem
        left += reading.left
    for what, count in sorted(left.items()):
        yield Left(what, count)
