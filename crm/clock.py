"""The one place that asks what time it is, and where the user's days begin."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import tz

from crm.domain.errors import ConfigError


def now() -> datetime:
    """Return the current moment in UTC, or the one that `CRM_NOW` (ISO 8601) sets.

    Raises:
        ConfigError: `CRM_NOW` is not a time.

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
