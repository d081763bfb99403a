"""A key for a card without a UID, so that importing it again finds the same contact."""

from __future__ import annotations

import hashlib

from crm.vcard.model import Card

# What a program or telephone changes by itself from one export to the next.
_VOLATILE = frozenset(
    {
        *("VERSION", "REV", "PRODID", "UID", "SORT-STRING", "MAILER"),
        *("PHOTO", "LOGO", "SOUND"),
        *("X-IRMC-LUID", "X-GAMMU-LOCATION", "X-GAMMU-MEMORY", "X-CID", "X-MODIFIED", "X-CREATED", "X-ETAG"),
    }
)


def fingerprint(card: Card) -> str:
    """Return a hash of what the card says, whatever the version, order, spelling and folding of its lines.

    A card that was edited has another one: then only its addresses and numbers tell whose it is.
    """
    lines = [
        f"{prop.head.key}:{' '.join(prop.value.split()).rstrip('; ')}"
        for prop in card.properties
        if prop.head.key not in _VOLATILE
    ]
    text = "\n".join(sorted(line for line in lines if not line.endswith(":")))
    return "card-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
