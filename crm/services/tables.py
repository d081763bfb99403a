"""Plain tables of people: what their columns are taken to hold, and what the user says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crm.domain.columns import Proposal, checked
from crm.domain.errors import ExportError, UsageError
from crm.domain.records import Owner
from crm.importers.contacts_csv import Importer
from crm.importers.kit.export import Export
from crm.services.views import Recognised

_SHOWN = 6


def is_table(recognised: Recognised) -> bool:
    """Say whether an export is a plain table, whose columns the user can explain."""
    return recognised.importer == Importer.name


def as_table(recognised: Recognised) -> Recognised:
    """Return something unknown as the plain table it may be; the user says what its columns hold."""
    if recognised.importer is not None:
        return recognised
    importer = Importer()
    try:
        with Export([Path(path) for path in recognised.paths]) as export:
            is_one = importer.could_read(export)
    except ExportError:  # it is the reason why nobody knew it, and stands there already
        return recognised
    if not is_one:
        return recognised
    return replace(recognised, importer=importer.name, title=importer.title, error=None, hint=None)


def hint_for(recognised: Recognised) -> str | None:
    """Return how something unknown could be read after all: as a table whose columns the user explains."""
    table = as_table(recognised)
    if table is recognised or not is_table(table):
        return None
    titles = [column.column for column in propose(table).columns[:_SHOWN]]
    named = ", ".join(f'"{title}"' for title in titles)
    return (
        f'if it is a table of people, say what its columns ({named}) hold: --columns "{titles[0]}=name, ..."'
    )


def propose(recognised: Recognised, columns: Mapping[str, str] | None = None) -> Proposal:
    """Return how a plain table would be read, with what the user said of some columns.

    Raises:
        ExportError: it cannot be read.
        UsageError: there is no such column or field, or this is no plain table.

    """
    if not is_table(recognised):
        raise UsageError(f"{recognised.paths[0]} is no plain table", "only the columns of one can be chosen")
    with Export([Path(path) for path in recognised.paths]) as export:
        return Importer().propose(export, Owner(columns=said(recognised, columns)))


def said(recognised: Recognised, columns: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Return what the user says of columns as importers take it.

    Raises:
        UsageError: there is no such field, or this is no plain table.

    """
    if not columns:
        return ()
    if not is_table(recognised):
        raise UsageError(
            f"the columns of {recognised.title} are known; they cannot be chosen",
            "leave --columns away; only those of a plain table can be chosen",
        )
    return checked(columns)
