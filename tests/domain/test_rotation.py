"""Which backups stay: never fewer than promised, never the newest gone, never one that somebody asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain import rotation
from crm.domain.rotation import Kept, Why, what_to_keep

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OURS = (Why.DAILY, Why.BEFORE_IMPORT, Why.BEFORE_CHANGES, Why.BEFORE_UPGRADE)
MOST = rotation.DAYS + rotation.WEEKS + 2 * rotation.BEFORE_EACH + rotation.BEFORE_UPGRADES

moments = st.integers(0, 400 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))
backups = st.lists(st.tuples(moments, st.sampled_from([*Why, "strange"]), st.booleans()), max_size=60).map(
    lambda found: [Kept(number, *one) for number, one in enumerate(found)]
)


def daily(days: int, start: datetime = NOW) -> list[Kept]:
    return [Kept(day, start - timedelta(days=day), Why.DAILY) for day in range(days)]


def test_seven_days_and_four_weeks_stay():
    # 22 November 2026 is a Sunday: of the three weeks before, the last of each is a Sunday as well
    assert what_to_keep(daily(60), NOW) == {0, 1, 2, 3, 4, 5, 6, 7, 14, 21}


def test_of_one_day_the_last_stays():
    made = [Kept(hour, NOW - timedelta(hours=hour), Why.DAILY) for hour in range(5)]
    assert what_to_keep(made, NOW) == {0}


def test_days_are_those_of_the_user():
    evening = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in Berlin
    made = [Kept("evening", evening, Why.DAILY), Kept("noon", NOW, Why.DAILY)]
    assert what_to_keep(made, NOW) == {"evening", "noon"}
    assert what_to_keep(made, NOW, ZoneInfo("Europe/Berlin")) == {"noon"}


def test_a_pause_of_a_year_costs_nothing():
    assert what_to_keep(daily(7), NOW + timedelta(days=365)) == set(range(7))


def test_the_last_three_before_imports_stay_beside_the_days():
    made = [Kept(minute, NOW - timedelta(minutes=minute), Why.BEFORE_IMPORT) for minute in range(10)]
    assert what_to_keep(made, NOW) == {0, 1, 2}


def test_what_a_wrong_clock_dated_stays_and_takes_no_place():
    future = [Kept(f"future {n}", NOW + timedelta(days=400 + n), Why.DAILY) for n in range(20)]
    kept = what_to_keep([*future, *daily(60)], NOW)
    assert {one.key for one in future} <= kept
    assert kept - {one.key for one in future} == what_to_keep(daily(60), NOW)


@given(backups)
def test_the_newest_good_one_always_stays(made):
    good = [one for one in made if one.good]
    if good:
        newest = max(one.at for one in good)
        kept = what_to_keep(made, NOW)
        assert any(one.at == newest and one.key in kept for one in good)


@given(backups)
def test_what_was_asked_for_put_aside_unknown_or_damaged_always_stays(made):
    kept = what_to_keep(made, NOW)
    assert {one.key for one in made if one.why not in OURS or not one.good} <= kept


@given(backups)
def test_what_crm_made_by_itself_never_piles_up(made):
    kept = what_to_keep(made, NOW)
    assert sum(one.key in kept for one in made if one.why in OURS and one.good) <= MOST


@given(backups)
def test_deciding_again_about_what_stayed_gives_up_nothing_more(made):
    kept = what_to_keep(made, NOW)
    assert what_to_keep([one for one in made if one.key in kept], NOW) == kept


@given(backups, st.randoms())
def test_the_order_of_files_decides_nothing_between_different_moments(made, chance):
    apart = [
        Kept(one.key, one.at - timedelta(microseconds=n), one.why, one.good) for n, one in enumerate(made)
    ]
    mixed = list(apart)
    chance.shuffle(mixed)
    assert what_to_keep(mixed, NOW) == what_to_keep(apart, NOW)


@given(st.lists(st.integers(1, 3 * 86_400), min_size=1, max_size=40))
def test_rotating_after_every_backup_keeps_a_good_one_of_each_of_the_last_seven_days(pauses):
    """However backups come in: what is kept step by step holds the last of each of the newest days."""
    at, held, days = NOW - timedelta(days=200), [], {}
    for number, pause in enumerate(pauses):
        at += timedelta(seconds=pause)
        held.append(Kept(number, at, Why.DAILY))
        days[at.date()] = number
        kept = what_to_keep(held, at)
        held = [one for one in held if one.key in kept]
    assert set(list(days.values())[-7:]) <= {one.key for one in held}


@pytest.mark.parametrize("why", [*Why, "strange"])
@pytest.mark.parametrize("number", [1, 2, 17])
@pytest.mark.parametrize("encrypted", [False, True])
def test_a_name_says_what_it_was_made_of(why, number, encrypted):
    at = NOW.replace(microsecond=0)
    name = rotation.name_of("my-crm", at, why, number, encrypted=encrypted)
    assert rotation.read_name(name, "my-crm") == rotation.BackupName(at, why, number)
    assert rotation.read_name(name, "crm") is None


@pytest.mark.parametrize(
    "name",
    [
        "crm.db",
        "crm-20261122T101500Z.db",
        "crm-20261322T101500Z-daily.db",
        "crm-20261122T101500Z-daily.db.part",
        "crm-20261122T101500Z-daily.sqlite",
        "crm-work-20261122T101500Z-daily.db",
        ".crm-20261122T101500Z-daily.db.part-77",
        "crm-20261122T101500Z-daily.db-wal",
        "holiday.jpg",
        "",
    ],
)
def test_files_of_other_names_are_no_backups(name):
    assert rotation.read_name(name, "crm") is None
