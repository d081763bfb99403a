"""What somebody is called: the N property in parts, and one name to show."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from crm.vcard.model import Card, Property

_SCHEME = re.compile(r"\s*(?:tel|mailto):", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
_NICKNAME = "vnd.android.cursor.item/nickname"


class Name(NamedTuple):
    """The parts of N; several names in one part are separated by a blank."""

    family: str = ""
    given: str = ""
    additional: str = ""
    prefixes: str = ""
    suffixes: str = ""

    def spoken(self) -> str:
        """Return the parts in the order they are written in English."""
        parts = (self.prefixes, self.given, self.additional, self.family, self.suffixes)
        return " ".join(part for part in parts if part)


def flat(text: str) -> str:
    """Return a text on one line, with single blanks."""
    return " ".join(text.split())


def name_of(prop: Property) -> Name:
    """Return the parts of an N property. RFC 9554 adds two to the five; they repeat what is in the others."""
    parts = [flat(" ".join(items)) for items in prop.components()[:5]]
    return Name(*parts)


def structured_name(card: Card) -> Name | None:
    """Return the first N that holds a name and is not just how it is pronounced."""
    for prop in card.all("N"):
        if prop.param("PHONETIC") is None and any(name := name_of(prop)):
            return name
    return None


def stated_name(card: Card) -> str | None:
    """Return the FN the card prefers, or None; one that would show as nothing does not count."""
    props = sorted(card.all("FN"), key=lambda prop: prop.head.preference)
    return next((name for prop in props if _is_seen(name := flat(prop.value))), None)


def _is_seen(name: str) -> bool:
    return name[:1].isalnum() or any(unicodedata.category(char) not in _UNSEEN for char in name)


def display_name(card: Card) -> str | None:
    """Return the name to show: FN, else N, nickname, organisation, e-mail address, phone number."""
    if name := stated_name(card):
        return name
    if structured := structured_name(card):
        return structured.spoken()
    for key in ("NICKNAME", "ORG", "EMAIL", "TEL"):
        for prop in card.all(key):
            parts = prop.items() if key == "NICKNAME" else prop.fields() if key == "ORG" else [prop.value]
            if name := next((text for part in parts if (text := flat(_SCHEME.sub("", part, count=1)))), None):
                return name
    return None


def nicknames(card: Card) -> list[str]:
    """Return every nickname, also where Android keeps them."""
    found = [flat(item) for prop in card.all("NICKNAME") for item in prop.items()]
    if "X-ANDROID-CUSTOM" in card.by_key:
        found += [flat(fields[1]) for fields in android(card, _NICKNAME)]
    return list(dict.fromkeys(name for name in found if name))


def android(card: Card, kind: str) -> list[list[str]]:
    """Return the fields of X-ANDROID-CUSTOM properties of a kind: `kind;value;type;label;...`."""
    rows = (prop.fields() for prop in card.all("X-ANDROID-CUSTOM"))
    return [fields for fields in rows if fields[0].strip().lower() == kind and len(fields) > 1]
