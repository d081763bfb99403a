"""Where somebody can be reached: phone numbers, e-mail addresses, websites and postal addresses, labelled.

Values are as the card has them, without the schemes `tel:` and `mailto:`; bringing them to one form is
`domain.handles`' business.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crm.vcard.model import Card, Property
from crm.vcard.names import flat

_LONGEST_LABEL = 60
_MOST_TYPES = 20
_APPLE_LABEL = re.compile(r"_?\$!<([^<>]*)>!\$_?")
_SAYS_NOTHING = frozenset(
    {
        *("internet", "pref", "voice", "msg", "text", "video", "postal", "parcel", "dom", "intl", "uri"),
        *("bbs", "modem", "isdn", "pcs", "x400", "tlx"),
        *("aol", "applelink", "attmail", "cis", "eworld", "ibmmail", "mcimail", "powershare", "prodigy"),
    }
)
"""Types of numbers and addresses of which everybody has one, and the mail services of vCard 2.1."""
_PLAIN_WORDS = {"cell": "mobile", "iphone": "iPhone", "homepage": "website", "facsimile": "fax"}
_DIGIT = re.compile(r"\d")
_IN_BRACKETS = re.compile(r"<([^<>]*)>[^<>]*\Z")


class Point(NamedTuple):
    """One number, e-mail address or website."""

    value: str
    label: str | None
    """The owner's word for it: "work", "mobile", "Grandma's"."""
    preference: int
    """1 (use this one) to 100."""
    line: int
    """Its line in the file."""


class Address(NamedTuple):
    """One postal address; several entries in one part are separated by ", "."""

    po_box: str = ""
    extended: str = ""
    street: str = ""
    locality: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    more: tuple[str, ...] = ()
    """What RFC 9554 adds: room, apartment, floor, street number and so on, in its order."""
    label: str | None = None
    formatted: str | None = None
    """The address as it goes on an envelope, if the card has it."""


def label_of(card: Card, prop: Property) -> str | None:
    """Return the word for a number or address: its own label (Apple, Google), else what TYPE says."""
    head = prop.head
    written = card.group_label(head.group) if head.group is not None else None
    if written:
        apple = _APPLE_LABEL.fullmatch(written)
        word = apple.group(1).lower() if apple else flat(written)
        return _PLAIN_WORDS.get(word, word)[:_LONGEST_LABEL] or None
    return _label_of_types(head.types) if head.types else None


@lru_cache(maxsize=1024)
def _label_of_types(types: tuple[str, ...]) -> str | None:
    words = [_PLAIN_WORDS.get(word, word) for kind in types[:_MOST_TYPES] if (word := _word(kind))]
    return " ".join(words)[:_LONGEST_LABEL] or None


def _word(kind: str) -> str:
    if kind in _SAYS_NOTHING:
        return ""
    return kind[2:] if kind.startswith("x-") else kind


def numbers(card: Card) -> list[Point]:
    """Return every phone number, faxes and pagers included; a `sip:` address is none."""
    return [
        point
        for point in _points(card, "TEL", "tel:")
        if _DIGIT.search(point.value) is not None and point.value[:4].lower() != "sip:"
    ]


def emails(card: Card) -> list[Point]:
    """Return every e-mail address; of `"Ada" <ada@example.org>` the part in angle brackets."""
    found = []
    for point in _points(card, "EMAIL", "mailto:"):
        inner = _IN_BRACKETS.search(point.value) if point.value.endswith(">") else None
        found.append(point._replace(value=inner.group(1).strip()) if inner else point)
    return found


def websites(card: Card) -> list[Point]:
    """Return every web address."""
    return _points(card, "URL", "url:")


def _points(card: Card, key: str, scheme: str) -> list[Point]:
    found = []
    for prop in card.by_key.get(key, ()):
        value = prop.value.strip()
        if value[: len(scheme)].lower() == scheme:
            value = value[len(scheme) :].strip()
        if value:
            found.append(Point(value, label_of(card, prop), prop.head.preference, prop.line))
    return found


def addresses(card: Card) -> list[Address]:
    """Return every postal address that says anything."""
    found = []
    for prop in card.all("ADR"):
        parts = [", ".join(text for item in items if (text := item.strip())) for items in prop.components()]
        formatted = prop.param("LABEL")
        if any(parts) or formatted:
            address = Address._make([*parts[:7], *[""] * (7 - len(parts)), tuple(parts[7:]), None, None])
            found.append(address._replace(label=label_of(card, prop), formatted=formatted))
    return found
