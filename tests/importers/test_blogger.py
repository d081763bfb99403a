"""Blogger: two notations of one thing, who the user is, and what is nobody's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from export_cases import NAMES

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Record,
    SelfRecord,
)
from crm.importers.blogger import Importer
from crm.importers.kit.export import Export

BLOG = "tag:blogger.com,1999:blog-408168245790957392"
KIND = "http://schemas.google.com/blogger/2008/kind"
POST = "1000000000000001"
PAGE = "https://ada.blogspot.com/2020/01/a.html"


def author(name: str, number: str = "", email: str = "noreply@blogger.com") -> str:
    uri = f"<uri>https://www.blogger.com/profile/{number}</uri>" if number else ""
    return f"<author><name>{name}</name>{uri}<email>{email}</email></author>"


ADA, JO = author("Ada", "11111111111"), author("Jo", "22222222222")


def old(number: str, kind: str, by: str, answers: str = "", text: str = "words") -> str:
    """Return an entry in the notation of the old backup."""
    parts = [
        f"<id>{BLOG}.post-{number}</id><published>2020-01-01T10:00:00.000+02:00</published>",
        f"<category scheme='http://schemas.google.com/g/2005#kind' term='{KIND}#{kind}'/>",
        f"<content type='html'>{text}</content>{by}",
    ]
    if kind == "comment":
        parts.append(f"<thr:in-reply-to ref='{BLOG}.post-{POST}' href='{PAGE}'/>")
    if answers:
        href = f"http://www.blogger.com/feeds/1/{POST}/comments/default/{answers}"
        parts.append(f"<link rel='related' href='{href}'/>")
    return f"<entry>{''.join(parts)}</entry>"


def new(number: str, kind: str, by: str, answers: str = "", text: str = "words", status: str = "LIVE") -> str:
    """Return the same in the notation of Takeout."""
    parts = [
        f"<id>{BLOG}.post-{number}</id><published>2020-01-01T08:00:00Z</published>",
        f"<blogger:type>{kind.upper()}</blogger:type><blogger:status>{status}</blogger:status>",
        f"<content type='html'>{text}</content>{by}",
    ]
    if kind == "comment":
        parts.append(f"<blogger:parent>{BLOG}.post-{POST}</blogger:parent>")
    if answers:
        parts.append(f"<blogger:inReplyTo>{BLOG}.post-{answers}</blogger:inReplyTo>")
    return f"<entry>{''.join(parts)}</entry>"


def feed(*entries: str, head: str = "") -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:thr='http://purl.org/syndication/thread/1.0' "
        "xmlns:blogger='http://schemas.google.com/blogger/2018'>"
        f"<id>{BLOG}.archive</id>{head}{''.join(entries)}</feed>"
    ).encode()


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


@pytest.fixture
def extract(tmp_path: Path):
    def run(*entries: str, owner: Owner | None = None, head: str = "") -> list[Record]:
        path = tmp_path / "blog-01-01-2020.xml"
        path.write_bytes(feed(*entries, head=head))
        return read(path, owner)

    return run


def acts(records: list[Record]) -> dict[str, InteractionRecord]:
    return {
        act.external_id.removeprefix("blogger:comment:"): act
        for act in records
        if isinstance(act, InteractionRecord)
    }


@pytest.mark.parametrize("entry", [old, new])
def test_comments_find_what_they_answer_also_when_the_newest_stands_first(extract, entry) -> None:
    first, second, third = "2000000000000001", "2000000000000002", "2000000000000003"
    found = acts(
        extract(
            entry(POST, "post", ADA),
            entry(third, "comment", JO, second),
            entry(second, "comment", ADA, first),
            entry(first, "comment", JO),
        )
    )
    assert {
        key: (act.direction, act.kind, act.who and act.who.external_id) for key, act in found.items()
    } == {
        third: (Direction.IN, Kind.REPLY, "22222222222"),
        second: (Direction.OUT, Kind.REPLY, "22222222222"),
        first: (Direction.IN, Kind.COMMENT, "22222222222"),
    }


def test_both_notations_give_the_same_records(extract) -> None:
    records = [
        extract(entry(POST, "post", ADA), entry("2000000000000001", "comment", JO)) for entry in (old, new)
    ]
    keys = [
        [(r.external_id, r.at, r.text) for r in each if isinstance(r, PostRecord | InteractionRecord)]
        for each in records
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 2


@pytest.mark.parametrize("status", ["DRAFT", "SOFT_TRASHED", "SCHEDULED", "HARD_TRASHED"])
def test_what_is_not_published_is_left(extract, status: str) -> None:
    records = extract(
        new(POST, "post", ADA, status=status), new("2000000000000001", "comment", JO, status="SPAM")
    )
    assert not [record for record in records if isinstance(record, PostRecord | InteractionRecord)]
    assert sum(record.number for record in records if isinstance(record, Left)) == 2


def test_settings_and_templates_are_no_posts(extract) -> None:
    records = extract(old("1", "template", ADA), old("2", "settings", ADA), old(POST, "post", ADA))
    assert len([record for record in records if isinstance(record, PostRecord)]) == 1


@pytest.mark.parametrize("name", ["Anonymous", "Anónimo", "", "Anonym"])
def test_who_left_no_name_is_nobody(extract, name: str) -> None:
    records = extract(old(POST, "post", ADA), old("2000000000000001", "comment", author(name)))
    assert not acts(records)
    assert [record.what for record in records if isinstance(record, Left)] == [
        "comments by nobody in particular"
    ]


def test_a_namesake_without_a_profile_is_not_the_user(extract) -> None:
    records = extract(
        old(POST, "post", ADA), old("2000000000000001", "comment", author("Ada", "33333333333"))
    )
    assert acts(records)["2000000000000001"].direction is Direction.IN


def test_the_address_that_blogger_writes_for_everybody_is_nobodys(extract) -> None:
    records = extract(old(POST, "post", ADA), old("2000000000000001", "comment", author("Mo")))
    who = acts(records)["2000000000000001"].who
    assert who is not None
    assert (who.platform, who.external_id) == ("blogger", "408168245790957392:name:mo")


def test_of_several_writers_the_one_whose_backup_it_is_is_the_user(extract) -> None:
    entries = (old(POST, "post", ADA), old("1000000000000002", "post", JO))
    [me] = [record for record in extract(*entries, head=JO) if isinstance(record, SelfRecord)]
    assert me.identities[0].external_id == "22222222222"


def test_of_several_writers_in_takeout_the_user_is_asked_once(extract) -> None:
    entries = (new(POST, "post", ADA), new("1000000000000002", "post", JO))
    with pytest.raises(QuestionError) as asked:
        extract(*entries)
    assert asked.value.choices == (
        ("11111111111", "Ada, 1 post or page"),
        ("22222222222", "Jo, 1 post or page"),
    )
    for owner in (
        Owner(stated="jo"),
        Owner(stated="22222222222"),
        Owner(external_ids=frozenset({("blogger", "22222222222")})),
    ):
        posts = [record for record in extract(*entries, owner=owner) if isinstance(record, PostRecord)]
        assert [post.external_id for post in posts] == ["blogger:post:1000000000000002"]


def test_naming_somebody_who_does_not_write_there_is_an_error(extract) -> None:
    with pytest.raises(ExportError, match="nobody in this export is called eve"):
        extract(new(POST, "post", ADA), owner=Owner(stated="eve"))


def test_a_feed_for_feed_readers_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "atom.xml"
    path.write_bytes(
        b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/g/2005'>"
        b"<id>tag:blogger.com,1999:blog-1</id><entry><id>tag:blogger.com,1999:blog-1.post-2</id></entry></feed>"
    )
    with Export(path) as export:
        assert not Importer().identify(export)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("part", "counts"),
    [
        ("*sample.xml", {"self": 1, "post": 3, "interaction": 2}),
        ("*sample2.xml", {"self": 1, "post": 4, "interaction": 3}),
    ],
)
def test_every_sample_is_read(shared: Path, part: str, counts: dict[str, int]) -> None:
    [path] = (shared / "samples" / "blogger").glob(part)
    found = Counter(NAMES[type(record)] for record in read(path))
    assert found == counts
