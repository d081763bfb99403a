"""Streaming JSON: lists as the standard library reads them, whatever the chunks; damage costs one element."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit import jsonstream
from crm.importers.kit.jsonstream import decode_each, read_document, stream_array, variable_of

CHUNKS = (1, 7, 64, 1000, 1 << 20)
STYLES = (
    {"indent": 2},
    {"indent": 0},
    {"separators": (",", ":")},
    {},
    {"indent": 2, "separators": (",", " : "), "ensure_ascii": False},
)

INDENTED = (STYLES[0], STYLES[4])
LOST_QUOTES = (('"id_str"', 'id_str"'), ('"entities"', '"entities'))


class Tweet(msgspec.Struct):
    id_str: str = ""
    full_text: str = ""


class Row(msgspec.Struct):
    tweet: Tweet


class Dribble(io.RawIOBase):
    """A stream that hands out as little as it likes, as pipes and decompressors do."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data = io.BytesIO(data)
        self._most = most

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, self._most) if size >= 0 else self._most)


class Endless(io.RawIOBase):
    """A list of the same row again and again, without ever being in memory."""

    def __init__(self, row: bytes, count: int) -> None:
        self._pieces = self._all(row, count)

    @staticmethod
    def _all(row: bytes, count: int) -> Iterator[bytes]:
        yield b"window.YTD.tweets.part0 = [\n"
        batch = 500
        for number in range(0, count, batch):
            yield (b"" if number == 0 else b",\n") + b",\n".join([row] * min(batch, count - number))
        yield b"\n]"

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def stream(data: bytes | str, most: int = 1 << 20) -> BinaryIO:
    return cast("BinaryIO", Dribble(data.encode() if isinstance(data, str) else data, most))


def rows(count: int, text: str = 'Grüße 🏺 "so" },{ [x]') -> list[dict[str, Any]]:
    return [
        {
            "tweet": {
                "edit": {"ids": [str(n)]},
                "id_str": str(n),
                "entities": [{"a": [1]}, {"a": 2}],
                "full_text": text,
            }
        }
        for n in range(count)
    ]


def ids(items: list[Row | Problem]) -> list[str]:
    return [item.tweet.id_str for item in items if isinstance(item, Row)]


def problems(items: list[Row | Problem]) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
    | st.sampled_from(["},{", '},{"id":']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("id ab"), inner, max_size=3),
    max_leaves=8,
)


