"""What can be set: every setting of the configuration file about rules and reminders, in words.

A setting says how it is shown, how it is typed and what it does; whether a value makes sense is decided by
`config.save` alone, so what cannot be read here is handed on as it was typed, and refused there in its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.config import Changes, Config
from crm.config.looks import OWN_THEMES
from crm.config.reminding import WEEKDAYS
from crm.domain.dates import parse_cadence
from crm.domain.errors import ConfigError, CrmError
from crm.domain.exchanges import Depth
from crm.tui import words
from crm.tui.settings.keeping import Path

CIRCLES: Path = ("circles",)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^@]*(?=@)")


class Item(NamedTuple):
    """One setting."""

    path: Path
    title: str
    about: str
    """One sentence: what it does."""
    shown: Callable[[Config], str]
    """Says its value."""
    typed: Callable[[Config], str]
    """Returns its value as it is typed."""
    read: Callable[[str], Any]
    """Returns what was typed as the file says it; None for the default."""
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words), where one of a few is chosen."""
    later: bool = False
    """Takes effect when the program starts again."""


def reminders(now: datetime) -> tuple[Item, ...]:
    """Return the settings of when and how much to remind.

    Args:
        now: for the name of the system's time zone.

    """
    return (
        Item(
            ("remind", "at"),
            "not before",
            "From this time of day on, the day's reminder may come. If the machine sleeps then, it comes when"
            " it wakes, if that is on the same day.",
            lambda config: f"{config.schedule.at:%H:%M}",
            lambda config: f"{config.schedule.at:%H:%M}",
            _clock,
            "08:00",
        ),
        Item(
            ("remind", "weekdays"),
            "weekdays",
            "On these weekdays a reminder may come. What is due on another one is in the next reminder.",
            lambda config: days_words(config.schedule.weekdays),
            lambda config: days_words(config.schedule.weekdays).lower(),
            _weekdays,
            "mon-fri, or: mon thu",
        ),
        Item(
            ("remind", "quiet"),
            "quiet hours",
            "Between these times nothing is sent; it comes when they are over, if that is on the same day.",
            lambda config: _spans(config.schedule.quiet) or "none",
            lambda config: _spans(config.schedule.quiet),
            _quiet,
            "21:00-08:00, 12:30-13:30",
        ),
        Item(
            ("people_per_day",),
            "people a day",
            "At most so many contacts you are drifting from are shown in a day; the others wait for the days"
            " after it.",
            lambda config: str(config.rules.people_per_day),
            lambda config: str(config.rules.people_per_day),
            number,
            "5",
        ),
        Item(
            ("time_zone",),
            "time zone",
            "Where your days begin and what the clock times here mean.",
            lambda config: zone_words(config.rules.zone, now),
            lambda config: getattr(config.rules.zone, "key", ""),
            _zone,
            "Europe/Berlin",
        ),
    )


def rules() -> tuple[Item, ...]:
    """Return the settings of what counts and who is due."""
    return (
        Item(
            ("floor",),
            "what counts",
            "The least that moves a contact's clock: with words, a like or a reshare is no conversation. A"
            " contact can have a floor of its own.",
            lambda config: FLOORS[config.rules.floor],
            lambda config: config.rules.floor.word,
            str,
            choices=tuple((depth.word, said) for depth, said in FLOORS.items()),
        ),
        Item(
            ("window_days",),
            "answer within",
            "An act and its answer are one exchange when no more days than these lie between them.",
            lambda config: words.count(config.rules.window.days, "day"),
            lambda config: str(config.rules.window.days),
            days,
            "30, or: 4 weeks",
        ),
        Item(
            ("owed_days",),
            "reply owed for",
            "So long somebody you have not answered waits for you on Today; after that they only show in"
            " People.",
            lambda config: words.count(config.rules.owed.days, "day"),
            lambda config: str(config.rules.owed.days),
            days,
            "30, or: 4 weeks",
        ),
        Item(
            ("own_sites",),
            "your sites",
            "Posts with a link to one of these count as promotion when the program looks at what you post.",
            lambda config: ", ".join(config.rules.own_sites) or "none",
            lambda config: ", ".join(config.rules.own_sites),
            _list,
            "example.org, shop.example",
        ),
        Item(
            ("database",),
            "database",
            "Where your contacts are kept: a file or an address. Nothing is moved when you change it.",
            lambda config: without_password(config.database) if config.database else "the usual place",
            lambda config: "" if _PASSWORD.search(config.database or "") else config.database or "",
            _text,
            "~/crm.db",
            later=True,
        ),
    )


