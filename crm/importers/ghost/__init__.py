"""Ghost: the site's JSON export with your posts, and the CSV of its members, who follow you.

Written after Ghost's own exporter and members' exporter (TryGhost/Ghost). The decision to know: the JSON has
everybody who writes on the site as users; where they are several, it must be known which of them is you.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.ghost.members import MEMBERS, read_members
from crm.importers.ghost.posts import is_site, read_site
from crm.importers.kit.export import Export
from crm.importers.kit.members import is_media
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import header_in

_MOST_FILES = 100
_COMPANIONS = (".md", ".txt", ".yaml", ".yml", ".zip")


class Importer:
    """Reads exports of Ghost 1 to 6: posts and pages, members."""

    name = "ghost"
    title = "Ghost"
    platforms: tuple[str, ...] = ("ghost",)
    how_to_get = (
        "Ghost Admin: Settings > Advanced > Import/Export > Export gives the posts, Members > the gear > "
        "Export all members gives the CSV of members"
    )
    page = ""
    reads = "your posts and pages; members as followers, with their labels and notes"
    cannot_show = "comments, who opened or clicked what, and former members"
    directions = Directions.THEIRS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is nothing but a site's export and tables of members."""
        names = [name for name in export.names if export.size(name) and not is_media(name)]
        if len(names) > _MOST_FILES:
            return False
        if len(names) > 1:
            names = [name for name in names if not name.casefold().endswith(_COMPANIONS)]
        return bool(names) and all(_is_members(export, name) or is_site(export, name) for name in names)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield who you are, your posts, then the members.

        Raises:
            QuestionError: several people write on the site, and it is not known which is you.
            ExportError: there is nothing of Ghost in it, or the JSON is cut off.

        """
        sites = [name for name in export.names if is_site(export, name)]
        tables = [name for name in export.names if _is_members(export, name)]
        if not sites and not tables:
            raise ExportError(f"{export.path.name} has nothing of Ghost in it", self.how_to_get)
        for name in sites:
            yield from read_site(export, name, owner)
        if tables:
            yield from read_members(export, tables)


def _is_members(export: Export, name: str) -> bool:
    return name.casefold().endswith((".csv", ".txt")) and bool(header_in(export.peek(name), *MEMBERS))
