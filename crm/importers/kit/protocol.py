"""What an importer is: a read-only translator from one export to records."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export


class Confidence(StrEnum):
    """How sure we are of a format."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    UNCONFIRMED = "unconfirmed"


class Directions(StrEnum):
    """Whose acts an export shows. Only where both are there can exchanges be seen in it alone."""

    BOTH = "both directions"
    YOURS = "only yours"
    THEIRS = "only theirs"
    PEOPLE = "people, no acts"


class Importer(Protocol):
    """One module in `crm/importers/` has one class `Importer` that looks like this.

    The texts appear on the Import screen and in the platform table of the README.
    """

    name: str
    """Equal to the module's name: `linkedin`."""
    title: str
    """For people: `LinkedIn`."""
    platforms: tuple[str, ...]
    """Slugs of `domain.platforms` whose acts it yields."""
    how_to_get: str
    """Where the platform hides its download button."""
    page: str
    """The address of the page where it is asked for; empty where there is none for everybody."""
    reads: str
    """What is read, in one line."""
    cannot_show: str
    """What the platform leaves out of its export, in one line."""
    directions: Directions
    confidence: Confidence

    def identify(self, export: Export) -> bool:
        """Say whether this is one of ours; cheap: member names, then a few kilobytes (`peek`)."""

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, as a stream. A row that makes no sense is a `Problem`.

        Raises:
            ExportError: nothing in it can be used as it is (the HTML variant, a cut-off file ...).

        """
