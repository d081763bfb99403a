"""Decoding, lines and cleaning: whatever the bytes, the text can be stored and printed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit import text as text_module
from crm.importers.kit.text import TextLines, clean_id, clean_value, decode


def lines_of(data: bytes) -> list[str]:
    return list(TextLines(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        (b"", "", False),
        ("Zoë ✓".encode(), "Zoë ✓", False),
        ("\ufeffZoë".encode(), "Zoë", False),
        ("Zoë 😉".encode("utf-16"), "Zoë 😉", True),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "Zoë", True),
        ("Zoë “hi” €".encode("cp1252"), "Zoë “hi” €", True),
        (b"a\x81b", "a\ufffdb", True),
        ("Zoë ".encode() + b"caf\xe9", "Zoë café", True),
        (b"\xff\xfea", "\ufffd", True),
    ],
)
def test_the_encoding_is_found_and_named(data: bytes, text: str, noted: bool) -> None:
    decoded, note = decode(data)
    assert decoded == text
    assert (note is not None) == noted


def test_a_cut_character_does_not_damage_the_accents_around_it() -> None:
    data = "Zoë wrote: caf".encode() + b"\xc3\n" + "Renée\n".encode()
    lines = TextLines(io.BytesIO(data))
    assert list(lines) == ["Zoë wrote: cafÃ\n", "Renée\n"]
    assert lines.note is not None


def test_lines_are_universal_and_counted() -> None:
    lines = TextLines(io.BytesIO(b"one\r\ntwo\rthree\n\nfive"))
    assert list(lines) == ["one\n", "two\n", "three\n", "\n", "five"]
    assert lines.line == 5
    assert lines.note is None


def test_only_line_ends_end_lines() -> None:
    data = "a\u2028b\x0bc\x85d\x1ce\n".encode()
    assert lines_of(data) == ["a\u2028b\x0bc\x85d\x1ce\n"]


def test_utf_16_is_read_line_by_line() -> None:
    assert lines_of("Zoë\r\n😉 two\r\n".encode("utf-16")) == ["Zoë\n", "😉 two\n"]


def test_a_file_without_line_ends_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "LINE_LIMIT", 100)
    monkeypatch.setattr(text_module, "_BLOCK", 64)
    pieces = lines_of("é".encode() * 1000)
    assert "".join(pieces) == "é" * 1000
    assert max(map(len, pieces)) < 200


def test_csv_reads_lines_with_line_ends_inside_quotes() -> None:
    data = b'a,"one\r\ntwo"\r\nb,c\r\n'
    assert list(csv.reader(TextLines(io.BytesIO(data)))) == [["a", "one\ntwo"], ["b", "c"]]


@given(st.lists(st.sampled_from(["a", "é", "😉", "\r", "\n", "\r\n", "\x85"])), st.integers(1, 9))
def test_lines_do_not_depend_on_where_blocks_end(parts: list[str], block: int) -> None:
    whole = "".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "_BLOCK", block)
        lines = lines_of(b"\xef\xbb\xbf" + whole.encode() if block >= 3 else whole.encode())
    expected = io.StringIO(whole, newline=None).getvalue()
    assert "".join(lines) == expected
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines[:-1])


@given(st.binary(max_size=200))
def test_any_bytes_become_storable_text_the_same_way_in_lines_and_whole(data: bytes) -> None:
    text, note = decode(data)
    text.encode("utf-8")
    lines = TextLines(io.BytesIO(data))
    assert "".join(lines) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert lines.note == note


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clean_text_can_be_stored_and_keeps_everything_else(text: str) -> None:
    cleaned = clean_value(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean_value(cleaned) == cleaned
    if "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text):
        assert cleaned == text


def test_surrogate_halves_are_joined_or_replaced() -> None:
    assert clean_value("a\ud83d\ude09b") == "a😉b"
    assert clean_value("a\ud83db\ude09\x00") == "a\ufffdb\ufffd"
    assert clean_value("\ude09\ud83d") == "\ufffd\ufffd"


@pytest.mark.parametrize(
    ("value", "text"),
    [(501, "501"), (10**24, "1" + "0" * 24), (" 7 ", "7"), ("", None), (None, None), (True, None)],
)
def test_ids_are_text_with_all_their_digits(value: str | int | None, text: str | None) -> None:
    assert clean_id(value) == text


def test_a_number_too_long_to_print_is_no_id() -> None:
    assert clean_id(10**5000) is None
