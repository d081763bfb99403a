"""A small but real `chat.db`, as Messages of macOS 14 keeps it: the tables, indexes and triggers that matter.

`python tests/importers/messages_database.py FILE` writes the fixture `tests/exports/imessage/mac/chat.db`.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Self

SECOND = 1_000_000_000
START = 730_000_000
"""Seconds since 2001-01-01: 2024-02-19 01:46:40 UTC."""

SCHEMA = """
CREATE TABLE _SqliteDatabaseProperties (key TEXT, value TEXT, UNIQUE(key));
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, country TEXT,
    service TEXT NOT NULL, uncanonicalized_id TEXT, person_centric_id TEXT, UNIQUE (id, service));
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, style INTEGER,
    state INTEGER, account_id TEXT, properties BLOB, chat_identifier TEXT, service_name TEXT, room_name TEXT,
    account_login TEXT, is_archived INTEGER DEFAULT 0, display_name TEXT, group_id TEXT);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT,
    replace INTEGER DEFAULT 0, service_center TEXT, handle_id INTEGER DEFAULT 0, subject TEXT, country TEXT,
    attributedBody BLOB, version INTEGER DEFAULT 0, type INTEGER DEFAULT 0, service TEXT, account TEXT,
    date INTEGER, date_read INTEGER, date_delivered INTEGER, is_delivered INTEGER DEFAULT 0,
    is_from_me INTEGER DEFAULT 0, cache_has_attachments INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0,
    other_handle INTEGER DEFAULT 0, group_title TEXT, group_action_type INTEGER DEFAULT 0,
    associated_message_guid TEXT, associated_message_type INTEGER DEFAULT 0, balloon_bundle_id TEXT,
    destination_caller_id TEXT, reply_to_guid TEXT, thread_originator_guid TEXT, thread_originator_part TEXT,
    date_edited INTEGER, date_retracted INTEGER, associated_message_emoji TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER REFERENCES chat (ROWID) ON DELETE CASCADE,
    handle_id INTEGER REFERENCES handle (ROWID) ON DELETE CASCADE, UNIQUE(chat_id, handle_id));
CREATE TABLE chat_message_join (chat_id INTEGER REFERENCES chat (ROWID) ON DELETE CASCADE,
    message_id INTEGER REFERENCES message (ROWID) ON DELETE CASCADE, message_date INTEGER DEFAULT 0,
    PRIMARY KEY (chat_id, message_id));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, filename TEXT,
    uti TEXT, mime_type TEXT, transfer_name TEXT, total_bytes INTEGER DEFAULT 0);
CREATE TABLE message_attachment_join (message_id INTEGER REFERENCES message (ROWID) ON DELETE CASCADE,
    attachment_id INTEGER REFERENCES attachment (ROWID) ON DELETE CASCADE, UNIQUE(message_id, attachment_id));
CREATE INDEX chat_message_join_idx_message_id_only ON chat_message_join(message_id);
CREATE INDEX message_idx_date ON message(date);
CREATE TRIGGER after_delete_on_message AFTER DELETE ON message BEGIN
    DELETE FROM handle WHERE handle.ROWID = OLD.handle_id
        AND NOT EXISTS (SELECT 1 FROM message WHERE handle_id = OLD.handle_id);
