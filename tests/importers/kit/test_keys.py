"""External ids: the same in every later export, different for what is different."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit.keys import Keys, digest, normal_text

WORDS = st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=6), max_size=6)
GAPS = st.sampled_from((" ", "  ", "\n", "\r\n", "\t", " \n ", "\xa0", "\u2028"))


def test_the_id_of_a_message_never_changes() -> None:
    # Computed apart from this code; another value would double every message on the next import.
    key = Keys().make("message", "2-abc==", 1_710_495_000_000_000, "me", "Hello\nthere ")
    assert key == "message:ad9462783d091ff84848b1687230925d"


@given(words=WORDS, gaps=st.lists(GAPS, min_size=8, max_size=8))
def test_white_space_makes_no_difference(words: list[str], gaps: list[str]) -> None:
    spaced = gaps[-1] + "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    assert normal_text(spaced) == normal_text(" ".join(words))
    assert Keys().make("m", "t", 1, "me", spaced) == Keys().make("m", "t", 1, "me", " ".join(words))


def test_the_two_ways_to_write_an_accent_make_no_difference() -> None:
    assert Keys().make("m", "t", 1, "me", "Zoe\u0308") == Keys().make("m", "t", 1, "me", "Zo\u00eb")


def test_no_text_is_empty_text() -> None:
    assert normal_text(None) == normal_text(" \n") == ""


def test_every_part_makes_a_difference() -> None:
    keys = Keys()
    made = {
        keys.make("m", "t", 1, "me", "a"),
        keys.make("n", "t", 1, "me", "a"),
        keys.make("m", "u", 1, "me", "a"),
        keys.make("m", "t", 2, "me", "a"),
        keys.make("m", "t", None, "me", "a"),
        keys.make("m", "t", 1, "other", "a"),
        keys.make("m", "t", 1, "me", "b"),
    }
    assert len(made) == 7


def test_parts_do_not_run_into_each_other() -> None:
    assert Keys().make("m", "t1", 1, "me") != Keys().make("m", "t", 11, "me")
    assert digest("a", "b") != digest("ab", "") != digest("", "ab")


def test_none_is_an_empty_part_and_numbers_are_their_digits() -> None:
    assert digest("a", None, 7) == digest("a", "", "7")


def test_text_with_lone_surrogates_has_an_id_too() -> None:
    assert Keys().make("m", "t", 1, "me", "\ud800").startswith("m:")


RECORDS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from((1, 2, None)), st.sampled_from(("ok", "ok ", "no"))),
    max_size=30,
)


def ids(records: list[tuple[str, int | None, str]]) -> list[str]:
    keys = Keys()
    return [keys.make("message", thread, at, "me", text) for thread, at, text in records]


@given(RECORDS)
def test_equal_records_all_survive(records: list[tuple[str, int | None, str]]) -> None:
    made = ids(records)
    assert len(set(made)) == len(made)


@given(st.data())
def test_another_order_of_the_rows_gives_the_same_ids(data: st.DataObject) -> None:
    records = data.draw(RECORDS)
    shuffled = data.draw(st.permutations(records))
    assert Counter(ids(records)) == Counter(ids(shuffled))


@given(RECORDS, RECORDS)
def test_a_longer_export_keeps_the_ids_of_the_shorter_one(
    old: list[tuple[str, int | None, str]], new: list[tuple[str, int | None, str]]
) -> None:
    assert set(ids(old)) <= set(ids(old + new))
    assert set(ids(old)) <= set(ids(new + old))
