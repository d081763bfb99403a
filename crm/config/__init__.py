"""The configuration file: what can be set, its defaults, and clear words about what is wrong in it.

It is read when `main()` asks, never at import; a missing file means the defaults. `save` changes what it is
asked to and leaves everything else in the file as somebody wrote it, comments and order included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crm import clock, paths
from crm.config.backing_up import BackupSettings, backups_from
from crm.config.listing import columns_from, filters_from, for_columns, for_filter, without_filter
from crm.config.looks import THEMES, theme_from
from crm.config.reminding import NotifierConfig, Privacy, notifiers_from, schedule_from
from crm.config.saving import Changes, changed_text, for_notifier, for_schedule, readable, renamed
from crm.domain.cadence import CIRCLES, Rules
from crm.domain.errors import ConfigError
from crm.domain.exchanges import Depth, depth_from
from crm.domain.listing import USUAL_COLUMNS, ContactQuery
from crm.domain.schedule import Schedule

__all__ = [
    "BackupSettings",
    "Changes",
    "Config",
    "NotifierConfig",
    "Privacy",
    "for_columns",
    "for_filter",
    "for_notifier",
    "for_schedule",
    "load",
    "renamed",
    "save",
    "without_filter",
]


@dataclass(frozen=True, slots=True)
class Config:
    """What the user configured."""

    rules: Rules
    database: str | None = None
    """A path or URL; None: the default place."""
    file: Path | None = None
    """Where it was read from, if anything was."""
    schedule: Schedule = field(default_factory=Schedule)
    """When reminders may be sent."""
    notifiers: tuple[NotifierConfig, ...] = ()
    """In the order of the file."""
    columns: tuple[str, ...] = USUAL_COLUMNS
    """What People shows beside the name."""
    filters: Mapping[str, ContactQuery] = field(default_factory=dict)
    """The user's own, by name."""
    backups: BackupSettings = field(default_factory=BackupSettings)
    theme: str = THEMES[0]
    """How the terminal UI looks; one of `looks.THEMES`."""

    def notifier(self, name: str) -> NotifierConfig | None:
        """Return the notifier of that name, if there is one."""
        return next((one for one in self.notifiers if one.name == name), None)


_KEYS = (
    "window_days",
    "owed_days",
    "floor",
    "people_per_day",
    "own_sites",
    "time_zone",
    "circles",
    "database",
    "backups",
    "remind",
    "notifiers",
    "people",
    "filters",
    "theme",
)


def load(file: Path | None = None) -> Config:
    """Read the configuration file, or give the defaults where there is none.

    Raises:
        ConfigError: it cannot be read, or says something that makes no sense.

    """
    file = file or paths.config_file()
    text = readable(file)
    return Config(Rules(zone=clock.zone())) if text is None else _parsed(text, file)


def save(changes: Changes, file: Path | None = None) -> Config:
    """Change some settings in the configuration file, which is made if there is none.

    Args:
        changes: what to set, by path: `{("remind", "at"): "09:00"}`; None takes a setting, or a whole table,
            away. `for_schedule` and `for_notifier` make them.
        file: by default the usual one; its links are followed, and afterwards only the user can read it.

    Returns:
        What it says now.

    Raises:
        ConfigError: the file cannot be read or written, or would make no sense afterwards; it is as it was.

    """
    file = file or paths.config_file()
    text = changed_text(readable(file) or "", changes)
    saved = _parsed(text, file)
    try:
        paths.replace_file(file, text.encode())
    except OSError as error:
        raise ConfigError(
            f"cannot write {file}: {error.strerror or error}", "check that the folder exists and is yours"
        ) from error
    return saved


def _parsed(text: str, file: Path) -> Config:
    if not text.strip():
        return _config({}, file)
    import tomllib  # 13 ms, for those who have configured something

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}", "mend the line it names") from error
    except (ValueError, RecursionError) as error:  # thousands of digits, or of brackets
        raise ConfigError(
            f"{file} is not valid TOML: it goes on without an end", "mend or move it"
        ) from error
    return _config(values, file)


def _config(values: Mapping[str, Any], file: Path) -> Config:
    unknown = sorted(set(values) - set(_KEYS))
    if unknown:
        raise ConfigError(
            f"{file} sets {unknown[0]!r}, which means nothing", f"known settings: {', '.join(_KEYS)}"
        )
    defaults = Rules()
    rules = Rules(
        window=timedelta(days=_number(values, "window_days", defaults.window.days, file)),
        owed=timedelta(days=_number(values, "owed_days", defaults.owed.days, file)),
        floor=_floor(values, file),
        circles=_circles(values, file),
        people_per_day=_number(values, "people_per_day", defaults.people_per_day, file),
        own_sites=_sites(values, file),
        zone=clock.zone(_text(values, "time_zone", file)),
    )
    return Config(
        rules,
        _text(values, "database", file),
        file,
        schedule_from(values.get("remind", {}), file),
        notifiers_from(values.get("notifiers", {}), file),
        columns_from(values.get("people", {}), file),
        filters_from(values.get("filters", {}), file),
        backups_from(values.get("backups", {}), file),
        theme_from(values, file),
    )


def _number(values: Mapping[str, Any], key: str, default: int, file: Path, most: int = 3650) -> int:
    value = values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ConfigError(
            f"{file}: {key} must be a whole number from 1 to {most}", f"such as: {key} = {default}"
        )
    return value


def _text(values: Mapping[str, Any], key: str, file: Path) -> str | None:
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{file}: {key} must be text in quotes", f'such as: {key} = "..."')
    return value or None


def _floor(values: Mapping[str, Any], file: Path) -> Depth:
    word = values.get("floor", Depth.WORDS.word)
    depth = depth_from(word) if isinstance(word, str) else None
    if depth is None or depth is Depth.LIVE:
        raise ConfigError(f"{file}: floor must be nod, boost or words", 'such as: floor = "words"')
    return depth


def _sites(values: Mapping[str, Any], file: Path) -> tuple[str, ...]:
    sites = values.get("own_sites", [])
    if not isinstance(sites, list) or not all(isinstance(site, str) for site in sites):
        raise ConfigError(f"{file}: own_sites must be a list", 'such as: own_sites = ["example.org"]')
    return tuple(
        site.casefold().removeprefix("https://").removeprefix("http://").strip("/") for site in sites
    )


def _circles(values: Mapping[str, Any], file: Path) -> Mapping[str, int]:
    circles = values.get("circles")
    if circles is None:
        return CIRCLES
    if not isinstance(circles, dict) or not circles:
        raise ConfigError(f"{file}: [circles] must name circles with their days", "such as: inner = 14")
    return MappingProxyType(
        {name.strip().casefold(): _number(circles, name, 30, file) for name in circles if name.strip()}
    )
