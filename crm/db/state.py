"""One row of relationship state per contact, computed from its interactions.

The rows are refreshed for the touched contacts inside the transaction that touched them, always from the
interactions themselves, never by adding to yesterday's answer: so they are right after any order of imports,
deletions and merges, and `differences` can prove it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, insert, select, tuple_
from sqlalchemy.sql import Select

from crm.db import bulk
from crm.db.moments import stored
from crm.db.tables import contact, identity, interaction, relationship, setting
from crm.domain.cadence import RHYTHM_DAYS_NEEDED, RHYTHM_YEARS, Rules, cadence, rhythm_start
from crm.domain.days import LocalDays
from crm.domain.exchanges import (
    MARK_BITS,
    Depth,
    History,
    Mark,
    depth_from,
    history,
    kinds_at_or_above,
    packed,
)

_DAY = 86_400_000_000
_CHUNK = 900
"""Contacts per query: below SQLite's oldest limit of 999 parameters."""
_PAIRS = 450


class _Contact(NamedTuple):
    id: int
    circle: str | None
    cadence_days: int | None
    cadence_set_at: int | None


class _Totals(NamedTuple):
    interactions: int
    last_at: int | None
    own_at: int | None
    platform: str | None


_Key = tuple[int, int, str]
"""Contact, moment, direction."""


class _Fact(NamedTuple):
    """What a row says of one act."""

    id: int
    platform: str
    closed: bool


_NO_TOTALS = _Totals(0, None, None, None)


def refresh(connection: Connection, rules: Rules, now: datetime, contact_ids: Iterable[int]) -> None:
    """Compute the rows of some contacts again; those of contacts that are gone disappear."""
    wanted = sorted(set(contact_ids))
    days = LocalDays(rules.zone)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows = list(_rows(connection, rules, now, days, chunk))
        connection.execute(delete(relationship).where(relationship.c.contact_id.in_(chunk)))
        columns = tuple(relationship.c.keys())
        bulk.insert(connection, relationship, columns, [tuple(row[name] for name in columns) for row in rows])


def recompute(connection: Connection, rules: Rules, now: datetime) -> None:
    """Compute the rows of all contacts from nothing, and note with which rules."""
    refresh(connection, rules, now, connection.scalars(select(contact.c.id)))
    known = select(contact.c.id)
    connection.execute(delete(relationship).where(relationship.c.contact_id.not_in(known)))
    connection.execute(delete(setting).where(setting.c.name == "rules"))
    connection.execute(insert(setting).values(name="rules", value=fingerprint(rules)))


def is_current(connection: Connection, rules: Rules) -> bool:
    """Say whether the stored rows were computed with these rules."""
    value = connection.scalar(select(setting.c.value).where(setting.c.name == "rules"))
    return bool(value == fingerprint(rules))


def differences(connection: Connection, rules: Rules, now: datetime) -> list[int]:
    """Return the contacts whose stored row differs from a computation from nothing."""
    wrong = []
    days = LocalDays(rules.zone)
    everyone = list(connection.scalars(select(contact.c.id).order_by(contact.c.id)))
    for start in range(0, len(everyone), _CHUNK):
        chunk = everyone[start : start + _CHUNK]
        query = select(relationship).where(relationship.c.contact_id.in_(chunk))
        found = {row["contact_id"]: dict(row) for row in connection.execute(query).mappings()}
        for row in _rows(connection, rules, now, days, chunk):
            kept = found.get(row["contact_id"])
            if kept is None or _without_rhythm(kept) != _without_rhythm(row):
                wrong.append(row["contact_id"])
    return wrong


def _without_rhythm(row: Mapping[str, Any]) -> dict[str, Any]:
    # these move with the clock, not with the interactions
    moving = ("rhythm_from", "rhythm_until", "cadence_days", "cadence_from", "due_at")
    return {key: value for key, value in row.items() if key not in moving}


def fingerprint(rules: Rules) -> str:
    """Return what the stored rows depend on, besides the interactions."""
    offsets = [datetime(2024, month, 1, tzinfo=rules.zone).utcoffset() for month in (1, 7)]
    circles = ",".join(f"{name}={days}" for name, days in rules.circles.items())
    return f"1|{rules.window.days}|{rules.floor.word}|{circles}|{rules.zone}|{offsets}"


