"""SMS Backup & Restore (Android): its backups of text messages and of the call log.

The decision to know: an SMS is sent to a telephone number, so people are identities of the platform `phone`,
the same ones an address book and other messengers have; only the acts are of `sms`, calls of `phone`.

Attributes and their values: the application's own page "Fields in XML backup files" (synctech.com.au).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.records import IdentityRef, Left, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.xmlstream import root_of, stream_elements
from crm.importers.sms.calls import Calls
from crm.importers.sms.messages import Messages
from crm.importers.sms.numbers import Numbers, survey

_ROOTS = frozenset(("smses", "calls"))
_ROWS = ("sms", "mms", "call")


class Importer:
    """Reads backups of SMS Backup & Restore; see `crm.importers.kit.protocol`."""

    name = "sms"
    title = "SMS Backup & Restore"
    platforms: tuple[str, ...] = ("sms", "phone")
    how_to_get = (
        "Android: in the app SMS Backup & Restore choose Set up a backup, with messages and call logs, then "
        "copy sms-....xml and calls-....xml from where it saved them"
    )
    page = ""
    reads = "text messages and multimedia messages, in groups too, and calls that were answered"
    cannot_show = "messages of RCS chats that the backup app leaves out, and anything deleted on the phone"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this holds backups of messages or calls."""
        return bool(_backups(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every message and call.

        Raises:
            ExportError: a backup is damaged or cut off, after what could be read of it.

        """
        backups = _backups(export)
        numbers = Numbers(owner)
        for name in backups:
            with export.open(name) as stream:
                survey(stream, numbers)
        left: Counter[str] = Counter()
        for name in backups:
            yield from _read(export, name, numbers, left)
        if numbers.own:
            yield SelfRecord(tuple(IdentityRef("phone", number) for number in sorted(numbers.own)))
        yield from (Left(what, number) for what, number in left.items())


def _backups(export: Export) -> list[str]:
    found = []
    for name in export.find("*.xml"):
        root = root_of(export.peek(name))
        if root is not None and root.name in _ROOTS:
            found.append(name)
    return found


def _read(export: Export, name: str, numbers: Numbers, left: Counter[str]) -> Iterator[Record]:
    messages, calls = Messages(name, numbers, left), Calls(name, numbers, left)
    with export.open(name) as stream:
        for row, element in stream_elements(stream, _ROWS, name):
            if row == "call":
                yield from calls.records(element)
            elif row == "sms":
                yield from messages.text_message(element)
            else:
                yield from messages.multimedia_message(element)
    for problem in (messages.times.problem(), calls.times.problem()):
        if isinstance(problem, Problem):
            yield problem
