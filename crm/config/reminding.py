"""The part of the configuration about reminders: when, and by which notifiers.

What a notifier can be told is its own business and checked where it is made (`services.channels`), so that a
mistake in one of them costs that one and neither the others nor every other command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm.domain.errors import ConfigError
from crm.domain.schedule import EVERY_DAY, Schedule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REMIND = ("at", "weekdays", "quiet")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_OWN = ("kind", "enabled", "privacy")


class Privacy(StrEnum):
    """How much of people a notice may show."""

    FULL = "full"
    """Names, and what was last said."""
    NAMES = "names"
    FIRST_NAMES = "first names"
    COUNT = "count"
    """Only how many."""


@dataclass(frozen=True, slots=True)
class NotifierConfig:
    """One notifier as it is configured, settings not yet checked."""

    name: str
    kind: str
    """A module of `crm.notifiers`."""
    enabled: bool = True
    privacy: Privacy | None = None
    """None: what is usual for the kind."""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Everything else; may hold a password, if the user insists."""


def schedule_from(values: Any, file: Path) -> Schedule:
    """Read the table `[remind]`.

    Raises:
        ConfigError: it makes no sense, or leaves no moment to remind.

    """
    if not isinstance(values, dict):
        raise ConfigError(f"{file}: remind must be a table", 'such as: [remind] and below it at = "08:00"')
    unknown = sorted(set(values) - set(_REMIND))
    if unknown:
        raise ConfigError(
            f"{file}: [remind] sets {unknown[0]!r}, which means nothing",
            f"known settings: {', '.join(_REMIND)}",
        )
    schedule = Schedule(
        at=_at(values.get("at", "08:00"), file),
        weekdays=_weekdays(values.get("weekdays", list(WEEKDAYS)), file),
        quiet=_quiet(values.get("quiet", []), file),
    )
    if not _ever(schedule):
        raise ConfigError(
            f"{file}: [remind] quiet covers every minute from {schedule.at:%H:%M} to midnight,"
            " so nothing would ever be sent",
            "leave some of it out of quiet, or choose another at",
        )
    return schedule


def notifiers_from(values: Any, file: Path) -> tuple[NotifierConfig, ...]:
    """Read the tables `[notifiers.NAME]`.

    Raises:
        ConfigError: one of them has no kind, or makes no sense otherwise.

    """
    if not isinstance(values, dict) or not all(isinstance(one, dict) for one in values.values()):
        raise ConfigError(
            f"{file}: notifiers must be tables with names",
            'such as: [notifiers.desktop] and below it kind = "desktop"',
        )
    return tuple(_notifier(name, one, file) for name, one in values.items())


def _notifier(name: str, values: Mapping[str, Any], file: Path) -> NotifierConfig:
    where = f"{file}: [notifiers.{name}]"
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{file}: {name!r} cannot be a notifier's name",
            "use small letters, digits, - and _, at most 40, such as: [notifiers.my-mail]",
        )
    kind = values.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ConfigError(f"{where} does not say its kind", 'such as: kind = "desktop"')
    enabled = values.get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{where} enabled must be true or false", "such as: enabled = false")
    settings = {key: value for key, value in values.items() if key not in _OWN}
    return NotifierConfig(name, kind, enabled, _privacy(values.get("privacy"), where), settings)


def _privacy(value: Any, where: str) -> Privacy | None:
    if value is None:
        return None
    try:
        return Privacy(value)
    except ValueError:
        levels = ", ".join(f'"{level}"' for level in Privacy)
        raise ConfigError(f"{where} privacy must be one of {levels}", 'such as: privacy = "count"') from None


def _at(value: Any, file: Path) -> time:
    if isinstance(value, time):  # TOML has a time of its own
        return value.replace(second=0, microsecond=0)
    found = _clock(value)
    if found is None:
        raise ConfigError(f"{file}: [remind] at must be a time of day", 'such as: at = "08:00"')
    return found


def _clock(value: Any) -> time | None:
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    return time(int(match[1]), int(match[2])) if match else None


def _weekdays(value: Any, file: Path) -> frozenset[int]:
    words = [str(day).strip().casefold() for day in value] if isinstance(value, list) else []
    numbers = [names.index(word) for word in words for names in (WEEKDAYS, _LONG_WEEKDAYS) if word in names]
    if not words or len(numbers) != len(words):
        raise ConfigError(
            f"{file}: [remind] weekdays must be a list of {', '.join(WEEKDAYS)}, at least one",
            'such as: weekdays = ["mon", "thu"]; to be reminded by nobody, set enabled = false',
        )
    return EVERY_DAY & frozenset(numbers)


def _quiet(value: Any, file: Path) -> tuple[tuple[time, time], ...]:
    if isinstance(value, str):
        value = [value]
    spans = []
    for span in value if isinstance(value, list) else [None]:
        start, _, end = span.partition("-") if isinstance(span, str) else ("", "", "")
        clocks = _clock(start), _clock(end)
        if clocks[0] is None or clocks[1] is None or clocks[0] == clocks[1]:
            raise ConfigError(
                f"{file}: [remind] quiet must be a list of times from-until",
                'such as: quiet = ["21:00-08:00"]',
            )
        spans.append((clocks[0], clocks[1]))
    return tuple(spans)


def _ever(schedule: Schedule) -> bool:
    """Say whether any minute of a day is left: if so, the hour itself is one, or the end of quiet hours."""
    clocks = (schedule.at, *(end for _, end in schedule.quiet if end > schedule.at))
    return any(not schedule.is_quiet(clock) for clock in clocks)
