"""Reading periods as people name them."""

from __future__ import annotations

from datetime import date

import pytest

from crm.domain.errors import UsageError
from crm.domain.periods import USUAL, parse_period

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