def days_of(packed: bytes) -> array[int]:
    """Return the exchange days of a row as ordinals, ascending."""
    days = array("i")
    days.frombytes(packed)
    return days


def _rows(
    connection: Connection, rules: Rules, now: datetime, days: LocalDays, ids: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield the state of each of these contacts."""
    people = connection.execute(
        select(
            contact.c.id, contact.c.circle, contact.c.cadence_days, contact.c.cadence_set_at, contact.c.floor
        )
        .where(contact.c.id.in_(ids))
        .order_by(contact.c.id)
    ).all()
    by_floor: dict[Depth, list[int]] = {}
    floors: dict[int, Depth] = {}
    for person in people:
        floor = depth_from(person.floor) if person.floor else None
        floors[person.id] = rules.floor if floor is None else floor
        by_floor.setdefault(floors[person.id], []).append(person.id)
    acts: dict[int, list[int]] = {}
    for floor, members in by_floor.items():
        acts.update(_acts(connection, floor, members))
    totals = _totals(connection, ids)
    window = rules.window // timedelta(microseconds=1)
    histories = {person.id: history(acts.get(person.id, ()), window, days) for person in people}
    facts = _facts(connection, histories, floors)
    for person in people:
        who = _Contact(person.id, person.circle, person.cadence_days, person.cadence_set_at)
        past = histories[person.id]
        yield _row(who, past, totals.get(person.id, _NO_TOTALS), facts, rules, now, days)


def _acts(connection: Connection, floor: Depth, ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the counting acts of known time of each contact, as packed marks (`domain.exchanges`)."""
    code = case(
        *((interaction.c.direction == word, packed(0, word)) for word in ("in", "out")),
        else_=packed(0, "mutual"),
    )
    day_only = case((interaction.c.precision == "day", 1), else_=0)
    mark = interaction.c.at * (1 << MARK_BITS) + code + day_only
    query = (
        select(identity.c.contact_id, mark)
        .join_from(identity, interaction, interaction.c.identity_id == identity.c.id)
        .where(
            identity.c.contact_id.in_(ids),
            interaction.c.at.is_not(None),
            interaction.c.kind.in_(kinds_at_or_above(floor)),
        )
    )
    acts: dict[int, list[int]] = {key: [] for key in ids}
    for key, one in bulk.tuples(connection, query):
        acts[key].append(one)
    return acts


def _totals(connection: Connection, ids: Sequence[int]) -> dict[int, _Totals]:
    """Return how many interactions each contact has, when the last were, and the platform of the latest."""
    own = case((interaction.c.direction.in_(("out", "mutual")), interaction.c.at))
    query: Select[Any] = (
        select(
            identity.c.contact_id,
            identity.c.platform,
            func.count(),
            func.max(interaction.c.at),
            func.max(own),
        )
        .join_from(identity, interaction, interaction.c.identity_id == identity.c.id)
        .where(identity.c.contact_id.in_(ids))
        .group_by(identity.c.id, identity.c.contact_id, identity.c.platform)
        .order_by(identity.c.id)
    )
    totals: dict[int, _Totals] = {}
    for who, platform, number, last_at, own_at in bulk.tuples(connection, query):
        known = totals.get(who, _NO_TOTALS)
        later = known.platform is None or (last_at is not None and last_at > (known.last_at or 0))
        totals[who] = _Totals(
            known.interactions + number,
            last_at if later else known.last_at,
            max((at for at in (own_at, known.own_at) if at is not None), default=None),
            platform if later else known.platform,
        )
    return totals


def _facts(
    connection: Connection, histories: Mapping[int, History], floors: Mapping[int, Depth]
) -> dict[_Key, _Fact]:
    """Return the acts that the rows speak of, by contact, moment and direction.

    Of several at one moment the one that came in last, whatever the order of the query.
    """
    owners: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    of = select(identity.c.id, identity.c.contact_id).where(identity.c.contact_id.in_(list(histories)))
    for key, who in bulk.tuples(connection, of):
        owners[key] = who
        past = histories[who]
        marks = (past.last_act, *(past.last or ()))
        pairs.extend((key, at) for at in {mark.at for mark in marks if mark is not None})
    counting = {floor: frozenset(kinds_at_or_above(floor)) for floor in set(floors.values())}
    facts: dict[_Key, _Fact] = {}
    columns = ("identity_id", "at", "direction", "kind", "id", "platform", "closed")
    for start in range(0, len(pairs), _PAIRS):
        chunk = pairs[start : start + _PAIRS]
        query = select(*(interaction.c[name] for name in columns)).where(
            tuple_(interaction.c.identity_id, interaction.c.at).in_(chunk)
        )
        for key, at, direction, kind, *fact in sorted(bulk.tuples(connection, query), key=itemgetter(4)):
            who = owners[key]
            if kind in counting[floors[who]]:
                facts[who, at, direction] = _Fact(*fact)
    return facts


def _row(
    who: _Contact,
    past: History,
    totals: _Totals,
    facts: Mapping[_Key, _Fact],
    rules: Rules,
    now: datetime,
    days: LocalDays,
) -> dict[str, Any]:
    act = _found(facts, who.id, past.last_act)
    completing = _found(facts, who.id, past.last.completing if past.last else None)
    partner = _found(facts, who.id, past.last.partner if past.last else None)
    owed = past.last_act is not None and past.last_act.direction == "in" and not (act and act.closed)
    spoken = completing or act
    last_act_at = past.last_act.at if past.last_act else None
    last_exchange_at = past.last.completing.at if past.last else None
    return {
        "contact_id": who.id,
        "interactions": totals.interactions,
        "last_interaction_at": totals.last_at,
        "last_own_at": totals.own_at,
        "last_act_at": last_act_at,
        "last_act_id": act.id if act else None,
        "turn": past.turn.value,
        "owed_since": last_act_at if owed else None,
        "unanswered": past.unanswered,
        "first_exchange_at": past.first.completing.at if past.first else None,
        "last_exchange_at": last_exchange_at,
        "completing_id": completing.id if completing else None,
        "partner_id": partner.id if partner else None,
        "exchange_days": len(past.days),
        "days": array("i", past.days).tobytes(),
        "usual_platform": spoken.platform if spoken else totals.platform,
        **_due(who, past.days, last_exchange_at, rules, now, days),
    }


def _found(facts: Mapping[_Key, _Fact], who: int, mark: Mark | None) -> _Fact | None:
    return None if mark is None else facts[who, mark.at, mark.direction]


def _due(
    who: _Contact,
    exchange_days: Sequence[int],
    last_exchange_at: int | None,
    rules: Rules,
    now: datetime,
    days: LocalDays,
) -> dict[str, Any]:
    """Return the cadence that applies now, how long it stays so, and when the contact is due."""
    today = rules.day_of(now)
    applies = cadence(who.cadence_days, who.circle, exchange_days, today, rules.circles)
    set_here = applies.source in ("own", "circle")
    start = max((t for t in (last_exchange_at, who.cadence_set_at if set_here else None) if t), default=None)
    due = start + applies.days * _DAY if start is not None and applies.days else None
    rhythm_until = None if set_here else _rhythm_until(exchange_days, today, days)
    return {
        "cadence_days": applies.days,
        "cadence_from": applies.source.value,
        "rhythm_from": stored(now) if not set_here and len(exchange_days) >= RHYTHM_DAYS_NEEDED else None,
        "rhythm_until": rhythm_until,
        "clock_start": start,
        "due_at": due,
    }


def _rhythm_until(exchange_days: Sequence[int], today: date, days: LocalDays) -> int | None:
    """Return when the oldest day of the rhythm leaves the three years, so that it must be found anew."""
    first = rhythm_start(today).toordinal()
    oldest = next((day for day in exchange_days if day >= first), None)
    if oldest is None or len(exchange_days) < RHYTHM_DAYS_NEEDED:
        return None
    leaves = date.fromordinal(oldest)
    try:
        leaves = leaves.replace(year=leaves.year + RHYTHM_YEARS)
    except ValueError:  # 29 February
        leaves = leaves.replace(year=leaves.year + RHYTHM_YEARS, day=28)
    return days.start(leaves.toordinal() + 1)
