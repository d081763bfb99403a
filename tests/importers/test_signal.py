"""Exports of Signal: the app's frames, the tool's texts, and what only Signal can read."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.signal import Importer
from crm.importers.signal.words import account_of

AT = 1708300000000
ZOE = str(UUID(int=2))
INFO = {"version": "1", "backupTimeMs": "1708300000000"}


def aci(number: int) -> str:
    return base64.b64encode(UUID(int=number).bytes).decode()


def contact(number: int, **more: Any) -> dict[str, Any]:
    return {"recipient": {"id": str(number), "contact": {"aci": aci(number), **more}}}


def start(**zoe: Any) -> list[dict[str, Any]]:
    """Return the frames of an account with Zoë (2), Bo (3), and a group of both (5)."""
    members = [{"userId": aci(number)} for number in (1, 2, 3)]
    group = {"masterKey": "a2V5", "snapshot": {"title": {"title": "Ofen"}, "members": members}}
    return [
        INFO,
        {"recipient": {"id": "1", "self": {}}},
        contact(2, **(zoe or {"profileGivenName": "Zoë"})),
        contact(3, profileGivenName="Bo"),
        {"recipient": {"id": "5", "group": group}},
        {"chat": {"id": "12", "recipientId": "2"}},
        {"chat": {"id": "15", "recipientId": "5"}},
    ]


def item(number: int, chat: int, author: int, body: str = "hallo", **more: Any) -> dict[str, Any]:
    side = {"outgoing": {"sendStatus": []}} if author == 1 else {"incoming": {}}
    text = {"standardMessage": {"text": {"body": body}}} if "updateMessage" not in more else {}
    values = {"chatId": str(chat), "authorId": str(author), "dateSent": str(AT + number * 1000)}
    return {"chatItem": values | side | text | more}


def written(folder: Path, frames: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = (json.dumps(frame, ensure_ascii=False) for frame in frames)
    (folder / "main.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def text(folder: Path, *lines: str, name: str = "Zoë/chat.md") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return folder


def test_the_sample_of_another_parser_asks_who_the_user_is(shared: Path) -> None:
    [path] = (shared / "samples" / "signal").glob("*.txt")
    with pytest.raises(QuestionError) as raised:
        read(path)
    assert raised.value.option == "as"
    assert dict(raised.value.choices) == {
        "Jane Doe": "Jane Doe: 1 message",
        "John Doe": "John Doe: 1 message",
    }
    found = acts(read(path, Owner(stated="john doe")))
    assert [(act.direction, act.text) for act in found] == [
        (Direction.IN, "Hello John!"),
        (Direction.OUT, "Hello\nJane!"),
    ]
    assert {act.precision for act in found} == {Precision.MINUTE}


@pytest.mark.parametrize(
    "form", [aci(2), ZOE, ZOE.upper(), UUID(int=2).hex, aci(2).rstrip("=") + "==", UUID(int=2).bytes.hex()]
)
def test_an_account_is_the_same_in_every_writing(form: str) -> None:
    assert account_of(form) == ZOE


def test_a_message_is_to_or_from_the_other_one(tmp_path: Path) -> None:
    found = acts(read(written(tmp_path, [*start(), item(1, 12, 2), item(2, 12, 1)])))
    who = IdentityRef("signal", external_id=ZOE, name="Zoë")
    assert [(act.who, act.direction) for act in found] == [(who, Direction.IN), (who, Direction.OUT)]
    assert [act.external_id for act in found] == [
        f"signal:{ZOE}:{AT + 1000}:{ZOE}",
        f"signal:{ZOE}:{AT + 2000}:me",
    ]


def test_numbers_that_are_the_files_own_do_not_change_ids(tmp_path: Path) -> None:
    first = acts(read(written(tmp_path / "a", [*start(), item(1, 12, 2), item(2, 15, 2)])))
    again = [
        json.loads(json.dumps(frame).replace('"2"', '"92"').replace('"12"', '"77"')) for frame in start()
    ]
    again[2]["recipient"]["contact"] = {"aci": ZOE, "profileGivenName": "Zoë"}
    other = acts(read(written(tmp_path / "b", [*again, item(1, 77, 92), item(2, 15, 92)])))
    assert first == other


def test_a_number_joins_the_contact_of_the_address_book(tmp_path: Path) -> None:
    frames = [
        *start(e164="491701234567", systemGivenName="Zoë", nickname={"given": "Zo"}),
        item(1, 12, 2),
        item(2, 12, 2),
    ]
    cards = [record for record in read(written(tmp_path, frames)) if isinstance(record, ContactRecord)]
    [card] = cards
    assert card.name == "Zo"
    assert card.identities[1] == IdentityRef("phone", "+491701234567")


def test_somebody_without_account_is_a_telephone_number(tmp_path: Path) -> None:
    frames = start()
    frames[2] = {"recipient": {"id": "2", "contact": {"e164": 491701234567}}}
    [act] = acts(read(written(tmp_path, [*frames, item(1, 12, 2)])))
    assert act.who == IdentityRef("phone", "+491701234567")


def test_in_a_group_a_message_goes_to_whom_it_was_sent(tmp_path: Path) -> None:
    sent = {"outgoing": {"sendStatus": [{"recipientId": "3"}]}}
    found = acts(read(written(tmp_path, [*start(), item(1, 15, 1), item(2, 15, 1, **sent)])))
    assert [act.who.name if act.who else None for act in found] == ["Zoë", "Bo", "Bo"]
    assert {act.kind for act in found} == {Kind.GROUP_MESSAGE}
    assert "a2V5" not in str(found)


def test_answers_and_mentions_in_a_group_are_said_to_somebody(tmp_path: Path) -> None:
    def message(number: int, author: int, **standard: Any) -> dict[str, Any]:
        return item(number, 15, author, standardMessage={"text": {"body": "x"}, **standard})

    def naming(number: int) -> dict[str, Any]:
        return {"text": {"body": "\ufffc!", "bodyRanges": [{"mentionAci": aci(number)}]}}

    frames = [
        message(1, 2, quote={"authorId": "1"}),
        message(2, 2, quote={"authorId": "3"}),
        message(3, 2, **naming(1)),
        message(4, 1, quote={"authorId": "2"}, **naming(3)),
    ]
    found = [
        (act.who.name if act.who else None, act.kind, act.text)
        for act in acts(read(written(tmp_path, start() + frames)))
    ]
    assert found == [
        ("Zoë", Kind.REPLY, "x"),
        ("Zoë", Kind.GROUP_MESSAGE, "x"),
        ("Zoë", Kind.MENTION, "@you!"),
        ("Zoë", Kind.REPLY, "@Bo!"),
        ("Bo", Kind.MENTION, "@Bo!"),
    ]


@pytest.mark.parametrize(
    ("call", "count", "reason"),
    [
        ({"individualCall": {"state": "ACCEPTED", "startedCallTimestamp": str(AT + 5)}}, 1, None),
        ({"individualCall": {"state": "MISSED"}}, 0, "calls that nobody answered"),
        ({"individualCall": {"state": "NOT_ACCEPTED"}}, 0, "calls that nobody answered"),
        ({"groupCall": {"state": "JOINED"}}, 0, "calls in groups, of which nobody knows who took part"),
        ({"simpleUpdate": {"type": "JOINED_SIGNAL"}}, 0, "notices of chats: joined, renamed, timers"),
    ],
)
def test_only_an_accepted_call_is_a_call(
    call: dict[str, Any], count: int, reason: str | None, tmp_path: Path
) -> None:
    records = read(written(tmp_path, [*start(), item(1, 12, 2, updateMessage=call)]))
    assert [(act.kind, act.direction) for act in acts(records)] == [(Kind.CALL, Direction.MUTUAL)] * count
    assert left(records) == ({reason: 1} if reason else {})


def test_reactions_of_the_user_and_to_the_user_are_acts(tmp_path: Path) -> None:
    def reacted(*authors: int) -> dict[str, Any]:
        each = [{"emoji": "🔥", "authorId": str(author), "sentTimestamp": str(AT)} for author in authors]
        return {"standardMessage": {"text": {"body": "x"}, "reactions": each}}

    frames = [item(1, 15, 2, **reacted(1, 3)), item(2, 15, 1, **reacted(3, 1))]
    found = [act for act in acts(read(written(tmp_path, start() + frames))) if act.kind is Kind.REACTION]
    assert [(act.who.name if act.who else None, act.direction) for act in found] == [
        ("Zoë", Direction.OUT),
        ("Bo", Direction.IN),
    ]


@pytest.mark.parametrize(
    "line", ['{"chatItem": {"chatId": "12", "auth', '{"chatItem": {"chatId": ["no"]}}', "nonsense"]
)
def test_a_line_that_makes_no_sense_costs_itself_alone(line: str, tmp_path: Path) -> None:
    path = written(tmp_path, [*start(), item(1, 12, 2)])
    with (path / "main.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n\n{json.dumps(item(2, 12, 2))}\n")
    records = read(path)
    assert len(acts(records)) == 2
    [problem] = [record for record in records if isinstance(record, Problem)]
    assert problem.where == "main.jsonl, line 9"


def test_frames_of_unknown_kinds_are_passed_over(tmp_path: Path) -> None:
    frames = [*start(), {"stickerPack": {}}, {"newThing": {"a": [1]}}, item(1, 12, 2, newField=3)]
    assert len(read(written(tmp_path, frames))) == 1


def test_the_two_forms_of_the_tool_give_the_same_messages(tmp_path: Path) -> None:
    lines = (
        "[2024-05-01 12:30:00] Zoë: Kommst du?  ",
        "[2024-05-01 12:31:10] Me: ",
        "",
        "> Kommst du?",
        "",
        "Klar!",
        "> so ist das  ",
        "(- Zoë: ❤, Mara: 👍 -)",
        "[2024-05-01 12:32:00] Zoë:   ![vase.jpg](./media/vase.jpg)  ",
    )
    rows = (
        {"date": "2024-05-01T12:30:00.5", "sender": "Zoë", "body": "Kommst du?  "},
        {
            "date": "2024-05-01T12:31:10", "sender": "Me", "body": "Klar!\n> so ist das  ",
            "reactions": [["Zoë", "❤"], ["Mara", "👍"]],
        },
        {"date": "2024-05-01T12:32:00", "sender": "Zoë", "body": "  ", "attachments": [{"name": "vase.jpg"}]},
    )  # fmt: skip
    one = read(text(tmp_path / "a", *lines))
    other = read(text(tmp_path / "b", *(json.dumps(row) for row in rows), name="Zoë/data.json"))
    assert one == other
    assert [(act.kind, act.direction) for act in acts(one)] == [
        (Kind.MESSAGE, Direction.IN),
        (Kind.MESSAGE, Direction.OUT),
        (Kind.REACTION, Direction.IN),
        (Kind.MESSAGE, Direction.IN),
    ]


def test_a_chat_in_both_forms_is_read_once(tmp_path: Path) -> None:
    text(tmp_path, "[2024-05-01 12:30:00] Zoë: a")
    row = {"date": "2024-05-01T12:30:00", "sender": "Zoë", "body": "a"}
    text(tmp_path, json.dumps(row), name="Zoë/data.json")
    assert len(acts(read(tmp_path))) == 1


def test_a_text_in_which_nobody_is_me_uses_the_known_name(tmp_path: Path) -> None:
    path = text(tmp_path, "[2019-12-24, 12:23] Zoë: a", "[2019-12-24, 12:24] Mara: b", name="x.txt")
    found = acts(read(path, Owner(names=frozenset({"mara"}), zone=ZoneInfo("Europe/Berlin"))))
    assert [act.direction for act in found] == [Direction.IN, Direction.OUT]
    assert found[0].at == 1577186580 * 1_000_000
    assert found[0].zone_assumed
    with pytest.raises(QuestionError, match="nobody in x"):
        read(path, Owner(stated="Ada"))


def test_a_renamed_contact_keeps_the_ids_of_its_messages(tmp_path: Path) -> None:
    lines = ("[2024-05-01 12:30:00] {}: a", "[2024-05-01 12:30:30] {}: a", "[2024-05-01 12:31:00] Me: b")
    one = acts(read(text(tmp_path / "a", *(line.format("Zoë") for line in lines))))
    other = acts(read(text(tmp_path / "b", *(line.format("Zo") for line in lines), name="Zo/chat.md")))
    assert [act.external_id for act in one] == [act.external_id for act in other]
    assert len({act.external_id for act in one}) == 3


@pytest.mark.parametrize(
    "name",
    [
        "signal-2024-05-01-12-00-00.backup",
        "SignalBackups/signal-backup-2026-08-18-04-12-30/main",
        "Signal/sql/db.sqlite",
    ],
)
def test_encrypted_data_is_answered_with_how_to_get_readable_data(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(bytes(range(200)))
    with pytest.raises(ExportError, match="encrypted") as raised:
        read(tmp_path)
    assert "Export chat history" in str(raised.value.hint)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("main.jsonl", '{"id": 1, "text": "a"}\n'),
        ("data.json", '{"date": "x", "title": "y"}'),
        ("chat.md", "# Notes\n"),
        ("log.txt", "[2024-05-01 12:30:00] Zoë: with seconds, as WhatsApp\n"),
    ],
)
def test_other_files_are_not_signals(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with Export(tmp_path) as export:
        assert not Importer().identify(export)
