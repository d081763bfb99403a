"""Writes small tables of people for the tests, and sorts what was read of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from crm.domain.records import ContactRecord, Left, Owner, Problem, Record
from crm.importers import load
from crm.importers.kit.export import Export

EXPORTS = Path(__file__).resolve().parents[1] / "exports"
TABLES = ("contacts_csv", "google_contacts", "outlook", "thunderbird")
GOOGLE = (
    *(
        "First Name",
        "Middle Name",
        "Last Name",
        "Phonetic First Name",
        "Name Prefix",
        "Name Suffix",
        "Nickname",
    ),
    *("File As", "Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes"),
    *("Photo", "Labels", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value"),
    *(
        "Address 1 - Label",
        "Address 1 - Street",
        "Address 1 - City",
        "Relation 1 - Label",
        "Relation 1 - Value",
    ),
    *("Website 1 - Label", "Website 1 - Value", "Event 1 - Label", "Event 1 - Value"),
    *("Custom Field 1 - Label", "Custom Field 1 - Value"),
)
OUTLOOK = (
    *(
        "Title",
        "First Name",
        "Last Name",
        "Company",
        "Job Title",
        "Business Street",
        "Home Phone",
        "Mobile Phone",
    ),
    *("Company Main Phone", "Anniversary", "Birthday", "Categories", "E-mail Address", "E-mail Display Name"),
    *("Gender", "Notes", "Priority", "Spouse", "Web Page"),
)


def table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str] | Mapping[str, str]], delimiter: str = ","
) -> Path:
    """Write a table; a row may be a mapping by column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(name, "") for name in header] if isinstance(row, Mapping) else row)
    path.write_text(out.getvalue(), "utf-8", newline="")
    return path


def read(importer: str, path: Path, columns: Mapping[str, str] | None = None) -> list[Record]:
    """Return everything an importer yields for a file."""
    owner = Owner(columns=tuple((columns or {}).items()))
    with Export(path) as export:
        return list(load(importer).extract(export, owner))


def claims(path: Path) -> list[str]:
    """Return which of the importers of tables claim a file."""
    with Export(path) as export:
        return [name for name in TABLES if load(name).identify(export)]


def contacts(records: Iterable[Record]) -> list[ContactRecord]:
    return [record for record in records if isinstance(record, ContactRecord)]


def problems(records: Iterable[Record]) -> list[Problem]:
    return [record for record in records if isinstance(record, Problem)]


def left(records: Iterable[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def handles(record: ContactRecord) -> list[tuple[str, str | None, str | None]]:
    """Return (platform, handle, label) of a contact's identities but the first, its key."""
    return [(ref.platform, ref.handle, ref.label) for ref in record.identities[1:]]
