"""The vCard of a row: everything it says, so that nothing is lost and an export gives it out again.

A card is kept only where a contact has no field for something the row says. The lines are written as text,
each head being made once by `vcard.make`: making a `Card` of every row takes five times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from crm.domain.records import ContactRecord, IdentityRef, PartialDate
from crm.vcard import make
from crm.vcard.heads import Param
from crm.vcard.model import Property, head_text
from crm.vcard.values import escape

FIELD = "X-CRM-FIELD"
"""A value that no vCard property stands for; the column's title is the X-ABLabel of its group."""

_PLACES = ("po box", "extended", "street", "city", "region", "postcode", "country")
_NAME = ("family", "given", "middle", "prefix", "suffix")
_TEXTS = {
    "given_phonetic": "X-PHONETIC-FIRST-NAME",
    "family_phonetic": "X-PHONETIC-LAST-NAME",
    "file_as": "SORT-STRING",
}
_NOWHERE = frozenset({"in-person", "letter", "addressbook"})


class Labelled(NamedTuple):
    """A value and the owner's word for it."""

    value: str
    label: str | None = None


class Extra(NamedTuple):
    """What a row says besides the fields and identities of its contact."""

    texts: Mapping[str, str]
    """Parts of the name, the department, a picture's address ... by the kind of their column."""
    emails: Sequence[Labelled] = ()
    """Of these and the next two: what makes no identity."""
    numbers: Sequence[Labelled] = ()
    websites: Sequence[Labelled] = ()
    messengers: Sequence[Labelled] = ()
    """Accounts of services that this program does not know; the label is the service."""
    addresses: Sequence[tuple[str | None, Mapping[str, str]]] = ()
    relations: Sequence[Labelled] = ()
    events: Sequence[tuple[str | None, PartialDate | str]] = ()
    customs: Sequence[Labelled] = ()
    birthday: str | None = None
    """Where it is no date that can be used."""


def card_text(record: ContactRecord, extra: Extra) -> str:
    """Return a card with what a record and its row say, as `Card.text` keeps it."""
    lines = ["BEGIN:VCARD", "VERSION:3.0"]
    lines += _names(record, extra.texts)
    lines += _organisation(record, extra.texts)
    groups = _Groups()
    for ref in record.identities:
        lines += _identity(ref, groups)
    for name, points in (("EMAIL", extra.emails), ("TEL", extra.numbers), ("URL", extra.websites)):
        for point in points:
            lines += groups.labelled(name, escape(point.value), point.label)
    for handle, service in extra.messengers:
        params = [Param("X-SERVICE-TYPE", (service or "",))] if service else []
        lines.append(_line(make.made("IMPP", escape(f"x-apple:{handle}"), params=params)))
    for label, parts in extra.addresses:
        lines += groups.labelled("ADR", ";".join(escape(parts.get(place, "")) for place in _PLACES), label)
    lines += _dates(record, extra, groups)
    if record.notes:
        lines.append(f"NOTE:{escape(record.notes)}")
    if record.tags:
        lines.append(f"CATEGORIES:{','.join(map(escape, record.tags))}")
    for relation in extra.relations:
        lines += groups.named("X-ABRELATEDNAMES", escape(relation.value), relation.label)
    lines += _rest(extra, groups)
    lines.append("END:VCARD\n")
    return "\n".join(lines)


def _names(record: ContactRecord, texts: Mapping[str, str]) -> Iterator[str]:
    if "family" in texts or "given" in texts or "middle" in texts or "prefix" in texts or "suffix" in texts:
        yield "N:" + ";".join([escape(texts[part]) if part in texts else "" for part in _NAME])
    if record.name:
        yield f"FN:{escape(record.name)}"
    if record.nickname:
        yield f"NICKNAME:{escape(record.nickname)}"


def _organisation(record: ContactRecord, texts: Mapping[str, str]) -> Iterator[str]:
    department = texts.get("department")
    if department:
        yield f"ORG:{escape(record.organisation or '')};{escape(department)}"
    elif record.organisation:
        yield f"ORG:{escape(record.organisation)}"
    if record.title:
        yield f"TITLE:{escape(record.title)}"


def _identity(ref: IdentityRef, groups: _Groups) -> Iterable[str]:
    if ref.platform == "email":
        return groups.labelled("EMAIL", escape(ref.handle or ""), ref.label)
    if ref.platform == "phone":
        return groups.labelled("TEL", escape(ref.handle or ""), ref.label)
    if ref.platform in ("web", "blog"):
        return groups.labelled("URL", escape(ref.handle or ref.url or ""), ref.label)
    if ref.handle is None or ref.platform in _NOWHERE:
        return ()
    handle = ref.handle if ref.platform == "matrix" else ref.handle.removeprefix("@")
    return (_line(make.profile(ref.platform, handle, ref.url)),)


def _dates(record: ContactRecord, extra: Extra, groups: _Groups) -> Iterator[str]:
    if record.birthday is not None:
        yield f"BDAY:{_day(record.birthday)}"
    elif extra.birthday is not None:
        yield f"BDAY;VALUE=text:{escape(extra.birthday)}"
    if record.anniversary is not None:
        yield f"ANNIVERSARY:{_day(record.anniversary)}"
    for label, day in extra.events:
        yield from groups.named("X-ABDATE", escape(day) if isinstance(day, str) else _day(day), label)


def _day(day: PartialDate) -> str:
    """Return a date as `make.date` writes it."""
    year = "--" if day.year is None else f"{day.year:04d}"
    return f"{year}{day.month:02d}{day.day:02d}"


def _rest(extra: Extra, groups: _Groups) -> Iterator[str]:
    for kind, name in _TEXTS.items():
        if kind in extra.texts:
            yield f"{name}:{escape(extra.texts[kind])}"
    if "photo" in extra.texts:
        yield f"PHOTO;VALUE=uri:{escape(extra.texts['photo'])}"
    for custom in extra.customs:
        yield from groups.named(FIELD, escape(custom.value), custom.label)


class _Groups:
    """Hands out `item1`, `item2` ... to the lines whose label is a line of its own."""

    def __init__(self) -> None:
        self._taken = 0

    def labelled(self, name: str, raw: str, label: str | None) -> tuple[str, ...]:
        """Return a line whose label is a type where vCard has one for it."""
        head = _head(name, label)
        return self.named(name, raw, label) if head is None else (f"{head}:{raw}",)

    def named(self, name: str, raw: str, label: str | None) -> tuple[str, ...]:
        """Return a line, and one with its label."""
        if not label:
            return (f"{name}:{raw}",)
        self._taken += 1
        return (f"item{self._taken}.{name}:{raw}", f"item{self._taken}.X-ABLabel:{escape(label)}")


@lru_cache(maxsize=1024)
def _head(name: str, label: str | None) -> str | None:
    """Return what comes before the colon, or None where the label needs a line of its own."""
    made = make.labelled(name, "", label, "item")
    return head_text(made[0].head) if len(made) == 1 else None


def _line(prop: Property) -> str:
    return f"{head_text(prop.head)}:{prop.raw}"
