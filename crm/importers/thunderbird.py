"""Thunderbird's address book as CSV, with the columns' names in English (American and British) or German.

It has two e-mail addresses and one number of each kind for a person; vCard, which Thunderbird also writes,
has no such limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.people.formats import is_all, is_thunderbird, tables_of, thunderbird_language
from crm.importers.kit.people.reading import How, read_people
from crm.importers.kit.people.steps import Plan, custom, thunderbird
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Table


class Importer:
    """Reads the comma or tab separated file of Thunderbird's address book."""

    name = "thunderbird"
    title = "Thunderbird (CSV)"
    platforms: tuple[str, ...] = ("addressbook", "email", "phone", "web")
    how_to_get = (
        "Thunderbird: Address Book > right-click the book > Export > Comma Separated (UTF-8). vCard holds "
        "more, where you can choose"
    )
    page = ""
    reads = (
        "names, e-mail addresses, phone numbers, web pages, organisations, birthdays and notes; addresses "
        "and your own four fields are kept"
    )
    cannot_show = "when you last spoke with anybody, pictures, mailing lists, and a third e-mail address"
    directions = Directions.PEOPLE
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is Thunderbird's table of contacts, by the names of its columns."""
        return is_all(export, is_thunderbird)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield a contact for each row.

        Raises:
            ExportError: there is no such table in it.

        """
        tables = tables_of(export, is_thunderbird)
        if not tables:
            raise ExportError(f"{export.path.name} has no contacts of Thunderbird in it", self.how_to_get)
        yield from read_people(export, tables, How(_plan))


def _plan(table: Table) -> Plan:
    known = thunderbird()[thunderbird_language(table.columns) or "en"]
    columns = dict(zip(table.columns, table.titles, strict=True))
    return {column: known.get(column) or custom(title or column) for column, title in columns.items()}
