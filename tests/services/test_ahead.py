"""The coming days: what they say is what Today says when they are there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import PartialDate
from crm.domain.schedule import Schedule
from crm.services import ahead, contacts, editing, forecast, interactions
from crm.services.today import today

BERLIN = ZoneInfo("Europe/Berlin")
SCHEDULE = Schedule(at=time(8))
NASTY_DATES = (
    PartialDate(2, 29),
    PartialDate(2, 29, 1988),
    PartialDate(2, 28),
    PartialDate(1, 1),
    PartialDate(12, 31),
)


def answered(act, name: str, *ago: float):
    return [
        act(name, direction, days_ago=days + (0.1 if direction == "in" else 0))
        for days in ago
        for direction in ("in", "out")
    ]


def find(store, name: str) -> int:
    return store.read(contacts.find, name)


def edit(store, name: str, **fields) -> None:
    store.write(editing.edit, [find(store, name)], editing.Edits(**fields))


def look(store, days: int, schedule: Schedule = SCHEDULE):
    return store.read(ahead.look_ahead, schedule, days)


def told(day) -> list[tuple[str, str]]:
    return [(one.what, one.name) for one in day.reminders]


def agree(store: Store, schedule: Schedule, days: int) -> None:
    """Compare with Today, asked at each of the moments."""

    def both(work):
        moments = forecast.Moments(ahead.sending_moments(work, schedule, days), work.rules.zone)
        everybody = forecast.people(work, moments)
        dates = ahead.anniversaries(work, moments)
        overview = ahead.look_ahead(work, schedule, days)
        counts = forecast.counts(work, everybody, moments)
        for one, day, counted in zip(forecast.lists(work, everybody, moments), overview, counts, strict=True):
            then = today(replace(work, now=moments.moments[one.number]))
            assert then.date == day.date
            assert list(one.waiting) == [item.contact for item in then.waiting], day.date
            assert list(one.drifting) == [item.contact for item in then.drifting], day.date
            assert one.more_drifting == then.more_drifting, day.date
            assert [
                (each.row.contact_id, each.what, each.on) for each in dates if one.number in each.numbers
            ] == [(item.contact, item.what, item.on) for item in then.dates], day.date
            assert (day.waiting, day.drifting, day.dates) == (
                len(then.waiting),
                len(then.drifting),
                len(then.dates),
            )
            assert counted == (len(then.waiting), len(then.drifting)), day.date
            said = {
                (item.contact, item.reason.partition("; not seen")[0])
                for item in (*then.waiting, *then.drifting)
            }
            evidence = {item.contact: item.evidence for item in then.drifting}
            for new in day.reminders:
                if new.what in ("waiting", "drifting") and new.contact in one.waiting + one.drifting:
                    assert (new.contact, new.reason) in said
                    assert new.what == "waiting" or new.evidence == evidence[new.contact]
                if new.on is not None:
                    assert (new.contact, new.reason) in {(item.contact, item.reason) for item in then.dates}

    store.read(both)


@pytest.fixture
def crowd(store, act, bring, clock):
    """Forty people with all that can happen to a reminder."""
    chance = random.Random(7)
    records = []
    for n in range(40):
        ago = sorted(chance.sample(range(1, 1400), chance.choice((1, 3, 4, 6, 12, 30))))
        if n % 4 == 0:
            ago = [1090 - each % 60 for each in ago]  # about to leave the three years
        records += answered(act, f"p{n:02}", *sorted(set(ago)))
        if n % 5 == 0:
            records.append(act(f"p{n:02}", "in", days_ago=chance.randrange(35)))
        if n % 7 == 0:
            records += [act(f"p{n:02}", "out", days_ago=ago / 50) for ago in range(chance.randrange(4))]
    bring(records)
    for n in range(0, 40, 3):
        edit(
            store,
            f"p{n:02}",
            birthday=chance.choice(NASTY_DATES),
            anniversary=PartialDate(chance.randrange(1, 13), 5),
        )
    for n in range(0, 40, 6):
        edit(store, f"p{n:02}", cadence_days=chance.choice((0, 1, 7, 365)))
    for n in range(1, 40, 6):
        edit(store, f"p{n:02}", circle=chance.choice(("inner", "far")))
    for n in range(0, 40, 8):
        store.write(
            editing.snooze, find(store, f"p{n:02}"), clock() + timedelta(days=chance.randrange(1, 200))
        )
    edit(store, "p11", archived=True)
    store.write(editing.mute, find(store, "p12"))
    return store


def test_it_agrees_with_today_on_every_day_of_more_than_a_year(crowd):
    agree(crowd, SCHEDULE, 500)


def test_it_agrees_where_summer_time_begins_and_ends(crowd, clock):
    there = Store.open(crowd.path or crowd.url, rules=Rules(zone=BERLIN, people_per_day=2), now=clock)
    agree(there, Schedule(at=time(2, 30)), 400)
    there.close()


def test_it_agrees_with_weekdays_and_quiet_hours_and_with_what_was_done_today(crowd, clock):
    clock.forward(days=1)  # to make the crowd was work of its own day
    for _ in range(2):
        crowd.write(editing.snooze, crowd.read(today).drifting[0].contact, clock() + timedelta(days=9))
    agree(crowd, Schedule(time(7), frozenset({1, 4}), ((time(6), time(9, 30)),)), 200)


def test_it_agrees_after_the_clock_was_set_back(crowd, clock):
    clock.forward(days=-700)
    agree(crowd, SCHEDULE, 250)


_PERSON = st.fixed_dictionaries(
    {
        "ago": st.lists(st.integers(0, 1300), min_size=0, max_size=8, unique=True),
        "more": st.lists(st.tuples(st.sampled_from(("in", "out")), st.integers(0, 60)), max_size=4),
        "cadence": st.sampled_from((None, None, 0, 1, 20)),
        "circle": st.sampled_from((None, None, "inner", "wide")),
        "snooze": st.one_of(st.none(), st.integers(1, 90)),
        "birthday": st.one_of(st.none(), st.sampled_from(NASTY_DATES)),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_PERSON, min_size=1, max_size=6), st.integers(1, 4), st.randoms(use_true_random=False))
def test_it_agrees_whatever_happened(tmp_path_factory, act, people, per_day, chance):
    now = datetime(2027, chance.randrange(1, 13), 1, 6, 30, tzinfo=UTC)
    path: Path = tmp_path_factory.mktemp("ahead") / "crm.db"
    store = Store.open(path, rules=Rules(zone=BERLIN, people_per_day=per_day), now=lambda: now)
    try:
        for n, person in enumerate(people):
            key = store.write(editing.add, f"P{n}", ("x:p" + str(n),))
            _live(store, key, person, now)
        agree(store, SCHEDULE, 90)
    finally:
        store.close()


def _live(store, key: int, person, now: datetime) -> None:

    for ago in person["ago"]:
        for direction, hours in (("in", 2), ("out", 1)):
            store.write(
                interactions.log, key, "word", direction=direction, at=now - timedelta(days=ago, hours=hours)
            )
    for direction, ago in person["more"]:
        store.write(interactions.log, key, "word", direction=direction, at=now - timedelta(days=ago))
    fields = {
        "cadence_days": person["cadence"],
        "circle": person["circle"],
        "birthday": person["birthday"],
    }
    given = {name: value for name, value in fields.items() if value is not None}
    if given:
        store.write(editing.edit, [key], editing.Edits(**given))
    if person["snooze"]:
        store.write(editing.snooze, key, now + timedelta(days=person["snooze"]))


def test_everybody_is_named_on_the_day_they_become_due_with_both_acts_and_the_cadence(store, act, bring):
    bring(answered(act, "ada", 60, 50, 40))
    edit(store, "ada", circle="close")
    days = look(store, 40)
    [(day, [one])] = [(day, day.reminders) for day in days if day.reminders]
    assert day.date == date(2026, 7, 2)  # the circle was set at 9:00, the digest of 1 July comes at 8:00
    assert one.reason == "last exchange 2 months ago; close circle: every 30 days"
    assert [act.direction for act in one.evidence] == ["in", "out"]
    assert (one.cadence_days, one.cadence_from, one.shown_on) == (30, "circle", day.date)
    assert one.due_at == datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_what_is_there_now_is_on_the_first_day(store, act, bring):
    bring([act("ada", "in", days_ago=2), *answered(act, "bo", 200, 190, 180)])
    days = look(store, 31)
    assert told(days[0]) == [("waiting", "Ada"), ("drifting", "Bo")]
    assert [told(day) for day in days[1:] if day.reminders] == []
    assert [(day.waiting, day.drifting) for day in days][-4:] == [(1, 1), (1, 1), (0, 1), (0, 1)]


def test_who_is_due_while_others_are_later_waits_for_a_place(store, act, bring):
    bring([one for n in range(7) for one in answered(act, f"p{n}", 200, 190, 180)])
    [first, *_] = look(store, 100)
    assert len(first.reminders) == 7
    assert (first.drifting, first.more_drifting) == (5, 2)
    assert [one.shown_on for one in first.reminders] == [date(2026, 6, 1)] * 5 + [None] * 2


def test_a_birthday_is_named_on_its_day_and_a_leap_day_says_when_it_is_kept(store):
    for name, day in (("Leap", PartialDate(2, 29, 1988)), ("May", PartialDate(5, 31))):
        key = store.write(editing.add, name)
        store.write(editing.edit, [key], editing.Edits(birthday=day))
    found = [(day.date, one.reason) for day in look(store, 700) for one in day.reminders]
    assert found == [
        (date(2027, 2, 28), "birthday today, 39 years (29 February, kept on the 28th this year)"),
        (date(2027, 5, 31), "birthday today"),
        (date(2028, 2, 29), "birthday today, 40 years"),
    ]


def test_a_birthday_on_a_day_without_digest_is_named_in_the_one_before(store):
    key = store.write(editing.add, "Ada")
    store.write(editing.edit, [key], editing.Edits(birthday=PartialDate(6, 11)))  # a Thursday
    found = look(store, 30, Schedule(weekdays=frozenset({0})))
    assert [(day.date, told(day)) for day in found if day.reminders] == [
        (date(2026, 6, 8), [("birthday", "Ada")])
    ]


def test_a_rhythm_that_runs_out_ends_the_reminding(store, act, bring):
    bring(answered(act, "ada", 1080, 1070, 1060))
    days = look(store, 60)
    assert [day.date for day in days if day.reminders] == [date(2026, 6, 1)]
    assert [day.drifting for day in days].count(1) == 17  # its first day was 17 June 2023


def test_a_snooze_that_ends_reminds_again(store, act, bring, clock):
    bring(answered(act, "ada", 200, 190, 180))
    store.write(editing.snooze, find(store, "ada"), clock() + timedelta(days=10))
    assert [day.date for day in look(store, 30) if day.reminders] == [date(2026, 6, 12)]


def test_nobody_is_no_reminder(store):
    assert [day.reminders for day in look(store, 3)] == [(), (), ()]
