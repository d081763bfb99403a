"""The dates, spans and cadences that people type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain import dates
from crm.domain.errors import UsageError
from crm.domain.records import PartialDate, Precision

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "moment", "precision"),
    [
        ("now", NOW, Precision.SECOND),
        ("today", NOW, Precision.SECOND),
        ("yesterday 18:00", datetime(2026, 5, 31, 16, tzinfo=UTC), Precision.MINUTE),
        ("2026-05-05", datetime(2026, 5, 5, 12, tzinfo=UTC), Precision.DAY),
        ("5 May", datetime(2026, 5, 5, 12, tzinfo=UTC), Precision.DAY),
        ("2026-05-05T10:00:00+02:00", datetime(2026, 5, 5, 8, tzinfo=UTC), Precision.SECOND),
        ("2026-05-05 10:00", datetime(2026, 5, 5, 8, tzinfo=UTC), Precision.SECOND),
        ("3 days ago", datetime(2026, 5, 29, 12, tzinfo=UTC), Precision.DAY),
        ("friday", datetime(2026, 5, 29, 12, tzinfo=UTC), Precision.DAY),
        ("2 hours ago", datetime(2026, 6, 1, 7, tzinfo=UTC), Precision.MINUTE),
    ],
)
def test_when_something_happened_is_understood(typed: str, moment: datetime, precision: Precision):
    assert dates.parse_when(typed, NOW, BERLIN) == (moment, precision)


@pytest.mark.parametrize("typed", ["someday", "2026-13-01", "tomorrow 25:00", "2027-01-01"])
def test_what_is_no_time_or_lies_ahead_is_refused_with_a_hint(typed: str):
    with pytest.raises(UsageError) as caught:
        dates.parse_when(typed, NOW, BERLIN)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("1w", datetime(2026, 6, 8, 9, tzinfo=UTC)),
        ("3 days", datetime(2026, 6, 4, 9, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 6, 1, 22, tzinfo=UTC)),
        ("monday", datetime(2026, 6, 7, 22, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_until_when_to_be_left_alone_is_understood(typed: str, until: datetime):
    assert dates.parse_snooze(typed, NOW, BERLIN) == until


@pytest.mark.parametrize("typed", ["yesterday", "2020-01-01", "soon", ""])
def test_a_snooze_into_the_past_is_refused(typed: str):
    with pytest.raises(UsageError):
        dates.parse_snooze(typed, NOW, BERLIN)


@pytest.mark.parametrize(
    ("typed", "days"),
    [("every 3 weeks", 21), ("21", 21), ("3w", 21), ("monthly", 30), ("never", 0), ("default", None)],
)
def test_cadences_are_understood(typed: str, days: int | None):
    assert dates.parse_cadence(typed) == days


@pytest.mark.parametrize("typed", ["0", "-3", "often", "every day or so", "99999999"])
def test_what_is_no_cadence_is_refused(typed: str):
    with pytest.raises(UsageError):
        dates.parse_cadence(typed)


@pytest.mark.parametrize(
    ("typed", "partial"),
    [
        ("1980-05-05", PartialDate(5, 5, 1980)),
        ("--05-05", PartialDate(5, 5)),
        ("5 May 1980", PartialDate(5, 5, 1980)),
        ("May 5", PartialDate(5, 5)),
        ("29 Feb", PartialDate(2, 29)),
    ],
)
def test_birthdays_are_understood_with_and_without_a_year(typed: str, partial: PartialDate):
    assert dates.parse_birthday(typed) == partial


@pytest.mark.parametrize("typed", ["31 Feb", "2025-02-29", "13 Smarch", "soon"])
def test_a_day_that_no_calendar_has_is_refused(typed: str):
    with pytest.raises(UsageError):
        dates.parse_birthday(typed)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.booleans())
def test_a_written_birthday_reads_back_as_itself(day: date, with_year: bool):
    partial = PartialDate(day.month, day.day, day.year if with_year else None)
    assert dates.parse_birthday(dates.iso(partial)) == partial


def test_29_february_is_kept_on_the_28th_in_other_years():
    leap = PartialDate(2, 29)
    assert dates.next_occurrence(leap, date(2026, 2, 20)) == date(2026, 2, 28)
    assert dates.next_occurrence(leap, date(2028, 2, 20)) == date(2028, 2, 29)
    assert dates.next_occurrence(leap, date(2026, 3, 1)) == date(2027, 2, 28)


def test_a_birthday_at_the_turn_of_the_year_is_found():
    assert dates.next_occurrence(PartialDate(1, 2), date(2026, 12, 30)) == date(2027, 1, 2)


@given(st.text(max_size=40))
def test_no_text_makes_the_readers_fall(text: str):
    for read in (
        lambda: dates.parse_when(text, NOW, BERLIN),
        lambda: dates.parse_snooze(text, NOW, BERLIN),
        lambda: dates.parse_cadence(text),
        lambda: dates.parse_birthday(text),
    ):
        try:
            read()
        except UsageError as error:
            assert error.message
