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

from sqlalchemy import Connection, and_, column, delete, insert, select, values

from crm.db import acts, bulk
from crm.db.acts import Deeds
from crm.db.moments import stored
from crm.db.tables import Id, Moment, contact, interaction, relationship, setting
from crm.domain.cadence import RHYTHM_DAYS_NEEDED, RHYTHM_YEARS, Rules, cadence, rhythm_start
from crm.domain.days import LocalDays
from crm.domain.exchanges import (
    Depth,
    History,
    Mark,
    depth_from,
    history,
    kinds_at_or_above,
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
    floor: Depth


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


def refresh(
    connection: Connection,
    rules: Rules,
    now: datetime,
    contact_ids: Iterable[int],
    *,
    acts_stay: bool = False,
) -> None:
    """Compute the rows of some contacts again; those of contacts that are gone disappear.

    Args:
        connection: where, within the transaction that touched them.
        rules: what the user configured.
        now: the moment.
        contact_ids: any number.
        acts_stay: no interaction was added, changed or removed, identities only changed hands.

    """
    wanted = sorted(set(contact_ids))
    days = LocalDays(rules.zone)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        people = _people(connection, rules, chunk)
        deeds = acts.load(connection, {who.id: who.floor for who in people}, unchanged=acts_stay)
        acts.keep(connection, deeds)
        rows = list(_rows(connection, rules, now, days, people, deeds))
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
        people = _people(connection, rules, chunk)
        deeds = acts.load(connection, {who.id: who.floor for who in people})
        for row in _rows(connection, rules, now, days, people, deeds):
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


def _people(connection: Connection, rules: Rules, ids: Sequence[int]) -> list[_Contact]:
    """Return those of these contacts that exist."""
    columns = ("id", "circle", "cadence_days", "cadence_set_at", "floor")
    query = select(*(contact.c[name] for name in columns)).where(contact.c.id.in_(ids)).order_by(contact.c.id)
    found = []
    for row in connection.execute(query):
        floor = depth_from(row.floor) if row.floor else None
        own = rules.floor if floor is None else floor
        found.append(_Contact(row.id, row.circle, row.cadence_days, row.cadence_set_at, own))
    return found


def _rows(
    connection: Connection,
    rules: Rules,
    now: datetime,
    days: LocalDays,
    people: Sequence[_Contact],
    deeds: Sequence[Deeds],
) -> Iterator[dict[str, Any]]:
    """Yield the state of each of these contacts."""
    marks: dict[int, list[int]] = {who.id: [] for who in people}
    owned: dict[int, list[int]] = {who.id: [] for who in people}
    totals: dict[int, _Totals] = {}
    for one in deeds:
        if not one.interactions:
            continue
        marks[one.contact].extend(one.marks)
        owned[one.contact].append(one.identity)
        totals[one.contact] = _with(totals.get(one.contact, _NO_TOTALS), one)
    window = rules.window // timedelta(microseconds=1)
    pasts = {who.id: history(marks[who.id], window, days) for who in people}
    facts = _facts(connection, people, pasts, owned)
    for who in people:
        yield _row(who, pasts[who.id], totals.get(who.id, _NO_TOTALS), facts, rules, now, days)


def _with(known: _Totals, deeds: Deeds) -> _Totals:
    """Add what came through one identity; of equally late ones the first names the platform."""
    last_at = deeds.last_at
    later = known.platform is None or (last_at is not None and last_at > (known.last_at or 0))
    return _Totals(
        known.interactions + deeds.interactions,
        last_at if later else known.last_at,
        max((at for at in (deeds.own_at, known.own_at) if at is not None), default=None),
        deeds.platform if later else known.platform,
    )


def _facts(
    connection: Connection,
    people: Sequence[_Contact],
    pasts: Mapping[int, History],
    owned: Mapping[int, Sequence[int]],
) -> dict[_Key, _Fact]:
    """Return the acts that the rows speak of, by contact, moment and direction.

    Of several at one moment the one that came in last, whatever the order of the query.
    """
    owners: dict[int, _Contact] = {}
    pairs: list[tuple[int, int]] = []
    for person in people:
        past = pasts[person.id]
        moments = {mark.at for mark in (past.last_act, *(past.last or ())) if mark is not None}
        for key in owned[person.id] if moments else ():
            owners[key] = person
            pairs.extend((key, at) for at in moments)
    counting = {floor: frozenset(kinds_at_or_above(floor)) for floor in {who.floor for who in people}}
    facts: dict[_Key, _Fact] = {}
    columns = ("identity_id", "at", "direction", "kind", "id", "platform", "closed")
    for start in range(0, len(pairs), _PAIRS):
        chunk = pairs[start : start + _PAIRS]
        # `(identity_id, at) IN (...)` would walk through the whole index; joined, each pair is one look
        wanted = values(column("key", Id), column("moment", Moment), name="wanted").data(chunk).cte("wanted")
        query = select(*(interaction.c[name] for name in columns)).join_from(
            wanted,
            interaction,
            and_(interaction.c.identity_id == wanted.c.key, interaction.c.at == wanted.c.moment),
        )
        for key, at, direction, kind, *fact in sorted(bulk.tuples(connection, query), key=itemgetter(4)):
            who = owners[key]
            if kind in counting[who.floor]:
                facts[who.id, at, direction] = _Fact(*fact)
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
