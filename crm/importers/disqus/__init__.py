"""Disqus: the comments of one's own site, as its moderation page exports them.

The format is that of Disqus's "Comments Export" (namespace `http://disqus.com`), as isso and other programs
read it: gzipped XML, first every page with comments, then every comment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.disqus.people import PLATFORM, Author, decide, read_author
from crm.importers.disqus.posts import Comments
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.xmlstream import local_name, root_of, stream_elements

_NAMESPACE = "disqus.com"
_MOST_FILES = 500


class Importer:
    """Reads exports of Disqus."""

    name = "disqus"
    title = "Disqus"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "disqus.com/admin: your site > Community > Export > Export comments. Disqus mails a link "
        "to a .xml.gz file, after minutes or a day"
    )
    page = "https://disqus.com/admin/"
    reads = "comments on your site, answers to you, your own comments and answers"
    cannot_show = "what you wrote on other people's sites, likes, and who follows you"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether a file of it has the root element of Disqus."""
        return any(_is_ours(export, name) for name in _candidates(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record.

        Raises:
            QuestionError: nothing tells which of the people in it the user is.
            ExportError: a file is damaged.

        """
        names = [name for name in _candidates(export) if _is_ours(export, name)]
        openers = _openers(export, names)
        me, told = decide(openers, owner)
        if told.identities:
            yield told
        comments = Comments(me, openers)
        for name in names:
            yield from comments.read(export, name)
        if owner.stated and not comments.met_user and not told.identities:
            raise ExportError(
                f"nobody in {export.path.name} is called {owner.stated}",
                "give your Disqus user name, the name you comment under, or its e-mail address",
            )


def _openers(export: Export, names: list[str]) -> Counter[Author]:
    """Return who opened how many threads, of those that stand before the first post."""
    found: Counter[Author] = Counter()
    for name in names:
        with export.open(name) as stream:
            for tag, element in stream_elements(stream, ("thread", "post"), name):
                if tag == "post":
                    break
                author = next((child for child in element if local_name(child) == "author"), None)
                if author is not None:
                    found[read_author(author)] += 1
    return found


def _candidates(export: Export) -> list[str]:
    return list(export.names) if len(export.names) == 1 else export.find("*.xml")[:_MOST_FILES]


def _is_ours(export: Export, name: str) -> bool:
    root = root_of(export.peek(name))
    return root is not None and root.name == "disqus" and _NAMESPACE in root.attributes
