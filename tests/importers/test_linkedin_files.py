"""LinkedIn: which files are its tables, and what its addresses and lists of names mean."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkedin_rows import (
    EXPORTS,
    IN,
    acts,
    of_case,
    read,
)

from crm.domain.errors import ExportError
from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    PostRecord,
    Problem,
)
from crm.importers.kit.export import Export
from crm.importers.linkedin import Importer
from crm.importers.linkedin.acts import Link, commentary
from crm.importers.linkedin.members import known_as
from crm.importers.linkedin.people import slug_of, split_names


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Connections.csv", "connections"),
        ("CONNECTIONS.CSV", "connections"),
        ("messages (1).csv", "messages"),
        ("Comments_123456.csv", "comments"),
        ("Member_Follows_12.csv", "memberfollows"),
        ("Email Addresses.csv", "emailaddresses"),
        ("sub/Endorsement_Received_Info.csv", "endorsementreceivedinfo"),
        ("someone__fixtures_sample_export_Recommendations_Given.csv", "recommendationsgiven"),
        ("guide_messages.csv", "guidemessages"),
        ("my_learning_coach_messages.csv", "learningcoachmessages"),
        ("Profile Summary.csv", None),
        ("Company Follows.csv", None),
        ("saved_articles.csv", None),
        ("Connections.txt", None),
        ("123.csv", None),
        (".csv", None),
    ],
)
def test_a_table_is_known_by_the_end_of_its_name(name: str, table: str | None) -> None:
    assert known_as(name)[0] == table


def test_a_table_under_another_name_is_known_by_its_header(tmp_path: Path) -> None:
    path = shutil.copyfile(EXPORTS / "spreadsheet" / "Connections.csv", tmp_path / "Mappe1.csv")
    assert len([record for record in read(path) if isinstance(record, ContactRecord)]) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("comments.csv", "id,permalink,date,ip,subreddit,body\n1,https://x,2024-05-01,,r,hi\n"),
        ("messages.csv", "id,permalink,thread_id,date,ip,from,to,subject,body\n"),
        ("Comments.csv", "Date,Link,Message\n2024-05-01,https://elsewhere.example,hi\n"),
        ("contacts.csv", "Name,Given Name,Family Name,E-mail 1 - Value\n"),
        ("Connections.csv", "First Name,Last Name\nAda,Byron\n"),
        ("Profile.csv", "name,age\n"),
        ("messages.csv", "\n"),
    ],
)
def test_tables_of_others_are_not_taken_for_linkedins(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with Export(tmp_path / name) as export:
        assert not Importer().identify(export)


def test_a_saved_web_page_is_answered_with_how_to_ask_for_the_right_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("<!DOCTYPE html>\n<html><head><title>LinkedIn Login</title></head></html>", "utf-8")
    with pytest.raises(ExportError, match="it is a web page") as caught:
        read(path)
    assert "Get a copy of your data" in (caught.value.hint or "")


def test_an_archive_of_linkedins_name_without_its_tables_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "Complete_LinkedInDataExport_03-20-2026.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Positions.csv", "Company Name,Title\n")
    with pytest.raises(ExportError, match="none of LinkedIn's tables"):
        read(path)


def test_a_table_that_holds_something_else_is_a_problem_beside_the_good_ones(tmp_path: Path) -> None:
    shutil.copytree(EXPORTS / "spreadsheet", tmp_path / "x")
    (tmp_path / "x" / "messages.csv").write_text("<html>sign in</html>", "utf-8")
    records = read(tmp_path / "x")
    assert Problem("messages.csv", "its columns are not those that LinkedIn writes") in records
    assert len(acts(records)) == 3


def test_the_day_in_the_archives_name_is_what_it_covers(tmp_path: Path) -> None:
    path = tmp_path / "Basic_LinkedInDataExport_02-29-2024 (1).zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(EXPORTS / "recipients-2023" / "messages.csv", "messages.csv")
    assert read(path)[0] == CoverageRecord("linkedin", None, 1_709_164_800_000_000)


# ---- details


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.linkedin.com/in/Ada-Byron", "ada-byron"),
        ("http://de.linkedin.com/in/ada-byron/", "ada-byron"),
        ("www.linkedin.com/in/ada-byron?trk=x#y", "ada-byron"),
        ("linkedin.com/in/ada-byron/de", "ada-byron"),
        ("https://www.linkedin.com/in/j%C3%BCrgen-wei%C3%9F", "jürgen-weiß"),
        ("https://www.linkedin.com/in/ju\u0308rgen-weiß", "jürgen-weiß"),
        ("https://www.linkedin.com/company/acme", None),
        ("https://www.notlinkedin.com/in/ada", None),
        ("https://www.linkedin.com/in/", None),
        ("", None),
        ("https://www.linkedin.com/in/" + "a" * 1000, None),
    ],
)
def test_addresses_of_one_profile_are_one(url: str, slug: str | None) -> None:
    assert slug_of(url) == slug


@given(st.text(max_size=60))
def test_no_address_makes_it_fail(text: str) -> None:
    for url in (text, IN + text, f"https://www.linkedin.com/posts/{text}"):
        assert slug_of(url) != ""
        Link(url)


@pytest.mark.parametrize(
    ("names", "people"),
    [
        ("Ada Byron", ["Ada Byron"]),
        ("Ada Byron, Bo Lind", ["Ada Byron", "Bo Lind"]),
        ("Ada Byron, PhD, Bo Lind, Dipl. Ing., MBA", ["Ada Byron, PhD", "Bo Lind, Dipl. Ing., MBA"]),
        ("J. R. Roe, Bo Lind", ["J. R. Roe", "Bo Lind"]),
        ("", []),
    ],
)
def test_a_list_of_names_is_split_into_people(names: str, people: list[str]) -> None:
    assert split_names(names) == tuple(people)


@pytest.mark.parametrize(
    ("link", "post", "author"),
    [
        ("https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A71", "activity:71", None),
        ("https://www.linkedin.com/feed/update/urn:li:groupPost:12-34/", "groupPost:12-34", None),
        ("https://www.linkedin.com/posts/bo-lind_cards-activity-71-AbCd?utm=1", "activity:71", "bo-lind"),
        ("https://www.linkedin.com/posts/j%C3%BCrgen_ugcPost-71-Q", "ugcPost:71", "jürgen"),
        ("https://www.linkedin.com/feed/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A71", "activity:71", None),
        ("https://www.linkedin.com/pulse/mills", "", None),
    ],
)
def test_a_link_tells_the_post_and_sometimes_its_author(link: str, post: str, author: str | None) -> None:
    assert (Link(link).post, Link(link).author) == (post, author)


def test_a_post_is_read_without_the_marks_linkedin_adds() -> None:
    assert commentary('One."\n""\n"Two ""three"" four') == 'One.\n\nTwo "three" four'


def test_own_posts_carry_the_address_they_share() -> None:
    posts = [
        record
        for record in of_case("Complete_LinkedInDataExport_09-14-2024")
        if isinstance(record, PostRecord)
    ]
    assert (posts[0].text or "").endswith("https://ada.example/cards")
    assert [post.external_id for post in posts] == [
        "post:share:7190000000000000009",
        "post:ugcPost:7190000000000000010",
        "article:mills-ada-byron",
    ]
