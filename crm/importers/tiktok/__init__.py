"""TikTok: the one JSON document of "Download your data", or its text files.

The decision to know: most of the document is what the user watched, up to hundreds of megabytes, and nothing
of that is about people; so the lists that matter are picked out of it in one pass, wherever they lie, and
what lies between is passed over undecoded. A first pass learns whose export it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.records import CoverageRecord, Owner, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.times import EARLIEST, SECOND, latest
from crm.importers.tiktok import texts
from crm.importers.tiktok.acts import Acts
from crm.importers.tiktok.layout import is_ours, sections
from crm.importers.tiktok.messages import Messages
from crm.importers.tiktok.people import PLATFORM, learn
from crm.importers.tiktok.shapes import Holds

_MADE = re.compile(r"TikTok_Data_(\d{10})(?!\d)", re.IGNORECASE)
_CONVERSATIONS = frozenset((Holds.CHAT, Holds.GROUP))


class Importer:
    """Reads an export of TikTok; see `crm.importers.kit.protocol`."""

    name = "tiktok"
    title = "TikTok"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "TikTok: Profile, menu, Settings and privacy, Account, Download your data; choose JSON. "
        "It is ready after some days and can be fetched for four."
    )
    page = "https://www.tiktok.com/setting/download-your-data"
    reads = (
        "direct messages, comments, likes, reposts, follows and your videos; "
        "unconfirmed: group chats and reposts. Of text files in another language than English only messages"
    )
    cannot_show = "comments and likes you received, and whose videos you liked or commented on"
    directions = Directions.BOTH
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of TikTok, or files out of one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            QuestionError: it holds messages and does not say whose they are.
            ExportError: its document is cut off or no JSON.

        """
        people = learn(export, owner)
        me = people.record()
        if me:
            yield me
        yield from _coverage(export)
        acts, messages = Acts(people), Messages(people)
        for section in sections(export, frozenset(Holds) - {Holds.PROFILE}):
            reader = messages if section.holds in _CONVERSATIONS else acts
            yield from reader.read(section)
        yield from acts.left()
        yield from messages.left()
        foreign = texts.foreign(export)
        if foreign:
            more = f" (as are {len(foreign) - 1} more)" if len(foreign) > 1 else ""
            reason = "is a list in another language than English, which is not read"
            yield Problem(foreign[0], f"{reason}{more}: ask TikTok for JSON")


def _coverage(export: Export) -> Iterator[CoverageRecord]:
    """Yield until when the export covers: TikTok writes the second of its making into the file's name."""
    match = _MADE.search(export.path.name)
    if match and EARLIEST <= (made := int(match[1]) * SECOND) <= latest():
        yield CoverageRecord(PLATFORM, None, made)
