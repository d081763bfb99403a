"""Moments between their two forms: aware datetimes in the services, microseconds in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def stored(moment: datetime) -> int: ...
@overload
def stored(moment: None) -> None: ...
def stored(moment: datetime | None) -> int | None:
    """Return a moment as microseconds since 1970, UTC."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


@overload
def moment(stored: int) -> datetime: ...
@overload
def moment(stored: None) -> None: ...
def moment(stored: int | None) -> datetime | None:
    """Return stored microseconds as an aware datetime in UTC."""
    return None if stored is None else _EPOCH + timedelta(0, 0, stored)
