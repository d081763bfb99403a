"""Small archives of X for tests: their files, and what an import of them brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crm.domain.records import (
    InteractionRecord,
    Owner,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.x import Importer

ME, ADA, BO, CY = "100", "501", "502", "503"
HANDLES = {ADA: "ada", BO: "bo", CY: "cy"}
WHEN = "2024-03-01T12:00:00.000Z"


def script(variable: str, records: list[Any]) -> bytes:
    return f"window.YTD.{variable}.part0 = {json.dumps(records, indent=2)}".encode()


ACCOUNT = script(
    "account",
    [
        {
            "account": {
                "accountId": ME,
                "username": "me_now",
                "accountDisplayName": "Mé",
                "email": "me@example.org",
            }
        }
    ],
)


def mention(person: str, handle: str | None = None, name: str = "") -> dict[str, Any]:
    return {"id_str": person, "screen_name": handle or HANDLES[person], "name": name, "indices": ["0", "4"]}


def tweet(text: str, number: int = 1, *mentions: dict[str, Any], **more: Any) -> dict[str, Any]:
    urls = more.pop("urls", [])
    entities = {"user_mentions": list(mentions), "urls": urls, "hashtags": [], "symbols": []}
    created = "Fri Mar 01 12:00:00 +0000 2024"
    return {
        "tweet": {
            "id_str": str(number),
            "created_at": created,
            "full_text": text,
            "entities": entities,
            **more,
        }
    }


def answering(person: str, number: int = 1, text: str = "@x so") -> dict[str, Any]:
    return tweet(
        text,
        number,
        in_reply_to_user_id_str=person,
        in_reply_to_screen_name=HANDLES.get(person),
        in_reply_to_status_id_str="77",
    )


def link(short: str, full: str) -> dict[str, Any]:
    return {"url": short, "expanded_url": full, "display_url": full[:9], "indices": ["0", "9"]}


def message(sender: str, number: int, text: str = "hi", **more: Any) -> dict[str, Any]:
    return {"messageCreate": {"id": str(number), "senderId": sender, "text": text, "createdAt": WHEN, **more}}


def conversation(name: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"dmConversation": {"conversationId": name, "messages": list(events)}}


def manifest(counts: dict[str, int], **archive: Any) -> bytes:
    files = {name: {"files": [{"fileName": f"data/{name}", "count": str(n)}]} for name, n in counts.items()}
    info = {"generationDate": "2024-06-01T00:00:00.000Z", "isPartialArchive": False, **archive}
    text = json.dumps({"userInfo": {"accountId": ME}, "archiveInfo": info, "dataTypes": files})
    return b"window.__THAR_CONFIG = " + text.encode()


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        importer = Importer()
        assert importer.identify(export)
        return list(importer.extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[Any]:
    return [record for record in records if isinstance(record, InteractionRecord | PostRecord)]


def problems(records: list[Record]) -> list[Problem]:
    return [record for record in records if isinstance(record, Problem)]


def told(record: Any) -> tuple[str, str | None, str | None]:
    """Return what an act is and with whom."""
    if isinstance(record, PostRecord):
        return ("post", None, None)
    return (record.kind.value, record.who and record.who.external_id, record.who and record.who.handle)
