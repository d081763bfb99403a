"""Delivering the digest: once per day and notifier, however often, and by however many, this is called.

The decision to know: a delivery is claimed in the database before it is sent and noted after. Two programs
at once send one; a machine that dies between sending and noting sends the same again, under the same key,
when the claim has run out. A failure is tried again with growing pauses and never keeps others from sending.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from crm.db.moments import moment, stored
from crm.db.store import Store, Work
from crm.db.tables import delivery, setting
from crm.domain.errors import CrmError
from crm.domain.schedule import PAUSES, Schedule, pause_after
from crm.domain.text import clean
from crm.notifiers.protocol import Notice
from crm.services.reminders import Digest, digest

LEASE = timedelta(minutes=5)
"""How long a claim keeps others from sending; longer than any notifier may take."""
_LEASE = LEASE // timedelta(microseconds=1)
_LONGEST_PAUSE = max(PAUSES) * 60_000_000
"""Microseconds; a next try further away than that was noted by a clock that was wrong."""
_FIRED = "remind_fired_at"
_LONGEST_ERROR = 300
_KEPT = timedelta(days=400)

Send = Callable[[Notice], None]
"""Sends one notice; raises a `CrmError` when it cannot."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One configured notifier, as far as delivering needs to know it."""

    name: str
    send: Send
    words: Callable[[Digest], tuple[str, str]]
    """What it may say of a digest: (title, text), with or without names."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one notifier's delivery."""

    notifier: str
    state: str
    """`sent`, `failed`, `already` (today), `waiting` (for the next try), `busy` (another program sends)."""
    error: str | None = None
    hint: str | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How a notifier's last delivery went."""

    notifier: str
    day: date
    state: str
    sent_at: datetime | None
    tries: int
    next_try: datetime | None
    error: str | None


def deliver(store: Store, channels: Sequence[Channel], schedule: Schedule) -> list[Outcome]:
    """Send today's digest with every notifier that has not sent it yet, if it may be sent now.

    Returns:
        What became of each; empty when this is not the time, or there is nothing to say.

    Raises:
        DatabaseError: the database cannot be used.

    """
    day, found = store.write(_begin, schedule)
    if day is None or found is None or found.empty:
        return []
    return [_deliver_one(store, channel, day, found) for channel in channels]


def fired_at(work: Work) -> datetime | None:
    """Return when reminding last ran, whatever came of it; None when it never did."""
    value = work.connection.scalar(select(setting.c.value).where(setting.c.name == _FIRED))
    return None if value is None else moment(int(value))


def last_deliveries(work: Work) -> dict[str, DeliveryView]:
    """Return each notifier's latest delivery, by its name; days that are still to come do not count."""
    tomorrow = (work.rules.day_of(work.now) + timedelta(days=1)).isoformat()
    newest = (
        select(delivery.c.notifier, func.max(delivery.c.day).label("day"))
        .where(delivery.c.day <= tomorrow)
        .group_by(delivery.c.notifier)
        .subquery()
    )
    same = (delivery.c.notifier == newest.c.notifier) & (delivery.c.day == newest.c.day)
    found = {}
    for row in work.connection.execute(select(delivery).join(newest, same).order_by(delivery.c.day)):
        found[row.notifier] = DeliveryView(
            notifier=row.notifier,
            day=date.fromisoformat(row.day),
            state=row.state,
            sent_at=None if row.sent_at is None else moment(row.sent_at),
            tries=row.tries,
            next_try=None if row.next_try_at is None else moment(row.next_try_at),
            error=row.error,
        )
    return found


def _begin(work: Work, schedule: Schedule) -> tuple[date | None, Digest | None]:
    """Note that reminding ran; return the day and what there is to say, if it is the time."""
    work.connection.execute(delete(setting).where(setting.c.name == _FIRED))
    work.connection.execute(insert(setting).values(name=_FIRED, value=str(stored(work.now))))
    oldest = (work.rules.day_of(work.now) - _KEPT).isoformat()
    work.connection.execute(delete(delivery).where(delivery.c.day < oldest))
    day = schedule.day_for(work.now, work.rules.zone)
    return day, digest(work) if day is not None else None


def _deliver_one(store: Store, channel: Channel, day: date, found: Digest) -> Outcome:
    claimed = store.write(_claim, channel.name, day)
    if isinstance(claimed, Outcome):
        return claimed
    title, text = channel.words(found)
    notice = Notice(title, text, f"crm-{day.isoformat()}-{channel.name}", found.first_contact)
    try:
        channel.send(notice)
    except CrmError as error:
        return store.write(_failed, channel.name, day, claimed, error)
    except Exception as error:  # noqa: BLE001 - one notifier's bug must not keep the others from sending
        return store.write(
            _failed, channel.name, day, claimed, CrmError(f"it stumbled: {type(error).__name__}")
        )
    store.write(_sent, channel.name, day, claimed)
    return Outcome(channel.name, "sent")


def _claim(work: Work, name: str, day: date) -> str | Outcome:
    """Take the right to send; return its token, or why not."""
    mine = (delivery.c.notifier == name) & (delivery.c.day == day.isoformat())
    row = work.connection.execute(select(delivery).where(mine)).first()
    now = stored(work.now)
    token = secrets.token_hex(8)
    if row is None:
        work.connection.execute(
            insert(delivery).values(
                notifier=name, day=day.isoformat(), state="sending", token=token, claimed_at=now, tries=0
            )
        )
        return token
    if row.state == "sent":
        return Outcome(name, "already")
    # A claim from the future is of a clock that was set back.
    if row.state == "sending" and 0 <= now - row.claimed_at < _LEASE:
        return Outcome(name, "busy")
    if row.state == "failed" and row.next_try_at is not None and 0 < row.next_try_at - now <= _LONGEST_PAUSE:
        return Outcome(name, "waiting", row.error, None, moment(row.next_try_at))
    work.connection.execute(update(delivery).where(mine).values(state="sending", token=token, claimed_at=now))
    return token


def _sent(work: Work, name: str, day: date, token: str) -> None:
    mine = (delivery.c.notifier == name) & (delivery.c.day == day.isoformat()) & (delivery.c.token == token)
    values = {"state": "sent", "sent_at": stored(work.now), "next_try_at": None, "error": None}
    work.connection.execute(update(delivery).where(mine).values(tries=delivery.c.tries + 1, **values))


def _failed(work: Work, name: str, day: date, token: str, error: CrmError) -> Outcome:
    mine = (delivery.c.notifier == name) & (delivery.c.day == day.isoformat()) & (delivery.c.token == token)
    tries = (work.connection.scalar(select(delivery.c.tries).where(mine)) or 0) + 1
    again = work.now + pause_after(tries)
    said = clean(error.message, limit=_LONGEST_ERROR)
    values = {"state": "failed", "tries": tries, "next_try_at": stored(again), "error": said}
    work.connection.execute(update(delivery).where(mine).values(values))
    return Outcome(name, "failed", said, error.hint, again)
