"""Whether reminders arrive: when reminding last ran, how each notifier fares, and what to worry about.

Silence would look the same as having nothing to say, so Today and `crm doctor` show every worry. Only the
database that the timer looks at is spoken of: the configuration is one for all, but nobody reminds of others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from crm import paths
from crm.config import Config
from crm.db.moments import moment, stored
from crm.db.store import Store, Work
from crm.db.tables import delivery
from crm.domain.database_names import without_password
from crm.domain.dates import ago, short_day
from crm.domain.schedule import Schedule
from crm.services import notifying, timing
from crm.services.notifying import DeliveryView
from crm.services.timing import Installed
from crm.services.views import Finding

LONGEST_PAUSE = timedelta(hours=26)
"""Without a run; a timer fires every hour, and a day may pass with the machine switched off."""
_LATE = timedelta(hours=2)
"""After the moment of a digest before its missing is worth a word: machines need time to wake up."""
_FAILING_DAYS = 2
_LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class NotifierHealth:
    """How one configured notifier fares."""

    name: str
    kind: str
    enabled: bool
    last: DeliveryView | None
    """The latest delivery, also one that failed; its `next_try` says when it goes on."""
    delivered_at: datetime | None
    """When something last got through, UTC."""
    failing_since: date | None
    """The first day of those that failed since then."""
    failing_days: int


@dataclass(frozen=True, slots=True)
class Worry:
    """One thing that keeps reminders from arriving."""

    about: str
    """`timer`, or the name of a notifier."""
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class HealthView:
    """Whether reminders arrive."""

    ran_at: datetime | None
    """When reminding last ran, whatever came of it, UTC."""
    next_at: datetime | None
    """When the next digest may be sent: now, while today's is not; None where nobody would send it."""
    timer: Installed | None
    """What was set up, for whichever database."""
    here: bool
    """Whether it is this database of which is reminded."""
    notifiers: tuple[NotifierHealth, ...]
    worries: tuple[Worry, ...]


def look(store: Store, settings: Config) -> HealthView:
    """Return whether reminders of this database arrive.

    Raises:
        DatabaseError: it cannot be read.

    """
    timer = timing.installed()
    return store.read(health, settings, timer, timer.database if timer else usual_database(settings))


def health(work: Work, settings: Config, timer: Installed | None, watched: str) -> HealthView:
    """Return whether reminders arrive.

    Args:
        work: the piece of work.
        settings: notifiers and schedule.
        timer: what was set up.
        watched: the database of which is reminded, as `name_of_database` writes it.

    """
    here = watched == _name_of(work)
    ran_at = notifying.fired_at(work)
    notifiers = _notifiers(work, settings)
    sending = any(one.enabled for one in notifiers)
    worries: list[Worry] = []
    if here:
        worries += _of_timer(work, settings.schedule, ran_at, timer, sending)
        worries += [_of_notifier(work, one) for one in notifiers if _fails(one)]
    next_at = _next(work, settings.schedule, notifiers) if sending else None
    return HealthView(ran_at, next_at, timer, here, notifiers, tuple(worries))


def findings(view: HealthView, now: datetime) -> list[Finding]:
    """Return what `crm doctor` says: one line about running, one about the notifiers."""
    if not view.here:
        return []
    about_timer = [one for one in view.worries if one.about == "timer"]
    others = [one for one in view.worries if one.about != "timer"]
    ran = f"last ran {_ago(view.ran_at, now)}" if view.ran_at else "has not run yet"
    where = f"{view.timer.title}, " if view.timer else "no timer is set up; "
    names = [one.name for one in view.notifiers if one.enabled]
    fine = f"{', '.join(names)}: nothing fails" if names else "none is configured"
    return [
        _finding("reminding", about_timer, where + ran),
        _finding("notifiers", others, fine),
    ]


def usual_database(settings: Config) -> str:
    """Return the database that crm opens when nobody names one, as `name_of_database` writes it."""
    return name_of_database(settings.database or paths.database_file())


def name_of_database(database: str | Path) -> str:
    """Return a file's real place, or a URL without its password."""
    text = str(database)
    if "://" not in text:
        return os.path.realpath(os.path.expanduser(text))  # noqa: PTH111
    scheme, rest = text.split("://", 1)
    if scheme.split("+")[0] == "sqlite":
        return os.path.realpath(rest[1:])
    return without_password(text)


