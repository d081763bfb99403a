"""One row of relationship state per contact, and one of `dialogue` for each of its platforms.

They are refreshed for the touched contacts inside the transaction that touched them, always computed from the
interactions themselves, never by adding to yesterday's answer: so they are right after any order of imports,
deletions and merges, and `differences` can prove it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Delete, Select, bindparam, delete, insert, select

from crm.db import acts, bulk, dialogues
from crm.db.acts import Deeds
from crm.db.dialogues import Row
from crm.db.moments import stored
from crm.db.tables import contact, dialogue, relationship, setting
from crm.domain.cadence import RHYTHM_DAYS_NEEDED, RHYTHM_YEARS, Rules, cadence, rhythm_start
from crm.domain.days import LocalDays
from crm.domain.exchanges import (
    DEPTH_MASK,
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


class _State(NamedTuple):
    relationship: dict[str, Any]
    dialogues: list[Row]


_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_COLUMNS = tuple(relationship.c.keys())
_in_order = itemgetter(*_COLUMNS)
_VERSION = "2|"
"""Of what is stored; a database that was filled by another one is computed again from nothing."""
_latest = [LocalDays(UTC)]
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
    days = _days_in(rules.zone)
    if wanted:
        acts.drop_own(connection)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        people = _people(connection, rules, chunk)
        deeds = (acts.kept if acts_stay else acts.load)(connection, chunk)
        if not acts_stay:
            acts.keep(connection, chunk, deeds)
        states = _states(connection, rules, now, days, people, deeds)
        rows = [_in_order(one.relationship) for one in states]
        for statement in _clearing():
            connection.execute(statement, {"keys": chunk})
        bulk.insert(connection, relationship, _COLUMNS, rows)
        bulk.insert(connection, dialogue, Row._fields, [row for one in states for row in one.dialogues])


def recompute(connection: Connection, rules: Rules, now: datetime) -> None:
    """Compute the rows of all contacts from nothing, and note with which rules."""
    _everybody(connection, rules, now, acts_stay=False)


def follow(connection: Connection, rules: Rules, now: datetime) -> None:
    """Compute the rows of all contacts by other rules; no act has changed."""
    filled = connection.scalar(select(setting.c.value).where(setting.c.name == "rules"))
    same = filled is not None and filled.startswith(_VERSION)
    _everybody(connection, rules, now, acts_stay=same)


def _everybody(connection: Connection, rules: Rules, now: datetime, *, acts_stay: bool) -> None:
    refresh(connection, rules, now, connection.scalars(select(contact.c.id)), acts_stay=acts_stay)
    for table in (relationship, dialogue):
        connection.execute(delete(table).where(table.c.contact_id.not_in(select(contact.c.id))))
    connection.execute(delete(setting).where(setting.c.name == "rules"))
    connection.execute(insert(setting).values(name="rules", value=fingerprint(rules)))


def is_current(connection: Connection, rules: Rules) -> bool:
    """Say whether the stored rows were computed with these rules."""
    value = connection.scalar(select(setting.c.value).where(setting.c.name == "rules"))
    return bool(value == fingerprint(rules))


def differences(connection: Connection, rules: Rules, now: datetime) -> list[int]:
    """Return the contacts of whom something stored differs from a computation from nothing."""
    wrong = []
    days = _days_in(rules.zone)
    everyone = list(connection.scalars(select(contact.c.id).order_by(contact.c.id)))
    for start in range(0, len(everyone), _CHUNK):
        chunk = everyone[start : start + _CHUNK]
        query = select(relationship).where(relationship.c.contact_id.in_(chunk))
        found = {row["contact_id"]: dict(row) for row in connection.execute(query).mappings()}
        spoken = dialogues.stored(connection, chunk)
        deeds = acts.load(connection, chunk)
        packs = acts.stored(connection, chunk)
        unlike = {one.contact for one in deeds if packs.get(one.identity, {}) != one.packs}
        people = _people(connection, rules, chunk)
        for one in _states(connection, rules, now, days, people, deeds):
            who = one.relationship["contact_id"]
            kept = found.get(who)
            if (
                kept is None
                or _without_rhythm(kept) != _without_rhythm(one.relationship)
                or spoken[who] != {row.platform: row for row in one.dialogues}
                or who in unlike
            ):
                wrong.append(who)
    return wrong


def _without_rhythm(row: Mapping[str, Any]) -> dict[str, Any]:
    # these move with the clock, not with the interactions
    moving = ("rhythm_from", "rhythm_until", "cadence_days", "cadence_from", "due_at")
    return {key: value for key, value in row.items() if key not in moving}


def fingerprint(rules: Rules) -> str:
    """Return what the stored rows depend on, besides the interactions."""
    offsets = [datetime(2024, month, 1, tzinfo=rules.zone).utcoffset() for month in (1, 7)]
    circles = ",".join(f"{name}={days}" for name, days in rules.circles.items())
    return f"{_VERSION}{rules.window.days}|{rules.floor.word}|{circles}|{rules.zone}|{offsets}"


def days_of(packed: bytes) -> array[int]:
    """Return the exchange days of a row as ordinals, ascending."""
    days = array("i")
    days.frombytes(packed)
    return days


def _people(connection: Connection, rules: Rules, ids: Sequence[int]) -> list[_Contact]:
    """Return those of these contacts that exist."""
    found = []
    for row in connection.execute(_asking_people(), {"keys": ids}):
        floor = depth_from(row.floor) if row.floor else None
        own = rules.floor if floor is None else floor
        found.append(_Contact(row.id, row.circle, row.cadence_days, row.cadence_set_at, own))
    return found


@cache
def _asking_people() -> Select[Any]:
    columns = ("id", "circle", "cadence_days", "cadence_set_at", "floor")
    query = select(*(contact.c[name] for name in columns))
    return query.where(contact.c.id.in_(_KEYS)).order_by(contact.c.id)


def _days_in(zone: tzinfo) -> LocalDays:
    """Return the calendar of a zone; to learn it anew is half of the work after one act.

    The latest is kept, by identity: the system's own zone cannot be the key of a cache.
    """
    known = _latest[0]
    if known.zone is not zone:
        _latest[0] = known = LocalDays(zone)
    return known


@cache
def _clearing() -> tuple[Delete, ...]:
    return tuple(delete(table).where(table.c.contact_id.in_(_KEYS)) for table in (relationship, dialogue))


def _states(
    connection: Connection,
    rules: Rules,
    now: datetime,
    days: LocalDays,
    people: Sequence[_Contact],
    deeds: Sequence[Deeds],
) -> list[_State]:
    """Return the state of each of these contacts."""
    owned: dict[int, list[Deeds]] = {who.id: [] for who in people}
    for one in deeds:
        if one.packs:
            owned[one.contact].append(one)
    window = rules.window // timedelta(microseconds=1)
    pasts: dict[int, History] = {}
    rows: dict[int, list[Row]] = {}
    for who in people:
        places = _places(owned[who.id])
        bits = (len(places) - 1).bit_length() if places else 0
        pasts[who.id] = past = history(_marks(places, who.floor, bits), window, days, bits)
        rows[who.id] = [
            dialogues.row(who.id, platform, parts, past.dialogues.get(number), days)
            for number, (platform, parts) in enumerate(places.items())
        ]
    facts = _facts(connection, people, pasts, owned)
    silent: dict[tuple[object, ...], dict[str, Any]] = {}
    """The rows of those with whom nothing has happened: alike but for whose they are."""
    found = []
    for who in people:
        if owned[who.id]:
            row = _row(who, pasts[who.id], _totals(owned[who.id]), facts, rules, now, days)
        else:
            alike = who[1:]
            if alike not in silent:
                silent[alike] = _row(who, pasts[who.id], _NO_TOTALS, facts, rules, now, days)
            row = {**silent[alike], "contact_id": who.id}
        found.append(_State(row, rows[who.id]))
    return found


def _places(owned: Sequence[Deeds]) -> dict[str, list[array[int]]]:
    """Return a contact's acts of known time by platform, in the order of the platforms' names."""
    found: dict[str, list[array[int]]] = {}
    for one in owned:
        for platform, pack in one.packs.items():
            if pack.acts:
                found.setdefault(platform, []).append(pack.acts)
    return dict(sorted(found.items()))


def _marks(places: Mapping[str, Sequence[array[int]]], floor: Depth, bits: int) -> list[int]:
    """Return the counting acts with the numbers of their platforms, as `history` takes them."""
    least = int(floor)
    return [
        act << bits | place
        for place, parts in enumerate(places.values())
        for part in parts
        for act in part
        if act & DEPTH_MASK >= least
    ]


def _totals(owned: Sequence[Deeds]) -> _Totals:
    totals = _NO_TOTALS
    for one in owned:
        totals = _with(totals, one)
    return totals


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
    owned: Mapping[int, Sequence[Deeds]],
) -> dict[_Key, _Fact]:
    """Return the acts that the rows speak of, by contact, moment and direction.

    Of several at one moment the one that came in last, whatever the order of the query.
    """
    owners: dict[int, _Contact] = {}
    pairs: list[tuple[int, int]] = []
    for person in people:
        past = pasts[person.id]
        moments = {mark.at for mark in (past.last_act, *(past.last or ())) if mark is not None}
        for one in owned[person.id] if moments else ():
            owners[one.identity] = person
            pairs.extend((one.identity, at) for at in moments if one.has(at))
    if not pairs:
        return {}
    counting = {floor: frozenset(kinds_at_or_above(floor)) for floor in {who.floor for who in people}}
    facts: dict[_Key, _Fact] = {}
    # `(identity_id, at) IN (...)` would walk through the whole index; joined, each pair is one look. Some
    # thousand parameters would take longer to prepare than to look up, so the numbers are in the text.
    told = ", ".join(f"({key}, {at})" for key, at in pairs)
    found = connection.exec_driver_sql(
        f"WITH wanted (its_identity, moment) AS (VALUES {told}) "  # noqa: S608 - whole numbers
        "SELECT one.identity_id, one.at, one.direction, one.kind, one.id, one.platform, one.closed "
        "FROM wanted JOIN interaction AS one "
        "ON one.identity_id = wanted.its_identity AND one.at = wanted.moment"
    ).fetchall()
    for key, at, direction, kind, number, platform, closed in sorted(found, key=itemgetter(4)):
        who = owners[key]
        if kind in counting[who.floor]:
            facts[who.id, at, direction] = _Fact(number, platform, bool(closed))
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
