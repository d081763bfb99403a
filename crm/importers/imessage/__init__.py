"""iMessage: the database of Messages on a Mac (`chat.db`), or of an iPhone's backup (`sms.db`).

The decision to know: whoever you write with is a telephone number or a mail address, so people are identities
of the platforms `phone` and `email`, the same ones an address book has; one person's several chats (iMessage,
SMS, number, address) become one contact wherever an address book joins them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.records import Left, Owner, Problem, Record, SelfRecord
from crm.importers.imessage.database import MAGIC, Database, opened
from crm.importers.imessage.messages import Reader
from crm.importers.imessage.people import People
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.times import counted

_NAMES = ("chat.db", "sms.db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28")
_ALIKE = ("chat*.db",)
_TEXT = re.compile(rb"[\t\n\r -~]+")
_TELLING = (b"chat_message_join", b"chat_handle_join")
_HEAD = 1 << 18
_LARGEST_UNNAMED = 20


class Importer:
    """Reads the database of Messages; see `crm.importers.kit.protocol`."""

    name = "imessage"
    title = "iMessage"
    platforms: tuple[str, ...] = ("imessage", "sms")
    how_to_get = (
        "Mac: give your terminal Full Disk Access (System Settings, Privacy & Security), quit Messages, and "
        "copy chat.db, chat.db-wal and chat.db-shm from ~/Library/Messages. Or sms.db of an iPhone backup"
    )
    page = ""
    reads = "iMessages and text messages, groups, tapbacks, replies"
    cannot_show = "FaceTime calls, messages deleted or kept in iCloud only, names from your address book"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this holds the database of Messages."""
        return bool(_databases(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every message and tapback.

        Raises:
            ExportError: the database is damaged, or none of Messages.

        """
        left: Counter[str] = Counter()
        for name in _databases(export):
            with opened(export, name) as database:
                yield from _read(database, owner, name, left)
        yield from (Left(what, number) for what, number in left.items())


def _read(database: Database, owner: Owner, name: str, left: Counter[str]) -> Iterator[Record]:
    people = People(database, owner)
    if people.own:
        yield SelfRecord(tuple(people.own.values()))
    reader = Reader(database, people, name, left)
    yield from reader.records()
    if reader.unknown_times:
        count = reader.unknown_times
        said = counted(count)
        yield Problem(name, f"{said} as unknown: missing, before 1990 or in the future")


def _databases(export: Export) -> list[str]:
    named = [name for name in export.find(*_NAMES, *_ALIKE) if export.peek(name, 16) == MAGIC]
    named = named or [name for name in export.find(*_NAMES) if not _TEXT.fullmatch(export.peek(name, 16))]
    if named or len(export.names) > _LARGEST_UNNAMED:
        return named
    found = []
    for name in export.names:
        if export.peek(name, 16) == MAGIC:
            head = export.peek(name, _HEAD)
            if all(mark in head for mark in _TELLING):
                found.append(name)
    return found
