"""Goodreads: reviews are posts, private notes are private, and other tables of books are nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.domain.records import InteractionRecord, Left, Owner, PostRecord, Precision, Problem, Record
from crm.importers.contacts_csv import Importer as PlainTables
from crm.importers.goodreads import Importer
from crm.importers.kit.export import Export

HEADER = (
    "Book Id,Title,Author,My Rating,Date Read,Date Added,Bookshelves,Bookshelves with positions,My Review,"
    "Private Notes,Recommended By"
)


def library(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "goodreads_library_export.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return path


def read(path: Path) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, Owner()))


@pytest.mark.parametrize(
    ("read_on", "added_on", "day"),
    [
        ("2024/01/02", "2023/01/01", 19724),
        ("2024-01-02", "", 19724),
        ("", "2024/01/02", 19724),
        ("2023", "2024/01/02", 19724),
        ("2023/05", "", None),
        ("", "", None),
    ],
)
def test_a_review_is_of_the_day_the_book_was_read_or_else_added(
    tmp_path: Path, read_on: str, added_on: str, day: int | None
) -> None:
    [post] = read(library(tmp_path, f"1,T,A,5,{read_on},{added_on},,,Good,,"))
    assert isinstance(post, PostRecord)
    assert post.at == (None if day is None else day * 86_400_000_000)
    assert post.precision == (Precision.UNKNOWN if day is None else Precision.DAY)


def test_private_notes_are_kept_nowhere_not_even_of_a_broken_row(tmp_path: Path) -> None:
    records = read(library(tmp_path, "1,T,A,5,,,,,Good,secret,", 'x"2,T,A,secret,"b"c,1,2,3,4,5,6,7,8,9'))
    assert any(isinstance(record, Problem) for record in records)
    assert "secret" not in repr(records)


def test_books_without_a_review_are_counted_and_recommendations_are_mentions(tmp_path: Path) -> None:
    mention, left = read(library(tmp_path, "1,T,A,4,,,,,,,Bo Lind"))
    assert isinstance(mention, InteractionRecord)
    assert mention.who
    assert (mention.who.external_id, mention.direction, mention.kind) == ("name:bo lind", "in", "mention")
    assert left == Left("books without a review", 1)


@pytest.mark.parametrize(
    "header",
    [
        "Title,Authors,ISBN/UID,Format,Read Status,Date Added,Star Rating,Review,Content Warnings",
        "Book Id\tTitle\tSort Character\tPrimary Author\tReview\tRating\tTags\tCollections",
        "Book Id,Title,Author",
    ],
)
def test_libraries_of_others_are_left_to_others(tmp_path: Path, header: str) -> None:
    (tmp_path / "library.csv").write_text(f"{header}\n1,2,3\n", "utf-8")
    with Export(tmp_path / "library.csv") as export:
        assert not Importer().identify(export)


def test_a_library_is_no_table_of_people(tmp_path: Path) -> None:
    with Export(library(tmp_path, "1,T,A,4,,,,,,,Bo Lind")) as export:
        assert Importer().identify(export)
        assert not PlainTables().identify(export)


def test_messages_of_others_that_speak_of_goodreads_are_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "messages.json").write_text('[{"text": "https://www.goodreads.com/book/show/1"}]', "utf-8")
    with Export(tmp_path / "messages.json") as export:
        assert not Importer().identify(export)
