"""What a contact keeps of a card in fields of its own; the rest stays in the card.

Import and export use the same function, so that a field which nobody changed is recognised as unchanged and
its lines are written back as they came.
"""

from __future__ import annotations

from typing import NamedTuple

from crm.domain.records import PartialDate
from crm.vcard import details
from crm.vcard.dates import anniversary, birthday
from crm.vcard.model import Card
from crm.vcard.names import display_name, nicknames

LONGEST = 500
"""Most characters of a field that is shown on one line."""
_MOST_TAGS = 100
# Google puts this category on every contact; it says nothing.
_NO_TAGS = frozenset({"mycontacts", "my contacts", "* mycontacts"})


class Fields(NamedTuple):
    """The fields of a contact that a card can hold, apart from identities."""

    name: str | None = None
    nickname: str | None = None
    organisation: str | None = None
    title: str | None = None
    birthday: PartialDate | None = None
    anniversary: PartialDate | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()


def fields_of(card: Card) -> Fields:
    """Return what a card says in these fields."""
    names = nicknames(card)
    organisation = details.organisation(card)
    return Fields(
        name=short(display_name(card)),
        nickname=short(", ".join(names)) if names else None,
        organisation=short(organisation[0]) if organisation else None,
        title=short(details.title(card)),
        birthday=birthday(card),
        anniversary=anniversary(card),
        notes=details.notes(card),
        tags=tags_of(card),
    )


def short(text: str | None) -> str | None:
    """Return a text that is no longer than a field may be."""
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def tags_of(card: Card) -> tuple[str, ...]:
    """Return the categories that say something."""
    found = details.categories(card)
    return tuple(dict.fromkeys(tag[:LONGEST] for tag in found if says_something(tag)))[:_MOST_TAGS]


def says_something(category: str) -> bool:
    """Say whether a category is more than what Google puts on every contact."""
    return category.casefold() not in _NO_TAGS