def name_of_store(store: Store) -> str:
    """Return the database of an open store, as `name_of_database` writes it."""
    return name_of_database(store.path or store.url)


def _name_of(work: Work) -> str:
    url = work.connection.engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        return name_of_database(url.database)
    return name_of_database(url.render_as_string(hide_password=True))


def _notifiers(work: Work, settings: Config) -> tuple[NotifierHealth, ...]:
    if not settings.notifiers:
        return ()
    last = notifying.last_deliveries(work)
    sent = select(delivery.c.notifier, func.max(delivery.c.sent_at), func.max(delivery.c.day)).where(
        delivery.c.state == "sent", delivery.c.sent_at <= stored(work.now + timedelta(days=1))
    )
    delivered = {
        name: (at, day) for name, at, day in work.connection.execute(sent.group_by(delivery.c.notifier))
    }
    since = (work.rules.day_of(work.now) - _LOOKED_BACK).isoformat()
    until = (work.rules.day_of(work.now) + timedelta(days=1)).isoformat()
    failed = (
        select(delivery.c.notifier, delivery.c.day)
        .where(delivery.c.state == "failed", delivery.c.day >= since, delivery.c.day <= until)
        .order_by(delivery.c.day)
    )
    failing: dict[str, list[str]] = {}
    for name, day in work.connection.execute(failed):
        if name not in delivered or day > delivered[name][1]:
            failing.setdefault(name, []).append(day)
    return tuple(
        NotifierHealth(
            name=one.name,
            kind=one.kind,
            enabled=one.enabled,
            last=last.get(one.name),
            delivered_at=moment(delivered[one.name][0]) if one.name in delivered else None,
            failing_since=date.fromisoformat(failing[one.name][0]) if one.name in failing else None,
            failing_days=len(failing.get(one.name, ())),
        )
        for one in settings.notifiers
    )


def _next(work: Work, schedule: Schedule, notifiers: Sequence[NotifierHealth]) -> datetime:
    today = schedule.day_for(work.now, work.rules.zone)
    sent = [
        one.last is not None and one.last.state == "sent" and one.last.day == today
        for one in notifiers
        if one.enabled
    ]
    if today is not None and not all(sent):
        return work.now
    return schedule.next_after(work.now, work.rules.zone)


def _of_timer(
    work: Work, schedule: Schedule, ran_at: datetime | None, timer: Installed | None, sending: bool
) -> list[Worry]:
    # a run from the future is of a clock that was wrong
    ran = ran_at if ran_at is not None and ran_at <= work.now + LONGEST_PAUSE else None
    if timer is None:
        if sending and (ran is None or work.now - ran > LONGEST_PAUSE):
            return [
                Worry(
                    "timer",
                    "notifiers are configured, but nothing sends reminders by itself",
                    "crm remind --install sets up a timer",
                )
            ]
        return []
    since = max(ran, timer.at) if ran else timer.at
    missed = schedule.next_after(since, work.rules.zone) + _LATE < work.now
    if not (missed or work.now - since > LONGEST_PAUSE):
        return []
    said = f"reminding last ran {_ago(ran, work.now)}" if ran else "reminding has never run"
    return [
        Worry(
            "timer",
            f"{said}, and the {timer.title} should run it every hour",
            "crm remind --status shows the timer, crm remind --install sets it up again",
        )
    ]


def _fails(one: NotifierHealth) -> bool:
    return one.enabled and one.failing_days >= _FAILING_DAYS


def _of_notifier(work: Work, one: NotifierHealth) -> Worry:
    assert one.failing_since is not None
    day = short_day(one.failing_since, work.rules.day_of(work.now))
    why = f": {one.last.error}" if one.last is not None and one.last.error else ""
    return Worry(
        one.name,
        f"{one.name} has delivered nothing since {day}{why}",
        f"crm remind --test {one.name} tries it now",
    )


def _finding(name: str, worries: Sequence[Worry], fine: str) -> Finding:
    if not worries:
        return Finding(name, True, fine)
    return Finding(name, False, "; ".join(one.message for one in worries), worries[0].hint)


def _ago(then: datetime, now: datetime) -> str:
    span = ago(then, now)
    return span if span == "just now" else f"{span} ago"
