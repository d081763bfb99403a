"""Reminders that do not arrive are seen: the timer that does not run, the notifier that fails for days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.config import Config, NotifierConfig
from crm.db import engine, server
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import NotifierError
from crm.domain.schedule import Schedule
from crm.services import health, notifying
from crm.services.notifying import Channel
from crm.services.timing import Installed

DESK, MAIL = NotifierConfig("desk", "desktop"), NotifierConfig("mail", "email")
SETTINGS = Config(Rules(), schedule=Schedule(at=time(8)), notifiers=(DESK, MAIL))


@pytest.fixture
def waiting(store, act, bring):
    bring([act("ada", "in", days_ago=day) for day in range(3)])
    return store


def timer_at(store, clock, **ago) -> Installed:
    return Installed("systemd", "systemd user timer", health.name_of_store(store), clock() - timedelta(**ago))


def look(store, timer=None, settings=SETTINGS):
    watched = timer.database if timer else health.name_of_store(store)
    return store.read(health.health, settings, timer, watched)


def said(view) -> list[tuple[str, str]]:
    return [(one.about, one.message) for one in view.worries]


def fire(store, *failing: str, settings=SETTINGS):
    def send(name):
        def to(_notice):
            if name in failing:
                raise NotifierError(f"{name} does not answer")

        return to

    channels = [
        Channel(one.name, send(one.name), lambda digest: (digest.title, digest.text))
        for one in settings.notifiers
        if one.enabled
    ]
    notifying.deliver(store, channels, settings.schedule)


def hourly(store, clock, hours: int, *failing: str):
    for _ in range(hours):
        clock.forward(hours=1)
        fire(store, *failing)


def test_all_is_well_while_it_runs_every_hour_over_the_months(waiting, clock):
    timer = timer_at(waiting, clock)
    for _ in range(70):
        hourly(waiting, clock, 3)
        assert said(look(waiting, timer)) == []
        clock.forward(hours=18)
        fire(waiting)
        assert said(look(waiting, timer)) == []


def test_a_timer_that_stopped_is_said_after_26_hours(waiting, clock):
    timer = timer_at(waiting, clock)
    fire(waiting)
    clock.forward(hours=24, minutes=59)
    assert said(look(waiting, timer)) == []
    clock.forward(hours=1, minutes=2)
    [(about, message)] = said(look(waiting, timer))
    assert about == "timer"
    assert message == "reminding last ran 1 day ago, and the systemd user timer should run it every hour"


def test_a_digest_that_was_missed_is_said_two_hours_later(waiting, clock):
    timer = timer_at(waiting, clock, days=9)
    clock.moment = clock.moment.replace(hour=7)
    fire(waiting)
    clock.moment = clock.moment.replace(hour=10)
    assert said(look(waiting, timer)) == []
    clock.forward(minutes=1)
    assert [about for about, _ in said(look(waiting, timer))] == ["timer"]


def test_a_timer_just_set_up_gets_its_time(waiting, clock):
    timer = timer_at(waiting, clock)
    assert said(look(waiting, timer)) == []
    clock.forward(hours=27)
    assert said(look(waiting, timer)) == [
        ("timer", "reminding has never run, and the systemd user timer should run it every hour")
    ]


def test_a_laptop_that_slept_is_worried_about_until_it_catches_up(waiting, clock):
    timer = timer_at(waiting, clock)
    fire(waiting)
    clock.forward(days=10)
    assert len(said(look(waiting, timer))) == 1
    fire(waiting)
    view = look(waiting, timer)
    assert said(view) == []
    assert [one.delivered_at for one in view.notifiers] == [clock.moment] * 2


def test_a_clock_set_back_is_no_reason_to_worry_for_a_day(waiting, clock):
    timer = timer_at(waiting, clock, days=30)
    fire(waiting)
    clock.forward(hours=-20)
    assert said(look(waiting, timer)) == []
    fire(waiting)
    assert said(look(waiting, timer)) == []


def test_a_run_of_a_clock_that_was_a_year_ahead_counts_for_nothing(waiting, clock):
    timer = timer_at(waiting, clock, days=3)
    clock.forward(days=400)
    fire(waiting)
    clock.forward(days=-400)
    assert len(said(look(waiting, timer))) == 1
    fire(waiting)
    assert said(look(waiting, timer)) == []


def test_summer_time_makes_no_day_too_long_or_too_short(tmp_path, clock):
    berlin = ZoneInfo("Europe/Berlin")
    store = Store.open(tmp_path / "berlin.db", rules=Rules(zone=berlin), now=clock)
    settings = replace(SETTINGS, schedule=Schedule(at=time(2, 30)))
    for change in (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        clock.moment = change
        timer = timer_at(store, clock, days=1)
        for _ in range(30):
            clock.forward(hours=1)
            fire(store, settings=settings)
            assert said(look(store, timer, settings)) == []
    store.close()


def test_weekdays_without_a_digest_are_not_missed_but_a_dead_timer_is(waiting, clock):
    weekly = replace(SETTINGS, schedule=Schedule(at=time(8), weekdays=frozenset({0})))
    timer = timer_at(waiting, clock, days=9)
    fire(waiting, settings=weekly)  # Monday
    clock.forward(hours=25)
    assert said(look(waiting, timer, weekly)) == []
    clock.forward(hours=2)
    assert len(said(look(waiting, timer, weekly))) == 1


def test_notifiers_without_a_timer_are_said(waiting, clock):
    message = "notifiers are configured, but nothing sends reminders by itself"
    assert said(look(waiting)) == [("timer", message)]
    fire(waiting)  # somebody's own cron job
    assert said(look(waiting)) == []
    clock.forward(hours=27)
    assert said(look(waiting)) == [("timer", message)]
    off = replace(SETTINGS, notifiers=(replace(DESK, enabled=False),))
    assert said(look(waiting, settings=off)) == []
    assert said(look(waiting, settings=Config(Rules()))) == []


def test_a_notifier_that_fails_for_two_days_is_said_until_it_delivers(waiting, clock):
    timer = timer_at(waiting, clock)
    fire(waiting)
    clock.forward(hours=23)
    hourly(waiting, clock, 1, "mail")
    assert said(look(waiting, timer)) == []
    clock.forward(hours=23)
    hourly(waiting, clock, 1, "mail")
    view = look(waiting, timer)
    assert said(view) == [("mail", "mail has delivered nothing since 2 Jun: mail does not answer")]
    assert view.worries[0].hint == "crm remind --test mail tries it now"
    desk, mail = view.notifiers
    assert (desk.delivered_at, desk.failing_days) == (clock.moment, 0)
    assert (mail.failing_since, mail.failing_days) == (date(2026, 6, 2), 2)
    assert mail.delivered_at == datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert mail.last is not None
    assert mail.last.next_try == clock.moment + timedelta(minutes=5)
    clock.forward(minutes=6)
    fire(waiting)
    assert said(look(waiting, timer)) == []


def test_a_failure_of_one_day_that_went_through_later_is_forgotten(waiting, clock):
    timer = timer_at(waiting, clock)
    for _ in range(5):
        fire(waiting, "desk")
        clock.forward(minutes=10)
        fire(waiting)
        assert look(waiting, timer).notifiers[0].failing_since is None
        clock.forward(hours=23, minutes=50)


def test_another_database_than_the_timers_is_not_worried_about(waiting, clock):
    elsewhere = replace(timer_at(waiting, clock, days=9), database="/elsewhere/crm.db")
    view = look(waiting, elsewhere)
    assert not view.here
    assert said(view) == []
    assert health.findings(view, clock()) == []


def test_the_doctor_has_two_findings_each_with_what_to_do(waiting, clock):
    timer = timer_at(waiting, clock)
    fire(waiting)
    assert [(one.name, one.ok, one.detail) for one in health.findings(look(waiting, timer), clock())] == [
        ("reminding", True, "systemd user timer, last ran just now"),
        ("notifiers", True, "desk, mail: nothing fails"),
    ]
    for _ in range(2):
        clock.forward(days=1)
        fire(waiting, "mail")
    clock.forward(days=2)
    reminding, notifiers = health.findings(look(waiting, timer), clock())
    assert (reminding.ok, notifiers.ok) == (False, False)
    assert reminding.hint is not None
    assert "crm remind --install" in reminding.hint
    assert notifiers.hint == "crm remind --test mail tries it now"


@pytest.mark.parametrize(
    ("database", "name"),
    [
        ("sqlite:////data/crm.db", "/data/crm.db"),
        ("postgresql://ada:s3cret@db/crm", "postgresql://ada@db/crm"),
        ("postgresql+psycopg://db/crm", "postgresql://db/crm"),
        ("postgres://ada:s3?c/r:et@db/crm", "postgresql://ada@db/crm"),
        (
            "postgresql://ada@/crm?sslmode=require&password=s3cret&host=/run/pg",
            "postgresql://ada@/crm?host=%2Frun%2Fpg&sslmode=require",
        ),
    ],
)
def test_databases_are_named_without_their_password(database, name):
    assert health.name_of_database(database) == name
    if not database.startswith("sqlite"):
        assert health.name_of_database(server.shown(engine.url_of(database))) == name
