"""Discord: the data package, and JSON files of DiscordChatExporter.

The decision to know: the package has the user's own messages only; those in a server are said to nobody in
particular unless they name somebody, whatever the server's size, because it does not say who was there.
DiscordChatExporter writes both sides of a channel, with the same message ids, so the two complete each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Left, Owner, Problem, Record
from crm.importers.discord import exporter
from crm.importers.discord.layout import find_layout
from crm.importers.discord.package import Package
from crm.importers.discord.people import PLATFORM, Me
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions


class Importer:
    """Reads data packages of Discord and exported channels; see `crm.importers.kit.protocol`."""

    name = "discord"
    title = "Discord"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Discord: User Settings, Data & Privacy, Request all of my data, at least Account and Messages; the "
        "e-mail with the link comes within thirty days"
    )
    page = ""
    reads = (
        "messages you sent in direct messages, groups and servers, friends and requests; probable: both "
        "sides of channels saved as JSON with DiscordChatExporter, with replies and reactions"
    )
    cannot_show = "what others wrote to you, reactions, and what you answered to"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is a data package, parts of one, or channels saved with DiscordChatExporter."""
        return find_layout(export).is_ours

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, the user and their friends first.

        Raises:
            ExportError: it is an exported channel in another format than JSON.
            QuestionError: an exported channel does not say which of its authors is the user.

        """
        layout = find_layout(export)
        if layout.wrong_format and not (layout.has_package or layout.channels):
            raise ExportError(
                "this channel was saved as a table or web page, which says less than is needed",
                "save it again with DiscordChatExporter and choose the format JSON",
            )
        left: Counter[str] = Counter()
        package = Package(export, layout, left)
        problems = list(package.learn(owner))
        channels = exporter.survey(export, layout.channels, exporter.told(package.me, owner))
        me = exporter.decide(package.me, owner, channels) if layout.channels else package.me
        yield from _self(me)
        yield from problems
        yield from package.friends()
        yield from package.messages()
        yield from exporter.read(export, channels, me, left)
        yield from (
            Problem(name, "is a table or web page of DiscordChatExporter; save the channel as JSON")
            for name in layout.wrong_format
        )
        yield from (Left(what, number) for what, number in sorted(left.items()))


def _self(me: Me) -> Iterator[Record]:
    record = me.record()
    if record is not None:
        yield record
