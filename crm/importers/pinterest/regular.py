"""The short cut for pins that look exactly as Pinterest writes them; everything else goes the long way.

The decision to know: it only takes a block in which every `<` is accounted for, every key is known and none
comes twice, so that it can never read something else than the long way does.
"""

from __future__ import annotations

import re

from crm.importers.kit.markup import unescape_once
from crm.importers.kit.text import clean_value
from crm.importers.pinterest.entries import NO_DATA, PIN_KEYS, Entry

BEGINNING = re.compile(r'<a href="https?://(?:[a-z]{2,3}\.)?pinterest\.[a-z.]{2,7}/pin/')
"""Where a pin begins, or a link to one stands in a value."""

_LINK = re.compile(r'<a href="([^"<>&\s]{1,300})">[^<>]{1,300}</a>\s*(?=<br>)')
_FIELD = re.compile(r'<br>([A-Z][A-Za-z ]{1,20}):(?=\s)([^<]*)(?:<a href="[^"<>]*">([^<]*)</a>([^<]*))?')
_END = "<br><br>"
_LONGEST = 50_000
_NEEDED = frozenset(("Is a repin", "Private"))
_READ = frozenset(("Title", "Details", "Username", "Created at", "Is a repin", "Private"))
"""The values of a pin that become part of a record."""


def regular_pin(text: str, section: str, number: int) -> tuple[Entry, str] | None:
    """Return the pin that a block is, and the text behind it; None for anything out of the ordinary."""
    link = _LINK.match(text)
    end = text.rfind(_END)
    if link is None or end < link.end() or end > _LONGEST:
        return None
    tail = text[end + len(_END) :].lstrip()
    if tail and not tail.startswith(("<h1", "</div>")):
        return None
    body = text[link.end() : end]
    found = _FIELD.findall(body)
    links = body.count("<a ")
    if body.count("<") != len(found) + 2 * links or sum(1 for field in found if field[2]) != links:
        return None
    keys = {field[0] for field in found}
    if len(keys) != len(found) or not _NEEDED <= keys <= PIN_KEYS:
        return None
    fields = {}
    for key, before, label, behind in found:
        if key in _READ and (value := _plain(f"{before}{label}{behind}" if label else before)):
            fields[key] = value
    return Entry(section, number, link[1], fields, keys=frozenset(keys)), tail


def _plain(raw: str) -> str:
    value = raw.strip()
    if "&" in value or not value.isascii():
        value = clean_value(unescape_once(value)).strip()
    elif "\x00" in value:
        value = clean_value(value).strip()
    value = value.removesuffix(",").strip()
    return "" if value == NO_DATA else value
