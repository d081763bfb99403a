"""Substack: the ZIP of a publication's export with your posts, and its lists of subscribers, who follow you.

Written after the readers of TryGhost/migrate (mg-substack, mg-substack-members-csv). The decision to know:
who was sent or has opened an e-mail (`*.delivers.csv`, `*.opens.csv`) is nobody's business and is never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import IdentityRef, Owner, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import header_in
from crm.importers.substack.posts import PLATFORM, POSTS, read_posts
from crm.importers.substack.subscribers import SUBSCRIBERS, read_subscribers

_WATCHED = re.compile(r"\.(?:delivers|opens)(?: ?\(\d+\))?\.csv$", re.IGNORECASE)
_LIST_NAME = re.compile(r"(?:^|/)email_list\.([a-z0-9-]+)\.csv$", re.IGNORECASE)
_PEEK = 8192


class Importer:
    """Reads a publication's export, and lists of subscribers of every year."""

    name = "substack"
    title = "Substack"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Substack: the publication's Settings > Exports > New export gives posts and the list of e-mail "
        "addresses; Subscribers > Export gives a list with names"
    )
    page = ""
    reads = "your posts, podcasts and threads; subscribers as followers"
    cannot_show = "comments, likes, notes, chats, who left, and whom you read yourself"
    directions = Directions.THEIRS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this has Substack's table of posts, or a list of its subscribers, in it."""
        return bool(_tables(export, POSTS) or _tables(export, SUBSCRIBERS))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield the publication, its posts, then its subscribers.

        Raises:
            ExportError: there is nothing of Substack in it.

        """
        posts, lists = _tables(export, POSTS), _tables(export, SUBSCRIBERS)
        if not posts and not lists:
            raise ExportError(f"{export.path.name} has nothing of Substack in it", self.how_to_get)
        publications = [match[1].lower() for name in lists if (match := _LIST_NAME.search(name))]
        if publications:
            yield SelfRecord(tuple(IdentityRef(PLATFORM, publication) for publication in publications))
        for name in posts:
            yield from read_posts(export, name, publications[0] if len(publications) == 1 else None)
        yield from read_subscribers(export, lists)


def _tables(export: Export, headers: tuple[tuple[str, ...], ...]) -> list[str]:
    return [
        name
        for name in export.names
        if name.casefold().endswith(".csv")
        and not _WATCHED.search(name)
        and export.size(name)
        and header_in(export.peek(name, _PEEK), *headers)
    ]
