"""What the columns of an address book hold, and the tables of column names beside this file.

`outlook.csv` and `thunderbird.csv` have a line for each column and a field for each language, several names
of one column being separated by ` ::: `. The names are those the programs write; Open-Xchange and other
importers of these files read the same ones.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple, TypeAlias

from crm.importers.kit.tables import normal_name

SEPARATOR = " ::: "
"""Between several values in one cell, as Google writes it."""
_BESIDE = ("kind", "slot", "part", "label")


class Step(NamedTuple):
    """What to do with the value of one column."""

    kind: str
    """A field of a contact (`given`, `notes`, `birthday` ...), or one of those that may occur several times:
    `email`, `phone`, `website`, `profile`, `address`, `relation`, `event`, `im`, `custom`, and `number` for a
    telephone number that is not the contact's own. `skip` for what says nothing."""
    slot: str = ""
    """Which one, where several are possible; columns with the same slot belong together."""
    part: str = ""
    """Which part of it: "" for the value, `label`, `street` ..."""
    label: str = ""
    """The word for it that the column's name says."""


Plan: TypeAlias = Mapping[str, Step]
"""What each column (normalised name) holds; a column that is not in it is not read."""


@cache
def _table(name: str) -> dict[str, dict[str, Step]]:
    """Return {language: {column: step}} of one of the tables beside this file."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    found: dict[str, dict[str, Step]] = {}
    for row in csv.DictReader(text.splitlines()):
        step = Step(*(row[column] for column in _BESIDE))
        for language, names in row.items():
            if language not in _BESIDE:
                columns = found.setdefault(language, {})
                columns.update((normal_name(one), step) for one in names.split(SEPARATOR))
    return found


def outlook() -> Mapping[str, dict[str, Step]]:
    """Return the columns of Outlook by language: en, de, fr, es, nl, it, pt."""
    return _table("outlook.csv")


def thunderbird() -> Mapping[str, dict[str, Step]]:
    """Return the columns of Thunderbird by language: en, de."""
    return _table("thunderbird.csv")


def custom(title: str) -> Step:
    """Return the step of a column that a contact has no field for: it is kept under its title."""
    return Step("custom", title, "", title)
