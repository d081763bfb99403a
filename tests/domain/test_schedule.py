"""When the digest may be sent: hour, weekdays, quiet hours, summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from crm.domain.schedule import Schedule, pause_after

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = Schedule(at=time(8))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_nothing_is_sent_before_the_hour_and_the_days_digest_after_it():
    assert MORNING.day_for(local("2026-06-01T07:59"), BERLIN) is None
    assert MORNING.day_for(local("2026-06-01T08:00"), BERLIN) == date(2026, 6, 1)
    assert MORNING.day_for(local("2026-06-01T23:59"), BERLIN) == date(2026, 6, 1)


def test_the_day_is_the_users_and_not_that_of_utc():
    late = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert Schedule(at=time(0)).day_for(late, BERLIN) == date(2026, 6, 2)


def test_only_the_chosen_weekdays_count():
    weekdays = Schedule(at=time(8), weekdays=frozenset(range(5)))
    assert weekdays.day_for(local("2026-06-05T09:00"), BERLIN) == date(2026, 6, 5)
    assert weekdays.day_for(local("2026-06-06T09:00"), BERLIN) is None


def test_quiet_hours_may_go_over_midnight():
    quiet = Schedule(at=time(6), quiet=((time(21), time(9, 30)),))
    assert quiet.day_for(local("2026-06-01T09:29"), BERLIN) is None
    assert quiet.day_for(local("2026-06-01T09:30"), BERLIN) == date(2026, 6, 1)
    assert quiet.day_for(local("2026-06-01T21:00"), BERLIN) is None
    assert quiet.next_after(local("2026-06-01T07:00"), BERLIN) == local("2026-06-01T09:30")


def test_an_hour_that_summer_time_leaves_out_comes_right_after_it():
    night = Schedule(at=time(2, 30))
    spring = local("2026-03-29T00:30")
    assert night.next_after(spring, BERLIN) == local("2026-03-29T03:30")
    assert night.day_for(local("2026-03-29T03:30"), BERLIN) == date(2026, 3, 29)


def test_failures_are_tried_again_with_growing_pauses():
    pauses = [pause_after(tries) for tries in range(1, 8)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=5)
    assert pauses[-1] == timedelta(hours=6)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_the_next_moment_is_one_at_which_it_may_be_sent(now, at, weekdays):
    schedule = Schedule(at=at.replace(second=0, microsecond=0, tzinfo=None), weekdays=weekdays)
    after = schedule.next_after(now, BERLIN)
    assert now <= after <= now + timedelta(days=8)
    assert schedule.day_for(after, BERLIN) is not None
