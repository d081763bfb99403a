"""WordPress: who commented on what, who the user is, and what a comment form cannot prove."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from export_cases import NAMES

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.wordpress import Importer

SITE = "https://blog.example.org"
ADA = "<wp:author><wp:author_id>1</wp:author_id><wp:author_login>ada</wp:author_login>"
ADA += "<wp:author_email>ada@example.org</wp:author_email></wp:author>"
BO = "<wp:author><wp:author_id>2</wp:author_id><wp:author_login>bo</wp:author_login></wp:author>"


def wxr(*items: str, authors: str = ADA, version: str = "1.2") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>Blog</title><link>{SITE}</link><wp:base_blog_url>{SITE}/</wp:base_blog_url>
{authors}{"".join(items)}</channel></rss>""".encode()


def item(*comments: str, number: int = 7, creator: str = "ada", **fields: str) -> str:
    fields = {"post_type": "post", "status": "publish", "post_date_gmt": "2020-01-01 10:00:00"} | fields
    inside = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in fields.items())
    return (
        f"<item><title>T</title><link>{SITE}/t</link><dc:creator>{creator}</dc:creator>"
        f"<wp:post_id>{number}</wp:post_id>{inside}{''.join(comments)}</item>"
    )


def comment(number: int, **fields: str) -> str:
    fields = {
        "author": "Jo", "author_email": "jo@example.org", "date_gmt": "2020-01-02 10:00:00",
        "content": "words", "approved": "1", "type": "comment", "parent": "0", "user_id": "0",
    } | fields  # fmt: skip
    inside = "".join(
        f"<wp:comment_{name}><![CDATA[{value}]]></wp:comment_{name}>"
        for name, value in fields.items()
        if name != "meta"
    )
    return f"<wp:comment><wp:comment_id>{number}</wp:comment_id>{inside}{fields.get('meta', '')}</wp:comment>"


def meta(key: str, value: str) -> str:
    pair = f"<wp:meta_key>{key}</wp:meta_key><wp:meta_value>{value}</wp:meta_value>"
    return f"<wp:commentmeta>{pair}</wp:commentmeta>"


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        importer = Importer()
        assert importer.identify(export)
        return list(importer.extract(export, owner or Owner()))


@pytest.fixture
def extract(tmp_path: Path):
    def run(data: bytes, owner: Owner | None = None) -> list[Record]:
        path = tmp_path / "blog.wordpress.2024-01-01.xml"
        path.write_bytes(data)
        return read(path, owner)

    return run


def acts(records: list[Record]) -> dict[str, InteractionRecord]:
    """Return the interactions by the number of their comment."""
    return {
        record.external_id.rpartition(":")[2]: record
        for record in records
        if isinstance(record, InteractionRecord)
    }


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def test_an_answer_that_stands_before_its_comment_finds_it(extract) -> None:
    records = extract(wxr(item(comment(5, author="ada", user_id="1", parent="9"), comment(9))))
    answer = acts(records)["5"]
    assert (answer.direction, answer.kind) == (Direction.OUT, Kind.REPLY)
    assert answer.who is not None
    assert answer.who.handle == "jo@example.org"


def test_an_answer_to_the_users_comment_is_a_reply_and_any_other_is_a_comment(extract) -> None:
    mine = comment(1, author="ada", author_email="ADA@example.org")
    found = acts(extract(wxr(item(mine, comment(2, parent="1"), comment(3), comment(4, parent="3")))))
    assert [found[number].kind for number in "234"] == [Kind.REPLY, Kind.COMMENT, Kind.COMMENT]
    assert found["1"].direction is Direction.OUT
    assert found["1"].who is None


def test_a_guest_with_the_name_of_the_author_is_a_guest(extract) -> None:
    found = acts(extract(wxr(item(comment(1, author="ada", author_email="other@example.org")))))
    assert found["1"].direction is Direction.IN


def test_answering_oneself_is_towards_nobody(extract) -> None:
    mine = [comment(n, author="ada", user_id="1", parent=str(n - 1)) for n in (1, 2)]
    assert acts(extract(wxr(item(*mine))))["2"].who is None


