"""A list inside an object, streamed: found wherever it stands, whatever is around it, in flat memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit import jsonfield, jsonstream
from crm.importers.kit.jsonfield import stream_field

STYLES = ({"indent": 2}, {"separators": (",", ":")}, {"indent": 1, "separators": (",", " : ")})


class Item(msgspec.Struct):
    id: str = ""


class Pieces(io.RawIOBase):
    """A stream that hands out a few bytes at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def stream(data: bytes | str, most: int = 1 << 20) -> BinaryIO:
    raw = data.encode() if isinstance(data, str) else data
    pieces = (raw[start : start + most] for start in range(0, len(raw), most))
    return cast("BinaryIO", Pieces(pieces))


def ids(data: bytes | str, field: str | tuple[str, ...] = "items", most: int = 1 << 20) -> list[Any]:
    found = stream_field(stream(data, most), field, Item, "x.json")
    return [item.reason if isinstance(item, Problem) else item.id for item in found]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_characters="\0")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0")).filter(lambda key: key != "items"), values, max_size=4
    ),
    st.lists(st.text(st.characters(exclude_characters="\0")), max_size=5),
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0")).filter(lambda key: key != "items"), values, max_size=3
    ),
    st.sampled_from(STYLES),
    st.sampled_from((1, 7, 64, 1 << 20)),
    st.booleans(),
)
def test_the_list_is_found_whatever_stands_around_it(
    before: dict[str, Any], names: list[str], after: dict[str, Any], style: Any, most: int, plain: bool
) -> None:
    names = [name.encode("utf-8", "replace").decode() for name in names]
    whole = {
        **before,
        "items": [{"id": name} for name in names],
        **{k: v for k, v in after.items() if k not in before},
    }
    assert (
        ids(json.dumps(whole, **style, ensure_ascii=not plain).encode("utf-8", "replace"), most=most) == names
    )


def test_keys_on_the_way_are_followed_and_equal_keys_elsewhere_are_not() -> None:
    data = '{"items": [{"id": "no"}], "a": {"items": {"x": "items"}, "list": [{"id": "yes"}]}, "list": []}'
    assert ids(data, ("a", "list")) == ["yes"]


def test_a_list_that_is_null_or_empty_has_no_elements() -> None:
    assert ids('{"items": null}') == []
    assert ids('{"items": []}') == []


def test_a_missing_list_is_one_problem() -> None:
    assert ids('{"item": []}') == ["holds no list called items"]
    assert ids("{}") == ["holds no list called items"]
    assert ids('[{"items": []}]') == ["holds no list called items"]
    assert ids('{"a": 1}', ("a", "b")) == ["holds no list called a.b"]
    assert ids('{"items": {"id": "1"}}') == ["holds something else than a list as items"]


def test_a_bad_element_costs_one_problem() -> None:
    found = list(stream_field(stream('{"items":[{"id":"1"},{"id":2},{"id":"3"}]}'), "items", Item, "x.json"))
    assert [type(item) for item in found] == [Item, Problem, Item]
    assert isinstance(found[1], Problem)
    assert found[1].where == "x.json[1]"


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_file_that_ends_too_early_is_an_error(cut: int) -> None:
    data = '{"a": {"b": ["\\"c"]}, "d": 12, "items": [{"id": "1"}'[:-cut]
    with pytest.raises(ExportError, match=r"cut off|empty"):
        ids(data)


@pytest.mark.parametrize("data", ["", "  \n"])
def test_an_empty_file_is_an_error(data: str) -> None:
    with pytest.raises(ExportError, match="empty"):
        ids(data)


@pytest.mark.parametrize("data", ['{"a": }', '{"a" 1}', "{1: 2}", '{"a": ,', "{[", '{"' + "k" * 100_000])
def test_what_is_no_json_is_an_error(data: str) -> None:
    with pytest.raises(ExportError, match=r"no JSON|cut off"):
        ids(data)


def test_utf_16_and_a_byte_order_mark_are_read() -> None:
    data = '{"ü": "[", "items": [{"id": "🦣"}]}'
    assert ids(data.encode("utf-16")) == ["🦣"]
    assert ids(data.encode("utf-8-sig")) == ["🦣"]


def test_what_is_stepped_over_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 1 << 14)
    monkeypatch.setattr(jsonfield, "CHUNK", 1 << 14)
    row = b'{"id": "' + b"[{" * 500 + b'"}'

    def pieces() -> Iterator[bytes]:
        yield b'{"long": "'
        yield from (b"x\\\\" * 8000 for _ in range(200))
        yield b'", "other": ['
        yield from (row + b"," for _ in range(5000))
        yield row + b'], "items": [{"id": "1"}'
        yield from (b"," + row for _ in range(5000))
        yield b"]}"

    tracemalloc.start()
    try:
        found = sum(1 for _ in stream_field(cast("BinaryIO", Pieces(pieces())), "items", Item, "x.json"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == 5001
    assert peak < 1 << 20


def test_deep_nesting_in_front_of_the_list_is_stepped_over() -> None:
    assert ids('{"deep": ' + "[" * 200_000 + "]" * 200_000 + ', "items": [{"id": "1"}]}') == ["1"]
