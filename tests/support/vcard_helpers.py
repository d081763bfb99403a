"""What the vCard tests share: reading bytes, and everything a card says as one comparable value."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any

from crm.domain.records import Problem
from crm.vcard import accounts, details, names, points
from crm.vcard.fields import fields_of
from crm.vcard.model import Card
from crm.vcard.reader import read_cards

# Properties whose lines a change of version rewrites: the views below say whether they still say the same.
REWRITTEN = frozenset(
    {
        *("VERSION", "PROFILE", "FN", "N", "TEL", "PHOTO", "LOGO", "SOUND", "KEY"),
        *("BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY"),
        *("X-KADDRESSBOOK-X-ANNIVERSARY", "X-ABDATE", "DEATHDATE"),
        *("KIND", "MEMBER", "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"),
    }
)


def read(data: bytes | str) -> list[Card | Problem]:
    return list(read_cards(BytesIO(data.encode() if isinstance(data, str) else data)))


def cards(data: bytes | str) -> list[Card]:
    return [item for item in read(data) if isinstance(item, Card)]


def card(*lines: str, version: str = "3.0") -> Card:
    """Return the one card that these lines make."""
    (found,) = cards("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]))
    return found


def pairs(found: Card) -> list[tuple[str, str]]:
    return [(prop.key, prop.value) for prop in found.properties if prop.key != "VERSION"]


def says(found: Card) -> dict[str, Any]:
    """Return everything a card says, without line numbers."""
    structured = names.structured_name(found)
    return {
        "fields": fields_of(found),
        "name": structured.spoken() if structured else names.display_name(found) or "",
        "emails": [point._replace(line=0) for point in points.emails(found)],
        "numbers": [point._replace(line=0) for point in points.numbers(found)],
        "websites": [point._replace(line=0) for point in points.websites(found)],
        "addresses": points.addresses(found),
        "accounts": [account._replace(line=0) for account in accounts.accounts(found)],
        "organisation": details.organisation(found),
        "relations": details.relations(found),
        "photo": details.photo(found),
        "uid": details.uid(found),
        "kind": details.kind(found),
        "members": details.members(found),
        "rest": Counter(
            (prop.key, prop.group, prop.value) for prop in found.properties if prop.key not in REWRITTEN
        ),
    }
