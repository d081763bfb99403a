"""Messages and mailboxes for the tests of the mail importer, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from crm.domain.records import InteractionRecord, Left, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.mail import Importer

ME = Owner(identities=frozenset({("email", "mira@example.org")}))
NOBODY = Owner()
Read = Callable[..., list[Record]]


def message(
    sender: str = "Ada <ada@example.net>",
    to: str = "mira@example.org",
    *,
    number: int = 1,
    body: str = "Hello.",
    **fields: str,
) -> str:
    """Return one message; `fields` are more header fields, with `_` for `-`."""
    head = {
        "Date": f"Mon, 4 Mar 2024 09:{number % 60:02}:00 +0000",
        "From": sender,
        "To": to,
        "Subject": f"letter {number}",
        "Message-ID": f"<{number}@x>",
    }
    head.update({name.replace("_", "-"): value for name, value in fields.items()})
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return "\n".join(lines) + f"\n\n{body}\n"


def mbox(*messages: str | bytes) -> bytes:
    texts = [text.encode() if isinstance(text, str) else text for text in messages]
    return b"".join(b"From x@example.net Mon Mar  4 09:00:00 2024\n" + text + b"\n" for text in texts)


def extract(path: Path, owner: Owner = ME) -> list[Record]:
    with Export(path) as export:
        importer = Importer()
        assert importer.identify(export)
        return list(importer.extract(export, owner))


def read_mbox(
    folder: Path, *messages: str | bytes, owner: Owner = ME, name: str = "Inbox.mbox"
) -> list[Record]:
    path = folder / name
    path.write_bytes(mbox(*messages))
    return extract(path, owner)


def acts(records: Iterable[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: Iterable[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def problems(records: Iterable[Record]) -> list[Problem]:
    return [record for record in records if isinstance(record, Problem)]


def own(records: Iterable[Record]) -> set[str | None]:
    return {ref.handle for record in records if isinstance(record, SelfRecord) for ref in record.identities}
