"""Several lists of one JSON document in one pass: found at any depth, whatever stands between them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit import jsonparts, jsonstream
from crm.importers.kit.jsonparts import DamagedError, Path, parts_of

STYLES = ({"indent": 2}, {"separators": (",", ":")}, {"indent": 1, "separators": (" ,", " : ")})


class Item(msgspec.Struct):
    id: str = ""


class Pieces(io.RawIOBase):
    """A stream that hands out a few bytes at a time."""

    def __init__(self, data: bytes, most: int) -> None:
        self._pieces = (data[start : start + most] for start in range(0, len(data), most))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def items_at(path: Path, is_list: bool) -> type[Any] | None:
    return Item if is_list and path and path[-1] == "items" else None


def read(data: bytes | str, most: int = 1 << 20, choose: jsonparts.Choose = items_at) -> list[Any]:
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    stream = cast("BinaryIO", Pieces(raw, most))
    return [
        (path, [item.reason if isinstance(item, Problem) else item.id for item in items])
        for path, items in parts_of(stream, choose, "x.json")
    ]


def lists_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[str]]]:
    """Find the same lists in the decoded document, the plain way."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "items" and isinstance(inner, list):
                yield (*path, key), [item["id"] for item in inner]
            else:
                yield from lists_in(inner, (*path, key))


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
leaves = st.none() | st.booleans() | st.integers() | texts
wanted = st.lists(texts.map(lambda text: {"id": text}), max_size=4)
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(leaves | st.dictionaries(texts, leaves, max_size=2), max_size=3)
        | st.fixed_dictionaries({}, optional={"items": wanted, "other": inner, 'a"]': inner, "": inner})
    ),
    max_leaves=12,
)


@given(documents, st.sampled_from(STYLES), st.sampled_from((1, 7, 64, 1 << 20)), st.booleans())
def test_every_wanted_list_is_found_with_its_path(document: Any, style: Any, most: int, plain: bool) -> None:
    text = json.dumps(document, **style, ensure_ascii=not plain)
    assert read(text, most) == list(lists_in(document))


@given(documents, st.integers(0, 400), st.sampled_from((3, 1 << 20)))
def test_a_document_cut_off_anywhere_is_an_error_and_never_a_smaller_document(
    document: Any, at: int, most: int
) -> None:
    whole = json.dumps({"items": [{"id": "a"}], "rest": document}).encode()
    cut = whole[:at]
    if cut == whole:
        assert read(cut, most)
    else:
        with pytest.raises(DamagedError):
            read(cut, most)


def test_a_long_list_gives_its_elements_as_they_come_and_one_problem_for_a_bad_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsonparts, "CHUNK", 100)
    monkeypatch.setattr(jsonstream, "CHUNK", 100)
    items = ",".join('{"id": 7}' if number == 40 else f'{{"id": "{number}"}}' for number in range(90))
    found = dict(read(f'{{"a": {{"items": [{items}]}}, "b": {{"items": [{{"id": "z"}}]}}}}', 64))
    first = found["a", "items"]
    assert [first[39], first[41], len(first)] == ["39", "41", 90]
    assert "expected" in first[40]
    assert found["b", "items"] == ["z"]


def test_a_long_list_that_ends_too_early_gives_what_it_has_and_then_the_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsonparts, "CHUNK", 100)
    monkeypatch.setattr(jsonstream, "CHUNK", 100)
    items = ",".join(f'{{"id": "{number}"}}' for number in range(90))
    seen = []
    with pytest.raises(DamagedError, match="after 90 records"):
        for _, found in parts_of(io.BytesIO(f'{{"items": [{items}'.encode()), items_at, "x.json"):
            for item in found:
                seen.append(item.id)
    assert len(seen) == 90


def test_an_object_is_given_whole_and_a_document_that_is_a_list_has_no_path() -> None:
    def whole(path: Path, is_list: bool) -> type[Any] | None:
        return Item if path in ((), ("me",)) and is_list is not bool(path) else None

    assert read('{"me": {"id": "ada"}, "you": [1]}', choose=lambda p, _: Item if p == ("me",) else None) == [
        (("me",), ["ada"])
    ]
    assert read('\ufeff[{"id": "ada"}]', choose=whole) == [((), ["ada"])]


def test_what_is_not_taken_is_passed_over() -> None:
    data = b'{"items": [{"id": "a"}, {"id": "b"}], "more": {"items": [{"id": "c"}]}}'
    assert [path for path, _ in parts_of(io.BytesIO(data), items_at, "x.json")] == [
        ("items",),
        ("more", "items"),
    ]


@pytest.mark.parametrize(
    "text", ["", "   ", "nonsense here", '{"items": [}', "{1: 2}", '{"a": 1} {"b": 2}', "]"]
)
def test_what_is_no_json_is_an_error_with_a_sentence(text: str) -> None:
    with pytest.raises(DamagedError, match=r"x\.json is cut off or damaged after"):
        read(text)


def test_nesting_without_end_costs_neither_memory_nor_the_stack() -> None:
    deep = '{"a":' * 50_000 + "1" + "}" * 50_000
    assert read(f'{{"deep": {deep}, "items": [{{"id": "x"}}]}}') == [(("items",), ["x"])]


@pytest.mark.parametrize("text", ['[{"id": "a"}', '{"items": [{"id": "a"}', '{"other": 1'])
def test_what_reading_the_stream_raises_is_not_taken_for_a_damaged_document(text: str) -> None:
    class Refusing(Pieces):
        def read(self, size: int = -1) -> bytes:
            data = super().read(size)
            if not data:
                raise ExportError("the archive unpacks to too much")
            return data

    stream = cast("BinaryIO", Refusing(text.encode(), 1 << 20))
    with pytest.raises(ExportError) as caught:
        for _, items in parts_of(stream, lambda _, is_list: Item if is_list else None, "x.json"):
            list(items)
    assert not isinstance(caught.value, DamagedError)
