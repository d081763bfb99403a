"""What every record must be, whatever export it came from: storable, dated believably, of a known kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crm.domain.platforms import PLATFORMS
from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PartialDate,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.times import DAY, EARLIEST, latest

_INT64 = 1 << 63
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_OWN_PLATFORM = re.compile("[^A-Z:/]{1,80}")
"""Tables may name platforms that crm does not know (`handles.parse_reference`)."""
_LONGEST_REASON = 4000


def wrong_with(record: Record) -> str | None:
    """Return what is wrong with a record, None where nothing is."""
    name = type(record).__name__
    for reason in _reasons(record):
        return f"{name}: {reason}"
    return None


def _reasons(record: Record) -> Iterator[str]:
    yield from (reason for value in _values(record) if (reason := _unstorable(value)))
    for who in _identities(record):
        yield from _about_identity(who)
    if isinstance(record, InteractionRecord | PostRecord):
        yield from _about_act(record)
    elif isinstance(record, ContactRecord):
        yield from _about_day(record.birthday)
        yield from _about_day(record.anniversary)
        if not record.identities and not record.name and not record.vcard:
            yield "it is nobody"
    elif isinstance(record, CoverageRecord):
        yield from _about_coverage(record)
    elif isinstance(record, Left):
        if not record.what.strip() or record.number < 0:
            yield f"a count that makes no sense: {record!r}"
    elif isinstance(record, Problem):
        if not record.where.strip() or not record.reason.strip():
            yield f"it says nothing: {record!r}"
        elif len(record.where) + len(record.reason) > _LONGEST_REASON:
            yield f"it is {len(record.reason)} characters long: {record.where[:50]}: {record.reason[:100]!r}"
    elif not isinstance(record, SelfRecord):
        yield "there are no such records"


def _about_act(record: InteractionRecord | PostRecord) -> Iterator[str]:
    if record.platform not in PLATFORMS:
        yield f"platform {record.platform!r}"
    if not isinstance(record.external_id, str) or not record.external_id:
        yield f"key {record.external_id!r}"
    if type(record.precision) is not Precision or (record.at is None) != (
        record.precision is Precision.UNKNOWN
    ):
        yield f"time {record.at!r} with precision {record.precision!r}"
    if record.at is not None and not _believable(record.at):
        yield f"time {record.at!r}"
    elif record.at is not None and record.precision is Precision.DAY and record.at % DAY:
        yield f"a day that begins at {record.at % DAY}"
    if isinstance(record, InteractionRecord):
        if type(record.direction) is not Direction or type(record.kind) is not Kind:
            yield f"direction {record.direction!r}, kind {record.kind!r}"
        if record.who is not None and not isinstance(record.who, IdentityRef):
            yield f"somebody who is {type(record.who).__name__}"


def _about_identity(who: IdentityRef) -> Iterator[str]:
    if who.platform not in PLATFORMS and not _OWN_PLATFORM.fullmatch(who.platform):
        yield f"platform {who.platform!r}"
    if not who.handle and not who.external_id:
        yield f"an identity without handle and id: {who!r}"[:200]
    for value in who:
        if value is not None and not isinstance(value, str):
            yield f"an identity with a {type(value).__name__}"


def _about_day(day: PartialDate | None) -> Iterator[str]:
    if day is None:
        return
    if not (1 <= day.month <= 12 and 1 <= day.day <= _DAYS[day.month - 1]):
        yield f"day {day!r}"
    elif day.year is not None and not 1 <= day.year <= 9999:
        yield f"year {day!r}"


def _about_coverage(record: CoverageRecord) -> Iterator[str]:
    for at in (record.since, record.until):
        if at is not None and not _believable(at):
            yield f"covers {at!r}"


def _believable(at: Any) -> bool:
    return type(at) is int and EARLIEST - DAY <= at <= latest() + DAY


def _unstorable(value: Any) -> str | None:
    if isinstance(value, str):
        if "\x00" in value:
            return f"NUL in {value[:60]!r}"
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            return f"half a character in {value[:60]!r}"
    elif isinstance(value, int) and not -_INT64 <= value < _INT64:
        return "a number beyond 64 bits"
    elif not isinstance(value, int | None):
        return f"a value that is a {type(value).__name__}"
    return None


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    else:
        yield value


def _identities(record: Record) -> tuple[IdentityRef, ...]:
    if isinstance(record, ContactRecord | SelfRecord):
        return record.identities
    if isinstance(record, InteractionRecord) and isinstance(record.who, IdentityRef):
        return (record.who,)
    return ()
