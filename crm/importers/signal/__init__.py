"""Signal: the app's own plaintext export, and what the tool signal-export makes of Signal Desktop.

The decision to know: the app's export has ids, times to the millisecond and telephone numbers; the tool's has
names and wall clock times only. Where one export holds a chat in both of the tool's forms, its `data.json` is
read and its `chat.md` is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Left, Owner, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.signal import layout
from crm.importers.signal.plain import Plain
from crm.importers.signal.texts import TextChats


class Importer:
    """Reads exports of Signal; see `crm.importers.kit.protocol`."""

    name = "signal"
    title = "Signal"
    platforms: tuple[str, ...] = ("signal", "sms")
    how_to_get = (
        "Signal Desktop or Android, version 8 or newer: Settings, Chats, Export chat history. Else the tool "
        "signal-export makes chat.md and data.json from Signal Desktop"
    )
    page = ""
    reads = (
        "messages in chats and groups, calls, reactions, replies, mentions, contacts (the app's own export: "
        "probable, not confirmed)"
    )
    cannot_show = "disappeared messages, stories, encrypted backups; in the tool's files people's numbers"
    directions = Directions.BOTH
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Signal, or one of its encrypted files."""
        return bool(layout.plain_exports(export) or layout.text_chats(export) or layout.is_encrypted(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every message.

        Raises:
            ExportError: it is encrypted.
            QuestionError: it does not say who the user is.

        """
        plain, texts = layout.plain_exports(export), layout.text_chats(export)
        if not plain and not texts:
            raise ExportError(
                "this is Signal's encrypted data, which only Signal can read",
                "in Signal choose Settings, Chats, Export chat history; or use the tool signal-export",
            )
        left: Counter[str] = Counter()
        for name in plain:
            reader = Plain(name, owner, left)
            with export.open(name) as stream:
                yield from reader.records(stream)
            if reader.unknown_times:
                yield Problem(name, f"{reader.unknown_times:,} times are impossible and count as unknown")
        if texts:
            yield from TextChats(export, texts, owner, left).records()
        yield from (Left(what, number) for what, number in left.items())
