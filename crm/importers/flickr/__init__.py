"""Flickr: "Your Flickr data", every list and every photo's own file.

The decision to know: the export is read twice. Comments name people by id only, lists of contacts by alias
only, so the first pass collects which belong together, and the second makes the records. The pictures
themselves are never opened.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import Left, Owner, Problem, Record, SelfRecord
from crm.importers.flickr import shapes
from crm.importers.flickr.acts import Acts
from crm.importers.flickr.layout import Holds, is_ours, scan
from crm.importers.flickr.people import PLATFORM
from crm.importers.flickr.photos import Photos
from crm.importers.flickr.survey import survey
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions

_PICTURES_ONLY = "pictures (what was said about them is in the ZIP whose name ends in _part1)"


class Importer:
    """Reads an export of Flickr; see `crm.importers.kit.protocol`."""

    name = "flickr"
    title = "Flickr"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "flickr.com: your picture, Settings, Your Flickr data, Request my Flickr data. A mail tells when it "
        "is ready; the ZIP whose name ends in _part1 is the one to import, the others hold the pictures."
    )
    page = "https://www.flickr.com/account"
    reads = (
        "comments on your photos and by you, FlickrMail, testimonials, notes and tags of others, faves you "
        "gave, contacts and followers, group discussions, your photos as posts"
    )
    cannot_show = (
        "who faved your photos, when anybody faved or followed, the zone of its times (taken as UTC)"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Flickr, or files out of one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            QuestionError: photos have comments, and nothing says which of those who wrote them is the owner.

        """
        layout = scan(export)
        if not layout.files:  # no error: they lie beside the others in a folder of downloads
            yield Left(_PICTURES_ONLY, len(export.names))
            return
        found = survey(layout, owner)
        if found.me.identities():
            yield SelfRecord(found.me.identities(), found.me.real_name)
        for name in layout.of(Holds.PROFILE):
            profile = layout.document(name, shapes.Profile)
            if isinstance(profile, Problem):
                yield profile
        acts, photos = Acts(layout, found), Photos(found)
        yield from acts.follows()
        yield from photos.read(layout)
        yield from acts.comments(photos.own_comments)
        yield from acts.faves()
        yield from acts.mail()
        yield from acts.testimonials()
        yield from acts.discussions()
        yield from photos.left()
