"""Properties made here rather than read: for contacts without a card, and for what changed since."""

from __future__ import annotations

from collections.abc import Sequence

from crm.domain.records import PartialDate
from crm.vcard.heads import Head, Param, interpreted
from crm.vcard.model import Property
from crm.vcard.values import escape

# Words for numbers and addresses that are types of their own; any other word needs a label (X-ABLabel).
_TYPES = {
    "home": "HOME",
    "work": "WORK",
    "mobile": "CELL",
    "fax": "FAX",
    "pager": "PAGER",
    "car": "CAR",
    "main": "MAIN",
    "other": "OTHER",
}


def made(name: str, raw: str, *, params: Sequence[Param] = (), group: str | None = None) -> Property:
    """Return a property with an escaped value."""
    return Property(interpreted(Head(group, name, name.upper(), tuple(params))), raw, 0)


def text(name: str, value: str, *, params: Sequence[Param] = (), group: str | None = None) -> Property:
    """Return a property whose value is one text."""
    return made(name, escape(value), params=params, group=group)


def text_list(name: str, values: Sequence[str]) -> Property:
    """Return a property whose value is a list of texts."""
    return made(name, ",".join(map(escape, values)))


def structure(name: str, values: Sequence[str]) -> Property:
    """Return a property whose value is a structure of texts."""
    return made(name, ";".join(map(escape, values)))


def date(name: str, day: PartialDate) -> Property:
    """Return a property with a date as vCard 4.0 writes it; the writer knows how 3.0 does."""
    year = "--" if day.year is None else f"{day.year:04d}"
    return made(name, f"{year}{day.month:02d}{day.day:02d}")


def labelled(name: str, value: str, label: str | None, group: str) -> list[Property]:
    """Return a number, address or website with the owner's word for it.

    `group` must be one that the card does not use; it is taken only where the word is no type.
    """
    words = label.split() if label else []
    types = [_TYPES[word] for word in words if word in _TYPES]
    if len(types) == len(words):
        params = [Param("TYPE", tuple(types))] if types else []
        return [text(name, value, params=params)]
    return [text(name, value, group=group), text("X-ABLabel", label or "", group=group)]


def profile(service: str, handle: str | None, url: str | None) -> Property:
    """Return an account elsewhere, as Apple and others read it."""
    params = [Param("TYPE", (service,))]
    if handle:
        params.append(Param("x-user", (handle,)))
    return made("X-SOCIALPROFILE", escape(url or f"x-apple:{handle or ''}"), params=params)
