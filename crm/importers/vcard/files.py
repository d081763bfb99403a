"""Which members of an export are vCard files, and whether it is an address book at all.

Messengers put single cards into their own exports; an export is ours only when cards are what it is about.
"""

from __future__ import annotations

import re

from crm.importers.kit.export import Export

_ENDINGS = (".vcf", ".vcard")
_COMPANIONS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".txt", ".md", "archive_browser.html")
# Takeout: `Contacts/Friends/Friends.vcf`, in the language of the account (`Kontakte/Alle Kontakte/...`).
_TAKEOUT = re.compile(r"(?:takeout[^/]*/)?(?:contacts/[^/]+/[^/]+|[^/]+/([^/]+)/\1)\.vcf")
_CHAT = re.compile(r"(?:^|/)_chat\.txt|whats ?app[^/]*\.txt")
"""An exported chat of WhatsApp, which has the cards that were sent in it beside it."""
_BEGIN = re.compile(rb"\s*BEGIN[ \t]*:[ \t]*VCARD", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MOST_UNNAMED = 50
_MOST_PEEKED = 20


def vcard_files(export: Export) -> list[str]:
    """Return the members that hold cards; none when the export is not an address book."""
    named = [name for name in export.names if name.casefold().endswith(_ENDINGS)]
    takeout = [name for name in named if _TAKEOUT.fullmatch(name.casefold())]
    if takeout and not export.find("*.mbox"):
        return takeout
    others = [name for name in export.names if not name.casefold().endswith((*_ENDINGS, *_COMPANIONS))]
    if named:
        others += [name for name in export.names if _CHAT.search(name.casefold())]
        ours = not others and any(may_hold_cards(export.peek(name, 512)) for name in named[:_MOST_PEEKED])
        return named if ours else []
    if len(export.names) > _MOST_UNNAMED:
        return []
    cards = [name for name in export.names if begins_card(export.peek(name, 512))]
    return cards if set(others) <= set(cards) else []


def may_hold_cards(start: bytes) -> bool:
    """Say whether a file named `.vcf` is text; what it holds shows when it is read."""
    return begins_card(start) or b"\0" not in start


def begins_card(start: bytes) -> bool:
    """Say whether a file begins with a card, in any encoding."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return _BEGIN.match(start.replace(b"\0", b"")) is not None