def test_an_answered_comment_that_still_waits_is_left_but_its_author_is_answered(extract) -> None:
    records = extract(wxr(item(comment(1, approved="0"), comment(2, author="ada", user_id="1", parent="1"))))
    assert list(acts(records)) == ["2"]
    assert acts(records)["2"].who is not None
    assert left(records) == {"comments that wait for approval, or were rejected": 1}


@pytest.mark.parametrize("approved", ["0", "hold", "spam", "trash", "post-trashed"])
def test_nobody_whose_comment_was_not_let_in_becomes_a_contact(extract, approved: str) -> None:
    records = extract(wxr(item(comment(1, approved=approved, author_url="https://spam.example"))))
    assert not [record for record in records if isinstance(record, ContactRecord | InteractionRecord)]


def test_a_typed_website_joins_nobody_to_the_blog_it_names(extract) -> None:
    records = extract(
        wxr(
            item(
                comment(1, author_email="real@example.org", author_url="https://jo.example"),
                comment(2, author_email="liar@example.org", author_url="https://jo.example"),
                comment(3, author_email="liar@example.org", author_url="https://twitter.com/jo"),
            )
        )
    )
    cards = [record for record in records if isinstance(record, ContactRecord)]
    assert [[ref.platform for ref in card.identities] for card in cards] == [
        ["email", "web"],
        ["email", "web", "web"],
    ]


def test_a_login_with_another_service_is_that_services_account_and_said_before_the_comment(extract) -> None:
    logged_in = comment(1, author_url="https://twitter.com/jo", meta=meta("hc_post_as", "twitter"))
    records = extract(wxr(item(logged_in)))
    kinds = [NAMES[type(record)] for record in records]
    [card] = [record for record in records if isinstance(record, ContactRecord)]
    assert [(ref.platform, ref.handle) for ref in card.identities] == [
        ("x", "jo"),
        ("email", "jo@example.org"),
    ]
    assert kinds.index("contact") < kinds.index("interaction")


@pytest.mark.parametrize(
    ("fields", "platform", "key"),
    [
        ({"author_email": "", "author_url": "https://www.facebook.com/jo.5"}, "facebook", "jo.5"),
        ({"author_email": "", "author_url": "http://jo.wordpress.com/"}, "wordpress", "jo"),
        ({"author_email": "", "author_url": "http://jo.example/blog"}, "blog", "http://jo.example/blog"),
        ({"author_email": "", "author_url": SITE}, "wordpress", f"{SITE}:name:jo"),
        ({"author_email": "noreply@blogger.com"}, "wordpress", f"{SITE}:name:jo"),
        ({"author_email": "not an address", "user_id": "5"}, "wordpress", f"{SITE}:user:5"),
        ({"author_email": "", "author": "J&#246;&amp;Co"}, "wordpress", f"{SITE}:name:jo&co"),
    ],
)  # fmt: skip
def test_whoever_leaves_no_address_is_known_by_the_next_best_thing(
    extract, fields: dict[str, str], platform: str, key: str
) -> None:
    who = acts(extract(wxr(item(comment(1, **fields)))))["1"].who
    assert who is not None
    assert (who.platform, who.handle or who.external_id) == (platform, key)


def test_what_nobody_signed_is_counted(extract) -> None:
    records = extract(
        wxr(item(comment(1, author="Anonymous", author_email=""), comment(2, author="", author_email="")))
    )
    assert left(records) == {"comments by nobody in particular": 2}


@pytest.mark.parametrize("kind", ["pingback", "trackback"])
def test_a_pingback_is_a_mention_by_the_site_and_its_title_nobodys_name(extract, kind: str) -> None:
    page = "https://other.example/2020/page/"
    found = acts(
        extract(wxr(item(comment(1, type=kind, author="A title", author_email="", author_url=page))))
    )["1"]
    assert (found.kind, found.direction, found.url) == (Kind.MENTION, Direction.IN, page)
    assert found.who is not None
    assert (found.who.platform, found.who.handle, found.who.name) == ("blog", "https://other.example/", None)
    assert found.text == "A title\nwords"


