"""Everything else a card says: organisation, title, notes, categories, relations, photo, UID, groups."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from crm.vcard.model import Card, Property
from crm.vcard.names import android, flat

_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_URN = "urn:uuid:"
_ANDROID_RELATION = "vnd.android.cursor.item/relation"
_RELATIONS = {
    "X-SPOUSE": "spouse",
    "X-MS-SPOUSE": "spouse",
    "X-EVOLUTION-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "spouse",
    "X-MANAGER": "manager",
    "X-MS-MANAGER": "manager",
    "X-EVOLUTION-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-ASSISTANT": "assistant",
    "X-MS-ASSISTANT": "assistant",
    "X-EVOLUTION-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant",
}
_MEDIA = {"PHOTO": "image", "LOGO": "image", "SOUND": "audio"}
_NO_FORMATS = frozenset({"pref", "home", "work"})
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)
_APPLE_LABEL = re.compile(r"_?\$!<([^<>]*)>!\$_?")


class Media(NamedTuple):
    """A picture, sound or key: its bytes, or where it is."""

    media_type: str | None
    data: bytes | None
    url: str | None


class Relation(NamedTuple):
    """Somebody the contact is related to: a name, or the URI of a card."""

    value: str
    kind: str | None
    """"spouse", "friend", or the owner's own word."""


def organisation(card: Card) -> list[str]:
    """Return the organisation and then its units, from the first ORG that names any."""
    for prop in card.all("ORG"):
        if parts := [text for part in prop.fields() if (text := flat(part))]:
            return parts
    return []


def title(card: Card) -> str | None:
    """Return the job title, else the role."""
    for key in ("TITLE", "ROLE"):
        prop = card.get(key)
        if prop is not None and (text := flat(prop.value)):
            return text
    return None


def notes(card: Card) -> str | None:
    """Return all notes, with an empty line between them."""
    texts = [text for prop in card.all("NOTE") if (text := prop.value.strip())]
    return "\n\n".join(dict.fromkeys(texts)) or None


def categories(card: Card) -> list[str]:
    """Return every category once, in order."""
    found = [flat(item) for prop in card.all("CATEGORIES") for item in prop.items()]
    return list(dict.fromkeys(item for item in found if item))


def relations(card: Card) -> list[Relation]:
    """Return everybody the card names as related."""
    found = [Relation(flat(prop.value), _kind(prop)) for prop in card.all("RELATED")]
    found += [
        Relation(flat(prop.value), _label(card.group_label(prop.group)) or _kind(prop))
        for prop in card.all("X-ABRELATEDNAMES")
    ]
    found += [Relation(flat(prop.value), kind) for key, kind in _RELATIONS.items() for prop in card.all(key)]
    found += [Relation(flat(row[1]), None) for row in android(card, _ANDROID_RELATION)]
    return [relation for relation in dict.fromkeys(found) if relation.value]


def _kind(prop: Property) -> str | None:
    return next((kind for kind in prop.types if kind != "pref"), None)


def _label(written: str | None) -> str | None:
    apple = _APPLE_LABEL.fullmatch(written) if written else None
    return apple.group(1).lower() if apple else written


def uid(card: Card) -> str | None:
    """Return the card's UID in the form for comparing: a UUID without `urn:uuid:`, in lower case.

    Apple's older exports have X-ABUID in its place.
    """
    prop = card.get("UID") or card.get("X-ABUID")
    return None if prop is None else same_uid(prop.value)


def same_uid(written: str) -> str:
    """Return a UID, or a MEMBER value, in the form for comparing."""
    text = written.strip()
    found = _UUID.fullmatch(text)
    if found:
        return found.group(1).lower()
    return text[len(_URN) :] if text[: len(_URN)].lower() == _URN else text


def kind(card: Card) -> str:
    """Return what the card describes: "individual", "group", "org", "location" or another word."""
    prop = card.get("KIND") or card.get("X-ADDRESSBOOKSERVER-KIND")
    if prop is not None:
        return prop.value.strip().lower()
    shown = card.get("X-ABSHOWAS")
    return "org" if shown is not None and shown.value.strip().upper() == "COMPANY" else "individual"


def members(card: Card) -> list[str]:
    """Return the members of a group: UIDs in the form for comparing, or `mailto:` and other URIs."""
    keys = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
    found = [same_uid(prop.value) for key in keys for prop in card.all(key)]
    return list(dict.fromkeys(member for member in found if member))


def photo(card: Card) -> Media | None:
    """Return the first picture that can be used."""
    found = (media_of(prop) for prop in card.all("PHOTO") if prop.raw.strip())
    return next((picture for picture in found if picture), None)


def media_of(prop: Property) -> Media | None:
    """Return the picture, sound or key of a property: base64, a `data:` URI or an address."""
    if (data := prop.binary()) is not None:
        return Media(_media_type(prop, data), data, None) if data else None
    value = prop.value.strip()
    if value[:5].lower() == "data:":
        found = _from_data_uri(value)
        if found is not None and found.media_type is None and found.data is not None:
            return found._replace(media_type=_media_type(prop, found.data))
        return found
    return Media(prop.param("MEDIATYPE"), None, value) if "://" in value[:12] else None


def format_type(prop: Property) -> str | None:
    """Return the type that names a format (`jpeg`), not a place (`home`)."""
    return next((kind for kind in prop.types if kind not in _NO_FORMATS), None)


def _media_type(prop: Property, data: bytes) -> str | None:
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    stated = prop.param("MEDIATYPE") or format_type(prop)
    if stated is None or "/" in stated:
        return stated
    return f"{_MEDIA.get(prop.key, 'application')}/{stated}"


def _from_data_uri(uri: str) -> Media | None:
    """Read `data:image/jpeg;base64,...` (RFC 2397); the media type may be missing."""
    head, comma, body = uri[5:].partition(",")
    if not comma:
        return None
    parts = [part.strip().lower() for part in head.split(";", 20)]
    media_type = parts[0] if "/" in parts[0] else None
    if "base64" not in parts:
        return Media(media_type, unquote_to_bytes(body), None)
    try:
        data = binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except ValueError:  # binascii.Error, or a character that is not ASCII
        return None
    return Media(media_type, data, None) if data else None
