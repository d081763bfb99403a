"""Bytes in: encodings, line ends, and the way from physical lines to cards."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card, cards, pairs, read

import crm.vcard.source as source_module
from crm.domain.records import Problem
from crm.vcard.source import physical_lines

TEXT = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Čağla 🌻\r\nEND:VCARD\r\n"


def lines(data: bytes) -> list[bytes]:
    return [line for batch in physical_lines(BytesIO(data)) for line in batch]


def slow_lines(data: bytes) -> list[bytes]:
    """Read a byte at a time: a run of CRs before an LF is one line end, any other CR is one by itself."""
    found = [b""]
    index = 0
    while index < len(data):
        if data[index : index + 1] == b"\n":
            found.append(b"")
        elif data[index : index + 1] == b"\r":
            end = index
            while data[end : end + 1] == b"\r":
                end += 1
            if data[end : end + 1] == b"\n":
                found.append(b"")
                index = end
            else:
                found.extend([b""] * (end - index))
                index = end - 1
        else:
            found[-1] += data[index : index + 1]
        index += 1
    return found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "UTF-8 with a mark"),
        (TEXT.encode("utf-16"), "UTF-16 with a mark"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16 BE with a mark"),
        (TEXT.encode("utf-16-be"), "UTF-16 BE without a mark, as Apple writes 2.1"),
        (TEXT.encode("utf-16-le"), "UTF-16 LE without a mark"),
        (TEXT.replace("\r\n", "\n").encode(), "LF"),
        (TEXT.replace("\r\n", "\r").encode(), "CR"),
        (TEXT.replace("\r\n", "\r\r\n").encode(), "CRCRLF"),
        (TEXT.encode() + bytes(500), "NUL padding at the end"),
        (bytes(500) + TEXT.encode(), "NUL padding in front"),
        (TEXT.lower().encode(), "lower case"),
        (TEXT.replace(":VCARD", ": VCARD ").encode(), "blanks around the colon"),
        (TEXT.replace("BEGIN", "item1.BEGIN").replace("END", "item1.END").encode(), "a group in front"),
        (TEXT.replace("END:VCARD", "END:VCARD.").encode(), "a dot behind END"),
        ("".join(f"   {line}\r\n" for line in TEXT.split("\r\n")).encode(), "an indented card"),
    ],
)
def test_a_card_is_found_in_every_encoding_and_spelling(data: bytes, why: str) -> None:
    (found,) = read(data)
    assert not isinstance(found, Problem), why
    assert found.properties[-1].value.casefold() == "čağla 🌻"
    assert found.notes == []


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\r\r\n", b"xyz"])).map(b"".join))
def test_line_ends_are_what_a_byte_by_byte_reader_finds(data: bytes) -> None:
    assert without_end(lines(data)) == without_end(slow_lines(data))


def without_end(found: list[bytes]) -> list[bytes]:
    """Leave out empty lines at the end of a file, which mean nothing."""
    while found and not found[-1]:
        found = found[:-1]
    return found


@given(st.integers(1, 9), st.lists(st.sampled_from([b"ab", b"\r", b"\n", b"\r\n", b"\r\r\n"])).map(b"".join))
def test_where_chunks_end_changes_nothing(size: int, data: bytes) -> None:
    class Short(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    assert [line for batch in physical_lines(Short(data)) for line in batch] == lines(data)


def test_a_line_beyond_the_limit_costs_its_card_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "MAX_LINE", 1000)
    monkeypatch.setattr("crm.vcard.splitter.MAX_LINE", 1000)
    good = "BEGIN:VCARD\nFN:Good\nEND:VCARD\n"
    first, problem, last = read(f"{good}BEGIN:VCARD\nFN:Big\nNOTE:{'x' * 5000}\nEND:VCARD\n{good}")
    assert isinstance(problem, Problem)
    assert problem.where == "card 2 line 4 (Big)"
    assert "line of more than" in problem.reason
    assert not isinstance(first, Problem)
    assert not isinstance(last, Problem)
    assert last.number == 3


@pytest.mark.parametrize("limit", ["MAX_CARD", "MAX_LINES"])
def test_a_card_beyond_a_limit_is_named_and_the_others_are_read(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"crm.vcard.splitter.{limit}", 100)
    good = "BEGIN:VCARD\nFN:Good\nEND:VCARD\n"
    many = "".join(f"NOTE:{number}\n" for number in range(200))
    found = read(f"{good}BEGIN:VCARD\nFN:Big\n{many}END:VCARD\n{good}")
    assert [isinstance(item, Problem) for item in found] == [False, True, False]
    assert "(Big)" in str(found[1])


def test_too_many_properties_cost_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.vcard.reader.MAX_PROPERTIES", 3)
    (problem,) = read("BEGIN:VCARD\nFN:Big\nA:\nB:\nC:\nEND:VCARD\n")
    assert isinstance(problem, Problem)
    assert "properties" in problem.reason


def test_a_forgotten_end_leaves_every_line_with_its_owner() -> None:
    found = cards("BEGIN:VCARD\nFN:One\nTEL:1\nBEGIN:VCARD\nFN:Two\nTEL:2\nEND:VCARD\n")
    assert {tuple(pairs(item)) for item in found} == {
        (("FN", "One"), ("TEL", "1")),
        (("FN", "Two"), ("TEL", "2")),
    }
    assert [note.reason for item in found for note in item.notes] == ["this card has no END:VCARD"]


def test_cards_nested_without_agent_are_cards_and_the_outer_one_goes_on() -> None:
    found = cards(
        "BEGIN:VCARD\nN:parent\nBEGIN:VCARD\nN:nest1\nEND:VCARD\nBEGIN:VCARD\nN:nest2\nEND:VCARD\nTEL:1\nEND:VCARD\n"
    )
    parent = next(item for item in found if item.number == 1)
    assert pairs(parent) == [("N", "parent"), ("TEL", "1")]
    assert [prop.line for prop in parent.properties] == [2, 9]
    assert len(found) == 3


def test_lines_after_a_lost_card_do_not_land_in_an_earlier_one() -> None:
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Good\nEND:VCARD\n"
    found = read(f"BEGIN:VCARD\nVERSION:3.0\nFN:No end\n{good}VERSION:3.0\nFN:Never begun\nEND:VCARD\n{good}")
    lost = next(item for item in found if not isinstance(item, Problem) and item.number == 1)
    assert pairs(lost) == [("FN", "No end")]
    assert [item.where for item in found if isinstance(item, Problem)] == ["lines 8 to 10"]


def test_a_hundred_cards_without_end_are_a_hundred_cards() -> None:
    found = cards("".join(f"BEGIN:VCARD\nFN:{number}\n" for number in range(100)))
    assert sorted(item.number for item in found) == list(range(1, 101))
    assert all(len(item.properties) == 1 for item in found)


@pytest.mark.parametrize(
    "agent",
    [
        "AGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Friday;Joe\nEND:VCARD",
        "AGENT\nBEGIN:VCARD\nVERSION:2.1\nN:Friday;Joe\nEND:VCARD",
        "AGENT:\n\nBEGIN:VCARD\nVERSION:2.1\nN:Friday;Joe\nEND:VCARD",
        "AGENT:BEGIN:VCARD\nVERSION:2.1\nN:Friday;Joe\nEND:VCARD",
        "AGENT:BEGIN:VCARD\\nVERSION:2.1\\nN:Friday\\;Joe\\nEND:VCARD",
        "AGENT:BEGIN:VCARD\\nVERSION:2.1\\nN:Fri\n day\\;Joe\\nEND:VCARD",
    ],
)
def test_an_agents_card_is_the_value_of_the_agent_line(agent: str) -> None:
    (found,) = cards(f"BEGIN:VCARD\nFN:Ada\n{agent}\nTEL:2\nEND:VCARD\n")
    assert pairs(found) == [
        ("FN", "Ada"),
        ("AGENT", "BEGIN:VCARD\nVERSION:2.1\nN:Friday;Joe\nEND:VCARD"),
        ("TEL", "2"),
    ]


def test_agents_may_be_nested_as_deep_as_they_like() -> None:
    depth = 3000
    data = "BEGIN:VCARD\nAGENT:\n" * depth + "BEGIN:VCARD\nFN:x\nEND:VCARD\n" + "END:VCARD\n" * depth
    (found,) = cards(data)
    assert found.properties[0].value.count("BEGIN:VCARD") == depth


def test_an_agent_folded_with_its_end_indented_does_not_end_the_card() -> None:
    found = card("AGENT:BEGIN:VCARD", " VERSION:3.0", " END:VCARD", "REV:1")
    assert [key for key, _ in pairs(found)] == ["AGENT", "REV"]


def test_an_indented_end_ends_the_card_otherwise() -> None:
    found = cards("BEGIN:VCARD\nFN:One\n END:VCARD\nBEGIN:VCARD\nFN:Two\n END:VCARD\n")
    assert [pairs(item) for item in found] == [[("FN", "One")], [("FN", "Two")]]


def test_lines_outside_any_card_are_one_problem_for_each_run() -> None:
    found = read("BEGIN:VCALENDAR\nUID:1\nEND:VCALENDAR\n\nBEGIN:VCARD\nFN:Ada\nEND:VCARD\nhello\n")
    problems = [item for item in found if isinstance(item, Problem)]
    assert [item.where for item in problems] == ["lines 1 to 3", "line 8"]
    assert [item.raw for item in problems] == ["BEGIN:VCALENDAR\nUID:1\nEND:VCALENDAR\n", "hello\n"]


def test_a_long_run_of_lines_outside_is_not_kept() -> None:
    (problem,) = read("hello\n" * 100_000)
    assert isinstance(problem, Problem)
    assert (problem.where, problem.raw) == ("lines 1 to 100000", None)


@pytest.mark.parametrize("data", ["", "\r\n \r\n", "\0" * 100])
def test_an_empty_file_has_neither_cards_nor_problems(data: str) -> None:
    assert read(data) == []
