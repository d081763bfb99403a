"""Exports whose form nobody has published: of their JSON, only what names itself is kept.

The decision to know: nothing is guessed. A message must say who sent it, to whom, and what; a person must
stand in a list that is called one of followers, friends or the like. The rest is told as not understood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    Problem,
    Record,
)
from crm.domain.text import folded
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document, stream_array
from crm.importers.kit.keys import Keys, normal_text
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.tables import normal_name
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import ANY_NOTATION, UNKNOWN, Moment, TimeColumn

_SHOWN = 200
_DATES = (
    "date",
    "sent at",
    "date sent",
    "sent",
    "created at",
    "date created",
    "created",
    "timestamp",
    "time",
)
_SENDERS = ("from", "sender", "from user", "from name", "sender name", "from user name", "sender username")
_RECIPIENTS = ("to", "recipient", "to user", "to name", "recipient name", "receiver", "to user name")
_TEXTS = ("message", "body", "text", "content", "message body", "message text")
_NAMES = ("name", "display name", "full name", "friend name", "friend", "user", "user name", "username")
_HANDLES = frozenset(("user name", "username", "from user name", "sender username", "to user name"))
_SECTIONS = re.compile(r"(follower)|(following|followed|followee)|(friend)", re.IGNORECASE)
_DEEPEST = 3
_MOST_CHOICES = 12


class _Message(NamedTuple):
    sender: str
    recipient: str
    text: str
    time: str
    where: str


class _Row(NamedTuple):
    section: str
    where: str
    values: dict[str, str]


def read_unconfirmed(export: Export, names: list[str], platform: str, owner: Owner) -> Iterator[Record]:
    """Yield messages and people of JSON files, and a `Problem` for each list that is not understood.

    Args:
        export: where they are.
        names: the files.
        platform: whose export it is.
        owner: names of the user, who may be on either side of a message.

    Raises:
        QuestionError: there are messages, and it is not known which of those who write is the user.

    """
    messages: list[_Message] = []
    unknown: Counter[str] = Counter()
    seen: set[str] = set()
    times = TimeColumn(", ".join(names[:1]), *ANY_NOTATION)
    for name in names:
        for row in _rows(export, name):
            if isinstance(row, Problem):
                yield row
                continue
            message = _message(row)
            if message is not None:
                messages.append(message)
                continue
            people = list(_person(row, platform, times))
            unknown[row.section] += not people
            for person in people:
                key = person.external_id if isinstance(person, InteractionRecord) else ""
                if not key or key not in seen:
                    seen.add(key)
                    yield person
    yield from _acts(messages, platform, owner, times)
    if (problem := times.problem()) is not None:
        yield problem
    for section, count in sorted(unknown.items()):
        if count:
            entries = "1 entry is" if count == 1 else f"{count:,} entries are"
            yield Problem(
                section[:_SHOWN], f"{entries} not understood: the form of this file is not known yet"
            )


def _rows(export: Export, name: str) -> Iterator[_Row | Problem]:
    if export.peek(name).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
        for number, item in enumerate(stream_array(export.open(name), dict[str, Any], name)):
            yield item if isinstance(item, Problem) else _Row(name, f"{name}[{number}]", _flat(item))
        return
    try:
        document = read_document(export.open(name), dict[str, Any], name)
    except ExportError as error:
        yield Problem(name, error.message)
        return
    yield from _lists(document, name, 0)


def _lists(document: dict[str, Any], where: str, depth: int) -> Iterator[_Row]:
    """Yield the elements of every list of objects in a document."""
    for key, value in document.items():
        place = f"{where}:{clean_value(key)}"
        if isinstance(value, list):
            items = [item for item in value if isinstance(item, dict)]
            yield from (_Row(place, f"{place}[{n}]", _flat(item)) for n, item in enumerate(items))
        elif isinstance(value, dict) and depth < _DEEPEST:
            yield from _lists(value, place, depth + 1)


def _flat(item: dict[str, Any]) -> dict[str, str]:
    """Return the texts and numbers of an object by normalised key; those one level below by both keys."""
    found: dict[str, str] = {}
    for key, value in item.items():
        name = normal_name(clean_value(str(key)))
        if isinstance(value, dict):
            for inner, below in value.items():
                if isinstance(below, str | int):
                    found.setdefault(f"{name} {normal_name(str(inner))}", clean_id(below) or "")
        elif isinstance(value, str | int):
            found.setdefault(name, clean_id(value) or "")
    return found


def _first(values: dict[str, str], keys: tuple[str, ...]) -> tuple[str, str]:
    """Return the first key that has a value, and the value."""
    return next(((key, values[key]) for key in keys if values.get(key)), ("", ""))


def _message(row: _Row) -> _Message | None:
    sender, recipient = _first(row.values, _SENDERS)[1], _first(row.values, _RECIPIENTS)[1]
    text, time = _first(row.values, _TEXTS)[1], _first(row.values, _DATES)[1]
    if not (sender and recipient and text and time):
        return None
    return _Message(
        " ".join(sender.split()), " ".join(recipient.split()), html_to_text(text), time, row.where
    )


def _person(row: _Row, platform: str, times: TimeColumn) -> Iterator[Record]:
    match = _SECTIONS.search(row.section.rpartition("/")[2])
    key, name = _first(row.values, _NAMES)
    if match is None or not name:
        return
    handle = _first(row.values, tuple(_HANDLES))[1] if not key or key not in _HANDLES else name
    shown = None if key in _HANDLES else " ".join(name.split())
    who = _identity(platform, shown, handle or None)
    if match[3] or not (match[1] or match[2]):
        yield ContactRecord((who,), shown)
        return
    moment = _read(_first(row.values, _DATES)[1], times)
    direction = Direction.IN if match[1] else Direction.OUT
    subject = who.external_id or normal_text(who.handle).casefold()
    yield InteractionRecord(
        platform,
        f"follow:{direction.value}:{subject}",
        who,
        moment.at,
        direction,
        Kind.FOLLOW,
        precision=moment.precision,
        zone_assumed=moment.assumed,
    )


def _identity(platform: str, name: str | None, handle: str | None = None) -> IdentityRef:
    if handle:
        return IdentityRef(platform, handle, name=name)
    return IdentityRef(platform, external_id=f"name:{normal_text(name).casefold()}", name=name)


def _acts(messages: list[_Message], platform: str, owner: Owner, times: TimeColumn) -> Iterator[Record]:
    if not messages:
        return
    me = _me(messages, owner)
    keys = Keys()
    for message in messages:
        out = folded(message.sender) in me
        if out == (folded(message.recipient) in me):
            yield Problem(message.where, "is a message that is neither by you nor to you")
            continue
        other = message.recipient if out else message.sender
        moment = _read(message.time, times)
        thread = normal_text(other).casefold()
        yield InteractionRecord(
            platform,
            keys.make("message", thread, moment.at, "me" if out else "other", message.text),
            _identity(platform, other),
            moment.at,
            Direction.OUT if out else Direction.IN,
            Kind.MESSAGE,
            message.text or None,
            f"{platform}:name:{thread}",
            None,
            moment.precision,
            moment.assumed,
        )


def _me(messages: list[_Message], owner: Owner) -> set[str]:
    """Return the names of the user in messages: those that are known, else the one who is in all of them.

    Raises:
        QuestionError: it is none or more than one.

    """
    people = Counter(folded(name) for message in messages for name in {message.sender, message.recipient})
    known = {folded(name) for name in (*owner.names, owner.stated or "") if name}
    found = known & set(people)
    if found:
        return found
    everywhere = {name for name, count in people.items() if count == len(messages)}
    if len(everywhere) == 1 and len(messages) > 1 and not owner.stated:
        return everywhere
    written = {folded(name): name for message in messages for name in (message.sender, message.recipient)}
    choices = tuple(
        (written[name], f"you are {written[name]}, who is in {count} of {len(messages)} messages")
        for name, count in people.most_common(_MOST_CHOICES)
    )
    raise QuestionError(
        "it is not known who of those in the messages is you", "say it with --as and your name", "as", choices
    )


def _read(written: str, times: TimeColumn) -> Moment:
    return times.read(written, 1) if written else UNKNOWN
