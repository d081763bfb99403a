"""Everybody in the demo: the cast with its stories, and a crowd in every state a relationship can be in."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from crm.domain.records import IdentityRef
from crm.services.demo import accounts, names
from crm.services.demo.material import Figure, cast
from crm.services.demo.words import BOOKS, PLACES

# Where people meet you first, and where the talk goes on, by what they are to you.
_JOURNEYS = {
    "maker": (
        ("x", "mastodon", "email"),
        ("flickr", "facebook", "email"),
        ("tumblr", "mastodon"),
        ("mastodon", "email"),
        ("facebook", "email"),
        ("flickr", "tumblr", "email"),
        ("mastodon",),
        ("x",),
    ),
    "words": (
        ("goodreads", "email"),
        ("blog", "email"),
        ("x", "mastodon"),
        ("tumblr", "email"),
        ("goodreads",),
        ("blog", "mastodon", "email"),
    ),
    "trade": (("linkedin", "email"), ("linkedin",), ("email",), ("x", "linkedin", "email")),
    "buyer": (("etsy", "email"), ("etsy",), ("etsy", "blog"), ("etsy", "facebook", "email")),
}
_GROUPS = ("maker", "maker", "maker", "words", "words", "trade", "buyer")
_NEAR = ("inner", "close")
_TOGETHER = ("phone", "in-person")


class Role(NamedTuple):
    """One state a relationship can be in, and how many of the crowd are in it. Ranges are days or years."""

    number: int
    pace: tuple[float, float]
    years: tuple[float, float]
    last: tuple[float, float]
    """Days since the last conversation; times the pace where `by_pace`."""
    circle: str | None = None
    by_pace: bool = False
    groups: tuple[str, ...] = _GROUPS
    nods: float = 0.4
    """Clicks of theirs per month."""
    state: str = ""
    """`faded`: it may have ended with a word of theirs; `audience`: they click and say little; `tried`:
    you wrote, they did not; `once`: one conversation and no more."""


CROWD = (
    Role(5, (10, 13), (1.2, 2.6), (1, 11), "inner"),
    Role(18, (25, 36), (1.2, 3.8), (2, 26), "close"),
    Role(34, (65, 90), (1.5, 4.5), (4, 82), "wide"),
    Role(24, (120, 180), (2, 7), (10, 165), "far"),
    Role(30, (20, 75), (0.9, 2.6), (0.2, 1.2), by_pace=True),
    # drifting: the three rules that can say so
    Role(3, (50, 70), (3, 5), (120, 240), "wide"),
    Role(2, (100, 150), (4, 7), (230, 380), "far"),
    Role(3, (20, 35), (1.5, 3), (2.6, 4.0), by_pace=True),
    # and those of whom nobody is reminded
    Role(26, (110, 220), (4.4, 8), (1140, 1500), state="faded"),
    Role(24, (0, 0), (0.4, 6), (70, 1500), state="once"),
    Role(26, (0, 0), (0.3, 4), (40, 900), groups=("buyer",), nods=0.2, state="once"),
    Role(8, (0, 0), (0.3, 3), (35, 600), state="tried", nods=0),
    Role(58, (0, 0), (0.4, 5), (33, 700), state="audience", nods=1.0),
)


@dataclass(slots=True)
class Contact:
    """One contact of the demo, before any act is made up."""

    number: int
    figure: Figure
    role: str
    nods: float
    accounts: dict[str, IdentityRef] = field(default_factory=dict)

    @property
    def writing(self) -> list[str]:
        """The platforms of the written word, in order of time."""
        return [place for place in self.figure.places if place not in _TOGETHER]

    @property
    def together(self) -> list[str]:
        """The platforms on which both act at once: calls and meetings."""
        return [place for place in self.figure.places if place in _TOGETHER]


def everybody(dice: Random) -> list[Contact]:
    """Return all contacts; equal dice, equal people."""
    figures = [(figure, "cast", 0.5) for figure in cast()]
    namers = {language: _Namer(language, dice) for language in ("en", "de", "es", "ja", "world")}
    figures += [(figure, "", 0.4) for figure in _handles_only(dice)]
    for role in CROWD:
        figures += [(_figure(role, namers, dice), role.state, role.nods) for _ in range(role.number)]
    return [_contact(number, *entry, dice) for number, entry in enumerate(figures, start=1)]


def _contact(number: int, figure: Figure, role: str, nods: float, dice: Random) -> Contact:
    made = Contact(number, figure, role, nods)
    name = figure.name or None
    for place in figure.places:
        made.accounts[place] = accounts.account(place, name, figure.plain, number, figure.language, dice)
    return made


class _Namer:
    """Gives out names of one language, each once."""

    def __init__(self, language: str, dice: Random) -> None:
        if language in names.FULL:
            pairs = list(names.FULL[language])
        else:
            whole = [
                f"{first} {last}"
                for first in names.FIRST[language].split()
                for last in names.LAST[language].split()
            ]
            pairs = [
                (name, accounts.plain_letters(name.replace(" ", "."))) for name in dice.sample(whole, 120)
            ]
        dice.shuffle(pairs)
        self._pairs = pairs

    def take(self) -> tuple[str, str] | None:
        return self._pairs.pop() if self._pairs else None


def _figure(role: Role, namers: dict[str, _Namer], dice: Random) -> Figure:
    origin = dice.choices(("en", "de", "es", "ja", "world"), (32, 30, 14, 5, 19))[0]
    taken = namers[origin].take()
    if taken is None:
        origin = "en"
        taken = namers["en"].take() or ("", "")
    group = dice.choice(role.groups)
    pace = dice.uniform(*role.pace)
    places: tuple[str, ...] = dice.choice(_JOURNEYS[group])
    if role.circle in _NEAR:
        places += dice.choice((("phone",), ("in-person",), ("phone", "in-person")))
    elif dice.random() < 0.12:
        places += ("in-person",)
    figure = Figure(
        *taken,
        language="en" if origin == "world" else origin,
        places=places,
        group=group,
        pace=pace,
        years=dice.uniform(*role.years),
        last=dice.uniform(*role.last) * (pace if role.by_pace else 1),
        circle=role.circle,
    )
    return _with_details(figure, dice)


def _with_details(figure: Figure, dice: Random) -> Figure:
    """Add what an address book would know: the nearer, the more."""
    near = figure.circle is not None
    chance = dice.random
    group = figure.group
    if chance() < (0.7 if near else 0.35):
        figure = figure._replace(tags=(dice.choice(names.TAGS[group]),))
    if group in names.JOBS and chance() < 0.5:
        figure = figure._replace(title=dice.choice(names.JOBS[group]))
    if group == "trade" and chance() < 0.8:
        figure = figure._replace(organisation=dice.choice(names.ORGANISATIONS))
    if near and chance() < 0.45:
        note = dice.choice(names.NOTES)
        figure = figure._replace(notes=note.format(place=dice.choice(PLACES), book=dice.choice(BOOKS)))
    return figure


def _handles_only(dice: Random) -> list[Figure]:
    """People of whom only a handle is known."""
    found = []
    for handle in names.HANDLES_ONLY:
        place = dice.choice(("x", "mastodon", "tumblr"))
        last = dice.uniform(40, 400)
        found.append(
            Figure("", handle, places=(place,), pace=dice.uniform(80, 200), years=last / 365 + 0.4, last=last)
        )
    return found
