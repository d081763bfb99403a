"""vCards: what every address book, telephone and mail program exports, versions 2.1 to 4.0.

The decision to know: a contact is found again by its card's UID, or where it has none by a fingerprint of
the card (platform `addressbook`, always the first identity); then by exact keys; never by name. Two cards
of a family that share a number stay two contacts.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import cleaned
from crm.importers.vcard.files import vcard_files
from crm.importers.vcard.groups import find_groups
from crm.importers.vcard.reading import Reading


class Importer:
    """Reads a .vcf file, a folder or ZIP of them, or the Contacts of a Google Takeout."""

    name = "vcard"
    title = "Address book (vCard)"
    platforms: tuple[str, ...] = ("addressbook", "email", "phone", "web")
    how_to_get = (
        "Google: contacts.google.com > Export > vCard. iCloud: icloud.com/contacts > select all > Export "
        "vCard. macOS: Contacts > File > Export. Outlook, Thunderbird, Nextcloud, Android: Export in the "
        "address book's menu"
    )
    page = ""
    reads = (
        "names, e-mail addresses, phone numbers, profiles, websites, birthdays, anniversaries, "
        "organisations, notes, categories and groups; the whole card is kept"
    )
    cannot_show = "when you last spoke with anybody"
    directions = Directions.PEOPLE
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an address book: cards, and nothing else but pictures."""
        return bool(vcard_files(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield a contact for each card, and a problem for whatever could not be read.

        Raises:
            ExportError: there is no card in it at all.

        """
        files = vcard_files(export)
        reading = Reading(find_groups(export, files))
        before: list[Record] = []  # what is no card at all is one error, not a list of problems
        for file in files:
            for record in map(cleaned, reading.file(export, file)):
                if reading.cards:
                    yield from before
                    before.clear()
                    yield record
                else:
                    before.append(record)
        if not reading.cards:
            raise ExportError(
                f"{export.path.name} has no vCard in it",
                "a vCard file has lines BEGIN:VCARD and END:VCARD; export the contacts again as vCard (.vcf)",
            )
        yield from before
        yield from reading.rest()
