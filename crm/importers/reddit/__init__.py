"""Reddit: the tables of a data request, all of them or single ones.

The decision to know: the export has what the user wrote and clicked, never whom it was said to. So comments
and votes go to nobody known, except on somebody's own profile page; only messages, chats, friends and names
in texts say who is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from crm.domain.records import CoverageRecord, Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.reddit import chat, connections, messages, writings
from crm.importers.reddit.names import PLATFORM
from crm.importers.reddit.people import decide
from crm.importers.reddit.tables import Table, find_tables, is_ours


class Importer:
    """Reads a data request of Reddit; see `crm.importers.kit.protocol`."""

    name = "reddit"
    title = "Reddit"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "reddit.com/settings/data-request; the message with the link comes after some days, up to thirty"
    )
    page = "https://www.reddit.com/settings/data-request"
    reads = "posts, comments, private messages, chats, friends, votes for posts and comments, awards"
    cannot_show = "replies you received, whose posts you answered or voted for, and when you voted"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is a data request of Reddit, or tables out of one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, the user first.

        Raises:
            QuestionError: there are messages, and nothing says which of the people in them is the user.

        """
        tables = find_tables(export)
        facts = connections.facts_of(export, tables[Table.STATISTICS])
        talks = chat.survey(export, tables[Table.CHAT])
        me = decide(export, owner, facts, talks, partial(messages.parties, export, tables[Table.MESSAGES]))
        record = me.record()
        if record is not None:
            yield record
        if facts.exported is not None:
            yield CoverageRecord(PLATFORM, None, facts.exported)
        yield from writings.read(export, tables, me)
        yield from messages.read(export, tables[Table.MESSAGES], me)
        yield from chat.read(export, tables[Table.CHAT], talks, me)
        yield from connections.read(export, tables)
