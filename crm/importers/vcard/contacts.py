"""From a card to a contact, and what has to be said about the card in the report."""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import ContactRecord, Problem
from crm.importers.vcard.identities import identities, is_address
from crm.vcard import dates, points
from crm.vcard.fields import LONGEST, fields_of
from crm.vcard.model import Card, Property
from crm.vcard.reader import shortened, where


def contact_of(card: Card, key: str, groups: list[str]) -> ContactRecord:
    """Return what a card says, under a key that names the card."""
    fields = fields_of(card)
    tags = fields.tags
    if groups:
        tags = tuple(dict.fromkeys((*tags, *(group[:LONGEST] for group in groups))))
    return ContactRecord(
        identities(card, key),
        fields.name,
        fields.nickname,
        fields.organisation,
        fields.title,
        fields.birthday,
        fields.anniversary,
        fields.notes,
        tags,
        card.text,
    )


def says_anything(card: Card, name: str | None) -> bool:
    """Say whether there is anything in the card to know somebody by: a name, an address, an account."""
    return name is not None or len(identities(card, "")) > 1


def remarks(card: Card, contact: ContactRecord, file: str) -> Iterator[Problem]:
    """Yield a problem for each line that could not be used; the contact is there all the same."""
    name = contact.name
    for note in card.notes:
        if note.about is None:
            yield Problem(f"{file} {where(card, name, note.line)}", note.reason)
    for prop in _unreadable_dates(card, contact):
        text = shortened(prop.value)
        yield Problem(f"{file} {where(card, name, prop.line)}", f"{prop.name}: no date I can use: {text!r}")
    if "EMAIL" not in card.by_key or sum(ref.platform == "email" for ref in contact.identities) == len(
        card.by_key["EMAIL"]
    ):
        return
    for point in points.emails(card):
        if not is_address(point.value):
            text = shortened(point.value)
            yield Problem(f"{file} {where(card, name, point.line)}", f"no e-mail address: {text!r}")


def _unreadable_dates(card: Card, contact: ContactRecord) -> list[Property]:
    days = (contact.birthday is not None) + (contact.anniversary is not None)
    stated = sum(len(card.by_key.get(key, ())) for key in dates.DATES)
    return dates.unreadable(card) if stated > days else []
