"""Nothing that others wrote can command a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.text import clean, folded, is_blank, sought, storable

anything = st.text(st.characters() | st.characters(categories=["Cc", "Cf", "Cs", "Mn"]), max_size=200)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("A\x1b]52;c;cHduZWQ=\x1b\\B", "A␛]52;c;cHduZWQ=␛\\B"),
        ("a\x07b", "a␇b"),
        ("a\x9bb", "a\ufffdb"),
        ("abc\u202edef", "abc\u2426def"),
        ("one\ntwo\ttab", "one two tab"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ud83d", "\ufffd"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 4),
    ],
)
def test_commands_become_visible_and_emoji_stay(told: str, shown: str):
    assert clean(told) == shown


def test_of_latin_letters_only_the_invisible_hyphen_is_taken_out():
    latin = "".join(map(chr, range(0xA0, 0x300)))
    assert clean(latin, limit=1000) == latin.replace("\xad", "")


def test_line_feeds_stay_where_several_lines_are_shown():
    assert clean("one\r\ntwo\nthree", multiline=True) == "one\ntwo\nthree"


def test_a_long_text_is_cut_and_says_so():
    assert clean("x" * 1000, limit=10) == "x" * 9 + "…"


@given(anything)
def test_no_control_character_is_left(told: str):
    shown = clean(told, multiline=True)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") or c == "\n" for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
    assert "\n" not in clean(told)
    shown.encode("utf-8")


@given(anything)
def test_cleaning_twice_changes_nothing_more(told: str):
    assert clean(clean(told)) == clean(told)


@given(anything)
def test_what_is_stored_is_valid_and_says_the_same(told: str):
    kept = storable(told)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert storable(kept) == kept


@pytest.mark.parametrize("name", ["", "   ", "\u3164", "\u200b\u200d", "\x1b\x00", None])
def test_invisible_names_are_blank(name: str | None):
    assert is_blank(name)


@pytest.mark.parametrize("name", ["Ada", "🦊", "李", "[/]", "."])
def test_visible_names_are_not_blank(name: str):
    assert not is_blank(name)


def test_folding_ignores_case_accents_and_blanks():
    assert folded("  Jürgen   MÜLLER ") == "jurgen muller"
    assert folded("Straße") == "strasse"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("山\u200d川\u200d", "山川"),
        ("\u200dA", "A"),
        ("👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏽", "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏽"),
        ("🙂\u200d↔\ufe0f", "🙂\u200d↔\ufe0f"),
        ("\U0001f3f4\u200d☠\ufe0f", "\U0001f3f4\u200d☠\ufe0f"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d" * 40 + "👨", "👨\u200d" * 9 + "👨" * 32),
    ],
)
def test_joiners_stay_where_they_make_one_sign_and_nowhere_else(told: str, shown: str):
    assert clean(told) == shown


def test_what_is_searched_for_has_an_end():
    assert sought("Ada  Byron ") == "Ada Byron"
    assert sought("x" * 1_000_000) == "x" * 1_000
    assert len(sought("x " * 1_000_000).split()) == 50
