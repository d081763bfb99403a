"""Exports of Telegram Desktop: whose acts, towards whom, when, and what of a file of any shape is read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.telegram import Importer, walking
from crm.importers.telegram.acts import Authors
from crm.importers.telegram.reading import read
from crm.importers.telegram.shapes import Chat, Message

Json: TypeAlias = dict[str, Any]

ME, ZOE, BO = ("Mara", "user111"), ("Zoë", "user222"), ("Bo", "user333")
AT = 1709290800


def message(
    number: int, sender: tuple[str | None, str | None], text: Any = "hallo", **more: Any
) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2024-03-01T12:00:00",
        "date_unixtime": str(AT + number),
        "from": sender[0],
        "from_id": sender[1],
        "text": text,
        **more,
    }


def chat(*messages: Json, kind: str | None = "personal_chat", **more: Any) -> Json:
    head = {"name": "Zoë", "type": kind, "id": 222}
    return {key: value for key, value in (head | more).items() if value is not None} | {
        "messages": list(messages)
    }


def group(*messages: Json, number: int = 77) -> dict[str, Any]:
    return chat(*messages, kind="private_group", name="Ofen", id=number)


def account(*chats: Json, **more: Any) -> Json:
    personal = {"user_id": 111, "first_name": "Mara", "username": "@mara"}
    return {"about": "x", "personal_information": personal, **more, "chats": {"list": list(chats)}}


def written(folder: Path, document: Any, indent: int | None = 1) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "result.json").write_text(json.dumps(document, ensure_ascii=False, indent=indent), "utf-8")
    return folder


def extract(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def ways(act: InteractionRecord) -> tuple[str | None, Direction, Kind]:
    return act.who.external_id if act.who else None, act.direction, act.kind


def test_the_two_samples_of_another_parser_ask_who_the_user_is(shared: Path) -> None:
    for name in ("batch", "single"):
        [path] = (shared / "samples" / "telegram").glob(f"*{name}_export.json")
        with pytest.raises(QuestionError) as raised:
            extract(path)
        assert raised.value.option == "as"
        assert [answer for answer, _ in raised.value.choices] == ["Author 1", "Author 2"]
        found = acts(extract(path, Owner(stated="author 1")))
        assert [(act.direction, act.text) for act in found] == [
            (Direction.OUT, "Minimal Message"),
            (Direction.IN, "Link:https://telegram.org/"),
        ]
        assert {act.who.name for act in found if act.who} == {"Author 2"}


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
def test_a_document_is_read_alike_however_it_is_indented(indent: int | None, tmp_path: Path) -> None:
    document = account(
        chat(message(1, ZOE), message(2, ME, ["a ", {"type": "bold", "text": "]}\n"}])), group()
    )
    expected = extract(written(tmp_path / "a", document))
    assert extract(written(tmp_path / "b", document, indent)) == expected
    assert len(acts(expected)) == 2


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")])
def test_messages_without_indentation_are_decoded_many_at_once(
    separators: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    liked = [{"type": "emoji", "emoji": "❤", "recent": [{"from": "Mara", "from_id": "user111"}]}]
    entities = [{"type": "plain", "text": '}]}, {"name": "x", "id": 1}, {"id": 2'}]
    chats = [
        chat(*(message(n, ZOE, text_entities=entities, reactions=liked) for n in range(place, place + 90)))
        for place in (0, 100, 200)
    ]
    document = account(*chats, left_chats={"list": []})
    expected = extract(written(tmp_path / "indented", document))
    (tmp_path / "result.json").write_text(json.dumps(document, separators=separators), "utf-8")
    taken: list[int] = []
    alone = walking.Walker.value

    def counted(walker: walking.Walker) -> bytes:
        taken.append(walker.at)
        return alone(walker)

    monkeypatch.setattr(walking.Walker, "value", counted)
    assert extract(tmp_path / "result.json") == expected
    assert len(acts(expected)) == 2 * 270
    assert len(taken) < 50


def test_a_chat_with_somebody_tells_by_itself_who_the_user_is(tmp_path: Path) -> None:
    records = extract(written(tmp_path, chat(message(1, ZOE), message(2, ME))))
    assert [ways(act)[:2] for act in acts(records)] == [("222", Direction.IN), ("222", Direction.OUT)]
    [me] = [record for record in records if isinstance(record, SelfRecord)]
    assert [(ref.external_id, ref.name) for ref in me.identities] == [("111", "Mara")]


def test_a_chat_in_which_only_the_other_one_wrote_needs_no_answer(tmp_path: Path) -> None:
    [act] = acts(extract(written(tmp_path, chat(message(1, ZOE)))))
    assert ways(act) == ("222", Direction.IN, Kind.MESSAGE)


def test_a_group_alone_does_not_say_who_the_user_is(tmp_path: Path) -> None:
    path = written(tmp_path, group(message(1, ZOE), message(2, ME), message(3, ME)))
    with pytest.raises(QuestionError) as raised:
        extract(path)
    assert raised.value.choices == (("user111", "Mara: 2 messages"), ("user222", "Zoë: 1 message"))
    for stated in ("user111", "111", "mara"):
        assert ways(acts(extract(path, Owner(stated=stated)))[-1]) == (
            "222",
            Direction.OUT,
            Kind.GROUP_MESSAGE,
        )
    with pytest.raises(QuestionError, match="nobody in these chats is called 'Ada'"):
        extract(path, Owner(stated="Ada"))


@pytest.mark.parametrize(
    "owner", [Owner(external_ids=frozenset({("telegram", "111")})), Owner(names=frozenset({"mara"}))]
)
def test_whoever_was_the_user_before_is_the_user_in_a_group_too(owner: Owner, tmp_path: Path) -> None:
    path = written(tmp_path, group(message(1, ZOE), message(2, ME)))
    assert [act.direction for act in acts(extract(path, owner))] == [Direction.IN, Direction.OUT]


def test_without_personal_information_the_saved_messages_tell_who_the_user_is(tmp_path: Path) -> None:
    document = account(
        group(message(1, ZOE), message(2, ME)), chat(message(3, ME), kind="saved_messages", id=111)
    )
    del document["personal_information"]
    records = extract(written(tmp_path, document))
    assert [act.direction for act in acts(records)] == [Direction.IN, Direction.OUT]
    assert Left("notes to yourself (saved messages)", 1) in records


def test_a_message_in_a_group_goes_to_those_who_spoke_before(tmp_path: Path) -> None:
    document = account(group(message(1, ME), message(2, ZOE), message(3, ME), message(4, BO), message(5, ME)))
    found = acts(extract(written(tmp_path, document)))
    assert [act.external_id.removeprefix("telegram:msg:77:") for act in found if act.direction == "out"] == [
        "1",
        "3:222",
        "5:222",
        "5:333",
    ]


def test_a_longer_export_of_a_group_repeats_the_acts_of_the_shorter_one(tmp_path: Path) -> None:
    messages = [message(1, ZOE), message(2, ME), message(3, BO), message(4, ME, reply_to_message_id=1)]
    shorter = acts(extract(written(tmp_path / "a", account(group(*messages[:3])))))
    longer = acts(extract(written(tmp_path / "b", account(group(*messages)))))
    assert longer[: len(shorter)] == shorter


def test_answers_and_mentions_in_a_group_are_said_to_somebody(tmp_path: Path) -> None:
    at_me = [{"type": "mention", "text": "@MARA"}]
    at_me_too = [{"type": "mention_name", "text": "M", "user_id": 111}]
    at_zoe = ["hej ", {"type": "mention_name", "text": "Z", "user_id": 222}]
    document = account(
        group(
            message(1, ZOE),
            message(2, ME, reply_to_message_id=1),
            message(3, BO, reply_to_message_id=2),
            message(4, BO, at_me),
            message(5, BO, at_me_too),
            message(6, ME, at_zoe),
            message(7, BO, reply_to_message_id=1),
            message(8, BO, reply_to_message_id=2, reply_to_peer_id="channel9"),
        )
    )
    assert [ways(act) for act in acts(extract(written(tmp_path, document)))] == [
        ("222", Direction.IN, Kind.GROUP_MESSAGE),
        ("222", Direction.OUT, Kind.REPLY),
        ("333", Direction.IN, Kind.REPLY),
        ("333", Direction.IN, Kind.MENTION),
        ("333", Direction.IN, Kind.MENTION),
        ("222", Direction.OUT, Kind.MENTION),
        ("333", Direction.OUT, Kind.GROUP_MESSAGE),
        ("333", Direction.IN, Kind.GROUP_MESSAGE),
        ("333", Direction.IN, Kind.GROUP_MESSAGE),
    ]


def test_in_a_crowd_only_what_is_said_to_the_user_counts(tmp_path: Path) -> None:
    crowd = [message(number, (f"P{number}", f"user{1000 + number}")) for number in range(1, 60)]
    document = account(group(*crowd, message(100, ME), message(101, ZOE, reply_to_message_id=100)))
    records = extract(written(tmp_path, document))
    assert ways(acts(records)[-1]) == ("222", Direction.IN, Kind.REPLY)
    assert ways(acts(records)[-2]) == (None, Direction.OUT, Kind.GROUP_MESSAGE)
    assert len(acts(records)) == 52
    assert Left("messages in large groups that neither name nor answer you", 9) in records


def test_reactions_of_the_user_and_to_the_user_are_acts_others_are_not(tmp_path: Path) -> None:
    def by(*people: tuple[str, str]) -> list[dict[str, Any]]:
        recent = [{"from": name, "from_id": number, "date": "2024-03-01T12:01:00"} for name, number in people]
        return [{"type": "emoji", "emoji": "❤", "count": 9, "recent": recent}]

    document = account(
        group(message(1, ZOE, reactions=by(BO, ME)), message(2, ME, reactions=by(ZOE, ME, ("K", "channel5"))))
    )
    found = [act for act in acts(extract(written(tmp_path, document))) if act.kind is Kind.REACTION]
    assert [ways(act)[:2] for act in found] == [("222", Direction.OUT), ("222", Direction.IN)]
    assert [act.at for act in found] == [(AT + 61) * 1_000_000, (AT + 62) * 1_000_000]


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"duration_seconds": 65, "discard_reason": "hangup"}, [Kind.CALL]),
        ({"discard_reason": "missed"}, []),
        ({"discard_reason": "busy"}, []),
        ({}, []),
    ],
)
def test_only_a_call_that_took_time_is_a_call(
    more: dict[str, Any], kinds: list[Kind], tmp_path: Path
) -> None:
    service = message(1, ZOE) | {
        "type": "service",
        "action": "phone_call",
        "actor": "Zoë",
        "actor_id": "user222",
    }
    found = acts(extract(written(tmp_path, account(chat(service | more)))))
    assert [act.kind for act in found] == kinds
    assert all(
        act.direction is Direction.MUTUAL and act.who and act.who.external_id == "222" for act in found
    )


def test_an_own_post_in_a_channel_is_a_post_and_others_are_left(tmp_path: Path) -> None:
    channel = ("Kanal", "channel9")
    posts = (message(1, channel, author="Mara"), message(2, channel, author="Bo"), message(3, ME))
    document = account(chat(*posts, kind="public_channel", id=9))
    records = extract(written(tmp_path, document))
    assert [post.external_id for post in records if isinstance(post, PostRecord)] == [
        "telegram:msg:9:1",
        "telegram:msg:9:3",
    ]
    assert Left("posts of channels", 1) in records


def test_times_without_a_zone_are_those_of_the_users_wall(tmp_path: Path) -> None:
    old = message(1, ZOE) | {"date": "2019-07-01T12:00:00"}
    del old["date_unixtime"]
    [act] = acts(extract(written(tmp_path, account(chat(old))), Owner(zone=ZoneInfo("Europe/Berlin"))))
    assert act.zone_assumed
    assert act.at == 1561975200 * 1_000_000


def test_a_group_has_the_same_number_in_exports_of_2019_and_today(tmp_path: Path) -> None:
    before = group(message(1, ("Zoë", None)) | {"from_id": 222}, number=8589934592 + 1408830840)
    now = group(message(1, ZOE), number=1408830840)
    [old] = acts(extract(written(tmp_path / "a", account(before))))
    [new] = acts(extract(written(tmp_path / "b", account(now))))
    assert (old.external_id, old.who, old.thread) == (new.external_id, new.who, new.thread)


def test_control_characters_that_telegram_writes_as_no_json_are_mended(tmp_path: Path) -> None:
    path = written(tmp_path, account(chat(message(1, ZOE, "a#b"), message(2, ZOE, r"c\x1Fd"))))
    file = path / "result.json"
    file.write_text(file.read_text("utf-8").replace("#", r"\x1F"), "utf-8")
    assert [act.text for act in acts(extract(path))] == ["a\x1fb", r"c\x1Fd"]


def test_a_message_that_makes_no_sense_costs_itself_alone(tmp_path: Path) -> None:
    bad = message(2, ZOE) | {"text": {"no": "text"}}
    records = extract(written(tmp_path, account(chat(message(1, ZOE), bad, message(3, ZOE)))))
    assert [act.external_id[-1] for act in acts(records)] == ["1", "3"]
    [problem] = [record for record in records if isinstance(record, Problem)]
    assert problem.where == "result.json: Zoë, message 2"


def test_a_broken_message_costs_itself_alone(tmp_path: Path) -> None:
    path = written(tmp_path, account(chat(message(1, ZOE), message(2, ZOE, "kaputt"), message(3, ZOE))))
    file = path / "result.json"
    file.write_text(file.read_text("utf-8").replace('"kaputt"', '"kap"utt"'), "utf-8")
    records = extract(path)
    assert [act.external_id[-1] for act in acts(records)] == ["1", "3"]
    assert len([record for record in records if isinstance(record, Problem)]) == 1


@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_that_was_cut_off_says_so(indent: int | None, tmp_path: Path) -> None:
    path = written(tmp_path, account(chat(*(message(number, ZOE) for number in range(9)))), indent)
    file = path / "result.json"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(ExportError, match=r"result\.json is cut off: it can be read for \d messages"):
        extract(path)


def test_web_pages_are_answered_with_how_to_ask_for_json(tmp_path: Path) -> None:
    (tmp_path / "messages.html").write_text(
        "<html><title>Exported Data</title><div class=page_wrap>", "utf-8"
    )
    with pytest.raises(ExportError) as raised:
        extract(tmp_path)
    assert "JSON" in str(raised.value.hint)


@pytest.mark.parametrize(
    "document",
    [
        {"messages": [{"type": "Generic", "sender_name": "Zoë"}], "title": "x"},
        {"chats": {"list": []}},
        [{"type": "personal_chat"}],
        {"personal_information": {"name": "Zoë"}},
    ],
)
def test_other_json_is_not_telegrams(document: Any, tmp_path: Path) -> None:
    with Export(written(tmp_path, document)) as export:
        assert not Importer().identify(export)


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 5)), max_size=60))
def test_the_author_of_a_message_is_found_again(pairs: list[tuple[int, int]]) -> None:
    authors, kept, highest = Authors(), {}, -1
    for number, who in pairs:
        authors.note(number, f"k{who}")
        if number > highest:
            kept[number], highest = f"k{who}", number
    assert {number: authors.of(number) for number, _ in pairs} == {
        number: kept.get(number) for number, _ in pairs
    }
    assert authors.of(None) is None


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
VALUES: Callable[[], st.SearchStrategy[Any]] = lambda: st.recursive(  # noqa: E731
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(TEXT, max_size=6), max_size=4),
    between=st.dictionaries(TEXT.map("zz".__add__), VALUES(), max_size=3),
    indent=st.sampled_from([None, 0, 1, 2]),
    chunk=st.integers(16, 300),
)
def test_every_message_of_every_chat_is_found_whatever_is_read_at_once(
    texts: list[list[str]], between: dict[str, Any], indent: int | None, chunk: int
) -> None:
    chats = [
        between | {"name": str(place), "id": place}
        | {"messages": [message(number, ZOE, text, zz=between) for number, text in enumerate(each)]} | between
        for place, each in enumerate(texts)
    ]  # fmt: skip
    document = json.dumps(
        between | {"chats": {"about": "]}", "list": chats}}, indent=indent, ensure_ascii=False
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "CHUNK", chunk)
        patch.setattr("crm.importers.telegram.reading.CHUNK", chunk)
        stream = io.BytesIO(document.encode("utf-8", "replace"))
        found = list(read(stream, "result.json"))
    heads = [item.name for item in found if isinstance(item, Chat)]
    bodies = [item.text for item in found if isinstance(item, Message)]
    assert heads == [str(place) for place in range(len(texts))]
    assert bodies == [text for each in texts for text in each]
