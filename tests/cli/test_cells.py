"""The width of text on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.cli.cells import cell_len, cut, fit, wrap

NAMES = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.sampled_from("éß佐藤한글ก็ا😀👩\u200d\ufe0f🇩🇪❤\u0301\U0001f3fd"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Ada", 3),
        ("", 0),
        ("佐藤", 4),
        ("김", 2),
        ("e\u0301", 1),
        ("👩\u200d👩\u200d👧", 2),
        ("🇩🇪", 2),
        ("🇩🇪🇫🇷", 4),
        ("👍🏽", 2),
        ("❤\ufe0f", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("नमस्ते", 4),
    ],
)
def test_wide_and_joined_signs_are_counted_as_a_terminal_draws_them(text: str, cells: int) -> None:
    assert cell_len(text) == cells


@given(NAMES, st.integers(1, 30))
def test_a_cut_text_is_never_wider_than_asked_and_starts_like_the_original(text: str, width: int) -> None:
    short = cut(text, width)
    assert cell_len(short) <= width
    assert short == text or text.startswith(short.removesuffix("…"))


@given(NAMES, st.integers(1, 30), st.booleans())
def test_a_fitted_text_has_exactly_the_width_asked(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(NAMES, st.integers(4, 30))
def test_wrapping_loses_nothing_but_blanks_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert wrap("a verylongword", 6) == ["a", "verylo", "ngword"]
