"""The columns of a plain table of people: what each may hold, and what the user says of them.

A field is named as people name it: `name`, `phone mobile`, `mastodon`. The same words are proposed by the
program and typed by its user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crm.domain.errors import UsageError
from crm.domain.platforms import PLATFORMS, slug_of

IGNORE = "ignore"
"""The field of a column that is not to be read."""
PROFILE = "profile"
"""Accounts that say themselves where they are: `mastodon:ada@example.social`, or the address of a profile."""

FIELDS = (
    *("name", "given name", "middle name", "family name", "name prefix", "name suffix", "nickname"),
    *("organisation", "department", "title", "email", "phone", "website", PROFILE),
    *("birthday", "anniversary", "notes", "tags"),
    *("address", "street", "city", "region", "postcode", "country"),
)
LABELLED = frozenset(
    {"email", "phone", "website", "address", "street", "city", "region", "postcode", "country"}
)
"""Fields that a word may follow: `phone work`, `address home`."""
_OTHER_NAMES = {
    "": IGNORE,
    "none": IGNORE,
    "-": IGNORE,
    "full name": "name",
    "first name": "given name",
    "given": "given name",
    "last name": "family name",
    "surname": "family name",
    "family": "family name",
    "organization": "organisation",
    "company": "organisation",
    "job title": "title",
    "e-mail": "email",
    "mail": "email",
    "tel": "phone",
    "telephone": "phone",
    "url": "website",
    "web": "website",
    "blog": "website blog",
    "note": "notes",
    "tag": "tags",
    "label": "tags",
    "labels": "tags",
    "zip": "postcode",
    "postal code": "postcode",
    "state": "region",
    "town": "city",
    "mobile": "phone mobile",
    "account": PROFILE,
    "handle": PROFILE,
}
_NO_ACCOUNTS = frozenset({"email", "phone", "web", "blog", "in-person", "letter", "addressbook"})


class Field(NamedTuple):
    """What a column holds."""

    name: str
    """One of `FIELDS`, a platform's slug, or `IGNORE`."""
    label: str = ""
    """The word for it: "work", "mobile"."""

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.name} {self.label}" if self.label else self.name


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """One column of a table, and what it is taken to hold."""

    column: str
    """Its title as written, "column 3" where it has none."""
    field: str | None
    """As people write it; None when nobody knows, and then it is not read."""
    samples: tuple[str, ...]
    """Some of its values."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a plain table would be read."""

    columns: tuple[ProposedColumn, ...]
    rows: int
    """How many rows it has."""


def field_named(text: str) -> Field | None:
    """Return the field that a word or two stand for, or None when there is no such field.

    A platform is named by its slug, its title or a usual other name.
    """
    words = " ".join(text.replace("_", " ").casefold().split())
    words = _OTHER_NAMES.get(words, words)
    if words in FIELDS or words == IGNORE:
        return Field(words)
    slug = slug_of(words)
    if slug is not None and slug not in _NO_ACCOUNTS:
        return Field(slug)
    first, _, label = words.partition(" ")
    first = _OTHER_NAMES.get(first, first)
    return Field(first, label) if label and first in LABELLED else None


def checked(columns: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what the user says of columns as pairs of column and field, each field in its usual word.

    Raises:
        UsageError: there is no such field.

    """
    return tuple((column, str(_known(column, text))) for column, text in columns.items())


def _known(column: str, text: str) -> Field:
    field = field_named(text)
    if field is None:
        raise UsageError(
            f'"{text}" is nothing that the column "{column}" could hold',
            f"one of {', '.join(FIELDS)}, a platform such as x or mastodon, or {IGNORE}; phone and email may "
            "be followed by a word: phone work",
        )
    return field


def is_account(field: Field) -> bool:
    """Say whether a field holds accounts on one platform."""
    return field.name in PLATFORMS and field.name not in LABELLED
