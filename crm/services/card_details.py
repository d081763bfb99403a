"""What a card knows besides the fields of a contact: postal addresses, related people, a picture.

It is read from the kept card when a contact is shown, so that it need not be stored twice.
"""

from __future__ import annotations

from typing import NamedTuple

from crm.vcard import details, points
from crm.vcard.reader import read_text


class CardDetails(NamedTuple):
    """What one card says besides."""

    addresses: tuple[tuple[str | None, str], ...] = ()
    """(label, address on several lines)."""
    related: tuple[tuple[str | None, str], ...] = ()
    """(how, who)."""
    photo: bool = False


def read(text: str) -> CardDetails:
    """Read a kept card; what cannot be read as one says nothing."""
    card = read_text(text)
    if card is None:
        return CardDetails()
    return CardDetails(
        addresses=tuple((one.label, _lines(one)) for one in points.addresses(card) if _lines(one)),
        related=tuple((one.kind, one.value) for one in details.relations(card)),
        photo=details.photo(card) is not None,
    )


def _lines(address: points.Address) -> str:
    if address.formatted:
        return address.formatted
    town = " ".join(part for part in (address.postcode, address.locality) if part)
    lines = (address.po_box, address.extended, address.street, town, address.region, address.country)
    return "\n".join(part for part in lines if part)
