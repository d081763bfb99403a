"""Databases among exports that broke or were built to do harm: one error in words, and never written to."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hostile import records_of
from measured import MIB, Community
from messages_database import Builder

from crm.domain.errors import ExportError
from crm.domain.records import InteractionRecord
from crm.importers.imessage import database

FIXTURE = Path(__file__).resolve().parents[1] / "exports" / "imessage" / "mac" / "chat.db"
HONEST = FIXTURE.read_bytes()
NOISE = random.Random(7).randbytes(60_000)
ENDLESS = "AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS {} FROM n"


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


def offered(folder: Path, **files: bytes) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / f"chat.db{name.replace('_', '-').removeprefix('main')}").write_bytes(data)
    return folder


BEGINS = "is empty, damaged or encrypted"
MALFORMED = "cannot be read: database disk image is malformed"
SPOILED = {
    "empty beside its -wal": ({"main": b"", "_wal": NOISE}, BEGINS),
    "zeros": ({"main": bytes(60_000)}, BEGINS),
    "encrypted": ({"main": NOISE}, BEGINS),
    "a header and noise": ({"main": HONEST[:100] + NOISE}, MALFORMED),
    "the header alone": ({"main": HONEST[:100]}, MALFORMED),
    "one page": ({"main": HONEST[:4096]}, MALFORMED),
    **{
        f"cut off at {twentieth}/20": ({"main": HONEST[: len(HONEST) * twentieth // 20]}, MALFORMED)
        for twentieth in range(1, 20)
    },
    "pages of noise": ({"main": HONEST[:4096] + NOISE + NOISE}, MALFORMED),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_a_database_that_broke_is_one_error_and_left_as_it_is(
    kind: str, tmp_path: Path, community: Community
) -> None:
    files, said = SPOILED[kind]
    folder = offered(tmp_path / "export", **files)
    before = state_of(folder)
    community.refuses(folder, "chat.db", said)
    assert state_of(folder) == before


def test_a_log_of_noise_beside_a_database_changes_nothing(tmp_path: Path) -> None:
    plain = records_of("imessage", offered(tmp_path / "plain", main=HONEST))
    folder = offered(tmp_path / "noise", main=HONEST, _wal=NOISE, _shm=NOISE, _journal=NOISE)
    before = state_of(folder)
    assert records_of("imessage", folder) == plain
    assert state_of(folder) == before


def changed(folder: Path, *statements: str, values: tuple[Any, ...] = ()) -> Path:
    folder.mkdir()
    shutil.copy(FIXTURE, folder / "chat.db")
    with closing(sqlite3.connect(folder / "chat.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
    return folder


@pytest.mark.parametrize("table", ["message", "handle"])
def test_a_view_without_end_in_place_of_a_table_is_refused(
    table: str, tmp_path: Path, community: Community
) -> None:
    view = f"CREATE VIEW {table} {ENDLESS.format('ROWID')}"
    folder = changed(tmp_path / "export", f"DROP TABLE {table}", view)
    community.refuses(folder, "chat.db is no database of Messages")


def test_a_view_without_end_in_place_of_what_may_be_missing_is_not_read(tmp_path: Path) -> None:
    view = f"CREATE VIEW chat_message_join {ENDLESS.format('chat_id, i AS message_id')}"
    folder = changed(tmp_path / "export", "DROP TABLE chat_message_join", view)
    records = records_of("imessage", folder)
    assert len([record for record in records if isinstance(record, InteractionRecord)]) > 10


def test_triggers_of_a_database_never_run(tmp_path: Path) -> None:
    trigger = "CREATE TRIGGER harm AFTER INSERT ON message BEGIN DELETE FROM message; END"
    plain = records_of("imessage", offered(tmp_path / "plain", main=HONEST))
    assert records_of("imessage", changed(tmp_path / "export", trigger)) == plain


def test_a_value_longer_than_any_message_is_refused_in_words(
    tmp_path: Path, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LONGEST", 2 << 20)
    folder = changed(tmp_path / "export", "UPDATE message SET text = ?", values=("x" * (3 << 20),))
    community.refuses(folder, "holds a value larger than 2 MB, as no message is")


def test_a_long_message_in_two_thousand_chats_is_not_held_two_thousand_times(
    tmp_path: Path, community: Community
) -> None:
    folder = tmp_path / "export"
    with Builder(folder / "chat.db") as made:
        handle = made.handle("+491701234567")
        made.message(made.chat("+491701234567", handle), handle, "x" * (8 << 20))
        for number in range(2000):
            made.insert("chat_message_join", chat_id=1000 + number, message_id=1)
    community.refuses(folder, "built to do harm: it gives more than it holds", memory=200 * MIB)


def test_a_database_that_another_program_has_locked_is_read(tmp_path: Path) -> None:
    folder = offered(tmp_path / "export", main=HONEST)
    plain = records_of("imessage", folder)
    with closing(sqlite3.connect(folder / "chat.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert records_of("imessage", folder) == plain


@pytest.mark.parametrize("written", ["chat.db", "chat.db-wal"])
def test_a_database_that_is_written_to_while_it_is_copied_is_refused(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = offered(tmp_path / "export", main=HONEST, _wal=b"")
    copy: Callable[..., int] = database._copy
    copied = []

    def copy_and_write(*args: Any) -> int:
        size = copy(*args)
        copied.append(size)
        if len(copied) == 2:
            with (folder / written).open("ab") as file:
                file.write(b"\0" * 4096)
        return size

    monkeypatch.setattr(database, "_copy", copy_and_write)
    with pytest.raises(ExportError, match=f"^{written} was changed while it was read$") as caught:
        records_of("imessage", folder)
    assert caught.value.hint