END;
"""


def archived(text: str) -> bytes:
    """Return an `attributedBody`: an NSAttributedString in a typedstream, with one run of attributes."""
    data = text.encode("utf-8")
    if len(data) < 0x81:
        size = bytes([len(data)])
    elif len(data) < 1 << 16:
        size = b"\x81" + len(data).to_bytes(2, "little")
    else:
        size = b"\x82" + len(data).to_bytes(4, "little")
    head = (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00"
        b"\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
    )
    tail = (
        b"\x86\x84\x02iI\x01\x05\x92\x84\x84\x84\x0cNSDictionary\x00\x94\x84\x01i\x01\x92\x84\x96\x96"
        b"\x1d__kIMMessagePartAttributeName\x86\x92\x84\x84\x84\x08NSNumber\x00\x84\x84\x07NSValue\x00\x94"
        b"\x84\x01*\x84\x99\x99\x00\x86\x86\x86"
    )
    return head + size + data + tail


class Builder:
    """Writes a database, row by row; messages come a minute after one another."""

    def __init__(self, path: Path, schema: str = SCHEMA) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.connection = sqlite3.connect(path)
        self.connection.executescript(schema)
        self._minute = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.commit()
        self.connection.close()

    def insert(self, table: str, **values: Any) -> int:
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        query = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        row = self.connection.execute(query, tuple(values.values())).lastrowid
        assert row is not None
        return row

    def handle(self, identifier: str, service: str = "iMessage") -> int:
        return self.insert("handle", id=identifier, service=service)

    def chat(self, identifier: str, *handles: int, group: bool = False, service: str = "iMessage") -> int:
        style = 43 if group else 45
        guid = f"{service};{'+' if group else '-'};{identifier}"
        row = self.insert("chat", guid=guid, style=style, chat_identifier=identifier, service_name=service)
        for handle in handles:
            self.insert("chat_handle_join", chat_id=row, handle_id=handle)
        return row

    def message(self, chat: int | None, handle: int, text: str | None, **values: Any) -> str:
        """Add a message; `handle` 0 is the user's own. Returns its guid."""
        self._minute += 1
        guid = values.pop("guid", f"GUID-{self._minute:04}")
        row = self.insert(
            "message",
            **{
                "guid": guid,
                "text": text,
                "handle_id": handle,
                "service": "iMessage",
                "date": (START + self._minute * 60) * SECOND,
                "is_from_me": int(handle == 0),
                "destination_caller_id": "+4915112345678",
                **values,
            },
        )
        if chat is not None:
            self.insert("chat_message_join", chat_id=chat, message_id=row)
        return guid

    def tapback(self, chat: int, handle: int, kind: int, target: str, **values: Any) -> str:
        about = f"p:0/{target}"
        return self.message(
            chat, handle, None, associated_message_type=kind, associated_message_guid=about, **values
        )

    def attach(self, guid: str, mime: str) -> None:
        [(message,)] = self.connection.execute("SELECT ROWID FROM message WHERE guid = ?", (guid,)).fetchall()
        self.connection.execute("UPDATE message SET cache_has_attachments = 1 WHERE ROWID = ?", (message,))
        row = self.insert("attachment", guid=f"at-{guid}-{mime}", mime_type=mime)
        self.insert("message_attachment_join", message_id=message, attachment_id=row)


def write_fixture(path: Path) -> None:
    """Write the database of the fixture: two chats of one person, a group, a shop, tapbacks, edits."""
    with Builder(path) as made:
        zoe = made.handle("+491701234567")
        zoe_sms = made.handle("+491701234567", "SMS")
        bo = made.handle("bo.lind@example.se")
        hana = made.handle("+81 90-1234-5678")
        shop = made.handle("DHL", "SMS")
        chat = made.chat("+491701234567", zoe)
        texts = made.chat("+491701234567", zoe_sms, service="SMS")
        first = made.message(chat, zoe, "Kommst du zum Zinefest? 🎨")
        second = made.message(chat, 0, None, attributedBody=archived("Klar! Ich bringe Töpfe mit 🏺"))
        made.tapback(chat, zoe, 2000, second)
        made.tapback(chat, 0, 2001, first)
        made.tapback(chat, 0, 3001, first)
        made.tapback(chat, 0, 2006, first, associated_message_emoji="🎉")
        made.attach(made.message(chat, zoe, "\ufffcDie Vase"), "image/jpeg")
        made.attach(made.message(chat, zoe, "\ufffc"), "audio/amr")
        made.message(chat, zoe, None, attributedBody=archived("lang " * 60))
        made.message(chat, zoe, "falsch", date_retracted=5)
        made.message(chat, zoe, "so ist es richtig", date_edited=(START + 900) * SECOND)
        made.message(texts, zoe_sms, "Bin im Funkloch", service="SMS")
        made.message(texts, 0, "ok", service="SMS", date=START + 4000)
        made.message(made.chat("DHL", shop, service="SMS"), shop, "Ihr Paket ist da", service="SMS")
        group = made.chat("chat123456", zoe, bo, hana, group=True)
        made.message(group, 0, "Wer brennt am Samstag?")
        asked = made.message(group, bo, "Ich. Kommt ihr?")
        made.message(group, zoe, None, item_type=1, group_action_type=0, other_handle=hana)
        made.message(group, 0, "Ja", thread_originator_guid=asked)
        answer = made.message(group, hana, "わたしも")
        made.message(group, bo, None, item_type=3)
        made.message(group, 0, "schade")
        made.tapback(group, zoe, 2003, answer)
        made.tapback(group, 0, 2004, answer)
        made.message(group, hana, "?", thread_originator_guid="GUID-0019")
        made.message(None, 0, "an niemanden, den man kennt")
        made.message(chat, zoe, None)
        made.message(chat, zoe, "ohne Zeit", date=0)


if __name__ == "__main__":
    write_fixture(Path(sys.argv[1]))
    with closing(sqlite3.connect(sys.argv[1])) as done:
        done.execute("VACUUM")
