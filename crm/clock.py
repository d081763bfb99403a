"""The one place that asks what time it is, and where the user's days begin."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import tz

from crm.domain.errors import ConfigError

FIRST_YEAR, LAST_YEAR = 1910, 9000
"""A moment may be this odd: years are added to it and taken from it, which ends with the years 1 and 9999."""
_POSIX_ZONE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d.*|UTC|GMT|UCT", re.DOTALL)


def now() -> datetime:
    """Return the current moment in UTC, or the one that `CRM_NOW` (ISO 8601) sets.

    Raises:
        ConfigError: `CRM_NOW` is not a time, or too far away to reckon with.

    """
    stated = os.environ.get("CRM_NOW")
    if not stated:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        raise ConfigError(
            f"CRM_NOW is not a time: {stated!r}", "write it like 2026-06-01T09:00:00Z"
        ) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ConfigError(
            f"CRM_NOW is too far away: {stated!r}", f"a year from {FIRST_YEAR} to {LAST_YEAR} is fine"
        )
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def zone(configured: str | None = None) -> tzinfo:
    """Return the user's time zone: `CRM_TZ`, else the configured one, else the system's.

    Raises:
        ConfigError: the name is no time zone.

    """
    name = os.environ.get("CRM_TZ") or configured
    if not name:
        return tz.tzlocal()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"there is no time zone called {name!r}", "use a name such as Europe/Berlin, or leave it empty"
        ) from None


def unknown_zone(used: tzinfo) -> str | None:
    """Return what `TZ` says when there is no such zone, so that systems silently take UTC; else None.

    Args:
        used: the zone in use; `TZ` says nothing about one that was configured.

    `TZ` may also be the rule itself ("CET-1CEST,M3.5.0,M10.5.0/3") or a file (POSIX.1-2017, 8.3).
    """
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name or not isinstance(used, tz.tzlocal) or os.name != "posix":
        return None
    if name.startswith("/") or _POSIX_ZONE.fullmatch(name):
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return name
    return None
