"""Plain tables of people: a list kept in a spreadsheet, the export of any other program, our own CSV.

The decision to know: what a column holds is proposed from its title and its cells (`proposing`), and the
user has the last word (`Owner.columns`). A column that neither knows is not read, and counted in the report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from crm.domain.columns import IGNORE, Field, Proposal, ProposedColumn, field_named, is_account
from crm.domain.csvsafe import unguarded
from crm.domain.errors import ExportError, UsageError
from crm.domain.records import Owner, Record
from crm.importers.contacts_csv.proposing import Column
from crm.importers.contacts_csv.tables import is_people, proposed, tables_to_read
from crm.importers.contacts_csv.words import field_of, plain
from crm.importers.kit.export import Export
from crm.importers.kit.people import days
from crm.importers.kit.people.formats import consists_of
from crm.importers.kit.people.points import ANY, Habits
from crm.importers.kit.people.reading import How, read_people
from crm.importers.kit.people.steps import Plan, Step
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Row, Table

_STEPS = {
    "name": Step("name"),
    "given name": Step("given"),
    "middle name": Step("middle"),
    "family name": Step("family"),
    "name prefix": Step("prefix"),
    "name suffix": Step("suffix"),
    "nickname": Step("nickname"),
    "organisation": Step("organisation"),
    "department": Step("department"),
    "title": Step("title"),
    "birthday": Step("birthday"),
    "anniversary": Step("anniversary"),
    "notes": Step("notes"),
    "tags": Step("tags"),
}
_ADDRESS_PARTS = {part: part for part in ("street", "city", "region", "postcode", "country")} | {
    "address": ""
}
_OWN_COLUMNS = {"name", "circle", "tags", "emails", "phones", "profiles", "websites"}
"""Of our own CSV export, where ` ::: ` alone stands between values, and a tag may have a comma in it."""
_COMPUTED = {"last exchange", "due", "turn"}
"""What our own export says of the relationship, which follows from what was said, not from this table."""
_BETWEEN = re.compile(r":::|[;,|\n]")
_SAMPLES = 3
_LONGEST_SAMPLE = 60
_ENGLISH_DATES = ("birth", "bday", "dob", "anniversary", "wedding")


class Importer:
    """Reads any table with a column of names and one of addresses, numbers or accounts."""

    name = "contacts_csv"
    title = "Table of people (CSV)"
    platforms: tuple[str, ...] = ("addressbook", "email", "phone", "web")
    how_to_get = (
        "save the table as CSV (UTF-8) with the columns' names in its first line; see with --dry-run how "
        'they are understood, and correct it with --columns "Who=name, Number=phone mobile, Size=ignore"'
    )
    page = ""
    reads = (
        "names, e-mail addresses, phone numbers, accounts on any platform, websites, organisations, "
        "birthdays, notes and tags, by column titles in many languages; also what crm itself writes as CSV"
    )
    cannot_show = "when you last spoke with anybody"
    directions = Directions.PEOPLE
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is nothing but plain tables of people, and nobody else's."""
        return is_people(export)

    def could_read(self, export: Export) -> bool:
        """Say whether this is nothing but tables, which the user may explain."""
        return consists_of(export, lambda table: bool(proposed(export, table)[0]))

    def propose(self, export: Export, owner: Owner | None = None) -> Proposal:
        """Return how the columns would be read; those that several tables have in common once.

        Args:
            export: the table or tables.
            owner: with what the user said of some columns already.

        Raises:
            ExportError: there is no table in it.
            UsageError: the user speaks of a column that is not there, or there is no such field.

        """
        found: list[ProposedColumn] = []
        rows = 0
        for table, columns, headless in self._tables(export, owner or Owner()):
            samples, count = _samples(export, table, headless)
            rows += count
            known = {one.column for one in found}
            found += (
                ProposedColumn(
                    column.title, str(column.field) if column.field else None, samples[column.name]
                )
                for column in columns
                if column.title not in known
            )
        return Proposal(tuple(found), rows)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield a contact for each row, the columns being what the user says, else what is proposed.

        Raises:
            ExportError: there is no table in it.
            UsageError: the user speaks of a column that is not there, or there is no such field.

        """
        for table, columns, headless in self._tables(export, owner):
            how = How(partial(_plan, columns), _habits(columns), partial(_usual_order, columns), headless)
            yield from read_people(export, [table], how)

    def _tables(self, export: Export, owner: Owner) -> list[tuple[str, list[Column], bool]]:
        """Return each table, its columns as they are to be read, and whether it has no header."""
        tables = tables_to_read(export)
        if not tables:
            raise ExportError(f"{export.path.name} has no table in it", self.how_to_get)
        said = [_Said(column, field) for column, field in owner.columns]
        known = [(table, *_proposed(export, table)) for table in tables]
        for one in said:
            one.insist(column for _, columns, _ in known for column in columns)
        return [(table, [_chosen(c, said) for c in columns], headless) for table, columns, headless in known]


def _proposed(export: Export, table: str) -> tuple[list[Column], bool]:
    columns, headless = proposed(export, table)
    if {column.name for column in columns} >= _OWN_COLUMNS:
        columns = [c._replace(field=Field(IGNORE)) if c.name in _COMPUTED else c for c in columns]
    return columns, headless


class _Said:
    """What the user says of one column."""

    def __init__(self, column: str, field: str) -> None:
        self.column = column
        self._plain = plain(column)
        known = field_named(field)
        if known is None:
            raise UsageError(
                f'there is no field "{field}"', "crm import --dry-run shows the columns and fields"
            )
        self.field = known

    def is_of(self, column: Column) -> bool:
        """Say whether this column is meant: by its title, whatever the case and the accents."""
        return column.title == self.column or (bool(self._plain) and plain(column.title) == self._plain)

    def insist(self, columns: Iterator[Column]) -> None:
        """Make sure that there is such a column."""
        titles = []
        for column in columns:
            if self.is_of(column):
                return
            titles.append(f'"{column.title}"')
        raise UsageError(f'there is no column "{self.column}"', f"the columns are {', '.join(titles[:40])}")


def _chosen(column: Column, said: list[_Said]) -> Column:
    """Return a column as the user wants it read; its exact title counts before a similar one."""
    meant = [one for one in said if one.is_of(column)]
    exact = [one for one in meant if one.column == column.title] or meant
    return column._replace(field=exact[-1].field) if exact else column


def _plan(columns: list[Column], table: Table) -> Plan:  # noqa: ARG001 (every plan is asked about its table)
    """Return what each column holds; the second phone is another one, the second city another address."""
    plan: dict[str, Step] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for column in columns:
        if column.field is not None:
            step = _step(column.field, taken)
            plan[column.name] = step
    return plan


def _step(field: Field, taken: Counter[tuple[str, str]]) -> Step:
    if field.name == IGNORE:
        return Step("skip")
    if field.name in _STEPS:
        return _STEPS[field.name]
    if field.name in _ADDRESS_PARTS:
        taken[field.name, field.label] += 1
        slot = f"{field.label} {taken[field.name, field.label]}"
        return Step("address", slot, _ADDRESS_PARTS[field.name], field.label)
    taken[field.name, ""] += 1
    if field.name in ("email", "phone", "website"):
        return Step(field.name, str(taken[field.name, ""]), "", field.label)
    slug = field.name if is_account(field) else ANY
    return Step("profile", slug if taken[field.name, ""] == 1 else f"{slug} {taken[field.name, '']}")


def _habits(columns: list[Column]) -> Habits:
    if {column.name for column in columns} >= _OWN_COLUMNS:
        return Habits(guarded=True)
    return Habits(between=_BETWEEN, between_tags=_BETWEEN, guarded=True)


def _usual_order(columns: list[Column], table: Table) -> days.Order | None:  # noqa: ARG001 (as above)
    """Return the day first where the title of a date is not English."""
    dates = [plain(c.title) for c in columns if c.field and c.field.name in ("birthday", "anniversary")]
    is_english = any(word in title for title in dates for word in _ENGLISH_DATES)
    told = any(field_of(title) for title in dates)
    return days.Order.DAY_FIRST if told and not is_english else None


def _samples(export: Export, name: str, headless: bool) -> tuple[dict[str, tuple[str, ...]], int]:
    """Return some values of each column, and how many rows there are."""
    table = Table(export.open(name), name, headless=headless, mendable=True)
    found: dict[str, dict[str, None]] = {column: {} for column in table.columns}
    rows = 0
    wanted = set(table.columns)
    for row in table:
        if not isinstance(row, Row):
            continue
        rows += 1
        for column in tuple(wanted):
            if value := " ".join(unguarded(row[column]).split()):
                shown = value if len(value) <= _LONGEST_SAMPLE else f"{value[: _LONGEST_SAMPLE - 1]}…"
                found[column][shown] = None
                if len(found[column]) == _SAMPLES:
                    wanted.discard(column)
    return {column: tuple(values) for column, values in found.items()}, rows