def looks(present: str) -> tuple[Item, ...]:
    """Return the settings of how the program looks.

    Args:
        present: the theme that is shown; one that is not of ours stands behind ours.

    """
    names = (*OWN_THEMES, *(() if present in OWN_THEMES else (present,)))
    return (
        Item(
            ("theme",),
            "colours",
            "The colours of the screen; crm-terminal are those of your terminal. ctrl+t takes the next of"
            " these anywhere, the palette (ctrl+p) has more.",
            lambda config: config.theme,
            lambda config: config.theme,
            str,
            choices=tuple((name, name.removeprefix("crm-")) for name in names),
        ),
    )


FLOORS: Mapping[Depth, str] = {
    Depth.WORDS: "words",
    Depth.BOOST: "reshares too",
    Depth.NOD: "likes too",
}


def circle(name: str) -> Item:
    """Return the setting of a circle's days."""
    return Item(
        (*CIRCLES, name),
        name,
        "So long may pass without an exchange with a contact of this circle who has no cadence of their own.",
        lambda config: _circle_days(config, name),
        lambda config: str(config.rules.circles.get(name, "")),
        days,
        "30, or: 4 weeks",
    )


def circles_with(config: Config, values: Mapping[str, Any], name: str, wanted: Any) -> Changes:
    """Return the changes that give a circle its days; None takes the circle away.

    A table of circles replaces the usual ones, so that where there is none yet all of them are written.
    """
    own = values.get("circles")
    if not isinstance(own, dict):
        given = {**config.rules.circles, name: wanted}
        return {(*CIRCLES, one): days for one, days in given.items() if days is not None}
    written = next((one for one in own if one.strip().casefold() == name), name)
    return {(*CIRCLES, written): wanted}


# How values are said


def days_words(weekdays: Iterable[int]) -> str:
    """Say weekdays: "every day", "Mon-Fri", "Mon Thu"."""
    chosen = sorted(weekdays)
    if len(chosen) == 7:
        return "every day"
    if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
        return f"{_DAYS[chosen[0]]}-{_DAYS[chosen[-1]]}"
    return " ".join(_DAYS[day] for day in chosen)


def zone_words(zone: tzinfo, now: datetime) -> str:
    """Name a time zone; the system's by its letters of now."""
    name = getattr(zone, "key", None)
    return str(name) if name else f"the system's, now {now.astimezone(zone).tzname() or 'UTC'}"


def without_password(target: str) -> str:
    """Return a path or URL with its password made invisible."""
    return _PASSWORD.sub(r"\1:…", target)


def _spans(spans: Sequence[tuple[time, time]]) -> str:
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans)


def _circle_days(config: Config, name: str) -> str:
    found = config.rules.circles.get(name)
    return "none" if found is None else words.count(found, "day")


# How values are read


def number(text: str) -> Any:
    """Read a whole number; anything else is handed on."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else typed or None


def days(text: str) -> Any:
    """Read a number of days: "30", "4 weeks"."""
    value = number(text)
    if not isinstance(value, str):
        return value
    try:
        return parse_cadence(value)
    except CrmError:
        return value


def _text(text: str) -> str | None:
    return text.strip() or None


def _clock(text: str) -> str | None:
    """Read "8", "8.30" and "08:30"."""
    typed = text.strip()
    clock = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", typed)
    return f"{clock[1]:0>2}:{clock[2] or '00'}" if clock else typed or None


def _weekdays(text: str) -> list[str] | None:
    """Read "mon thu", "mon-fri", "every day"."""
    typed = text.strip().casefold()
    if typed in ("", "every day", "daily", "all"):
        return None
    found = []
    for word in re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", typed)):
        first, dash, last = word.partition("-")
        ends = [index for end in (first, last) for index, day in enumerate(WEEKDAYS) if end[:3] == day]
        if dash and len(ends) == 2:
            span = (ends[1] - ends[0]) % 7 + 1
            found += [WEEKDAYS[(ends[0] + step) % 7] for step in range(span)]
        elif word:
            found.append(word)
    return list(dict.fromkeys(found))


def _quiet(text: str) -> list[str] | None:
    """Read "21:00-08:00, 12:30-13:30"; "none"."""
    typed = re.sub(r"\s*(?:[-–]|to|until)\s*", "-", text.strip().casefold())
    if typed in ("", "none", "never"):
        return None
    spans = re.split(r"[\s,;]+", typed)
    return ["-".join(str(_clock(end) or "") for end in span.split("-")) for span in spans if span]


def _list(text: str) -> list[str] | None:
    return [part for part in re.split(r"[\s,;]+", text) if part] or None


def _zone(text: str) -> str | None:
    name = text.strip()
    if not name:
        return None
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"there is no time zone called {name!r}", "use a name such as Europe/Berlin, or leave it empty"
        ) from None
