"""Changing the configuration file without disturbing what somebody wrote into it by hand.

tomlkit does that, and is loaded only here: reading needs 40 ms less without it.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from crm.config.reminding import WEEKDAYS, NotifierConfig
from crm.domain.errors import ConfigError
from crm.domain.schedule import EVERY_DAY, Schedule

if TYPE_CHECKING:
    from tomlkit.container import Container
    from tomlkit.items import Table

Changes: TypeAlias = Mapping[tuple[str, ...], Any]
"""New values by path, such as `("notifiers", "mail", "host")`; None takes a setting or a table away."""


_LARGEST = 1 << 20
"""Bytes; a hundred notifiers are 20,000."""
_ELSEWHERE = "name another with CRM_CONFIG, or move it away"


def readable(file: Path) -> str | None:
    """Return the text of the configuration file, or None where there is none.

    Raises:
        ConfigError: it cannot be read.

    """
    try:
        if stat.S_ISFIFO(file.stat().st_mode):  # it would be waited for, each time
            raise ConfigError(f"{file} is a pipe and no file", _ELSEWHERE)
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise ConfigError(
            f"cannot read {file}: something above it is no folder",
            f"set HOME to your folder, or {_ELSEWHERE}",
        ) from error
    except IsADirectoryError as error:
        raise ConfigError(f"{file} is a folder and no file", _ELSEWHERE) from error
    except OSError as error:
        raise ConfigError(
            f"cannot read {file}: {error.strerror or error}", "mend or move the file"
        ) from error
    if len(data) > _LARGEST:
        raise ConfigError(f"{file} is larger than 1 MB, so it is no configuration", _ELSEWHERE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file} is no UTF-8 text: see line {line}", "save it as UTF-8") from error


def changed_text(text: str, changes: Changes) -> str:
    """Return the text of a configuration file with some settings changed, all else as it was.

    Raises:
        ConfigError: it is not TOML, or something stands where a table should.

    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        for path, value in changes.items():
            if value is None:
                _take_away(document, path)
            else:
                _put(document, path, value)
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise ConfigError(f"the configuration is not valid TOML: {error}", "mend the file") from error


def for_schedule(schedule: Schedule) -> Changes:
    """Return the changes that make the configuration say this schedule; what is usual is left unsaid."""
    quiet = [f"{start:%H:%M}-{end:%H:%M}" for start, end in schedule.quiet]
    days = [WEEKDAYS[day] for day in sorted(schedule.weekdays)]
    return {
        ("remind", "at"): f"{schedule.at:%H:%M}",
        ("remind", "weekdays"): None if schedule.weekdays == EVERY_DAY else days,
        ("remind", "quiet"): quiet or None,
    }


def for_notifier(told: NotifierConfig, before: NotifierConfig | None = None) -> Changes:
    """Return the changes that make the configuration say this notifier.

    Args:
        told: as it is to be.
        before: as it was, if it was there: settings that only this one has are taken away. A setting that is
            None is taken away as well.

    """
    own = {
        "kind": told.kind,
        "enabled": None if told.enabled else False,
        "privacy": told.privacy.value if told.privacy else None,
    }
    gone = dict.fromkeys(before.settings) if before else {}
    return {("notifiers", told.name, key): value for key, value in {**own, **gone, **told.settings}.items()}


def renamed(told: NotifierConfig, name: str) -> Changes:
    """Return the changes that give a notifier another name."""
    return {("notifiers", told.name): None, **for_notifier(replace(told, name=name))}


def _put(document: Container, path: tuple[str, ...], value: Any) -> None:
    import tomlkit

    *tables, key = path
    here: Any = document
    for depth, name in enumerate(tables):
        if name not in here:
            # [notifiers.mail] alone, without an empty [notifiers] above it
            table: Table = tomlkit.table(is_super_table=depth < len(tables) - 1)
            here.append(name, table)
        here = here[name]
        if not isinstance(here, Mapping):
            raise ConfigError(
                f"{'.'.join(tables[: depth + 1])} is not a table in the configuration", "mend it by hand"
            )
    if key in here and here[key] == value:
        return
    here[key] = value


def _take_away(document: Container, path: tuple[str, ...]) -> None:
    *tables, key = path
    here: Any = document
    for name in tables:
        if not isinstance(here, Mapping) or name not in here:
            return
        here = here[name]
    if isinstance(here, Mapping) and key in here:
        del here[key]  # type: ignore[attr-defined]
