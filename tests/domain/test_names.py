"""Telling the members of a family apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.names import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Byron", "ada byron"),
        ("Ada B.", "Ada Byron"),
        ("Byron, Ada", "Ada Byron"),
        ("Jürgen", "Jurgen Groß"),
        ("", "Ada"),
    ],
)
def test_names_that_can_be_one_persons(one: str, other: str):
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ada Byron", "Bo Byron"), ("Ada Byron", "Ada Palmer"), ("Ada Ada", "Ada Byron")]
)
def test_names_that_cannot(one: str, other: str):
    assert not alike(one, other)


@given(st.text(max_size=30), st.text(max_size=30))
def test_it_does_not_matter_which_name_comes_first_when_they_have_as_many_words(one: str, other: str):
    assert alike(one, one)
    if alike(one, other):
        assert alike(f"{one} ", other)
