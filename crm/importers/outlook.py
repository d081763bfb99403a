"""Outlook's contacts as CSV, in English, German, French, Spanish, Dutch, Italian and Portuguese.

Outlook writes the header in its own language, the text in the code page of the machine, and dates as the
machine shows them. The decision to know: which of day and month comes first is learnt from all dates of the
file; where none shows it, an Outlook that does not speak English is taken to write the day first.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.kit.export import Export
from crm.importers.kit.people import days
from crm.importers.kit.people.formats import is_all, is_outlook, outlook_language, tables_of
from crm.importers.kit.people.points import Habits
from crm.importers.kit.people.reading import How, read_people
from crm.importers.kit.people.steps import Plan, Step, custom, outlook
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Table


class Importer:
    """Reads the CSV file that Outlook, Outlook.com and Google's "Outlook CSV" write."""

    name = "outlook"
    title = "Outlook (CSV)"
    platforms: tuple[str, ...] = ("addressbook", "email", "phone", "web")
    how_to_get = (
        "Outlook: File > Open & Export > Import/Export > Export to a file > Comma Separated Values > "
        "Contacts. Outlook.com: People > Manage > Export contacts"
    )
    page = ""
    reads = (
        "names, e-mail addresses, phone numbers, web pages, companies, birthdays, anniversaries, categories "
        "and notes; addresses, relatives and every other column are kept"
    )
    cannot_show = (
        "when you last spoke with anybody, pictures, and which of day and month a date such as 3/4 means"
    )
    directions = Directions.PEOPLE
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is Outlook's table of contacts, by the names of its columns."""
        return is_all(export, is_outlook)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:  # noqa: ARG002 (the protocol's)
        """Yield a contact for each row.

        Raises:
            ExportError: there is no such table in it.

        """
        tables = tables_of(export, is_outlook)
        if not tables:
            raise ExportError(f"{export.path.name} has no contacts of Outlook in it", self.how_to_get)
        yield from read_people(export, tables, How(_plan, Habits.of_outlook(), _usual_order, code_page=True))


def _usual_order(table: Table) -> days.Order | None:
    return None if outlook_language(table.columns) == "en" else days.Order.DAY_FIRST


def _plan(table: Table) -> Plan:
    """Return what the columns hold; what is not in Outlook's language may still be English."""
    language = outlook_language(table.columns) or "en"
    known = outlook()["en"] | outlook()[language]
    columns = dict(zip(table.columns, table.titles, strict=True))
    plan = {column: known.get(column) or custom(title or column) for column, title in columns.items()}
    return plan | _two_meanings(table.columns, language)


def _two_meanings(columns: tuple[str, ...], language: str) -> dict[str, Step]:
    """Return the columns whose name means two things."""
    if language == "fr" and "titre" in columns and "titre 2" not in columns and "prénom" in columns:
        # the form of address stands before the name, the position after it
        is_position = columns.index("titre") > columns.index("prénom")
        return {"titre": Step("title")} if is_position else {}
    if language == "pt" and "aniversário" in columns and "data de nascimento" in columns:
        return {"aniversário": Step("anniversary")}  # in Brazil the word is for birthdays
    return {}
