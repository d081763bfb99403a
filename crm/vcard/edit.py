"""Cards with some of it changed; what was not changed keeps its lines, in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from crm.vcard import details, make
from crm.vcard.fields import Fields, fields_of, says_something
from crm.vcard.model import Card, Property

_ITEM = re.compile(r"item(\d{1,6})", re.IGNORECASE)
_ANNIVERSARY_KEYS = (
    "ANNIVERSARY",
    "X-ANNIVERSARY",
    "X-MS-ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
)
_ANDROID_NICKNAME = "vnd.android.cursor.item/nickname"
_ANDROID_EVENT = "vnd.android.cursor.item/contact_event"


def with_fields(card: Card, fields: Fields) -> Card:
    """Return a card that says what `fields` say; fields that the card already says are not touched."""
    old = fields_of(card)
    for name, change in _CHANGES.items():
        if getattr(fields, name) != getattr(old, name):
            drops, makes = change
            card = _replaced(card, drops, makes(card, fields))
    return card


def with_properties(card: Card, properties: Iterable[Property]) -> Card:
    """Return a card with properties added at its end."""
    return _card(card, [*card.properties, *properties])


def without(card: Card, drop: Callable[[Property], bool]) -> Card:
    """Return a card without the properties that `drop` says yes to, and without labels left alone."""
    kept = [prop for prop in card.properties if not drop(prop)]
    groups = {prop.group.lower() for prop in kept if prop.group and prop.key != "X-ABLABEL"}
    return _card(
        card, [p for p in kept if p.key != "X-ABLABEL" or p.group is None or p.group.lower() in groups]
    )


def free_group(card: Card, taken: int = 0) -> str:
    """Return a group name (`item7`) that the card does not use; `taken` more were handed out before."""
    used = (_ITEM.fullmatch(prop.group) for prop in card.properties if prop.group)
    return f"item{max((int(found[1]) for found in used if found), default=0) + taken + 1}"


def _card(old: Card, properties: list[Property]) -> Card:
    return Card(properties, number=old.number, line=old.line, strays=old.strays)


def _replaced(card: Card, drop: Callable[[Card, Property], bool], new: Sequence[Property]) -> Card:
    """Put the new properties where the first of the old ones was."""
    first = next((i for i, prop in enumerate(card.properties) if drop(card, prop)), len(card.properties))
    kept_before = card.properties[:first]
    kept_after = [prop for prop in card.properties[first:] if not drop(card, prop)]
    return without(_card(card, [*kept_before, *new, *kept_after]), lambda _: False)


def _keys(*keys: str) -> Callable[[Card, Property], bool]:
    return lambda _card, prop: prop.key in keys


def _is_nickname(_card: Card, prop: Property) -> bool:
    return prop.key == "NICKNAME" or _android(prop, _ANDROID_NICKNAME)


def _is_birthday(_card: Card, prop: Property) -> bool:
    return prop.key == "BDAY" or (_android(prop, _ANDROID_EVENT) and prop.fields()[2:3] == ["3"])


def _is_anniversary(card: Card, prop: Property) -> bool:
    if prop.key == "X-ABDATE":
        return "anniversary" in (card.group_label(prop.group) or "").lower()
    return prop.key in _ANNIVERSARY_KEYS or (_android(prop, _ANDROID_EVENT) and prop.fields()[2:3] == ["1"])


def _android(prop: Property, kind: str) -> bool:
    return prop.key == "X-ANDROID-CUSTOM" and prop.fields()[0].strip().lower() == kind


def _name(_card: Card, fields: Fields) -> list[Property]:
    """A new name has no parts: which of its words is the family name, nobody said."""
    return [make.text("FN", fields.name)] if fields.name else []


def _nickname(_card: Card, fields: Fields) -> list[Property]:
    return [make.text_list("NICKNAME", fields.nickname.split(", "))] if fields.nickname else []


def _organisation(card: Card, fields: Fields) -> list[Property]:
    units = details.organisation(card)[1:]
    return [make.structure("ORG", [fields.organisation, *units])] if fields.organisation else []


def _title(_card: Card, fields: Fields) -> list[Property]:
    return [make.text("TITLE", fields.title)] if fields.title else []


def _birthday(_card: Card, fields: Fields) -> list[Property]:
    return [make.date("BDAY", fields.birthday)] if fields.birthday else []


def _anniversary(_card: Card, fields: Fields) -> list[Property]:
    return [make.date("ANNIVERSARY", fields.anniversary)] if fields.anniversary else []


def _notes(_card: Card, fields: Fields) -> list[Property]:
    return [make.text("NOTE", fields.notes)] if fields.notes else []


def _tags(card: Card, fields: Fields) -> list[Property]:
    silent = [item for item in details.categories(card) if not says_something(item)]
    items = [*fields.tags, *silent]
    return [make.text_list("CATEGORIES", items)] if items else []


_Change = tuple[Callable[[Card, Property], bool], Callable[[Card, Fields], list[Property]]]
_CHANGES: dict[str, _Change] = {
    "name": (_keys("FN", "N"), _name),
    "nickname": (_is_nickname, _nickname),
    "organisation": (_keys("ORG"), _organisation),
    "title": (_keys("TITLE", "ROLE"), _title),
    "birthday": (_is_birthday, _birthday),
    "anniversary": (_is_anniversary, _anniversary),
    "notes": (_keys("NOTE"), _notes),
    "tags": (_keys("CATEGORIES"), _tags),
}
