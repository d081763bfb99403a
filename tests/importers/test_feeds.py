"""Feeds: whose they are, what is a comment, and what stays out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import QuestionError
from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Record,
    SelfRecord,
)
from crm.importers.feeds import Importer
from crm.importers.feeds.entries import rfc822
from crm.importers.kit.export import Export

MINE = Owner(identities=frozenset({("blog", "https://ada.example")}))
SITE = "<title>Ada</title><link>https://ada.example/</link>"


def rss(*items: str, head: str = SITE) -> str:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<channel>{head}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    )


def read(tmp_path: Path, text: str, owner: Owner = MINE, name: str = "feed.xml") -> list[Record]:
    (tmp_path / name).write_text(text, "utf-8")
    with Export(tmp_path / name) as export:
        return list(Importer().extract(export, owner))


def posts(records: list[Record]) -> list[str | None]:
    return [record.text for record in records if isinstance(record, PostRecord)]


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def is_ours(path: Path) -> bool:
    with Export(path) as export:
        return Importer().identify(export)


@pytest.mark.parametrize(
    "head",
    [
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:blogger.com,1999:blog-1</id></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:b="http://schemas.google.com/blogger/2018"></feed>',
        '<opml version="2.0"><body/></opml>',
        '<rdf:RDF xmlns:rdf="x" xmlns:foaf="http://xmlns.com/foaf/0.1/"/>',
        "<feed><entry/></feed>",
        '{"version": "1", "items": []}',
        "<html><body/></html>",
    ],
)
def test_what_only_looks_like_a_feed_is_left_to_others(tmp_path: Path, head: str) -> None:
    (tmp_path / "feed.xml").write_text(head, "utf-8")
    assert not is_ours(tmp_path / "feed.xml")


def test_a_feed_among_other_data_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss("<title>x</title>"), "utf-8")
    assert is_ours(tmp_path)
    (tmp_path / "data.json").write_text("{}", "utf-8")
    assert not is_ours(tmp_path)


def test_a_feed_of_nobody_we_know_is_asked_about_with_its_site_and_writers(tmp_path: Path) -> None:
    text = rss(
        "<title>a</title><dc:creator>Ada</dc:creator>",
        "<title>b</title><dc:creator>Bo</dc:creator>",
        "<title>c</title><dc:creator>Bo</dc:creator>",
    )
    with pytest.raises(QuestionError) as caught:
        read(tmp_path, text, Owner())
    assert caught.value.option == "as"
    assert caught.value.choices == (
        ("Bo", "you are Bo (2 entries)"),
        ("Ada", "you are Ada (1 entry)"),
        ("https://ada.example/", 'your site is "Ada"'),
    )


@pytest.mark.parametrize(
    "owner",
    [
        MINE,
        Owner(stated="ada.example"),
        Owner(stated="https://www.ada.example/"),
        Owner(stated="Ada Byron"),
        Owner(names=frozenset({"ada byron"})),
        Owner(identities=frozenset({("web", "https://ada.example")})),
    ],
)
def test_a_feed_is_the_users_by_its_site_or_its_only_writer(tmp_path: Path, owner: Owner) -> None:
    records = read(tmp_path, rss("<title>a</title><dc:creator>Ada Byron</dc:creator>"), owner)
    assert posts(records) == ["a"]
    me = records[0]
    assert isinstance(me, SelfRecord)
    assert (me.name, me.identities[0].handle) == ("Ada Byron", "https://ada.example/")


def test_a_page_on_a_shared_host_does_not_make_the_whole_host_the_users(tmp_path: Path) -> None:
    owner = Owner(identities=frozenset({("web", "https://ada.example/~ada")}))
    with pytest.raises(QuestionError):
        read(tmp_path, rss("<title>a</title>"), owner)


def test_an_address_is_matched_by_whole_steps_of_its_path(tmp_path: Path) -> None:
    owner = Owner(identities=frozenset({("blog", "https://ada.ex")}))
    with pytest.raises(QuestionError):
        read(tmp_path, rss("<title>a</title>"), owner)


def test_in_a_blog_of_several_only_what_the_user_wrote_is_theirs(tmp_path: Path) -> None:
    text = rss(
        "<title>a</title><dc:creator>Ada</dc:creator>",
        "<title>b</title><dc:creator>Bo</dc:creator>",
    )
    with pytest.raises(QuestionError, match="2 people write in Ada"):
        read(tmp_path, text)
    records = read(tmp_path, text, MINE._replace(stated="Bo"))
    assert posts(records) == ["b"]
    assert Left("entries of other people", 1) in records


def test_one_entry_in_two_files_is_one_post(tmp_path: Path) -> None:
    item = "<title>a</title><guid>https://ada.example/?p=1</guid>"
    for name in ("feed.xml", "page2.xml"):
        (tmp_path / name).write_text(rss(item), "utf-8")
    with Export(tmp_path) as export:
        assert len(posts(list(Importer().extract(export, MINE)))) == 1


def test_a_number_as_guid_is_told_apart_by_the_site(tmp_path: Path) -> None:
    item = "<title>a</title><guid isPermaLink='false'>17</guid>"
    other = "<title>B</title><link>https://bo.example</link>"
    one = read(tmp_path, rss(item))
    two = read(tmp_path, rss(item, head=other), Owner(stated="bo.example"))
    keys = {record.external_id for record in (*one, *two) if isinstance(record, PostRecord)}
    assert keys == {"post:ada.example:17", "post:bo.example:17"}


def test_an_entry_without_id_and_address_has_the_same_key_in_every_copy(tmp_path: Path) -> None:
    first = read(tmp_path, rss("<title>a</title>", "<title>b</title>"))
    second = read(tmp_path, rss("<title>b</title>"), name="other.xml")
    keys = [record.external_id for record in first if isinstance(record, PostRecord)]
    assert [record.external_id for record in second if isinstance(record, PostRecord)] == keys[1:]


def test_an_answer_of_the_users_goes_to_the_site_it_answers(tmp_path: Path) -> None:
    answers = '<thr:in-reply-to ref="x" href="https://bo.example/2024/post"/>'
    [act] = acts(read(tmp_path, rss(f"<title>Yes!</title><dc:creator>Ada</dc:creator>{answers}",
                                    "<title>a</title><dc:creator>Ada</dc:creator>",
                                    "<title>b</title><dc:creator>Ada</dc:creator>")))  # fmt: skip
    assert (act.direction, act.kind) == (Direction.OUT, Kind.REPLY)
    assert act.who
    assert act.who.handle == "https://bo.example/"


def test_comments_on_somebody_elses_site_are_not_to_the_user(tmp_path: Path) -> None:
    item = "<title>Comment</title><dc:creator>{}</dc:creator><link>https://bo.example/p/#comment-{}</link>"
    guid = "<guid>https://bo.example/?p=1#comment-{}</guid>"
    items = [f"{item.format(name, n)}{guid.format(n)}" for n, name in enumerate(("Cy", "Ada", "Bo"))]
    head = "<title>Comments for Bo</title><link>https://bo.example</link>"
    records = read(tmp_path, rss(*items, head=head), Owner(names=frozenset({"ada"})))
    [act] = acts(records)
    assert (act.direction, act.kind, act.who) == (Direction.OUT, Kind.COMMENT, None)
    assert Left("comments of others that are not to you", 2) in records


@pytest.mark.parametrize(
    ("written", "at", "precision", "assumed"),
    [
        ("Thu, 01 Jan 1970 00:00:01 GMT", 1, Precision.SECOND, False),
        ("Thu, 1 Jan 70 01:00 +0100", 0, Precision.SECOND, False),
        ("1 Jan 1970 00:00:10 EST", 5 * 3600 + 10, Precision.SECOND, False),
        ("Thu, 01 Jan 1970 00:00:02", 2, Precision.SECOND, True),
        ("Fri, 02 Jan 1970", 86400, Precision.DAY, False),
    ],
)
def test_dates_of_rss_are_read(written: str, at: int, precision: Precision, assumed: bool) -> None:
    moment = rfc822(written)
    assert moment
    assert (moment.at, moment.precision, moment.assumed) == (at * 1_000_000, precision, assumed)


@given(st.text(max_size=60))
def test_no_text_for_a_date_breaks_the_reader(text: str) -> None:
    rfc822(text)


def test_the_samples_of_feedparser_are_read_once_it_is_said_whose_they_are(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "samples" / "feeds").iterdir()):
        assert is_ours(path)
        with Export(path) as export:
            records = list(Importer().extract(export, Owner(stated="http://example.org/")))
        found[path.stem.rpartition("_")[2]] = len(posts(records))
    assert found == {"atom10": 1, "rss20": 1, "rss20dc": 1}
