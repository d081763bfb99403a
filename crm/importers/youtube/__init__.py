"""YouTube: the folder of Google's Takeout with comments, live chats and subscriptions.

The decision to know: Google translates folders, files and columns, so a table is known by what its cells look
like (`tables`). Whose video was commented on and whose comment was answered is not in it; only those whom a
comment names are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import IdentityRef, Owner, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.youtube import comments, pages, subscriptions
from crm.importers.youtube.comments import PLATFORM
from crm.importers.youtube.tables import Holds, Layout, find_layout


class Importer:
    """Reads YouTube's part of a Takeout; see `crm.importers.kit.protocol`."""

    name = "youtube"
    title = "YouTube"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "takeout.google.com: deselect all, then YouTube and YouTube Music, of it comments, live chats, "
        "subscriptions and channels"
    )
    page = "https://takeout.google.com/settings/takeout/custom/youtube"
    reads = "your comments, replies and live chat messages, whom they mention, and your subscriptions"
    cannot_show = "comments you received, whose videos and comments you answered, your subscribers and likes"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether there is a table of comments, live chats or subscriptions of YouTube in it."""
        return find_layout(export).is_ours

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield every record; the user's channels first.

        Raises:
            ExportError: a list is cut off.

        """
        layout = find_layout(export)
        own = _Own(export, layout)
        for table in layout.tables:
            if table.own:
                own.met(table.own)
        yield from own.new()
        for table in layout.tables:
            if table.shape.holds in (Holds.COMMENTS, Holds.LIVE_CHATS):
                yield from comments.read(export, table, own.met)
                yield from own.new()
        for name in layout.pages:
            yield from pages.read(export, name)
        yield from subscriptions.read(export, layout, own.met)
        yield from own.new()


class _Own:
    """The user's channels: each is told once."""

    def __init__(self, export: Export, layout: Layout) -> None:
        self._names = subscriptions.titles(export, layout)
        self._told: set[str] = set()
        self._waiting: list[str] = list(self._names)

    def met(self, channel: str) -> None:
        """Take note of a channel as whose the user acted."""
        if channel not in self._names and channel not in self._told:
            self._names[channel] = None
            self._waiting.append(channel)

    def new(self) -> Iterator[SelfRecord]:
        """Yield the channels met since."""
        for channel in self._waiting:
            self._told.add(channel)
            name = self._names[channel]
            yield SelfRecord((IdentityRef(PLATFORM, external_id=channel, name=name),), name)
        self._waiting.clear()
