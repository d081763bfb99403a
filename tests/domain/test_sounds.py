"""Keys of sounds: looking first whether a step has anything to do never changes what comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.matching import sounds


@given(st.text("acdefhiojkpqstuvwxyz", max_size=12))
def test_a_step_that_is_passed_over_would_have_changed_nothing(word):
    stepwise = word
    for _, pattern, to in sounds._STEPS:
        stepwise = pattern.sub(to, stepwise)
    assert sounds.sound(word) == sounds._TWICE.sub(r"\1", stepwise)


@pytest.mark.parametrize(
    ("one", "other"),
    [("schmidt", "schmitt"), ("petrovich", "petrowitsch"), ("philip", "filip"), ("chekhov", "tschechow")],
)
def test_spellings_of_one_name_sound_alike(one, other):
    assert sounds.sound(one) == sounds.sound(other)
