"""Slack's exports of a workspace: who the user is, whose acts, towards whom, and what stays unopened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.chats import LARGEST_GROUP, NOT_TO_YOU
from crm.importers.kit.export import Export
from crm.importers.slack import BETWEEN_OTHERS, Importer
from crm.importers.slack.shapes import Message
from crm.importers.slack.words import words_of

ME, ZOE, BO, BOT = "U0000MARA", "U00000ZOE", "U000000BO", "U00000BOT"
OWNER = Owner(identities=frozenset((("email", "mara@example.org"),)))
AT = 1_714_550_000


def user(number: str, name: str, is_bot: bool = False) -> dict[str, Any]:
    profile = {"real_name": name, "display_name": name.lower(), "email": f"{name.lower()}@example.org"}
    return {"id": number, "team_id": "T1", "name": name.lower(), "is_bot": is_bot, "profile": profile}


USERS = [user(ME, "Mara"), user(ZOE, "Zoe"), user(BO, "Bo"), user(BOT, "Robot", is_bot=True)]


def line(second: int, who: str, text: str = "hi", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": who, "text": text, "ts": f"{AT + second}.000100"} | more


def ts(second: int) -> str:
    return f"{AT + second}.000100"


def written(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def workspace(folder: Path, *lines: Any, members: list[str] | None = None, users: Any = None) -> Path:
    """Write a workspace with one channel of one day."""
    written(folder / "users.json", users or USERS)
    written(folder / "channels.json", [{"id": "C1", "name": "ofen", "members": members or [ME, ZOE, BO]}])
    written(folder / "ofen" / "2024-05-01.json", list(lines))
    return folder


def direct(folder: Path, *conversations: tuple[str, list[str], list[Any]]) -> Path:
    written(folder / "users.json", USERS)
    written(folder / "dms.json", [{"id": number, "members": members} for number, members, _ in conversations])
    for number, _, lines in conversations:
        written(folder / number / "2024-05-01.json", lines)
    return folder


def extract(path: Path, owner: Owner = OWNER) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def whom(act: InteractionRecord) -> str | None:
    return act.who.external_id if act.who else None


def test_ids_are_those_of_the_channel_and_the_time_and_keep_every_digit(tmp_path: Path) -> None:
    [act] = acts(extract(workspace(tmp_path, line(0, ZOE))))
    assert act.external_id == f"slack:C1:{AT}.000100"
    assert act.at == AT * 1_000_000 + 100


def test_only_people_with_an_act_become_contacts_with_their_address(tmp_path: Path) -> None:
    records = extract(workspace(tmp_path, line(0, ZOE), line(1, ZOE)))
    [contact] = [record for record in records if isinstance(record, ContactRecord)]
    assert [ref.handle or ref.external_id for ref in contact.identities] == [ZOE, "zoe@example.org"]


def test_an_answer_in_a_thread_of_the_user_is_a_reply_to_them(tmp_path: Path) -> None:
    root = line(0, ME, thread_ts=ts(0))
    reply = line(1, ZOE, thread_ts=ts(0), parent_user_id=ME)
    between = line(2, BO, thread_ts=ts(0), parent_user_id=ZOE)
    _, theirs, other = acts(extract(workspace(tmp_path, root, reply, between)))
    assert (theirs.kind, theirs.thread) == (Kind.REPLY, f"slack:C1:{ts(0)}")
    assert other.kind is Kind.GROUP_MESSAGE


def test_the_users_answer_in_a_thread_is_to_whom_began_it(tmp_path: Path) -> None:
    mine = line(1, ME, f"<@{BO}|bo> auch", thread_ts=ts(0), parent_user_id=ZOE)
    _, *sent = acts(extract(workspace(tmp_path, line(0, ZOE, thread_ts=ts(0)), mine)))
    assert {whom(act): act.kind for act in sent} == {ZOE: Kind.REPLY, BO: Kind.MENTION}
    assert sent[0].text == "@Bo auch"


def test_an_own_message_is_to_those_who_wrote_before_it(tmp_path: Path) -> None:
    records = extract(workspace(tmp_path, line(0, ZOE), line(1, ME), line(2, BO)))
    assert [whom(act) for act in acts(records) if act.direction is Direction.OUT] == [ZOE]


def test_in_a_large_channel_only_what_names_or_answers_somebody_is_to_them(tmp_path: Path) -> None:
    members = [ME, ZOE, BO, *(f"U{n:08}" for n in range(LARGEST_GROUP))]
    lines = (line(0, ZOE), line(1, ME), line(2, ME, f"<@{ZOE}>"), line(3, BO, f"<@{ME}>"))
    records = extract(workspace(tmp_path, *lines, members=members))
    assert [(whom(act), act.kind) for act in acts(records)] == [
        (None, Kind.GROUP_MESSAGE),
        (ZOE, Kind.MENTION),
        (BO, Kind.MENTION),
    ]
    assert left(records) == {NOT_TO_YOU: 1}


def test_reactions_count_between_the_user_and_others_only(tmp_path: Path) -> None:
    smile = [{"name": "smile", "users": [ME, BO, BOT], "count": 3}]
    records = extract(workspace(tmp_path, line(0, ZOE, reactions=smile), line(1, ME, reactions=smile)))
    found = [act for act in acts(records) if act.kind is Kind.REACTION]
    assert [(whom(act), act.direction, act.at) for act in found] == [
        (ZOE, Direction.OUT, None),
        (BO, Direction.IN, None),
    ]


def test_apps_joins_and_deleted_messages_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = (
        line(0, BOT),
        line(1, ZOE, subtype="channel_join"),
        line(2, "USLACKBOT", subtype="tombstone"),
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "ts": ts(3), "text": "x"},
    )
    records = extract(workspace(tmp_path, *lines))
    assert acts(records) == []
    assert sorted(left(records).values()) == [1, 1, 2]


def test_direct_messages_between_others_are_not_opened(tmp_path: Path) -> None:
    secret = ("D2", [ZOE, BO], [line(0, ZOE, "geheim")])
    records = extract(direct(tmp_path, ("D1", [ME, ZOE], [line(0, ZOE, "hallo")]), secret))
    assert [act.text for act in acts(records)] == ["hallo"]
    assert left(records) == {BETWEEN_OTHERS: 1}


def test_the_user_is_the_one_in_every_direct_message(tmp_path: Path) -> None:
    pairs = (("D1", [ME, ZOE], [line(0, ZOE)]), ("D2", [BO, ME], [line(0, ME)]))
    [me, *_] = extract(direct(tmp_path, *pairs), Owner())
    assert isinstance(me, SelfRecord)
    assert me.identities[0].external_id == ME


@pytest.mark.parametrize("stated", [ME, "mara@example.org", "Mara@Example.org", "@mara", "Mara"])
def test_the_user_can_be_stated_in_many_ways(stated: str, tmp_path: Path) -> None:
    [act] = acts(extract(workspace(tmp_path, line(0, ME)), Owner(stated=stated)))
    assert act.direction is Direction.OUT


def test_an_unknown_user_is_asked_for_with_the_most_active_to_choose_from(tmp_path: Path) -> None:
    crowd = [user(f"U{n:08}", f"Person{n}") for n in range(20)]
    lines = [line(n * 30 + k, f"U{n:08}") for n in range(20) for k in range(n + 1)]
    folder = workspace(tmp_path, *lines, line(900, BOT), users=[*USERS, *crowd])
    with pytest.raises(QuestionError) as raised:
        extract(folder, Owner())
    assert len(raised.value.choices) == 6
    assert raised.value.choices[0] == ("person19@example.org", "Person19: 20 messages")
    with pytest.raises(QuestionError, match="nobody in this workspace is called 'Kim'"):
        extract(folder, Owner(stated="Kim"))
    assert acts(extract(folder, Owner(stated=raised.value.choices[0][0])))


def test_a_huddle_is_a_call_with_those_who_were_in_it(tmp_path: Path) -> None:
    room = {"date_start": AT, "date_end": AT + 95, "participant_history": [ME, ZOE, BO]}
    alone = room | {"participant_history": [ME]}
    lines = (
        line(0, "USLACKBOT", "", subtype="huddle_thread", room=room),
        line(1, "USLACKBOT", "", subtype="huddle_thread", room=alone),
    )
    records = extract(workspace(tmp_path, *lines))
    assert [(whom(act), act.kind, act.direction) for act in acts(records)] == [
        (ZOE, Kind.CALL, Direction.MUTUAL),
        (BO, Kind.CALL, Direction.MUTUAL),
    ]
    assert sum(left(records).values()) == 1


def test_a_broken_day_costs_only_itself(tmp_path: Path) -> None:
    folder = workspace(tmp_path, line(0, ZOE))
    (folder / "ofen" / "2024-05-02.json").write_text('[{"type": "message", "us', "utf-8")
    written(folder / "ofen" / "2024-05-03.json", [line(9, BO)])
    records = extract(folder)
    assert [whom(act) for act in acts(records)] == [ZOE, BO]
    [problem] = [record for record in records if isinstance(record, Problem)]
    assert problem.where == "ofen/2024-05-02.json"


def test_a_part_without_people_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "2024-05-01.json").write_text(json.dumps([line(0, ZOE)]), "utf-8")
    with pytest.raises(ExportError, match=r"users\.json"):
        extract(tmp_path / "2024-05-01.json")


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<https://example.org>", "https://example.org"),
        ("<https://example.org|Ofen>", "Ofen (https://example.org)"),
        ("<https://example.org|example.org>", "https://example.org"),
        (f"<@{ZOE}> <@U99|fremd> <@U98>", "@Zoë @fremd @U98"),
        ("<#C1|ofen> <!here> <!subteam^S1|@team> <!date^1^{date}|heute>", "#ofen @here @team heute"),
    ],
)
def test_notation_is_written_out(raw: str, plain: str) -> None:
    assert words_of(Message(text=raw), {ZOE: "Zoë"}.get) == plain


@given(st.text(alphabet="<>@#!|&;ltgU0 ä"))
def test_any_text_can_be_written_out(text: str) -> None:
    found = words_of(Message(text=text), {}.get)
    assert found is None or found == found.strip()
