"""TikTok: what the fixtures of each generation cannot show one thing at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from export_cases import EXPORTS

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    CoverageRecord,
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
from crm.importers.kit import jsonparts
from crm.importers.kit.export import Export
from crm.importers.tiktok import Importer

CASES = EXPORTS / "tiktok"


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def of(tmp_path: Path, document: dict[str, Any], owner: Owner | None = None) -> list[Record]:
    path = tmp_path / "user_data_tiktok.json"
    path.write_text(json.dumps(document), "utf-8")
    return read(path, owner)


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def chat(partner: str, *messages: tuple[str, str]) -> dict[str, Any]:
    rows = [
        {"Date": f"2024-01-01 10:00:{second:02}", "From": sender, "Content": text}
        for second, (sender, text) in enumerate(messages)
    ]
    return {f"Chat History with {partner}:": rows}


def messages(*chats: dict[str, Any], me: str | None = None) -> dict[str, Any]:
    history = {title: rows for one in chats for title, rows in one.items()}
    document: dict[str, Any] = {"Direct Messages": {"Chat History": {"ChatHistory": history}}}
    if me:
        document["Profile"] = {"Profile Information": {"ProfileMap": {"userName": me}}}
    return document


def test_the_same_acts_have_the_same_ids_after_the_sections_moved() -> None:
    old = {record.external_id: record for record in acts(read(CASES / "one-file-2021"))}
    new = {record.external_id: record for record in acts(read(CASES / "moved-sections-2025"))}
    kinds = {old[key].kind for key in old.keys() & new.keys()}
    assert kinds == {Kind.MESSAGE, Kind.COMMENT, Kind.REACTION, Kind.FOLLOW}
    both = [record for key, record in old.items() if key in new and record.kind is Kind.MESSAGE]
    assert len(both) == 4
    assert {record.external_id for record in both if record.direction is Direction.IN} == {
        key
        for key, record in new.items()
        if key in old and record.kind is Kind.MESSAGE and record.direction is Direction.IN
    }
    posts = [
        {record.external_id for record in read(CASES / case) if isinstance(record, PostRecord)}
        for case in ("one-file-2021", "moved-sections-2025")
    ]
    assert len(posts[0] & posts[1]) == 2


def test_the_same_messages_as_text_and_as_json_have_the_same_ids(tmp_path: Path) -> None:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "Messages directs.txt").write_text(
        ">>> Chat History with ada::\n\n2024-01-01 10:00:00 UTC ada: hi: you\n"
        "2024-01-01 10:00:01 UTC bo: two\nlines\n",
        "utf-8",
    )
    document = messages(chat("ada", ("ada", "hi: you"), ("bo", "two\nlines")))
    one, two = acts(read(folder)), acts(of(tmp_path, document))
    assert [record._replace(zone_assumed=True) for record in one] == two
    assert [record.direction for record in one] == [Direction.IN, Direction.OUT]


def test_without_a_profile_whoever_is_not_the_partner_is_the_user(tmp_path: Path) -> None:
    found = of(tmp_path, messages(chat("ada", ("ada", "hi"), ("bo", "ho")), chat("cy", ("bo", "hey"))))
    assert isinstance(found[0], SelfRecord)
    assert found[0].identities[0].handle == "bo"
    assert [record.direction for record in acts(found)] == [Direction.IN, Direction.OUT, Direction.OUT]
    assert [record.who.handle for record in acts(found) if record.who] == ["ada", "ada", "cy"]


def test_messages_that_could_be_of_two_people_ask_who_the_user_is(tmp_path: Path) -> None:
    document = messages(chat("ada", ("bo", "hi")), chat("cy", ("dee", "ho")))
    with pytest.raises(QuestionError) as caught:
        of(tmp_path, document)
    assert caught.value.option == "as"
    assert {answer for answer, _ in caught.value.choices} == {"bo", "dee"}
    answered = acts(of(tmp_path, document, Owner(stated="@Bo")))
    assert [record.direction for record in answered] == [Direction.OUT, Direction.IN]
    known = acts(of(tmp_path, document, Owner(identities=frozenset({("tiktok", "dee")}))))
    assert [record.direction for record in known] == [Direction.IN, Direction.OUT]


def test_only_received_messages_need_no_answer(tmp_path: Path) -> None:
    found = acts(of(tmp_path, messages(chat("ada", ("ada", "hi"), ("ada", "there?")))))
    assert [record.direction for record in found] == [Direction.IN, Direction.IN]


def test_two_equal_messages_of_one_second_both_survive(tmp_path: Path) -> None:
    document = messages(chat("ada", ("ada", "ok")), me="bo")
    rows = document["Direct Messages"]["Chat History"]["ChatHistory"]["Chat History with ada:"]
    rows.append(dict(rows[0]))
    assert len({record.external_id for record in acts(of(tmp_path, document))}) == 2


def test_a_like_listed_twice_is_one_like_and_goes_to_nobody_known(tmp_path: Path) -> None:
    like = {"date": "2024-01-01 10:00:00", "link": "https://www.tiktokv.com/share/video/7300000000000000001/"}
    found = acts(of(tmp_path, {"Activity": {"Like List": {"ItemFavoriteList": [like, like]}}}))
    assert [(record.external_id, record.who, record.kind) for record in found] == [
        ("like:7300000000000000001", None, Kind.REACTION)
    ]


def test_what_was_watched_is_no_post_of_the_user(tmp_path: Path) -> None:
    video = {"Date": "2024-01-01 10:00:00", "Link": "https://www.tiktokv.com/share/video/1/"}
    document = {
        "Activity": {"Video Browsing History": {"VideoList": [video]}},
        "Your Activity": {"Watch History": {"VideoList": [video]}},
        "Video": {"Videos": {"VideoList": [dict(video, Date="2024-01-02 10:00:00")]}},
    }
    assert [type(record) for record in of(tmp_path, document)] == [PostRecord]


def test_a_row_of_another_shape_becomes_one_problem_and_costs_no_other(tmp_path: Path) -> None:
    good = {"Date": "2024-01-01 10:00:00", "UserName": "ada"}
    document = {
        "Activity": {
            "Follower List": {"FansList": [good, ["x"], {"UserName": {}}, good | {"UserName": "cy"}]}
        }
    }
    found = of(tmp_path, document)
    assert [record.external_id for record in acts(found)] == ["follow:in:ada", "follow:in:cy"]
    assert [record.where for record in found if isinstance(record, Problem)] == [
        "user_data_tiktok.json:FansList[1]",
        "user_data_tiktok.json:FansList[2]",
    ]


def test_a_group_of_an_unknown_shape_is_a_problem_and_no_act(tmp_path: Path) -> None:
    document = {"Direct Message": {"Group Chat": {"GroupChat": [{"Members": 3}]}}, "Profile": {}}
    found = of(tmp_path, document)
    assert [type(record) for record in found] == [Problem]


def test_lists_that_are_null_and_sections_that_are_empty_are_normal(tmp_path: Path) -> None:
    document = {
        "Activity": None,
        "Comment": {"Comments": {"CommentsList": None}},
        "Direct Messages": {"Chat History": {"ChatHistory": {}}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "bo"}}},
    }
    assert [type(record) for record in of(tmp_path, document)] == [SelfRecord]


def test_a_document_cut_off_says_how_far_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "user_data.json"
    data = json.dumps(messages(chat("ada", ("ada", "hi"), ("bo", "ho")), me="bo"))
    path.write_text(data[: data.index('"Profile"')], "utf-8")
    with pytest.raises(ExportError, match="cut off or damaged after"):
        read(path)


def test_the_history_of_watching_is_passed_over_and_lists_behind_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonparts, "CHUNK", 1000)
    monkeypatch.setattr(jsonparts, "MAX_ELEMENT", 20_000)
    watched = [{"Date": "2024-01-01 10:00:00", "Link": f"https://x/{number}"} for number in range(5_000)]
    document = {"Activity": {"Video Browsing History": {"VideoList": watched}}}
    document |= messages(chat("ada", *[("ada", f"message {number}") for number in range(60)]), me="bo")
    assert len(acts(of(tmp_path, document))) == 60


def test_the_name_of_the_download_says_until_when_it_covers(tmp_path: Path) -> None:
    folder = tmp_path / "TikTok_Data_1735588272"
    folder.mkdir()
    (folder / "user_data_tiktok.json").write_text(json.dumps(messages(me="bo")), "utf-8")
    assert CoverageRecord("tiktok", None, 1_735_588_272_000_000) in read(folder)


def test_blocking_somebody_is_no_act_but_counted() -> None:
    left = [record for record in read(CASES / "moved-sections-2025") if isinstance(record, Left)]
    assert Left("accounts you blocked", 2) in left
    assert "pest0815" not in str(acts(read(CASES / "moved-sections-2025")))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "renamed.json",
            '{"Activity": {"Like List": {"ItemFavoriteList": []}, "Follower List": {"FansList": []}}}',
            True,
        ),
        ("renamed.json", '{"Activity": {"Like": []}}', False),
        ("user_data.json", '{"hello": {"ChatHistory": {}}}', False),
        ("user_data_tiktok.json", '\ufeff{"Profile And Settings": {"Follower": {"FansList": null}}}', True),
        ("Follower.txt", "Date: 2024-01-01 10:00:00 UTC\nUserName: ada\n", True),
        ("Follower.txt", "Date: yesterday\nUserName: ada\n", False),
        ("notes.txt", "Date: 2024-01-01 10:00:00 UTC\nUserName: ada\n", False),
        ("Profile Info.txt", "Username: ada\n", False),
        ("chat.txt", ">>> Chat History with ada::\n\n", True),
        ("chat.txt", "12/1/24, 10:00 - Ada: hi\n", False),
    ],
)
def test_what_is_recognised(name: str, text: str, expected: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with Export(tmp_path / name) as export:
        assert Importer().identify(export) is expected
