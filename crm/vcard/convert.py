"""Properties in the form of the version that is written: 3.0 (RFC 2426) or 4.0 (RFC 6350).

What a rule here does not name keeps its value as it was understood. The differences that matter: dates
without a year, pictures, the preferred number, telephone URIs and groups; and FN and N, which readers need.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.vcard import details
from crm.vcard.dates import date_of
from crm.vcard.heads import BINARY_KEYS, Param
from crm.vcard.model import Card, Property
from crm.vcard.names import display_name, flat, structured_name
from crm.vcard.values import escape

V3 = "3.0"
V4 = "4.0"


class Line(NamedTuple):
    """A content line about to be written."""

    group: str | None
    name: str
    params: tuple[Param, ...]
    value: str
    """Escaped as its kind of value needs."""


_NOT_WRITTEN = frozenset({"VERSION", "PROFILE"})  # one VERSION is written; PROFILE:VCARD says nothing
# TYPE and PREF come back as needed; the last two are encodings to some readers, whatever they stand for.
_DROPPED_PARAMS = frozenset({"CHARSET", "ENCODING", "TYPE", "PREF", "BASE64", "QUOTED-PRINTABLE"})
_STRUCTURED = frozenset({"N", "ADR"})
_FIELDS = frozenset({"ORG", "GENDER"})
_LISTS = frozenset({"NICKNAME", "CATEGORIES"})
_TEXTS = frozenset({"FN", "NOTE", "TITLE", "ROLE", "LABEL", "EMAIL", "TEL", "SORT-STRING", "MAILER", "UID"})
_URIS = frozenset(
    {
        *("URL", "SOURCE", "IMPP", "SOCIALPROFILE", "MEMBER", "FBURL", "CALURI", "CALADRURI"),
        *("PHOTO", "LOGO", "SOUND", "KEY"),
    }
)
_DATES = frozenset(
    {
        *("BDAY", "ANNIVERSARY", "DEATHDATE", "X-ABDATE", "X-ANNIVERSARY", "X-MS-ANNIVERSARY"),
        *("X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY"),
    }
)
_APPLE_KIND, _APPLE_MEMBER = "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"
_RENAMED = {
    V3: {"KIND": _APPLE_KIND, "MEMBER": _APPLE_MEMBER, "ANNIVERSARY": "X-ANNIVERSARY"},
    V4: {_APPLE_KIND: "KIND", _APPLE_MEMBER: "MEMBER", "X-ANNIVERSARY": "ANNIVERSARY"},
}
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_/ -]")
_NOT_IN_PARAMS = re.compile(r"[^A-Za-z0-9_-]")
_TEL_URI = re.compile(r"tel:[A-Za-z0-9+.;=()*#%_-]+", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:[A-Za-z0-9+.;=()*#%_@?&/:~-]+")
_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_NEWLINES = re.compile(r"[\r\n]+")


def lines(card: Card, version: str) -> Iterator[Line]:
    """Yield the lines of a card between BEGIN and END."""
    yield Line(None, "VERSION", (), version)
    yield from _names(card, version)
    names = _renamed(card, version)
    for prop in card.properties:
        if prop.key in _NOT_WRITTEN or (prop.key == "FN" and not flat(prop.value)):
            continue
        line = _line(prop, version)
        yield line._replace(name=names[prop.key]) if prop.key in names else line


def _renamed(card: Card, version: str) -> dict[str, str]:
    """Return the properties that have another name in this version and are not there under both."""
    names = {old: new for old, new in _RENAMED[version].items() if new not in card.by_key}
    if version == V3 and details.kind(card) != "group":
        names.pop("KIND", None)
    return names


def _names(card: Card, version: str) -> Iterator[Line]:
    """Yield the FN, and for 3.0 the N, that a card lacks.

    Without parts to go by the whole name is the given one: iOS shows N only, and puts nothing else there.
    """
    name = None
    if not any(flat(prop.value) for prop in card.all("FN")):
        name = display_name(card) or ""
        yield Line(None, "FN", (), escape(name))
    if version == V3 and not card.all("N"):
        name = display_name(card) or "" if name is None else name
        company = structured_name(card) is None and details.kind(card) == "org"
        yield Line(None, "N", (), ";;;;" if company else f";{escape(name)};;;")


def _line(prop: Property, version: str) -> Line:
    params = _params(prop, version)
    key = prop.key
    if key in _DATES:
        return _date(prop, params, version)
    if key in BINARY_KEYS and (line := _media(prop, params, version)):
        return line
    if key == "TEL":
        return _number(prop, params, version)
    value = _value(prop)
    if key in BINARY_KEYS and version == V3 and "://" in value[:12]:
        params = [*_without(params, "VALUE"), Param("VALUE", ("uri",))]
    return _made(prop, params, value)


def _made(prop: Property, params: list[Param], value: str) -> Line:
    return Line(_group(prop.group), _name(prop), tuple(params), value)


def _value(prop: Property) -> str:
    key = prop.key
    if key in _STRUCTURED:
        return ";".join(",".join(map(escape, items)) for items in prop.components())
    if key in _FIELDS:
        return ";".join(map(escape, prop.fields()))
    if key in _LISTS:
        return ",".join(map(escape, prop.items()))
    if key in _TEXTS:
        return escape(prop.value)
    if key in _URIS:
        return _NEWLINES.sub("", prop.value).replace("\\", "\\\\")
    if key == "AGENT" and _BEGIN.fullmatch(prop.raw):
        return prop.raw.replace(":", "\\:")  # or what follows would be taken for the agent's card
    return prop.raw


def _name(prop: Property) -> str:
    """Names keep their spelling, `/` and blanks included; what could end the name is taken out of it."""
    name = _NOT_IN_NAMES.sub("-", prop.name.strip())
    return f"X-{name}" if name.upper() in ("BEGIN", "END") else name


def _group(group: str | None) -> str | None:
    return (_NOT_IN_PARAMS.sub("-", group) or None) if group else None


def _params(prop: Property, version: str) -> list[Param]:
    """Return the parameters with all types in one list, and the preference as the version says it."""
    head = prop.head
    types = list(dict.fromkeys(_types(head.params)))
    preferred = head.preference == 1
    params: list[Param] = []
    if version == V4:
        types = [kind for kind in types if kind.lower() != "pref"]
    elif preferred and "pref" not in head.types:
        types.append("pref")
    if types:
        params.append(Param("TYPE", tuple(types)))
    if head.preference < 100 and (version == V4 or not preferred):
        params.append(Param("PREF", (str(head.preference),)))
    for param in head.params:
        name = _NOT_IN_PARAMS.sub("-", param.name)
        if name and param.key not in _DROPPED_PARAMS:
            params.append(Param(name, param.values))
    return params


def _types(params: tuple[Param, ...]) -> Iterator[str]:
    for param in params:
        if param.key == "TYPE":
            words = (word.rstrip("\\").strip() for value in param.values for word in value.split(","))
            yield from (word for word in words if word)


def _without(params: list[Param], *keys: str) -> list[Param]:
    return [param for param in params if param.key not in keys]


def _date(prop: Property, params: list[Param], version: str) -> Line:
    """A date in the form of the version; one with a time, and what is none, stays as it was written."""
    day = date_of(prop)
    text = prop.value.strip()
    if day is None:
        if version == V4 and any(map(str.isalpha, text)):
            params = [*_without(params, "VALUE"), Param("VALUE", ("text",))]
        return _made(prop, params, escape(prop.value))
    timed = "T" in text or ":" in text
    params = _without(params, "X-APPLE-OMIT-YEAR", *(() if timed and version == V3 else ("VALUE",)))
    if day.year is None:
        if version == V4:
            return _made(prop, params, f"--{day.month:02d}{day.day:02d}")
        params.append(Param("X-APPLE-OMIT-YEAR", ("1604",)))
        return _made(prop, params, f"1604-{day.month:02d}-{day.day:02d}")
    if timed:
        return _made(prop, params, text)
    form = "{:04d}{:02d}{:02d}" if version == V4 else "{:04d}-{:02d}-{:02d}"
    return _made(prop, params, form.format(day.year, day.month, day.day))


def _media(prop: Property, params: list[Param], version: str) -> Line | None:
    """A picture, sound or key whose bytes are in the card."""
    found = details.media_of(prop)
    if found is None or found.data is None:
        return None
    stated = details.format_type(prop)
    kinds = [kind for kind in _types(tuple(params)) if kind.lower() != stated]
    rest = _without(params, "TYPE", "VALUE", "MEDIATYPE")
    body = base64.b64encode(found.data).decode("ascii")
    if version == V4:
        types = [Param("TYPE", tuple(kinds))] if kinds else []
        return _made(prop, [*types, *rest], f"data:{found.media_type or ''};base64,{body}")
    if found.media_type:
        kinds.insert(0, found.media_type.rpartition("/")[2].upper())
    types = [Param("TYPE", tuple(kinds))] if kinds else []
    return _made(prop, [Param("ENCODING", ("b",)), *types, *rest], body)


def _number(prop: Property, params: list[Param], version: str) -> Line:
    """3.0 knows numbers as text only; in 4.0 a `tel:` URI needs VALUE=uri."""
    text = prop.value.strip()
    if text[:4].lower() == "tel:":
        params = _without(params, "VALUE")
        if version == V4 and _TEL_URI.fullmatch(text):
            return _made(prop, [*params, Param("VALUE", ("uri",))], text)
        return _made(prop, params, escape(text[4:].strip()))
    if (prop.param("VALUE") or "").lower() != "uri":
        return _made(prop, params, escape(prop.value))
    if _URI.fullmatch(text):  # `sip:`
        return _made(prop, params, text)
    return _made(prop, _without(params, "VALUE"), escape(prop.value))
