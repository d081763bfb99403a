"""Which contacts a list shows, in which order and with which columns: what a saved filter is made of.

A filter holds everything but the columns: those belong to the screen, so that calling a filter back never
moves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from crm.domain.errors import NotFoundError, UsageError
from crm.domain.exchanges import Turn
from crm.domain.text import clean, is_blank, storable

SORTS = ("name", "last", "lateness", "exchanges")
NO_CIRCLE = ""
"""As a query's circle: only those who are in none."""
LONGEST_NAME = 60
"""Characters of a saved filter's name: it stands in one line."""


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts to list, and in which order."""

    text: str = ""
    """Any part of a name, organisation or handle; several words must all occur."""
    circle: str | None = None
    """None: any; `NO_CIRCLE`: those in none."""
    tag: str | None = None
    platform: str | None = None
    turn: str | None = None
    due: bool = False
    archived: bool | None = False
    """None: both."""
    spoken: bool | None = None
    """Whether there ever was an exchange; None: both."""
    sort: str = "name"
    """One of `SORTS`: by name; last exchange, lateness or exchange days, most first."""
    reverse: bool = False
    """The other way round. Those without a last exchange or a lateness come last either way."""


COLUMNS = (
    "standing",
    "last",
    "circle",
    "platform",
    "due",
    "days",
    "unanswered",
    "cadence",
    "since",
    "organisation",
    "tags",
)
"""What a list can show beside the name."""
USUAL_COLUMNS = COLUMNS[:4]

BUILT_IN: Mapping[str, ContactQuery] = MappingProxyType(
    {
        "everybody": ContactQuery(),
        "your turn": ContactQuery(turn=Turn.YOURS.value, sort="last"),
        "due": ContactQuery(due=True, sort="lateness"),
        "never spoken": ContactQuery(spoken=False),
        "no circle": ContactQuery(circle=NO_CIRCLE, sort="exchanges"),
    }
)
"""The filters that everybody has."""


def filter_name(typed: str) -> str:
    """Return the name of a filter as it is kept.

    Raises:
        UsageError: nobody could see it, it is too long, or the program's own filter is called so.

    """
    name = " ".join(storable(typed).split())
    if is_blank(name):
        raise UsageError("the filter has no name", "such as: potters in Berlin")
    if len(name) > LONGEST_NAME:
        raise UsageError("the name of the filter is too long", f"at most {LONGEST_NAME} characters")
    if name.casefold() in BUILT_IN:
        raise UsageError(f'"{name}" is one of the filters that are always there', "choose another name")
    return name


def called(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that is meant by `name`: upper and lower case are the same."""
    wanted = " ".join(name.split()).casefold()
    return next((one for one in names if one.casefold() == wanted), None)


def filter_called(name: str, own: Mapping[str, ContactQuery]) -> ContactQuery:
    """Return a filter by its name.

    Raises:
        NotFoundError: there is none of that name.

    """
    known = {**BUILT_IN, **own}
    found = called(name, known)
    if found is None:
        near = get_close_matches(name.casefold(), known, n=1)
        hint = f'did you mean "{clean(near[0])}"?' if near else f"there are: {clean(', '.join(known))}"
        raise NotFoundError(f'no saved filter is called "{clean(name)}"', hint)
    return known[found]
