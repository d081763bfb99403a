"""Writes small LinkedIn exports for the tests, and sorts what was read of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from crm.domain.records import (
    InteractionRecord,
    Left,
    Owner,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.linkedin import Importer

EXPORTS = Path(__file__).resolve().parents[1] / "exports" / "linkedin"
IN = "https://www.linkedin.com/in/"
MESSAGES = [
    *("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS"),
    *("DATE", "SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT"),
]
WITHOUT_RECIPIENTS = [column for column in MESSAGES[:10] if column != "RECIPIENT PROFILE URLS"]
INVITATIONS = ["From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"]


def write(path: Path, header: Sequence[str], *rows: Sequence[str], quoting: int = csv.QUOTE_MINIMAL) -> Path:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerows([header, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(out.getvalue(), "utf-8", newline="")
    return path


def message(
    conversation: str,
    sender: str,
    to: str,
    text: str = "hello",
    date: str = "2024-01-01 10:00:00 UTC",
    columns: Sequence[str] = MESSAGES,
    **more: str,
) -> list[str]:
    """Write a row in which a person called `Ada Byron` has the address `ada-byron`, and so on."""
    values = {
        "CONVERSATION ID": conversation,
        "FROM": sender,
        "SENDER PROFILE URL": address(sender),
        "TO": to,
        "RECIPIENT PROFILE URLS": ",".join(filter(None, map(address, to.split(", ")))),
        "DATE": date,
        "CONTENT": text,
        "FOLDER": "INBOX",
        **{name.replace("_", " ").upper(): value for name, value in more.items()},
    }
    return [values.get(column, "") for column in columns]


def address(name: str) -> str:
    return "" if name in ("", "LinkedIn Member") else IN + name.lower().replace(" ", "-")


def read(path: Path, owner: Owner = Owner()) -> list[Record]:  # noqa: B008 - a frozen value
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def mine(records: list[Record]) -> SelfRecord:
    return next(record for record in records if isinstance(record, SelfRecord))


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def of_case(name: str) -> list[Record]:
    return read(EXPORTS / name)