@given(
    elements=st.lists(st.dictionaries(st.sampled_from(["id", "a"]), json_values, min_size=1) | json_values),
    style=st.sampled_from(STYLES),
    chunk=st.sampled_from(CHUNKS),
    most=st.sampled_from((1, 13, 4000, 1 << 20)),
    variable=st.sampled_from(
        ("", "window.YTD.like.part0 = ", "Grailbird.data.tweets_2011_08 =\n ", "var x=")
    ),
    end=st.sampled_from(("", ";", " ;\n")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
)
def test_any_list_is_read_as_the_standard_library_reads_it(
    elements: list[Any], style: Any, chunk: int, most: int, variable: str, end: str, encoding: str
) -> None:
    text = json.dumps(elements, **style)
    data = (variable + text + end).encode(encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "CHUNK", chunk)
        found = list(stream_array(stream(data, most), object, "f"))
    assert found == json.loads(text)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("chunk", [200, 3000, 1 << 20])
@pytest.mark.parametrize("broken", [0, 5, 19])
@pytest.mark.parametrize(
    "damage",
    [
        *LOST_QUOTES,
        ("[", ""),
        ('"ids"', '}"ids"'),
        ('"full_text"', "\x00"),
        ('"a"', "a"),
    ],
)
def test_one_broken_element_costs_itself_and_nothing_else(
    style: Any, chunk: int, broken: int, damage: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", chunk)
    marker = json.dumps(f"number {broken}")
    elements = rows(20, "x")
    elements[broken]["tweet"]["full_text"] = f"number {broken}"
    text = json.dumps(elements, **style)
    end = text.index(marker)
    begin = text.rindex('"tweet"', 0, end)
    at = text.index(damage[0], begin)
    assert at < end
    text = text[:at] + damage[1] + text[at + len(damage[0]) :]
    if broken == 19 and style not in INDENTED and damage in LOST_QUOTES:
        # Without indentation nothing tells a quote lost in the last element from the end of a download.
        with pytest.raises(ExportError, match="cut off: it ends after 19 records"):
            list(stream_array(stream(text), Row, "data/tweets.js"))
        return
    found = list(stream_array(stream(text), Row, "data/tweets.js"))
    expected = [str(number) for number in range(20) if number != broken]
    assert [number for number in ids(found) if number in expected] == expected
    assert problems(found)
    assert problems(found)[0].where == f"data/tweets.js[{broken}]"


def test_an_element_of_the_wrong_kind_is_a_problem_that_says_where() -> None:
    text = json.dumps([*rows(3), {"tweet": {"id_str": 5}}, 7, None, *rows(1)])
    found = list(stream_array(stream(text), Row, "tweets.js"))
    assert ids(found) == ["0", "1", "2", "0"]
    assert [problem.where for problem in problems(found)] == ["tweets.js[3]", "tweets.js[4]", "tweets.js[5]"]
    assert "$.tweet.id_str" in problems(found)[0].reason
    assert "`" not in problems(found)[0].reason


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("lookahead", [0, 1 << 20])
def test_a_list_of_broken_elements_only_is_as_many_problems(
    style: Any, lookahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 2000)
    monkeypatch.setattr(jsonstream, "_LOOKAHEAD", lookahead)
    text = json.dumps(rows(300, "x"), **style).replace('"id_str"', '{"id_str"')
    found = list(stream_array(stream(text), Row, "f"))
    assert [problem.where for problem in problems(found)] == [f"f[{n}]" for n in range(300)]
    assert len(found) == 300


def test_half_an_emoji_becomes_a_replacement_character() -> None:
    text = json.dumps(rows(3)).replace('"full_text": "', '"full_text": "\\ud83d ', 1)
    found = list(stream_array(stream(text), Row, "f"))
    assert ids(found) == ["0", "1", "2"]
    assert isinstance(found[0], Row)
    assert found[0].tweet.full_text.startswith("\ufffd Grüße 🏺")


@pytest.mark.parametrize(
    "oddity",
    ['"n": NaN', '"n": -Infinity', '"n": 1e999', f'"n": {"9" * 5000}', '"n": "a\nb"', '"n": "\\u0000"'],
)
def test_oddities_beside_what_is_wanted_do_no_harm(oddity: str) -> None:
    text = json.dumps(rows(2)).replace('"id_str": "1"', f'"id_str": "1", {oddity}')
    assert ids(list(stream_array(stream(text), Row, "f"))) == ["0", "1"]


def test_a_number_of_5000_digits_where_text_was_expected_is_one_problem() -> None:
    text = json.dumps(rows(3)).replace('"id_str": "1"', f'"id_str": {"9" * 5000}')
    found = list(stream_array(stream(text), Row, "f"))
    assert ids(found) == ["0", "2"]
    assert [problem.where for problem in problems(found)] == ["f[1]"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_an_element_nested_a_hundred_thousand_deep_is_one_problem(opening: str, closing: str) -> None:
    bomb = opening * 100_000 + "1" + closing * 100_000
    text = json.dumps(rows(2))[:-1] + f', {{"tweet": {bomb}}}, ' + json.dumps(rows(1))[1:]
    found = list(stream_array(stream(text), Row, "f"))
    assert ids(found) == ["0", "1", "0"]
    assert len(problems(found)) == 1


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_file_of_opening_brackets_is_an_error_that_names_it(opening: str) -> None:
    with pytest.raises(ExportError, match=r"bomb\.js"):
        list(stream_array(stream("[" + opening * 100_000), Row, "bomb.js"))


@given(cut=st.integers(1, 2000), style=st.sampled_from(STYLES), chunk=st.sampled_from(CHUNKS))
def test_a_cut_off_file_is_never_silent(cut: int, style: Any, chunk: int) -> None:
    text = json.dumps(rows(12, "abc"), **style)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "CHUNK", chunk)
        items = stream_array(stream(text.encode()[:-cut]), Row, "data/tweets.js")
        found = []
        with pytest.raises(ExportError, match=r"data/tweets\.js is (cut off|empty)") as caught:
            for item in items:
                found.append(item)
    assert ids(found) == [str(number) for number in range(len(found))]
    if "cut off" in caught.value.message:
        assert f"after {len(found)} record" in caught.value.message
    assert caught.value.hint


def test_an_empty_file_is_an_error_and_an_empty_list_is_not() -> None:
    with pytest.raises(ExportError, match="empty"):
        list(stream_array(stream(b""), Row, "f"))
    assert list(stream_array(stream("window.YTD.like.part0 = [ ]"), Row, "f")) == []


@pytest.mark.parametrize("text", ['{"a": 1}', "<html>", "window.YTD.x.part0 = {}", "12", '"x"'])
def test_what_is_no_list_is_one_problem(text: str) -> None:
    assert list(stream_array(stream(text), Row, "f.js")) == [Problem("f.js", "does not hold a list")]


@pytest.mark.parametrize("text", ["[1, 2,]", "[1 2]", "[,1,,2]", "[1,2];", "[1,2]\x00\x00"])
def test_small_slips_of_whoever_wrote_it_are_forgiven(text: str) -> None:
    assert list(stream_array(stream(text), int, "f")) == [1, 2]


def test_what_follows_the_list_is_reported() -> None:
    found = list(stream_array(stream("[1, 2] [3]"), int, "f"))
    assert found[:2] == [1, 2]
    assert isinstance(found[2], Problem)


def test_an_element_too_large_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "MAX_ELEMENT", 1 << 16)
    text = json.dumps([*rows(1), {"tweet": {"id_str": "1", "full_text": "x" * 5_000_000}}])
    with pytest.raises(ExportError, match=r"f: record 2 is larger than"):
        list(stream_array(stream(text), Row, "f"))


def test_bytes_that_are_no_utf_8_cost_only_these_characters() -> None:
    data = json.dumps(rows(3, "Köln"), ensure_ascii=False).encode()
    data = data.replace("Köln".encode(), "Köln".encode("cp1252"), 1)
    found = [item for item in stream_array(stream(data), Row, "f") if isinstance(item, Row)]
    assert [item.tweet.full_text for item in found] == ["K\ufffdln", "Köln", "Köln"]


def test_wide_elements_that_hold_lists_like_their_own_are_read_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 300)
    chance = random.Random(5)
    elements = [
        {"id": n, "more": [{"id": m, "more": [{"id": 0}, {"id": 1}]} for m in range(chance.randrange(6))]}
        for n in range(200)
    ]
    for style in STYLES:
        text = json.dumps(elements, **cast("Any", style))
        assert list(stream_array(stream(text), object, "f")) == elements


