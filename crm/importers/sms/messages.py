"""Text and multimedia messages of a backup.

Types of text messages are those of Android's `Telephony.Sms` (1 received, 2 sent, others never left the
phone), boxes those of `Telephony.Mms`, kinds of addresses those of WAP-230's headers (137 from, 151 to).

The decision to know: two messages equal in person, millisecond and words are one. Phones hold them twice
after a backup was restored twice; so external ids count no repetitions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from crm.domain.records import Direction, InteractionRecord, Kind, Precision, Problem, Record
from crm.importers.kit import chats
from crm.importers.kit.keys import digest, normal_text
from crm.importers.kit.text import clean_value
from crm.importers.kit.times import EARLIEST, Moment, TimeColumn, latest
from crm.importers.sms.numbers import Numbers, end_of, is_robot, split
from crm.importers.sms.times import epoch, line_of

PLATFORM = "sms"
ROBOTS = "messages of senders without a telephone number: shops, banks, services"
UNSENT = "messages that were never sent: drafts and failures"
NOT_FETCHED = "multimedia messages that the phone never downloaded"
TO_SELF = "messages to yourself"

_RECEIVED, _SENT = "1", "2"
_FROM = "137"
_NOTIFICATION = "130"
_MEDIA = {"image": "[photo]", "video": "[video]", "audio": "[audio]"}


class _Message(NamedTuple):
    """A message before it is known whom it is between."""

    moment: Moment
    text: str | None
    is_sent: bool
    name: str | None
    element: etree._Element


class Messages:
    """Reads the messages of one backup file."""

    def __init__(self, where: str, numbers: Numbers, left: Counter[str]) -> None:
        self.times = TimeColumn(where, epoch)
        self._where = where
        self._numbers = numbers
        self._left = left
        self._latest = latest()

    def text_message(self, element: etree._Element) -> Iterator[Record]:
        """Yield what one `sms` element is."""
        kind = element.get("type")
        if kind not in (_RECEIVED, _SENT):
            self._left[UNSENT] += 1
            return
        key = self._numbers.key(element.get("address") or "")
        message = _Message(
            self._moment(element),
            _value(element.get("body")),
            kind == _SENT,
            element.get("contact_name"),
            element,
        )
        if not key or key == "null":
            yield self._problem(element, "does not say with whom it was")
        elif is_robot(key):
            self._left[ROBOTS] += 1
        elif self._numbers.is_own(key):
            self._left[TO_SELF] += 1
        else:
            sender = "me" if message.is_sent else "other"
            words = normal_text(message.text)
            made = f"sms:{digest('sms', end_of(key), message.moment.at, sender, words)}"
            yield self._between_two(made, key, message)

    def multimedia_message(self, element: etree._Element) -> Iterator[Record]:
        """Yield what one `mms` element is: towards everybody in its group."""
        box = element.get("msg_box")
        if box not in (_RECEIVED, _SENT):
            self._left[UNSENT] += 1
            return
        text = _text_of(element)
        if text is None and element.get("m_type") == _NOTIFICATION:
            self._left[NOT_FETCHED] += 1
            return
        message = _Message(self._moment(element), text, box == _SENT, element.get("contact_name"), element)
        sender = self._sender(element)
        if message.is_sent and sender:
            self._numbers.learn_own(sender)
        people = list(dict.fromkeys(self._numbers.key(one) for one in split(element.get("address") or "")))
        others = [key for key in people if not self._numbers.is_own(key)]
        if not others:
            if people:
                self._left[TO_SELF] += 1
            else:
                yield self._problem(element, "does not say with whom it was")
        elif all(is_robot(key) for key in others):
            self._left[ROBOTS] += 1
        elif len(others) == 1:
            yield self._between_two(self._key_of(message, end_of(others[0])), others[0], message)
        else:
            yield from self._in_group(message, sender, others)

    def _between_two(self, made: str, key: str, message: _Message) -> InteractionRecord:
        direction = Direction.OUT if message.is_sent else Direction.IN
        who = self._numbers.person(key, message.name)
        return _act(made, message, f"sms:{key}")._replace(who=who, direction=direction)

    def _in_group(self, message: _Message, sender: str | None, others: list[str]) -> Iterator[Record]:
        thread = ",".join(sorted(others))
        made = self._key_of(message, ",".join(sorted(end_of(key) for key in others)))
        act = _act(made, message, f"sms:{thread}")
        if message.is_sent:
            yield from chats.sent(act, {end_of(key): self._numbers.person(key, None) for key in others})
        elif sender is None or self._numbers.is_own(sender):
            yield self._problem(message.element, "does not say who of its group wrote it")
        else:
            found = chats.received(act, self._numbers.person(sender, None), len(others))
            if found is None:
                self._left[chats.NOT_TO_YOU] += 1
            else:
                yield found

    def _key_of(self, message: _Message, people: str) -> str:
        """Return the external id of a multimedia message, by its own id where it has one."""
        own = _value(message.element.get("m_id"))
        sender = "me" if message.is_sent else "other"
        if own:
            return f"mms:{digest(own, message.moment.at, sender)}"
        return f"mms:{digest(people, message.moment.at, sender, normal_text(message.text))}"

    def _sender(self, element: etree._Element) -> str | None:
        for child in element.iter("addr"):
            if child.get("type") == _FROM:
                address = child.get("address") or ""
                return self._numbers.key(address) or None
        return None

    def _moment(self, element: etree._Element) -> Moment:
        text = element.get("date") or ""
        if text.isascii() and text.isdigit() and len(text) == 13:
            at = int(text) * 1000
            if EARLIEST <= at <= self._latest:
                return Moment(at, Precision.SECOND)
        return self.times.read(text, line_of(element))

    def _problem(self, element: etree._Element, reason: str) -> Problem:
        return Problem(f"{self._where}, line {line_of(element)}", reason)


def _act(made: str, message: _Message, thread: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, made, None, message.moment.at, Direction.OUT, Kind.MESSAGE, message.text, thread, None,
        message.moment.precision,
    )  # fmt: skip


def _value(text: str | None) -> str | None:
    """Return an attribute's value; the application writes `null` for what is not there."""
    if not text or text == "null":
        return None
    return clean_value(text).strip() or None


def _text_of(element: etree._Element) -> str | None:
    """Return the words of a multimedia message, and what else is in it: "[photo]"."""
    words: list[str] = []
    media: list[str] = []
    for part in element.iter("part"):
        kind = (part.get("ct") or "").lower()
        if kind.startswith("text/plain"):
            words.append(_value(part.get("text")) or "")
        else:
            media.append(_MEDIA.get(kind.partition("/")[0], "" if "smil" in kind else "[attachment]"))
    found = [piece for piece in (*words, *dict.fromkeys(media)) if piece]
    return "\n".join(found) or _value(element.get("sub"))
