"""Google Contacts as CSV: the header in use since 2024, the one before it, and Takeout's copies of both.

Columns are numbered (`E-mail 2 - Value`), and as many are there as one contact needs. The decision to know:
Google writes no id into it, so a contact is found again by its name and first address. The names of the
columns are English in every language of the account, as contacts.google.com > Export > Google CSV has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.people.formats import head_of, is_all, is_google, tables_of
from crm.importers.kit.people.reading import How, read_people
from crm.importers.kit.people.steps import Plan, Step, custom
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Table

_TAKEOUT = re.compile(r"(?:takeout[^/]*/)?contacts/[^/]+/[^/]+\.csv")
_READ_BY_OTHERS = ("*.vcf", "*.mbox", "*youtube*/*", "*blogger*/*")
_NUMBERED = re.compile(r"(.+?) (\d{1,3}) - (.+)")
_COLUMNS = {
    "name": "name",
    "given name": "given",
    "first name": "given",
    "additional name": "middle",
    "middle name": "middle",
    "family name": "family",
    "last name": "family",
    "name prefix": "prefix",
    "name suffix": "suffix",
    "given name yomi": "given_phonetic",
    "phonetic first name": "given_phonetic",
    "family name yomi": "family_phonetic",
    "phonetic last name": "family_phonetic",
    "nickname": "nickname",
    "file as": "file_as",
    "organization name": "organisation",
    "organization title": "title",
    "organization department": "department",
    "birthday": "birthday",
    "notes": "notes",
    "photo": "photo",
    "labels": "tags",
    "group membership": "tags",
}
_SKIPPED = {"yomi name", "initials"}
"""Made of the other columns."""
_KINDS = {
    "e-mail": "email",
    "phone": "phone",
    "website": "website",
    "address": "address",
    "event": "event",
    "relation": "relation",
    "im": "im",
    "custom field": "custom",
    "jot": "custom",
    "external id": "custom",
}
_PARTS = {
    "value": "",
    "type": "label",
    "label": "label",
    "service": "service",
    "formatted": "formatted",
    "street": "street",
    "city": "city",
    "po box": "po box",
    "region": "region",
    "postal code": "postcode",
    "country": "country",
    "extended address": "extended",
}
_ORGANISATION = {"name": "organisation", "title": "title", "department": "department"}


class Importer:
    """Reads the CSV file of Google Contacts, alone or in a Takeout."""

    name = "google_contacts"
    title = "Google Contacts (CSV)"
    platforms: tuple[str, ...] = ("addressbook", "email", "phone", "web")
    how_to_get = (
        "contacts.google.com > Export > Google CSV; or takeout.google.com > Contacts > CSV. vCard holds "
        "more, where you can choose"
    )
    page = "https://contacts.google.com/"
    reads = (
        "names, e-mail addresses, phone numbers, websites, organisations, birthdays, labels and notes; "
        "addresses, relations and your own fields are kept"
    )
    cannot_show = "when you last spoke with anybody; pictures are links"
    directions = Directions.PEOPLE
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is Google's table of contacts, or a Takeout with nothing else to read."""
        takeout = _in_takeout(export)
        return bool(takeout) if takeout is not None else is_all(export, is_google)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield a contact for each row.

        Raises:
            ExportError: there is no such table in it.

        """
        tables = _in_takeout(export) or tables_of(export, is_google)
        if not tables:
            raise ExportError(f"{export.path.name} has no contacts of Google in it", self.how_to_get)
        yield from read_people(export, tables, How(_plan))


def _in_takeout(export: Export) -> list[str] | None:
    """Return the tables of a Takeout, or None when it is none, or somebody else's to read."""
    takeout = [name for name in export.names if _TAKEOUT.fullmatch(name.casefold())]
    if not takeout or export.find(*_READ_BY_OTHERS):
        return None
    return [name for name in takeout if is_google(head_of(export, name))]


def _plan(table: Table) -> Plan:
    """Return what the columns hold; one that is new to us is kept under its own name."""
    columns = dict(zip(table.columns, table.titles, strict=True))
    return {column: _step(column) or custom(title or column) for column, title in columns.items()}


def _step(column: str) -> Step | None:
    if column in _COLUMNS:
        return Step(_COLUMNS[column])
    if column in _SKIPPED:
        return Step("skip")
    found = _NUMBERED.fullmatch(column)
    if found is None:
        return None
    what, number, part = found.groups()
    if what == "organization" and number == "1" and part in _ORGANISATION:
        return Step(_ORGANISATION[part])
    if what in ("organization", "calendar link"):
        return Step("skip") if part == "type" else None
    if what not in _KINDS or part not in _PARTS:
        return None
    return Step(_KINDS[what], f"{what} {number}", _PARTS[part])
