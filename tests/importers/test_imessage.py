"""The database of Messages: who is who, tapbacks, groups over time, and files that mean harm."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages_database import SECOND, START, Builder, archived, write_fixture

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.imessage import Importer, database
from crm.importers.imessage.typedstream import text_in
from crm.importers.kit.export import Export

NUMBER = "+491701234567"
FIXTURE = Path(__file__).resolve().parents[1] / "exports" / "imessage" / "mac" / "chat.db"


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def test_the_fixture_is_what_the_committed_script_writes(tmp_path: Path) -> None:
    write_fixture(tmp_path / "chat.db")
    assert read(tmp_path) == read(FIXTURE)


@pytest.mark.parametrize(
    "name", ["chat.db", "sms.db", "chat (1).db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28"]
)
def test_it_is_known_by_the_names_it_has(name: str, tmp_path: Path) -> None:
    shutil.copyfile(FIXTURE, tmp_path / name)
    assert len(acts(read(tmp_path))) == 23


def test_a_renamed_database_is_known_by_its_tables(tmp_path: Path) -> None:
    shutil.copyfile(FIXTURE, tmp_path / "Nachrichten.sqlite")
    assert len(acts(read(tmp_path))) == 23


def test_other_databases_are_not_ours(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "notes.db") as made:
        made.execute("CREATE TABLE message (text)")
    made.close()
    with Export(tmp_path) as export:
        assert not Importer().identify(export)


def test_what_is_not_yet_merged_into_the_database_is_read(tmp_path: Path) -> None:
    source = tmp_path / "source"
    made = Builder(source / "chat.db")
    zoe = made.handle(NUMBER)
    chat = made.chat(NUMBER, zoe)
    made.connection.commit()
    made.connection.execute("PRAGMA journal_mode = WAL")
    made.connection.execute("PRAGMA wal_autocheckpoint = 0")
    made.message(chat, zoe, "noch im WAL")
    made.connection.commit()
    copy = tmp_path / "copy"
    shutil.copytree(source, copy)
    made.connection.close()
    assert (copy / "chat.db-wal").stat().st_size > 0
    assert [act.text for act in acts(read(copy))] == ["noch im WAL"]
    with Export(copy) as export:
        list(Importer().extract(export, Owner()))
        assert export.unread() == []


def test_the_copy_is_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    with Export(FIXTURE) as export:
        records = Importer().extract(export, Owner())
        next(records)
        [folder] = (tmp_path / "t").iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        records.close()  # type: ignore[attr-defined]
        assert list((tmp_path / "t").iterdir()) == []
        list(Importer().extract(export, Owner()))
    assert list((tmp_path / "t").iterdir()) == []


def test_the_copy_is_gone_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    data = FIXTURE.read_bytes()
    (tmp_path / "chat.db").write_bytes(data[:4096] + bytes(len(data) - 4096))
    with pytest.raises(ExportError, match=r"chat\.db cannot be read"):
        read(tmp_path / "chat.db")
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize(
    "trick",
    [
        "CREATE VIEW message AS SELECT 1 AS guid",
        "CREATE VIRTUAL TABLE message USING fts5(guid, text)",
        "CREATE VIEW message AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT 1) SELECT i FROM n",
    ],
)
def test_a_database_whose_messages_are_a_trick_is_refused(trick: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "chat.db") as made:
        made.execute("CREATE TABLE handle (id)")
        made.execute(trick)
    made.close()
    with pytest.raises(ExportError, match="is no database of Messages"):
        read(tmp_path)


def test_nothing_but_reading_is_allowed(tmp_path: Path) -> None:
    with Export(FIXTURE) as export, database.opened(export, "chat.db") as opened:
        for statement in (
            "DELETE FROM message",
            "ATTACH ':memory:' AS other",
            "PRAGMA writable_schema = ON",
            "SELECT load_extension('x')",
            "SELECT randomblob(9)",
        ):
            with pytest.raises(sqlite3.Error):
                opened._connection.execute(statement).fetchall()


def test_a_query_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_STEPS", 10)
    monkeypatch.setattr(database, "_MOST_STEPS", 1)
    with pytest.raises(ExportError, match="impossibly long"):
        read(FIXTURE)


def test_values_of_any_type_cost_no_more_than_themselves(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle(NUMBER)
        chat = made.chat(NUMBER, zoe)
        made.message(chat, zoe, "gut")
        made.message(chat, zoe, b"\xff\xfe", date="gestern", associated_message_type="x")  # type: ignore[arg-type]
        made.message(chat, zoe, "Zeit", date=2**62)
        made.message(chat, zoe, None, attributedBody="kein Blob")
        made.message(chat, zoe, "wer?", handle_id="x")
        made.message(chat, zoe, "kaputt \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        made.connection.execute("UPDATE message SET text = CAST(X'61FF62' AS TEXT) WHERE text LIKE 'kaputt%'")
        made.insert("handle", id=b"\x00", service=7)
    found = acts(read(tmp_path))
    assert [(act.text, act.at is None) for act in found] == [
        ("gut", False), ("Zeit", True), ("wer?", False), ("a\ufffdb", False),
    ]  # fmt: skip


def test_a_database_of_2012_with_fewer_columns_is_read(tmp_path: Path) -> None:
    schema = """
    CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, handle_id INTEGER, service TEXT,
        date INTEGER, is_from_me INTEGER, destination_caller_id TEXT);
    CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
    CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT,
        service_name TEXT);
    CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
    CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
    """
    with Builder(tmp_path / "chat.db", schema) as made:
        zoe = made.handle(NUMBER)
        chat = made.chat(NUMBER, zoe)
        made.message(chat, zoe, "hallo", date=START)
        made.message(chat, 0, "selber", date=START + 1)
    one, other = acts(read(tmp_path))
    assert (one.at, other.at) == ((978307200 + START) * 1_000_000, (978307201 + START) * 1_000_000)
    assert (one.direction, other.direction) == (Direction.IN, Direction.OUT)


def test_seconds_and_nanoseconds_are_told_apart(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle(NUMBER)
        chat = made.chat(NUMBER, zoe)
        for date in (START, START * SECOND, 0, -5):
            made.message(chat, zoe, "x", date=date)
    found = acts(read(tmp_path))
    assert [act.at for act in found[:2]] == [1_708_307_200 * 1_000_000] * 2
    assert found[2].precision is Precision.UNKNOWN


def test_a_person_of_several_chats_and_services_is_one(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe, sms = made.handle("+49 170 1234567"), made.handle(NUMBER, "SMS")
        made.message(made.chat(NUMBER, zoe), zoe, "a")
        made.message(made.chat(NUMBER, sms, service="SMS"), 0, "b", service="SMS")
    found = acts(read(tmp_path))
    assert {act.who for act in found} == {IdentityRef("phone", NUMBER)}
    assert [act.platform for act in found] == ["imessage", "sms"]
    assert len({act.thread for act in found}) == 1


def test_the_users_own_addresses_are_nobody_else(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        me, zoe, bo = made.handle("mara@example.org"), made.handle(NUMBER), made.handle("bo@example.se")
        group = made.chat("chat1", me, zoe, bo, group=True)
        made.message(group, zoe, "a", destination_caller_id="mara@example.org")
        made.message(group, 0, "b", destination_caller_id="mara@example.org")
        made.message(made.chat("mara@example.org", me), me, "Notiz")
    records = read(tmp_path)
    assert {act.who.handle for act in acts(records) if act.who} == {NUMBER, "bo@example.se"}
    [own] = [record for record in records if isinstance(record, SelfRecord)]
    assert IdentityRef("email", "mara@example.org") in own.identities
    assert left(records) == {"messages to yourself": 1}


def test_a_tapback_taken_back_never_was(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle(NUMBER)
        chat = made.chat(NUMBER, zoe)
        mine, theirs = made.message(chat, 0, "a"), made.message(chat, zoe, "b")
        made.tapback(chat, zoe, 2000, mine)
        made.tapback(chat, zoe, 3000, mine)
        made.tapback(chat, zoe, 2003, mine)
        made.tapback(chat, 0, 2001, theirs)
        made.tapback(chat, 0, 2001, mine)
        made.tapback(chat, zoe, 2001, "no such message")
    found = [act for act in acts(read(tmp_path)) if act.kind is Kind.REACTION]
    assert [(act.text, act.direction) for act in found] == [("😂", Direction.IN), ("👍", Direction.OUT)]


def test_a_tapback_on_a_balloon_finds_its_message(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle(NUMBER)
        chat = made.chat(NUMBER, zoe)
        mine = made.message(chat, 0, "https://example.org")
        about = {"associated_message_type": 2005, "associated_message_guid": f"bp:{mine}"}
        made.message(chat, zoe, None, **about)
    assert [act.text for act in acts(read(tmp_path))] == ["https://example.org", "❓"]


def test_who_is_in_a_group_changes_with_time(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe, bo, hana = (made.handle(f"+491700000{number}") for number in (111, 222, 333))
        group = made.chat("chat1", zoe, hana, group=True)
        made.message(group, 0, "zu zweit")
        made.message(group, zoe, None, item_type=1, group_action_type=0, other_handle=hana)
        made.message(group, 0, "zu dritt")
        made.message(group, zoe, None, item_type=1, group_action_type=1, other_handle=bo)
        made.message(group, 0, "ohne Bo")
    told: dict[str | None, set[str]] = {}
    for act in acts(read(tmp_path)):
        told.setdefault(act.text, set()).add((act.who.handle or "")[-3:] if act.who else "")
    assert told == {"zu zweit": {"111", "222"}, "zu dritt": {"111", "222", "333"}, "ohne Bo": {"111", "333"}}


def test_an_answer_in_a_group_is_to_whom_it_answers(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe, bo = made.handle(NUMBER), made.handle("bo@example.se")
        group = made.chat("chat1", zoe, bo, group=True)
        asked = made.message(group, zoe, "a")
        mine = made.message(group, 0, "b", thread_originator_guid=asked)
        made.message(group, bo, "c", thread_originator_guid=mine)
    found = {(act.text, act.who.handle if act.who else None): act.kind for act in acts(read(tmp_path))}
    assert found == {
        ("a", NUMBER): Kind.GROUP_MESSAGE,
        ("b", NUMBER): Kind.REPLY,
        ("b", "bo@example.se"): Kind.GROUP_MESSAGE,
        ("c", "bo@example.se"): Kind.REPLY,
    }


def test_a_group_message_of_nobody_is_one_problem(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        group = made.chat("chat1", made.handle(NUMBER), made.handle("bo@example.se"), group=True)
        made.message(group, 99, "wer?")
    records = read(tmp_path)
    assert [type(record) for record in records] == [SelfRecord, Problem]


@pytest.mark.parametrize("identifier", ["DHL", "72727", "urn:biz:0b1c2d3e"])
def test_shops_are_nobody(identifier: str, tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        shop = made.handle(identifier)
        made.message(made.chat(identifier, shop), shop, "Angebot!")
    assert acts(read(tmp_path)) == []


def test_a_message_of_two_chats_is_one(tmp_path: Path) -> None:
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle(NUMBER)
        first, second = made.chat(NUMBER, zoe), made.chat("other", zoe)
        made.message(first, zoe, "a")
        made.insert("chat_message_join", chat_id=second, message_id=1)
    assert len(acts(read(tmp_path))) == 1


@given(st.text(max_size=300) | st.text(min_size=1, max_size=3).map(lambda text: text * 30_000))
def test_the_text_of_a_body_is_what_was_written_into_it(text: str) -> None:
    assert text_in(archived(text)) == text


def test_a_long_text_in_a_mutable_string_is_found() -> None:
    body = archived("ä" * 40).replace(
        b"\x84\x84\x84\x08NSString\x01\x94\x84\x01+",
        b"\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95\x84\x01+",
    )
    assert text_in(body) == "ä" * 40


@given(st.binary(max_size=200), st.integers(0, 120))
def test_bytes_that_are_no_body_are_none_or_text(noise: bytes, cut: int) -> None:
    whole = archived("Brennofen")
    assert isinstance(text_in(whole[:cut] + noise), str | None)
    assert text_in(noise) is None or b"streamtyped" in noise
