"""The call log: only calls that two people really had.

Types are those of Android's `CallLog.Calls`. A missed or rejected call, or one nobody answered, is no
call: it would count as an exchange by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from crm.domain.records import Direction, InteractionRecord, Kind, Problem, Record
from crm.importers.kit.keys import digest
from crm.importers.kit.times import TimeColumn
from crm.importers.sms.numbers import Numbers, end_of, is_robot
from crm.importers.sms.times import epoch, line_of

PLATFORM = "phone"
UNANSWERED = "calls that nobody answered: missed, rejected, to a mailbox"
WITHHELD = "calls of withheld and service numbers"

_INCOMING, _OUTGOING, _ELSEWHERE = "1", "2", "7"
"""The last is a call taken on another device of the user's."""


class Calls:
    """Reads the calls of one backup file."""

    def __init__(self, where: str, numbers: Numbers, left: Counter[str]) -> None:
        self.times = TimeColumn(where, epoch)
        self._where = where
        self._numbers = numbers
        self._left = left

    def records(self, element: etree._Element) -> Iterator[Record]:
        """Yield what one `call` element is."""
        kind = element.get("type")
        seconds = _number(element.get("duration"))
        if kind not in (_INCOMING, _OUTGOING, _ELSEWHERE) or (not seconds and kind != _ELSEWHERE):
            self._left[UNANSWERED] += 1
            return
        key = self._numbers.key(element.get("number") or "")
        if is_robot(key):
            self._left[WITHHELD] += 1
            return
        if self._numbers.is_own(key):
            return
        line = line_of(element)
        moment = self.times.read(element.get("date") or "", line)
        if moment.at is None:
            yield Problem(f"{self._where}, line {line}", "is a call without a time")
            return
        yield InteractionRecord(
            PLATFORM,
            f"call:{digest(end_of(key), moment.at)}",
            self._numbers.person(key, element.get("contact_name")),
            moment.at,
            Direction.MUTUAL,
            Kind.CALL,
            lasting(seconds),
            f"phone:{key}",
        )


def lasting(seconds: int) -> str | None:
    """Say how long a call took: "1 h 2 min", "3 min 20 s", "5 s"; None for an unknown time."""
    if seconds <= 0:
        return None
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
