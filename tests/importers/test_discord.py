"""Discord's data packages and exported channels: whose acts, towards whom, when, and that the two agree."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
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
from crm.importers.discord import Importer, moments, words
from crm.importers.kit.chats import LARGEST_GROUP, NOT_TO_YOU
from crm.importers.kit.export import Export

ME, ZOE, BO = "264905529753600001", "276139553587200002", "408411124531200003"
CHANNEL = "794354201395200000"
LATEST = 2_000_000_000_000_000


def flake(second: int, number: int = 0) -> int:
    """Return the id of a message of that second of March 2022."""
    at = datetime(2022, 3, 4, tzinfo=UTC).timestamp() + second
    return ((int(at * 1000) - 1_420_070_400_000) << 22) | number


def written(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def account(folder: Path, *relationships: Any) -> None:
    user = {"id": ME, "username": "mara.ton", "discriminator": "0", "email": "m@example.org"}
    written(folder / "account" / "user.json", user | {"relationships": list(relationships)})


def friend(number: str, name: str, kind: int = 1) -> dict[str, Any]:
    return {"id": number, "type": kind, "user": {"id": number, "username": name, "discriminator": "0"}}


def channel(folder: Path, rows: list[tuple[int, str]], era: str = "json", **about: Any) -> Path:
    place = folder / "messages" / f"c{CHANNEL}"
    written(place / "channel.json", {"id": CHANNEL, **about})
    if era == "csv":
        with (place / "messages.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("ID", "Timestamp", "Contents", "Attachments"))
            writer.writerows((number, "2022-03-04 00:00:00.000000+00:00", text, "") for number, text in rows)
    else:
        written(
            place / "messages.json",
            [
                {"ID": number, "Timestamp": "2022-03-04 00:00:00", "Contents": text, "Attachments": ""}
                for number, text in rows
            ],
        )
    return folder


def author(number: str, name: str, is_bot: bool = False) -> dict[str, Any]:
    return {"id": number, "name": name, "discriminator": "0000", "nickname": name.title(), "isBot": is_bot}


MARA, ZOE_WRITES, BO_WRITES = author(ME, "mara.ton"), author(ZOE, "zoe"), author(BO, "bo")


def line(number: int, who: dict[str, Any], text: str = "hi", **more: Any) -> dict[str, Any]:
    stamp = "2022-03-04T00:00:00+00:00"
    return {"id": str(number), "type": "Default", "timestamp": stamp, "content": text, "author": who} | more


def answer(number: int, who: dict[str, Any], to: int) -> dict[str, Any]:
    return line(number, who, type="Reply", reference={"messageId": str(to)})


def saved(path: Path, *lines: Any, kind: str = "DirectTextChat", name: str = "Zoe") -> Path:
    head = {"guild": {"id": "0", "name": "x"}, "channel": {"id": CHANNEL, "type": kind, "name": name}}
    written(path, head | {"messages": list(lines), "messageCount": len(lines)})
    return path


def extract(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def whom(act: InteractionRecord) -> str | None:
    return act.who.external_id if act.who else None


def test_both_eras_give_the_same_acts(tmp_path: Path) -> None:
    found = []
    for era, kind in (("csv", 1), ("json", "DM")):
        folder = channel(tmp_path / era, [(flake(5, 7), "Hallo")], era, type=kind, recipients=[ZOE, ME])
        account(folder, friend(ZOE, "zoe"))
        found.append(acts(extract(folder)))
    assert found[0] == found[1]
    assert [whom(act) for act in found[0]] == [ZOE, ZOE]


def test_ids_above_2_to_the_53_keep_every_digit(tmp_path: Path) -> None:
    number = (1 << 62) - 1 - (1 << 21)
    folder = channel(tmp_path / "x", [(number, "Hallo")], type="DM", recipients=[ZOE, ME])
    account(folder)
    assert acts(extract(folder))[0].external_id == f"discord:msg:{number}"


def test_the_user_is_who_is_in_every_direct_message(tmp_path: Path) -> None:
    folder = channel(tmp_path / "x", [(flake(1), "Hallo")], type=1, recipients=[ZOE, ME])
    written(
        folder / "messages" / "c123456789012345678" / "channel.json",
        {"id": "1", "type": 1, "recipients": [ME, BO]},
    )
    assert [whom(act) for act in acts(extract(folder))] == [ZOE]


@pytest.mark.parametrize(
    ("label", "handle"),
    [
        ("Direct Message with zoe_g#0", "zoe_g"),
        ("Direktnachricht mit zoe.g#0", "zoe.g"),
        ("zoe_g#0 ile Direkt Mesaj", "zoe_g"),
        ("Direct Message with Zoë Glasur#0007", "Zoë Glasur#0007"),
        ("Direktnachricht mit Zoë Glasur#0007", None),
        ("Direct Message with deleted_user_1a2b#0", None),
        ("Direct Message with Deleted User 1a2b#0000", None),
        ("Unknown channel", None),
    ],
)
def test_the_index_names_the_other_side_in_any_language(
    label: str, handle: str | None, tmp_path: Path
) -> None:
    folder = channel(tmp_path / "x", [(flake(1), "Hallo")], type=1)
    written(folder / "messages" / "index.json", {CHANNEL: label})
    account(folder)
    [act] = acts(extract(folder))
    assert (act.who.handle if act.who else None) == handle
    assert act.kind is Kind.MESSAGE


def test_in_a_server_only_those_who_are_named_are_spoken_to(tmp_path: Path) -> None:
    rows = [(flake(1), "alle"), (flake(2), f"<@{ZOE}> und <@!{BO}>, <@{ME}>")]
    folder = channel(tmp_path / "x", rows, type="GUILD_TEXT", guild={"id": "55", "name": "Töpferei"})
    account(folder)
    alone, *named = acts(extract(folder))
    assert (alone.who, alone.kind) == (None, Kind.GROUP_MESSAGE)
    assert [(whom(act), act.kind) for act in named] == [(ZOE, Kind.MENTION), (BO, Kind.MENTION)]


def test_a_message_in_a_group_is_to_everybody_in_it(tmp_path: Path) -> None:
    folder = channel(tmp_path / "x", [(flake(1), f"<@{BO}>?")], type=3, recipients=[ME, ZOE, BO])
    account(folder)
    assert {whom(act): act.kind for act in acts(extract(folder))} == {
        ZOE: Kind.GROUP_MESSAGE,
        BO: Kind.MENTION,
    }


def test_friends_are_contacts_and_blocked_accounts_are_not(tmp_path: Path) -> None:
    account(tmp_path / "x", friend(ZOE, "zoe"), friend(BO, "bo", 2), friend("500000000000000005", "ask", 4))
    records = extract(tmp_path / "x")
    [contact] = [record for record in records if isinstance(record, ContactRecord)]
    assert contact.identities[0].external_id == ZOE
    directions = [(act.kind, act.direction) for act in acts(records)]
    assert directions == [(Kind.FOLLOW, Direction.IN), (Kind.FOLLOW, Direction.OUT)]
    assert [record.what for record in records if isinstance(record, Left)] == ["blocked accounts"]


def test_a_channel_alone_is_read_and_a_damaged_account_costs_one_problem(tmp_path: Path) -> None:
    folder = channel(tmp_path / "x", [(flake(1), "Hallo")], type=1, recipients=[ZOE])
    assert [whom(act) for act in acts(extract(folder / "messages" / f"c{CHANNEL}"))] == [ZOE]
    account(folder)
    user = folder / "account" / "user.json"
    user.write_bytes(user.read_bytes()[:-5])
    records = extract(folder)
    assert len(acts(records)) == 1
    assert len([record for record in records if isinstance(record, Problem)]) == 1


def test_the_number_of_a_message_is_its_time() -> None:
    moment = moments.of("949170857303867392", "2022-03-04 05:06:07", LATEST)
    assert moment.at == int(datetime(2022, 3, 4, 5, 6, 7, 123000, UTC).timestamp() * 1_000_000)
    assert not moment.assumed


def test_where_the_number_is_none_of_discords_the_written_time_counts() -> None:
    assert moments.of("1001", "2024-03-01T10:15:00+00:00", LATEST).at == 1_709_288_100_000_000
    assert moments.of("1001", "2024-03-01 10:15:00", LATEST).assumed
    assert moments.of("1001", "gestern", LATEST).at is None


@given(st.text(alphabet="<@!#:a1234567890>\\ ä"))
def test_any_text_can_be_written_out(text: str) -> None:
    assert "<@123>" not in words.written_out(text, lambda _: "Zoë", lambda _: "ofen")


def test_an_exported_channel_and_the_package_agree_on_messages(tmp_path: Path) -> None:
    folder = channel(tmp_path / "x", [(flake(5), "hi")], type=1, recipients=[ZOE, ME])
    account(folder, friend(ZOE, "zoe"))
    export = saved(tmp_path / "zoe.json", line(flake(5), MARA), line(flake(6), ZOE_WRITES))
    sent = acts(extract(folder))[1]
    mine, theirs = acts(extract(export))
    assert (mine.external_id, mine.at, mine.thread, mine.url) == (
        sent.external_id,
        sent.at,
        sent.thread,
        sent.url,
    )
    assert whom(mine) == whom(sent) == whom(theirs) == ZOE
    assert theirs.direction is Direction.IN


def test_a_direct_message_tells_the_user_by_its_name(tmp_path: Path) -> None:
    [me, *_] = extract(saved(tmp_path / "zoe.json", line(flake(1), MARA), line(flake(2), ZOE_WRITES)))
    assert isinstance(me, SelfRecord)
    assert [ref.external_id for ref in me.identities] == [ME]


def test_a_group_alone_asks_who_the_user_is(tmp_path: Path) -> None:
    lines = (line(flake(1), MARA), line(flake(2), ZOE_WRITES), line(flake(3), MARA))
    path = saved(tmp_path / "x.json", *lines, kind="DirectGroupTextChat", name="Raku")
    with pytest.raises(QuestionError) as raised:
        extract(path)
    assert raised.value.choices == ((ME, "Mara.Ton: 2 messages"), (ZOE, "Zoe: 1 message"))
    for stated in (ME, "mara.ton", "@Mara.Ton"):
        [first, *_] = acts(extract(path, Owner(stated=stated)))
        assert first.direction is Direction.OUT
    with pytest.raises(QuestionError, match="nobody in these channels is called 'kim'"):
        extract(path, Owner(stated="kim"))


def test_replies_in_a_server_are_to_those_they_answer(tmp_path: Path) -> None:
    lines = (line(flake(1), MARA), answer(flake(2), ZOE_WRITES, flake(1)), answer(flake(3), MARA, flake(2)))
    path = saved(tmp_path / "x.json", *lines, kind="GuildTextChat", name="ofen")
    first, reply, back = acts(extract(path, Owner(stated=ME)))
    assert first.who is None
    assert (reply.direction, reply.kind, whom(reply)) == (Direction.IN, Kind.REPLY, ZOE)
    assert (back.direction, back.kind, whom(back)) == (Direction.OUT, Kind.REPLY, ZOE)


def test_parts_of_a_channel_are_one_conversation_in_their_order(tmp_path: Path) -> None:
    lines = [line(flake(1), MARA), *(line(flake(n), ZOE_WRITES) for n in range(2, 11))]
    for part, one in enumerate([*lines, answer(flake(11), MARA, flake(10))], start=1):
        saved(tmp_path / "x" / f"ofen [part {part}].json", one, kind="GuildTextChat", name="ofen")
    last = acts(extract(tmp_path / "x", Owner(stated=ME)))[-1]
    assert (last.kind, whom(last)) == (Kind.REPLY, ZOE)


def test_in_a_large_server_what_is_not_to_the_user_is_left_out(tmp_path: Path) -> None:
    crowd = [
        line(flake(n), author(str(600000000000000000 + n), f"user{n}")) for n in range(LARGEST_GROUP + 3)
    ]
    last = line(flake(90), ZOE_WRITES, mentions=[MARA])
    path = saved(
        tmp_path / "x.json", line(flake(0, 1), MARA), *crowd, last, kind="GuildTextChat", name="ofen"
    )
    records = extract(path, Owner(stated=ME))
    assert acts(records)[-1].kind is Kind.MENTION
    assert [record for record in records if isinstance(record, Left)] == [Left(NOT_TO_YOU, 3)]


def test_robots_are_nobody(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", line(flake(1), MARA), line(flake(2), author("5", "mee6", is_bot=True)))
    records = extract(path, Owner(external_ids=frozenset((("discord", ME),))))
    assert len(acts(records)) == 1
    assert [record.what for record in records if isinstance(record, Left)] == ["messages of bots"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "AuthorID,Author,Date,Content,Attachments,Reactions\n1,a,2024-01-01,hi,,\n"),
        ("x.html", '<!doctype html><html><body><div class="chatlog">DiscordChatExporter</div></body></html>'),
    ],
)
def test_other_formats_of_the_exporter_say_what_to_do(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ExportError) as raised:
        extract(tmp_path / name)
    assert "JSON" in (raised.value.hint or "")


def test_a_cut_off_channel_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    folder = channel(tmp_path / "x", [(flake(n), "Hallo") for n in range(9)], type=1, recipients=[ZOE])
    path = folder / "messages" / f"c{CHANNEL}" / "messages.json"
    path.write_bytes(path.read_bytes()[:-30])
    *found, problem = extract(folder)
    assert len(found) == 8
    assert isinstance(problem, Problem)
    assert "cut off: it ends after 8 records" in problem.reason


def test_a_cut_off_file_of_the_exporter_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "zoe.json", *(line(flake(n), ZOE_WRITES) for n in range(5)))
    path.write_bytes(path.read_bytes()[:-100])
    *found, problem = extract(path, Owner(external_ids=frozenset((("discord", ME),))))
    assert len(acts(found)) == 4
    assert isinstance(problem, Problem)
    assert "cut off" in problem.reason


def test_the_samples_are_read(shared: Path, tmp_path: Path) -> None:
    place = tmp_path / "messages" / "c12345"
    place.mkdir(parents=True)
    for sample in (shared / "samples" / "discord").iterdir():
        (place / sample.name.rpartition("_c12345_")[2]).write_bytes(sample.read_bytes())
    found = acts(extract(tmp_path))
    assert [(act.external_id, act.text) for act in found] == [
        ("discord:msg:1001", "hello world"),
        ("discord:msg:1002", "follow up message\n[file x.png]"),
    ]
    assert [act.at for act in found] == [1_709_288_100_000_000, 1_709_288_160_000_000]
