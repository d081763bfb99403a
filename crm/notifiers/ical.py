"""A calendar file with alarms, for a calendar program that reads it again and again.

It is the way of being told that needs no program of ours to run at the right moment: the calendar rings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from crm import paths
from crm.domain.errors import ConfigError, NotifierError
from crm.notifiers.kit.settings import checked
from crm.notifiers.protocol import Notice, Setting

_BEGINS = b"BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class Notifier:
    """Writes the coming dates to a file."""

    kind: ClassVar = "ical"
    title: ClassVar = "Calendar file"
    about: ClassVar = (
        "Writes an iCalendar file with alarms: today's digest, the days on which contacts are due, birthdays."
        " Subscribe to it in your calendar program. It is written anew whenever a digest is sent."
    )
    leaves: ClassVar = False
    wants_calendar: ClassVar = True
    settings: ClassVar = (Setting("path", "the file to write", "~/crm.ics", required=True),)

    path: Path

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        path = paths.expanded(checked(cls.settings, settings)["path"])
        if not path.is_absolute() or path.suffix.casefold() != ".ics":
            raise ConfigError("path must be a whole path that ends in .ics", 'such as: path = "~/crm.ics"')
        return cls(path)

    def send(self, notice: Notice) -> None:
        """Write the file whole, in place of the one that was there."""
        try:
            if self.path.exists() and not self._is_calendar():
                raise NotifierError(
                    f"{self.path} is not a calendar", "name another file: this one stays as it is"
                )
            paths.replace_file(self.path, notice.calendar)
        except OSError as error:
            raise NotifierError(
                f"cannot write {self.path}: {error.strerror}", "check that the folder is yours"
            ) from error

    def _is_calendar(self) -> bool:
        with self.path.open("rb") as stream:
            return stream.read(len(_BEGINS)) in (_BEGINS, b"")
