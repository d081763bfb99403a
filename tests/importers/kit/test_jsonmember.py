"""The one long list inside a JSON document: found by key or shape, streamed, with what stands around it."""

from __future__ import annotations

import io
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.jsonmember import ListIn

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")  # other characters are mended


class Item(msgspec.Struct):
    n: int | None = None
    text: str | None = None


class Around(msgspec.Struct):
    title: str | None = None
    people: list[str] | None = None


def list_in(document: Any, *keys: str, indent: int | None = None) -> ListIn[Item]:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=indent).encode()
    return ListIn(io.BytesIO(data), Item, "f.json", keys or None)


def test_what_stands_before_and_behind_the_list_is_told_when_it_is_known() -> None:
    found = list_in({"people": ["a"], "messages": [{"n": 1}, {"n": 2}], "title": "t"}, "messages")
    assert found.key == "messages"
    assert found.around(Around) == Around(None, ["a"])
    assert [item.n for item in found if isinstance(item, Item)] == [1, 2]
    assert found.around(Around) == Around("t", ["a"])


def test_without_a_key_the_first_list_of_objects_is_meant() -> None:
    found = list_in({"empty": [], "names": ["a"], "x": {"rows": [{"n": 9}]}, "rows": [{"n": 1}]})
    assert found.key == "rows"
    assert [item.n for item in found if isinstance(item, Item)] == [1]


def test_a_document_that_is_a_list_is_the_list() -> None:
    found = list_in([{"n": 1}])
    assert found.key is None
    assert list(found) == [Item(1)]


def test_a_document_without_the_list_gives_no_elements_and_all_that_is_around_it() -> None:
    found = list_in({"title": "t", "messages": None}, "messages")
    assert found.key is None
    assert list(found) == []
    assert found.around(Around) == Around("t")


def test_a_key_inside_a_text_or_further_inside_is_not_the_key() -> None:
    text = 'he said "messages": [{"n": 7}]'
    found = list_in({"title": text, "deep": {"messages": [{"n": 8}]}, "messages": [{"n": 1}]}, "messages")
    assert list(found) == [Item(1)]


def test_a_bad_element_costs_one_problem() -> None:
    found = list(list_in({"messages": [{"n": 1}, {"n": "x"}, {"n": 3}]}, "messages"))
    assert [item.where for item in found if isinstance(item, Problem)] == ["f.json[1]"]
    assert len(found) == 3


@pytest.mark.parametrize("data", [b"", b"  ", b"hello", b'{"people": ["a"', b"{this is not: json"])
def test_what_is_no_document_is_an_error_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ExportError, match=r"f\.json"):
        list(list_in(data, "messages"))


def test_a_list_that_is_cut_off_gives_what_is_there_and_then_the_error() -> None:
    whole = json.dumps({"messages": [{"n": n} for n in range(100)]}).encode()
    taken: list[Item | Problem] = []
    with pytest.raises(ExportError, match="cut off"):
        for item in list_in(whole[:-30], "messages"):
            taken.append(item)
    assert taken[:90] == [Item(n) for n in range(90)]


@given(
    before=st.dictionaries(
        st.text(CHARACTERS, max_size=8),
        st.recursive(st.none() | st.text(CHARACTERS, max_size=20), st.lists),
    ),
    texts=st.lists(st.text(CHARACTERS, max_size=40), max_size=30),
    title=st.text(CHARACTERS, max_size=30),
    indent=st.sampled_from([None, 2]),
)
def test_whatever_stands_around_it_the_list_is_what_json_says(
    before: dict[str, Any], texts: list[str], title: str, indent: int | None
) -> None:
    before.pop("messages", None)
    rows = [{"n": number, "text": text} for number, text in enumerate(texts)]
    found = list_in({**before, "messages": rows, "title": title}, "messages", indent=indent)
    assert [item.text for item in found if isinstance(item, Item)] == texts
