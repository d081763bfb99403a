"""Tumblr: what the fixtures cannot show one thing at a time."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from archive_files import write_folder, write_zip, zip_bytes
from export_cases import EXPORTS

from crm.domain.errors import ExportError, QuestionError
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
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.tumblr import Importer

ME, ADA, BO, CY = "t:me", "t:ada", "t:bo", "t:cy"


def read(*paths: Path, owner: Owner | None = None) -> list[Record]:
    with Export(paths) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def posts(records: list[Record]) -> list[PostRecord]:
    return [record for record in records if isinstance(record, PostRecord)]


def talk(names: tuple[str, str], *messages: tuple[str, str], at: int = 1_544_000_000) -> str:
    said = "".join(
        f'<message ts="{at + 60 * number}" participant="{who}" type="TEXT">{text}</message>'
        for number, (who, text) in enumerate(messages)
    )
    people = "".join(f'<participant avatar_url="">{name}</participant>' for name in names)
    return (
        f'<conversation status="ACTIVE"><participants>{people}</participants><messages>{said}</messages>'
        "</conversation>"
    )


def messages(*talks: str) -> bytes:
    return f'<tumblr version="1.0"><conversations>{"".join(talks)}</conversations></tumblr>'.encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def post(number: int, body: str = "", kind: str = "regular", inner: str = "", **attributes: str) -> str:
    said = {
        "type": kind,
        "unix-timestamp": "1544201323",
        "state": "published",
        "tumblelog": "me",
        **attributes,
    }
    shown = "".join(f' {name}="{value}"' for name, value in said.items())
    text = f"<regular-body>{escaped(body)}</regular-body>" if body else ""
    return f'<post id="{number}" url="https://me.tumblr.com/post/{number}"{shown}>{inner}{text}</post>'


def blog(*entries: str) -> bytes:
    return f'<tumblr version="1.0"><posts>{"".join(entries)}</posts></tumblr>'.encode()


def of(tmp_path: Path, owner: Owner | None = None, **files: bytes) -> list[Record]:
    named = {f"{name}.xml": data for name, data in files.items()}
    return read(write_folder(tmp_path / "blog", named), owner=owner)


def one(records: list[Record]) -> Any:
    [found] = [record for record in records if isinstance(record, InteractionRecord | PostRecord)]
    return found


# ---- who is who in the conversations


def test_the_name_and_the_id_in_several_conversations_are_the_owners(tmp_path: Path) -> None:
    data = messages(talk(("me", "ada"), (ME, "Hi"), (ADA, "Hello")), talk(("bo", "me"), (BO, "?"), (ME, "!")))
    records = of(tmp_path, messages=data)
    assert records[0] == SelfRecord((IdentityRef("tumblr", "me", ME),))
    assert [(act.direction, act.who) for act in acts(records)] == [
        (Direction.OUT, IdentityRef("tumblr", "ada", ADA)),
        (Direction.IN, IdentityRef("tumblr", "ada", ADA)),
        (Direction.IN, IdentityRef("tumblr", "bo", BO)),
        (Direction.OUT, IdentityRef("tumblr", "bo", BO)),
    ]


def test_one_conversation_asks_and_every_answer_it_offers_can_be_given(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path / "a", {"messages.xml": messages(talk(("me", "ada"), (ME, "Hi"), (ADA, "Yo")))}
    )
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert caught.value.option == "as"
    assert caught.value.choices == (
        ("me t:me=me", "you are me, and wrote “Hi” on 2018-12-05"),
        ("me t:me=them", "you are me, and received “Hi” on 2018-12-05"),
        ("ada t:me=me", "you are ada, and wrote “Hi” on 2018-12-05"),
        ("ada t:me=them", "you are ada, and received “Hi” on 2018-12-05"),
    )
    for answer, meaning in caught.value.choices:
        records = read(path, owner=Owner(stated=answer))
        [mine] = [act for act in acts(records) if act.direction is Direction.OUT]
        assert (mine.text == "Hi") == ("wrote" in meaning)
        assert records[0].identities[0].handle == answer.split()[0]  # type: ignore[union-attr]
        assert mine.who is not None
        assert mine.who.handle == ({"me", "ada"} - {answer.split()[0]}).pop()


def test_the_posts_beside_it_say_which_blog_is_the_owners(tmp_path: Path) -> None:
    data = messages(talk(("me", "ada"), (ME, "Hi"), (ADA, "Yo")))
    with pytest.raises(QuestionError) as caught:
        of(tmp_path, messages=data, posts=blog(post(12345, "x")))
    assert [answer for answer, _ in caught.value.choices] == ["me t:me=me", "me t:me=them"]


@pytest.mark.parametrize(
    "owner", [Owner(external_ids=frozenset({("tumblr", ME)})), Owner(stated=ME), Owner(stated="t:me=me")]
)
def test_an_id_known_to_be_the_owners_decides(tmp_path: Path, owner: Owner) -> None:
    data = messages(talk(("me", "ada"), (ME, "Hi"), (ADA, "Yo")))
    records = of(tmp_path, owner, messages=data, posts=blog(post(12345, "x")))
    assert [act.direction for act in acts(records)] == [Direction.OUT, Direction.IN]


def test_conversations_in_which_no_id_comes_twice_ask_and_nobody_is_an_answer(tmp_path: Path) -> None:
    data = messages(talk(("me", "ada"), (ADA, "Buy!")), talk(("me", "bo"), (BO, "Follow me")))
    with pytest.raises(QuestionError) as caught:
        of(tmp_path / "a", messages=data)
    assert [answer for answer, _ in caught.value.choices] == ["t:ada=me", "t:bo=me", "nobody=me"]
    records = of(tmp_path / "b", Owner(stated="nobody=me"), messages=data)
    assert [(act.direction, act.who and act.who.handle) for act in acts(records)] == [
        (Direction.IN, "ada"),
        (Direction.IN, "bo"),
    ]


def test_a_name_that_two_blogs_have_had_is_nobodys_handle(tmp_path: Path) -> None:
    data = messages(
        talk(("me", "ada"), (ADA, "a"), (ME, "b")),
        talk(("ada", "me"), (BO, "c")),
        talk(("me", "cy"), (ME, "d")),
    )
    found = {act.who for act in acts(of(tmp_path, messages=data, posts=blog(post(12345, "x")))) if act.who}
    assert found == {
        IdentityRef("tumblr", None, ADA, "ada"),
        IdentityRef("tumblr", None, BO, "ada"),
        IdentityRef("tumblr", "cy"),
    }


def test_a_blog_has_one_identity_in_messages_and_posts(tmp_path: Path) -> None:
    data = messages(talk(("me", "ada-deactivated"), (ADA, "a"), (ME, "b")), talk(("me", "cy"), (ME, "d")))
    chain = '<p><a class="tumblr_blog" href="https://ada.tumblr.com/post/12345">ada</a>:</p><blockquote>x</blockquote>'
    records = of(tmp_path, messages=data, posts=blog(post(23456, chain, is_reblog="true")))
    assert {act.who for act in acts(records)} == {
        IdentityRef("tumblr", "ada", ADA),
        IdentityRef("tumblr", "cy"),
    }


def test_a_message_keeps_its_id_when_the_partner_answers_at_last_or_takes_another_name(
    tmp_path: Path,
) -> None:
    filler = talk(("me", "cy"), (ME, "x"), (CY, "y"))
    before = messages(talk(("me", "ada"), (ME, "Hi")), filler)
    after = messages(filler, talk(("ada-new", "me"), (ME, "Hi"), (ADA, "Yo")))
    old = {act.text: act for act in acts(of(tmp_path / "a", messages=before))}
    new = {act.text: act for act in acts(of(tmp_path / "b", messages=after))}
    assert old["Hi"].external_id == new["Hi"].external_id
    assert (old["Hi"].thread, new["Hi"].thread) == ("tumblr:conv:name:ada", f"tumblr:conv:{ADA}")
    assert new["Hi"].who == IdentityRef("tumblr", "ada-new", ADA)


def test_two_equal_messages_of_one_second_both_survive(tmp_path: Path) -> None:
    same = f'<message ts="1544000000" participant="{ME}" type="TEXT">ok</message>'
    data = messages(talk(("me", "ada"), (ADA, "?")).replace("</messages>", f"{same}{same}</messages>"))
    records = of(tmp_path, Owner(stated=f"me {ME}"), messages=data)
    assert len({act.external_id for act in acts(records) if act.text == "ok"}) == 2


def test_early_exports_that_name_the_writer_are_understood(tmp_path: Path) -> None:
    data = messages(talk(("me", "ada"), ("me", "Hi"), ("ada", "Yo")))
    records = of(tmp_path, messages=data, posts=blog(post(12345, "x")))
    assert [(act.direction, act.who) for act in acts(records)] == [
        (Direction.OUT, IdentityRef("tumblr", "ada")),
        (Direction.IN, IdentityRef("tumblr", "ada")),
    ]


def test_what_one_blogs_file_tells_decides_another(tmp_path: Path) -> None:
    files = {
        "a/messages.xml": messages(talk(("second", "ada"), (ADA, "Yo"), ("t:second", "Hi"))),
        "a/posts.xml": blog(post(12345, "x", tumblelog="second")),
        "b/messages.xml": messages(talk(("me", "ada"), (ME, "1"), (ADA, "2")), talk(("me", "bo"), (ME, "3"))),
    }
    records = read(write_folder(tmp_path / "x", files))
    directions = {act.text: act.direction for act in acts(records)}
    assert directions["Hi"] is Direction.OUT
    assert directions["Yo"] is Direction.IN
    mine = records[0]
    assert isinstance(mine, SelfRecord)
    assert set(mine.identities) == {
        IdentityRef("tumblr", "second", "t:second"),
        IdentityRef("tumblr", "me", ME),
    }


# ---- posts

CHAIN = (
    '<p><a href="https://ada.tumblr.com/post/12345/x" class="tumblr_blog">ada</a>:</p><blockquote>'
    '<p><a class="tumblr_blog" href="https://bo.tumblr.com/post/23456">bo</a>:</p>'
    "<blockquote><p>theirs</p></blockquote><p>hers</p></blockquote>"
)


def test_a_reblog_is_towards_the_nearest_blog_and_a_quote_with_own_words(tmp_path: Path) -> None:
    plain = one(of(tmp_path / "a", posts=blog(post(99999, CHAIN, is_reblog="true"))))
    quote = one(of(tmp_path / "b", posts=blog(post(99999, f"{CHAIN}<p>mine</p>"))))
    assert (plain.kind, plain.who.handle, plain.thread) == (Kind.RESHARE, "ada", "tumblr:post:12345")
    assert (quote.kind, quote.who.handle, quote.text) == (Kind.QUOTE, "ada", "mine")


def test_a_reblog_of_nobody_known_has_no_addressee(tmp_path: Path) -> None:
    found = one(of(tmp_path, posts=blog(post(99999, "<p>x</p>", is_reblog="true"))))
    assert (found.kind, found.who, found.direction) == (Kind.RESHARE, None, Direction.OUT)


def test_attributes_name_the_blog_in_both_spellings(tmp_path: Path) -> None:
    for number, name in enumerate(("reblogged-from-name", "reblogged_from_name")):
        records = of(tmp_path / str(number), posts=blog(post(99999, "<p>x</p>", **{name: "ada-deactivated"})))
        assert one(records).who == IdentityRef("tumblr", "ada")


def test_names_in_the_quoted_part_are_not_addressed(tmp_path: Path) -> None:
    theirs = CHAIN.replace("theirs", '<a class="tumblelog" href="https://cy.tumblr.com">@cy</a>')
    mine = f'{theirs}<p><a class="tumblelog" href="https://tmblr.co/m1">@dee</a> look</p>'
    found = acts(of(tmp_path, posts=blog(post(99999, mine))))
    assert [(act.kind, act.who and act.who.handle) for act in found] == [
        (Kind.QUOTE, "ada"),
        (Kind.MENTION, "dee"),
    ]


def test_a_published_question_has_no_time_of_its_own_and_the_answer_has(tmp_path: Path) -> None:
    asked = escaped('<a href="https://www.tumblr.com/ada">ada</a> asked: Why?')
    inner = f"<question>{asked}</question><answer>Because</answer>"
    question, answer = acts(of(tmp_path, posts=blog(post(99999, kind="Answer", inner=inner))))
    assert (question.direction, question.who, question.at, question.precision, question.text) == (
        Direction.IN,
        IdentityRef("tumblr", "ada"),
        None,
        Precision.UNKNOWN,
        "Why?",
    )
    assert (answer.direction, answer.kind, answer.who, answer.text) == (
        Direction.OUT,
        Kind.REPLY,
        IdentityRef("tumblr", "ada"),
        "Because",
    )


def test_a_link_inside_a_question_is_not_the_asker(tmp_path: Path) -> None:
    asked = escaped('<a href="https://ada.tumblr.com/post/12345">this post</a> is wrong?')
    inner = f"<question>{asked}</question><answer>No</answer>"
    records = of(tmp_path, posts=blog(post(99999, kind="answer", inner=inner)))
    assert one(records).who is None
    assert Left("anonymous questions (your answers were read)", 1) in records


def test_the_wall_clock_of_a_blog_is_taken_in_the_users_zone(tmp_path: Path) -> None:
    entry = post(99999, "x", **{"unix-timestamp": "", "date": "Fri, 07 Dec 2018 11:48:43"})
    found = one(of(tmp_path, Owner(zone=ZoneInfo("Europe/Berlin")), posts=blog(entry)))
    assert (found.at, found.zone_assumed) == (1_544_179_723_000_000, True)


def test_pages_are_read_only_where_the_posts_are_missing_from_posts_xml(tmp_path: Path) -> None:
    page = '<h1>P</h1><p>q</p><div id="footer"><span id="timestamp"> May 2nd, 2012 1:05pm </span></div>'
    inner = {
        "posts.xml": blog(post(11111, "x"), post(22222, "y", state="draft")),
        **{f"html/{number}.html": page.encode() for number in (11111, 22222, 33333)},
    }
    path = write_zip(tmp_path / "blog.zip", {"posts.zip": zip_bytes(inner), "media/1.jpg": b"\xff\xd8"})
    with Export(path) as export:
        records = list(Importer().extract(export, Owner()))
        assert export.unread() == ["media/ (1 file)"]
    assert [record.external_id for record in posts(records)] == ["tumblr:post:11111", "tumblr:post:33333"]


def test_an_era_later_the_same_post_has_the_same_id(tmp_path: Path) -> None:
    page = CHAIN + '<div id="footer"><span id="timestamp"> December 7th, 2018 4:48pm </span></div>'
    saved = {
        "id": 99999,
        "blog_name": "me",
        "reblog_key": "k",
        "type": "text",
        "body": CHAIN,
        "timestamp": 1544201323,
    }
    saved |= {"reblogged_from_name": "ada", "reblogged_from_id": "12345"}
    eras = [
        {"html/99999.html": page.encode()},
        {"posts.xml": blog(post(99999, CHAIN, is_reblog="true"))},
        {"json/99999.json": json.dumps(saved).encode()},
    ]
    found = [one(read(write_folder(tmp_path / str(n), files))) for n, files in enumerate(eras)]
    assert {(act.external_id, act.who.handle, act.kind, act.thread) for act in found} == {
        ("tumblr:post:99999", "ada", Kind.RESHARE, "tumblr:post:12345")
    }
    assert len({act.at // 60_000_000 for act in found}) == 1


def test_unpacked_folders_and_the_zip_give_the_same(tmp_path: Path) -> None:
    source = EXPORTS / "tumblr" / "blog-2019"
    shutil.copytree(source, tmp_path / "x")
    shutil.unpack_archive(source / "posts.zip", tmp_path / "x" / "posts")
    (tmp_path / "x" / "posts.zip").unlink()

    def told(records: list[Record]) -> Counter[Record]:
        return Counter(record for record in records if not isinstance(record, Problem))

    assert told(read(tmp_path / "x")) == told(read(source))


# ---- notes


def test_likes_and_replies_on_a_reblogged_post_are_not_towards_the_owner(tmp_path: Path) -> None:
    notes = [
        {"type": "like", "timestamp": 1544201400, "blog_name": "bo"},
        {"type": "reblog", "timestamp": 1544201401, "blog_name": "cy", "reblog_parent_blog_name": "ada"},
        {"type": "reblog", "timestamp": 1544201402, "blog_name": "dee", "reblog_parent_blog_name": "me"},
    ]
    saved = {"id": 99999, "blog_name": "me", "reblog_key": "k", "type": "text", "timestamp": 1544201323}
    saved |= {"reblogged_from_name": "ada", "notes": notes}
    records = read(write_folder(tmp_path / "x", {"json/99999.json": json.dumps(saved).encode()}))
    assert [(act.direction, act.who and act.who.handle) for act in acts(records)] == [
        (Direction.OUT, "ada"),
        (Direction.IN, "dee"),
    ]
    assert Left("notes on posts of others that you reblogged", 2) in records


def test_a_saved_answer_with_many_posts_is_read(tmp_path: Path) -> None:
    entries = [
        {
            "id": number,
            "blog_name": "me",
            "reblog_key": "k",
            "type": "text",
            "body": "x",
            "timestamp": 1544201323,
        }
        for number in (11111, 22222)
    ]
    answer = {"meta": {"status": 200}, "response": {"posts": entries}}
    files = {"11111.json": json.dumps(answer).encode()}
    assert len(posts(read(write_folder(tmp_path / "x", files)))) == 2


# ---- what is damaged or hostile


def test_a_cut_off_file_is_an_error_that_says_how_far_it_goes(tmp_path: Path) -> None:
    data = blog(*(post(10000 + n, "words") for n in range(50)))
    with pytest.raises(ExportError, match=r"posts\.xml is damaged or cut off .* after \d+ entries"):
        of(tmp_path, posts=data[: len(data) // 2])


def test_an_xml_file_with_entities_of_its_own_is_not_opened_and_listed(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE tumblr [<!ENTITY a "aaaa">]>' + blog(post(12345, "x"))
    path = write_folder(tmp_path / "x", {"posts.xml": bomb, "messages.xml": messages()})
    with Export(path) as export:
        assert list(Importer().extract(export, Owner())) == []
        assert export.unread() == ["posts.xml"]


@pytest.mark.parametrize(
    "body",
    [
        "<blockquote>" * 20_000,
        '<a class="tumblr_blog" href="' * 5_000,
        '<p><a class="tumblr_blog" href="x">y</a>:</p><blockquote>' * 3_000,
        "(via <a " * 10_000,
        "@" * 50_000,
        "<p>" * 50_000,
        "&lt;p" * 20_000,
    ],
    ids=range(7),
)
def test_hostile_text_in_a_post_costs_no_time(tmp_path: Path, body: str) -> None:
    page = f'{body}<div id="footer"><span id="timestamp"> May 2nd, 2012 1:05pm </span></div>'
    files = {"posts.xml": blog(post(12345, body)), "html/23456.html": page.encode()}
    assert len(read(write_folder(tmp_path / "x", files))) >= 3


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("posts.xml", b"<rss><channel/></rss>"),
        ("payload-0.json", b'{"data": 1}'),
        ("12345.json", b'{"id": 12345}'),
        ("html/12345.html", b"<html><body>hello</body></html>"),
    ],
)
def test_files_of_the_same_name_from_elsewhere_are_not_ours(tmp_path: Path, name: str, data: bytes) -> None:
    with Export(write_folder(tmp_path / "x", {name: data})) as export:
        assert not Importer().identify(export)


def test_empty_files_give_nothing_and_ask_nothing(tmp_path: Path) -> None:
    assert of(tmp_path, messages=messages(), posts=blog()) == []


@pytest.mark.parametrize(
    ("sample", "counts"),
    [
        ("messages-xml", {("out", "message"): 12, ("in", "message"): 13}),
        ("messages-extended-xml", {("out", "message"): 12, ("in", "message"): 16}),
        ("messages-secondblog-xml", {("out", "message"): 8, ("in", "message"): 3}),
        ("post-xml", {("out", "reshare"): 6}),
        ("post-extended-xml", {("out", "reshare"): 7}),
        ("post-secondblog", {("out", "reshare"): 1}),
    ],
)
def test_the_samples_give_what_is_in_them(shared: Path, sample: str, counts: dict[Any, int]) -> None:
    [path] = (shared / "samples" / "tumblr").glob(f"*_XML_test-{sample}.xml")
    records = read(path)
    assert Counter((act.direction.value, act.kind.value) for act in acts(records)) == counts
    assert isinstance(records[0], SelfRecord)
    assert not [record for record in records if isinstance(record, Problem)]


def test_the_later_sample_has_all_ids_of_the_earlier_one(shared: Path) -> None:
    def ids(name: str) -> dict[str, Any]:
        [path] = (shared / "samples" / "tumblr").glob(f"*_XML_test-{name}-xml.xml")
        return {act.external_id: act.direction for act in acts(read(path))}

    old, new = ids("messages"), ids("messages-extended")
    assert len(old) == 25
    assert old.items() <= new.items()
