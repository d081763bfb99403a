"""Reading periods as people name them."""

from __future__ import annotations

from datetime import date

import pytest

from crm.domain.errors import UsageError
from crm.domain.periods import USUAL, parse_period, shifted

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 1)),
        ("last 90 days", date(2025, 12, 16), TODAY),
        ("Last  2 weeks", date(2026, 3, 2), TODAY),
        ("the past 10 years", date(2016, 3, 18), TODAY),
        (USUAL, date(2025, 3, 16), TODAY),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this month", date(2026, 3, 1), TODAY),
        ("this year", date(2026, 1, 1), TODAY),
        ("today", TODAY, TODAY),
        ("2025-03..2025-06-15", date(2025, 3, 1), date(2025, 6, 15)),
        ("2024 .. 2025", date(2024, 1, 1), date(2025, 12, 31)),
        ("2025..", date(2025, 1, 1), TODAY),
    ],
)
def test_a_period_is_read_as_meant(text: str, since: date, until: date) -> None:
    assert parse_period(text, TODAY) == (since, until)


@pytest.mark.parametrize(
    "text", ["", "..", "..2025", "2025-13", "2025-02-30", "last 0 days", "soon", "2025...2026", "0000", "20"]
)
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_period(text, TODAY)
    assert "last 90 days" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("since", "until", "by", "first", "last"),
    [
        ("2025-01-01", "2025-12-31", -1, "2024-01-01", "2024-12-31"),
        ("2025-01-01", "2025-12-31", 2, "2027-01-01", "2027-12-31"),
        ("2026-03-01", "2026-03-31", -1, "2026-02-01", "2026-02-28"),
        ("2026-01-01", "2026-03-31", -1, "2025-10-01", "2025-12-31"),
        ("2026-03-04", "2026-06-01", -1, "2025-12-04", "2026-03-03"),
        ("2026-06-01", "2026-06-01", 1, "2026-06-02", "2026-06-02"),
    ],
)
def test_a_period_is_followed_by_one_as_long_and_months_by_months(
    since: str, until: str, by: int, first: str, last: str
) -> None:
    days = (date.fromisoformat(since), date.fromisoformat(until))
    assert shifted(*days, by) == (date.fromisoformat(first), date.fromisoformat(last))
    assert shifted(*shifted(*days, by), -by) == days


@pytest.mark.parametrize("by", [-3000, 9000])
def test_the_calendar_has_ends(by: int) -> None:
    with pytest.raises(UsageError):
        shifted(date(2025, 1, 1), date(2025, 12, 31), by)
    with pytest.raises(UsageError):
        shifted(date(9999, 1, 1), date(9999, 12, 31), 1)
