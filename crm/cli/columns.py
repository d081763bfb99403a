"""The columns of a plain table on the command line: reading `--columns`, and showing what is proposed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm.cli.environment import Environment
from crm.cli.jsonviews import Json
from crm.cli.output import Column
from crm.cli.wording import counted
from crm.domain.errors import UsageError

if TYPE_CHECKING:
    from crm.domain.columns import Proposal

_COLUMNS = (
    Column("COLUMN", style="bold", least=12),
    Column("READ AS"),
    Column("SUCH AS", style="dim", least=20),
)
_EXAMPLE = '--columns "Full Name=name, Mail=email, Size=ignore"'


def parsed(texts: Sequence[str]) -> dict[str, str]:
    """Return {column: field} of `Full Name=name, Mail=email`; quotation marks keep a comma in a column.

    Raises:
        UsageError: something in it is no `column=field`, or a column occurs twice.

    """
    columns: dict[str, str] = {}
    for text in texts:
        for pair in _pairs(text):
            column, equals, field = pair.rpartition("=")
            column = column.strip()
            if not equals or not column:
                raise UsageError(
                    f'"{pair.strip()}" does not say what a column holds', f"write it like {_EXAMPLE}"
                )
            if column in columns:
                raise UsageError(f'the column "{column}" is there twice', f"write it like {_EXAMPLE}")
            columns[column] = field.strip()
    return columns


def _pairs(text: str) -> list[str]:
    try:
        rows = list(csv.reader([text], skipinitialspace=True, strict=False))
    except csv.Error as error:
        raise UsageError(f"cannot read {text!r}: {error}", f"write it like {_EXAMPLE}") from error
    return [pair for row in rows for pair in row if pair.strip()]


def show(proposal: Proposal, environment: Environment) -> None:
    """Write how the columns of a table are read, and how to say it better."""
    out = environment.out
    out.line(f"  {counted(proposal.rows, 'row')}, read like this:")
    out.table(
        _COLUMNS,
        [(one.column, one.field or "(not read)", ", ".join(one.samples)) for one in proposal.columns],
        indent=4,
    )
    environment.err.note(f"if a column is something else, say so: {_EXAMPLE}")


def as_json(path: str, proposal: Proposal) -> Json:
    """Return how the columns of a table are read."""
    return {
        "path": path,
        "rows": proposal.rows,
        "columns": [
            {"column": one.column, "field": one.field, "samples": list(one.samples)}
            for one in proposal.columns
        ],
    }
