"""The settings about the list of contacts: its columns, and filters that the user gave a name.

They are settings and no data: they say how somebody likes to look, hold for every database, and can be
written by hand. `[people]` has the columns, `[filters."any name"]` one filter each; what is not said there
is as in a list without a filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crm.config.saving import Changes
from crm.domain.errors import ConfigError
from crm.domain.exchanges import Turn
from crm.domain.listing import BUILT_IN, COLUMNS, NO_CIRCLE, SORTS, USUAL_COLUMNS, ContactQuery

_ARCHIVED = {"no": False, "too": None, "only": True}
_TURNS = tuple(turn.value for turn in Turn)
_NONE = "none"


def for_filter(name: str, query: ContactQuery) -> Changes:
    """Return the changes that make the configuration say this filter; what is usual is left unsaid."""
    circle = _NONE if query.circle == NO_CIRCLE else query.circle
    archived = next(word for word, value in _ARCHIVED.items() if value is query.archived)
    said = {
        "text": query.text or None,
        "circle": circle,
        "tag": query.tag,
        "platform": query.platform,
        "turn": query.turn,
        "due": query.due or None,
        "archived": None if archived == "no" else archived,
        "spoken": query.spoken,
        "sort": query.sort,  # always: a table with nothing in it would not be made
        "reverse": query.reverse or None,
    }
    return {("filters", name, key): value for key, value in said.items()}


def without_filter(name: str) -> Changes:
    """Return the changes that take a filter away."""
    return {("filters", name): None}


def for_columns(columns: Sequence[str]) -> Changes:
    """Return the changes that make the configuration say these columns."""
    return {("people", "columns"): None if tuple(columns) == USUAL_COLUMNS else list(columns)}


def columns_from(values: Any, file: Path) -> tuple[str, ...]:
    """Read `[people]`: the columns beside the name.

    Raises:
        ConfigError: it makes no sense.

    """
    if not isinstance(values, Mapping):
        raise ConfigError(
            f"{file}: people must be a table", 'such as: [people] and below it columns = ["last"]'
        )
    _known(values, ("columns",), file, "[people]")
    columns = values.get("columns", list(USUAL_COLUMNS))
    if not isinstance(columns, list) or any(column not in COLUMNS for column in columns):
        raise ConfigError(
            f"{file}: columns must be a list of {', '.join(COLUMNS)}", 'such as: columns = ["last"]'
        )
    return tuple(dict.fromkeys(columns))


def filters_from(values: Any, file: Path) -> Mapping[str, ContactQuery]:
    """Read `[filters.NAME]` tables, in the order of the file.

    Raises:
        ConfigError: one of them makes no sense.

    """
    if not isinstance(values, Mapping):
        raise ConfigError(f"{file}: filters must be tables", "such as: [filters.potters]")
    found: dict[str, ContactQuery] = {}
    for name, said in values.items():
        if not isinstance(said, Mapping):
            raise ConfigError(
                f"{file}: [filters.{name}] must be a table", 'such as: [filters.potters] tag = "clay"'
            )
        if name.casefold() in BUILT_IN:
            raise ConfigError(f'{file}: the filter "{name}" is always there', "give yours another name")
        found[name] = _filter(said, file, f"[filters.{name}]")
    return MappingProxyType(found)


def _filter(said: Mapping[str, Any], file: Path, where: str) -> ContactQuery:
    texts, switches = ("text", "circle", "tag", "platform"), ("due", "spoken", "reverse")
    _known(said, (*texts, *switches, "turn", "archived", "sort"), file, where)
    for key in texts:
        if not isinstance(said.get(key, ""), str):
            raise ConfigError(f"{file}: {key} of {where} must be text in quotes")
    for key in switches:
        if not isinstance(said.get(key, False), bool):
            raise ConfigError(f"{file}: {key} of {where} must be true or false")
    circle = (said.get("circle") or "").casefold() or None
    return ContactQuery(
        text=said.get("text", ""),
        circle=NO_CIRCLE if circle == _NONE else circle,
        tag=said.get("tag") or None,
        platform=said.get("platform") or None,
        turn=_one_of(said, "turn", None, _TURNS, file, where),
        due=said.get("due", False),
        archived=_ARCHIVED[_one_of(said, "archived", "no", tuple(_ARCHIVED), file, where) or "no"],
        spoken=said.get("spoken"),
        sort=_one_of(said, "sort", "name", SORTS, file, where) or "name",
        reverse=said.get("reverse", False),
    )


def _known(said: Mapping[str, Any], keys: Sequence[str], file: Path, where: str) -> None:
    unknown = sorted(set(said) - set(keys))
    if unknown:
        raise ConfigError(
            f"{file}: {unknown[0]!r} in {where} means nothing", f"known there: {', '.join(keys)}"
        )


def _one_of(
    said: Mapping[str, Any], key: str, default: str | None, words: Sequence[str], file: Path, where: str
) -> str | None:
    value: str | None = said.get(key, default)
    if value != default and value not in words:
        raise ConfigError(f"{file}: {key} of {where} must be one of {', '.join(words)}")
    return value
