"""Threads alone: the files that Instagram's exports have in their folder `threads`, without the rest.

The decision to know: a reply does not say to whom or to what it was (no post, no address), so it is an act
towards nobody known; the people it names with `@` are named. Everything is read by what Meta's exports have
in common (`kit.meta`), because one tree with both belongs to the Instagram importer.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.meta.account import coverage, read_account
from crm.importers.kit.meta.activity import find_parts, is_instagrams, web_pages
from crm.importers.kit.meta.doings import Doings
from crm.importers.kit.meta.marks import is_facebooks_by_name, is_instagrams_by_name
from crm.importers.kit.protocol import Confidence, Directions

PLATFORM = "threads"

_PAGES = frozenset(("threads_and_replies.html", "liked_threads.html"))


class Importer:
    """Reads an export of Threads; see `crm.importers.kit.protocol`."""

    name = "threads"
    title = "Threads"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Threads: Settings, Account, Download your information (it leads to the Accounts Centre); choose "
        "your Threads profile, All time, and JSON (not HTML). It also comes inside an Instagram export."
    )
    page = "https://accountscenter.instagram.com/info_and_permissions/dyi"
    reads = "your posts and replies, mentions, likes, follows and requests"
    cannot_show = "to whom you replied, replies and likes you received, and the addresses of your posts"
    directions = Directions.YOURS
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Threads without anything of Instagram."""
        if is_facebooks_by_name(export) or is_instagrams_by_name(export):
            return False
        parts = find_parts(export)
        if parts:
            return any(part.platform == PLATFORM for part in parts) and not is_instagrams(export, parts)
        return any(name.rpartition("/")[2].casefold() in _PAGES for name in web_pages(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            ExportError: it is the HTML variant.

        """
        parts = [part for part in find_parts(export) if part.platform == PLATFORM]
        if not parts:
            raise ExportError(
                f"{export.path.name} is a Threads export as web pages (HTML)",
                "ask for the same export again and choose JSON as its format",
            )
        account = read_account(export, parts, owner, PLATFORM)
        own = account.record((PLATFORM,))
        if own:
            yield own
        yield from coverage(export, (PLATFORM,))
        doings = Doings(PLATFORM, account.mine)
        yield from doings.read(export, parts)
        yield from doings.left()