def test_pingbacks_between_the_users_own_pages_are_left(extract) -> None:
    own = comment(1, type="pingback", author_email="", author_url=f"{SITE}/2020/older")
    assert left(extract(wxr(item(own)))) == {"pingbacks and notes of your own site": 1}


def test_the_fediverse_is_known_by_its_accounts_not_by_addresses_of_mail(extract) -> None:
    like = comment(
        1, type="like", author_email="eve@example.social", author_url="https://example.social/@eve",
        meta=meta("protocol", "activitypub"),
    )  # fmt: skip
    found = acts(extract(wxr(item(like))))["1"]
    assert found.kind is Kind.REACTION
    assert found.who is not None
    assert (found.who.platform, found.who.handle) == ("mastodon", "eve@example.social")


def test_times_are_utc_and_else_the_users_wall_clock(extract) -> None:
    nine = "2020-07-02 09:00:00"
    never = "0000-00-00 00:00:00"
    data = wxr(
        item(
            comment(1, date=nine, date_gmt="2020-07-02 07:30:00"),
            comment(2, date=nine, date_gmt=never),
            comment(3, date=never, date_gmt=never),
            comment(4, date_gmt="1970-01-01 00:00:00"),
            comment(5, date_gmt="9999-12-31 23:59:59"),
        )
    )
    records = extract(data, Owner(zone=ZoneInfo("Europe/Berlin")))
    found = acts(records)
    assert found["1"].at == datetime(2020, 7, 2, 7, 30, tzinfo=UTC).timestamp() * 1_000_000
    assert found["2"].at == datetime(2020, 7, 2, 7, 0, tzinfo=UTC).timestamp() * 1_000_000
    assert [found[number].zone_assumed for number in "12"] == [False, True]
    assert [found[number].precision for number in "345"] == [Precision.UNKNOWN] * 3
    assert next(r.reason for r in records if isinstance(r, Problem)).startswith("3 times count as unknown")


def test_a_post_without_utc_has_the_time_of_the_feed(extract) -> None:
    data = wxr(item(post_date_gmt="0000-00-00 00:00:00")).replace(
        b"<title>T", b"<pubDate>Fri, 16 May 2008 22:46:22 +0200</pubDate><title>T"
    )
    [post] = [record for record in extract(data) if isinstance(record, PostRecord)]
    assert post.at == datetime(2008, 5, 16, 20, 46, 22, tzinfo=UTC).timestamp() * 1_000_000


@pytest.mark.parametrize("status", ["draft", "private", "pending", "future", "trash"])
def test_only_what_is_published_is_a_post(extract, status: str) -> None:
    records = extract(wxr(item(status=status, post_date_gmt="0000-00-00 00:00:00")))
    assert left(records) == {"drafts, private, planned and trashed posts": 1}


def test_a_post_names_the_people_it_links_to_once_each_and_never_the_user(extract) -> None:
    links = (
        "https://x.com/jo",
        "https://x.com/jo",
        "https://x.com/me",
        "https://x.com/jo/status/1",
        "https://a.example",
    )
    body = "".join(f'<a href="{link}">x</a>' for link in links)
    data = wxr(item()).replace(
        b"<title>T", f"<content:encoded><![CDATA[{body}]]></content:encoded><title>T".encode()
    )
    found = list(acts(extract(data, Owner(identities=frozenset({("x", "me")})))).values())
    assert [(act.kind, act.who and act.who.handle) for act in found] == [(Kind.MENTION, "jo")]


def test_of_several_authors_the_one_who_published_is_the_user(extract) -> None:
    records = extract(wxr(item(creator="bo"), authors=ADA + BO))
    [me] = [record for record in records if isinstance(record, SelfRecord)]
    assert me.identities[0].external_id == f"{SITE}:user:2"


def test_of_several_who_published_the_user_is_asked(extract) -> None:
    data = wxr(item(), item(number=8, creator="bo"), authors=ADA + BO)
    with pytest.raises(QuestionError) as asked:
        extract(data)
    assert asked.value.option == "as"
    assert asked.value.choices == (("ada", "ada@example.org, 1 post or page"), ("bo", "1 post or page"))


