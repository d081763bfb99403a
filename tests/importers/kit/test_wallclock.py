"""Wall clock times in the user's zone: summer, winter, and the two hours of the year that are odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit.wallclock import WallClock

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock times
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2024-01-01T12:00:00", "2024-01-01T11:00:00"),
        ("2024-07-01T12:00:00", "2024-07-01T10:00:00"),
        ("2024-10-27T02:30:00", "2024-10-27T00:30:00"),
        ("2024-03-31T02:30:00", "2024-03-31T01:30:00"),
        ("2024-03-31T01:59:59", "2024-03-31T00:59:59"),
        ("2024-03-31T03:00:00", "2024-03-31T01:00:00"),
    ],
)
def test_the_clock_on_the_wall_is_set_right(wall: str, utc: str) -> None:
    clock = WallClock(BERLIN)
    assert clock.utc(local(wall)) == local(utc)
    assert clock.utc(local(wall)) == local(utc)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_it_says_what_python_says_of_every_time(wall: datetime, zone: str) -> None:
    expected = (
        wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) - EPOCH
    ) // timedelta(microseconds=1)
    assert WallClock(ZoneInfo(zone)).utc((wall - EPOCH) // timedelta(microseconds=1)) == expected


@given(
    st.lists(st.integers(0, 14 * 24 * 60 - 1), min_size=1, max_size=30),
    st.sampled_from(["2024-03-24", "2024-10-20", "2011-12-24"]),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]),  # Apia left a day out in 2011
)
def test_a_clock_that_knows_other_times_says_the_same(minutes: list[int], start: str, zone: str) -> None:
    first = local(f"{start}T00:00:00")
    clock = WallClock(ZoneInfo(zone))
    for minute in minutes:
        wall = first + minute * 60_000_000
        assert clock.utc(wall) == WallClock(ZoneInfo(zone)).utc(wall)
        read = (EPOCH + timedelta(microseconds=wall)).replace(tzinfo=ZoneInfo(zone))
        assert clock.utc(wall) == local(read.astimezone(UTC).replace(tzinfo=None).isoformat())
