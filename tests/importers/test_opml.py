"""OPML: which files are lists of feeds, and whom an entry is about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crm.domain.errors import ExportError
from crm.domain.records import ContactRecord, InteractionRecord, Owner, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.sites import author_of, followed
from crm.importers.opml import Importer


def read(path: Path) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, Owner()))


def list_of(*outlines: str) -> str:
    return f"<opml version='2.0'><head/><body>{''.join(outlines)}</body></opml>"


@pytest.mark.parametrize(
    ("feed", "home", "expected"),
    [
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UCabc", "", ("youtube", None, "UCabc")),
        ("https://host.example/@bo.rss", "", ("mastodon", "bo@host.example", None)),
        ("https://host.example/users/bo.atom", "", ("mastodon", "bo@host.example", None)),
        ("https://bsky.app/profile/did:plc:abc/rss", "", ("bluesky", None, "did:plc:abc")),
        ("https://bo.blogspot.com/feeds/posts/default?alt=rss", "", ("blogger", "bo", None)),
        ("https://bo.tumblr.com/rss", "", ("tumblr", "bo", None)),
        ("https://github.com/bo.atom", "", ("github", "bo", None)),
        (
            "https://medium.com/feed/a-publication",
            "",
            ("blog", "https://medium.com/feed/a-publication", None),
        ),
        ("https://bo.example/blog/index.xml", "", ("blog", "https://bo.example/blog", None)),
        ("https://bo.example/comments/feed/", "", ("blog", "https://bo.example", None)),
        # one host of many podcasts must not become one contact
        ("https://feeds.host.example/one", "", ("blog", "https://feeds.host.example/one", None)),
        ("https://elsewhere.example/feed", "https://bo.example/", ("blog", "https://bo.example/", None)),
    ],
)
def test_a_feed_is_the_account_or_the_blog_behind_it(
    feed: str, home: str, expected: tuple[str, str | None, str | None]
) -> None:
    first = followed(feed, home, None)[0]
    assert (first.platform, first.handle, first.external_id) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("https://bo.example/2024/05/x", ("blog", "https://bo.example/")),
        ("https://uni.example/~bo/x/y", ("blog", "https://uni.example/~bo/")),
        ("https://twitter.com/bo/status/1", ("x", "bo")),
        ("https://host.example/@bo/123", ("mastodon", "bo@host.example")),
        ("https://bsky.app/profile/bo.bsky.social/post/abc", ("bluesky", "bo.bsky.social")),
        ("https://bo.medium.com/title-1", ("medium", "bo")),
        ("https://youtube.com/watch?v=1", None),
        ("https://www.reddit.com/r/pots/comments/1", None),
        ("not an address", None),
    ],
)
def test_a_page_is_by_the_account_or_the_site_its_address_names(
    page: str, expected: tuple[str, str] | None
) -> None:
    author = author_of(page)
    assert (author and (author.platform, author.handle)) == expected


def test_a_feed_in_two_folders_is_one_follow_with_both_as_tags(tmp_path: Path) -> None:
    feed = "<outline text='Bo' xmlUrl='https://bo.example/feed'/>"
    other = "<outline text='Bo again' xmlUrl='http://www.bo.example/feed'/>"
    path = tmp_path / "a.opml"
    path.write_text(
        list_of(f"<outline text='A'>{feed}</outline><outline text='B'>{other}</outline>"), "utf-8"
    )
    records = read(path)
    assert len([r for r in records if isinstance(r, InteractionRecord)]) == 1
    contacts = [r for r in records if isinstance(r, ContactRecord)]
    assert [contact.tags for contact in contacts] == [("A",), ("B",)]
    assert {contact.name for contact in contacts} == {"Bo"}


def test_what_follows_damage_is_lost_with_a_sentence_and_what_came_before_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.opml"
    path.write_text("<opml><body><outline text='x' xmlUrl='https://a.example/feed'/><outline text=<", "utf-8")
    with pytest.raises(ExportError, match=r"damaged or cut off in line 1, after 1 entry"):
        read(path)


def test_an_opml_file_among_other_data_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    (tmp_path / "a.opml").write_text(list_of("<outline text='x' xmlUrl='https://a.example/feed'/>"), "utf-8")
    (tmp_path / "messages.json").write_text("{}", "utf-8")
    with Export(tmp_path) as export:
        assert not Importer().identify(export)


def test_a_list_that_defines_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.opml"
    path.write_text("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body/></opml>", "utf-8")
    with Export(path) as export:
        assert not Importer().identify(export)


def test_the_samples_of_listparser_are_read(shared: Path) -> None:
    counts: Counter[str] = Counter()
    for path in sorted((shared / "samples" / "opml").iterdir()):
        with Export(path) as export:
            assert Importer().identify(export), path.name
        records = read(path)
        assert not [record for record in records if isinstance(record, Problem)]
        counts[path.stem.rpartition("_")[2]] = len([r for r in records if isinstance(r, InteractionRecord)])
    assert counts == {"hier-4-mixed": 1, "ownerEmail": 0, "opml-htmlUrl": 1, "type-rss": 1}
