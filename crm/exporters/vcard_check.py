"""A second pair of eyes for written vCards: vobject reads them back, and must see what was meant.

vobject is loaded on first use: it takes a tenth of a second. Its log handlers write to the terminal, over
whatever is on the screen, so they are taken away. It reads what we write in linear time; what strangers
write can hold it for half a minute, so it never gets anything else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from crm.domain.records import PartialDate
from crm.vcard.dates import date_of, read_date
from crm.vcard.model import Card, Property
from crm.vcard.names import display_name, flat

_NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")
_ADDRESS_PARTS = ("box", "extended", "street", "city", "region", "code", "country")


class Disagreement(NamedTuple):
    """One property that vobject reads otherwise than it was meant."""

    name: str
    meant: str
    read: str


def disagreements(written: bytes, card: Card) -> list[Disagreement]:
    """Return in what vobject disagrees about a written card; nothing when the card may be used.

    Compared are the name, e-mail and postal addresses, numbers and the birthday.

    Args:
        written: what `write_card` made of `card`, in either version.
        card: what was to be written.

    """
    with _quiet():
        try:
            theirs = _read(written.decode("utf-8"))
        except Exception as error:  # noqa: BLE001 (whatever it raises means that it cannot read the card)
            return [Disagreement("card", "a card that can be read", f"{type(error).__name__}: {error}")]
    ours = _meant(card)
    return [
        Disagreement(name, _shown(ours[name]), _shown(theirs.get(name, [])))
        for name in ours
        if ours[name] != theirs.get(name, []) and (name != "N" or ours[name])  # 3.0 needs an N: one is made
    ]


def _shown(values: list[str]) -> str:
    return "; ".join(values) or "nothing"


def _meant(card: Card) -> dict[str, list[str]]:
    names = [name for prop in card.all("FN") if (name := flat(prop.value))]
    return {
        "FN": names or _filled([display_name(card) or ""]),
        "N": _filled([_joined(prop.components(), len(_NAME_PARTS)) for prop in card.all("N")]),
        "EMAIL": _filled([flat(prop.value) for prop in card.all("EMAIL")]),
        "ADR": _filled([_joined(prop.components(), len(_ADDRESS_PARTS)) for prop in card.all("ADR")]),
        "TEL": _filled([_number(prop.value) for prop in card.all("TEL")]),
        "BDAY": _filled([_birthday(prop) for prop in card.all("BDAY")]),
    }


def _filled(values: list[str]) -> list[str]:
    return [value for value in values if value.strip("|")]


def _joined(components: list[list[str]], most: int) -> str:
    parts = [flat(" ".join(items)) for items in components[:most]]
    return "|".join(parts + [""] * (most - len(parts)))


def _number(value: str) -> str:
    text = flat(value)
    while text[:4].lower() == "tel:":
        text = text[4:].strip()
    return text


def _birthday(prop: Property) -> str:
    return _day(date_of(prop), prop.value)


def _day(day: PartialDate | None, text: str) -> str:
    return flat(text) if day is None else f"{day.year or '-'}-{day.month}-{day.day}"


def _read(text: str) -> dict[str, list[str]]:
    cards = list(_vobject().readComponents(text, ignoreUnreadable=True))
    if len(cards) != 1:
        raise ValueError(f"{len(cards)} cards instead of one")
    contents = cards[0].contents
    return {
        "FN": _filled([flat(line.value) for line in contents.get("fn", [])]),
        "N": _names(contents.get("n", [])),
        "EMAIL": _filled([flat(line.value) for line in contents.get("email", [])]),
        "ADR": _filled([_structure(line.value, _ADDRESS_PARTS) for line in contents.get("adr", [])]),
        "TEL": _filled([_number(line.value) for line in contents.get("tel", [])]),
        "BDAY": _filled([_their_birthday(line) for line in contents.get("bday", [])]),
    }


def _names(lines: list[Any]) -> list[str]:
    return _filled([_structure(line.value, _NAME_PARTS) for line in lines])


def _structure(value: Any, parts: tuple[str, ...]) -> str:
    components = [getattr(value, part) for part in parts]
    return _joined([[part] if isinstance(part, str) else part for part in components], len(parts))


def _their_birthday(line: Any) -> str:
    day = read_date(line.value)
    omitted = line.params.get("X-APPLE-OMIT-YEAR", [""])[0]
    if day is not None and omitted == str(day.year):
        day = day._replace(year=None)
    return _day(day, line.value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing of what vobject logs reach the terminal.

    Where the root logger has no handler, `logging.error` (which vobject calls) would give it one for good.
    """
    root = logging.getLogger()
    silent = logging.NullHandler()
    root.addHandler(silent)
    try:
        yield
    finally:
        root.removeHandler(silent)


@cache
def _vobject() -> ModuleType:
    import vobject.base

    logger = logging.getLogger(vobject.base.__name__)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    module: ModuleType = vobject
    return module
