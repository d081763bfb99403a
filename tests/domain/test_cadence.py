"""How long a relationship may go without an exchange."""

from __future__ import annotations

from datetime import date, timedelta

import brute_force
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.cadence import CIRCLES, NEVER, Cadence, CadenceFrom, cadence, rhythm

TODAY = date(2026, 6, 1)


def days(*ago: int) -> list[int]:
    return sorted((TODAY - timedelta(days=number)).toordinal() for number in ago)


def test_the_contacts_own_cadence_comes_before_its_circle_and_its_rhythm():
    assert cadence(21, "inner", days(1, 2, 3), TODAY, CIRCLES) == Cadence(21, CadenceFrom.OWN)


def test_never_is_an_own_cadence_without_days():
    assert cadence(NEVER, "inner", days(1, 2, 3), TODAY, CIRCLES) == Cadence(None, CadenceFrom.OWN)


def test_the_circle_comes_before_the_rhythm():
    assert cadence(None, "close", days(1, 2, 3), TODAY, CIRCLES) == Cadence(30, CadenceFrom.CIRCLE)


def test_a_circle_that_is_no_longer_configured_says_nothing():
    assert cadence(None, "pen pals", (), TODAY, CIRCLES) == Cadence(None, CadenceFrom.NONE)


def test_the_rhythm_is_twice_the_median_gap():
    assert rhythm(days(100, 80, 50, 40), TODAY) == 40  # gaps 20, 30, 10


def test_two_exchange_days_make_no_rhythm():
    assert rhythm(days(100, 80), TODAY) is None


def test_a_daily_rhythm_is_held_at_two_weeks_and_a_yearly_one_at_half_a_year():
    assert rhythm(days(1, 2, 3, 4), TODAY) == 14
    assert rhythm(days(10, 300, 700), TODAY) == 180


def test_days_older_than_three_years_make_no_rhythm():
    assert rhythm(days(1200, 1300, 1400, 1), TODAY) is None


@given(st.lists(st.integers(-30, 1500), max_size=30), st.integers(0, 2000))
def test_every_rhythm_equals_the_plain_statement_of_the_rule(ago, later):
    today = TODAY + timedelta(days=later)
    known = sorted({TODAY - timedelta(days=number) for number in ago})
    assert rhythm([day.toordinal() for day in known], today) == brute_force.rhythm(known, today)