@pytest.mark.parametrize("stated", ["bo", "2", "BO"])
def test_the_user_can_say_which_author_they_are(extract, stated: str) -> None:
    data = wxr(item(), item(number=8, creator="bo"), authors=ADA + BO)
    [me] = [r for r in extract(data, Owner(stated=stated)) if isinstance(r, SelfRecord)]
    assert me.identities[-1].external_id == f"{SITE}:user:2"


def test_nobody_is_asked_twice(extract) -> None:
    data = wxr(item(), item(number=8, creator="bo"), authors=ADA + BO)
    known = Owner(external_ids=frozenset({("wordpress", f"{SITE}:user:2")}))
    posts = [record for record in extract(data, known) if isinstance(record, PostRecord)]
    assert [post.external_id for post in posts] == [f"wp:{SITE}:post:8"]
    by_mail = Owner(identities=frozenset({("email", "ada@example.org")}))
    posts = [record for record in extract(data, by_mail) if isinstance(record, PostRecord)]
    assert [post.external_id for post in posts] == [f"wp:{SITE}:post:7"]


def test_naming_somebody_who_does_not_write_there_is_an_error(extract) -> None:
    with pytest.raises(ExportError, match="nobody on this site is called eve"):
        extract(wxr(item(), authors=ADA + BO), Owner(stated="eve"))


def test_ids_are_the_same_however_the_export_is_cut_and_packed(tmp_path: Path) -> None:
    one, two = item(comment(1)), item(comment(2), number=8)
    whole = tmp_path / "whole.xml"
    whole.write_bytes(wxr(one, two).replace(SITE.encode(), b"http://www.blog.example.org"))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a/blog.wordpress.2024-01-01.000.xml", wxr(two))
        archive.writestr("a/blog.wordpress.2024-01-01.001.xml", wxr(one))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(inner.getvalue())
    keys = [
        {r.external_id for r in read(path) if isinstance(r, PostRecord | InteractionRecord)}
        for path in (whole, cut)
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 4


def test_a_file_that_is_cut_off_is_an_error(extract) -> None:
    with pytest.raises(ExportError, match="cut off in line"):
        extract(wxr(item(comment(1)))[:-30])


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
def test_every_version_is_recognised(extract, version: str) -> None:
    assert extract(wxr(item(), version=version))


def test_a_plain_feed_of_a_wordpress_site_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(
        b'<rss version="2.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"><channel>'
        b"<generator>https://wordpress.org/?v=6.5</generator><item><title>a</title></item></channel></rss>"
    )
    with Export(path) as export:
        assert not Importer().identify(export)


SAMPLES = {
    "wordpress/*wxr-simple.xml": (None, "1 self 1 post"),
    "wordpress/*wxr-comprehensive.xml": ("alice", "1 self 1 post 1 interaction 1 contact 1 left"),
    "wordpress/*serialized*": (None, "1 self 1 interaction 1 contact 1 left"),
    "wordpress/*sample.wxr": (None, "1 self 4 post 2 interaction"),
    "wordpress/*sample2.wxr": (None, "1 self 4 post 3 interaction"),
    "wordpress/*theme-unit*": ("themedemos", "1 self 55 post 30 interaction 3 contact 3 left"),
    "wordpress/*a11y-unit*": ("themereviewteam", "1 self 10 post 3 interaction 1 contact 3 left 1 problem"),
    "squarespace/*.xml": (None, "1 self 4 post 1 left"),
}


@pytest.mark.shared
@pytest.mark.parametrize("part", SAMPLES)
def test_every_sample_is_read(shared: Path, part: str) -> None:
    stated, counts = SAMPLES[part]
    [path] = (shared / "samples").glob(part)
    found = Counter(NAMES[type(record)] for record in read(path, Owner(stated=stated)))
    words = counts.split()
    assert found == dict(zip(words[1::2], map(int, words[::2]), strict=True))
