"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Clock:
    """Called like `Store`'s own clock."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return what time it is."""
        return self.moment

    def forward(self, **span: float) -> None:
        """Let time pass: `clock.forward(days=3)`."""
        self.moment += timedelta(**span)
