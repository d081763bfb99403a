"""Several lists in order, looked at as if they were one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.ordered import nth

PARTS = st.lists(st.lists(st.integers(-5, 30)).map(sorted), min_size=1, max_size=6)


@given(PARTS)
def test_every_place_is_that_of_the_merged_list(parts):
    merged = sorted(number for part in parts for number in part)
    assert [nth(parts, place) for place in range(len(merged))] == merged


@pytest.mark.parametrize("place", [-1, 2])
def test_a_place_that_is_not_there_is_an_error(place):
    with pytest.raises(IndexError):
        nth([[1.5], [], [0.5]], place)