def test_memory_stays_flat_however_long_the_list_is() -> None:
    def peak(count: int) -> int:
        row = json.dumps(rows(1, "x" * 500)[0]).encode()
        tracemalloc.start()
        for _ in stream_array(cast("BinaryIO", Endless(row, count)), Row, "f"):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(60_000) < 1.3 * peak(15_000)


def test_a_list_inside_an_element_loses_only_its_bad_entries() -> None:
    raws = [
        msgspec.Raw(text) for text in (b'{"id_str": "1"}', b'{"id_str": 2}', b'{"id_str": "\\ud83d"}', b"7")
    ]
    found = list(decode_each(raws, Tweet, "f[3].messages"))
    assert found[0] == Tweet("1")
    assert found[2] == Tweet("\ufffd")
    assert [item.where for item in found if isinstance(item, Problem)] == [
        "f[3].messages[1]",
        "f[3].messages[3]",
    ]


def test_one_document_may_be_given_to_a_variable() -> None:
    text = 'window.__THAR_CONFIG = {"id_str": "1", "full_text": "a\\ud83d"};\n'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read_document(stream(text.encode(encoding), 3), Tweet, "f") == Tweet("1", "a\ufffd")


@pytest.mark.parametrize("text", ["", " ", '{"id_str": "1"', '{"id_str": 1}', "<html>", "x = "])
def test_a_document_that_cannot_be_read_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(ExportError, match=r"manifest\.js"):
        read_document(stream(text), Tweet, "manifest.js")


def test_a_document_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "MAX_ELEMENT", 1 << 16)
    with pytest.raises(ExportError, match="larger"):
        read_document(stream(json.dumps({"full_text": "x" * 3_000_000})), Tweet, "f")


@pytest.mark.parametrize(
    ("head", "variable"),
    [
        (b"window.YTD.tweets.part0 = [", "window.YTD.tweets.part0"),
        (b"\xef\xbb\xbfwindow.YTD.tweets.part0=[", "window.YTD.tweets.part0"),
        ("window.YTD.like.part1 = [".encode("utf-16"), "window.YTD.like.part1"),
        (b"Grailbird.data.tweets_2011_08 = \n [ {", "Grailbird.data.tweets_2011_08"),
        (b"var user_details =  {", "user_details"),
        (b'[ {"a" : 1', None),
        (b"!function(e){}", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"", None),
    ],
)
def test_the_variable_in_front_tells_what_a_file_is(head: bytes, variable: str | None) -> None:
    assert variable_of(head) == variable
