"""OPML: the list of feeds that a feed reader or podcast player exports, each of them somebody you follow.

The decision to know: a list says who is read, not since when, so each entry is a follow at an unknown time.
Where its address is that of an account on a platform (a YouTube channel, `@name.rss` of Mastodon), it is that
account. Written after the OPML 2.0 specification (opml.org) and the files of kurtmckee/listparser.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crm.domain.errors import ExportError
from crm.domain.handles import normalise
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import digest
from crm.importers.kit.members import is_media
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import followed
from crm.importers.kit.text import clean_value
from crm.importers.kit.xmlstream import local_name, root_of, stream_elements

_ENDINGS = (".opml", ".xml")
_COMPANIONS = (".md", ".txt", ".html", ".css", ".xsl", ".xslt")
_MOST_FILES = 50
_LONGEST_ID = 200
_LONGEST_NAME = 300
_FEEDS = frozenset(("rss", "atom", "rss1", "rdf"))
_NO_FEEDS = frozenset(("include", "link"))
"""Types of outlines that lead to another list or to a page, as OPML 2.0 defines them."""


class Importer:
    """Reads subscription lists of feed readers and podcast players, of OPML 1.0, 1.1 and 2.0."""

    name = "opml"
    title = "Feed list (OPML)"
    platforms: tuple[str, ...] = ("blog",)
    how_to_get = (
        "in the feed reader or podcast player, usually under Settings > Import/Export > Export OPML (Feedly: "
        "Organize Sources > the arrow; Inoreader: Preferences > Import/Export)"
    )
    page = ""
    reads = "the blogs, channels and podcasts you follow; folders become tags"
    cannot_show = "since when you follow them, and who reads you"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is nothing but OPML files."""
        return bool(_lists(export)) and not _strangers(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield a contact and a follow for each feed.

        Raises:
            ExportError: a list is damaged; the message says where.

        """
        reading = _Reading()
        for name in _lists(export):
            for _, outline in stream_elements(export.open(name), ("outline",), name):
                yield from reading.records(outline, name)
        if reading.other_lists:
            yield Left("links to other lists and pages", reading.other_lists)


class _Reading:
    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        """The name under which a feed came first; a second folder may hold it again."""
        self.other_lists = 0

    def records(self, outline: etree._Element, where: str) -> Iterator[Record]:
        """Yield what one outline says; nothing for a folder."""
        attributes = _attributes(outline)
        feed, home = attributes.get("xmlurl", ""), attributes.get("htmlurl", "")
        kind = attributes.get("type", "").lower()
        if not feed and kind in _FEEDS:
            feed = attributes.get("url", "")
        if not (feed or home or kind in _FEEDS):
            self.other_lists += kind in _NO_FEEDS
            return
        name = _name(attributes)
        identities = followed(feed, home, name)
        if not identities:
            yield Problem(
                f"{where}, line {outline.sourceline}",
                f"has no address of a feed or site{f': {(feed or home)[:80]!r}' if feed or home else ''}",
            )
            return
        key = _key(identities[0])
        first = key not in self._known
        name = self._known.setdefault(key, name or identities[0].handle or "")
        identities = [ref._replace(name=name or None) for ref in identities]
        tags = tuple(dict.fromkeys((*_folders(outline), *_categories(attributes.get("category", "")))))
        yield ContactRecord(tuple(identities), name=name or None, tags=tags)
        if first:
            yield InteractionRecord(
                "blog",
                key,
                identities[0],
                None,
                Direction.OUT,
                Kind.FOLLOW,
                url=home or feed or None,
                precision=Precision.UNKNOWN,
            )


def _lists(export: Export) -> list[str]:
    named = [name for name in export.names if export.size(name)]
    if len(named) > _MOST_FILES:
        return []
    if len(named) > 1:
        named = [name for name in named if name.casefold().endswith(_ENDINGS)]
    return [name for name in named if _is_list(export, name)]


def _is_list(export: Export, name: str) -> bool:
    try:
        root = root_of(export.peek(name))
    except ExportError:
        return False
    return root is not None and root.name.casefold() == "opml"


def _strangers(export: Export) -> list[str]:
    """Return what is no list, no picture and no page about the list."""
    lists = set(_lists(export))
    return [
        name
        for name in export.names
        if name not in lists
        and export.size(name)
        and not is_media(name)
        and not name.casefold().endswith(_COMPANIONS)
    ]


def _attributes(outline: etree._Element) -> dict[str, str]:
    """Return the attributes by name in lower case: readers write `xmlUrl`, `xmlurl` and `XMLURL`."""
    found: dict[str, str] = {}
    for key, value in outline.attrib.items():
        name = str(key).rpartition("}")[2].lower()
        found.setdefault(name, clean_value(str(value)).strip())
    return found


def _name(attributes: dict[str, str]) -> str | None:
    name = " ".join((attributes.get("title") or attributes.get("text") or "").split())
    return name[:_LONGEST_NAME] or None


def _folders(outline: etree._Element) -> Iterator[str]:
    """Yield the names of the folders around an outline, the outermost first."""
    around = [_name(_attributes(one)) for one in outline.iterancestors() if local_name(one) == "outline"]
    yield from (name for name in reversed(around) if name)


def _categories(text: str) -> Iterator[str]:
    """Yield the tags of `tag,/parent/child`, each step of a path as one."""
    for category in text.split(","):
        yield from (part.strip()[:_LONGEST_NAME] for part in category.split("/") if part.strip())


def _key(who: IdentityRef) -> str:
    subject = f"{who.platform}:{who.external_id or normalise(who.platform, who.handle or '')}"
    return f"follow:{subject if len(subject) <= _LONGEST_ID else digest(subject)}"
