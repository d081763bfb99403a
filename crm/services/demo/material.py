"""Reads the demo's own texts: the cast (`material/cast.toml`) and the talks (`material/talks_*.txt`).

How a file of talks is read: `@setting` starts a talk, `<` they say, `>` you say, `=` both of you (a call, a
meeting). `|` is another way of saying the same: all the first ones make one conversation, all the second ones
another, and `.` says nothing. `{words}` are filled once per conversation, so an answer knows what was asked.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import zip_longest
from typing import Any, NamedTuple

LANGUAGES = {"en": ("en", "work"), "de": ("de",), "es": ("es",), "ja": ("ja",)}
"""The files of each language."""


class Said(NamedTuple):
    """One line of a conversation."""

    sign: str
    """`<` they, `>` you, `=` both."""
    text: str
    slots: bool
    """Whether there are words to fill in."""


Script = tuple[Said, ...]
Talks = dict[tuple[str, str], tuple[Script, ...]]
"""Conversations by (language, setting)."""


class Line(NamedTuple):
    """One act of the cast that happened just so."""

    days: float
    """How many days ago."""
    sign: str
    platform: str
    text: str | None
    kind: str | None = None
    """None: what is usual on the platform."""


class Occasion(NamedTuple):
    """A birthday or an anniversary, so many days from today."""

    days: int
    years: int | None = None
    """How many years it will be; None where the year is not known."""


class Figure(NamedTuple):
    """One contact with a story, and how the ordinary talk around the story goes."""

    name: str
    plain: str
    """The plain letters their accounts are made of."""
    language: str = "en"
    places: tuple[str, ...] = ()
    """Where you have talked, in order of time."""
    group: str = "maker"
    pace: float = 0.0
    """Days between two conversations; 0: there is none besides `lines`."""
    years: float = 0.0
    """How long you have known each other."""
    last: float = 0.0
    """Days since the last ordinary conversation, which ended with a word of yours."""
    circle: str | None = None
    own_days: int | None = None
    """The contact's own cadence; 0 is never."""
    lines: tuple[Line, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    title: str | None = None
    organisation: str | None = None
    nickname: str | None = None
    birthday: Occasion | None = None
    anniversary: Occasion | None = None
    leapling: bool = False
    state: str = ""
    """`archived`, `muted`, `snoozed`, or `closed`: the last line needs no reply."""


def cast() -> tuple[Figure, ...]:
    """Return the contacts with a story."""
    return tuple(_figure(entry) for entry in tomllib.loads(_read("cast.toml"))["person"])


def _figure(entry: dict[str, Any]) -> Figure:
    fields = dict(entry)
    for name in ("places", "tags"):
        fields[name] = tuple(entry.get(name, ()))
    for name in ("birthday", "anniversary"):
        if name in entry:
            fields[name] = Occasion(entry[name]["in"], entry[name].get("years"))
    lines = (Line(*line) for line in entry.get("lines", ()))
    fields["lines"] = tuple(line._replace(text=line.text or None) for line in lines)
    return Figure(**fields)


def talks() -> Talks:
    """Return all conversations."""
    found: dict[tuple[str, str], list[Script]] = {}
    for language, names in LANGUAGES.items():
        for name in names:
            for setting, turns in _parse(_read(f"talks_{name}.txt")):
                found.setdefault((language, setting), []).extend(_scripts(turns))
    return {key: tuple(scripts) for key, scripts in found.items()}


def _parse(text: str) -> list[tuple[str, list[list[str]]]]:
    """Return (setting, turns) of each talk; a turn is its sign and the ways of saying it."""
    parsed: list[tuple[str, list[list[str]]]] = []
    for line in text.splitlines():
        sign, said = line[:1], line[1:].strip()
        if sign == "@":
            parsed.append((said, []))
        elif sign == "|":
            parsed[-1][1][-1].append(said)
        elif sign:
            parsed[-1][1].append([sign, said])
    return parsed


def _scripts(turns: list[list[str]]) -> list[Script]:
    """Return every way of going through a talk; a turn with one way of saying it fits all."""
    ways = max(len(turn) for turn in turns) - 1
    columns = []
    for sign, *said in turns:
        shared = said * ways if len(said) == 1 else said
        columns.append([Said(sign, text, "{" in text) for text in shared])
    scripts = zip_longest(*columns)
    return [tuple(said for said in script if said is not None and said.text != ".") for script in scripts]


def _read(name: str) -> str:
    return files(__package__).joinpath("material", name).read_text(encoding="utf-8")
