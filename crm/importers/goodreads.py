"""Goodreads: the CSV of your library with your reviews, and, unconfirmed, the JSON of "Export your data".

The columns are those of the exporter behind My Books > Import and export, of all years. The decision to know:
a review is published, so it is a post; private notes are private and never read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import normal_text
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Row, Table, header_in
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn, dotted, iso, us_short
from crm.importers.kit.unconfirmed import read_unconfirmed

PLATFORM = "goodreads"
_LIBRARY = (("book id", "title", "bookshelves with positions"),)
_PRIVACY = re.compile(
    r"(?:^|/)(?:friends?|messages?|comments?|reviews?|follow(?:s|ers|ing|ees)?|notifications?|likes?|groups?"
    r"|users?|quotes?|topics?|discussions?)\.json$",
    re.IGNORECASE,
)
_PARTIAL = re.compile(r"[0-9]{4}(?:[-/][0-9]{1,2})?")
_PEEK = 16384
_MOST_FILES = 500


class Importer:
    """Reads the library CSV of every year, and of the privacy export what names itself."""

    name = "goodreads"
    title = "Goodreads"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Goodreads: My Books > Tools > Import and export > Export Library. Friends and messages are only in "
        'Account Settings > Settings > "Export your data"'
    )
    page = "https://www.goodreads.com/review/import"
    reads = (
        "your reviews, and who recommended a book to you; unconfirmed: messages and people of the JSON files"
    )
    cannot_show = "comments and likes on your reviews; the CSV has no friends and no messages"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this has a library in it, or JSON files that speak of Goodreads."""
        return bool(_libraries(export) or _privacy_files(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield your reviews and what was recommended to you, then what the JSON files surely say.

        Raises:
            QuestionError: there are messages, and it is not known which of those who write is the user.
            ExportError: there is nothing of Goodreads in it.

        """
        libraries, files = _libraries(export), _privacy_files(export)
        if not libraries and not files:
            raise ExportError(f"{export.path.name} has nothing of Goodreads in it", self.how_to_get)
        seen: set[str] = set()
        for name in libraries:
            yield from _library(export, name, seen)
        yield from read_unconfirmed(export, files, PLATFORM, owner)


def _libraries(export: Export) -> list[str]:
    return [
        name
        for name in export.find("*.csv")
        if export.size(name) and header_in(export.peek(name, _PEEK), *_LIBRARY)
    ]


def _privacy_files(export: Export) -> list[str]:
    """Return the JSON files of the privacy export: named so, in an archive that is named after Goodreads.

    That they speak of Goodreads is not enough: people send one another links.
    """
    files = [name for name in export.find("*.json") if _PRIVACY.search(name) and export.size(name)]
    named = PLATFORM in f"{export.path.name}/{export.outer}".casefold()
    return files if named and len(export.names) <= _MOST_FILES else []


def _library(export: Export, name: str, seen: set[str]) -> Iterator[Record]:
    times, left = TimeColumn(name, iso, us_short, dotted), Counter[str]()
    for row in Table(export.open(name), name, *_LIBRARY, mendable=True):
        if isinstance(row, Problem):
            yield row._replace(raw=None)  # the row has private notes in it
            continue
        number = clean_value(row["book id"]).strip()
        if not number:
            yield Problem(f"{name}, line {row.line}", "has no book id")
        elif number not in seen:
            seen.add(number)
            yield from _book(row, number, times, left)
    if (problem := times.problem()) is not None:
        yield problem
    yield from (Left(what, count) for what, count in sorted(left.items()))


def _book(row: Row, number: str, times: TimeColumn, left: Counter[str]) -> Iterator[Record]:
    title, author = _plain(row["title"]), _plain(row["author"])
    book = f"{title} by {author}" if author else title
    url = f"https://www.goodreads.com/book/show/{number}" if number.isdecimal() else None
    review = html_to_text(row["my review"])
    if review:
        moment = _moment(row, times)
        stars = row["my rating"].strip()
        rated = f"{book} ({stars} of 5 stars)" if stars in tuple("12345") else book
        yield PostRecord(
            PLATFORM, f"review:{number}", moment.at, f"{rated}\n\n{review}", None, url, moment.precision
        )
    else:
        left["books without a review"] += 1
    by = _plain(row["recommended by"])
    if by:
        who = IdentityRef(PLATFORM, external_id=f"name:{normal_text(by).casefold()}", name=by)
        yield InteractionRecord(
            PLATFORM,
            f"recommendation:{number}",
            who,
            None,
            Direction.IN,
            Kind.MENTION,
            f"recommended {book}",
            url=url,
            precision=Precision.UNKNOWN,
        )


def _moment(row: Row, times: TimeColumn) -> Moment:
    """Return when a book was read, else when it was put on a shelf; a year alone is no day."""
    for column in ("date read", "date added"):
        written = row[column].strip()
        if written and not _PARTIAL.fullmatch(written):
            return times.read(written, row.line)
    return UNKNOWN


def _plain(text: str) -> str:
    return " ".join(clean_value(text).split())
